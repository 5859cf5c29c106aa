"""Publish the marts: copy the warehouse's schema `marts` into a file that readers may open.

DuckDB lets one process write and then nobody else read, so readers never open the warehouse. The
copy is written to a private file in the target's folder, closed, synced and then swapped into place
whole: whoever opens the published file at any moment finds a complete one.
"""

from __future__ import annotations

import argparse
import glob
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

import duckdb

from parley.files import (
    CommandError,
    is_other_file,
    keep_owner,
    lock_of,
    memory_limit,
    own_umask,
    path_argument,
    published_path,
    remove,
    sync,
    target_name,
    warehouse_path,
)
from parley.marts import (
    PUBLICATION,
    RAW_LINE,
    SCHEMA,
    Mart,
    identifier,
    is_foreign,
    is_publication,
    is_warehouse,
    literal,
    marts_schema,
    no_database,
    open_error,
    publication_id,
    published_as_warehouse,
    read_marts,
)
from parley.parquet import write_parquet

COPY = "parley_published_copy"  # the private file's name while it is written
QUARANTINE = "quarantined_records"
#: What gives the marts of a finished build as a connection, which spills beside the private file.
Opened = Callable[[Path], AbstractContextManager[duckdb.DuckDBPyConnection]]


def has_raw_lines() -> bool:
    """Whether rejected lines are published as they were landed: PARLEY_PUBLISH_RAW_LINES is 1."""
    text = os.environ.get("PARLEY_PUBLISH_RAW_LINES") or "0"
    if text not in ("0", "1"):
        raise CommandError(f"PARLEY_PUBLISH_RAW_LINES is {text!r}; set it to 1 or 0.")
    return text == "1"


