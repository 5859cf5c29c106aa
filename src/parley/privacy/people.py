"""Who a request is about: the records that hold the person, found by following ids from record to record.

phone → texts and orders; e-mail → the phones beside it; visitor → visits, the conversations begun in them,
one-to-one requests and orders; consumer → conversations → the visits they began in → their visitor's visits.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from parley.privacy.ledger import ALL, LEVELS, NONE, OWN, Member, Request
from parley.privacy.links import Key, Links
from parley.privacy.rewriter import Rewriter
from parley.privacy.shapes import (
    CONSUMER,
    CONVERSATION,
    EMAIL,
    EVENT,
    ORDER,
    PHONE,
    REQUEST,
    TOKEN,
    WEB,
)

#: Numbers of tokens begin in the middle of those with twelve digits. A first run's spread over the first room,
#: and every later id takes a little, so that a person may be delivered again for as long as anybody lives.
MIDDLE, FIRST_ROOM, ROOM = 5 * 10**11, 2 * 10**11, 10**5
#: What a request may name, and the group of ids it begins with.
KINDS = {"phone": PHONE, "email": EMAIL, "visitor": WEB, "consumer": CONSUMER}


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
    low, high = min(positions, default=MIDDLE), max(positions, default=MIDDLE)
    room = ROOM * (len(before) + len(after) + 1) if positions else FIRST_ROOM
    places = _between(low - room, low, len(before)) + _between(high, high + room, len(after))
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
    # what was asked for is masked in misnamed files, too, where no record of a feed has it
    (last,) = _between(max([high, *places]), max([high, *places]) + ROOM, 1)
    unseen = f"{TOKEN}{request.request_id}-{last:012d}"
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
            one.token or (None if one.group == EVENT else unseen),
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
