"""Who may read what over the provider API, and what a request that is refused is told."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from parley.api.errors import ApiError
from parley.api.limits import RateLimit
from parley.api.request import MOST_WORDS
from parley.api.settings import Settings, SettingsError, read_settings
from parley.api.tokens import TokenFile, add_token, read_tokens, revoke_token
from provider_api import (
    MONTH,
    NOON_MS,
    Caller,
    Marketplace,
    conversation,
    environment,
    make_settings,
    message,
    problem_of,
    text_of,
)

#: provider → shop, outlet; chain → corner, and chain is a subscriber of provider; other → stranger.
NETWORK = Marketplace(
    [
        conversation("1", "shop"),
        conversation("2", "outlet", is_transcript_shared=False),
        conversation("3", "chain"),
        conversation("4", "corner", "chain"),
        conversation("5", "stranger", "other"),
    ],
    [
        message("1", 1, "shared", "shop"),
        message("2", 1, None, "outlet"),
        message("4", 1, "of the corner shop", "corner", "chain"),
    ],
)

#: caller, account of the path: what is found, or the status.
ACCESS = [
    ("provider", "provider", "1 2 3"),
    ("provider", "shop", "1"),
    ("provider", "outlet", "2"),
    ("provider", "chain", "3"),  # as its subscriber, not what it provides to others
    ("provider", "corner", 403),  # a subscriber's subscriber
    ("provider", "other", 403),
    ("provider", "stranger", 403),
    ("provider", "nobody", 404),
    ("shop", "shop", "1"),
    ("shop", "provider", 403),
    ("shop", "outlet", 403),
    ("outlet", "outlet", "2"),
    ("chain", "chain", "3 4"),  # itself and its subscribers
    ("chain", "corner", "4"),
    ("chain", "provider", 403),
    ("corner", "corner", "4"),
    ("corner", "chain", 403),
    ("other", "other", "5"),
    ("other", "shop", 403),
    ("nobody", "nobody", 404),
    ("nobody", "shop", 403),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("access")
    NETWORK.publish(folder / "parley_marts.duckdb")
    return make_settings(folder)


@pytest.fixture(scope="module")
def provider(settings: Settings) -> Caller:
    return Caller.of(settings, "provider")


@pytest.mark.parametrize(("caller", "account", "expected"), ACCESS)
def test_authorization(
    settings: Settings, provider: Caller, caller: str, account: str, expected: str | int
) -> None:
    token = add_token(settings.tokens, caller, "")
    answer = Caller(provider.client, token, caller).ask(account)
    if isinstance(expected, int):
        assert answer.status_code == expected
        problem_of(answer)
    else:
        records = answer.json()["conversationHistoryRecords"]
        assert sorted(record["info"]["conversationId"] for record in records) == expected.split()


def test_every_pair_is_decided() -> None:
    """Whoever may read an account does so for the right reason: the matrix above, in one rule."""
    parents = {row["account_id"]: row["provider_account_id"] for row in NETWORK.conversations}
    for caller, account, expected in ACCESS:
        is_known = account in parents or account in parents.values()
        may_read = caller == account or parents.get(account) == caller
        assert (expected == 404) == (not is_known)
        assert (expected == 403) == (is_known and not may_read)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer parley__",
        "Bearer parley_0_0",
        "Basic dXNlcjpwYXNz",
        "Bearer pärley_ü_ß",
    ],
)
def test_without_a_valid_token(provider: Caller, header: str | None) -> None:
    path = "/messaging_history/api/account/provider/conversations/search"
    sent = {} if header is None else {"Authorization": header.encode("latin-1")}
    # An unknown caller learns nothing: not even that the account or the body is wrong.
    for address in (path, path.replace("provider", "nobody"), f"{path}?limit=x"):
        answer = provider.client.post(address, content=b"{", headers=sent)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        problem_of(answer)


def test_another_tokens_secret_does_not_open(provider: Caller, settings: Settings) -> None:
    mine, other = (add_token(settings.tokens, account, "") for account in ("shop", "provider"))
    mixed = "_".join([*mine.split("_", 2)[:2], other.split("_", 2)[2]])
    assert Caller(provider.client, mixed, "shop").ask().status_code == 401
    assert Caller(provider.client, mine[:-1], "shop").ask().status_code == 401
    assert Caller(provider.client, mine.upper(), "shop").ask().status_code == 401


def test_consent_holds_for_everyone(settings: Settings, provider: Caller) -> None:
    """A subscriber's own token does not open what the mart withholds."""
    for caller in ("provider", "outlet"):
        token = add_token(settings.tokens, caller, "")
        answer = Caller(provider.client, token, caller).ask("outlet").json()
        (record,) = answer["conversationHistoryRecords"]
        assert text_of(record) == [None]


