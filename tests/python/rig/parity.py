"""Whether a table is the same on two engines: every row and every column, as Parquet shows it to DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

#: Columns that count builds, of which two warehouses may have had different ones.
OF_BUILDS = ("delivered_in_build", "current_since_build")


@dataclass(frozen=True)
class Compared:
    """A table's rows on either engine, and how many of them the other does not have."""

    relation: str
    rows: int
    other_rows: int
    only_here: int
    only_there: int
    columns: tuple[str, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether there are rows, and the same ones."""
        return self.rows == self.other_rows and not self.only_here and not self.only_there


def compared(warehouse: duckdb.DuckDBPyConnection, relation: str, parquet: Path) -> Compared:
    """Compare a relation of a DuckDB warehouse with the Parquet files that another engine wrote of it."""
    other = f"read_parquet('{parquet}/*.parquet')"
    here = dict(_columns(warehouse, f"select * from {relation}"))
    there = {name for name, _ in _columns(warehouse, f"select * from {other}")}
    assert set(here) == there, (relation, sorted(set(here) ^ there))
    names = [name for name in here if name not in OF_BUILDS]
    # doubles may differ in their last digits, everything else is exact
    shown = ", ".join(
        f'round("{name}", 9) as "{name}"' if here[name] == "DOUBLE" else f'cast("{name}" as {here[name]}) as "{name}"'
        for name in names
    )
    mine, theirs = f"select {shown} from {relation}", f"select {shown} from {other}"
    counts = [
        warehouse.sql(f"select count(*) from ({query})").fetchall()[0][0]
        for query in (
            mine,
            theirs,
            f"({mine}) except all ({theirs})",
            f"({theirs}) except all ({mine})",
        )
    ]
    different: tuple[str, ...] = ()
    if counts[2] or counts[3]:
        different = tuple(
            name
            for name in names
            if warehouse.sql(
                f'select count(*) from ((select "{name}" from ({mine})) except all (select "{name}" from ({theirs})))'
            ).fetchall()[0][0]
        )
    return Compared(relation, *counts, different)


def _columns(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, *_ in warehouse.sql(f"describe {query}").fetchall()]
