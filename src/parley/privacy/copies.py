"""The files that are made from landed ones, written anew so that no erased byte is left in them.

A DuckDB file keeps the bytes of rows that were changed or deleted, so the warehouse is copied into a new file
that takes its place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from parley.files import CommandError, keep_owner, memory_limit, own_umask, remove, sync
from parley.marts import identifier, literal
from parley.parquet import folders_of, parquet_path, write_parquet
from parley.publish import publish

COPY = "parley_erased_copy"


def open_to_write(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, open so that no build runs meanwhile."""
    try:
        connection = duckdb.connect(str(warehouse))
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise CommandError(
                f"The warehouse {warehouse} is open in another process; wait until that build or session has "
                "ended."
            ) from None
        raise CommandError(
            f"The warehouse {warehouse} cannot be opened ({str(error).splitlines()[0]}); set "
            "PARLEY_WAREHOUSE to the file that your builds write."
        ) from None
    # what builds that were killed had no room for in memory; nobody else has the warehouse open
    remove(warehouse.parent.glob(f"{warehouse.name}.tmp"))
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"set memory_limit = {literal(memory_limit())}")
    return connection


def rewrite_warehouse(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Copy an open warehouse into a new file and put that in its place."""
    private = warehouse.with_name(f".{warehouse.name}.erasing")
    remove_leftovers(warehouse)
    found = connection.execute("select current_database()").fetchone()
    assert found is not None
    with own_umask():
        connection.execute("checkpoint")
        connection.execute(f"attach {literal(str(private))} as {COPY}")
        connection.execute(f"copy from database {identifier(found[0])} to {COPY}")
        connection.execute(f"checkpoint {COPY}")
        connection.execute(f"detach {COPY}")
        keep_owner(warehouse, private)
        private.chmod(warehouse.stat().st_mode & 0o777)
        sync(private)
        # the connection holds the old file, so nobody opens it to write before the new one is there
        private.replace(warehouse)
        sync(warehouse.parent)


def remove_leftovers(warehouse: Path) -> None:
    """Remove what a run that was killed left half written."""
    remove(warehouse.parent.glob(f".{warehouse.name}.erasing*"))


def readers_of(paths: Iterable[Path]) -> dict[int, str]:
    """Processes that have one of the files open, by number, with their names; empty where /proc is none."""
    there = set()
    for path in paths:
        if path.exists():
            status = path.stat()
            there.add((status.st_dev, status.st_ino))
    found: dict[int, str] = {}
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        try:
            for descriptor in (process / "fd").iterdir():
                status = descriptor.stat()
                if (status.st_dev, status.st_ino) in there:
                    found[int(process.name)] = (process / "comm").read_text().strip()
                    break
        except OSError:
            continue
    return found


def republish(warehouse: Path, published: Path) -> list[str]:
    """Write every copy anew that is there; what was written, for people."""
    written = []
    if published.exists():
        publish(warehouse, published)
        written.append(str(published))
    folder = parquet_path(warehouse)
    if folder.exists() and published.exists():
        write_parquet(published, folder)
        written.append(str(folder))
    if (settings := os.environ.get("PARLEY_POSTGRES")) and published.exists():
        from parley.postgres import copy_to_postgres, schemas_of

        for schema in schemas_of(settings):
            copy_to_postgres(published, settings, schema, is_anew=True)
            written.append(f"the copy in PostgreSQL's schema {schema}")
    return written


def parquet_folders(warehouse: Path) -> list[Path]:
    """The folders with Parquet files, those of earlier copies that are still read, too."""
    link = parquet_path(warehouse)
    return folders_of(link) if link.parent.exists() else []


def parquet_files(warehouse: Path) -> list[Path]:
    """The Parquet files of the marts."""
    return [
        path for folder in parquet_folders(warehouse) for path in sorted(folder.glob("*.parquet"))
    ]
