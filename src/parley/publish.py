"""Publish the marts: copy the warehouse's schema `marts` into a file that readers may open.

DuckDB lets one process write and then nobody else read, so readers never open the warehouse. The
copy is written to a private file in the target's folder, closed, synced and then swapped into place
whole: whoever opens the published file at any moment finds a complete one.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import duckdb

SCHEMA = "marts"
COPY = "parley_published_copy"  # the private file's name while it is written
# Rows are put in the order of the leading columns, where a mart's keys stand; a landed line, which
# can be megabytes long, is no key.
SORT_COLUMNS = 10
UNSORTED = frozenset({"raw_line"})


class PublishError(Exception):
    """Why nothing was published, in one sentence for the person who asked."""


@dataclass(frozen=True)
class Mart:
    """A table or view of the schema marts, with its comments."""

    name: str
    comment: str | None
    columns: tuple[tuple[str, str | None], ...]  # name, comment

    @property
    def sort_columns(self) -> list[str]:
        """The columns that give the copy its order."""
        return [name for name, _ in self.columns[:SORT_COLUMNS] if name not in UNSORTED]


def warehouse_path() -> Path:
    """The warehouse: PARLEY_WAREHOUSE, or the default that dbt's profile has too."""
    return Path(os.environ.get("PARLEY_WAREHOUSE") or "warehouse/parley.duckdb")


def published_path(warehouse: Path) -> Path:
    """The published file: PARLEY_PUBLISHED, or marts.duckdb beside the warehouse."""
    return Path(os.environ.get("PARLEY_PUBLISHED") or warehouse.parent / "marts.duckdb")


def identifier(name: str) -> str:
    """The name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text, quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"


def marts_schema(connection: duckdb.DuckDBPyConnection) -> str:
    """The schema marts of the open file, with the file's name before it.

    A file called marts.duckdb is a catalog called marts, and `marts.<table>` alone is ambiguous.
    """
    found = connection.execute("select current_database()").fetchone()
    return f"{identifier(str(found[0]))}.{SCHEMA}" if found else SCHEMA


def open_error(path: Path, error: Exception) -> str:
    """DuckDB's reason for not opening a file, in one sentence."""
    text = str(error)
    is_published = path.absolute() == published_path(warehouse_path()).absolute()
    what = "published file" if is_published else "warehouse"
    setting = "PARLEY_PUBLISHED" if is_published else "PARLEY_WAREHOUSE"
    if "Could not set lock" in text:
        writer = "a session that may write" if is_published else "a running build"
        return f"The {what} {path} is held by {writer}; try again after it."
    if "not a valid DuckDB database" in text:
        return f"The file {path} is no DuckDB file; set {setting} to the {what}."
    return f"The {what} {path} cannot be read: {text.splitlines()[0]}"


