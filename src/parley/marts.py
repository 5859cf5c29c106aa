"""A file with the schema `marts`: what is in it, and how it is opened for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from parley.files import CommandError, published_path, warehouse_path

SCHEMA = "marts"
# Rows are put in the order of the leading columns, where a mart's keys stand; a landed line, which
# can be megabytes long, is no key.
SORT_COLUMNS = 10
RAW_LINE = "raw_line"


@dataclass(frozen=True)
class Mart:
    """A table or view of the schema marts, with its comments."""

    name: str
    comment: str | None
    columns: tuple[tuple[str, str | None], ...]  # name, comment

    @property
    def sort_columns(self) -> list[str]:
        """The columns that give the copy its order."""
        return [name for name, _ in self.columns[:SORT_COLUMNS] if name != RAW_LINE]


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
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        reason = text.splitlines()[0].rstrip(".")
        return f"The marts in {path} are not of this version ({reason}); build and publish them with this one."
    if "Permission denied" in text:
        remedy = "give yourself permission to read it"
    elif is_published:
        remedy = "move it away, and `make publish` writes it anew"
    else:
        remedy = "where a disk has spoilt it, move it away, and `make run` makes it anew of the landed files"
    return f"The {what} {path} cannot be read ({text.splitlines()[0].rstrip('.')}); {remedy}."


def is_warehouse(connection: duckdb.DuckDBPyConnection, catalog: str | None = None) -> bool:
    """Whether the open file, or the one attached under a name, is a warehouse: nobody has published that."""
    return bool(
        connection.execute(
            "select 1 from duckdb_schemas() where schema_name = 'parley_state' "
            "and database_name = coalesce($catalog, current_database())",
            {"catalog": catalog},
        ).fetchone()
    )


def is_publication(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the open file is a published one, in which there are marts and nothing that they are made of."""
    schemas = connection.execute(
        "select distinct schema_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    return schemas == [(SCHEMA,)]


def published_as_warehouse(path: Path) -> str:
    """Why a published file is not built into, or published again."""
    return (
        f"The file {path} is a published one, which readers open, and no warehouse. Set PARLEY_WAREHOUSE to "
        "the warehouse."
    )


def not_published(path: Path) -> str:
    """Why a warehouse is not read in the published file's place."""
    return (
        f"The file {path} is a warehouse, which also holds what is not published; set "
        "PARLEY_PUBLISHED to the published file."
    )


def without_marts(path: Path) -> str:
    """Why there is nothing to read in a file."""
    return f"The file {path} has no marts; set PARLEY_PUBLISHED to the published file."


@contextmanager
def open_published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading, or a sentence why it is not."""
    try:
        if not path.is_file():
            raise CommandError(
                f"There is no published file at {path} yet; `make publish` writes it, and its place "
                "is PARLEY_PUBLISHED."
            )
        connection = duckdb.connect(str(path), read_only=True)
    except (OSError, duckdb.Error) as error:
        raise CommandError(open_error(path, error)) from None
    with connection:
        if is_warehouse(connection):
            raise CommandError(not_published(path))
        connection.execute("set TimeZone = 'UTC'")
        yield connection


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
