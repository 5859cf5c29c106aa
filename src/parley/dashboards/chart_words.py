"""What charts show, in words: for those who do not see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from parley.dashboards.formats import NONE, day, figure
from parley.dashboards.grids import Context, Grid, Headline
from parley.dashboards.registry import Item

Row = dict[str, Any]


def place_of(grid: Grid, row: Row) -> str:
    """A row's keys for reading."""
    words = []
    for column in grid.keys:
        value = row.get(f"{column.name}_name") or row.get(column.name)
        words.append(day(value) if isinstance(value, date) else str(value))
    return ", ".join(words)


def message(context: Context, item: Item, grid: Grid) -> str:
    """What a chart shows, in words: for each figure its most and its least."""
    said = [f"{item.label}."]
    for column in grid.figures:
        if column.name in grid.reasons:
            continue
        rows = [row for row in grid.rows if row.get(column.name) is not None]
        if not rows:
            said.append(f"{column.label}: no figure in this range.")
            continue
        most = max(rows, key=lambda row: row[column.name])
        least = min(rows, key=lambda row: row[column.name])
        currency = context.account.currency
        said.append(
            f"{column.label}: most {figure(most[column.name], column.unit, currency)} "
            f"({place_of(grid, most)}), least "
            f"{figure(least[column.name], column.unit, currency)} ({place_of(grid, least)})."
        )
    return " ".join(said)


def funnel_message(label: str, steps: Sequence[Headline]) -> str:
    """What a funnel shows, in words."""
    told = [f"{step.label} {figure(step.value, step.unit)}" for step in steps if not step.reason]
    return f"{label}: {', '.join(told) or NONE}."
