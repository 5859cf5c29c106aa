"""The copy in PostgreSQL: every row of every mart, whole or not at all, in a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from parley import postgres
from parley.landing.files import LandingRoot
from parley.postgres import CopyError
from parley.privacy import copies, erasing
from parley.privacy.erasing import run as run_request
from parley.privacy.ledger import DONE, Ledger
from parley.privacy.places import Places
from parley.privacy.verifying import verify
from parley.publish import publish
from parley.superset.panels import COUNTED, PANELS
from rig import EVERYTHING, Bench
from rig.erasures import Somebody
from rig.erasures import ask as ask_to_forget
from rig.postgres import postgres_server
from rig.waiting import eventually
from worlds import make_world

SOURCE = str(Path(postgres.__file__).parents[1])
NUL = "\0"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    # Not below pytest's own folder: the server's user may not enter it, and a socket's path is short.
    with tempfile.TemporaryDirectory(prefix="parley-postgres-") as folder:
        Path(folder).chmod(0o755)
        with postgres_server(Path(folder)) as settings:
            yield settings


@pytest.fixture
def settings(server: str, request: pytest.FixtureRequest) -> str:
    """A database of the test's own."""
    database = f"of_{abs(hash(request.node.name))}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {database}")
    return server.replace("dbname=postgres", f"dbname={database}")