# -- tokens ---------------------------------------------------------------------------------------


def run_tokens(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parley.api.tokens", *arguments],
        env=environment(PARLEY_WAREHOUSE=str(folder / "parley.duckdb")),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_token_is_noticed_when_added_and_when_revoked(tmp_path: Path) -> None:
    NETWORK.publish(tmp_path / "parley_marts.duckdb")
    caller = Caller.of(make_settings(tmp_path), "provider")
    added = run_tokens(tmp_path, "add", "--account", "shop", "--note", "for Ada\x1b[2J")
    assert added.returncode == 0, added.stderr
    token = added.stdout.strip()
    shop = Caller(caller.client, token, "shop")
    assert shop.ids() == ["1"]
    listed = run_tokens(tmp_path, "list").stdout.splitlines()
    assert len(listed) == 2
    token_id = token.split("_")[1]
    (line,) = [line for line in listed if line.startswith(token_id)]
    assert "shop" in line
    assert "for Ada\\x1b[2J" in line  # a terminal shows it, and does nothing
    secret = token.split("_", 2)[2]
    kept = (tmp_path / "api_tokens.json").read_text()
    assert secret not in kept + "\n".join(listed)
    assert run_tokens(tmp_path, "revoke", token_id).returncode == 0
    assert shop.ask().status_code == 401
    assert caller.ask().status_code == 200


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "api_tokens.json"
    for number in range(2):
        add_token(path, f"account {number}", "")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first, second = read_tokens(path)
    assert first.salt != second.salt
    assert len(first.digest) == 64


def owner_of(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes other people's files")
def test_root_leaves_the_file_to_its_owner(tmp_path: Path) -> None:
    """Made by root it belongs to the folder's owner; changed by root it stays what it was."""
    path = tmp_path / "api_tokens.json"
    os.chown(tmp_path, 65534, 65534)
    token_id = add_token(path, "a", "").split("_")[1]
    assert owner_of(path) == (65534, 65534, 0o600)
    assert owner_of(path.with_name(f".{path.name}.lock")) == (65534, 65534, 0o600)
    os.chown(path, 12345, 54321)
    path.chmod(0o640)
    add_token(path, "b", "")
    assert revoke_token(path, token_id)
    assert owner_of(path) == (12345, 54321, 0o640)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for two others")
def test_who_would_take_the_file_away_is_refused(tmp_path: Path) -> None:
    """Somebody who may write the folder, but does not own the file."""
    path = tmp_path / "api_tokens.json"
    token_id = add_token(path, "a", "").split("_")[1]
    path.chmod(0o644)
    tmp_path.chmod(0o777)
    path.with_name(f".{path.name}.lock").chmod(0o666)
    before = path.read_bytes()
    script = (
        "import os, sys; from parley.api.tokens import main, parse; parse(['list']); "
        "os.setgid(65534); os.setuid(65534); "
        "sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--file", path.name, "revoke", token_id],
        env=environment(),
        cwd=tmp_path,  # nobody else may come there by its whole path
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "belongs to another account" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.partial"))


def test_a_token_expires_after_its_last_day(tmp_path: Path) -> None:
    path = tmp_path / "api_tokens.json"
    last = datetime.now(UTC).date() + timedelta(days=30)
    added = run_tokens(tmp_path, "add", "--account", "shop", "--expires", last.isoformat())
    assert added.returncode == 0, added.stderr
    for_ever = add_token(path, "shop", "")
    token = added.stdout.strip()
    assert f"until {last}  shop" in run_tokens(tmp_path, "list").stdout
    today = last
    file = TokenFile(path, today=lambda: today)
    seen = {}
    for days in (-1, 0, 1, 200):
        today = last + timedelta(days=days)
        seen[today] = file.owner(token) is not None
        assert file.owner(for_ever) is not None
    assert list(seen.values()) == [True, True, False, False]
    for day, told in (("30.6.2026", "no date such as"), ("2026-06-30", "2026-06-30 is over")):
        wrong = run_tokens(tmp_path, "add", "--account", "shop", "--expires", day)
        assert wrong.returncode == 2
        assert told in wrong.stderr


def test_tokens_of_earlier_versions_are_valid(tmp_path: Path) -> None:
    """They have no last day."""
    path = tmp_path / "api_tokens.json"
    token = add_token(path, "shop", "")
    kept = json.loads(path.read_text())
    del kept["tokens"][0]["expires_on"]
    path.write_text(json.dumps(kept))
    assert TokenFile(path).owner(token) is not None


def test_tokens_added_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "api_tokens.json"
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda number: add_token(path, f"a{number}", ""), range(24)))
    file = TokenFile(path)
    assert sorted(owner.account_id for token in tokens if (owner := file.owner(token))) == sorted(
        f"a{number}" for number in range(24)
    )


