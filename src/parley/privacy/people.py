"""Who a request is about: the records that hold the person, found by following ids from record to record.

phone → texts and orders; e-mail → the phones beside it; visitor → visits, the conversations begun in them,
one-to-one requests and orders; consumer → conversations → the visits they began in → their visitor's visits.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from parley.landing.files import LandingRoot
from parley.landing.lines import read_lines
from parley.privacy import json_text
from parley.privacy.ledger import ALL, LEVELS, NONE, OWN, Member, Request
from parley.privacy.records import (
    CONSUMER,
    CONVERSATION,
    EMAIL,
    EVENT,
    ORDER,
    PHONE,
    REQUEST,
    SHAPES,
    SHORTEST_PART,
    TOKEN,
    WEB,
    account_of,
    ids_in,
    records_of,
)
from parley.privacy.rewriter import Rewriter

#: What a request may name, and the group of ids it begins with.
KINDS = {"phone": PHONE, "email": EMAIL, "visitor": WEB, "consumer": CONSUMER}
_SCHEMA = pa.schema(
    [
        ("record", pa.int64()),
        ("feed", pa.string()),
        ("file_name", pa.string()),
        ("line_number", pa.int64()),
        ("account", pa.string()),
        ("grp", pa.string()),
        ("value", pa.string()),
    ]
)
_ROWS = 100_000
#: The ids of delivered records whose files have gone, as queries of (account, group, value) per row.
_STORED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "liveperson/web_sessions": (
        "stg_liveperson__web_session_deliveries",
        [
            (WEB, "[visit_id, visitor_id]"),
            (ORDER, "list_transform(goals, lambda goal: goal.order_id)"),
        ],
    ),
    "liveperson/messaging_interactions": (
        "stg_liveperson__conversation_deliveries",
        [
            (CONVERSATION, "[conversation_id]"),
            (WEB, "[session_id]"),
            (CONSUMER, "list_transform(consumer_participants, lambda one: one.participant_id)"),
        ],
    ),
    "attentive/events": ("stg_attentive__event_deliveries", [(PHONE, "[phone]")]),
    "attentive/orders": (
        "stg_attentive__order_deliveries",
        [(PHONE, "[phone]"), (ORDER, "[order_id]")],
    ),
    "one_to_one/events": (
        "stg_one_to_one__event_deliveries",
        [(WEB, "[visitor_id]"), (REQUEST, "[request_id]"), (EVENT, "[event_id]")],
    ),
    "one_to_one/orders": (
        "stg_one_to_one__order_deliveries",
        [(WEB, "[visitor_id]"), (ORDER, "[order_id]")],
    ),
}

Say = Callable[[str], None]
Key = tuple[str, str]


class Links:
    """Every record of the feeds that hold persons, and the ids in it; read once, asked many times."""

    def __init__(
        self, root: LandingRoot, warehouse: duckdb.DuckDBPyConnection | None, say: Say
    ) -> None:
        self._found = duckdb.connect()
        self._found.execute(
            "create table links (record bigint, feed varchar, file_name varchar, line_number bigint,"
            " account varchar, grp varchar, value varchar)"
        )
        self._found.execute(
            "create table broken (feed varchar, file_name varchar, line_number bigint, line varchar)"
        )
        self._records = 0
        files: dict[str, list[str]] = {feed: [] for feed in SHAPES}
        for file in root.listing().files:
            if file.feed in files:
                files[file.feed].append(file.file_name)
        for feed, names in files.items():
            if names:
                say(f"Reading {len(names):,} files of {feed}")
            self._add(self._landed(root, feed, names))
            if warehouse is not None:
                self._add(self._stored(warehouse, feed, names))

    @property
    def records(self) -> int:
        """How many records there are."""
        return self._records

    def _add(self, rows: Iterator[tuple[Any, ...]]) -> None:
        held: list[tuple[Any, ...]] = []

        def store() -> None:
            columns = [
                pa.array(column, kind.type)
                for column, kind in zip(zip(*held, strict=True), _SCHEMA, strict=True)
            ]
            batch = pa.Table.from_arrays(columns, schema=_SCHEMA)
            self._found.register("batch", batch)
            self._found.execute("insert into links select * from batch")
            self._found.unregister("batch")
            held.clear()

        for row in rows:
            held.append(row)
            if len(held) >= _ROWS:
                store()
        if held:
            store()

    def _landed(self, root: LandingRoot, feed: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
        shape = SHAPES[feed]
        for batch in read_lines(root, feed, names, {}):
            for row in batch.select(["file_name", "line_number", "line"]).to_pylist():
                try:
                    document = json_text.read(row["line"])
                except (ValueError, RecursionError):
                    self._found.execute(
                        "insert into broken values (?, ?, ?, ?)",
                        [feed, row["file_name"], row["line_number"], row["line"]],
                    )
                    continue
                for record in records_of(feed, document):
                    self._records += 1
                    account = account_of(feed, record)
                    for group, value in set(ids_in(record, shape)):
                        if not value.startswith(TOKEN):
                            place = (row["file_name"], row["line_number"])
                            yield (self._records, feed, *place, account, group, value)

    def _stored(
        self, warehouse: duckdb.DuckDBPyConnection, feed: str, names: list[str]
    ) -> Iterator[tuple[Any, ...]]:
        table, columns = _STORED[feed]
        if not warehouse.execute(
            "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = $table",
            {"table": table},
        ).fetchone():
            return
        values = ", ".join(f"{expression} as {group}_ids" for group, expression in columns)
        warehouse.register("landed_names", pa.table({"file_name": pa.array(names, pa.string())}))
        found = warehouse.execute(
            f"select file_name, line_number, coalesce(account_id, '') as account, {values} from staging.{table}"
            " where file_name not in (select file_name from landed_names)"
        )
        while rows := found.fetchmany(10_000):
            for name, number, account, *lists in rows:
                self._records += 1
                for (group, _), ids in zip(columns, lists, strict=True):
                    for value in set(ids or ()):
                        if value is not None and not value.startswith(TOKEN):
                            yield (self._records, feed, name, number, account, group, value)
        warehouse.unregister("landed_names")

    def values(self, groups: Iterable[str], account: str) -> list[Key]:
        """The distinct ids of some groups in an account's records."""
        return self._found.execute(
            "select distinct grp, value from links"
            " where list_contains($groups, grp) and account in ('', $account)",
            {"groups": sorted(groups), "account": account},
        ).fetchall()

    def with_ids(self, ids: Iterable[Key], account: str) -> list[tuple[int, str, list[Key]]]:
        """The account's records that hold any of the ids: number, feed and all their ids."""
        keys = sorted(set(ids))
        wanted = pa.table(
            {
                "grp": pa.array([group for group, _ in keys], pa.string()),
                "value": pa.array([value for _, value in keys], pa.string()),
            }
        )
        self._found.register("wanted", wanted)
        rows = self._found.execute(
            "select record, any_value(feed), list({'grp': grp, 'value': value}) from links"
            " where record in (select record from links inner join wanted using (grp, value)"
            "                  where account in ('', $account))"
            " group by record order by record",
            {"account": account},
        ).fetchall()
        self._found.unregister("wanted")
        return [
            (record, feed, [(one["grp"], one["value"]) for one in found])
            for record, feed, found in rows
        ]

    def broken_with(self, values: Iterable[str]) -> dict[Key, set[int]]:
        """Lines that are no JSON and have one of the values in them."""
        found: dict[Key, set[int]] = {}
        for value in values:
            if len(value) >= SHORTEST_PART:
                for feed, name, number in self._found.execute(
                    "select feed, file_name, line_number from broken where contains(line, $value)",
                    {"value": value},
                ).fetchall():
                    found.setdefault((feed, name), set()).add(number)
        return found

    def lines_of(self, records: Iterable[int]) -> dict[Key, set[int]]:
        """The files of records, as feed and name, and the lines in them."""
        self._found.register("chosen", pa.table({"record": pa.array(sorted(records), pa.int64())}))
        rows = self._found.execute(
            "select feed, file_name, list(distinct line_number) from links"
            " where record in (select record from chosen) group by all order by all"
        ).fetchall()
        self._found.unregister("chosen")
        return {(feed, name): set(numbers) for feed, name, numbers in rows}


