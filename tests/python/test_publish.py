"""Publishing: the copy is complete, swapped in whole, and refused in one sentence."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError

from parley import publish
from parley.catalogue.page import PageError, opened
from parley.dashboards.publication import PublicationError, open_publication
from parley.files import CommandError
from parley.landing.plugin import check_warehouse
from parley.marts import literal, open_published
from parley.privacy.copies import open_to_write
from parley.privacy.places import open_to_read
from provider_api.slow import MINUTES
from rig.waiting import eventually, open_files
from rig.watching import watched

SOURCE = str(Path(publish.__file__).parents[1])


def write_warehouse(path: Path, version: int, rows: int = 100) -> None:
    """A warehouse whose two marts carry the same version in every row."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema intermediate")
        connection.execute(
            f"""
            create table intermediate.facts as
            select i as fact_id, {version} as version, 'line ' || i as raw_line
            from range({rows}) as facts (i) order by hash(i)
            """
        )
        connection.execute("create table marts.facts as select * from intermediate.facts")
        connection.execute(
            f'create view marts."odd ""name" as select * from {path.stem}.intermediate.facts'
        )
        connection.execute("comment on table marts.facts is 'One row per fact; it''s all'")
        connection.execute("comment on column marts.facts.version is 'Which build'")
        connection.execute('comment on view marts."odd ""name" is \'A view\'')
        connection.execute('comment on column marts."odd ""name".fact_id is \'Key\'')


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without anybody's settings of Parley."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    return kept | {"PYTHONPATH": SOURCE} | settings


def run_publish(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "parley.publish", *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )


def read_version(path: Path) -> tuple[int, int, int]:
    """Version and rows of the table, and rows of what was a view."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(path))} as file (read_only)")
        found = connection.execute(
            """
            select min(version), count(*), (select count(*) from file.marts."odd ""name")
            from file.marts.facts
            """
        ).fetchone()
    assert found is not None
    return found


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "parley.duckdb"
    write_warehouse(path, version=1)
    yield path
    assert not [file.name for file in tmp_path.iterdir() if ".partial" in file.name]


def test_everything_is_copied_as_tables_with_comments(warehouse: Path) -> None:
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse))
    assert done.returncode == 0, done.stderr
    target = warehouse.with_name("parley_marts.duckdb")
    assert str(target) in done.stdout
    with duckdb.connect(str(target), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'marts' order by 1"
        ).fetchall()
        columns = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() "
            "where schema_name = 'marts' and comment is not null order by all"
        ).fetchall()
        views = connection.execute("select * from duckdb_views() where not internal").fetchall()
        order = connection.execute("select fact_id from marts.facts").fetchall()
    assert tables == [("facts", "One row per fact; it's all"), ('odd "name', "A view")]
    assert columns == [("facts", "version", "Which build"), ('odd "name', "fact_id", "Key")]
    assert views == []
    assert order == [(number,) for number in range(100)]
    assert not target.with_name("parley_marts.duckdb.wal").exists()


def test_settings_and_options_name_the_files(warehouse: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "new folder" / "it's.duckdb"
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(elsewhere))
    assert done.returncode == 0, done.stderr
    assert read_version(elsewhere) == (1, 100, 100)
    assert_one_sentence(
        run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_MEMORY_LIMIT="lots"), "such as 3GB"
    )
    other = tmp_path / "other.duckdb"
    done = run_publish("--warehouse", str(warehouse), "--target", str(other))
    assert done.returncode == 0, done.stderr
    assert read_version(other) == (1, 100, 100)


def test_parquet_holds_every_mart(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parquet"
    done = run_publish("--parquet", str(folder), PARLEY_WAREHOUSE=str(warehouse))
    assert done.returncode == 0, done.stderr
    assert sorted(file.name for file in folder.iterdir()) == ["facts.parquet", 'odd "name.parquet']
    counted = duckdb.sql(f"select count(*) from '{folder}/facts.parquet'").fetchone()
    assert counted == (100,)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_copy_is_its_owners_alone_unless_told(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    before = os.umask(0)
    try:
        for umask, expected in (("", 0o600), ("027", 0o640), ("0022", 0o644), ("", 0o600)):
            done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_UMASK=umask)
            assert done.returncode == 0, done.stderr
            assert mode_of(target) == expected
    finally:
        os.umask(before)
    for wrong in ("o27", "9", "77777", "777", "127"):
        done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_UMASK=wrong)
        assert_one_sentence(done, "PARLEY_UMASK", wrong)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes other people's files")
def test_root_leaves_the_copy_to_who_owns_it(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    os.chown(warehouse.parent, 65534, 65534)  # the folder of somebody else
    publish.publish(warehouse, target)
    assert (target.stat().st_uid, target.stat().st_gid) == (65534, 65534)
    os.chown(target, 12345, 54321)
    publish.publish(warehouse, target)
    assert (target.stat().st_uid, target.stat().st_gid) == (12345, 54321)


def test_rejected_lines_stay_in_the_warehouse_unless_told(warehouse: Path) -> None:
    """The copy has the line's place and reason; the line itself only with the setting."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create table marts.quarantined_records as "
            "select 'feed' as feed, 7 as line_number, 'not_json' as reason, 'a secret' as raw_line"
        )
        connection.execute("comment on column marts.quarantined_records.raw_line is 'The line'")
    target = warehouse.with_name("parley_marts.duckdb")
    for setting, expected in (("", None), ("0", None), ("1", "a secret")):
        done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISH_RAW_LINES=setting)
        assert done.returncode == 0, done.stderr
        with duckdb.connect(str(target), read_only=True) as connection:
            found = connection.execute("from marts.quarantined_records").fetchall()
            kinds = connection.execute(
                "select data_type, comment from duckdb_columns() where column_name = 'raw_line' "
                "and table_name = 'quarantined_records'"
            ).fetchall()
        assert found == [("feed", 7, "not_json", expected)]
        assert kinds == [("VARCHAR", "The line")]
        assert (b"a secret" in target.read_bytes()) == (setting == "1")
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISH_RAW_LINES="yes")
    assert_one_sentence(done, "PARLEY_PUBLISH_RAW_LINES")


