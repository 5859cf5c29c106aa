"""Reading the marts of a warehouse, and comparing those of two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

Row = tuple[Any, ...]
SHOWN = 3
KEYS = 6
#: What names landed files and lines, which are others where the same records come in other files.
AUDIT = (
    *("concierge_orders", "concierge_texts"),
    *("landing_audit", "quarantined_records", "record_lines", "unread_files", "value_audit"),
)


@dataclass(frozen=True)
class Mart:
    """A mart as it is read: columns with their types, and the rows in an order of their own."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...] = field(repr=False)

    def records(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        names = [name for name, _ in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


Marts = dict[str, Mart]


def read_marts(warehouse: Path, schema: str = "marts") -> Marts:
    """Every table and view of a schema."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        names = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = $schema and table_catalog = current_database() order by 1",
            {"schema": schema},
        ).fetchall()
        return {name: read_mart(connection, schema, name) for (name,) in names}


def read_mart(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> Mart:
    """One table or view."""
    found = connection.execute(f'select * from {schema}."{name}"')
    columns = tuple((column[0], str(column[1])) for column in found.description or ())
    return Mart(columns, tuple(sorted(found.fetchall(), key=repr)))


def read_rows(warehouse: Path, query: str) -> list[Row]:
    """The rows of a query, in its order."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(query).fetchall()


def without_audit(marts: Marts) -> Marts:
    """The marts that say nothing of files."""
    return {name: mart for name, mart in marts.items() if name not in AUDIT}


def mart_differences(expected: Marts, actual: Marts) -> list[str]:
    """What differs between two warehouses' marts, value for value; nothing is rounded."""
    report = [f"{name}: missing" for name in expected.keys() - actual.keys()]
    report += [f"{name}: extra" for name in actual.keys() - expected.keys()]
    for name in sorted(expected.keys() & actual.keys()):
        want, got = expected[name], actual[name]
        if want.columns != got.columns:
            report.append(f"{name}: columns {want.columns} became {got.columns}")
        # The text of a row tells 1 from 1.0 and -0.0 from 0.0, and a null equals itself.
        if list(map(repr, want.rows)) != list(map(repr, got.rows)):
            report += row_differences(name, want, got)
    return report


def row_differences(name: str, expected: Mart, actual: Mart) -> list[str]:
    """How many rows differ, and of a few of them the columns that do."""
    missing = sorted((Counter(expected.rows) - Counter(actual.rows)).elements(), key=repr)
    extra = sorted((Counter(actual.rows) - Counter(expected.rows)).elements(), key=repr)
    report = [f"{name}: {len(missing)} rows missing, {len(extra)} rows too many"]
    for row in missing[:SHOWN]:
        near = max(extra, key=lambda other: common(row, other), default=None)
        if near is None or common(row, near) * 2 < len(row):
            report.append(f"{name}: missing {row}")
            continue
        pairs = zip(expected.columns, row, near, strict=True)
        changed = [f"{c[0]} {old!r} became {new!r}" for c, old, new in pairs if old != new]
        report.append(f"{name}: {row[:KEYS]}: {', '.join(changed)}")
    if not missing:
        report += [f"{name}: too many {row}" for row in extra[:SHOWN]]
    return report


def common(row: Row, other: Row) -> int:
    """How many values two rows share."""
    return sum(repr(a) == repr(b) for a, b in zip(row, other, strict=True))