@dataclass
class Person:
    """The ids that go with a request, how much goes with each, and the records that hold them."""

    levels: dict[Key, str] = field(default_factory=dict)
    records: dict[int, str] = field(default_factory=dict)

    def add(self, keys: Iterable[Key], level: str) -> set[Key]:
        """Add ids; those that are new, or of which more goes now."""
        new = set()
        for key in keys:
            known = self.levels.get(key)
            if known is None or LEVELS.index(level) > LEVELS.index(known):
                self.levels[key] = level
                new.add(key)
        return new

    @property
    def feeds(self) -> Counter[str]:
        """How many records of each feed."""
        return Counter(self.records.values())


def find_person(links: Links, request: Request, rewriter: Rewriter) -> Person:
    """Follow the ids of a request's value, or of what was found of it before."""
    person = Person()
    group = KINDS[request.kind]
    groups = {group} | ({REQUEST, CONVERSATION, WEB, CONSUMER, PHONE, EMAIL, ORDER, EVENT})
    new: set[Key] = set()
    for key in links.values(groups, request.account):
        member = rewriter.find_of(request.request_id, request.account, *key)
        if member is not None:
            new |= person.add([key], member.level)
    while new:
        fresh: set[Key] = set()
        for record, feed, ids in links.with_ids(new, request.account):
            person.records[record] = feed
            for keys, level in _followed(feed, ids, person.levels):
                fresh |= person.add(keys, level)
        new = fresh
    return person