def test_a_broken_token_file_lets_nobody_in(tmp_path: Path) -> None:
    NETWORK.publish(tmp_path / "parley_marts.duckdb")
    settings = make_settings(tmp_path)
    caller = Caller.of(settings, "provider")
    assert caller.ask().status_code == 200
    good = settings.tokens.read_bytes()
    for broken in (b"", b"{", b"[]", b'{"tokens": [{"token_id": 1}]}', b'{"tokens": 1}', b"\xff"):
        settings.tokens.write_bytes(broken)
        answer = caller.ask()
        assert answer.status_code == 503, broken
        assert "tokens cannot be read" in problem_of(answer)["message"]
    settings.tokens.write_bytes(good)
    assert caller.ask().status_code == 200
    settings.tokens.unlink()
    assert caller.ask().status_code == 401


@pytest.mark.parametrize(
    ("arguments", "piece"),
    [
        (("add", "--account", " "), "account is empty"),
        (("revoke", "abc"), "There is no token abc"),
        (("--file", "/proc/nowhere/tokens.json", "add", "--account", "a"), "No token was added"),
        (("--file", "/proc/nowhere/tokens.json", "revoke", "a"), "a is still valid"),
        (("--file", "/proc/self/mem", "list"), "cannot be read"),
        (("--file", "/dev/zero", "list"), "cannot be read (it is a pipe or a device"),
    ],
)
def test_errors_of_the_command_are_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], piece: str
) -> None:
    done = run_tokens(tmp_path, *arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert piece in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_revoking_twice_says_so(tmp_path: Path) -> None:
    path = tmp_path / "api_tokens.json"
    token_id = add_token(path, "a", "").split("_")[1]
    assert revoke_token(path, token_id)
    assert not revoke_token(path, token_id)


# -- bad requests ---------------------------------------------------------------------------------

DEEP = b'{"start": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
HUGE = b'{"start": {"from": ' + b"9" * 10_000 + b', "to": 1}}'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "start"),
        ({"start": None}, "start"),
        ({"start": {}}, "start.from"),
        ({"start": {"from": 1}}, "start.to"),
        ({"start": {"from": "soon", "to": 1}}, "start.from"),
        ({"start": {"from": True, "to": 1}}, "start.from"),
        ({"start": {"from": 1.5, "to": 2}}, "start.from"),
        ({"start": {"from": -1, "to": 2}}, "start.from"),
        ({"start": {"from": 1, "to": -1}}, "start.to"),
        ({"start": {"from": 0, "to": 4_102_444_800_000}}, "start.to"),
        ({"start": {"from": 2, "to": 1}}, "start"),
        ({"start": MONTH | {"until": 1}}, "start.until"),
        ({"start": MONTH, "begin": 1}, "begin"),
        ({"start": MONTH, "sdeSearch": {}}, "sdeSearch"),
        ({"start": MONTH, "status": "OPEN"}, "status"),
        ({"start": MONTH, "status": ["open"]}, "status.0"),
        ({"start": MONTH, "status": []}, "status"),
        ({"start": MONTH, "skillIds": [True]}, "skillIds.0"),
        ({"start": MONTH, "skillIds": [1.5]}, "skillIds.0"),
        ({"start": MONTH, "skillIds": ["1", None]}, "skillIds.1"),
        ({"start": MONTH, "skillIds": "1"}, "skillIds"),
        ({"start": MONTH, "agentIds": [""]}, "agentIds.0"),
        ({"start": MONTH, "csat": {}}, "csat"),
        ({"start": MONTH, "csat": {"from": "4"}}, "csat.from"),
        ({"start": MONTH, "csat": {"from": 5, "to": 4}}, "csat"),
        ({"start": MONTH, "mcs": 5}, "mcs"),
        ({"start": MONTH, "keyword": ""}, "keyword"),
        ({"start": MONTH, "keyword": '" "'}, "keyword"),
        ({"start": MONTH, "keyword": "x " * (MOST_WORDS + 1)}, "keyword"),
        ({"start": MONTH, "keyword": "x" * 501}, "keyword"),
        ({"start": MONTH, "keyword": 5}, "keyword"),
        ({"start": MONTH, "latestUpdateTime": {"to": 1}}, "latestUpdateTime.from"),
        ({"start": MONTH, "contentToRetrieve": ["all"]}, "contentToRetrieve.0"),
        ([], "body"),
        ("text", "body"),
        (b"null", "body"),
        (b"", None),
        (b"   ", None),
        (b"{", "body"),
        (b'{"start": {"from": NaN, "to": 1}}', "start.from"),
        (b'{"start": "\xff"}', "body"),
        (b'{"start": "\\ud800"}', "body"),
        (b"\x00", "body"),
        (DEEP, "body"),
        (HUGE, "body"),
        (b'{"start": {"from": 1, "to": 1}, "csat": {"from": 1e999}}', "csat.from"),
        (b'{"start": {"from": 1, "to": 1}, "skillIds": [' + b"9" * 9_000 + b"]}", "body"),
    ],
)
def test_a_bad_body_is_400_and_names_the_field(
    provider: Caller, body: Any, field: str | None
) -> None:
    answer = provider.post(body)
    assert answer.status_code == 400, answer.text
    problem = problem_of(answer)
    assert problem["field"] == field
    assert field is None or problem["message"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        ("offset=-1", "offset"),
        ("offset=" + "9" * 30, "offset"),
        ("sort=start", "sort"),
        ("sort=start:asc;drop table x", "sort"),
        ("v=3", "v"),
        ("source=" + "x" * 21, "source"),
        ("page=2", "page"),
    ],
)
def test_a_bad_query_is_400_and_names_the_field(provider: Caller, query: str, field: str) -> None:
    answer = provider.ask(query=query)
    assert answer.status_code == 400
    assert problem_of(answer)["field"] == field


