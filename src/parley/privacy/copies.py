"""The files that are made from landed ones, written anew so that no erased byte is left in them.

A DuckDB file keeps the bytes of rows that were changed or deleted, so the warehouse is copied into a new file
that takes its place.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

import duckdb

from parley.files import (
    CommandError,
    is_other_file,
    keep_owner,
    memory_limit,
    own_umask,
    remove,
    sync,
)
from parley.landing.texts import printable
from parley.marts import identifier, literal, no_database, open_published, publication_id
from parley.parquet import folders_of, parquet_path, write_parquet
from parley.publish import publish

COPY = "parley_erased_copy"


def open_to_write(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, open so that no build runs meanwhile."""
    if is_other_file(warehouse):
        raise CommandError(no_database(warehouse))
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
    """Write every copy anew that is there; a sentence for each that may be of something else."""
    folder, settings = parquet_path(warehouse), os.environ.get("PARLEY_POSTGRES")
    if not published.exists():
        if not (folder.exists() or settings):
            return []
        return [
            f"There is no published file at {published}, so copies of it stay as they are. Set "
            "PARLEY_PUBLISHED to it, or publish (`make publish`), and run the request again."
        ]
    publish(warehouse, published)
    if folder.exists():
        write_parquet(published, folder)
    others = []
    if settings:
        from parley.postgres import copy_to_postgres, schemas_of

        with open_published(published) as connection:
            ours = publication_id(connection)
        for schema, publication in schemas_of(settings).items():
            if publication == ours:
                copy_to_postgres(published, settings, schema, is_anew=True)
            else:
                others.append(
                    f"PostgreSQL's schema {printable(schema)} is not known to be a copy of {published} and "
                    "stays as it is; where it is one, copy it anew: python -m parley.postgres --schema "
                    f"{shlex.quote(schema)}"
                )
    return others


def parquet_folders(warehouse: Path) -> list[Path]:
    """The folders with Parquet files, those of earlier copies that are still read, too."""
    link = parquet_path(warehouse)
    return folders_of(link) if link.parent.exists() else []


def parquet_files(warehouse: Path) -> list[Path]:
    """The Parquet files of the marts."""
    return [
        path for folder in parquet_folders(warehouse) for path in sorted(folder.glob("*.parquet"))
    ]
