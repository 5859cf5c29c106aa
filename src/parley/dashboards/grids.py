"""An item's figures as one table: what is drawn, listed and exported.

Figures come from `answer()` and `total()`; here they are only put side by side by their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from parley.dashboards.facts import Account, Metric
from parley.dashboards.formats import NUMBERS, ZERO_WHERE_NOTHING
from parley.dashboards.publication import Publication
from parley.dashboards.questions import Answer, Question, answer, total
from parley.dashboards.registry import Board, Item, Panel
from parley.dashboards.state import View, previous_period

#: Answers that are kept: a page asks for a few hundred, and most again at every click.
KEPT = 5_000
_answers: dict[tuple[str, bool, Question], Answer] = {}


@dataclass(frozen=True)
class Column:
    """A column of a grid: a key, or the figure of a metric."""

    name: str
    label: str
    unit: str = "key"

    @property
    def is_figure(self) -> bool:
        """Whether it is a metric's."""
        return self.unit != "key"


@dataclass(frozen=True)
class Grid:
    """Keys and figures, the totals row, and how each figure was asked for."""

    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    totals: dict[str, Any] | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)  # why a metric has no figures here
    total_reasons: Mapping[str, str] = field(default_factory=dict)
    sql: str = ""  # of grids that are a mart's rows
    left_off: int = 0  # rows there are beyond those shown

    @property
    def keys(self) -> list[Column]:
        """The columns that are keys."""
        return [column for column in self.columns if not column.is_figure]

    @property
    def figures(self) -> list[Column]:
        """The columns that are figures."""
        return [column for column in self.columns if column.is_figure]

    def table(self) -> pa.Table:
        """The rows as they are exported: ids, names, figures, under their own names."""
        names = list(
            dict.fromkeys(
                name
                for column in self.columns
                for name in (column.name, f"{column.name}_name")
                if name == column.name or any(name in row for row in self.rows)
            )
        )
        columns = {name: [row.get(name) for row in self.rows] for name in names}
        return pa.table(columns)


@dataclass(frozen=True)
class Context:
    """Whatever the items of a page have in common."""

    publication: Publication
    board: Board
    panel: Panel
    view: View
    account: Account
    metrics: Mapping[str, Metric]
    members: tuple[str, ...] = ()  # of the panel, where it leaves out what belongs to none

    def filters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The filters of every question of the panel."""
        chosen: dict[str, tuple[str, ...]] = {self.board.scope: (self.view.account,)}
        chosen |= {name: ids for name, ids in self.view.filters.items() if ids}
        chosen |= self.panel.only
        searched = self.view.members.get(self.panel.id) or self.members
        if self.panel.member and searched:
            chosen[self.panel.member] = searched
        return tuple(chosen.items())

    def question(self, metric: str, by: tuple[str, ...] = ()) -> Question:
        """What is asked for a metric in the view's range."""
        return Question(metric, by, self.view.first, self.view.last, self.filters())

    def label(self, item: Item, metric: str) -> str:
        """What the item calls the metric."""
        known = self.metrics.get(metric)
        return item.names.get(metric) or (known.label if known else metric)

    def until(self, metric: str) -> date:
        """The newest date with figures of the metric's kind of date."""
        known = self.metrics.get(metric)
        return self.account.until(known.time_base if known else "")

    def unit(self, metric: str) -> str:
        """The unit of the metric's figures."""
        known = self.metrics.get(metric)
        return "number" if metric in NUMBERS else known.unit if known else "count"


def ask(publication: Publication, question: Question, whole: bool) -> Answer:
    """An answer, or a total, asked for once per publication."""
    key = (publication.identity, whole, question)
    found = _answers.get(key)
    if found is None:
        found = (total if whole else answer)(publication, question)
        if len(_answers) >= KEPT:
            _answers.clear()
        _answers[key] = found
    return found


def plain(value: Any) -> Any:
    """A figure as Python and Vega calculate with it: DuckDB adds integers up to decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of an answer."""
    return [{name: plain(value) for name, value in row.items()} for row in table.to_pylist()]


def single(found: Answer, metric: str) -> Any:
    """The one figure of an answer; none where there is no row."""
    values = found.rows.column(metric).to_pylist() if found.rows.num_rows else []
    return plain(values[0]) if values else None