def _followed(feed: str, ids: list[Key], levels: dict[Key, str]) -> Iterator[tuple[list[Key], str]]:
    """The ids of a record that go with those of it that are known."""

    def of(*groups: str) -> list[Key]:
        return [key for key in ids if key[0] in groups]

    def level(*groups: str) -> str | None:
        found = [levels[key] for key in of(*groups) if key in levels]
        return max(found, key=LEVELS.index, default=None)

    if feed == "liveperson/web_sessions":
        web = level(WEB)
        if web in (ALL, OWN):
            yield of(WEB), web
            yield of(ORDER), NONE
    elif feed == "liveperson/messaging_interactions":
        if ALL in (level(CONVERSATION), level(CONSUMER)):
            yield of(CONVERSATION), ALL
            yield of(CONSUMER), NONE
            yield of(WEB), OWN
        elif level(WEB) == ALL:
            yield of(CONVERSATION), ALL
            yield of(CONSUMER), NONE
    elif feed.startswith("attentive/"):
        if level(EMAIL) == ALL:
            yield of(PHONE), ALL
        if ALL in (level(PHONE), level(EMAIL)):
            yield of(EMAIL, ORDER), NONE
    elif ALL in (level(WEB), level(REQUEST), level(EVENT)):
        # what is told of a request is found by the request's id
        yield of(REQUEST) or of(EVENT), ALL
        yield of(ORDER), NONE


def members_of(
    person: Person, request: Request, known: list[Member], rewriter: Rewriter
) -> list[Member]:
    """The members of a request: those known, and a token for every id that is new.

    Tokens come in the order of the ids they stand for, so that what ids decide where all else is equal stays
    decided. New ids come before or after all tokens, as their texts do.
    """
    found = {(one.group, one.pseudonym): one for one in known}
    before: list[Key] = []
    after: list[Key] = []
    for group, value in sorted(person.levels, key=lambda key: (key[1], key[0])):
        member = rewriter.find_of(request.request_id, request.account, group, value)
        if member and (member.token or group == EVENT):
            continue
        (before if value < TOKEN else after).append((group, value))
    positions = [_position(one) for one in known if one.token]
    low, high = min(positions, default=5 * 10**11), max(positions, default=5 * 10**11)
    places = _between(0, low, len(before)) + _between(high, 10**12, len(after))
    by_value: dict[str, str] = {}
    for (group, value), place in zip(before + after, places, strict=True):
        # a visit without a visitor is its own: one text has one token
        name = rewriter.names_of(group, value)[-1]
        token = by_value.setdefault(f"{group}|{name}", f"{TOKEN}{request.request_id}-{place:012d}")
        for pseudonym in rewriter.pseudonyms_of(group, value):
            found[group, pseudonym] = Member(
                request.request_id,
                request.account,
                group,
                pseudonym,
                None if group == EVENT else token,
                person.levels[group, value],
            )
    levels = {
        (group, pseudonym): level
        for (group, value), level in person.levels.items()
        for pseudonym in rewriter.pseudonyms_of(group, value)
    }
    return [
        Member(
            one.request_id,
            one.account,
            one.group,
            one.pseudonym,
            one.token,
            max(one.level, levels.get(key, one.level), key=LEVELS.index),
        )
        for key, one in found.items()
    ]


def _position(member: Member) -> int:
    assert member.token is not None
    return int(member.token.rsplit("-", 1)[1])


def _between(low: int, high: int, count: int) -> list[int]:
    """So many numbers by chance, in their order."""
    found: set[int] = set()
    while len(found) < count:
        found.add(low + 1 + secrets.randbelow(high - low - 1))
    return sorted(found)
