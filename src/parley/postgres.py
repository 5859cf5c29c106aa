"""Copy the published marts into a PostgreSQL schema, for tools that speak PostgreSQL.

Everything happens in one transaction: rows are deleted and loaded again, so a statement that reads
meanwhile sees the marts of one copy, waits for nothing, and views and rights on the tables stay. A
mart whose columns changed is loaded beside its table and takes its place at the end. A copy that
dies leaves the old one.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from parley.files import CommandError, path_argument, published_path, warehouse_path
from parley.landing.texts import printable, shown
from parley.marts import (
    PUBLICATION,
    Mart,
    identifier,
    marts_schema,
    open_published,
    publication_id,
    read_marts,
)

try:
    import psycopg
except ImportError:  # the extra `postgres` is not installed
    psycopg = None  # type: ignore[assignment]

SCHEMA = "marts"
LEDGER = "parley_copy"  # which tables of the schema are ours, and when they were copied
LOCK = 7_205_759_403  # one copy at a time: any number that nobody else locks
BATCH = 10_000
NUL_SHOWN_AS = "␀"  # PostgreSQL's text holds every character but NUL
LONGEST_WAIT = "60s"  # for readers of a table that is written into a new file
PATIENCE = 30  # seconds for a server to answer, unless the settings say
LONGEST_NAME = 63  # bytes
KEY_BYTES = 2_000  # an index entry holds no more than 2,704
# PostgreSQL's first instant and date; what is earlier becomes -infinity.
FIRST_DAY = "4713-01-01 (BC)"
GRAIN = re.compile(r"One row per ((?:`\w+`(?:, | and )?)+)\.")
TYPES: Mapping[str, str] = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20, 0)",
    "HUGEINT": "numeric(39, 0)",
    "UHUGEINT": "numeric(39, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",  # in UTC, as in the published file
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}


class CopyError(CommandError):
    """Why nothing was copied, in one sentence for the person who asked."""


@dataclass(frozen=True)
class Table:
    """A mart as PostgreSQL holds it."""

    mart: Mart
    columns: tuple[tuple[str, str], ...]  # name, type of PostgreSQL
    query: str  # its rows, every value as the text that PostgreSQL reads
    rows: int
    key: tuple[str, ...]  # empty: the grain is not told, or no index can hold it

    @property
    def shape(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """What a table has to be like for these rows to be loaded into it."""
        return self.columns, self.key


def postgres_type(duckdb_type: str) -> str:
    """PostgreSQL's type for one of DuckDB's; what it has not becomes text."""
    if duckdb_type.startswith("DECIMAL("):
        return duckdb_type.replace("DECIMAL(", "numeric(").replace(",", ", ").replace("  ", " ")
    return TYPES.get(duckdb_type, "text")


def as_text(name: str, postgres: str) -> str:
    """SQL that gives a column's values as PostgreSQL reads them."""
    column = identifier(name)
    text = f"cast({column} as varchar)"
    if postgres == "text":
        return f"replace({text}, chr(0), '{NUL_SHOWN_AS}')"
    if postgres in ("date", "timestamp", "timestamptz"):
        kind = "date" if postgres == "date" else "timestamp"
        return (
            f"case when {column} < {kind} '{FIRST_DAY}' then '-infinity' "
            f"else regexp_replace({text}, '^(.*) \\(BC\\)(.*)$', '\\1\\2 BC') end"
        )
    return text


def grain(mart: Mart) -> list[str]:
    """The columns that the mart's description calls its key."""
    found = GRAIN.match(mart.comment or "")
    return re.findall(r"`(\w+)`", found[1]) if found else []


def read_table(connection: duckdb.DuckDBPyConnection, mart: Mart) -> Table:
    """What the copy of a mart will be."""
    source = f"{marts_schema(connection)}.{identifier(mart.name)}"
    types = connection.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = $schema "
        "and table_name = $mart and database_name = current_database() order by column_index",
        {"schema": SCHEMA, "mart": mart.name},
    ).fetchall()
    columns = tuple((name, postgres_type(kind)) for name, kind in types)
    texts = {name: as_text(name, kind) for name, kind in columns}
    query = f"select {', '.join(texts.values())} from {source}"
    names = [name for name in grain(mart) if name in texts]
    parts = [texts[name] for name in names] or ["null"]
    # A key that would not be unique, or not fit into an index, is no reason not to have the rows.
    sizes = " + ".join(f"coalesce(max(strlen({part})), 0)" for part in parts)
    found = connection.execute(
        f"select count(*), count(distinct row({', '.join(parts)})), {sizes}, "
        f"count(*) filter ({' or '.join(f'{part} is null' for part in parts)}) from {source}"
    ).fetchone()
    rows, distinct, size, nulls = found or (0, 0, 0, 0)
    holds = bool(names) and rows == distinct and size <= KEY_BYTES and not nulls
    return Table(mart, columns, query, rows, tuple(names) if holds else ())


