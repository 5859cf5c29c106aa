"""The provider API under load that somebody makes: nobody is kept waiting by another's searches."""

from __future__ import annotations

import http.client
import json
import logging
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from parley.api.__main__ import warn_without_tls
from parley.api.connections import affordable_connections
from parley.api.request_log import MOST_REPEATS, REPEAT_SECONDS, Quiet
from parley.api.settings import AnswerLimits
from parley.api.tokens import add_token
from provider_api import (
    MONTH,
    NOON_MS,
    Caller,
    Marketplace,
    Server,
    conversation,
    make_settings,
    message,
    problem_of,
    start_server,
    text_of,
)
from provider_api import slow as slow_program
from rig.waiting import eventually, open_files

SLOW = Path(slow_program.__file__)
SEARCH = "/messaging_history/api/account/{}/conversations/search"
#: For searches that are to be under way until they are ended, on however slow a machine.
LONG = {"PARLEY_API_SEARCH_SECONDS": "3600"}
MARKET = Marketplace(
    [conversation("c1", "shop"), conversation("c2", "store", "other")],
    [message("c1", 1, "hello"), message("c2", 1, "good morning", "store", "other")],
)


# -- the size of an answer ------------------------------------------------------------------------


def pages(caller: Caller, query: str) -> Iterator[list[dict[str, object]]]:
    """The pages that the links to the next one lead to."""
    answer = caller.ask(query=query).json()
    while True:
        yield answer["conversationHistoryRecords"]
        following = answer["_metadata"].get("next")
        if following is None:
            return
        answer = caller.ask(query=urlsplit(following["href"]).query).json()


def many(folder: Path, limits: AnswerLimits) -> Caller:
    """Conversations of 1, 2, 1, 9, 2, 1 messages, one after the other."""
    rows, messages = [], []
    for place, count in enumerate((1, 2, 1, 9, 2, 1)):
        rows.append(conversation(f"c{place}", start=NOON_MS + place))
        messages += [message(f"c{place}", number, "x" * 1_000) for number in range(count)]
    Marketplace(rows, messages).publish(folder / "parley_marts.duckdb")
    return Caller.of(make_settings(folder, answer_limits=limits), "provider")


@pytest.mark.parametrize(
    "limits", [AnswerLimits(messages=4), AnswerLimits(characters=4_000)], ids=["messages", "texts"]
)
def test_a_page_ends_where_its_answer_would_be_too_large(
    tmp_path: Path, limits: AnswerLimits
) -> None:
    """1 + 2 + 1 messages are four, which fit; nine do not, but come whole where they come first.

    The page after them has 2 + 1. A page of two conversations ends by its limit: 1 + 2, then 1.
    """
    caller = many(tmp_path, limits)
    found = [[len(text_of(record)) for record in page] for page in pages(caller, "limit=100")]
    assert found == [[1, 2, 1], [9], [2, 1]]
    found = [[len(text_of(record)) for record in page] for page in pages(caller, "limit=2")]
    assert found == [[1, 2], [1], [9], [2, 1]]
    back = caller.ask(query="limit=2&offset=4").json()["_metadata"]
    assert back["prev"]["href"].endswith("offset=2&limit=2")
    assert "next" not in back
    # Without messages they are small.
    assert len(caller.records(contentToRetrieve=["campaign"])) == 6


def test_long_lists_end_a_page_too(tmp_path: Path) -> None:
    """A list of ten dialogs is some 1,000 characters as the mart has it: one fits into 1,500."""
    dialog = {"dialog_id": "d", "dialog_type": "MAIN", "started_ms": 1, "ended_ms": None}
    rows = [conversation(f"c{n}", start=NOON_MS + n, dialogs=[dialog] * 10) for n in range(3)]
    Marketplace(rows).publish(tmp_path / "parley_marts.duckdb")
    settings = make_settings(tmp_path, answer_limits=AnswerLimits(characters=1_500))
    caller = Caller.of(settings, "provider")
    assert [len(page) for page in pages(caller, "limit=100")] == [1, 1, 1]


