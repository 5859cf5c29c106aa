"""The short readable summary after a run: headline metrics, what was landed, where to look next.

It reads the published marts, or the warehouse where nothing is published yet. Figures over the
whole period are sums of the daily columns; a rate is the ratio of two such sums.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from parley.files import published_path, warehouse_path
from parley.landing.texts import printable
from parley.marts import literal, marts_schema, open_error

PLAIN_WIDTH = 160  # a pipe has no width of its own; wide enough to cut no figure
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

#: Reasons for which something that belongs to a feed is missing.
INCOMPLETE = ("unreadable", "changed_after_read")
UNREAD_SHOWN = 5
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


def read_due(marts: Marts) -> list[Row]:
    """A row per account with texts that are older, today, than it keeps them: account, days, texts."""
    if not all(map(marts.has, ("accounts", "marketplace_messages", "one_to_one_nps_feedback"))):
        return []
    return marts.rows("""
        select accounts.account_id, accounts.transcript_retention_days, count(*)
        from {marts}.accounts as accounts
        inner join (
            select account_id, message_at as said_at from {marts}.marketplace_messages
            where text is not null
            union all
            select account_id, submitted_at from {marts}.one_to_one_nps_feedback
            where feedback is not null
        ) as texts using (account_id)
        where date_diff('second', said_at, cast(now() as timestamp)) > transcript_retention_days * 86400
        group by all
        order by all
    """)


def figure(value: Any) -> str:
    """A count or an amount for reading: thousands apart, money to the whole unit."""
    return "-" if value is None else f"{value:,.0f}"


def percentage(value: Any) -> str:
    """A ratio for reading."""
    return "-" if value is None else f"{value:.1%}"


def make_table(title: str, columns: Sequence[str], texts: int, plain: bool) -> Table:
    """An empty table whose first columns are texts and whose others are figures."""
    table = Table(title=title, title_justify="left", box=None if plain else box.SIMPLE_HEAD)
    for place, heading in enumerate(columns):
        table.add_column(
            heading, justify="left" if place < texts else "right", overflow="fold", no_wrap=plain
        )
    return table


def headline_table(rows: Sequence[Row], plain: bool) -> Table:
    """Headline metrics by account."""
    headings = ["Account", "Period", *(heading for heading, _ in HEADLINES), "CSAT"]
    table = make_table("Headline metrics by account", headings, 2, plain)
    table.caption = (
        "Conversions and direct revenue: after engagement; revenue in the account's currency."
    )
    table.caption_justify = "left"
    for account, first, last, *sums, csat in rows:
        table.add_row(
            printable(account), f"{first} to {last}", *map(figure, sums), percentage(csat)
        )
    return table


def surface_table(surface: Surface, rows: Sequence[Row], plain: bool) -> Table:
    """A surface's headlines by account."""
    headings = [surface.heading, "Period", *(heading for heading, _ in surface.headlines)]
    table = make_table(surface.title, headings, 2, plain)
    for account, first, last, *sums in rows:
        table.add_row(printable(account), f"{first} to {last}", *map(figure, sums))
    return table


def landed_table(rows: Sequence[Row], unread: Sequence[Row], plain: bool) -> Table:
    """What was landed, by feed, with a total; the newest date is marked where something is missing."""
    headings = ["Feed", "Newest (UTC)", "Files", "Lines", "Accepted", "Superseded", "Quarantined"]
    table = make_table("Landed lines by feed", headings, 2, plain)
    missing = [path for path, reason, _ in unread if reason in INCOMPLETE]
    for feed, *counts, newest in rows:
        mark = "*" if any(path.startswith(f"{feed}/") for path in missing) else ""
        date = f"{newest:%Y-%m-%d %H:%M}{mark}" if newest else "-"
        table.add_row(feed, date, *map(figure, counts))
    if missing:
        table.caption = "* Not all of it: see the files below that are unreadable or were changed."
        table.caption_justify = "left"
    totals = [sum(row[place] for row in rows) for place in range(1, 6)]
    table.add_section()
    table.add_row("all", "", *map(figure, totals))
    return table


def reason_table(rows: Sequence[Row], plain: bool) -> Table:
    """Why lines were quarantined."""
    table = make_table("Quarantined lines by reason", ["Feed", "Reason", "Lines"], 2, plain)
    for feed, reason, lines in rows:
        table.add_row(feed, reason, figure(lines))
    return table


