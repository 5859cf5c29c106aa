"""Questions to a publication: a metric, what it is grouped by, a range of dates, and filters.

What is asked is the text of the mart `metric_sql`, which MetricFlow wrote when the marts were built;
nothing is computed here. What a metric cannot be asked by is answered with the sentence of the mart
`metric_filters`, unless it is a figure that a panel shows: then the panel's mart is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from parley.dashboards.definitions import Definitions, Row, definitions
from parley.dashboards.publication import Publication
from parley.marts import identifier

DATE = "date"
ACCOUNT = "account"
#: How the mart metric_sql calls a text that is grouped by nothing.
TOTAL = "total"
#: Periods that metric_sql groups by, besides dates; their columns are dates.
PERIODS = (DATE, "week", "month")
NOTHING = pa.table({})


@dataclass(frozen=True)
class Question:
    """A metric, and what of it is wanted."""

    metric_id: str
    by: tuple[str, ...] = ()  # as metric_sql.grouping: "date", and at most one member level
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


def refused(reason: str) -> Answer:
    """No rows, and why."""
    return Answer(NOTHING, "", {}, reason)


def answer(publication: Publication, question: Question) -> Answer:
    """The metric, grouped and filtered; or why it cannot be.

    Rows are in the order of `by`. What belongs to no member is a row of its own, `none`.
    """
    known = definitions(publication)
    if question.metric_id not in known.filters:
        return refused(f"There is no metric {question.metric_id}.")
    if reason := reason_of_sums(known, question):
        return refused(reason)
    if reason := reason_of_filters(known, question):
        return from_panel(publication, known, question) or refused(reason)
    text = known.texts.get((question.metric_id, grouping_of(question.by)))
    if text is None:
        label = known.metric(question.metric_id)["label"]
        return refused(f"{label} is not shown by {' and '.join(question.by)}.")
    parameters = parameters_of(question, text["filters"].split(", "))
    rows = publication.rows(text["sql"], parameters)
    return Answer(
        named(rows, known.filters[question.metric_id]), text["sql"], parameters, reason=None
    )


def total(publication: Publication, question: Question) -> Answer:
    """The totals row of a question: the metric over the whole range and whatever passes the filters.

    It is asked of the data, so it is the sum where the metric is additive, each visit or person counted
    once where it is a distinct count, and divided last where it is a ratio.
    """
    known = definitions(publication)
    panels = known.panels.get(question.metric_id)
    if panels and known.metric(question.metric_id)["unit"] == "rows":
        return refused("Its rows are listed, and there is no figure to add up.")
    return answer(publication, replace(question, by=()))


def grouping_of(by: Sequence[str]) -> str:
    """How metric_sql calls a grouping."""
    return ", ".join(sorted(by, key=lambda name: name != DATE)) or TOTAL


def reason_of_filters(known: Definitions, question: Question) -> str | None:
    """Why a metric cannot be asked by what the question names, from metric_filters."""
    possible = known.filters[question.metric_id]
    for name, _ in question.filters:
        if name not in possible:
            return f"There is no filter {name}."
    for name in (*question.by, *(name for name, _ in question.filters)):
        if name in possible and not possible[name]["is_possible"]:
            return str(possible[name]["reason"])
    return None


def reason_of_sums(known: Definitions, question: Question) -> str | None:
    """Why a figure over accounts or dates would be of no meaning."""
    metric = known.metric(question.metric_id)
    accounts = dict(question.filters).get(ACCOUNT, tuple(known.currencies))
    if metric["unit"].startswith("currency") and ACCOUNT not in question.by:
        currencies = sorted({known.currencies[one] for one in accounts if one in known.currencies})
        if len(currencies) > 1:
            return (
                f"Amounts in {', '.join(currencies)} are not added up; choose accounts of one "
                "currency."
            )
    is_bounded = question.first is not None and question.last is not None
    if metric["additivity"].startswith("over a range: the mean") and not (
        is_bounded or DATE in question.by
    ):
        return "It is a mean over the days of a range; choose its first and its last date."
    return None


def from_panel(publication: Publication, known: Definitions, question: Question) -> Answer | None:
    """A figure by date and member that the semantic layer refuses and a panel shows.

    A part of its definition is the account's, for example the sessions below a campaign's prospect
    rate: no query of one grouping has both. It is there on single dates, of one account's members.
    """
    chosen = dict(question.filters)
    members = [name for name in (*question.by, *chosen) if name not in (DATE, ACCOUNT)]
    if len(set(members)) != 1 or DATE not in question.by or len(chosen.get(ACCOUNT, ())) != 1:
        return None
    (level,) = set(members)
    if level not in question.by and len(chosen[level]) != 1:
        return None
    panel = known.panels[question.metric_id].get(level)
    if panel is None or panel["column_name"] is None:
        return None
    shown = [f"{level}_id as {level}", f"{level}_name"] if level in question.by else []
    columns = ["date_day as date", *shown, identifier(panel["column_name"])]
    order = ", ".join(name.rpartition(" ")[2] for name in columns[:-1])
    sql = f"""select {", ".join(columns)}
from marts.{identifier(panel["mart"])}
where
    list_contains($account, account_id)
    and ($first is null or date_day >= $first)
    and ($last is null or date_day <= $last)
    and (${level} is null or list_contains(${level}, {level}_id))
order by {order}"""
    parameters = parameters_of(question, [ACCOUNT, level])
    return Answer(publication.rows(sql, parameters), sql, parameters)


def parameters_of(question: Question, filters: Sequence[str]) -> dict[str, object]:
    """The values of a text's parameters; null is no filter."""
    chosen = dict(question.filters)
    wanted: dict[str, object] = {"first": question.first, "last": question.last}
    for name in filters:
        wanted[name] = list(chosen[name]) if name in chosen else None
    return wanted


def named(rows: pa.Table, possible: Mapping[str, Row]) -> pa.Table:
    """The rows with columns called by what they were grouped by, and dates that are dates."""
    names: dict[str, str] = {}
    for name, row in possible.items():
        names[row["dimension"]] = name
        names[row["name_dimension"]] = f"{name}_name"
    found = rows.rename_columns(
        [names.get(column, column.rpartition("__")[2]) for column in rows.column_names]
    )
    for period in set(PERIODS).intersection(found.column_names):
        place = found.column_names.index(period)
        found = found.set_column(place, period, found.column(period).cast(pa.date32()))
    return found
