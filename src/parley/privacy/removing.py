"""Mode remove: the person's rows go, every mart is computed anew, and which dates' figures moved is told.

What the marts said before is noted in the ledger before anything is changed, as a number of rows and a digest
per mart and date, so that a run which finishes another one's work tells the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from parley.files import CommandError
from parley.landing.files import LandingRoot
from parley.landing.texts import printable
from parley.marts import SCHEMA, identifier, marts_schema, read_marts
from parley.privacy.ledger import Figures, Ledger, Request

#: The columns that say which date a mart's row is of.
DATES = ("date_day", "period_start")
#: The mart that says how far the request itself is.
LOG = "erasure_log"


def check(root: LandingRoot, connection: duckdb.DuckDBPyConnection) -> int:
    """Refuse where a full refresh would lose anything; the number of files that it reads for the first time."""
    if not (_project() / "dbt_project.yml").exists():
        raise CommandError(
            "To remove a person all marts are built anew, and there is no dbt_project.yml here; run the "
            "request in the project's folder."
        )
    known: set[tuple[str, str]] = set()
    if connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'parley_state' and table_name = 'landed_files'"
    ).fetchone():
        known.update(
            connection.execute("select feed, file_name from parley_state.landed_files").fetchall()
        )
    there = {(file.feed, file.file_name) for file in root.listing().files}
    if gone := sorted(known - there):
        first = printable("/".join(gone[0]))
        raise CommandError(
            f"The warehouse has read {counted(len(gone), 'file')} no longer there ({first} is the first), and "
            "removing a person builds all marts anew from the files; put them back, or ask for mode mask."
        )
    return len(there - known)


def _project() -> Path:
    return Path(os.environ.get("DBT_PROJECT_DIR") or ".")


def figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """Of every mart and date the number of rows and a digest of them; a mart without dates is one date."""
    found: Figures = {}
    for mart in read_marts(connection):
        names = [name for name, _ in mart.columns]
        day = next((name for name in DATES if name in names), None)
        if mart.name == LOG:
            continue
        of = f"cast({day} as varchar)" if day else "null"
        rows = connection.execute(
            f"select coalesce({of}, ''), count(*), cast(sum(cast(hash(t) as hugeint)) as varchar)"
            f" from {marts_schema(connection)}.{identifier(mart.name)} as t group by all order by all"
        ).fetchall()
        found[mart.name] = {when: [number, digest] for when, number, digest in rows}
    return found


def rebuild(warehouse: Path, ledger: Ledger) -> None:
    """Compute everything anew, as a full refresh of the project does."""
    places = {
        "PARLEY_WAREHOUSE": str(warehouse.absolute()),
        "PARLEY_ERASURES": str(ledger.folder.absolute()),
    }
    done = subprocess.run(
        [sys.executable, "-m", "parley.build", "--full-refresh"],
        env=os.environ | places,
        stdout=2,
        check=False,
    )
    if done.returncode:
        raise CommandError(
            "The full refresh without the person failed, and what was built before is still published; put "
            "right what it says above, then run the request again."
        )


def note_moved(request: Request, before: Figures, after: Figures) -> None:
    """Note in the request which dates of which marts moved, and how many rows each mart lost."""
    request.moved = {}
    for mart in sorted(before.keys() | after.keys()):
        old, new = before.get(mart, {}), after.get(mart, {})
        dates = sorted(day for day in old.keys() | new.keys() if old.get(day) != new.get(day))
        if dates:
            lost = sum(rows for rows, _ in old.values()) - sum(rows for rows, _ in new.values())
            request.moved[mart] = [lost, *dates]


def report(request: Request, unread: int) -> list[str]:
    """What people have to know of the figures, in sentences."""
    if not request.moved:
        return ["No figure moves."]
    found = []
    for mart, (lost, *dates) in request.moved.items():
        days = spans([day for day in map(str, dates) if day])
        rows = (
            f"{counted(abs(lost), 'row')} {'fewer' if lost > 0 else 'more'}"
            if lost
            else "as many rows"
        )
        found.append(
            f"{SCHEMA}.{mart}: {rows}"
            + (f"; figures of {days} move." if days else "; it has no dates.")
        )
    if unread:
        found.append(
            f"{counted(unread, 'landed file')} read for the first time: dates that such files move are "
            "named, too."
        )
    return found


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def spans(days: Sequence[str]) -> str:
    """Dates in their order, those that follow one another as a span."""
    found: list[list[str]] = []
    for day in days:
        if found and date.fromisoformat(day) == _after(found[-1][-1]):
            found[-1] = [found[-1][0], day]
        else:
            found.append([day])
    return ", ".join(" to ".join(span) for span in found)


def _after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1)