def read_tables(connection: duckdb.DuckDBPyConnection, path: Path) -> list[Table]:
    """The tables to copy."""
    tables = [read_table(connection, mart) for mart in read_marts(connection)]
    if not tables:
        raise CopyError(f"The published file {path} has no marts; `make publish` writes it anew.")
    return tables


class Copy:
    """One copy into one schema, inside one transaction."""

    def __init__(self, connection: psycopg.Connection[Any], schema: str) -> None:
        self.connection = connection
        self.schema = schema
        self.ledger = self.name(LEDGER)

    def name(self, table: str) -> str:
        """A table of the schema, quoted for SQL."""
        return f"{identifier(self.schema)}.{identifier(table)}"

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement; its rows, if it has any."""
        done = self.connection.execute(statement.encode(), values or None)
        return done.fetchall() if done.description else []

    def prepare(self) -> None:
        """Wait for another copy; make the schema and the ledger where they are not there."""
        if not self.run("select pg_try_advisory_xact_lock(%s)", LOCK)[0][0]:
            print("postgres: waiting for another copy to end", file=sys.stderr, flush=True)
            self.run("select pg_advisory_xact_lock(%s)", LOCK)
        # A reader that never ends its transaction shall not make all others wait behind this one.
        self.run("set local lock_timeout = '1min'")
        # Whoever may write an existing schema need not be allowed to make one.
        if not self.run("select 1 from pg_namespace where nspname = %s", self.schema):
            self.run(f"create schema {identifier(self.schema)}")
        columns = dict(self.shape_of(LEDGER)[0])
        if not columns:
            self.run(
                f"create table {self.ledger} (mart text primary key, rows bigint not null, "
                "copied_at timestamptz not null)"
            )
            self.run(
                f"comment on table {self.ledger} is "
                "'The marts that parley.postgres copied, their rows, when, and from which published file.'"
            )
        if PUBLICATION not in columns:
            self.run(f"alter table {self.ledger} add column {PUBLICATION} text")

    def shape_of(self, table: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Columns and primary key of a table as it stands; no columns where there is none."""
        columns = self.run(
            """
            select attname, format_type(atttypid, atttypmod) from pg_attribute
            join pg_class on pg_class.oid = attrelid
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = %s and relname = %s and attnum > 0 and not attisdropped order by attnum
            """,
            self.schema,
            table,
        )
        key = self.run(
            """
            select attname from pg_constraint
            join pg_class on pg_class.oid = conrelid
            join pg_namespace on pg_namespace.oid = relnamespace
            join pg_attribute on attrelid = conrelid and attnum = any(conkey)
            where nspname = %s and relname = %s and contype = 'p'
            order by array_position(conkey, attnum)
            """,
            self.schema,
            table,
        )
        spelled = {
            "timestamp without time zone": "timestamp",
            "timestamp with time zone": "timestamptz",
        }
        return (
            tuple((name, spelled.get(kind, kind).replace(",", ", ")) for name, kind in columns),
            tuple(name for (name,) in key),
        )

    def load(self, source: duckdb.DuckDBPyConnection, table: Table, target: str) -> None:
        """Load a mart's rows into an empty table."""
        names = ", ".join(identifier(name) for name, _ in table.columns)
        rows = source.execute(table.query)
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"copy {target} ({names}) from stdin".encode()) as copy,
        ):
            while batch := rows.fetchmany(BATCH):
                for row in batch:
                    copy.write_row(row)

    def describe(self, table: Table) -> None:
        """Give the table and its columns the mart's descriptions."""
        target = self.name(table.mart.name)

        def text(comment: str | None) -> str:
            cleaned = (comment or "").strip().replace("\0", NUL_SHOWN_AS).replace("'", "''")
            return f" E'{cleaned.replace(chr(92), chr(92) * 2)}'" if cleaned else " null"

        statements = [f"comment on table {target} is{text(table.mart.comment)}"] + [
            f"comment on column {target}.{identifier(name)} is{text(note)}"
            for name, note in table.mart.columns
        ]
        self.run("; ".join(statements))

    def incoming(self, table: Table) -> str:
        """The name under which a mart with new columns is loaded."""
        return self.name(f"{table.mart.name}__incoming")

    def create(self, table: Table) -> None:
        """Make an empty table beside the mart's own."""
        columns = ", ".join(f"{identifier(name)} {kind}" for name, kind in table.columns)
        self.run(f"create table {self.incoming(table)} ({columns})")

    def replace(self, table: Table, stood_before: bool) -> None:
        """Let what was loaded beside take the mart's place."""
        name, target = identifier(table.mart.name), self.name(table.mart.name)
        if stood_before:
            self.run(f"drop table {target}")
        self.run(f"alter table {self.incoming(table)} rename to {name}")
        if table.key:
            self.run(
                f"alter table {target} add primary key ({', '.join(map(identifier, table.key))})"
            )

    def publication(self) -> str | None:
        """Which published file the schema is a copy of; None where its ledger does not say."""
        if PUBLICATION not in dict(self.shape_of(LEDGER)[0]):
            return None
        found = self.run(f"select max({PUBLICATION}) from {self.ledger}")[0][0]
        return None if found is None else str(found)

    def copy(self, source: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
        """Copy all tables; nobody sees anything of it before the transaction ends."""
        self.prepare()
        ours = {name for (name,) in self.run(f"select mart from {self.ledger}")}
        shapes = {table.mart.name: self.shape_of(table.mart.name) for table in tables}
        foreign = sorted(name for name, shape in shapes.items() if shape[0] and name not in ours)
        if foreign:
            raise CopyError(
                f'The schema {self.schema} has a table or view "{foreign[0]}" '
                "that this command did not make; drop it, or choose another schema with --schema."
            )
        changed = [table for table in tables if shapes[table.mart.name] != table.shape]
        for number, table in enumerate(tables, start=1):
            if table in changed:
                self.create(table)
                self.load(source, table, self.incoming(table))
            else:
                self.run(f"delete from {self.name(table.mart.name)}")
                self.load(source, table, self.name(table.mart.name))
            name = f"{self.schema}.{table.mart.name}"
            print(f"{number:>3}/{len(tables)} {name}: {table.rows:,} rows", flush=True)
        # From here on readers of these tables wait, for a moment.
        for table in changed:
            self.replace(table, bool(shapes[table.mart.name][0]))
        for name in sorted(ours - shapes.keys()):
            self.run(f"drop table if exists {self.name(name)}")
        for table in tables:
            self.describe(table)
        self.run(f"delete from {self.ledger}")
        self.run(
            f"insert into {self.ledger} (mart, rows, copied_at, {PUBLICATION}) "
            "select mart, rows, now(), %s::text from unnest(%s::text[], %s::bigint[]) as copied (mart, rows)",
            publication_id(source),
            [table.mart.name for table in tables],
            [table.rows for table in tables],
        )


def tidy(connection: psycopg.Connection[Any], schema: str, tables: list[Table]) -> None:
    """Free the deleted rows' room for the next copy, and tell the planner what is there now."""
    connection.autocommit = True
    for table in tables:
        # Without truncation nobody waits for it.
        connection.execute(
            f"vacuum (analyze, truncate false) {identifier(schema)}.{identifier(table.mart.name)}".encode()
        )


def rewrite(connection: psycopg.Connection[Any], schema: str, tables: list[Table]) -> None:
    """Write the tables into new files: what was deleted stays in the old ones until its room is needed."""
    connection.autocommit = True
    connection.execute(f"set lock_timeout = '{LONGEST_WAIT}'".encode())
    for table in tables:
        name = f"{identifier(schema)}.{identifier(table.mart.name)}"
        connection.execute(f"vacuum (full, analyze) {name}".encode())


def schemas_of(settings: str) -> dict[str, str | None]:
    """The schemas of the database that hold a copy, and of which publication, where that is known."""
    with connect(settings) as connection:
        rows = connection.execute(
            "select nspname, has_schema_privilege(pg_namespace.oid, 'usage')"
            " and has_table_privilege(pg_class.oid, 'select')"
            " from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
            " where relname = %s and relkind = 'r' order by nspname",
            (LEDGER,),
        ).fetchall()
        return {
            name: Copy(connection, name).publication() if may_read else None
            for name, may_read in rows
        }


def connect(settings: str) -> psycopg.Connection[Any]:
    """Connect to the server."""
    if psycopg is None:
        raise CopyError(
            "psycopg is not installed; `make` installs it, as does `pip install '.[postgres]'` in this project."
        )
    try:
        asked = psycopg.conninfo.conninfo_to_dict(settings)
        patience = asked.get("connect_timeout") or os.environ.get("PGCONNECT_TIMEOUT") or PATIENCE
        connection = psycopg.connect(
            settings, client_encoding="utf8", application_name="parley", connect_timeout=patience
        )
    except (psycopg.ProgrammingError, UnicodeError):
        # what libpq says of it repeats it, and a password may be in it
        raise CopyError(
            "PARLEY_POSTGRES is no connection string of libpq; write one such as "
            "'host=db.example.com dbname=bi user=parley', and the password into ~/.pgpass or PGPASSWORD."
        ) from None
    except psycopg.Error as error:
        raise CopyError(
            f"PostgreSQL cannot be reached: {first_line(error)} (PARLEY_POSTGRES says where it is)"
        ) from None
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise CopyError(
            f"The PostgreSQL database is encoded in {encoding}; create one with encoding UTF8."
        )
    connection.execute(b"set TimeZone = 'UTC'; set DateStyle = 'ISO, YMD'")
    connection.commit()
    return connection


def check_name(schema: str) -> None:
    """Raise a CopyError for what cannot be a schema's name; the server cuts a long one without a word."""
    size = len(schema.encode("utf-8", "surrogateescape"))
    is_servers = schema == "information_schema" or schema.startswith("pg_")
    # a per cent sign would stand for a value
    is_name = schema.strip() and schema.isprintable() and "%" not in schema
    if is_servers or not is_name or size > LONGEST_NAME:
        raise CopyError(
            f'--schema is "{shown(schema)}"; give the name of a schema of your own, of {LONGEST_NAME} bytes at '
            "most and without %."
        )


def copy_to_postgres(
    published: Path, settings: str, schema: str = SCHEMA, is_anew: bool = False
) -> dict[str, int]:
    """Copy the published file's marts into a schema, into files without old rows if told; rows by mart."""
    with open_published(published) as source:
        tables = read_tables(source, published)
        with connect(settings) as connection:
            try:
                Copy(connection, schema).copy(source, tables)
                connection.commit()
            except psycopg.errors.InsufficientPrivilege as error:
                raise CopyError(
                    f"PostgreSQL refuses: {first_line(error)}; the role needs the right to create "
                    f"in the database, or to own the schema {schema}."
                ) from None
            except psycopg.errors.DependentObjectsStillExist as error:
                raise CopyError(
                    f"A mart has other columns now and something hangs on the old table: "
                    f"{first_line(error)}; drop that, copy, and make it again."
                ) from None
            except psycopg.Error as error:
                raise CopyError(
                    f"The copy failed and the old one stands: {first_line(error)}"
                ) from None
            if is_anew:
                try:
                    rewrite(connection, schema, tables)
                except psycopg.Error as error:
                    raise CopyError(
                        f"Schema {schema} is copied, and its files still hold old rows ({first_line(error)}); "
                        "end what reads it in a transaction, then do this again."
                    ) from None
            else:
                with suppress(psycopg.Error):  # the copy is made, whatever becomes of this
                    tidy(connection, schema, tables)
    return {table.mart.name: table.rows for table in tables}


def first_line(error: Exception) -> str:
    """What the server said, without its context, and without what a terminal would act on."""
    return printable((str(error).strip().splitlines() or [type(error).__name__])[0])


def fail(sentence: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"postgres: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.postgres",
        description="Copy the published marts into a schema of PostgreSQL, whole or not at all.",
        epilog=(
            "PARLEY_POSTGRES says where the server is: a connection string of libpq such as "
            "'host=db.example.com dbname=bi user=parley' or 'postgresql://parley@db.example.com/bi'. "
            "A password belongs in ~/.pgpass or PGPASSWORD. PARLEY_PUBLISHED is what is read."
        ),
    )
    parser.add_argument(
        "--published", type=path_argument, help="default: parley_marts.duckdb beside the warehouse"
    )
    parser.add_argument("--schema", default=SCHEMA, help=f"default: {SCHEMA}")
    options = parser.parse_args(arguments)
    # of a connection that breaks while rows are sent it warns beside the error, which is told in a sentence
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    settings = os.environ.get("PARLEY_POSTGRES")
    published: Path = options.published or published_path(warehouse_path())
    try:
        if not settings:
            raise CopyError(
                "PARLEY_POSTGRES is not set; it says where the server is, for example "
                "'host=db.example.com dbname=bi user=parley'."
            )
        check_name(options.schema)
        rows = copy_to_postgres(published, settings, options.schema)
    except (CopyError, CommandError) as error:
        fail(str(error))
    except duckdb.Error as error:
        fail(f"The published file {published} cannot be read: {first_line(error)}")
    except OSError as error:
        fail(f"The published file {published} cannot be read: {error}")
    except KeyboardInterrupt:
        fail("Stopped; the copy in PostgreSQL is as it was.")
    with suppress(BrokenPipeError):
        print(
            f"Copied {len(rows)} marts, {sum(rows.values()):,} rows, into schema {options.schema}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