def test_conversations_of_two_accounts_with_one_id_share_a_page(tmp_path: Path) -> None:
    """The id stands twice in the page: a b a'. All of a and a' come, whichever is read first."""
    rows = [
        conversation("a", "shop", start=NOON_MS),
        conversation("b", "shop", start=NOON_MS + 1),
        conversation("a", "store", start=NOON_MS + 2),
    ]
    texts = [message("a", n, "x", "shop") for n in range(2)]
    texts += [message("b", n, "x", "shop") for n in range(2)]
    texts += [message("a", n, "x", "store") for n in range(3)]
    Marketplace(rows, texts).publish(tmp_path / "parley_marts.duckdb")
    for limit, expected in ((100, [[2, 2, 3]]), (6, [[2], [2, 3]]), (5, [[2], [2, 3]])):
        folder = tmp_path / str(limit)
        folder.mkdir()
        (folder / "parley_marts.duckdb").symlink_to(tmp_path / "parley_marts.duckdb")
        settings = make_settings(folder, answer_limits=AnswerLimits(messages=limit))
        caller = Caller.of(settings, "provider")
        found = [[len(text_of(record)) for record in page] for page in pages(caller, "limit=9")]
        assert found == expected, limit


# -- addresses ------------------------------------------------------------------------------------


def test_addresses_are_the_services_not_the_callers(tmp_path: Path) -> None:
    """What a caller calls the service stands in no answer."""
    MARKET.publish(tmp_path / "parley_marts.duckdb")
    for setting, expected in (
        ("", "http://testserver:80"),
        ("https://api.example.com/parley", "https://api.example.com/parley"),
    ):
        caller = Caller.of(make_settings(tmp_path, base_url=setting), "provider")
        for header in ("Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"):
            caller.client.headers[header] = "evil.example"
        answer = caller.ask()
        assert "evil" not in answer.text
        link = answer.json()["_metadata"]["self"]["href"]
        assert link == f"{expected}{SEARCH.format('provider')}?offset=0&limit=50"


@pytest.mark.parametrize(
    ("host", "base_url", "is_said"),
    [
        ("127.0.0.1", "", False),
        ("localhost", "", False),
        ("::1", "", False),
        ("0.0.0.0", "", True),
        ("::", "", True),
        ("conversations", "", True),
        ("0.0.0.0", "http://api.example.com", True),
        ("0.0.0.0", "https://api.example.com", False),
    ],
)
def test_listening_elsewhere_without_tls_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, host: str, base_url: str, is_said: bool
) -> None:
    warn_without_tls(make_settings(tmp_path, host=host, base_url=base_url))
    assert ("without TLS" in caplog.text) == is_said


# -- searches at a time ---------------------------------------------------------------------------


def caller_of(server: Server, folder: Path, account: str) -> Caller:
    token = add_token(folder / "api_tokens.json", account, "")
    return Caller(httpx.Client(base_url=server.address, timeout=60), token, account)


