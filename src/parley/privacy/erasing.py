"""Carry out a request: the steps, each of which may be repeated.

What a run needs is noted in the ledger before anything is changed, so a run that dies is finished by the next.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import duckdb

from parley.files import CommandError
from parley.landing.files import feed_of
from parley.privacy import landed, removing, warehouse
from parley.privacy.copies import (
    open_to_write,
    parquet_files,
    readers_of,
    republish,
    rewrite_warehouse,
)
from parley.privacy.ledger import DONE, REMOVE, REQUESTED, RUNNING, Ledger, Request, now
from parley.privacy.people import Person, members_of
from parley.privacy.places import Places, Say, rewriter_of
from parley.privacy.planning import find
from parley.privacy.rewriter import Rewriter
from parley.privacy.shapes import SHAPES
from parley.privacy.tables import Tables

#: Why a file is not read that is one of a feed all the same: neither a pipe nor a link out of the root.
MISNAMED = ("unknown_ending", "name_off_pattern", "unusable_delivery_time")
#: The largest share of all records that one person may have.
LARGEST_SHARE = 0.05


def run(places: Places, ledger: Ledger, request: Request, share: float, say: Say) -> list[str]:
    """Carry out a request, or what a run before left undone; what people have to know, in sentences."""
    with ledger.lock():
        request = ledger.request(request.request_id)
        landed.check(places.root)
        connection = open_to_write(places.warehouse) if places.warehouse.exists() else None
        try:
            places.check(connection)
            return _run(places, ledger, request, share, connection, say)
        finally:
            if connection is not None:
                connection.close()


def _run(
    places: Places,
    ledger: Ledger,
    request: Request,
    share: float,
    connection: duckdb.DuckDBPyConnection | None,
    say: Say,
) -> list[str]:
    is_done = request.state not in (REQUESTED, RUNNING)
    if request.mode == REMOVE and connection is not None and not is_done:
        removing.check(places.root, connection)
    links, person, lines = find(places, ledger, request, connection, say)
    found = len(person.records) / max(links.records, 1)
    if found > share:
        raise CommandError(
            f"The request matches {len(person.records):,} of {links.records:,} records, {found:.1%}, which is "
            f"more than {share:.1%}; look at its plan, and repeat with --share {min(found + 0.001, 1):.3f} if "
            "that is one person."
        )
    if request.mode == REMOVE and connection is not None and request.state != RUNNING:
        ledger.save_figures(request.request_id, removing.figures(connection))
    # what is delivered once a request is done is never stored
    is_due = request.state == RUNNING or (not is_done and bool(lines))
    _note(places, ledger, request, person, lines)
    rewriter = places.rewriter(ledger)
    broken = links.broken_with({value for _, value in person.levels})
    _rewrite_files(places, request, rewriter, broken, say)
    sentences = []
    if connection is not None and request.mode == REMOVE:
        sentences = _remove_rows(places, ledger, request, rewriter, connection, is_due, say)
    elif connection is not None:
        say("Masking the warehouse")
        _mask_warehouse(places, ledger, request, rewriter, connection)
        sentences = _write_anew(places, connection, say)
    request.state, request.completed_at = DONE, request.completed_at or now()
    request.verified_at = None
    ledger.save(request)
    if not sum(request.counts.values()):
        sentences = [
            *sentences,
            f"Nothing of this {request.kind} was found in account {request.account}: where that is a surprise, "
            "look at the account and the value, and ask again with the right ones.",
        ]
    ledger.drop_figures(request.request_id)
    return sentences


def _rewrite_files(
    places: Places,
    request: Request,
    rewriter: Rewriter,
    broken: dict[tuple[str, str], set[int]],
    say: Say,
) -> None:
    landed.remove_leftovers(places.root)
    say(f"Rewriting {len(request.files):,} landed files")
    for feed, name in map(tuple, request.files):
        landed.mask_file(places.root, feed, name, rewriter, broken.get((feed, name), set()))
    for unread in places.root.listing().unread:
        # misnamed files hold persons, too; one that cannot be unpacked is named by `verify`
        of_feed = feed_of(unread.path)
        if of_feed and of_feed in SHAPES and unread.reason in MISNAMED:
            with suppress(CommandError):
                name = unread.path.removeprefix(f"{of_feed}/")
                landed.mask_file(places.root, of_feed, name, rewriter, set())


def _write_anew(places: Places, connection: duckdb.DuckDBPyConnection, say: Say) -> list[str]:
    """Replace the warehouse and its copies by files without the old bytes; what people have to know."""
    readers = readers_of([places.warehouse, places.published, *parquet_files(places.warehouse)])
    say("Writing the warehouse and its copies anew")
    rewrite_warehouse(connection, places.warehouse)
    connection.close()
    return republish(places.warehouse, places.published) + [
        f"Process {number} ({name}) still reads a file from before, whose bytes go when it closes it: end "
        "or restart it."
        for number, name in sorted(readers.items())
    ]


def _remove_rows(
    places: Places,
    ledger: Ledger,
    request: Request,
    rewriter: Rewriter,
    connection: duckdb.DuckDBPyConnection,
    is_due: bool,
    say: Say,
) -> list[str]:
    """Compute all marts without the person; which figures moved, and who still reads a file from before."""
    held = Tables(connection, rewriter, ledger)
    held.note_keys({})
    rows = held.counts()
    for table, number in rows.items():
        # a run that died counted some of them before
        request.counts[table] = max(number, request.counts.get(table, 0))
    ledger.save(request)
    files = [(feed, name) for feed, name in map(tuple, request.files)]
    if ("parley_state", "landed_files") in held.columns:
        warehouse.note_files(connection, places.root, files)
    sentences = []
    try:
        if rows or is_due:
            unread = removing.check(places.root, connection)
            connection.close()
            say("Computing all marts anew without the person")
            removing.rebuild(places.warehouse, ledger)
            connection = open_to_write(places.warehouse)
            before = ledger.figures(request.request_id)
            removing.note_moved(request, before, removing.figures(connection))
            sentences = removing.report(request, unread)
        left = Tables(connection, rewriter, ledger)
        left.note_keys({})
        left.remove()
        warehouse.mask_raw_lines(left, places.root, files, rewriter)
        if ("staging", "stg_landing__erasures") in left.columns:
            _note_log(ledger, request, connection)
        return sentences + _write_anew(places, connection, say)
    finally:
        connection.close()


def _note_log(ledger: Ledger, request: Request, connection: duckdb.DuckDBPyConnection) -> None:
    """Note in the warehouse that the request is done, as it is once the copies are written."""
    done = replace(
        request, state=DONE, completed_at=request.completed_at or now(), verified_at=None
    )
    others = [one for one in ledger.requests() if one.request_id != request.request_id]
    warehouse.note_log(connection, [*others, done])


def _note(
    places: Places,
    ledger: Ledger,
    request: Request,
    person: Person,
    lines: dict[tuple[str, str], set[int]],
) -> None:
    """Note, before anything is changed, which ids go with the request and which files hold them."""
    known = ledger.members(request.request_id)
    members = members_of(person, request, known, rewriter_of(places, ledger, request))
    ledger.save_members(request.request_id, members)
    for feed, number in person.feeds.items():
        request.counts[feed] = request.counts.get(feed, 0) + number
    noted = {(feed, name) for feed, name in map(tuple, request.files)}
    request.files = [list(key) for key in sorted(noted | lines.keys())]
    request.state = RUNNING
    ledger.save(request)


def _mask_warehouse(
    places: Places,
    ledger: Ledger,
    request: Request,
    rewriter: Rewriter,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    files = [(feed, name) for feed, name in map(tuple, request.files)]
    connection.execute("begin")
    tables = Tables(connection, rewriter, ledger)
    as_read = places.rewriting(ledger)
    tables.note_keys(warehouse.changed_keys(tables, places.root, files, as_read, ledger))
    warehouse.mask_raw_lines(tables, places.root, files, rewriter)
    for table, rows in tables.mask().items():
        request.counts[table] = request.counts.get(table, 0) + rows
    if ("parley_state", "landed_files") in tables.columns:
        warehouse.note_files(connection, places.root, files)
    if ("staging", "stg_landing__erasures") in tables.columns:
        _note_log(ledger, request, connection)
    connection.execute("commit")
    ledger.save(request)
