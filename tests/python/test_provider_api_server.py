"""The provider API as a process: started, stopped, and fed new files while it answers."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import httpx2 as httpx
import pytest

from parley.api.published import RETRY_SECONDS, NotPublishedError, PublishedFile
from parley.api.settings import Settings
from parley.api.tokens import add_token
from provider_api import (
    Caller,
    Marketplace,
    Server,
    conversation,
    environment,
    make_settings,
    message,
    problem_of,
    start_server,
)
from rig.waiting import eventually, open_files

ROOT = Path(__file__).resolve().parents[2]


def version(number: int, conversations: int = 300) -> Marketplace:
    """Marts in which every row says of which version it is."""
    ids = [f"c{place:04}" for place in range(conversations + number)]
    return Marketplace(
        [conversation(found, source=f"v{number}") for found in ids],
        [message(found, 1, f"v{number}") for found in ids],
    )


def versions_in(answer: httpx.Response) -> set[str | None]:
    """The versions that an answer is made of."""
    body = answer.json()
    found: set[str | None] = {f"v{body['_metadata']['count'] - 300}"}
    for record in body["conversationHistoryRecords"]:
        found.add(record["info"]["source"])
        found |= {item["messageData"]["msg"]["text"] for item in record["messageRecords"]}
        assert len(record["messageRecords"]) == 1
    return found


def caller_of(server: Server, folder: Path, account: str = "provider") -> Caller:
    token = add_token(folder / "api_tokens.json", account, "")
    return Caller(httpx.Client(base_url=server.address, timeout=120), token, account)


def test_it_starts_answers_and_stops(tmp_path: Path) -> None:
    version(1).publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path) as server:
        caller = caller_of(server, tmp_path)
        with closing(caller.client):
            assert caller.client.get("/health").json()["status"] == "ok"
            answer = caller.ask(query="limit=100")
            assert versions_in(answer) == {"v1"}
            assert answer.headers["content-type"] == "application/json"
            assert answer.json()["_metadata"]["self"]["href"].startswith(server.address)
            assert "server" not in answer.headers
            paths = caller.client.get("/openapi.json").json()["paths"]
            assert len(paths) == 2
    log = server.log.read_text()
    assert "Traceback" not in log
    assert caller.token is not None
    assert caller.token.split("_", 2)[2] not in log
    assert f"token={caller.token.split('_')[1]}" in log  # who read what
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.address}/health")


def test_a_caller_that_goes_away_leaves_no_trace(tmp_path: Path) -> None:
    version(1).publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path) as server:
        caller = caller_of(server, tmp_path)
        host, port = server.address.removeprefix("http://").split(":")
        path = "/messaging_history/api/account/provider/conversations/search"
        with closing(socket.create_connection((host, int(port)))) as half:
            head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 90\r\n"
            half.sendall(f"{head}Authorization: Bearer {caller.token}\r\n\r\n{{".encode())
            time.sleep(0.3)
        with closing(caller.client):
            assert caller.ask().status_code == 200
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "' 400 token=" in log


def test_new_files_under_load_never_fail_and_never_mix(tmp_path: Path) -> None:
    published = tmp_path / "parley_marts.duckdb"
    version(0).publish(published)
    answers: list[tuple[int, frozenset[str | None]]] = []
    stop = threading.Event()

    def ask() -> None:
        caller = caller_of(server, tmp_path)
        with closing(caller.client):
            while not stop.is_set():
                answer = caller.ask(query="limit=100&sort=end:desc", keyword="v")
                answers.append((answer.status_code, frozenset(versions_in(answer))))

    with start_server(tmp_path, PARLEY_API_RATE_LIMIT="1000000") as server:
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(1, 7):
            version(number).publish(published)
            # the next one waits until somebody has read this one, on however slow a machine
            wanted = (200, frozenset({f"v{number}"}))
            eventually(lambda wanted=wanted: wanted in answers, f"v{number} is read")
        stop.set()
        for thread in threads:
            thread.join()
        # An answer begun before the last file may arrive after one of it; one asked for now may not.
        caller = caller_of(server, tmp_path)
        with closing(caller.client):
            last = caller.ask(query="limit=100&sort=end:desc", keyword="v")

        def marts() -> list[str]:
            return [file for file in open_files(server.process.pid) if published.name in file]

        # What was opened before is closed: only the last file is left open.
        eventually(lambda: marts() == [str(published)] * Settings.searches, "one file is open")
    assert {status for status, _ in answers} == {200}
    assert {len(versions) for _, versions in answers} == {1}
    assert set(versions_in(last)) == {"v6"}


def test_it_serves_while_a_build_writes_the_warehouse(tmp_path: Path) -> None:
    version(1).publish(tmp_path / "parley_marts.duckdb")
    with (
        duckdb.connect(str(tmp_path / "parley.duckdb")) as build,
        start_server(tmp_path) as server,
    ):
        build.execute("create table half_done as select 1 as one")
        caller = caller_of(server, tmp_path)
        with closing(caller.client):
            assert versions_in(caller.ask()) == {"v1"}


def test_nothing_published_yet_is_503_until_it_is(tmp_path: Path) -> None:
    caller = Caller.of(make_settings(tmp_path), "provider")
    published = tmp_path / "parley_marts.duckdb"
    states = ("Nothing is published", "no marketplace", "cannot be read")
    for wanted in states:
        for answer in (caller.ask(), caller.client.get("/health")):
            assert answer.status_code == 503
            told = problem_of(answer)["message"]
            assert wanted in told
            assert str(tmp_path) not in told  # callers need not know it, the log says it
        if wanted == states[0]:
            with duckdb.connect(str(published)) as connection:
                connection.execute("create schema marts")
                connection.execute("create table marts.landing_audit (feed varchar)")
        else:
            published.write_text("no database", encoding="utf-8")
    version(1).publish(published)
    assert caller.ask().status_code == 200
    assert caller.client.get("/health").json()["status"] == "ok"


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Caller]:
    version(1).publish(tmp_path / "parley_marts.duckdb")
    caller = Caller.of(make_settings(tmp_path), "provider")
    assert versions_in(caller.ask()) == {"v1"}
    yield caller
    version(2).publish(tmp_path / "parley_marts.duckdb")
    assert versions_in(caller.ask()) == {"v2"}


def test_a_file_that_cannot_be_opened_leaves_the_old_one_serving(
    serving: Caller, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"half a file " * 1000)
    broken.replace(tmp_path / "parley_marts.duckdb")
    for _ in range(3):
        assert versions_in(serving.ask()) == {"v1"}


@pytest.mark.parametrize(
    "column", ["marketplace_conversations.dialogs", "marketplace_messages.dialog_id"]
)
def test_a_file_of_another_version_leaves_the_old_one_serving(
    serving: Caller, tmp_path: Path, column: str
) -> None:
    table, name = column.split(".")
    version(2).publish(tmp_path / "other.duckdb")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute(f"alter table marts.{table} rename column {name} to of_before")
    (tmp_path / "other.duckdb").replace(tmp_path / "parley_marts.duckdb")
    assert versions_in(serving.ask()) == {"v1"}
    first = Caller.of(make_settings(tmp_path), "provider").ask()
    assert first.status_code == 503
    assert problem_of(first)["message"] == "The published marts are of another version."


def test_a_file_that_is_gone_leaves_the_old_one_serving(serving: Caller, tmp_path: Path) -> None:
    (tmp_path / "parley_marts.duckdb").unlink()
    assert versions_in(serving.ask()) == {"v1"}


def test_a_file_without_marketplace_leaves_the_old_one_serving(
    serving: Caller, tmp_path: Path
) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create schema marts")
    other.replace(tmp_path / "parley_marts.duckdb")
    assert versions_in(serving.ask()) == {"v1"}


def test_a_file_that_somebody_writes_is_tried_again_later(tmp_path: Path) -> None:
    path = version(1).publish(tmp_path / "parley_marts.duckdb")
    now = 0.0
    file = PublishedFile(path, "1GB", 1, clock=lambda: now)
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    with pytest.raises(NotPublishedError, match="cannot be read"), file.snapshot():
        pass
    writer.communicate("\n")
    # The file's state may be what it was, so it is the clock that says when to try again.
    now = RETRY_SECONDS
    with file.snapshot() as snapshot:
        assert snapshot.accounts == {"provider", "shop"}
    file.close()


def test_a_request_under_way_finishes_on_the_file_that_it_began_on(tmp_path: Path) -> None:
    path = version(1).publish(tmp_path / "parley_marts.duckdb")
    file = PublishedFile(path, "1GB", 1)
    count = "select count(*) from published.marts.marketplace_conversations"
    with file.snapshot() as old:
        version(2).publish(path)
        with file.snapshot() as new:
            assert new.connections[0].execute(count).fetchone() == (302,)
            assert old.connections[0].execute(count).fetchone() == (301,)
    with pytest.raises(duckdb.ConnectionException):
        old.connections[0].execute(count)
    file.close()


def test_a_statement_reaches_no_other_file(tmp_path: Path) -> None:
    path = version(1).publish(tmp_path / "parley_marts.duckdb")
    file = PublishedFile(path, "1GB", 1)
    with file.snapshot() as snapshot:
        cursor = snapshot.connections[0].cursor()
        for statement in (
            "select * from read_text('/etc/passwd')",
            "copy (select 1) to '/tmp/parley_api_escape.csv'",
            "attach ':memory:' as other; set enable_external_access = true",
            "drop table published.marts.marketplace_messages",
            "insert into published.marts.marketplace_messages select * from "
            "published.marts.marketplace_messages",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(statement)
    file.close()


# -- starting -------------------------------------------------------------------------------------


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start it where it ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "parley.api"],
        env=environment(PARLEY_WAREHOUSE=str(folder / "parley.duckdb"), **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *pieces: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(piece in done.stderr for piece in pieces), done.stderr


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert_one_sentence(start(tmp_path, PARLEY_API_PORT=port), port, "PARLEY_API_PORT")


def test_settings_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(start(tmp_path, PARLEY_API_PORT="eighty"), "PARLEY_API_PORT", "number")
    for host in ("256.0.0.1", ".example", "x" * 70):
        assert_one_sentence(start(tmp_path, PARLEY_API_HOST=host), host, "PARLEY_API_HOST")
    (tmp_path / "api_tokens.json").write_text("tokens", encoding="utf-8")
    assert_one_sentence(start(tmp_path, PARLEY_API_PORT="0"), "token file", "move it away")


def test_without_marts_and_tokens_it_says_so_and_waits(tmp_path: Path) -> None:
    with start_server(tmp_path) as server:
        assert httpx.get(f"{server.address}/health").status_code == 503
        log = server.log.read_text()
        assert "Nothing is published" in log
        assert "make run" in log
        assert "There are no tokens" in log
        assert "parley.api.tokens add" in log
        caller = caller_of(server, tmp_path)  # both are noticed without a restart
        with closing(caller.client):
            assert caller.ask().status_code == 503
            version(1).publish(tmp_path / "parley_marts.duckdb")
            assert versions_in(caller.ask()) == {"v1"}
    assert "Traceback" not in server.log.read_text()


def test_make_serve_starts_it() -> None:
    shown = subprocess.run(
        ["make", "--dry-run", "serve"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "python -m parley.api" in shown.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="the example calls curl")
def test_the_pages_example(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "provider_api.md").read_text(encoding="utf-8")
    section = page.split("\n## ")[0]
    serve, ask = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert serve.splitlines()[-1] == "make serve"
    start = int(re.findall(r'"from": (\d+)', ask)[0])
    row = {"account_id": "shop", "provider_account_id": "36415504"}
    Marketplace(
        [conversation("c1", start=start, end=start + 1, **row), conversation("c2", **row)],
        [message("c1", 1, "My order is late", **row)],
    ).publish(tmp_path / "parley_marts.duckdb")
    with start_server(tmp_path) as server:
        script = serve.replace("make serve", "") + ask
        script = script.replace(".venv/bin/python", sys.executable)
        script = script.replace("warehouse/", f"{tmp_path}/")
        script = script.replace("http://127.0.0.1:8087", server.address)
        done = subprocess.run(
            ["bash", "-euc", script],
            env=environment(PARLEY_WAREHOUSE=str(tmp_path / "parley.duckdb")),
            capture_output=True,
            text=True,
            check=True,
        )
    (record,) = json.loads(done.stdout)["conversationHistoryRecords"]
    assert record["info"]["conversationId"] == "c1"
