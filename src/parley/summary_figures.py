"""The figures of the summary, read from the published marts, or from the warehouse where none are published.

Figures over the whole period are sums of the daily columns; a rate is the ratio of two such sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from parley.marts import marts_schema

BRAND = "business_dashboard_brand"
CONVERSATIONS = "agent_messaging_activity"
# Heading and daily column of the brand panel; the figure is the column's sum.
HEADLINES = [
    ("Sessions", "sessions"),
    ("Prospects", "prospects"),
    ("Exposed", "exposed"),
    ("Engaged", "engaged"),
    ("Opened", "opened_conversations"),
    ("Closed", "closed_conversations"),
    ("Conversions", "total_conversions_after_engagement"),
    ("Revenue", "total_direct_revenue_after_engagement"),
]

#: Unusable values by accepted lines of their feed from which on they are pointed out, and how many fields are.
LARGE_SHARE = 0.01
FIELDS_SHOWN = 10

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Surface:
    """A daily mart beside the brand's, and which of its columns are summed for whom."""

    title: str
    mart: str
    whose: str  # the column and heading of those who have a row
    heading: str
    headlines: tuple[tuple[str, str], ...]


SURFACES = (
    Surface(
        "Marketplace networks by provider",
        "marketplace_provider_summary",
        "provider_account_id",
        "Provider",
        (
            ("Opened", "marketplace_opened_conversations"),
            ("Contained by bots", "conversations_contained_by_bot"),
            ("Answered by people", "conversations_with_human_response"),
            ("Closed by agents", "marketplace_closed_by_agent"),
            ("By consumers", "marketplace_closed_by_consumer"),
            ("By the system", "marketplace_closed_by_system"),
        ),
    ),
    Surface(
        "Concierge by account",
        "concierge_performance",
        "account_id",
        "Account",
        (
            ("Conversations", "concierge_conversations"),
            ("Agents' messages", "concierge_outbound_messages"),
            ("Hours saved", "concierge_time_saved_hours"),
            ("Revenue", "concierge_attributable_revenue"),
        ),
    ),
    Surface(
        "One-to-One by account",
        "one_to_one_daily",
        "account_id",
        "Account",
        (
            ("Requests", "total_requests"),
            ("Conversations", "one_to_one_conversations"),
            ("By text", "one_to_one_text_conversations"),
            ("By video", "one_to_one_video_conversations"),
            ("Orders", "one_to_one_orders"),
            ("GMV", "one_to_one_attributed_gmv"),
        ),
    ),
)


class Marts:
    """The marts of an open file, any of which may be missing."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.schema = marts_schema(connection)
        found = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
        self.columns: dict[str, set[str]] = {}
        for mart, column in found:
            self.columns.setdefault(mart, set()).add(column)

    def has(self, mart: str, *columns: str) -> bool:
        """Whether the mart is there, with these columns."""
        return set(columns) <= self.columns.get(mart, set()) and mart in self.columns

    def rows(self, query: str) -> list[Row]:
        """The rows of a query that says `{marts}` for the schema."""
        return self._connection.execute(query.replace("{marts}", self.schema)).fetchall()


def read_headlines(marts: Marts) -> list[Row]:
    """A row per account: account, first and last day, the sums of HEADLINES, CSAT."""
    if not marts.has(BRAND, "account_id", "date_day"):
        return []
    sums = ", ".join(
        f"sum({column})" if marts.has(BRAND, column) else "null" for _, column in HEADLINES
    )
    answers = "select null as account_id, null as csat where false"
    if marts.has(CONVERSATIONS, "account_id", "csat_good", "csat_valid"):
        answers = f"""
            select account_id, sum(csat_good) / nullif(sum(csat_valid), 0) as csat
            from {{marts}}.{CONVERSATIONS} group by account_id
        """
    return marts.rows(f"""
        with headlines as (
            select account_id, min(date_day), max(date_day), {sums}
            from {{marts}}.{BRAND} group by account_id
        ),
        answers as ({answers})
        select headlines.*, answers.csat
        from headlines left join answers using (account_id)
        order by account_id
    """)


def read_surface(marts: Marts, surface: Surface) -> list[Row]:
    """A row per account: account, first and last day, the sums of the surface's headlines."""
    columns = [column for _, column in surface.headlines]
    if not marts.has(surface.mart, surface.whose, "date_day", *columns):
        return []
    sums = ", ".join(f"sum({column})" for column in columns)
    return marts.rows(f"""
        select {surface.whose}, min(date_day), max(date_day), {sums}
        from {{marts}}.{surface.mart}
        group by {surface.whose}
        order by {surface.whose}
    """)


def read_landed(marts: Marts) -> list[Row]:
    """A row per feed: feed, files, lines (and how many of each outcome), newest delivery."""
    if not marts.has("landing_audit"):
        return []
    return marts.rows("""
        select
            feed,
            count(*),
            sum(lines_delivered),
            sum(lines_accepted),
            sum(lines_superseded),
            sum(lines_quarantined),
            max(delivered_at)
        from {marts}.landing_audit
        group by feed
        order by feed
    """)


def read_reasons(marts: Marts) -> list[Row]:
    """A row per feed and reason: feed, reason, lines quarantined."""
    if not marts.has("quarantined_records"):
        return []
    return marts.rows("""
        select feed, reason, count(*)
        from {marts}.quarantined_records
        group by feed, reason
        order by feed, count(*) desc, reason
    """)


def read_unread(marts: Marts) -> list[Row]:
    """A row per file that is not read: path, reason, bytes."""
    if not marts.has("unread_files"):
        return []
    return marts.rows("select path, reason, bytes from {marts}.unread_files order by reason, path")


def read_unusable(marts: Marts) -> list[Row]:
    """A row per field that often holds what cannot be used: feed, field, problem, values, share."""
    if not marts.has("value_audit") or not marts.has("landing_audit"):
        return []
    return marts.rows(f"""
        with fields as (
            select feed, field, problem, sum(occurrences) as occurrences
            from {{marts}}.value_audit group by feed, field, problem
        ),
        lines as (
            select feed, sum(lines_accepted) as accepted from {{marts}}.landing_audit group by feed
        )
        select feed, field, problem, occurrences, occurrences / accepted as share
        from fields inner join lines using (feed)
        where occurrences >= {LARGE_SHARE} * accepted
        order by share desc nulls first, feed, field, problem
        limit {FIELDS_SHOWN}
    """)