@contextmanager
def open_published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading, or a sentence why it is not."""
    try:
        if not path.is_file():
            raise PublishError(
                f"There is no published file at {path} yet; `make publish` writes it, and its place "
                "is PARLEY_PUBLISHED."
            )
        connection = duckdb.connect(str(path), read_only=True)
    except (OSError, duckdb.Error) as error:
        raise PublishError(open_error(path, error)) from None
    with connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def open_warehouse(path: Path, private: Path) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for reading; what does not fit in memory goes beside the private file."""
    if not path.exists():
        raise PublishError(
            f"There is no warehouse at {path} yet; `make run` or `dbt build` makes it."
        )
    if path.is_dir():
        raise PublishError(f"The warehouse {path} is a folder; set PARLEY_WAREHOUSE to a file.")
    try:
        # As the main database it keeps the name that dbt wrote into its views.
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise PublishError(open_error(path, error)) from None
    connection.execute(f"set temp_directory = {literal(f'{private}.tmp')}")
    connection.execute(
        f"set memory_limit = {literal(os.environ.get('PARLEY_MEMORY_LIMIT') or '3GB')}"
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection


def check_finished(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Refuse a warehouse whose newest build did not finish: its marts may be of two states."""
    ledger = connection.execute(
        "select count(*) from duckdb_tables() "
        "where schema_name = 'parley_state' and table_name = 'builds' "
        "and database_name = current_database()"
    ).fetchone()
    if not ledger or not ledger[0]:
        return
    newest = connection.execute(
        "select is_finished from parley_state.builds order by build_id desc limit 1"
    ).fetchone()
    if newest is not None and not newest[0]:
        raise PublishError(
            f"The last build of {warehouse} did not finish; run `dbt build` again, then publish."
        )


def read_marts(connection: duckdb.DuckDBPyConnection) -> list[Mart]:
    """The tables and views of the schema marts."""
    relations = connection.execute(
        """
        select table_name, comment from duckdb_tables()
        where schema_name = $schema and database_name = current_database()
        union all
        select view_name, comment from duckdb_views()
        where schema_name = $schema and database_name = current_database()
        order by 1
        """,
        {"schema": SCHEMA},
    ).fetchall()
    columns = connection.execute(
        """
        select table_name, column_name, comment from duckdb_columns()
        where schema_name = $schema and database_name = current_database()
        order by table_name, column_index
        """,
        {"schema": SCHEMA},
    ).fetchall()
    return [
        Mart(
            name, comment, tuple((column, note) for table, column, note in columns if table == name)
        )
        for name, comment in relations
    ]


def copy_mart(connection: duckdb.DuckDBPyConnection, mart: Mart) -> int:
    """Copy one mart into the attached file; the number of rows."""
    source = f"{marts_schema(connection)}.{identifier(mart.name)}"
    target = f"{COPY}.{SCHEMA}.{identifier(mart.name)}"
    order = ", ".join(map(identifier, mart.sort_columns))
    counted = connection.execute(
        f"create table {target} as select * from {source}" + (f" order by {order}" if order else "")
    ).fetchone()
    if mart.comment is not None:
        connection.execute(f"comment on table {target} is {literal(mart.comment)}")
    for column, note in mart.columns:
        if note is not None:
            connection.execute(
                f"comment on column {target}.{identifier(column)} is {literal(note)}"
            )
    return int(counted[0]) if counted else 0


def write_copy(warehouse: Path, private: Path) -> dict[str, int]:
    """Write the private file completely; rows by mart."""
    with open_warehouse(warehouse, private) as connection:
        marts = read_marts(connection)
        if not marts:
            raise PublishError(
                f"The warehouse {warehouse} has no marts yet; `dbt build` makes them."
            )
        check_finished(connection, warehouse)
        connection.execute(f"attach {literal(str(private))} as {COPY} (read_write)")
        connection.execute(f"create schema {COPY}.{SCHEMA}")
        rows = {mart.name: copy_mart(connection, mart) for mart in marts}
        connection.execute(f"checkpoint {COPY}")
        connection.execute(f"detach {COPY}")
    return rows


def sync(path: Path) -> None:
    """Have the disk keep a file, or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(paths: Iterator[Path]) -> None:
    """Remove files and folders, whichever they are."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def lock_of(target: Path) -> Iterator[None]:
    """Be the only one who replaces the target."""
    with (target.parent / f".{target.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another writer of {target} to end", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def private_file(target: Path) -> Iterator[Path]:
    """A new file beside the target, for one publisher at a time; leftovers of killed runs go."""
    with lock_of(target):
        private = f".{target.name}.partial"
        remove(target.parent.glob(f"{private}*"))
        try:
            yield target.with_name(private)
        finally:
            remove(target.parent.glob(f"{private}*"))


def prepare_target(target: Path, warehouse: Path) -> None:
    """Make the target's folder and refuse targets that cannot be swapped in."""
    if target.is_dir():
        raise PublishError(
            f"The target {target} is a folder; set PARLEY_PUBLISHED to a file's path."
        )
    if target.resolve() == warehouse.resolve():
        raise PublishError(
            f"PARLEY_PUBLISHED names the warehouse {warehouse} itself; set it to another file."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(
            f"The folder {target.parent} cannot be made: {error.strerror}."
        ) from None
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise PublishError(
            f"The folder {target.parent} cannot be written; set PARLEY_PUBLISHED to another file."
        )


def publish(warehouse: Path, target: Path) -> dict[str, int]:
    """Publish the warehouse's marts as the target file; rows by mart."""
    if not warehouse.exists():  # before a folder is made for the target
        raise PublishError(f"There is no warehouse at {warehouse} yet; `make run` makes it.")
    prepare_target(target, warehouse)
    with private_file(target) as private:
        rows = write_copy(warehouse, private)
        sync(private)
        # What somebody who wrote to the old file left behind must not be applied to the new one.
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        private.replace(target)
        sync(target.parent)
    return rows


def fail(sentence: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"publish: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.publish",
        description="Copy the schema marts of the warehouse into the file that readers open.",
        epilog="PARLEY_WAREHOUSE and PARLEY_PUBLISHED give other defaults.",
    )
    parser.add_argument("--warehouse", type=Path, help="default: warehouse/parley.duckdb")
    parser.add_argument("--target", type=Path, help="default: marts.duckdb beside the warehouse")
    parser.add_argument(
        "--parquet", type=Path, metavar="DIR", help="also write DIR/<mart>.parquet, all at once"
    )
    options = parser.parse_args(arguments)
    warehouse: Path = options.warehouse or warehouse_path()
    target: Path = options.target or published_path(warehouse)
    try:
        rows = publish(warehouse, target)
        if options.parquet:
            # Only here: the module needs this one.
            from parley.parquet import write_parquet

            write_parquet(target, options.parquet)
    except PublishError as error:
        fail(str(error))
    except (OSError, duckdb.Error) as error:
        fail(f"The marts could not be published to {target}: {str(error).splitlines()[0]}")
    except KeyboardInterrupt:
        fail("Stopped; the published file is as it was.")
    with suppress(BrokenPipeError):
        print(f"Published {len(rows)} marts, {sum(rows.values()):,} rows: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
