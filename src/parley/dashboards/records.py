"""The rows behind a figure: those of the datasets and facts that the semantic layer counts.

A row that names its record by an id has the landed file and line the record came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from parley.dashboards.definitions import definitions
from parley.dashboards.publication import Publication
from parley.dashboards.questions import Question, parameters_of, reason_of_filters

#: Rows that are read to be looked at; the text without its limit reads them all.
LIMIT = 1_000
#: Kinds of records that marts name in a column `<kind>_id`. Of several, the first is the row's own.
KINDS = ("event", "order", "visit", "conversation", "request")
#: Where the records are that a mart adds up.
ADDED_UP = {
    "agent_messaging_activity": "`fct_handled_conversation_days` names the conversations with an agent",
    "consumer_messaging_activity": "`fct_handled_conversation_days` names the conversations with an agent",
    "conversions_daily": "`attributed_conversions` has each conversion, with its visit",
    "marketplace_subscriber_days": "`marketplace_conversations` has each conversation",
    "views_and_accepted_offers_daily": "`fct_visit_members` has each visit",
    "visits_daily": "`fct_visit_members` has each visit",
}
#: Marts whose records have no ids: for each the mart that has its records, which of them, and what each of
#: them adds to the columns that a figure counts by.
SINGLE = {
    "fct_concierge_conversations": (
        "concierge_texts",
        "opens_conversation",
        "1 as conversations, cast(is_escalated as integer) as escalated_conversations",
    ),
    "fct_concierge_orders": ("concierge_orders", "true", "1 as orders"),
    "fct_concierge_sends": (
        "concierge_texts",
        "kind <> 'subscriber_message'",
        "cast(kind = 'agent_message' as integer) as agent_messages, "
        "cast(kind = 'escalation' as integer) as escalations, "
        "cast(kind not in ('agent_message', 'escalation') as integer) as other_sends",
    ),
}


@dataclass(frozen=True)
class Records:
    """Rows of one mart that a figure counts."""

    mart: str
    rows: pa.Table  # the first ones
    number: int  # how many there are
    sql: str  # exactly what was run for the rows
    parameters: Mapping[str, object]
    note: str = ""  # why the rows have no file and line, where they have none


def kind_of(publication: Publication, mart: str) -> str | None:
    """The kind of record that each row of a mart is or names; none where it adds up several."""
    columns = publication.records(
        "select column_name from information_schema.columns "
        "where table_schema = 'marts' and table_name = $mart",
        {"mart": mart},
    )
    names = {row["column_name"] for row in columns}
    return next((kind for kind in KINDS if f"{kind}_id" in names), None)


def with_lines(sql: str, kind: str) -> str:
    """The rows of a query, each with the landed file and line of its record."""
    return (
        "select counted.*, lines.feed || '/' || lines.file_name as landed_file, "
        f"lines.line_number as landed_line from ({sql}) as counted "
        f'left join "marts"."record_lines" as lines on lines.record_kind = \'{kind}\' '
        f"and lines.account_id = counted.account_id and lines.record_id = counted.{kind}_id"
    )


def one_by_one(sql: str, mart: str) -> str:
    """The same rows of a query, one for each landed line that a row of its mart adds up."""
    single, which, amounts = SINGLE[mart]
    return sql.replace(
        f'"marts"."{mart}"',
        "(select * exclude (feed, file_name, line_number) "
        f"replace (coalesce(journey_id, 'none') as journey_id), {amounts}, "
        "feed || '/' || file_name as landed_file, line_number as landed_line "
        f'from "marts"."{single}" where {which}) as single',
    )


def note_of(mart: str) -> str:
    """Why the rows of a mart have no file and line, and which mart's rows do."""
    note = f"A row of `{mart}` is not of one landed line, so it has no file and line"
    return f"{note}; {ADDED_UP[mart]}." if mart in ADDED_UP else f"{note}."


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
        mart, every = row["mart"], row["sql"]
        has_lines = mart in SINGLE
        if has_lines:
            mart, every = SINGLE[mart][0], one_by_one(every, mart)
        (counted,) = publication.records(f"select count(*) as rows from ({every})", parameters)
        sql = f"{every} limit {limit}"
        kind = None if has_lines else kind_of(publication, mart)
        if kind:
            sql = with_lines(sql, kind)
        rows = publication.rows(sql, parameters)
        note = "" if has_lines or kind else note_of(mart)
        found.append(Records(mart, rows, counted["rows"], sql, parameters, note))
    return tuple(found)
