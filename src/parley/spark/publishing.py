"""What is published of a warehouse on Spark: a tag on every mart of a finished build, and its rows for DuckDB.

Tables of Iceberg are tagged, of Delta read at the version that they have, and plain files as they are. The
tag ``published_<build>`` stays for who reads the tables themselves (``select … version as of
'published_12'``); those of the last two publications are kept. The rows of the tag are written as Parquet
into the warehouse's folder, which workers and this process both see, and go again when they have been copied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from py4j.protocol import Py4JError
from pyarrow import fs
from pyspark.errors import PySparkException

from parley.files import CommandError
from parley.marts import SCHEMA, identifier, literal
from parley.spark.formats import table_format
from parley.spark.places import filesystem_of
from parley.spark.session import prepared, target_settings

TAG = "published_"
KEPT = 2
#: Only who makes tags needs Iceberg's SQL.
EXTENSIONS = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
}


@dataclass(frozen=True)
class Build:
    """The newest build of a warehouse."""

    number: int
    is_finished: bool


class Warehouse:
    """The tables of the target `spark`."""

    def __init__(self) -> None:
        settings = target_settings()
        self.location: str = settings["spark.sql.catalog.parley.warehouse"]
        self._format = table_format()
        self._session = prepared(settings | (EXTENSIONS if self._format == "iceberg" else {}))

    def rows(self, query: str) -> list[Any]:
        """The rows of a query, or of a statement."""
        found: list[Any] = self._session.sql(query).collect()
        return found

    def newest_build(self) -> Build:
        """The newest build; an error where there was none."""
        if not self._session.catalog.tableExists("parley_state.builds"):
            raise CommandError(
                f"There is no warehouse at {self.location} yet; `make run` or `dbt build` makes it."
            )
        rows = self.rows(
            "select build_id, is_finished from parley_state.builds order by 1 desc, 2 desc"
        )
        return Build(*rows[0]) if rows else Build(0, False)

    def marts(self) -> list[str]:
        """The names of the marts."""
        if not self._session.catalog.databaseExists(SCHEMA):
            return []
        return sorted(row["tableName"] for row in self.rows(f"show tables in {SCHEMA}"))

    def pin(self) -> dict[str, str]:
        """The marts as the newest build left them: what stands behind the name of each in a query of its rows.

        What those states are is asked before it is asked once more whether that build is the newest and is
        finished: a build that begins meanwhile changes none of them.
        """
        build, marts = self.newest_build(), self.marts()
        if not marts:
            raise CommandError(
                f"The warehouse {self.location} has no marts yet; `dbt build` makes them."
            )
        references = self._references(marts) if self._format == "iceberg" else {}
        versions = {
            mart: f" version as of {self._version(mart)}"
            for mart in marts
            if self._format == "delta"
        }
        if not build.is_finished or self.newest_build() != build:
            raise CommandError(
                f"The last build of {self.location} did not finish; run `dbt build` again, then publish."
            )
        if not references:
            return dict.fromkeys(marts, "") | versions
        tag = f"{TAG}{build.number}"
        for mart, named in references.items():
            self.rows(
                f"alter table {SCHEMA}.{mart} create or replace tag {tag} as of version {named['main']}"
            )
            for old in published(named.keys() | {tag})[KEPT:]:
                self.rows(f"alter table {SCHEMA}.{mart} drop tag if exists {old}")
        return dict.fromkeys(marts, f" version as of '{tag}'")

    def _version(self, mart: str) -> int:
        return int(self.rows(f"describe history {SCHEMA}.{mart} limit 1")[0]["version"])

    def _references(self, marts: Sequence[str]) -> dict[str, dict[str, int]]:
        """The snapshots of each mart that have a name."""
        found: dict[str, dict[str, int]] = {mart: {} for mart in marts}
        asked = (
            f"select '{mart}' as mart, name, snapshot_id from {SCHEMA}.{mart}.refs"
            for mart in marts
        )
        for mart, name, snapshot in self.rows(" union all ".join(asked)):
            found[mart][name] = snapshot
        return found

    def write(self, mart: str, pinned: str, folder: str) -> None:
        """Write the rows of a mart as Parquet, in the state that `pin` gave."""
        rows = self._session.sql(f"select * from {SCHEMA}.{mart}{pinned}")
        rows.write.mode("overwrite").parquet(folder)

    def comments(self, mart: str) -> tuple[str | None, dict[str, str]]:
        """The comments of a mart and of its columns."""
        table = self._session.catalog.getTable(f"{SCHEMA}.{mart}")
        fields = self._session.table(f"{SCHEMA}.{mart}").schema.fields
        notes = {field.name: field.metadata.get("comment") for field in fields}
        return table.description, {name: note for name, note in notes.items() if note}


def published(names: set[str]) -> list[str]:
    """Those that are tags of publications, the newest first."""
    numbers = [name.removeprefix(TAG) for name in names if name.startswith(TAG)]
    return [f"{TAG}{number}" for number in sorted(map(int, filter(str.isdigit, numbers)))[::-1]]


@contextmanager
def snapshot(private: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the last finished build as views of DuckDB, with their comments."""
    try:
        yield from views(Warehouse(), private)
    except (PySparkException, Py4JError) as error:
        said = " ".join(str(error).splitlines()[:2])
        raise CommandError(f"Spark does not give the marts: {said}") from None


def views(warehouse: Warehouse, private: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection, once everything is there that its views read."""
    marts = warehouse.pin()
    with exported(warehouse, marts, private) as folder, duckdb.connect() as connection:
        connection.execute(f"create schema {SCHEMA}")
        for mart in marts:
            view = f"{SCHEMA}.{identifier(mart)}"
            files = literal(f"{folder}/{mart}/*.parquet")
            connection.execute(f"create view {view} as from read_parquet({files})")
            comment, notes = warehouse.comments(mart)
            if comment:
                connection.execute(f"comment on view {view} is {literal(comment)}")
            for column, note in notes.items():
                connection.execute(
                    f"comment on column {view}.{identifier(column)} is {literal(note)}"
                )
        yield connection


@contextmanager
def exported(warehouse: Warehouse, marts: Mapping[str, str], private: Path) -> Iterator[str]:
    """A folder on this machine with the marts' rows as Parquet, a folder a mart."""
    # a publisher of another file writes elsewhere; what a killed one left goes with the next of its file
    mark = hashlib.sha256(str(private.absolute()).encode()).hexdigest()[:8]
    written = f"{warehouse.location}/published.{mark}.partial"
    filesystem, path = filesystem_of(written)
    try:
        filesystem.create_dir(path, recursive=True)
        filesystem.delete_dir_contents(path)
        for mart, pinned in marts.items():
            warehouse.write(mart, pinned, f"{written}/{mart}")
        if not isinstance(filesystem, fs.LocalFileSystem):
            path = f"{private}.parquet"
            fs.copy_files(written, path)
        yield path
    finally:
        with suppress(OSError):
            filesystem.delete_dir(filesystem_of(written)[1])