def run_copy(published: Path, settings: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    return subprocess.run(
        [sys.executable, "-m", "parley.postgres", *more],
        env=kept
        | {"PYTHONPATH": SOURCE, "PARLEY_PUBLISHED": str(published), "PARLEY_POSTGRES": settings},
        capture_output=True,
        text=True,
        check=False,
    )


def copied(published: Path, settings: str, *more: str) -> str:
    """Copy, which must succeed; what was said."""
    done = run_copy(published, settings, *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_one_sentence(done: subprocess.CompletedProcess[str], *pieces: str) -> None:
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert all(piece in done.stderr for piece in pieces), done.stderr


def ask(settings: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings, autocommit=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(query.encode()).fetchall()


def write_published(path: Path, version: int, rows: int = 200, column: str = "version") -> Path:
    """A published file whose two marts carry the same version in every row."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for mart in ("facts", "others"):
            connection.execute(
                f"create table {path.stem}.marts.{mart} as "
                f"select i as fact_id, {version} as {column} from range({rows}) as facts (i)"
            )
            connection.execute(
                f"comment on table {path.stem}.marts.{mart} is 'One row per `fact_id`. It''s \\ \"x\".'"
            )
            connection.execute(f"comment on column {path.stem}.marts.{mart}.fact_id is 'Key; 1'")
    return path


@pytest.mark.slow
def test_every_row_of_every_mart_is_there(settings: str, bench: Bench) -> None:
    site = bench.site(EVERYTHING)
    site.land(make_world(seed=3, accounts=1, attentive=1, one_to_one=1))
    site.build()
    assert site.publish().code == 0
    for _ in range(2):  # into nothing, then over what is there
        assert f"Copied {len(site.marts())} marts" in copied(site.published, settings)
    rows = 0
    with (
        duckdb.connect(str(site.published), read_only=True) as source,
        psycopg.connect(settings) as target,
    ):
        marts = source.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        for mart, comment in marts:
            found = source.execute(f"select * from parley_marts.marts.{mart}")
            names = [column[0] for column in found.description or ()]
            expected = [
                tuple(v.replace(NUL, "␀") if isinstance(v, str) else v for v in row)
                for row in found.fetchall()
            ]
            cursor = target.execute(f"select * from marts.{mart}".encode())
            assert [column.name for column in cursor.description or ()] == names
            assert sorted(map(repr, cursor.fetchall())) == sorted(map(repr, expected)), mart
            told = target.execute(f"select obj_description('marts.{mart}'::regclass)".encode())
            assert told.fetchone() == (comment.strip(),)
            rows += len(expected)
        # what Superset asks of a panel says the same on either
        brand = PANELS[0]
        # what is counted distinct is a text, and has no sum
        facts = ", ".join(
            f"count(distinct {fact})" if fact in COUNTED else f"sum({fact})" for fact in brand.facts
        )
        totals = f"select {facts} from ({brand.sql()}) as rows"
        assert target.execute(totals.encode()).fetchone() == pytest.approx(
            source.execute(totals).fetchone(), rel=1e-9
        )
        keys = target.execute("select count(*) from pg_constraint where contype = 'p'").fetchone()
        types = dict(
            target.execute(
                "select distinct data_type, 1 from information_schema.columns"
                " where table_schema = 'marts' and table_name <> 'parley_copy'"
            ).fetchall()
        )
        ledger = target.execute("select count(*), sum(rows) from marts.parley_copy").fetchone()
    assert ledger == (len(marts), rows)
    assert keys is not None
    assert keys[0] > len(marts) - 5  # all but those with keys longer than an index may hold
    assert types.keys() >= {"text", "bigint", "double precision", "date", "boolean"}
    assert "timestamp without time zone" in types


def bytes_of(settings: str, table: str, text: str) -> int:
    """How often a text is in the files of a table, with what was deleted from it."""
    # what is in the server's memory alone is not in the file yet
    with psycopg.connect(settings, autocommit=True) as connection:
        connection.execute("checkpoint")
    ((path, folder),) = ask(
        settings, f"select pg_relation_filepath('{table}'), current_setting('data_directory')"
    )
    return (Path(folder) / path).read_bytes().count(text.encode())


def test_nothing_of_an_erased_person_is_left_in_the_files_of_tables(
    settings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ordinary copy leaves deleted rows' bytes; an erasure has the tables written into new files."""
    ann, bob = Somebody("visitor", "shop", "visitor-of-ann"), "visitor-of-bob"
    warehouse, published = tmp_path / "parley.duckdb", tmp_path / "parley_marts.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema staging")
        connection.execute("create table staging.lines as select 1 as line")
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.visits as select 'shop' as account_id,"
            f" unnest(['{ann.value}', '{bob}']) as visitor_id, 'No person' as note"
        )
    (tmp_path / "landing").mkdir()
    places = Places(LandingRoot(str(tmp_path / "landing")), warehouse, published)
    publish(warehouse, published)
    for schema in ("marts", "of_bi"):
        copied(published, settings, "--schema", schema)
        copied(published, settings, "--schema", schema)
        assert bytes_of(settings, f"{schema}.visits", ann.value) > 1
    # another brand's copy in the same database, and one made when copies did not say of what they are
    other = tmp_path / "of_another" / "parley_marts.duckdb"
    publish(warehouse, other)
    for schema, source in (("of_another", other), ("of_long_ago", published)):
        copied(source, settings, "--schema", schema)
        with psycopg.connect(settings) as connection:
            connection.execute(f"delete from {schema}.visits".encode())
    with psycopg.connect(settings) as connection:
        connection.execute("alter table of_long_ago.parley_copy drop column publication_id")
        connection.execute("create view public.seen as select visitor_id from marts.visits")

    monkeypatch.setenv("PARLEY_POSTGRES", settings)
    ledger = Ledger(tmp_path / "erasures")
    number = ask_to_forget(places, ledger, ann).request_id
    # as a landed record would have made it
    (member,) = ledger.members(number)
    ledger.save_members(number, [replace(member, token=f"erased-{number}-000000000001")])

    def left() -> list[str]:
        return verify(places, ledger, ledger.request(number), ann.value, str).left

    with monkeypatch.context() as patch:
        patch.setattr(copies, "republish", lambda *_: [])
        patch.setattr(erasing, "republish", lambda *_: [])
        run_request(places, ledger, ledger.request(number), 1.0, str)
    for schema in ("marts", "of_bi"):
        assert f"PostgreSQL: 1 ids in {schema}.visits are the person's." in left()

    with psycopg.connect(settings) as reader, monkeypatch.context() as patch:
        reader.execute("select * from marts.visits")
        patch.setattr(postgres, "LONGEST_WAIT", "100ms")
        with pytest.raises(CopyError, match=r"its files still hold old rows .*lock timeout"):
            run_request(places, ledger, ledger.request(number), 1.0, str)
    said = run_request(places, ledger, ledger.request(number), 1.0, str)
    assert left() == []
    for schema in ("of_another", "of_long_ago"):
        assert ask(settings, f"select count(*) from {schema}.visits") == [(0,)]
        (sentence,) = [one for one in said if f" {schema} is not known to be a copy" in one]
        assert sentence.endswith(f"python -m parley.postgres --schema {schema}")
    copied(published, settings, "--schema", "of_long_ago")
    assert ask(settings, "select count(*) from of_long_ago.visits") == [(2,)]
    assert len(run_request(places, ledger, ledger.request(number), 1.0, str)) == len(said) - 1
    for schema in ("marts", "of_bi"):
        assert bytes_of(settings, f"{schema}.visits", ann.value) == 0
        assert bytes_of(settings, f"{schema}.visits", bob) == 1
    assert ("visitor-of-bob",) in ask(settings, "select visitor_id from public.seen")

    # somebody else's of the same name, and the person's in words
    with psycopg.connect(settings) as connection:
        connection.execute(
            f"insert into of_bi.visits values ('market', '{ann.value}', '')".encode()
        )
        assert left() == []
        connection.execute(
            f"insert into of_bi.visits values ('shop', 'x', 'as {ann.value}')".encode()
        )
        connection.commit()
        assert left() == ["PostgreSQL: 1 rows of of_bi.visits have the text."]
        connection.execute("delete from of_bi.visits")
        connection.execute("create role blind login")
    monkeypatch.setenv("PARLEY_POSTGRES", f"{settings} user=blind")
    found = verify(places, ledger, ledger.request(number), ann.value, str)
    assert (found.left, len(found.unreached)) == ([], 4)
    assert ledger.request(number).state == DONE


def test_values_that_postgresql_spells_otherwise_or_does_not_have(
    settings: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            """
            create table odd.marts."odd ""name" as
            select 1 as id, 'a' || chr(0) || 'b\\n\t\\N' as "te""xt",
                170141183460469231731687303715884105727::hugeint as huge,
                18446744073709551615::ubigint as big, 12.340::decimal(18, 3) as fraction,
                'nan'::double as no_number, '-inf'::double as endless, 0.1 + 0.2::double as near,
                true as yes, timestamp '275760-09-13 00:00:00.123456' as late,
                timestamp '271822-04-20 (BC) 00:00:00' as early, date '0044-03-15 (BC)' as ides,
                timestamptz '2024-01-01 02:00:00+02' as zoned, [1, null] as listed, '' as empty
            union all select 2, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null
            """
        )
        connection.execute("""comment on table odd.marts."odd ""name" is 'One row per `id`.'""")
        connection.execute(
            """
            create table odd.marts.long as
            select repeat('x', 9000) || i as page_url from range(3) as pages (i);
            create table odd.marts.same as select unnest(['a' || chr(0), 'a␀']) as name;
            comment on table odd.marts.long is 'One row per `page_url`.';
            comment on table odd.marts.same is 'One row per `name`.';
            create table odd.marts.nothing (id bigint)
            """
        )
    copied(path, settings)
    assert ask(
        settings,
        """
        select "te""xt", huge::text, big::text, fraction::text, no_number::text, endless::text,
            near, yes, late::text, early::text, ides::text, zoned::text, listed, empty
        from marts."odd ""name" order by id
        """,
    ) == [
        (
            "a␀b\\n\t\\N",
            "170141183460469231731687303715884105727",
            "18446744073709551615",
            "12.340",
            "NaN",
            "-Infinity",
            0.1 + 0.2,
            True,
            "275760-09-13 00:00:00.123456",
            "-infinity",
            "0044-03-15 BC",
            "2024-01-01 00:00:00+00",
            "[1, NULL]",
            "",
        ),
        (None,) * 14,
    ]
    assert ask(settings, "select max(length(page_url)), count(*) from marts.long") == [(9001, 3)]
    assert ask(settings, "select count(*) from marts.same") == [(2,)]
    assert ask(settings, "select count(*) from marts.nothing") == [(0,)]


def test_a_reader_sees_one_copy_or_the_other(settings: str, tmp_path: Path) -> None:
    path = tmp_path / "bi.duckdb"
    copied(write_published(path, 1), settings)
    stop = threading.Event()
    seen: list[frozenset[tuple[Any, ...]]] = []
    errors: list[Exception] = []

    def read() -> None:
        query = (
            b"select version, count(*) from marts.facts group by 1"
            b" union select version, count(*) from marts.others group by 1"
        )
        try:
            with psycopg.connect(settings, autocommit=True) as connection:
                while not stop.is_set():
                    seen.append(frozenset(connection.execute(query).fetchall()))
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(2, 8):
        # In between the marts' columns change: their tables are replaced under the readers.
        rows = 100 if version % 2 else 5_000
        postgres.copy_to_postgres(write_published(path, version, rows), settings)
        whole = frozenset({(version, rows)})
        eventually(lambda whole=whole: errors or whole in seen, f"version {version} is read")
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"alter table bi.marts.others add column extra{version} int")
        postgres.copy_to_postgres(path, settings)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert {len(versions) for versions in seen} == {1}
    assert ask(settings, "select max(version) from marts.facts") == [(7,)]