def test_all_wrong_fields_are_named_but_not_thousands(provider: Caller) -> None:
    answer = provider.post({"start": {"from": "a", "to": "b"}, "c": 1})
    assert {item["field"] for item in problem_of(answer)["details"]} == {
        "start.from",
        "start.to",
        "c",
    }
    answer = provider.post({"start": MONTH} | {f"f{number}": 1 for number in range(1_000)})
    assert len(problem_of(answer)["details"]) == 20


INJECTIONS = [
    "'; drop table published.marts.marketplace_conversations; --",
    "' or '1'='1",
    '") or true --',
    "$account",
    "%",
    "\\",
    "\u0000",
    "'; attach '/etc/passwd' as x; --",
    "😀 ñ \u202e",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_that_looks_like_sql_is_harmless(provider: Caller, text: str) -> None:
    ids = ("skillIds", "latestSkillIds", "agentIds", "latestAgentIds", "agentGroupIds")
    words = ("source", "device", "messageContentTypes", "userPermissions")
    for filters in [{name: [text]} for name in (*ids, *words)]:
        assert provider.ids(**filters) == []
    # As a keyword it is words; none of the messages has them all.
    assert provider.ids(keyword=f"{text} nowhere") == []
    answer = provider.ask(quote(text, safe=""))
    assert answer.status_code == 404
    assert provider.ids() == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/docs", 404),
        ("GET", "/messaging_history/api/account/provider/conversations/search", 405),
        ("DELETE", "/messaging_history/api/account/provider/conversations/search", 405),
        ("POST", "/messaging_history/api/account/provider/conversations/search/", 404),
        ("POST", "/messaging_history/api/account//conversations/search", 404),
        ("POST", "/messaging_history/api/account/a%2Fb/conversations/search", 404),
        ("POST", "/health", 405),
    ],
)
def test_other_paths_and_methods(provider: Caller, method: str, path: str, status: int) -> None:
    answer = provider.client.request(method, path)
    assert answer.status_code == status
    problem_of(answer)
    assert ("allow" in answer.headers) == (status == 405)


