"""A file with the schema `marts`: what is in it, and how it is opened for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from parley.files import CommandError, is_other_file, published_path, warehouse_path

SCHEMA = "marts"
# Rows are put in the order of the leading columns, where a mart's keys stand; a landed line, which
# can be megabytes long, is no key.
SORT_COLUMNS = 10
RAW_LINE = "raw_line"
PUBLICATION = "publication_id"  # a macro of a published file, whose tables are marts alone
CATALOG = "metric_catalog"  # a mart that every publication has


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


def what_it_is(path: Path) -> tuple[str, str]:
    """What a file is to Parley, and the setting that names it."""
    if path.absolute() == published_path(warehouse_path()).absolute():
        return "published file", "PARLEY_PUBLISHED"
    return "warehouse", "PARLEY_WAREHOUSE"


def no_database(path: Path) -> str:
    """That a file is none that DuckDB wrote, in one sentence."""
    what, setting = what_it_is(path)
    return f"The file {path} is no DuckDB file; set {setting} to the {what}."


def open_error(path: Path, error: Exception) -> str:
    """DuckDB's reason for not opening a file, in one sentence."""
    text = str(error)
    what, setting = what_it_is(path)
    is_published = setting == "PARLEY_PUBLISHED"
    if path.is_dir():
        return f"The {what} {path} is a folder; set {setting} to a file."
    if "Could not set lock" in text:
        writer = "a session that may write" if is_published else "a running build"
        return f"The {what} {path} is held by {writer}; try again after it."
    if is_other_file(path) or "not a valid DuckDB database" in text:
        return no_database(path)
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


def is_foreign(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the open file has tables of somebody else, and not those of a publication."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    return any(schema != SCHEMA for schema, _ in tables) and (SCHEMA, CATALOG) not in tables


def publication_id(connection: duckdb.DuckDBPyConnection) -> str | None:
    """What tells the open published file, and those that take its place, from others; None without one."""
    found = connection.execute(
        "select macro_definition from duckdb_functions() where function_name = $name "
        "and schema_name = $schema and database_name = current_database()",
        {"name": PUBLICATION, "schema": SCHEMA},
    ).fetchone()
    return str(found[0]).strip("'") if found else None


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