def test_warehouse_is_not_changed(warehouse: Path) -> None:
    before = warehouse.read_bytes()
    publish.publish(warehouse, warehouse.with_name("parley_marts.duckdb"))
    assert warehouse.read_bytes() == before


def test_changes_of_a_killed_build_that_are_only_in_its_log_are_copied(warehouse: Path) -> None:
    script = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c"
        ".execute('update marts.facts set version = 7'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(warehouse)], check=False)
    assert warehouse.with_name("parley.duckdb.wal").exists()
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    assert read_version(target) == (7, 100, 100)


def test_marts_that_are_gone_are_gone_from_the_copy(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table marts.facts")
    assert list(publish.publish(warehouse, target)) == ['odd "name']


def test_a_reader_always_finds_a_whole_file(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    script = """
import sys, time, duckdb
seen, reads = set(), 0
while "9" not in seen:
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        query = "select distinct version from parley_marts.marts.facts union select distinct version"
        query += ' from parley_marts.marts."odd ""name"'
        versions = [str(row[0]) for row in connection.execute(query).fetchall()]
    assert len(versions) == 1, versions
    seen.add(versions[0])
    reads += 1
    if reads == 1:
        print("ready", flush=True)
print(reads, len(seen))
"""
    with watched(script, target):
        for version in range(2, 10):
            write_warehouse(warehouse, version, rows=20_000)
            publish.publish(warehouse, target)


def test_who_opened_the_old_file_keeps_reading_it(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    script = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('open', "
        "flush=True); input(); "
        "print(c.execute('select min(version) from parley_marts.marts.facts').fetchone())"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    write_warehouse(warehouse, version=2)
    publish.publish(warehouse, target)
    assert reader.communicate("\n", timeout=300)[0] == "(1,)\n"
    assert read_version(target)[0] == 2


def is_writing(process: int) -> bool:
    """Whether a process has the copy open that it makes."""
    return any(".parley_marts.duckdb.partial" in file for file in open_files(process))


def test_killed_in_the_middle_leaves_the_old_file(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    before = target.read_bytes()
    write_warehouse(warehouse, version=2, rows=100_000)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"create view marts.slow as {MINUTES}")  # the last of the marts
    for wait in (0.0, 0.05, 0.2):
        process = subprocess.Popen(
            [sys.executable, "-m", "parley.publish"],
            env=environment(PARLEY_WAREHOUSE=str(warehouse)),
            stdout=subprocess.DEVNULL,
        )
        # Kill once its private file is there, and not one that was killed before; some time into its writing.
        eventually(lambda pid=process.pid: is_writing(pid), "it is in the middle")
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert target.read_bytes() == before
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop view marts.slow")
    assert run_publish(PARLEY_WAREHOUSE=str(warehouse)).returncode == 0
    assert read_version(target) == (2, 100_000, 100_000)


def test_a_failing_copy_leaves_the_old_file(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    before = target.read_bytes()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create view marts.z as select cast(raw_line as int) from marts.facts")
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse))
    assert_one_sentence(done, "could not be published")
    assert target.read_bytes() == before


def test_a_log_beside_the_old_file_is_not_applied_to_the_new_one(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    publish.publish(warehouse, target)
    script = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c"
        ".execute('drop table parley_marts.marts.facts'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(target)], check=False)
    assert target.with_name("parley_marts.duckdb.wal").exists()
    publish.publish(warehouse, target)
    assert read_version(target) == (1, 100, 100)


def test_two_at_once_take_turns(warehouse: Path) -> None:
    target = warehouse.with_name("parley_marts.duckdb")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "parley.publish"],
            env=environment(PARLEY_WAREHOUSE=str(warehouse)),
            stdout=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]
    assert [process.wait(timeout=300) for process in processes] == [0, 0, 0]
    assert read_version(target) == (1, 100, 100)


def assert_one_sentence(done: subprocess.CompletedProcess[str], *pieces: str) -> None:
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(piece in done.stderr for piece in pieces), done.stderr


def test_errors_are_one_sentence(warehouse: Path, tmp_path: Path) -> None:
    before = warehouse.read_bytes()
    missing = tmp_path / "nowhere" / "w.duckdb"
    assert_one_sentence(
        run_publish(PARLEY_WAREHOUSE=str(missing)), "no warehouse", str(missing), "make run"
    )
    assert not missing.parent.exists()
    assert_one_sentence(run_publish(PARLEY_WAREHOUSE=str(tmp_path)), "is a folder")
    assert_one_sentence(
        run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(tmp_path)),
        str(tmp_path),
        "is a folder",
    )
    assert_one_sentence(
        run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(warehouse)), "itself"
    )
    below = warehouse / "parley_marts.duckdb"
    assert_one_sentence(
        run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(below)), "cannot be made"
    )
    text = tmp_path / "text.duckdb"
    text.write_text("no database " * 1000, encoding="utf-8")
    assert_one_sentence(run_publish(PARLEY_WAREHOUSE=str(text)), "no DuckDB file")
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    assert_one_sentence(run_publish(PARLEY_WAREHOUSE=str(empty)), "no marts yet")
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create schema parley_state")
    for target, words in ((text, "no DuckDB file"), (other, "is a warehouse")):
        kept = target.read_bytes()
        done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(target))
        assert_one_sentence(done, str(target), words, "move it away")
        assert target.read_bytes() == kept
    assert warehouse.read_bytes() == before


