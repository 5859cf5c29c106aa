"""Everything that a request touches, found without changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parley.files import remove
from parley.privacy.ledger import REMOVE, Ledger, Request
from parley.privacy.links import Links
from parley.privacy.people import Person, find_person, members_of
from parley.privacy.places import Places, Say, open_to_read, rewriter_of
from parley.privacy.tables import Tables


@dataclass(frozen=True)
class Plan:
    """What a request touches."""

    records: dict[str, int]
    files: dict[tuple[str, str], int]
    tables: dict[str, int]
    share: float
    dates: list[str]


def find(
    places: Places, ledger: Ledger, request: Request, connection: Any, say: Say
) -> tuple[Links, Person, dict[tuple[str, str], set[int]]]:
    """All links, the person's ids and records, and the landed lines that hold them, by feed and file."""
    rewriter = rewriter_of(places, ledger, request)
    # the ids that do not fit in memory: what a killed run left of them goes
    remove(iter([ledger.spill]))
    links = Links(places.root, connection, ledger.spill, say)
    person = find_person(links, request, rewriter)
    files = links.lines_of(person.records)
    values = {value for _, value in person.levels}
    for key, numbers in links.broken_with(values).items():
        files.setdefault(key, set()).update(numbers)
    return links, person, files


def plan(places: Places, ledger: Ledger, request: Request, say: Say) -> Plan:
    """What a run of the request would touch."""
    with ledger.lock():
        return _plan(places, ledger, request, say)


def _plan(places: Places, ledger: Ledger, request: Request, say: Say) -> Plan:
    connection = open_to_read(places.warehouse)
    try:
        places.check(connection)
        links, person, files = find(places, ledger, request, connection, say)
        tables: dict[str, int] = {}
        dates: list[str] = []
        if connection is not None:
            say("Looking through the warehouse")
            known = ledger.members(request.request_id)
            rewriter = places.rewriter(ledger)
            rewriter.add(members_of(person, request, known, rewriter_of(places, ledger, request)))
            found = Tables(connection, rewriter, ledger)
            found.note_keys({})
            tables = found.counts()
            if request.mode == REMOVE:
                dates = found.dates()
    finally:
        if connection is not None:
            connection.close()
    return Plan(
        dict(sorted(person.feeds.items())),
        {key: len(numbers) for key, numbers in sorted(files.items())},
        tables,
        len(person.records) / max(links.records, 1),
        dates,
    )