@contextmanager
def finished_warehouse(path: Path, private: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for reading, or a sentence why it is not published."""
    del private
    if not path.exists():
        raise CommandError(
            f"There is no warehouse at {path} yet; `make run` or `dbt build` makes it."
        )
    if path.is_dir():
        raise CommandError(f"The warehouse {path} is a folder; set PARLEY_WAREHOUSE to a file.")
    if is_other_file(path):
        raise CommandError(no_database(path))
    try:
        # As the main database it keeps the name that dbt wrote into its views.
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise CommandError(open_error(path, error)) from None
    with connection:
        if is_publication(connection):
            raise CommandError(published_as_warehouse(path))
        if not read_marts(connection):
            raise CommandError(f"The warehouse {path} has no marts yet; `dbt build` makes them.")
        check_finished(connection, path)
        yield connection


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
        raise CommandError(
            f"The last build of {warehouse} did not finish; run `dbt build` again, then publish."
        )


def copy_mart(connection: duckdb.DuckDBPyConnection, mart: Mart, raw_lines: bool) -> int:
    """Copy one mart into the attached file; the number of rows.

    A rejected line may be a whole transcript of somebody who shares none, so it stays behind.
    """
    source = f"{marts_schema(connection)}.{identifier(mart.name)}"
    target = f"{COPY}.{SCHEMA}.{identifier(mart.name)}"
    order = ", ".join(map(identifier, mart.sort_columns))
    columns = "*"
    if mart.name == QUARANTINE and not raw_lines:
        columns = f"* replace (cast(null as varchar) as {RAW_LINE})"
    counted = connection.execute(
        f"create table {target} as select {columns} from {source}"
        + (f" order by {order}" if order else "")
    ).fetchone()
    if mart.comment is not None:
        connection.execute(f"comment on table {target} is {literal(mart.comment)}")
    for column, note in mart.columns:
        if note is not None:
            connection.execute(
                f"comment on column {target}.{identifier(column)} is {literal(note)}"
            )
    return int(counted[0]) if counted else 0


def write_copy(opened: Opened, private: Path, publication: str) -> dict[str, int]:
    """Write the private file completely; rows by mart."""
    raw_lines, limit = has_raw_lines(), memory_limit()
    with opened(private) as connection:
        connection.execute(f"set temp_directory = {literal(f'{private}.tmp')}")
        connection.execute(f"set memory_limit = {literal(limit)}")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(str(private))} as {COPY} (read_write)")
        connection.execute(f"create schema {COPY}.{SCHEMA}")
        connection.execute(
            f"create macro {COPY}.{SCHEMA}.{PUBLICATION}() as {literal(publication)}"
        )
        marts = read_marts(connection)
        rows = {mart.name: copy_mart(connection, mart, raw_lines) for mart in marts}
        connection.execute(f"checkpoint {COPY}")
        connection.execute(f"detach {COPY}")
    return rows


@contextmanager
def private_target(target: Path, warehouse: Path) -> Iterator[Path]:
    """A new file beside the target, for one publisher at a time; leftovers of killed runs go."""
    prepare_target(target, warehouse)
    with lock_of(target):
        private = f".{target.name}.partial"
        leftovers = f"{glob.escape(private)}*"
        remove(target.parent.glob(leftovers))
        try:
            yield target.with_name(private)
        finally:
            remove(target.parent.glob(leftovers))


def prepare_target(target: Path, warehouse: Path) -> None:
    """Make the target's folder and refuse targets that cannot be swapped in."""
    if target.is_dir():
        raise CommandError(
            f"The target {target} is a folder; set PARLEY_PUBLISHED to a file's path."
        )
    if target.exists() and not target.is_file():
        raise CommandError(
            f"The target {target} is a device or a pipe and no file; set PARLEY_PUBLISHED to a file's path."
        )
    # pathlib's resolve fails where links lead round in a circle
    if os.path.realpath(target) == os.path.realpath(warehouse):
        raise CommandError(
            f"PARLEY_PUBLISHED names the warehouse {warehouse} itself; set it to another file."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(
            f"The folder {target.parent} cannot be made: {error.strerror}."
        ) from None
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise CommandError(
            f"The folder {target.parent} cannot be written; set PARLEY_PUBLISHED to another file."
        )


def replaceable(target: Path) -> str:
    """The id of the publication in whose place the new one comes, or one of its own.

    What no publication has written is not replaced: a mistyped setting must cost nobody a file.
    """
    new = secrets.token_hex(8)
    if not target.exists() or target.stat().st_size == 0:
        return new
    remedy = "set PARLEY_PUBLISHED to another file, or move it away"
    if is_other_file(target):
        raise CommandError(f"The target {target} is no DuckDB file and stays as it is; {remedy}.")
    with suppress(duckdb.Error), duckdb.connect(str(target), read_only=True) as connection:
        if is_warehouse(connection):
            raise CommandError(f"The target {target} is a warehouse and stays as it is; {remedy}.")
        if is_foreign(connection):
            raise CommandError(
                f"The target {target} holds tables that no publication wrote and stays as it is; {remedy}."
            )
        return publication_id(connection) or new
    return new


def publish(warehouse: Path, target: Path) -> dict[str, int]:
    """Publish the warehouse's marts as the target file; rows by mart."""
    if not warehouse.exists():  # before a folder is made for the target
        raise CommandError(f"There is no warehouse at {warehouse} yet; `make run` makes it.")
    return replace(target, warehouse, partial(finished_warehouse, warehouse))


def publish_spark(target: Path) -> dict[str, int]:
    """Publish the marts of the target `spark` as the target file; rows by mart."""
    try:
        from parley.spark.publishing import snapshot
    except ImportError:
        raise CommandError(
            "Publishing from Spark needs the packages of the extra `spark` (docs/spark.md)."
        ) from None
    return replace(target, warehouse_path(), snapshot)


def replace(target: Path, warehouse: Path, opened: Opened) -> dict[str, int]:
    """Put what was opened in the target's place; rows by mart."""
    with own_umask(), private_target(target, warehouse) as private:
        rows = write_copy(opened, private, replaceable(target))
        keep_owner(target, private)
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
        epilog="PARLEY_WAREHOUSE and PARLEY_PUBLISHED give other defaults; with PARLEY_TARGET=spark the "
        "warehouse is that of Spark.",
    )
    parser.add_argument(
        "--warehouse", type=path_argument, help="a DuckDB file; default: warehouse/parley.duckdb"
    )
    parser.add_argument(
        "--target", type=path_argument, help="default: parley_marts.duckdb beside the warehouse"
    )
    parser.add_argument(
        "--parquet",
        type=path_argument,
        metavar="DIR",
        help="also write DIR/<mart>.parquet, all at once",
    )
    options = parser.parse_args(arguments)
    warehouse: Path = options.warehouse or warehouse_path()
    target: Path = options.target or published_path(warehouse)
    try:
        is_on_spark = options.warehouse is None and target_name() == "spark"
        rows = publish_spark(target) if is_on_spark else publish(warehouse, target)
        if options.parquet:
            write_parquet(target, options.parquet)
    except CommandError as error:
        fail(str(error))
    except (OSError, duckdb.Error) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        fail(
            f"The marts could not be published to {target}, which is as it was ({reason}). Put that right, "
            "such as by making room, and publish again."
        )
    except KeyboardInterrupt:
        fail("Stopped; the published file is as it was.")
    with suppress(BrokenPipeError):
        print(f"Published {len(rows)} marts, {sum(rows.values()):,} rows: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
