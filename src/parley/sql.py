"""Ask SQL: a prompt on the published marts and on the warehouse, or the statements of a pipe.

The published file is attached as `parley` and the warehouse as `warehouse`, both for reading, and
only while a statement runs. A prompt that waits hinders no build, and each statement sees the newest
publication.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from parley.files import CommandError, published_path, warehouse_path
from parley.landing.texts import printable
from parley.marts import SCHEMA, is_warehouse, literal, not_published, open_error, without_marts

PUBLISHED, WAREHOUSE = "parley", "warehouse"
HISTORY = Path("~/.parley_sql_history")
#: Rows that a terminal shows; a pipe gets them all.
SHOWN = 200
MARTS = (
    f"select 1 from duckdb_schemas() where schema_name = '{SCHEMA}' and database_name = $catalog"
)
NOTHING = ["Success"]  # what DuckDB answers to a statement that has no rows
WELCOME = f"""\
{PUBLISHED}.{SCHEMA} holds the published marts (`from metric_catalog;` lists the metrics),
{WAREHOUSE}.staging and {WAREHOUSE}.intermediate what they are computed from (`show all tables;`).
A statement ends with a semicolon; Ctrl-D ends the session."""


def not_there(published: Path) -> str:
    """Why no mart can be read."""
    return (
        f"There is no published file at {published} yet; `make publish` writes it, and its "
        "place is PARLEY_PUBLISHED."
    )


@contextmanager
def attached(
    connection: duckdb.DuckDBPyConnection, statement: str, published: Path, warehouse: Path
) -> Iterator[None]:
    """Both files while a statement runs; the warehouse only for statements that can reach it."""
    files = {}
    if published.is_file():
        files[PUBLISHED] = published
    elif re.search(rf"\b{PUBLISHED}\.", statement):
        raise CommandError(not_there(published))
    named = re.search(rf"\b{WAREHOUSE}\b|\bshow\s+all\b|\bduckdb_", statement, re.IGNORECASE)
    if named and (warehouse.is_file() or f"{WAREHOUSE}." in statement):
        if not warehouse.is_file():
            raise CommandError(f"There is no warehouse at {warehouse} yet; `make build` makes it.")
        files[WAREHOUSE] = warehouse
    try:
        for name, path in files.items():
            try:
                connection.execute(f"attach {literal(str(path))} as {name} (read_only)")
            except duckdb.Error as error:
                raise CommandError(open_error(path, error)) from None
        if PUBLISHED in files:
            if is_warehouse(connection, PUBLISHED):
                raise CommandError(not_published(published))
            if not connection.execute(MARTS, {"catalog": PUBLISHED}).fetchall():
                raise CommandError(without_marts(published))
            connection.execute(f"set search_path = 'memory.main,{PUBLISHED}.{SCHEMA}'")
        yield
    finally:
        connection.execute("use memory")
        for name in files:
            connection.execute(f"detach database if exists {name}")


def cell(value: Any) -> str:
    """A value as one line of a table."""
    return "" if value is None else printable(" ".join(str(value).splitlines()))


def show(console: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table: for reading on a terminal, Markdown on a pipe."""
    # a pivot's columns are named by data
    columns = [cell(column) for column in columns]
    if not console.is_terminal:
        table = [columns, ["---"] * len(columns), *([cell(value) for value in row] for row in rows)]
        for line in table:
            print(f"| {' | '.join(text.replace('|', '&#124;') for text in line)} |")
        print()
        return
    framed = Table(box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        numbers = rows and all(isinstance(row[place], int | float | None) for row in rows)
        framed.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows[:SHOWN]:
        framed.add_row(*map(cell, row))
    more = f", of which {SHOWN} are shown" if len(rows) > SHOWN else ""
    console.print(framed)
    console.print(f"{len(rows):,} row{'s' * (len(rows) != 1)}{more}", style="dim")


def run(
    connection: duckdb.DuckDBPyConnection,
    console: Console,
    text: str,
    published: Path,
    warehouse: Path,
) -> None:
    """Run the statements of a text, and print the rows of each."""
    try:
        for statement in connection.extract_statements(text):
            with attached(connection, statement.query, published, warehouse):
                answer = connection.execute(statement)
                columns = [column[0] for column in answer.description or ()]
                rows = answer.fetchall() if columns else []
            if columns and (rows or columns != NOTHING):
                show(console, columns, rows)
    except duckdb.Error as error:
        if isinstance(error, duckdb.CatalogException) and not published.is_file():
            raise CommandError(not_there(published)) from None
        # the engine repeats values, and a terminal would act on some
        lines = map(printable, str(error).strip().splitlines())
        raise CommandError("\n".join(lines)) from None


def prompt(
    connection: duckdb.DuckDBPyConnection, console: Console, published: Path, warehouse: Path
) -> None:
    """Ask for statements until the session ends, and remember them for the next one."""
    history = HISTORY.expanduser()
    with suppress(ImportError):
        import readline

        with suppress(OSError):
            readline.read_history_file(history)
    console.print(WELCOME, soft_wrap=True)
    text = ""
    while True:
        try:
            text += input("   > " if text else "sql> ") + "\n"
            if text.isspace():
                text = ""
            if text.rstrip().endswith(";"):
                asked, text = text, ""
                run(connection, console, asked, published, warehouse)
        except KeyboardInterrupt:
            text = ""
            console.print()
        except EOFError:
            console.print()
            break
        except CommandError as error:
            console.print(str(error), style="red")
    with suppress(ImportError, OSError):
        readline.set_history_length(1000)
        readline.write_history_file(history)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.sql",
        description="Ask SQL on the published marts (parley) and the warehouse (warehouse). On a "
        "pipe it runs the statements it is given and prints Markdown tables.",
        epilog="PARLEY_WAREHOUSE and PARLEY_PUBLISHED say which files are read.",
    )
    parser.add_argument("statements", nargs="?", help="run these instead of asking for some")
    options = parser.parse_args(arguments)
    warehouse = warehouse_path()
    published = published_path(warehouse)
    console = Console(markup=False, emoji=False, highlight=False)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            if options.statements is None and sys.stdin.isatty():
                prompt(connection, console, published, warehouse)
            else:
                text = sys.stdin.read() if options.statements is None else options.statements
                with suppress(BrokenPipeError):  # `… | head` has read enough
                    run(connection, console, text, published, warehouse)
                    sys.stdout.flush()
        except (CommandError, OSError, UnicodeDecodeError) as error:
            print(f"sql: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