def test_a_published_file_is_no_warehouse(warehouse: Path) -> None:
    assert run_publish(PARLEY_WAREHOUSE=str(warehouse)).returncode == 0
    published = warehouse.with_name("parley_marts.duckdb")
    before = published.read_bytes()
    done = run_publish(PARLEY_WAREHOUSE=str(published), PARLEY_PUBLISHED=f"{published}.2")
    assert_one_sentence(done, str(published), "no warehouse", "Set PARLEY_WAREHOUSE")
    with pytest.raises(DbtRuntimeError, match="which readers open"):
        check_warehouse(published)
    assert published.read_bytes() == before


def test_only_what_a_publication_wrote_is_replaced(warehouse: Path, tmp_path: Path) -> None:
    """A database of somebody's own and a device stay; a publication to which a table was added does not."""
    target = tmp_path / "target.duckdb"
    with duckdb.connect(str(target)) as connection:
        connection.execute("create table of_my_own as select 1 as n")
        connection.execute("create schema marts; create table marts.mine as select 1 as n")
    kept = target.read_bytes()
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(target))
    assert_one_sentence(done, str(target), "that no publication wrote", "move it away")
    assert target.read_bytes() == kept
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(pipe))
    assert_one_sentence(done, "no file", "set PARLEY_PUBLISHED")
    assert pipe.is_fifo()
    with duckdb.connect(str(target)) as connection:
        connection.execute("create table marts.metric_catalog as select 1 as n")
    assert (
        run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(target)).returncode == 0
    )
    assert read_version(target) == (1, 100, 100)


