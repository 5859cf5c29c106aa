"""Masks lines of landed files: what the ledger of erasures says, applied to one line at a time.

The reader of landed lines asks it about every line of a feed that holds persons, so that whoever was erased
and is delivered again is masked on the way in, with the same tokens; `python -m parley.privacy run` writes
the same lines into the landed files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import duckdb

from parley.landing.keys import json_in_key_order
from parley.landing.pseudonyms import CANONICAL, person
from parley.landing.rewriting import each_line
from parley.privacy import json_text
from parley.privacy.ledger import ALL, OWN, REMOVE, Ledger, Member
from parley.privacy.masking import Mask
from parley.privacy.records import account_of, id_text, ids_in, records_of
from parley.privacy.shapes import EMAIL, PAGES, PHONE, SHAPES, TOKEN, WEB, Id

#: What is left of a line that is no JSON: it stays no JSON.
GARBAGE = "erased"
WHITE_SPACE = " \t\r\n\v\f"
BYTE_ORDER_MARK = "\ufeff"
_IS_PSEUDONYM = re.compile(r"[0-9a-f]{32}(-[0-9a-f]{16})?")


def canonical(group: str, value: str) -> str:
    """A value in the one form in which it is compared."""
    return CANONICAL[group](value) if group in CANONICAL else value


def _id_names(shape: Any) -> Iterator[str]:
    for name, below in shape.items():
        if isinstance(below, Id):
            yield name
        elif isinstance(below, dict):
            yield from _id_names(below)


@cache
def _groups(feed: str) -> frozenset[str]:
    """The groups of ids that records of a feed hold."""

    def of(shape: Any) -> Iterator[str]:
        for below in shape.values():
            if isinstance(below, Id):
                yield below.group
            elif isinstance(below, dict):
                yield from of(below)

    return frozenset(of(SHAPES[feed]))


@cache
def _candidates(feed: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds the names of a feed's ids in a line, and what finds them with a plain value behind."""
    names = "|".join(sorted(set(_id_names(SHAPES[feed]))))
    named = re.compile(f'"(?:{names})"')
    valued = re.compile(
        rf'"(?:{names})"\s*:\s*(?:\{{\s*"[\w.]+"\s*:\s*)?(?:"([^"\\]*)"|(null)|(-?[0-9][0-9.eE+-]*))'
    )
    return named, valued


