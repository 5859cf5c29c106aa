"""A reader of the published file, as a process of its own.

``reader.py <how> <published> <folder>`` reads until ``<folder>/stop`` exists, adds a byte to
``<folder>/reads`` for every read, and prints the states it saw, one a line, the last one last. How:

- ``afresh`` opens the file for every read, as notebooks and most BI tools do;
- ``kept`` keeps it open while others take its place, and opens it anew now and then;
- ``pool`` reads in several threads of one process, as the server of a BI tool does;
- ``page`` opens it once a page view, as Parley's dashboards do, and asks in several threads.

All but the last know DuckDB and nothing of Parley.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

THREADS = 2
SWAPS_SAT_OUT = 2
# What the deliveries change; the other marts would only cost time. Rejected lines are not published,
# so quarantined_records differs from the warehouse's, and landing_audit counts them.
MARTS = "^(landing_audit|one_to_one_.*)$"
PAUSE_SECONDS = 0.06  # after a read: builds have to get on, too


def state_of(connection: duckdb.DuckDBPyConnection) -> str:
    """All rows of the marts in one word, read with a statement a mart, as a dashboard's charts are."""
    catalog, *_ = connection.execute("select current_database()").fetchone() or ("",)
    marts = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = $catalog and table_schema = 'marts'"
        " and regexp_matches(table_name, $marts) order by 1",
        {"catalog": catalog, "marts": MARTS},
    ).fetchall()
    digest = hashlib.sha256()
    for (mart,) in marts:
        found = connection.execute(
            "select count(*), coalesce(sum(hash(mart)::hugeint), 0)"
            f' from "{catalog}".marts."{mart}" as mart'
        ).fetchone()
        digest.update(f"{mart}: {found}\n".encode())
    return f"{digest.hexdigest()[:16]} of {len(marts)} marts"


def read_state(published: Path) -> str:
    """The state of a file that is opened for this read alone."""
    with duckdb.connect(str(published), read_only=True) as connection:
        return state_of(connection)


class Reader:
    """Reads until it is told to stop."""

    def __init__(self, published: Path, folder: Path) -> None:
        self.published = published
        self.stop = folder / "stop"
        self.reads = os.open(folder / "reads", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.seen: set[str] = set()

    def note(self, state: str) -> None:
        """Count a read and keep what it saw."""
        self.seen.add(state)
        os.write(self.reads, b".")
        time.sleep(PAUSE_SECONDS)

    def afresh(self) -> None:
        """Open the file for every read."""
        while not self.stop.exists():
            self.note(read_state(self.published))

    def kept(self) -> None:
        """Read one open file over and over: it never changes, whatever takes its place."""
        while not self.stop.exists():
            swaps, last = 0, self.published.stat().st_ino
            with duckdb.connect(str(self.published), read_only=True) as connection:
                first = state_of(connection)
                while swaps < SWAPS_SAT_OUT and not self.stop.exists():
                    state = state_of(connection)
                    assert state == first, f"an open file changed from {first} to {state}"
                    self.note(state)
                    now = self.published.stat().st_ino
                    swaps, last = swaps + (now != last), now

    def pool(self) -> None:
        """Read afresh in several threads."""
        in_threads(self.afresh)

    def page(self) -> None:
        """Open a publication a page view."""
        while not self.stop.exists():
            self.note(self.page_view())

    def page_view(self) -> str:
        """The one state that all questions of a view see."""
        from parley.dashboards.publication import ATTACHED, open_publication

        states: set[str] = set()
        with open_publication(self.published) as publication:

            def ask() -> None:
                with publication.connection.cursor() as cursor:
                    cursor.execute(f"use {ATTACHED}")
                    states.add(state_of(cursor))

            in_threads(ask)
        (state,) = states
        return state


def in_threads(act: Callable[[], None]) -> None:
    """Do the same in several threads; what fails in one of them fails."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            act()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def main(how: str, published: str, folder: str) -> None:
    """Read, and say what was seen."""
    reader = Reader(Path(published), Path(folder))
    getattr(reader, how)()
    print(*sorted(reader.seen), read_state(Path(published)), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