def unusable_table(rows: Sequence[Row], plain: bool) -> Table:
    """Fields of which a large share cannot be used."""
    headings = ["Feed", "Field", "Problem", "Values", "By line"]
    table = make_table("Values that cannot be used and count as absent", headings, 3, plain)
    for feed, field, problem, values, share in rows:
        table.add_row(feed, field, problem, figure(values), percentage(share))
    table.caption = "By accepted line of the feed, from 1 % on; marts.value_audit has all of them."
    table.caption_justify = "left"
    return table


def unread_table(rows: Sequence[Row], plain: bool) -> Table:
    """Files that are not read, the first few of each reason."""
    table = make_table("Files that are not read", ["Reason", "File", "Bytes"], 2, plain)
    for reason in dict.fromkeys(reason for _, reason, _ in rows):
        files = [row for row in rows if row[1] == reason]
        for path, _, size in files[:UNREAD_SHOWN]:
            table.add_row(reason, printable(path), figure(size))
        if len(files) > UNREAD_SHOWN:
            table.add_row(reason, f"and {len(files) - UNREAD_SHOWN:,} more", "")
    return table


def due_table(rows: Sequence[Row], plain: bool) -> Table:
    """Texts that are due to go."""
    title = "Texts older than agreed (the next build with a newer delivery forgets them)"
    table = make_table(title, ["Account", "Days kept", "Texts"], 1, plain)
    for account, days, texts in rows:
        table.add_row(account, f"{days:g}", figure(texts))
    return table


def print_next(console: Console, source: Path, docs: Path) -> None:
    """Say where to look next."""
    page = docs.with_name("metrics.html")
    console.print("Where to look next", style="bold")
    places = [
        ("marts", f"{source}, schema marts"),
        ("", f"attach {literal(str(source))} as parley (read_only); use parley;"),
        ("what they mean", "marts.metric_catalog" + (f", or {page}" if page.exists() else "")),
        ("lines set aside", "marts.quarantined_records, with file, line number and reason"),
        ("files not read", "marts.unread_files, with the reason"),
        ("documentation", f"{docs}" if docs.exists() else f"{docs} (`make docs` makes it)"),
        ("how it works", "README.md"),
    ]
    for name, place in places:
        console.print(f"  {name:<16} {place}", soft_wrap=True, highlight=False)
    console.print("\n`make dashboards` opens the dashboards in a browser.", style="bold")


def print_summary(console: Console, marts: Marts) -> None:
    """Print the tables; a sentence stands for one that would be empty."""
    plain = not console.is_terminal
    headlines, landed, reasons = read_headlines(marts), read_landed(marts), read_reasons(marts)
    unread = read_unread(marts)
    blocks: list[Table | str] = [
        headline_table(headlines, plain) if headlines else "No account has any figures yet.",
        *(
            surface_table(surface, rows, plain)
            for surface in SURFACES
            if (rows := read_surface(marts, surface))
        ),
        landed_table(landed, unread, plain) if landed else "No files have been landed yet.",
    ]
    if reasons:
        blocks.append(reason_table(reasons, plain))
    elif landed:
        blocks.append("No line was quarantined.")
    if unusable := read_unusable(marts):
        blocks.append(unusable_table(unusable, plain))
    if unread:
        blocks.append(unread_table(unread, plain))
    if due := read_due(marts):
        blocks.append(due_table(due, plain))
    for block in blocks:
        console.print(block)
        console.print()


def choose_source(warehouse: Path) -> Path:
    """The published file; the warehouse where nothing is published and nobody names a file."""
    published = published_path(warehouse)
    named = os.environ.get("PARLEY_PUBLISHED")
    return published if named or published.exists() else warehouse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.summary",
        description="Print headline metrics, what was landed, and where to look next.",
        epilog="PARLEY_WAREHOUSE and PARLEY_PUBLISHED say which files are read.",
    )
    parser.add_argument("--file", type=Path, help="the published marts or a warehouse")
    parser.add_argument("--docs", type=Path, default=Path("target/static_index.html"))
    options = parser.parse_args(arguments)
    source: Path = options.file or choose_source(warehouse_path())
    # an account's id is no markup, whatever it looks like
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, markup=False, emoji=False)
    try:
        if not source.is_file():
            print(f"summary: There is nothing at {source}; `make run` makes it.", file=sys.stderr)
            return 1
        with duckdb.connect(str(source), read_only=True) as connection:
            print_summary(console, Marts(connection))
    except (OSError, duckdb.Error) as error:
        print(f"summary: {open_error(source, error)}", file=sys.stderr)
        return 1
    print_next(console, source, options.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
