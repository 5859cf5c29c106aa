"""Speed of a dashboard's figures, beside the same SQL run by DuckDB alone: part of `make bench`.

A page is every metric of the business dashboard for the busiest account: over a month, by date, and by
campaign where that is possible. The floor is DuckDB in this process, running the same texts with the same
parameters on the same file. Measured are the first view of a publication, which opens the file and reads
what it says of metrics, views of one that is open, and several viewers at once, in seconds of the processor.
The ratios are the result.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from parley.dashboards.definitions import definitions
from parley.dashboards.publication import ATTACHED, Publication, open_publication
from parley.dashboards.questions import Answer, Question, answer

PANEL = "business_dashboard_brand"
DAYS = 30
AIM = "1.5"
ROUNDS = 5


@dataclass(frozen=True)
class Page:
    """What is asked for one view."""

    path: Path
    questions: tuple[Question, ...]

    def first_view(self) -> None:
        """Open the publication and answer."""
        with open_publication(self.path) as publication:
            self.answers(publication)

    def answers(self, publication: Publication) -> list[Answer]:
        """The figures, from an open publication."""
        return [answer(publication, question) for question in self.questions]


@dataclass(frozen=True)
class Floor:
    """The same texts, by DuckDB's own client."""

    path: Path
    asked: tuple[Answer, ...]

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the file."""
        connection = duckdb.connect()
        connection.execute(f"attach '{self.path}' as {ATTACHED} (read_only); use {ATTACHED}")
        return connection

    def first_view(self) -> None:
        """Open the file and run the texts."""
        with self.connect() as connection:
            self.run(connection)

    def run(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Run the texts."""
        for one in self.asked:
            connection.execute(one.sql, dict(one.parameters)).to_arrow_table()


def page_of(path: Path) -> tuple[Page, Floor]:
    """The page of the busiest account, and its floor."""
    with open_publication(path) as publication:
        (busiest,) = publication.records(
            f"select account_id, max(date_day) as last from marts.{PANEL} "
            "group by account_id order by count(*) desc, account_id limit 1"
        )
        last = busiest["last"]
        own = (("account", (busiest["account_id"],)),)
        known = definitions(publication)
        wanted = [
            Question(metric, by, last - timedelta(days=DAYS - 1), last, own)
            for metric, panels in known.panels.items()
            if any(row["mart"] == PANEL for row in panels.values())
            for by in ((), ("date",), ("campaign",))
        ]
        answers = [answer(publication, question) for question in wanted]
    pairs = [pair for pair in zip(wanted, answers, strict=True) if not pair[1].reason]
    questions, asked = zip(*pairs, strict=True)
    return Page(path, questions), Floor(path, asked)


def spent(act: Callable[[], object]) -> float:
    """Seconds of the processor, all threads together, which others on the machine disturb least."""
    started = time.process_time()
    act()
    return time.process_time() - started


def together(acts: Sequence[Callable[[], object]]) -> None:
    """Several at once, to the end of the last."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def using(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A cursor that finds the marts."""
    cursor = connection.cursor()
    cursor.execute(f"use {ATTACHED}")
    return cursor


def run(path: Path, viewers: int) -> None:
    """Measure, and print the table."""
    page, floor = page_of(path)
    console = Console(force_terminal=False, width=130)
    figures = f"{len(page.questions)} questions"
    table = Table(
        title=f"a page of the business dashboard: {figures} of {path.stat().st_size / 2**20:,.0f} MiB"
    )
    for column in ("what", "DuckDB alone", "page", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "what" else "right")

    def row(what: str, alone: Callable[[], object], ours: Callable[[], object]) -> None:
        # one after the other, again and again, so that others on the machine disturb both alike
        taken = [(spent(alone), spent(ours)) for _ in range(ROUNDS)]
        below, above = (statistics.median(one[place] for one in taken) for place in (0, 1))
        ratio = f"{above / below:.2f}"
        table.add_row(what, f"{below * 1000:.0f} ms", f"{above * 1000:.0f} ms", ratio, AIM)

    row("first view of a publication", floor.first_view, page.first_view)
    with open_publication(path) as publication, floor.connect() as connection:
        row(
            "a view of one that is open",
            partial(floor.run, connection),
            partial(page.answers, publication),
        )

        row(
            f"{viewers} viewers at once",
            partial(together, [partial(floor.run, using(connection)) for _ in range(viewers)]),
            partial(together, [partial(page.answers, publication)] * viewers),
        )
    console.print(table)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("published", type=Path, help="the published file whose figures are asked")
    parser.add_argument("--viewers", type=int, default=4, help="that look at once")
    options = parser.parse_args()
    run(options.published, options.viewers)


if __name__ == "__main__":
    main()
