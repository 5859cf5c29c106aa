"""The rows behind a figure: those of the datasets and facts that the semantic layer counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from parley.dashboards.definitions import definitions
from parley.dashboards.publication import Publication
from parley.dashboards.questions import Question, parameters_of, reason_of_filters

#: Rows that are read to be looked at; the text without its limit reads them all.
LIMIT = 1_000


@dataclass(frozen=True)
class Records:
    """Rows of one mart that a figure counts."""

    mart: str
    rows: pa.Table  # the first ones
    number: int  # how many there are
    sql: str  # exactly what was run for the rows
    parameters: Mapping[str, object]


def records_of(
    publication: Publication, question: Question, limit: int = LIMIT
) -> tuple[Records, ...]:
    """The rows of a figure, of each mart that it is computed from; none where it cannot be asked.

    What the question is grouped by does not matter: to see one member's rows, filter by the member.
    """
    known = definitions(publication)
    if question.metric_id not in known.filters or reason_of_filters(known, question):
        return ()
    found = []
    for row in publication.records(
        "select * from marts.metric_datasets where metric_id = $metric order by semantic_model",
        {"metric": question.metric_id},
    ):
        parameters = parameters_of(question, row["filters"].split(", "))
        (counted,) = publication.records(f"select count(*) as rows from ({row['sql']})", parameters)
        sql = f"{row['sql']} limit {limit}"
        rows = publication.rows(sql, parameters)
        found.append(Records(row["mart"], rows, counted["rows"], sql, parameters))
    return tuple(found)
