"""Prove that a request was carried out: nothing of the person is found in any file that Parley knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from parley.files import CommandError
from parley.privacy.copies import parquet_folders
from parley.privacy.ledger import DONE, VERIFIED, Ledger, Request, now, with_pseudonyms
from parley.privacy.people import KINDS
from parley.privacy.places import Places, Say, open_to_read
from parley.privacy.rewriter import canonical
from parley.privacy.searching import SHORTEST, Findings, Search
from parley.privacy.shapes import EMAIL


def verify(places: Places, ledger: Ledger, request: Request, value: str, say: Say) -> Findings:
    """Look for a value and its ids; the request is verified where all was searched and nothing is left."""
    rewriter = places.rewriter(ledger, request.request_id)
    group = KINDS[request.kind]
    pseudonyms = rewriter.pseudonyms_of(group, value)
    if request.pseudonym not in pseudonyms:
        raise CommandError(
            f"That is not the {request.kind} of request {request.request_id}; type the one that was to be "
            "forgotten."
        )
    if not request.is_applied:
        raise CommandError(
            f"Request {request.request_id} has not been run; `python -m parley.privacy run` carries it out."
        )
    connection = open_to_read(places.warehouse)
    if connection is not None:
        with connection:
            places.check(connection)
    with ledger.lock():
        known = ledger.members(request.request_id)
        members = with_pseudonyms(request, group, known, pseudonyms)
        if len(members) > len(known):
            ledger.save_members(request.request_id, members)
            rewriter = places.rewriter(ledger, request.request_id)
    texts = sorted({value, canonical(group, value)})
    search = Search(request, rewriter, texts, group in (EMAIL,))
    search.found.unreached = places.unreached()
    if not search.needles:
        search.found.notes.append(
            f"A text of fewer than {SHORTEST} characters is found by chance, so only ids were compared."
        )
    say("Searching the landing root")
    search.landing(places.root)
    for path in (places.warehouse, places.published):
        if path.exists():
            say(f"Searching {path}")
            search.database(path, ledger)
    for folder in parquet_folders(places.warehouse):
        say(f"Searching {folder}")
        search.parquet(folder, ledger)
    say("Searching the files beside them, dbt's artifacts and its log")
    search.files(others(places, ledger))
    if settings := os.environ.get("PARLEY_POSTGRES"):
        say("Searching the copy in PostgreSQL")
        search.postgres(settings)
    with ledger.lock():
        request = ledger.request(request.request_id)
        # a run that died stays one: the next is to finish it, and what is found of the person is no news
        if request.state in (DONE, VERIFIED):
            is_gone = not (search.found.left or search.found.unreached)
            request.state = VERIFIED if is_gone else DONE
            request.verified_at = now() if is_gone else None
            ledger.save(request)
    return search.found


def others(places: Places, ledger: Ledger) -> Iterator[Path]:
    """Files that should hold nobody: what else is beside the warehouse, the ledger, dbt's artifacts and log."""
    searched = {places.warehouse.resolve(), places.published.resolve()}
    for folder in {places.warehouse.parent, places.published.parent}:
        yield from (path for path in sorted(folder.glob("*")) if path.resolve() not in searched)
    for file in (places.warehouse, places.published):
        yield from sorted(file.parent.glob(f"*{file.name}*/**/*"))
    for folder in (
        ledger.folder,
        Path(os.environ.get("DBT_TARGET_PATH") or "target"),
        Path(os.environ.get("DBT_LOG_PATH") or "logs"),
    ):
        yield from sorted(folder.rglob("*"))