def test_an_unexpected_failure_says_nothing_of_the_inside(
    provider: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("parley.api.app.Reader.find_conversations", fail)
    answer = provider.ask()
    assert answer.status_code == 500
    assert "secret" not in answer.text
    problem_of(answer)


# -- limits ---------------------------------------------------------------------------------------


def test_a_body_above_the_limit_is_413(settings: Settings, provider: Caller) -> None:
    start = json.dumps({"start": MONTH}).encode()
    assert provider.post(start.ljust(settings.body_limit)).status_code == 200
    assert provider.post(start.ljust(settings.body_limit + 1)).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(settings.body_limit // 1_000 + 1):
            yield b" " * 1_000

    answer = provider.client.post(
        "/messaging_history/api/account/provider/conversations/search",
        content=chunks(),
        headers={"Authorization": f"Bearer {provider.token}"},
    )
    assert answer.status_code == 413
    assert str(settings.body_limit) in problem_of(answer)["message"]


def test_a_token_that_asks_too_often_is_429_and_others_are_not(tmp_path: Path) -> None:
    NETWORK.publish(tmp_path / "parley_marts.duckdb")
    settings = make_settings(tmp_path, rate_limit=3, rate_seconds=50)
    caller = Caller.of(settings, "provider")
    other = Caller(caller.client, add_token(settings.tokens, "provider", ""), "provider")
    bad = caller.ask(query="limit=x")
    assert [caller.ask().status_code for _ in range(3)] == [200, 200, 429]
    assert bad.status_code == 400  # and it counted
    answer = caller.ask()
    assert 1 <= int(answer.headers["retry-after"]) <= 50
    assert "3 requests in 50 seconds" in problem_of(answer)["message"]
    assert other.ask().status_code == 200


def test_the_window_slides() -> None:
    now = 0.0
    limit = RateLimit(2, 10, clock=lambda: now)

    def is_refused() -> bool:
        try:
            limit.check("token")
        except ApiError as error:
            return error.status == 429
        return False

    seen = {}
    for now in (0.0, 4.0, 9.9, 10.0, 13.9, 14.0, 14.1):
        seen[now] = is_refused()
    assert seen == {0: False, 4: False, 9.9: True, 10: False, 13.9: True, 14: False, 14.1: True}


# -- settings -------------------------------------------------------------------------------------


def test_settings_are_read_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PARLEY_")]:
        monkeypatch.delenv(name)
    settings = read_settings()
    assert settings.tokens == Path("warehouse/api_tokens.json")
    assert settings.published == Path("warehouse/parley_marts.duckdb")
    monkeypatch.setenv("PARLEY_WAREHOUSE", "/data/parley.duckdb")
    monkeypatch.setenv("PARLEY_API_PORT", "8099")
    assert read_settings().tokens == Path("/data/api_tokens.json")
    assert read_settings().port == 8099
    for name, wrong in (
        ("PARLEY_API_BASE_URL", "conversations.example.com"),
        ("PARLEY_API_BASE_URL", "https://user@example.com"),
        ("PARLEY_API_BASE_URL", "https://example.com/?a"),
        ("PARLEY_API_SEARCH_MEMORY", "lots"),
        ("PARLEY_API_SEARCH_MEMORY", "-1GB"),
        ("PARLEY_API_SEARCH_MEMORY", "15MB"),
        ("PARLEY_API_SEARCH_MEMORY", "999 KiB"),
        ("PARLEY_API_SEARCHES", "0"),
    ):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(SettingsError, match=name):
            read_settings()
        monkeypatch.delenv(name)
    monkeypatch.setenv("PARLEY_API_BASE_URL", "https://example.com/parley/")
    assert read_settings().base_url == "https://example.com/parley"
    for wrong in ("a", "-1", "65536", "1.5", "9" * 40):
        monkeypatch.setenv("PARLEY_API_PORT", wrong)
        with pytest.raises(SettingsError, match="PARLEY_API_PORT"):
            read_settings()


def test_the_page_tells_every_setting_and_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set to what the page calls its default, a setting changes nothing."""
    for name in [name for name in os.environ if name.startswith("PARLEY_")]:
        monkeypatch.delenv(name)
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "provider_api.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(PARLEY_API_\w+)` \|[^|]*\| (.*) \|$", page, re.MULTILINE))
    source = (root / "src" / "parley" / "api" / "settings.py").read_text(encoding="utf-8")
    assert told.keys() == set(re.findall(r'"(PARLEY_API_\w+)"', source))
    in_words = {"PARLEY_API_TOKENS", "PARLEY_API_BASE_URL"}
    default = read_settings()
    for name in told.keys() - in_words:
        monkeypatch.setenv(name, told[name])
    assert read_settings() == default


def test_noon_is_in_the_month() -> None:
    assert MONTH["from"] < NOON_MS < MONTH["to"]


def test_the_log_holds_nothing_personal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Ids, words and numbers in each place where a caller can put them; who asked is there."""
    NETWORK.publish(tmp_path / "parley_marts.duckdb")
    caller = Caller.of(make_settings(tmp_path), "provider")
    number, words = "+13115550101", "where is my parcel"
    with caplog.at_level("INFO"):
        found = caller.ask(keyword=words)
        assert found.status_code == 200
        assert "shared" in caller.ask().text
        assert caller.ask(conversationId=number).status_code in (200, 400)
        assert caller.ask(agentIds=[number], query=f"limit={quote(number)}").status_code == 400
        assert caller.post(f'{{"keyword": "{words}'.encode()).status_code == 400
        assert caller.ask(account=number).status_code == 404
        assert caller.client.get(f"/conversations/{number}?keyword={words}").status_code == 404
        caller.token = number
        assert caller.ask().status_code == 401
    log = "\n".join(record.getMessage() for record in caplog.records if record.name == "parley.api")
    assert log.count("token=") >= 7
    assert "/messaging_history/api/account/provider/conversations/search' 200" in log
    assert "/messaging_history/api/account/{account}/conversations/search' 404" in log
    for text in (number, number[1:], quote(number), "parcel", "shared"):
        assert text not in log
