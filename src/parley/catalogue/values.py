"""What a metric says now: a row of the first panel that shows it, from the newest final date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from parley.catalogue.metrics import Metric
from parley.dashboards.formats import NUMBERS

#: Columns that date a row, and those that say whether it is final.
DATES = ("date_day", "period_start", "submitted_at")
FINAL = "is_final"
#: Rows that are looked at for a value; the newest come first.
LOOKED_AT = 2_000
#: What tells rows of one date and account apart, and how it is called.
MEMBERS = {
    "agent_id": "agent",
    "auto_message_id": "message",
    "hour_of_day": "hour",
    "journey_id": "journey",
    "page_url": "page",
    "provider_account_id": "provider",
    "rating": "rating",
}
#: Units that a number is followed by.
WORDS = ("hours", "minutes", "seconds")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Value:
    """A number, and whose and when it is."""

    text: str
    whose: str
    is_final: bool


def date_text(value: datetime.date) -> str:
    """A date for reading."""
    return f"{value.day} {value:%B %Y}"


def built_text(warehouse: Path) -> str:
    """When the warehouse was last written, for reading."""
    written = datetime.datetime.fromtimestamp(warehouse.stat().st_mtime, datetime.UTC)
    return f"{date_text(written)}, {written:%H:%M} UTC"


class Values:
    """The newest values of the marts of an open warehouse; each mart is read once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.currencies = dict(
            connection.execute("select account_id, currency from marts.accounts").fetchall()
        )
        self.known: dict[tuple[str, str], list[Row]] = {}

    def rows(self, mart: str, panel: str) -> Sequence[Row]:
        """The newest rows of a panel, final ones first."""
        if (mart, panel) not in self.known:
            described = self.connection.execute(f"describe marts.{mart}").fetchall()
            columns = [str(name) for name, *_ in described]
            order = [f"{FINAL} desc"] * (FINAL in columns)
            order += [f"{name} desc nulls last" for name in DATES if name in columns]
            chosen = f"where period = '{panel}'" if "period" in columns else ""
            order += [name for name in columns if name.endswith("_id")]
            found = self.connection.execute(
                f"from marts.{mart} {chosen} order by {', '.join(order)} limit {LOOKED_AT}"
            ).fetchall()
            self.known[mart, panel] = [dict(zip(columns, row, strict=True)) for row in found]
        return self.known[mart, panel]

    def of(self, metric: Metric, mart: str, panel: str, column: str | None) -> Value | None:
        """A metric's newest value; one that is not 0 where there is one."""
        rows = self.rows(mart, panel)
        if column is None:
            count = self.connection.execute(f"select count(*) from marts.{mart}").fetchone()
            return Value(f"{count[0]:,} rows", "all accounts", True) if count and count[0] else None
        there = [row for row in rows if row[column] is not None]
        if not there:
            return None
        row = next((row for row in there if row[column]), there[0])
        return Value(
            self._number(metric, row, column), self._whose(row), bool(row.get(FINAL, True))
        )

    @staticmethod
    def _date(row: Row) -> Any:
        return next((row[name] for name in DATES if name in row), None)

    def _number(self, metric: Metric, row: Row, column: str) -> str:
        value = row[column]
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.4f}".rstrip("0").rstrip(".")
        if metric.unit.startswith("currency"):
            text += f" {self.currencies.get(row.get('account_id'), '')}".rstrip()
        elif metric.unit == "ratio" and column not in NUMBERS:
            text += f" ({value:.1%})"
        elif metric.unit in WORDS:
            text += f" {metric.unit}"
        return text

    def _whose(self, row: Row) -> str:
        names = [str(row[name]) for name in row if name.endswith("_name")]
        members = [
            f"{word} {row[name]}"
            for name, word in MEMBERS.items()
            if name in row and f"{name.removesuffix('_id')}_name" not in row
        ]
        date = self._date(row)
        return ", ".join([*names, *members, *([date_text(date)] if date else [])])
