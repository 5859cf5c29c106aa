"""By which names the dashboards answer: a page whose name leads to this machine for a moment sees nothing."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import duckdb
import pytest

from parley import docs
from parley.dashboards import __main__ as command
from parley.hosts import LOCAL_NAMES, is_named
from rig.waiting import eventually
from test_dashboard_pages import TRIES, has_begun_or_ended, serve

#: How a browser opens the connection that the figures come by.
STREAM = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def status_as(host: str, path: str, port: int, headers: Mapping[str, str] = {}) -> int:
    """What a browser gets that asks for a path from a page of the name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    told = {"Host": host, "Origin": f"http://{host}", **headers}
    try:
        connection.request("GET", path, headers=told)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("host", "names", "is_answered"),
    [
        ("localhost:8501", LOCAL_NAMES, True),
        ("LocalHost.", LOCAL_NAMES, True),
        ("[::1]:8501", LOCAL_NAMES, True),
        ("evil.example", LOCAL_NAMES, False),
        ("127.0.0.1.evil.example", LOCAL_NAMES, False),
        ("evil.example@127.0.0.1.evil.example", LOCAL_NAMES, False),
        ("[", LOCAL_NAMES, False),
        ("", LOCAL_NAMES, False),
        (None, LOCAL_NAMES, False),
        ("bi.example.com", ["*.example.com"], True),
        ("example.com.evil", ["*.example.com"], False),
        ("evil.example", ["*"], True),
        ("evil.example", [], True),
    ],
)
def test_names_that_are_answered(host: str | None, names: list[str], is_answered: bool) -> None:
    assert is_named(host, names) == is_answered


def test_the_documentation_answers_by_its_own_names_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "metrics.html").write_text("metrics")
    monkeypatch.setattr(docs.Pages, "log_message", lambda *_: None)
    with docs.server(str(tmp_path), 0) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        port = server.server_address[1]
        names = (f"127.0.0.1:{port}", "localhost", f"[::1]:{port}", "evil.example", "")
        found = [status_as(name, "/metrics.html", port) for name in names]
        found.append(status_as("localhost", "/metrics.html%00", port))
        server.shutdown()
        thread.join()
    assert found == [200, 200, 200, 403, 403, 404]


@pytest.mark.parametrize(
    ("public", "names"),
    [
        ("", ("127.0.0.1", "localhost", "[::1]")),
        ("bi.example reports.example", ("bi.example", "reports.example")),
    ],
)
def test_a_page_from_elsewhere_gets_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, public: str, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv(command.NAMES, public)
    published = tmp_path / "published.duckdb"
    duckdb.connect(str(published)).close()
    for _ in range(TRIES):
        address, process = serve(published, tmp_path)
        try:
            eventually(partial(has_begun_or_ended, process, address), "it serves")
            if process.poll() is None:
                port = urlsplit(address).port or 0
                asked = [f"{name}:{port}" for name in (*names, "evil.example")]
                found = [status_as(name, "/_stcore/stream", port, STREAM) for name in asked]
                assert found == [101] * len(names) + [403]
                pages = [status_as(name, "/docs/metrics.html", port) for name in asked]
                # nobody has made the documentation there
                assert pages == [404] * len(names) + [403]
                return
        finally:
            process.terminate()
            process.wait(120)
    pytest.fail("the server ended each time")


def test_the_documentation_says_that_its_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind((docs.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert docs.main([str(port)]) == 1
    assert f"{docs.HOST}:{port} cannot be listened on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("127.0.0.2", [*LOCAL_NAMES, "127.0.0.2"]),
        ("localhost", [*LOCAL_NAMES, "localhost"]),
        ("192.168.0.7", ["192.168.0.7"]),
        ("2001:DB8:0::7", ["2001:db8::7"]),
        ("bi.internal", ["bi.internal"]),
        ("0.0.0.0", []),
        ("::", []),
    ],
)
def test_an_address_is_answered_as_itself(
    monkeypatch: pytest.MonkeyPatch, host: str, names: list[str]
) -> None:
    monkeypatch.delenv(command.NAMES, raising=False)
    option = "--server.allowedHosts="

    def told() -> list[str]:
        options = command.command(host, 8501)
        return [one.removeprefix(option) for one in options if one.startswith(option)]

    assert told() == names
    monkeypatch.setenv(command.NAMES, "bi.example.com")
    assert told() == []
