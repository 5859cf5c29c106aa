"""One publication of the marts, open as long as a page is put together.

A page view opens the published file once and asks everything of that one: a file that is swapped in
meanwhile is the next view's.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from parley.files import CommandError, memory_limit
from parley.marts import is_warehouse, literal, not_published, open_error

#: Marts that every page reads, so a file without them is another version's.
NEEDED = frozenset(
    {
        "accounts",
        "metric_catalog",
        "metric_datasets",
        "metric_filters",
        "metric_sql",
        "record_lines",
    }
)
#: The name under which the file is attached: what is shown to be pasted elsewhere says it, too.
ATTACHED = "parley"
TRIES = 5  # to open a file before it is replaced again


class PublicationError(CommandError):
    """Why there is nothing to show, in one sentence for the reader."""


@dataclass
class Publication:
    """A published file, open for reading. Several threads may ask it at a time."""

    path: Path
    #: Differs from publication to publication.
    identity: str
    connection: duckdb.DuckDBPyConnection
    #: What is read once a publication, by the functions that need it.
    known: dict[str, Any] = field(default_factory=dict)
    opening: threading.Lock = field(default_factory=threading.Lock)

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """The rows of a query; parameters are named, `$account`."""
        with self.opening:
            cursor = self.connection.cursor()
        with cursor:
            cursor.execute(f"use {ATTACHED}")
            return cursor.execute(sql, dict(parameters or {})).to_arrow_table()

    def records(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a query as Python has them."""
        found: list[dict[str, Any]] = self.rows(sql, parameters).to_pylist()
        return found

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def identity_of(path: Path) -> str:
    """What tells one publication from another; empty where there is none. Costs no opening."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_dev}-{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"


def open_publication(path: Path) -> Publication:
    """Open the published file, or raise a PublicationError of one sentence."""
    for _ in range(TRIES):
        identity = identity_of(path)
        connection = connect(path)
        if identity_of(path) == identity:
            return Publication(path, identity, connection)
        connection.close()
    raise PublicationError(
        f"The published file {path} is replaced faster than it can be opened; try again."
    )


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """An engine that can read the published file, and nothing else."""
    if not path.exists():
        raise PublicationError(
            f"There is no published file at {path} yet; `make run` makes it, and its place is "
            "PARLEY_PUBLISHED."
        )
    if path.is_dir():
        raise PublicationError(
            f"The published file {path} is a folder; set PARLEY_PUBLISHED to a file."
        )
    # A database of its own: connected by its path, a file that was replaced would be taken for the
    # old one as long as that is open.
    try:
        limit = memory_limit()
    except CommandError as error:
        raise PublicationError(str(error)) from None
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"set memory_limit = {literal(limit)}")
        connection.execute("set global TimeZone = 'UTC'; set temp_directory = ''")
        connection.execute(f"attach {literal(str(path))} as {ATTACHED} (read_only)")
        # From here on no statement can reach another file.
        connection.execute("set enable_external_access = false")
        if is_warehouse(connection, ATTACHED):
            raise PublicationError(not_published(path))
        check_version(connection, path)
    except duckdb.Error as error:
        connection.close()
        raise PublicationError(open_error(path, error)) from None
    except BaseException:
        connection.close()
        raise
    return connection


def check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a file that lacks what pages read: another version of Parley published it."""
    found = connection.execute(
        "select table_name from duckdb_tables() "
        f"where database_name = '{ATTACHED}' and schema_name = 'marts'"
    ).fetchall()
    if missing := NEEDED - {name for (name,) in found}:
        raise PublicationError(
            f"The published file {path} is of another version of Parley (it has no "
            f"{min(missing)}); build and publish with this one."
        )
