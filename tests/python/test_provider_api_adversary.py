"""Random requests of somebody who means no good: refused or answered, and nothing of another's told."""

from __future__ import annotations

import http.client
import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from random import Random

import pytest

from parley.api.tokens import add_token, revoke_token
from provider_api import Marketplace, Server, conversation, message, start_server
from provider_api.adversary import request

#: What an attacker may get; all else is a fault of the service.
STATUSES = {200, 400, 401, 403, 404, 405, 408, 413}
#: caller: the accounts whose conversations it may read
READS = {"north": {"a", "b", "north"}, "south": {"c", "north"}, "a": {"a"}, "b": {"b"}, "c": {"c"}}
#: subscriber: provider. What b does not share no one reads.
NETWORK = {"a": "north", "b": "north", "c": "south", "north": "south"}


@dataclass
class Target:
    """The service, and a token of each account."""

    server: Server
    tokens: dict[str, str]
    wrong: list[str]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("adversary")
    Marketplace(
        [conversation(f"c{n}", account, NETWORK[account]) for account in NETWORK for n in range(3)],
        [
            message(f"c{n}", 1, None if account == "b" else f"secret of {account}.", account, owner)
            for account, owner in NETWORK.items()
            for n in range(3)
        ],
    ).publish(folder / "parley_marts.duckdb")
    file = folder / "api_tokens.json"
    tokens = {account: add_token(file, account, "") for account in READS}
    revoked = add_token(file, "north", "")
    revoke_token(file, revoked.split("_")[1])
    expired = add_token(file, "north", "", "2020-01-01")
    mixed = "_".join([*tokens["a"].split("_", 2)[:2], tokens["north"].split("_", 2)[2]])
    wrong = [f"Bearer {text}" for text in (revoked, expired, mixed, tokens["a"][:-1], "x")]
    settings = {"PARLEY_API_RATE_LIMIT": "1000000", "PARLEY_API_REQUEST_SECONDS": "1"}
    with start_server(folder, **settings) as server:
        yield Target(server, tokens, [*wrong, "", "Basic x", "Bearer"])


def ask(target: Target, content: bytes) -> tuple[int, bytes]:
    """Send bytes; status and body of the answer, 0 where the connection just ends."""
    host, _, port = target.server.address.removeprefix("http://").partition(":")
    with closing(socket.create_connection((host, int(port)), timeout=60)) as connection:
        try:
            connection.sendall(content)
            answer = http.client.HTTPResponse(
                connection, method=content.split(b" ")[0].decode("latin-1")
            )
            answer.begin()
            return answer.status, answer.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, b""


def attack(target: Target, seed: int, requests: int) -> Counter[int]:
    """Send so many requests and look at every answer; how often each status came."""
    dice = Random(seed)
    seen: Counter[int] = Counter()
    for number in range(requests):
        caller = dice.choice(list(READS))
        account = caller if dice.random() < 0.5 else dice.choice([*NETWORK, "south", "nobody"])
        authorization = f"Bearer {target.tokens[caller]}"
        may_read = READS[caller]
        if dice.random() < 0.1:
            authorization, may_read = dice.choice(target.wrong), set()
        sent = request(dice, account, authorization)
        status, content = ask(target, sent)
        seen[status] += 1
        told = (seed, number, sent[:2_000], status, content[:2_000])
        assert status in STATUSES | {0}, told
        assert b"Traceback" not in content, told
        for other in NETWORK.keys() - may_read:
            assert f"secret of {other}.".encode() not in content, told
            assert f'"brandId":"{other}"'.encode() not in content, told
        assert b"evil.example" not in content, told
        if status == 200 and content.startswith(b'{"_metadata"'):
            assert json.loads(content)["_metadata"]["count"] <= 9, told
    log = target.server.log.read_text()
    assert "Traceback" not in log
    assert "failed:" not in log
    for token in target.tokens.values():
        assert token.split("_", 2)[2] not in log
    return seen


def is_well(target: Target) -> bool:
    """Whether somebody who means well is answered."""
    body = b'{"start": {"from": 1780000000000, "to": 1781000000000}}'
    head = (
        "POST /messaging_history/api/account/c/conversations/search HTTP/1.1\r\nHost: a\r\n"
        f"Authorization: Bearer {target.tokens['c']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    status, content = ask(target, head.encode() + body)
    return status == 200 and content.count(b"secret of c.") == 3


def test_hundreds_of_hostile_requests(target: Target) -> None:
    seen = attack(target, 1, 400)
    # They are no monotonous lot: a good part gets through to the search.
    assert min(seen[status] for status in (200, 400, 401, 403, 404)) >= 5, seen
    assert is_well(target)


@pytest.mark.soak
def test_ten_thousand_hostile_requests(target: Target) -> None:
    for seed in range(2, 12):
        attack(target, seed, 1_000)
        assert is_well(target)
