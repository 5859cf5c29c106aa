"""Questions to a publication: a metric, what it is grouped by, a range of dates, and filters.

What is asked is the text of the mart `metric_sql`, which MetricFlow wrote when the marts were built;
nothing is computed here. What a metric cannot be asked by is answered with the sentence of the mart
`metric_filters`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from parley.dashboards.publication import Publication

DATE = "date"
#: How the mart metric_sql calls a text that is grouped by nothing.
TOTAL = "total"
NOTHING = pa.table({})

Row = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A metric, and what of it is wanted."""

    metric_id: str
    by: tuple[
        str, ...
    ] = ()  # "date" and/or at most one member level, spelt as metric_filters.filter
    first: date | None = None  # the range, both ends included
    last: date | None = None
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()  # filter as in metric_filters, ids


@dataclass(frozen=True)
class Answer:
    """Rows, and how they were found; or why not."""

    rows: pa.Table  # the `by` columns (ids), `<by>_name` beside each, then the metric's column
    sql: str  # exactly what was run
    parameters: Mapping[str, object]
    reason: str | None = None  # why it cannot be asked like this; then there are no rows


@dataclass(frozen=True)
class Definitions:
    """What the publication says of metrics, read once."""

    filters: Mapping[str, Mapping[str, Row]]  # metric: filter: row of metric_filters
    texts: Mapping[tuple[str, str], Row]  # metric and grouping: row of metric_sql
    metrics: Mapping[str, Row]  # metric: a row of metric_catalog


def definitions(publication: Publication) -> Definitions:
    """The metrics of a publication."""
    if "definitions" not in publication.known:
        filters: dict[str, dict[str, Row]] = {}
        for row in publication.records("select * from marts.metric_filters"):
            filters.setdefault(row["metric_id"], {})[row["filter"]] = row
        texts = publication.records("select * from marts.metric_sql")
        metrics = publication.records("select * from marts.metric_catalog order by panel")
        publication.known["definitions"] = Definitions(
            filters,
            {(row["metric_id"], row["grouping"]): row for row in texts},
            {row["metric_id"]: row for row in reversed(metrics)},
        )
    known: Definitions = publication.known["definitions"]
    return known


def grouping_of(by: Sequence[str]) -> str:
    """How metric_sql calls a grouping."""
    return ", ".join(sorted(by, key=lambda name: name != DATE)) or TOTAL


def answer(publication: Publication, question: Question) -> Answer:
    """The metric, grouped and filtered; or why it cannot be."""
    known = definitions(publication)
    if reason := reason_of(known, question):
        return Answer(NOTHING, "", {}, reason)
    text = known.texts.get((question.metric_id, grouping_of(question.by)))
    if text is None:
        return Answer(NOTHING, "", {}, f"It is not shown by {' and '.join(question.by)}.")
    parameters = parameters_of(question, text["filters"])
    rows = publication.rows(text["sql"], parameters)
    return Answer(named(rows, known.filters[question.metric_id]), text["sql"], parameters)


def total(publication: Publication, question: Question) -> Answer:
    """The totals row of a question: what it is over the whole range and all members."""
    return answer(
        publication,
        Question(question.metric_id, (), question.first, question.last, question.filters),
    )


def reason_of(known: Definitions, question: Question) -> str | None:
    """Why a metric cannot be asked so, from metric_filters."""
    possible = known.filters.get(question.metric_id)
    if possible is None:
        return f"There is no metric {question.metric_id}."
    for name in (*question.by, *(name for name, _ in question.filters)):
        row = possible.get(name)
        if row is not None and not row["is_possible"]:
            return str(row["reason"])
    return None


def parameters_of(question: Question, filters: str) -> dict[str, object]:
    """The values of a text's parameters; null is no filter."""
    chosen = dict(question.filters)
    wanted: dict[str, object] = {"first": question.first, "last": question.last}
    for name in filters.split(", "):
        wanted[name] = list(chosen[name]) if name in chosen else None
    return wanted


def named(rows: pa.Table, possible: Mapping[str, Row]) -> pa.Table:
    """The rows with columns called by their filters, and dates that are dates."""
    names: dict[str, str] = {}
    for name, row in possible.items():
        names[row["dimension"]] = name
        names[row["name_dimension"]] = f"{name}_name"
    found = rows.rename_columns([names.get(column, column) for column in rows.column_names])
    if DATE in found.column_names:
        place = found.column_names.index(DATE)
        found = found.set_column(place, DATE, found.column(DATE).cast(pa.date32()))
    return found