def test_a_copy_that_dies_leaves_the_old_one(settings: str, tmp_path: Path) -> None:
    path = tmp_path / "bi.duckdb"
    copied(write_published(path, 1), settings)
    write_published(path, 2)
    environment = os.environ | {
        "PYTHONPATH": SOURCE,
        "PARLEY_PUBLISHED": str(path),
        "PARLEY_POSTGRES": settings,
    }
    with psycopg.connect(settings) as reader:
        # nobody may write to the second mart: the copy stops in its middle
        reader.execute("lock table marts.others in share mode")
        process = subprocess.Popen(
            [sys.executable, "-m", "parley.postgres"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert "1/2 marts.facts" in process.stdout.readline()
        process.kill()
        process.wait()
    assert ask(settings, "select min(version), count(*) from marts.facts") == [(1, 200)]
    write_published(path, 3)
    copied(path, settings)
    assert ask(settings, "select min(version), count(*) from marts.facts") == [(3, 200)]


def test_a_server_that_goes_away_in_the_middle_is_one_sentence(
    settings: str, tmp_path: Path
) -> None:
    """The server ends the connection at the first row, while the copy goes on sending the others."""
    path = tmp_path / "bi.duckdb"
    copied(write_published(path, 1), settings)
    with psycopg.connect(settings, autocommit=True) as owner:
        owner.execute(
            "create function marts.go_away() returns trigger language plpgsql as"
            " 'begin perform pg_terminate_backend(pg_backend_pid()); return new; end'"
        )
        owner.execute(
            "create trigger go_away before insert on marts.others"
            " for each row execute function marts.go_away()"
        )
    done = run_copy(write_published(path, 2, rows=300_000), settings)
    assert_one_sentence(done, "The copy failed and the old one stands")
    assert ask(settings, "select min(version), count(*) from marts.facts") == [(1, 200)]


def test_what_people_hang_on_the_tables_stays(settings: str, tmp_path: Path) -> None:
    path = tmp_path / "bi.duckdb"
    copied(write_published(path, 1), settings)
    with psycopg.connect(settings, autocommit=True) as connection:
        connection.execute("create table marts.mine (a int); create role reader")
        connection.execute("grant select on marts.facts to reader")
        connection.execute("create view public.sums as select sum(version) as s from marts.facts")
    copied(write_published(path, 2), settings)
    assert ask(settings, "select s from public.sums") == [(400,)]
    assert ask(settings, "select has_table_privilege('reader', 'marts.facts', 'select')") == [
        (True,)
    ]
    assert ask(settings, "select count(*) from marts.mine") == [(0,)]
    # A column changes: the view is in the way, and nothing is changed before it is gone.
    write_published(path, 3, column="edition")
    assert_one_sentence(run_copy(path, settings), "other columns", "drop that")
    assert ask(settings, "select s from public.sums") == [(400,)]
    assert ask(settings, "select distinct version from marts.others") == [(2,)]
    with psycopg.connect(settings, autocommit=True) as connection:
        connection.execute("drop view public.sums")
    copied(path, settings)
    assert ask(settings, "select distinct edition from marts.facts") == [(3,)]


def test_marts_that_are_gone_are_gone_and_others_tables_are_not_touched(
    settings: str, tmp_path: Path
) -> None:
    path = tmp_path / "bi.duckdb"
    copied(write_published(path, 1), settings, "--schema", "bi")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table bi.marts.others")
    copied(path, settings, "--schema", "bi")
    assert ask(
        settings,
        "select table_name from information_schema.tables where table_schema = 'bi' order by 1",
    ) == [("facts",), ("parley_copy",)]
    with psycopg.connect(settings, autocommit=True) as connection:
        connection.execute("create schema marts; create table marts.facts (theirs int)")
    assert_one_sentence(run_copy(path, settings), '"facts"', "not make")
    assert ask(settings, "select count(theirs) from marts.facts") == [(0,)]


def test_errors_are_one_sentence(server: str, settings: str, tmp_path: Path) -> None:
    path = write_published(tmp_path / "bi.duckdb", 1)
    assert_one_sentence(run_copy(tmp_path / "none", settings), "no published file", "make publish")
    assert_one_sentence(run_copy(path, ""), "PARLEY_POSTGRES is not set")
    assert_one_sentence(run_copy(path, "host=/nowhere"), "cannot be reached", "/nowhere")
    for broken in ("no secret", "postgres//me:secret@host/bi", "postgresql://me:%secret@host/bi"):
        done = run_copy(path, broken)
        assert_one_sentence(done, "no connection string", "PGPASSWORD")
        assert "secret" not in done.stderr
    assert_one_sentence(run_copy(path, f"{settings} user=nobody"), "nobody", "does not exist")
    assert_one_sentence(run_copy(path, os.fsdecode(b"host=\xff")), "no connection string")
    unfit = ("", " ", os.fsdecode(b"bi\xff"), "x" * 64, "\u00e9" * 32)
    for schema in (*unfit, "50%", "information_schema", "pg_of_mine"):
        assert_one_sentence(run_copy(path, settings, "--schema", schema), "--schema is", "63 bytes")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create role weak login")
        connection.execute("create database latin encoding 'latin1' template template0")
    assert_one_sentence(run_copy(path, f"{settings} user=weak"), "permission denied", "right")
    latin = server.replace("dbname=postgres", "dbname=latin")
    assert_one_sentence(run_copy(path, latin), "LATIN1", "UTF8")
    text = tmp_path / "text"
    text.write_text("no database " * 1000, encoding="utf-8")
    assert_one_sentence(run_copy(text, settings), "is no DuckDB file", "PARLEY_PUBLISHED")
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    assert_one_sentence(run_copy(empty, settings), "has no marts")


def test_a_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 2)
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        host, port = deaf.getsockname()
        with pytest.raises(CopyError, match=r"cannot be reached: .*timeout"):
            postgres.connect(f"host={host} port={port} dbname=bi user=me")


def test_without_the_driver_every_command_says_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_published(tmp_path / "bi.duckdb", 1)
    monkeypatch.setattr(postgres, "psycopg", None)
    for ask_server in (
        lambda: postgres.copy_to_postgres(path, "host=nowhere"),
        lambda: postgres.schemas_of("host=nowhere"),
    ):
        with pytest.raises(CopyError, match="psycopg is not installed; `make` installs it"):
            ask_server()


def is_refused(settings: str) -> bool:
    """Whether the server lets nobody in with these settings."""
    try:
        psycopg.connect(settings).close()
    except psycopg.OperationalError:
        return True
    return False


def test_a_refused_password_is_one_sentence(server: str, tmp_path: Path) -> None:
    path = write_published(tmp_path / "bi.duckdb", 1)
    folder = Path(server.split("host=")[1].split(" ")[0])
    rules = folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create role locked login password 'right'")
        rules.write_text(f"local all locked scram-sha-256\n{before}")
        connection.execute("select pg_reload_conf()")
    eventually(lambda: is_refused(f"{server} user=locked password=wrong"), "it reads its rules")
    done = run_copy(path, f"{server} user=locked password=wrong")
    assert_one_sentence(done, "password authentication failed")
    assert "wrong" not in done.stderr