def send(server: Server, caller: Caller, keyword: str) -> http.client.HTTPConnection:
    """Send a search and do not wait for its answer."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    connection.request(
        "POST",
        SEARCH.format(caller.account),
        json.dumps({"start": MONTH, "keyword": keyword}),
        {"Authorization": f"Bearer {caller.token}"},
    )
    return connection


def lines(folder: Path) -> list[str]:
    """What the slow searches noted."""
    path = folder / "slow"
    return path.read_text().split() if path.exists() else []


def test_a_tokens_searches_wait_for_each_other_and_nobody_else(tmp_path: Path) -> None:
    """Sixty searches that take minutes: one is under way, 32 wait, the others are refused.

    Another account is answered meanwhile, and so is the same account with another token. When the
    callers leave, what is under way ends, what waits never begins, and the token is served again.
    """
    MARKET.publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path, SLOW, **LONG) as server, ExitStack() as opened:
        attacker, same = (caller_of(server, tmp_path, "provider") for _ in range(2))
        victim = caller_of(server, tmp_path, "other")
        for caller in (attacker, same, victim):
            opened.enter_context(closing(caller.client))
        under_way = send(server, attacker, "slow")
        eventually(lambda: lines(tmp_path) == ["began"], "one began")
        others = [send(server, attacker, "slow") for _ in range(59)]
        eventually(lambda: server.log.read_text().count(" 429 ") == 27, "27 refused")
        for _ in range(5):
            assert victim.ids(keyword="morning") == ["c2"]
            assert same.ids(keyword="hello") == ["c1"]
        assert lines(tmp_path) == ["began"]
        # those that wait leave first: the turn of the one under way may not pass to one about to leave
        for connection in others:
            connection.close()
        eventually(lambda: server.log.read_text().count(" 499 ") == 32, "those that waited left")
        under_way.close()
        eventually(lambda: lines(tmp_path) == ["began", "ended"], "it ended")
        assert attacker.ids(keyword="hello") == ["c1"]
        assert lines(tmp_path) == ["began", "ended"]
        assert "Traceback" not in server.log.read_text()


def test_a_search_that_takes_too_long_is_503_and_ended(tmp_path: Path) -> None:
    """Of two, the second has waited as long as the first has searched."""
    MARKET.publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path, SLOW, PARLEY_API_SEARCH_SECONDS="4") as server:
        caller = caller_of(server, tmp_path, "provider")
        with closing(caller.client):
            sent = [send(server, caller, "slow") for _ in range(2)]
            for connection in sent:
                answer = connection.getresponse()
                assert answer.status == 503
                assert int(answer.headers["retry-after"]) > 0
                assert "not enough time" in answer.read().decode()
                connection.close()
            eventually(lambda: lines(tmp_path)[-1:] == ["ended"], "it ended")
            assert caller.ids(keyword="hello") == ["c1"]
        assert "Traceback" not in server.log.read_text()


def test_it_stops_though_searches_are_under_way(tmp_path: Path) -> None:
    """Told to stop it waits ten seconds for searches that take minutes, and ends them."""
    MARKET.publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path, SLOW, **LONG) as server:
        callers = [caller_of(server, tmp_path, "provider") for _ in range(3)]
        sent = [send(server, caller, "slow") for caller in callers for _ in range(2)]
        eventually(lambda: lines(tmp_path) == ["began"] * 3, "three began")
        # whatever was sent before this has been read when it is answered
        assert httpx.get(f"{server.address}/health").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=60) in (0, -signal.SIGTERM)
        assert lines(tmp_path) == ["began"] * 3 + ["ended"] * 3
        for connection in sent:
            answer = connection.getresponse()
            assert answer.status == 503
            assert "is ending" in answer.read().decode()
            connection.close()
        for caller in callers:
            caller.client.close()
    assert "Traceback" not in server.log.read_text()


def test_a_search_has_memory_of_its_own(tmp_path: Path) -> None:
    """One that needs more than it may have is 503; others have theirs.

    60,000 texts of 1,000 characters, all of them in one answer, do not fit into twenty megabytes; reading past
    them needs ten.
    """
    rows = [conversation("large"), conversation("small", start=NOON_MS + 3_600_000)]
    texts = [message("large", n, f"{n:0>1000}") for n in range(60_000)]
    texts.append(message("small", 1, "hello"))
    Marketplace(rows, texts).publish(tmp_path / "parley_marts.duckdb")
    caller = Caller.of(make_settings(tmp_path, search_memory="20MB"), "provider")
    answer = caller.ask()
    assert answer.status_code == 503
    assert "more memory" in problem_of(answer)["message"]
    assert int(answer.headers["retry-after"]) > 0
    later = {"from": NOON_MS + 3_600_000, "to": NOON_MS + 7_200_000}
    assert caller.ids(start=later) == ["small"]


# -- connections ----------------------------------------------------------------------------------

HALF_HEAD = b"POST /messaging_history/api HTTP/1.1\r\nHost: half\r\nX-Half: "


@pytest.mark.parametrize(
    ("soft", "hard", "expected"),
    [
        (1_024, 4_096, 256),  # there is room
        (200, 4_096, 256),  # there can be: 256 + 64 + 64 + 8 files may be open from here on
        (200, 200, 64),  # 200 less 64 that wait, 64 others and two files of each of four searches
        (100, 100, 8),  # too few for anything: it tries
    ],
)
def test_there_are_no_more_connections_than_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, expected: int
) -> None:
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))
    assert affordable_connections(256, 4) == expected
    assert limits[-1] == (392 if (soft, hard) == (200, 4_096) else soft, hard)


def half_sent(server: Server, start: bytes) -> socket.socket:
    """A connection on which a request begins and does not go on."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    with suppress(ConnectionError):  # what is enough to be refused may be, before the rest is sent
        connection.sendall(start)
    return connection