class Rewriter:
    """The ledger's members in memory, and what becomes of a line."""

    def __init__(
        self,
        ledger: Ledger,
        stored: Callable[[str, str], str] | None = None,
        only: str | None = None,
    ) -> None:
        """`stored` gives the pseudonym under which the warehouse has a phone number or an address."""
        self._ledger = ledger
        self._stored = stored
        self._members: dict[tuple[str, str], list[Member]] = {}
        self._removed: set[str] = set()
        self._known: dict[tuple[str, str], list[Member]] = {}
        for request in ledger.requests():
            if request.is_applied and only in (None, request.request_id):
                if request.mode == REMOVE:
                    self._removed.add(request.request_id)
                self.add(ledger.members(request.request_id))

    def add(self, members: list[Member]) -> None:
        """Apply more members."""
        for member in members:
            self._members.setdefault((member.group, member.pseudonym), []).append(member)
        self._known.clear()

    @property
    def is_idle(self) -> bool:
        """Whether nobody was erased."""
        return not self._members

    def names_of(self, group: str, value: str) -> list[str]:
        """What an id is compared by: the one form of its spellings, and how the warehouse calls that."""
        if group not in (PHONE, EMAIL):
            return [value]
        if _IS_PSEUDONYM.fullmatch(value):
            return [f"={person(value)}"]
        names = [canonical(group, value)]
        if self._stored is not None:
            names.append(f"={person(self._stored(group, value))}")
        return names

    def pseudonyms_of(self, group: str, value: str) -> list[str]:
        """What stands in the ledger for an id."""
        return [self._ledger.pseudonym(group, name) for name in self.names_of(group, value)]

    def _spelling(self, group: str, value: str) -> str:
        """What keeps apart the tokens of a number or address that is spelt in several ways."""
        if group not in (PHONE, EMAIL):
            return ""
        stored = value
        if not _IS_PSEUDONYM.fullmatch(value) and self._stored is not None:
            stored = self._stored(group, value)
        if _IS_PSEUDONYM.fullmatch(stored):
            return stored.partition("-")[2]
        is_plain = value == canonical(group, value)
        return "" if is_plain else self._ledger.pseudonym(f"{group} spelt", value)[:16]

    def _found(self, group: str, value: str) -> list[Member]:
        if value.startswith(TOKEN):
            return []  # somebody who was forgotten before
        found = self._known.get((group, value))
        if found is None:
            found = []
            for pseudonym in self.pseudonyms_of(group, value):
                found = found or self._members.get((group, pseudonym), [])
            if len(self._known) < 1_000_000:
                self._known[group, value] = found
        return found

    def find(self, group: str, account: str, value: str) -> Member | None:
        """The member that a value is, of the earliest request."""
        for member in self._found(group, value):
            # a record that names no account may be anybody's
            if not account or member.account in ("", account):
                return member
        return None

    def accounts_of(self, group: str, value: str) -> set[str]:
        """The accounts in which a value was erased."""
        return {member.account for member in self._found(group, value)}

    def find_of(self, request_id: str, account: str, group: str, value: str) -> Member | None:
        """The member of a request that a value is."""
        for member in self._found(group, value):
            if member.request_id == request_id and member.account in ("", account):
                return member
        return None

    def token(self, member: Member, group: str, value: str) -> str | None:
        """What a member is called instead, as it is spelt."""
        spelling = self._spelling(group, value)
        if member.token is None or not spelling:
            return member.token
        return f"{member.token}-{spelling}"

    def line(self, feed: str, text: str) -> str | None:
        """The line as it is after all erasures; None where it stays as it is, empty where it goes."""
        if feed not in SHAPES or not self._may_be_touched(feed, text):
            return None
        try:
            document = json_text.read(text)
        except (ValueError, RecursionError):
            document = self._read_leniently(text)
        if document is None:
            return None
        changed, kept = False, []
        for record in records_of(feed, document):
            masked = self._record(feed, record, text)
            changed = changed or masked is not record
            if masked is not _GONE:
                kept.append(masked)
        if not changed:
            return None
        if not _is_json(text):
            return GARBAGE
        return self._written(feed, document, kept)

    def _written(self, feed: str, document: Any, kept: list[Any]) -> str:
        container = PAGES.get(feed)
        if container and isinstance(document, dict) and container in document:
            return json_text.write({container: kept}) if kept else ""
        return json_text.write(kept[0]) if kept else ""

    def _may_be_touched(self, feed: str, text: str) -> bool:
        """Whether an erased id is among the ids of a line, told without parsing it; true where in doubt."""
        if "\\" in text and "\\u" in text:
            return True
        named, valued = _candidates(feed)
        found = valued.findall(text)
        if len(found) != len(named.findall(text)):
            return True
        for words in found:
            value = id_text(words[0] or (json_text.Number(words[2]) if words[2] else None))
            if value and any(self.find(group, "", value) for group in _groups(feed)):
                return True
        return False

    @staticmethod
    def _read_leniently(text: str) -> Any:
        """What the engine's parser reads and Python's does not."""
        try:
            found = _engine().cursor().execute("select cast(json(?) as varchar)", [text]).fetchone()
            return json_text.read(found[0]) if found else None
        except (duckdb.Error, ValueError, RecursionError):
            return None

    def _record(self, feed: str, record: Any, text: str) -> Any:
        """A record without what was erased: itself where nothing was."""
        shape = SHAPES[feed]
        account = account_of(feed, record)
        hits: dict[tuple[str, str], Member] = {}
        for group, value in ids_in(record, shape):
            member = self.find(group, account, value)
            if member is not None and (group, value) not in hits:
                hits[group, value] = member
        emptied = [member for member in hits.values() if empties(feed, member)]
        if any(member.request_id in self._removed for member in emptied):
            return _GONE
        tokens = {key: self.token(one, *key) for key, one in hits.items()}
        parts = {value: token for (_, value), token in tokens.items() if token}
        if not emptied and not parts:
            return record

        def lookup(group: str, value: str) -> str | None:
            return tokens.get((group, value))

        masked = Mask(lookup, parts, bool(emptied)).of(record, shape)
        if isinstance(masked, dict) and is_known_by_content(feed, masked):
            # Two events that differed only in what is gone stay two, and a copy that comes later stays this
            # one: told by what was delivered, so at the first change, whichever request empties the record.
            masked.setdefault("erased", self._ledger.pseudonym("content", json_in_key_order(text)))
        return masked

    def rewrites(self, feed: str) -> bool:
        """Whether lines of a feed may change at all."""
        return feed in SHAPES and not self.is_idle

    def rewrite(self, feed: str, block: bytes) -> bytes:
        """A block of lines without what was erased, the same number of them."""
        return each_line(block, partial(self.raw_line, feed))

    def raw_line(self, feed: str, raw: bytes) -> bytes:
        """A line as bytes; one that is no UTF-8 stays none."""
        try:
            text, broken = raw.decode(), b""
        except UnicodeDecodeError:
            text, broken = raw.decode(errors="replace"), b"\xff"
        masked = self.line(
            feed, text.strip(WHITE_SPACE).removeprefix(BYTE_ORDER_MARK).strip(WHITE_SPACE)
        )
        if masked is None:
            return raw
        return broken + GARBAGE.encode() if broken and masked else masked.encode()


_GONE = object()


def empties(feed: str, member: Member) -> bool:
    """Whether a record of that feed that has the id loses its texts."""
    return member.level == ALL or (
        member.level == OWN and member.group == WEB and feed == "liveperson/web_sessions"
    )


def is_known_by_content(feed: str, record: dict[str, Any]) -> bool:
    """Whether a record carries no id, so that its content tells it from others."""
    return feed == "attentive/events" or (
        feed == "attentive/orders" and id_text(record.get("order_id")) is None
    )


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """What is asked whether a text is JSON; feeds are read in several threads, each with its own cursor."""
    return duckdb.connect()


def _is_json(text: str) -> bool:
    """Whether the warehouse's engine reads a text as JSON."""
    found = _engine().cursor().execute("select try_cast(? as json) is not null", [text]).fetchone()
    return bool(found and found[0])