def nothing_on(context: Context, metric: str, on: date | None) -> int | None:
    """What stands where a metric has no row: beyond its newest date nothing is known."""
    return None if on and on > context.until(metric) else nothing(context.unit(metric))


def nothing(unit: str) -> int | None:
    """What stands where a metric has no row."""
    return 0 if unit in ZERO_WHERE_NOTHING else None


def figure_column(context: Context, item: Item, metric: str) -> Column:
    """The column of a metric."""
    return Column(metric, context.label(item, metric), context.unit(metric))


@dataclass(frozen=True)
class Headline:
    """A metric over the whole range, with the previous period's."""

    metric: str
    label: str
    unit: str
    value: Any
    before: Any
    answer: Answer

    @property
    def reason(self) -> str | None:
        """Why there is no figure."""
        return self.answer.reason


def headline(context: Context, item: Item, metric: str) -> Headline:
    """A metric's figure over the range and over the period before it."""
    question = context.question(metric)
    found = ask(context.publication, question, True)
    unit = context.unit(metric)
    before = None
    first, last = previous_period(context.view, context.until(metric))
    if not found.reason and first >= context.account.first:
        earlier = ask(context.publication, replace(question, first=first, last=last), True)
        if not earlier.reason:
            before = single(earlier, metric)
            before = nothing(unit) if before is None else before
    value = None if found.reason else single(found, metric)
    if value is None and not found.reason:
        value = nothing(unit)
    return Headline(metric, context.label(item, metric), unit, value, before, found)


def all_days(context: Context) -> Iterable[date]:
    """The dates of the range that have been delivered."""
    first = max(context.view.first, context.account.first)
    last = min(context.view.last, context.account.last)
    return (first + timedelta(days=place) for place in range((last - first).days + 1))


def is_nobody(value: Any) -> bool:
    """Whether a member's id says that there is no member."""
    return value is None or value == "none"


def is_empty_nobody(row: Mapping[str, Any], by: Sequence[str], metrics: Sequence[str]) -> bool:
    """Whether the row is of no member and has nothing to show."""
    members = [name for name in by if name != "date"]
    return any(is_nobody(row.get(name)) for name in members) and not any(map(row.get, metrics))


def name_nobody(row: dict[str, Any], by: Sequence[str]) -> None:
    """Call what belongs to no member so."""
    for name in by:
        if name != "date" and is_nobody(row.get(name)):
            row[f"{name}_name"] = f"No {name.replace('_', ' ')}"


def asked_grid(context: Context, item: Item, metrics: Sequence[str], totals: bool) -> Grid:
    """Metrics side by side, by what the item groups them by."""
    by = item.by
    columns = [Column(name, name.replace("_", " ").capitalize()) for name in by]
    columns += [figure_column(context, item, metric) for metric in metrics]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    answers, reasons, sums, sum_reasons = {}, {}, {}, {}
    if by == ("date",):
        found = {(day,): {"date": day} for day in all_days(context)}
    for metric in metrics:
        question = context.question(metric, by)
        got = answers[metric] = ask(context.publication, question, False)
        if got.reason:
            reasons[metric] = got.reason
            continue
        for row in plain_rows(got.rows):
            key = tuple(row[name] for name in by)
            found.setdefault(key, {}).update(row)
        if totals:
            whole = ask(context.publication, question, True)
            if whole.reason:
                sum_reasons[metric] = whole.reason
            else:
                sums[metric] = single(whole, metric)
    shown = [metric for metric in metrics if metric not in reasons]
    rows = [row for row in found.values() if not is_empty_nobody(row, by, shown)]
    for row in rows:
        name_nobody(row, by)
    for row in rows:
        for metric in shown:
            if row.get(metric) is None:
                row[metric] = nothing_on(context, metric, row.get("date"))
    if by and by[0] == "date":
        rows.sort(key=lambda row: tuple(str(row.get(name)) for name in by))
    elif shown:
        rows.sort(key=lambda row: (-(row[shown[0]] or 0), str(row.get(f"{by[0]}_name"))))
    return Grid(tuple(columns), rows, sums if totals else None, answers, reasons, sum_reasons)
