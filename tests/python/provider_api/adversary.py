"""Requests of somebody who means no good, as bytes: random, and of every kind that we know."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote

from .callers import MONTH

WORDS = [
    "secret",
    "'; drop table published.marts.marketplace_messages; --",
    "' or '1'='1",
    '") or true --',
    "$account",
    "{0}{__class__}",
    "%",
    "\\",
    "\u0000",
    "\ud800",
    "\u202e😀",
    "../../etc/passwd",
    "x" * 600,
    "",
    " ",
    "-1",
    "null",
]
NUMBERS = [0, 1, -1, 2**31, 2**53, 2**63, 2**64, 10**400, 1.5, 1e308, -0.0, True, None]
FIELDS = [
    "start",
    "end",
    "status",
    "skillIds",
    "latestSkillIds",
    "agentIds",
    "userPermissions",
    "latestAgentIds",
    "agentGroupIds",
    "keyword",
    "duration",
    "mcs",
    "csat",
    "source",
    "device",
    "messageContentTypes",
    "latestUpdateTime",
    "contentToRetrieve",
    "sdeSearch",
    "__proto__",
]
PARTS = ["messageRecords", "campaign", "conversationSurveys", "dialogs", "transfers", "monitoring"]
QUERIES = ["", "limit=100", "limit=101", "limit=-1", "offset=1", "offset=99999999999999999999"]
QUERIES += [
    "sort=start:desc",
    "sort=1;select",
    "v=2",
    "source=%00",
    "limit=1&limit=2",
    "a[]=1",
    "%",
]


def value(dice: Random, depth: int = 0) -> Any:
    """Anything that JSON can say."""
    kinds: list[Callable[[], Any]] = [lambda: dice.choice(WORDS), lambda: dice.choice(NUMBERS)]
    if depth < 3:
        kinds.append(lambda: [value(dice, depth + 1) for _ in range(dice.randrange(4))])
        kinds.append(lambda: {dice.choice(WORDS): value(dice, depth + 1) for _ in range(2)})
        kinds.append(lambda: {"from": value(dice, 3), "to": value(dice, 3)})
    return dice.choice(kinds)()


def fitting(dice: Random) -> dict[str, Any]:
    """Filters of the right shape, with words that are none of the right ones."""
    words = [dice.choice(WORDS) or "x" for _ in range(dice.randrange(1, 4))]
    offered: dict[str, Any] = {name: words for name in FIELDS[3:9] if name != "keyword"} | {
        "keyword": dice.choice(["secret", "of", '"secret of"', *words])[:500],
        "duration": {"from": dice.choice([0, -1, 10**9])},
        "csat": {"to": dice.choice([5, 1e300])},
        "contentToRetrieve": dice.sample(PARTS, 2),
        "source": words,
        "end": MONTH,
        "latestUpdateTime": {"from": "0"},
    }
    return {name: offered[name] for name in dice.sample(sorted(offered), dice.randrange(3))}


def body(dice: Random) -> bytes:
    """A body: right, wrong in one place, wrong in all, or none at all."""
    kind = dice.randrange(10)
    if kind < 4:
        wanted: Any = {"start": MONTH} | fitting(dice)
    elif kind < 7:
        wanted = {"start": MONTH} | fitting(dice) | {dice.choice(FIELDS): value(dice)}
    elif kind < 8:
        wanted = value(dice)
    elif kind < 9:
        deep = dice.randrange(1, 3_000)
        return dice.choice([b'{"start":' + b"[" * deep, b"[" * deep + b"]" * deep, b'{"a":' * deep])
    else:
        return dice.randbytes(dice.randrange(200))
    return json.dumps(wanted).encode("utf-8", "surrogatepass")


def damaged(dice: Random, request: bytes) -> bytes:
    """The request with some bytes gone, doubled or others."""
    place = dice.randrange(len(request))
    kind = dice.randrange(4)
    if kind == 0:
        return request[:place] + request[place + dice.randrange(1, 5) :]
    if kind == 1:
        return request[:place] + dice.randbytes(3) + request[place:]
    if kind == 2:
        return request[:place] + request[max(0, place - 20) :]
    return request.replace(b"\r\n", b"\n" if dice.random() < 0.5 else b"\r\n\r\n", 1)


def request(dice: Random, account: str, authorization: str) -> bytes:
    """One request to an account's path with an Authorization header."""
    path = f"/messaging_history/api/account/{account}/conversations/search"
    if dice.random() < 0.1:
        wrong = [f"/{quote(dice.choice(WORDS), errors='ignore')}", path + "/", "//" + path, "*"]
        path = dice.choice([*wrong, "/openapi.json", "/health", "http://elsewhere" + path])
    query = dice.choice(QUERIES)
    content = body(dice)
    method = dice.choice(["POST"] * 12 + ["GET", "PUT", "HEAD", "OPTIONS", "TRACE", "X-Y"])
    length = len(content)
    headers = [f"Host: {dice.choice(['a', 'evil.example', '', 'a:b:c', '[::1'])}"]
    if authorization:
        headers.append(f"Authorization: {authorization}")
    if dice.random() < 0.1:
        headers.append(
            dice.choice(["X-A: " + "a" * 20_000, "Expect: 100-continue", "Range: bytes=0-"])
        )
    if dice.random() < 0.05:
        length = dice.choice([0, 10**12, 10**30, -1, length + 1])
    framing = f"Content-Length: {length}"
    if dice.random() < 0.1:
        framing = "Transfer-Encoding: chunked"
        content = f"{len(content):x}\r\n".encode() + content + b"\r\n0\r\n\r\n"
    headers += [framing, "Connection: close"]
    target = f"{path}?{query}" if query else path
    made = "\r\n".join([f"{method} {target} HTTP/1.1", *headers, "", ""]).encode() + content
    return damaged(dice, made) if dice.random() < 0.1 else made
