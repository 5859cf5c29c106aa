"""People of a built world, and their erasure."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from parley.landing.files import LandingRoot
from parley.landing.lines import read_lines
from parley.privacy import json_text
from parley.privacy.erasing import run
from parley.privacy.ledger import ALL, MASK, Ledger, Member, Request, now
from parley.privacy.people import KINDS
from parley.privacy.places import Places
from parley.privacy.records import account_of, ids_in
from parley.privacy.shapes import SHAPES, TOKEN

from .marts import Mart, Marts
from .site import Site

#: Columns of marts that hold ids or texts of persons, alone or in a key.
PERSONAL = frozenset(
    (
        *(
            "visitor_id",
            "visit_id",
            "touch_visit_id",
            "first_visit_id",
            "conversation_id",
            "conversion_id",
        ),
        *(
            "exposure_key",
            "conversation_key",
            "visit_key",
            "visitor_key",
            "subscriber_key",
            "order_key",
        ),
        *(
            "record_id",
            "request_id",
            "order_id",
            "message_id",
            "dialog_id",
            "participant_id",
            "event_id",
        ),
        *("phone", "thread_phone", "text", "feedback", "raw_line"),
        *("consumer_participants", "dialogs", "message_scores", "survey_answers"),
    )
)


@dataclass(frozen=True)
class Somebody:
    """A person by one id."""

    kind: str
    account: str
    value: str


def places_of(site: Site) -> Places:
    """Where a site's files are."""
    return Places(LandingRoot(str(site.landing)), site.warehouse, site.published)


def ledger_of(site: Site) -> Ledger:
    """The ledger beside a site's landing root."""
    return Ledger(site.folder / "landing.erasures")


def ask(places: Places, ledger: Ledger, who: Somebody, mode: str = MASK) -> Request:
    """Note a request, as the command does."""
    with ledger.lock():
        group = KINDS[who.kind]
        pseudonyms = places.rewriter(ledger).pseudonyms_of(group, who.value)
        number = f"{len(ledger.requests()):08x}"
        request = Request(number, now(), who.kind, who.account, pseudonyms[0], mode)
        members = [Member(number, who.account, group, one, None, ALL) for one in pseudonyms]
        ledger.add(request, members)
    return request


def quiet(text: str) -> None:
    """Tell nobody how far it is."""
    del text


def erase(site: Site, *people: Somebody) -> list[Request]:
    """Forget people, one after the other."""
    ledger = ledger_of(site)
    requests = [ask(places_of(site), ledger, who) for who in people]
    for request in requests:
        run(places_of(site), ledger, request, 1.0, quiet)
    return requests


def people_of(warehouse: Path, seed: int, number: int) -> list[Somebody]:
    """Some people of a warehouse, by every kind of id."""
    tables = [
        ("visitor", "visitor_id", "stg_liveperson__web_sessions"),
        ("consumer", "participant_id", "stg_liveperson__consumer_participants"),
        ("visitor", "visitor_id", "stg_one_to_one__events"),
    ]
    dice = random.Random(f"{seed}/people")
    found = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for kind, column, table in tables:
            rows = connection.execute(
                f"select distinct account_id, {column} from staging.{table}"
                f" where account_id is not null and not starts_with({column}, '{TOKEN}') order by all"
            ).fetchall()
            for account, value in dice.sample(rows, min(number, len(rows))):
                found.append(Somebody(kind, account, value))
    return dice.sample(found, len(found))


def texters_of(landing: Path, seed: int, number: int) -> list[Somebody]:
    """Some people of the landed texts and orders, by their numbers and addresses as they are delivered."""
    found = set()
    for feed in ("attentive/events", "attentive/orders"):
        names = [file.file_name for file in LandingRoot(str(landing)).list_feed(feed)]
        for batch in read_lines(LandingRoot(str(landing)), feed, names, {}):
            for line in batch["line"].to_pylist():
                with suppress(ValueError, RecursionError):
                    record = json_text.read(line)
                    account = account_of(feed, record)
                    for group, value in ids_in(record, SHAPES[feed]):
                        if group in KINDS and account and not value.startswith(TOKEN):
                            found.add(Somebody(group, account, value))
    dice = random.Random(f"{seed}/texters")
    people = sorted(found, key=repr)
    return dice.sample(people, min(number, len(people)))


def figures(marts: Marts) -> Marts:
    """The marts without what is masked."""
    found = {}
    for name, mart in marts.items():
        kept = [place for place, (column, _) in enumerate(mart.columns) if column not in PERSONAL]
        rows = [tuple(row[place] for place in kept) for row in mart.rows]
        columns = tuple(mart.columns[place] for place in kept)
        found[name] = Mart(columns, tuple(sorted(rows, key=repr)))
    return found