def others(folder: Path) -> Iterator[Path]:
    """Files that DuckDB opens, and that are none of its databases."""
    for name in ("a.csv", "a.json", "a.parquet", "sqlite.duckdb"):
        path = folder / name
        if name == "a.parquet":
            duckdb.sql(f"copy (select 1 as a) to {literal(str(path))}")
        elif name == "sqlite.duckdb":
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("create table t (n int)")
        else:
            path.write_text('{"a": 1}', encoding="utf-8")
        yield path


def test_files_that_duckdb_reads_besides_are_no_databases(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would open some as an empty database in memory, and write a warehouse into one of SQLite."""
    for path in others(tmp_path):
        kept = path.read_bytes()
        done = run_publish(PARLEY_WAREHOUSE=str(path))
        assert_one_sentence(done, str(path), "is no DuckDB file; set PARLEY_WAREHOUSE")
        with pytest.raises(DbtRuntimeError, match=r"no DuckDB file.*PARLEY_WAREHOUSE"):
            check_warehouse(path)
        for privacy in (open_to_read, open_to_write):
            with pytest.raises(CommandError, match="no DuckDB file; set PARLEY_WAREHOUSE"):
                privacy(path)
        with pytest.raises(PageError, match="no DuckDB file; set PARLEY_WAREHOUSE"), opened(path):
            pass
        monkeypatch.setenv("PARLEY_WAREHOUSE", str(warehouse))
        monkeypatch.setenv("PARLEY_PUBLISHED", str(path))
        with (
            pytest.raises(CommandError, match="no DuckDB file; set PARLEY_PUBLISHED"),
            open_published(path),
        ):
            pass
        with pytest.raises(PublicationError, match="no DuckDB file; set PARLEY_PUBLISHED"):
            open_publication(path)
        monkeypatch.undo()
        assert path.read_bytes() == kept


def test_a_pipe_and_a_folder_are_no_warehouses(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(DbtRuntimeError, match="no DuckDB file"):
        check_warehouse(pipe)
    for privacy in (open_to_read, open_to_write):
        with pytest.raises(CommandError, match="no DuckDB file; set PARLEY_WAREHOUSE"):
            privacy(pipe)
    with pytest.raises(CommandError, match="is a folder; set PARLEY_WAREHOUSE"):
        open_to_read(tmp_path)
    done = run_publish(PARLEY_WAREHOUSE=str(pipe))
    assert_one_sentence(done, "is no DuckDB file; set PARLEY_WAREHOUSE")


def test_a_file_that_a_disk_has_spoilt_is_made_anew(warehouse: Path) -> None:
    os.truncate(warehouse, 20_000)
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse))
    assert_one_sentence(done, str(warehouse), "cannot be read", "`make run` makes it anew")


def test_only_leftovers_of_the_target_itself_go(warehouse: Path, tmp_path: Path) -> None:
    """Names may have characters that stand for others; a link that leads nowhere may be replaced."""
    other = tmp_path / ".another.duckdb.partial"
    other.touch()
    target = tmp_path / "*.duckdb"
    target.symlink_to(target)
    assert (
        run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(target)).returncode == 0
    )
    assert other.exists()
    other.unlink()


def test_a_running_build_is_named(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)):
        done = run_publish(PARLEY_WAREHOUSE=str(warehouse))
    assert_one_sentence(done, str(warehouse), "running build")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "read only"
    folder.mkdir(mode=0o555)
    target = folder / "parley_marts.duckdb"
    done = run_publish(PARLEY_WAREHOUSE=str(warehouse), PARLEY_PUBLISHED=str(target))
    assert_one_sentence(done, str(folder), "cannot be written")


def test_a_folder_that_is_refused_is_named(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for root, who may write everywhere."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CommandError, match="cannot be written"):
        publish.publish(warehouse, warehouse.with_name("parley_marts.duckdb"))