def what_comes(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection."""
    found = b""
    try:
        while piece := connection.recv(65_536):
            found += piece
    except ConnectionError:
        pass
    return found


def is_served(caller: Caller) -> bool:
    """Whether a search is answered; where many come at one moment, some are asked to come again."""
    try:
        return caller.ask().status_code == 200
    except httpx.TransportError:
        return False


def test_half_sent_requests_keep_nobody_out(tmp_path: Path) -> None:
    """Of two hundred connections ten may be open: those that wait longest make room."""
    MARKET.publish(tmp_path / "parley_marts.duckdb")
    limits = {"PARLEY_API_CONNECTIONS": "10", "PARLEY_API_REQUEST_SECONDS": "3"}
    with start_server(tmp_path, **limits) as server, ExitStack() as opened:
        caller = caller_of(server, tmp_path, "provider")
        opened.enter_context(closing(caller.client))
        half_body = (
            f"POST {SEARCH.format('provider')} HTTP/1.1\r\nHost: half\r\nContent-Length: 90\r\n"
            f"Authorization: Bearer {caller.token}\r\n\r\n{{"
        ).encode()
        for start in (HALF_HEAD, half_body, b""):
            sent = [half_sent(server, start) for _ in range(200)]
            eventually(lambda: is_served(caller), "a whole request is answered")
            answers = [what_comes(connection)[:12] for connection in sent]
            # The others made room, or were too many at one moment.
            assert set(answers) <= {b"", b"HTTP/1.1 408", b"HTTP/1.1 400", b"HTTP/1.1 503"}
            assert b"" in answers
            assert start != HALF_HEAD or b"HTTP/1.1 408" in answers
            for connection in sent:
                connection.close()
        eventually(lambda: is_served(caller), "a whole request is answered")
        log = server.log.read_text()
        assert len(log) < 100_000
        assert "Traceback" not in log


def test_a_request_that_trickles_in_is_ended(tmp_path: Path) -> None:
    """Bytes that come now and then are no reason to wait on."""
    with (
        start_server(tmp_path, PARLEY_API_REQUEST_SECONDS="1") as server,
        closing(half_sent(server, HALF_HEAD)) as half,
    ):
        half.settimeout(0.05)
        answer = b""
        while not answer:
            try:
                with suppress(ConnectionError):  # it may have been ended since
                    half.sendall(b"x")
                answer = half.recv(100)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408")


def test_who_does_not_take_the_answer_is_ended(tmp_path: Path) -> None:
    """Sixteen megabytes that nobody reads are not kept."""
    rows = [conversation("c1")]
    texts = [message("c1", n, "x" * 1_000) for n in range(16_000)]
    Marketplace(rows, texts).publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path, PARLEY_API_REQUEST_SECONDS="1") as server:
        caller = caller_of(server, tmp_path, "provider")
        caller.client.close()

        def sockets() -> set[str]:
            return {file for file in open_files(server.process.pid) if file.startswith("socket:")}

        before = sockets()
        with closing(send(server, caller, "x")):
            eventually(lambda: " 200 token=" in server.log.read_text(), "it was answered")
            eventually(lambda: sockets() <= before, "the connection is gone")


def test_requests_sent_at_once_get_one_answer(tmp_path: Path) -> None:
    """Who asks a thousand times in one breath and reads nothing would keep the service busy."""
    asked = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
    with start_server(tmp_path) as server:
        with closing(half_sent(server, asked * 3)) as hasty:
            assert what_comes(hasty).count(b"HTTP/1.1 200") == 1
        with closing(half_sent(server, asked)) as patient:
            for _ in range(2):
                assert patient.recv(15) == b"HTTP/1.1 200 OK"
                while not patient.recv(100_000).endswith(b"}"):
                    continue
                patient.sendall(asked)
        assert "GET '/openapi.json' 200 " in server.log.read_text()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\xff\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n\x00\x00nonsense\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /%ff%00%0a HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        b"GET /" + b"a" * 100_000,
    ],
)
def test_nonsense_is_refused_and_the_service_goes_on(trickled: Server, sent: bytes) -> None:
    with closing(half_sent(trickled, sent)) as connection:
        assert connection.recv(12).startswith((b"HTTP/1.1 4", b"HTTP/1.1 2", b"HTTP/1.1 5"))
    assert httpx.get(f"{trickled.address}/health").status_code == 200
    assert "Traceback" not in trickled.log.read_text()


@pytest.fixture(scope="module")
def trickled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("trickled")
    MARKET.publish(folder / "parley_marts.duckdb")
    with start_server(folder) as server:
        yield server


def test_a_complaint_is_not_repeated_for_ever() -> None:
    """Twenty in a minute are five in the log; in the next minute it is said again."""
    now = 0.0
    quiet = Quiet(clock=lambda: now)

    def is_written(name: str = "asyncio") -> bool:
        return quiet.filter(logging.LogRecord(name, logging.ERROR, "f.py", 1, "out", None, None))

    assert [is_written() for _ in range(20)] == [True] * MOST_REPEATS + [False] * 15
    assert all(is_written("parley.api") for _ in range(20))
    now = REPEAT_SECONDS
    assert is_written()
