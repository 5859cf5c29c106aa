"""The short readable summary after a run: headline metrics, what was landed, where to look next.

parley.summary_figures reads the figures.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from parley.files import path_argument, published_path, warehouse_path
from parley.landing.texts import printable
from parley.marts import literal, open_error, read_marts, without_marts
from parley.summary_due import read_due
from parley.summary_figures import (
    HEADLINES,
    SURFACES,
    Marts,
    Row,
    Surface,
    read_headlines,
    read_landed,
    read_reasons,
    read_surface,
    read_unread,
    read_unusable,
)

PLAIN_WIDTH = 160  # a pipe has no width of its own; wide enough to cut no figure
#: Reasons for which something that belongs to a feed is missing.
INCOMPLETE = ("unreadable", "changed_after_read")
UNREAD_SHOWN = 5


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
    """What is due to go."""
    title = "Kept longer than agreed (the next build with a newer delivery forgets it)"
    table = make_table(title, ["What", "Account", "Days kept", "Number"], 2, plain)
    for what, account, days, number in rows:
        table.add_row(what, printable(account or "all"), f"{days:g}", figure(number))
    return table


def due_of(source: Path, named: Path | None, connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """What is due in the warehouse; in the open file where there is none or a build is writing it."""
    warehouse = warehouse_path()
    if named is None and warehouse != source and warehouse.is_file():
        with suppress(duckdb.Error), duckdb.connect(str(warehouse), read_only=True) as held:
            return read_due(held, Marts(held))
    return read_due(connection, Marts(connection))


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


def print_summary(console: Console, marts: Marts, due: Sequence[Row]) -> None:
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
    if due:
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
    parser.add_argument("--file", type=path_argument, help="the published marts or a warehouse")
    parser.add_argument("--docs", type=path_argument, default=Path("target/static_index.html"))
    options = parser.parse_args(arguments)
    source: Path = options.file or choose_source(warehouse_path())
    # an account's id is no markup, whatever it looks like
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, markup=False, emoji=False)
    try:
        if not source.is_file():
            print(f"summary: There is nothing at {source}; `make run` makes it.", file=sys.stderr)
            return 1
        with duckdb.connect(str(source), read_only=True) as connection:
            if not read_marts(connection):
                print(f"summary: {without_marts(source)}", file=sys.stderr)
                return 1
            due = due_of(source, options.file, connection)
            print_summary(console, Marts(connection), due)
    except (OSError, duckdb.Error) as error:
        print(f"summary: {open_error(source, error)}", file=sys.stderr)
        return 1
    print_next(console, source, options.docs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
