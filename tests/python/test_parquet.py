"""Marts as Parquet: read by a second engine, and of one publication whenever they are read."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from parley import parquet
from parley.api.published import NotPublishedError, open_snapshot
from parley.dashboards.publication import PublicationError, open_publication
from parley.files import CommandError
from provider_api.slow import MINUTES
from rig.waiting import eventually
from rig.watching import watched

SOURCE = str(Path(parquet.__file__).parents[1])
MARTS = ("facts", "others")
# It knows pyarrow alone, resolves the folder once and reads what is there.
READER = """
import sys, time
from pathlib import Path
import pyarrow.parquet as pq
seen, reads = set(), 0
while "9" not in seen:
    folder = Path(sys.argv[1]).resolve()
    try:
        versions = {str(v) for mart in ("facts", "others")
            for v in pq.read_table(folder / f"{mart}.parquet")["version"].to_pylist()}
    except FileNotFoundError:  # so slow that the folder was followed by two others
        while folder.exists():  # one file goes after the other
            time.sleep(0.01)
        continue
    assert len(versions) == 1, versions
    seen |= versions
    reads += 1
    if reads == 1:
        print("ready", flush=True)
print(reads, len(seen))
"""


def write_published(path: Path, version: int, rows: int = 100) -> None:
    """A published file whose two marts carry the same version in every row, swapped in."""
    private = path.with_name("private.duckdb")
    with duckdb.connect(str(private)) as connection:
        connection.execute("create schema marts")
        for mart in MARTS:
            connection.execute(
                f"""
                create table marts.{mart} as
                select i as id, {version} as version, date '2024-02-29' as date_day,
                    timestamp '2024-02-29 12:00:00.123' as at, 0.1 as share, i % 2 = 0 as is_even
                from range({rows}) as facts (i)
                """
            )
    private.replace(path)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "bi.duckdb"
    write_published(path, 1)
    return path


def run_parquet(published: Path, target: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    settings = {"PARLEY_PUBLISHED": str(published), "PARLEY_PARQUET": str(target)}
    return subprocess.run(
        [sys.executable, "-m", "parley.parquet"],
        env=kept | {"PYTHONPATH": SOURCE} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_another_engine_reads_every_mart(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new folder" / "it's"
    done = run_parquet(published, folder)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stdout
    assert sorted(file.name for file in folder.iterdir()) == ["facts.parquet", "others.parquet"]
    with duckdb.connect(str(published), read_only=True) as connection:
        for mart in MARTS:
            table = pq.read_table(folder / f"{mart}.parquet")
            expected = connection.execute(f"select * from bi.marts.{mart}").fetchall()
            assert [tuple(row.values()) for row in table.to_pylist()] == [
                (*row[:4], pytest.approx(row[4]), row[5]) for row in expected
            ]


def test_who_resolves_the_folder_once_reads_one_publication(
    published: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "parquet"
    parquet.write_parquet(published, folder)
    with watched(READER, folder):
        for version in range(2, 10):
            write_published(published, version, rows=20_000)
            parquet.write_parquet(published, folder, quiet=0.3)
    assert len(parquet.folders_of(folder)) == 1


def test_the_folder_before_goes_when_nobody_reads_it(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    parquet.write_parquet(published, folder)
    (before,) = parquet.folders_of(folder)
    with (before / "facts.parquet").open("rb"):
        parquet.write_parquet(published, folder, quiet=0.05, longest=0.2)
        assert before in parquet.folders_of(folder)
    parquet.write_parquet(published, folder, quiet=0.05)
    assert parquet.folders_of(folder) == [folder.resolve()]


def test_files_are_their_owners_alone_unless_told(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "parquet"
    for umask, expected in (("", (0o700, 0o600)), ("027", (0o750, 0o640))):
        monkeypatch.setenv("PARLEY_UMASK", umask)
        parquet.write_parquet(published, folder, quiet=0.05)
        found = (folder.resolve(), folder / "facts.parquet")
        assert tuple(stat.S_IMODE(path.stat().st_mode) for path in found) == expected


def test_killed_in_the_middle_leaves_the_old_files(published: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    parquet.write_parquet(published, folder)
    write_published(published, 2)
    with duckdb.connect(str(published)) as connection:
        connection.execute(f"create view bi.marts.slow as {MINUTES}")  # the last of the marts
    process = subprocess.Popen(
        [sys.executable, "-m", "parley.parquet"],
        env=os.environ
        | {"PYTHONPATH": SOURCE, "PARLEY_PUBLISHED": str(published), "PARLEY_PARQUET": str(folder)},
    )
    eventually(
        lambda: len(list(tmp_path.glob("parquet.copy-*/others.parquet"))) == 2,
        "it is in the middle",
    )
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert pq.read_table(folder / "facts.parquet").num_rows == 100
    write_published(published, 3)
    parquet.write_parquet(published, folder, quiet=0.05)
    assert set(pq.read_table(folder / "others.parquet")["version"].to_pylist()) == {3}
    assert len(parquet.folders_of(folder)) == 1  # what the killed one left is gone


def test_nobodys_files_are_replaced(published: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    parquet.write_parquet(published, kept)  # empty: nothing is lost
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.symlink_to(mine)
    file = mine / "notes.txt"
    for target, reason in ((mine, "holds files"), (elsewhere, "a link to"), (file, "is a file")):
        done = run_parquet(published, target)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert reason in done.stderr
    assert [path.name for path in mine.iterdir()] == ["notes.txt"]


def test_a_warehouse_is_not_copied_in_the_published_file_s_place(
    published: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "create schema parley_state"
        )  # a warehouse has it, a publication has not
    done = run_parquet(published, tmp_path / "parquet")
    assert done.returncode == 1
    assert done.stderr == (
        f"parquet: The file {published} is a warehouse, which also holds what is not published; set "
        "PARLEY_PUBLISHED to the published file.\n"
    )
    assert not (tmp_path / "parquet").exists()
    with pytest.raises(PublicationError, match="is a warehouse"):
        open_publication(published)
    with pytest.raises(NotPublishedError, match="is a warehouse"):
        open_snapshot(published, "100MB", 1, 1)


def test_without_a_published_file_it_is_one_sentence(tmp_path: Path) -> None:
    done = run_parquet(tmp_path / "none", tmp_path / "parquet")
    assert done.returncode == 1
    assert "no published file" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(CommandError, match="no marts"):
        parquet.write_parquet(empty, tmp_path / "parquet")
    assert not list(tmp_path.glob("parquet*"))
