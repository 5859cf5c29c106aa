"""Whether a table is the same on two engines: every row and every column, as Parquet shows it to DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

#: Columns that count builds, of which two warehouses may have had different ones.
OF_BUILDS = ("delivered_in_build", "current_since_build")
#: How far two doubles may lie apart, by the greater of the two: the last digits of a sum or a root.
NEAR = 1e-12


@dataclass(frozen=True)
class Compared:
    """A table's rows on either engine, and in how many of them a column differs."""

    relation: str
    rows: int
    other_rows: int
    differences: dict[str, int]

    @property
    def is_equal(self) -> bool:
        """Whether the rows are the same; that there are any is for the caller to ask."""
        return self.rows == self.other_rows and not self.differences


def compared(warehouse: duckdb.DuckDBPyConnection, relation: str, parquet: Path) -> Compared:
    """Compare a relation of a DuckDB warehouse with the Parquet files that another engine wrote of it.

    Rows stand in the order of all their exact columns, then of their doubles, and are compared place by
    place. Whole numbers, decimals, texts, dates, instants and lists have to be equal, and null to null.
    """
    other = f"read_parquet('{parquet}/*.parquet')"
    here = _columns(warehouse, f"select * from {relation}")
    there = _columns(warehouse, f"select * from {other}")
    assert set(here) == set(there), (relation, sorted(set(here) ^ set(there)))
    names = [name for name in here if name not in OF_BUILDS]
    doubles = [name for name in names if here[name] == "DOUBLE"]
    exact = [name for name in names if name not in doubles]
    # a sum is a HUGEINT here and a BIGINT there
    shown = ", ".join(f'cast("{name}" as {here[name]}) as "{name}"' for name in names)
    order = ", ".join(f'"{name}" nulls last' for name in exact + doubles)
    ranked = (
        f"select *, row_number() over (order by {order}) as place_ from (select {shown} from {{}})"
    )
    differing = [f'here."{name}" is distinct from there."{name}"' for name in exact] + [
        f'here."{name}" is distinct from there."{name}" and not coalesce(abs(here."{name}" - there."{name}")'
        f' <= {NEAR} * greatest(abs(here."{name}"), abs(there."{name}")), false)'
        for name in doubles
    ]
    found = warehouse.sql(
        f"with here as ({ranked.format(relation)}), there as ({ranked.format(other)}) "
        "select count(here.place_), count(there.place_), "
        + ", ".join(f"count(*) filter (where {one})" for one in differing)
        + " from here full join there on here.place_ = there.place_"
    ).fetchall()[0]
    differences = {name: n for name, n in zip(exact + doubles, found[2:], strict=True) if n}
    return Compared(relation, found[0], found[1], differences)


def exports_compared(expected: Path, found: Path) -> list[Compared]:
    """Compare every table of one folder of exports with the same of another."""
    with duckdb.connect() as connection:
        tables = []
        for folder in sorted(expected.iterdir()):
            connection.execute(
                f"create view \"{folder.name}\" as from read_parquet('{folder}/*.parquet')"
            )
            tables.append(compared(connection, f'"{folder.name}"', found / folder.name))
        return tables


def _columns(warehouse: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in warehouse.sql(f"describe {query}").fetchall()}
