"""A disk that fails somewhere: what was there stays whole, and what is said is true.

Every call that reads, writes, syncs or renames fails once, the first, the second and so on, until a
run gets through. Whatever it was, the files are then either what they were or what they should be.
"""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parley import parquet, publish
from parley.api import tokens
from parley.files import CommandError, replace_text
from parley.privacy.ledger import ALL, Ledger, Member, Request, now
from provider_api import environment

#: What the commands do to files, by the names under which they reach it.
CALLS = [
    (os, "open"),
    (os, "fsync"),
    (os, "fchmod"),
    (os, "replace"),
    (os, "rename"),
    (os, "mkdir"),
    (os, "symlink"),
    (os, "stat"),
    (os, "chown"),
    (os, "unlink"),
]


class Disk:
    """Fails at one of the calls."""

    def __init__(self, fails_at: int, code: int) -> None:
        self.fails_at = fails_at
        self.code = code
        self.calls = 0

    def call(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """The real call, which fails when it is its turn."""

        def called(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls == self.fails_at:
                raise OSError(self.code, os.strerror(self.code), name)
            return real(*arguments, **named)

        return called


@contextmanager
def failing(fails_at: int, code: int) -> Iterator[Disk]:
    """Let the n-th call fail, of all that are named above."""
    disk = Disk(fails_at, code)
    with pytest.MonkeyPatch.context() as patch:
        for module, name in CALLS:
            patch.setattr(module, name, disk.call(name, getattr(module, name)))
        yield disk


def until_it_works(act: Callable[[], object], check: Callable[[bool], None]) -> int:
    """Let the first call fail, then the second, …; how many calls there were to fail."""
    for number in range(1, 200):
        code = errno.ENOSPC if number % 2 else errno.EIO
        is_done = True
        with failing(number, code) as disk:
            try:
                act()
            except (OSError, CommandError, tokens.TokenFileError, duckdb.Error):
                is_done = False
        check(is_done)
        if disk.calls < number:
            assert is_done
            return number - 1
    raise AssertionError("it never worked")


def write(path: Path, version: int, is_warehouse: bool = False) -> None:
    """A file of marts in which every row says of which version it is; a warehouse has more than marts."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        if is_warehouse:
            connection.execute("create schema staging")
            connection.execute("create table staging.lines as select 1 as line")
        connection.execute("create schema marts")
        for mart in ("facts", "others"):
            connection.execute(
                f"create table marts.{mart} as select {version} as version from range(100)"
            )


def version_of(path: Path) -> int:
    """The one version of a file of marts, or of a folder of Parquet files."""
    sources = [f"marts.{mart}" for mart in ("facts", "others")]
    if path.is_dir():
        sources = [f"'{path}/{mart}.parquet'" for mart in ("facts", "others")]
    with duckdb.connect() if path.is_dir() else duckdb.connect(str(path), read_only=True) as found:
        rows = found.execute(
            " union ".join(
                f"select version, count(*) from {source} group by 1" for source in sources
            )
        ).fetchall()
    ((version, count),) = rows
    assert count == 100
    return int(version)


def test_publishing_on_a_failing_disk(tmp_path: Path) -> None:
    warehouse, target = tmp_path / "w.duckdb", tmp_path / "published.duckdb"
    write(warehouse, 1, is_warehouse=True)
    publish.publish(warehouse, target)
    write(warehouse, 2, is_warehouse=True)

    def check(is_done: bool) -> None:
        assert version_of(target) in ((2,) if is_done else (1, 2))
        assert not list(tmp_path.glob(".*partial*"))

    assert until_it_works(lambda: publish.publish(warehouse, target), check) > 5
    assert version_of(target) == 2


def test_parquet_on_a_failing_disk(tmp_path: Path) -> None:
    published, link = tmp_path / "published.duckdb", tmp_path / "parquet"
    write(published, 1)
    parquet.write_parquet(published, link, quiet=0)
    write(published, 2)

    def check(is_done: bool) -> None:
        assert version_of(link) in ((2,) if is_done else (1, 2))

    act = lambda: parquet.write_parquet(published, link, quiet=0)  # noqa: E731
    assert until_it_works(act, check) > 5
    assert version_of(link) == 2
    assert parquet.folders_of(link) == [link.resolve()]


def test_tokens_on_a_failing_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the command says of a token is so: it is still valid, or it is revoked."""
    path = tmp_path / "api_tokens.json"
    other = tokens.add_token(path, "other", "")

    def revoke(token_id: str) -> str:
        with suppress(SystemExit):
            tokens.main(["--file", str(path), "revoke", token_id])
        said = capsys.readouterr()
        return said.out + said.err

    for number in range(1, 200):
        token = tokens.add_token(path, "shop", "")
        token_id = token.split("_")[1]
        with failing(number, errno.ENOSPC) as disk:
            said = revoke(token_id)
        is_valid = tokens.TokenFile(path).owner(token) is not None
        assert ("is revoked" in said) == (not is_valid), said
        assert ("is still valid" in said or "Nothing was revoked" in said) == is_valid, said
        assert tokens.TokenFile(path).owner(other) is not None
        assert not list(tmp_path.glob(".*partial"))
        tokens.revoke_token(path, token_id)
        if disk.calls < number:
            break
    assert 5 < number < 199


def test_a_request_on_a_failing_disk(tmp_path: Path) -> None:
    """Every request has its ids, and every file of ids its request."""
    ledger = Ledger(tmp_path / "erasures")
    ledger.create()

    def act() -> None:
        number = f"{len(ledger.requests()):08x}"
        request = Request(number, now(), "phone", "shop", "who")
        ledger.add(request, [Member(number, "shop", "phone", "who", None, ALL)])

    def check(is_done: bool) -> None:
        del is_done
        noted = {f"{request.request_id}.jsonl" for request in ledger.requests()}
        files = {path.name for path in ledger.folder.iterdir()}
        assert files - {"key", "requests.jsonl"} == noted

    assert until_it_works(act, check) > 5
    assert ledger.requests()


def test_a_page_on_a_failing_disk(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("old")

    def check(is_done: bool) -> None:
        assert page.read_text() in (("new",) if is_done else ("old", "new"))
        assert [path.name for path in tmp_path.iterdir()] == ["page.html"]

    assert until_it_works(lambda: replace_text(page, "new"), check) >= 1


def limited(arguments: list[str], size: int) -> subprocess.CompletedProcess[str]:
    """Run a command that may write files of so many bytes, as on a disk that is nearly full."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("size", [0, 1, 5_000, 20_000, 100_000])
def test_no_room_for_the_copy(tmp_path: Path, size: int) -> None:
    """The copy of 100,000 rows needs more; what was published stays, and one sentence says so."""
    warehouse, target = tmp_path / "w.duckdb", tmp_path / "published.duckdb"
    write(warehouse, 1, is_warehouse=True)
    publish.publish(warehouse, target)
    before = target.read_bytes()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table marts.more as select hash(range) from range(100000)")
    command = ["parley.publish", "--warehouse", str(warehouse), "--target", str(target)]
    done = limited(command, size)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "could not be published" in done.stderr
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(".*partial*"))


def test_no_room_for_a_revocation(tmp_path: Path) -> None:
    path = tmp_path / "api_tokens.json"
    token = tokens.add_token(path, "shop", "")
    token_id = token.split("_")[1]
    tokens.add_token(path, "shop", "")
    done = limited(["parley.api.tokens", "--file", str(path), "revoke", token_id], 10)
    assert done.returncode == 1
    assert f"The token {token_id} is still valid" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert tokens.TokenFile(path).owner(token) is not None
    done = limited(["parley.api.tokens", "--file", str(path), "add", "--account", "a"], 10)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "No token was added" in done.stderr
