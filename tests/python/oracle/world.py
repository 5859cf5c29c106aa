"""One account's world: current records, read and linked."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from . import landing
from .attribution import Conversion, attribute
from .conversations import Conversation, parse_conversation
from .landing import Current, Feed
from .members import Configuration
from .readings import Readings
from .settings import DEFAULTS, Settings
from .values import local_date
from .visits import Visit, classify, parse_visit


@dataclass
class Account:
    """Everything about one account that the marts are made of."""

    account: str
    settings: Settings
    readings: Readings
    configuration: Configuration
    visits: dict[str, Visit]
    conversations: list[Conversation]
    linked: dict[str, list[Conversation]]
    conversions: list[Conversion]
    changes: list[Current]

    def date(self, time_ms: int) -> dt.date:
        """The account's local date at an instant."""
        return local_date(time_ms, self.settings.timezone)

    def is_final(self, day: dt.date) -> bool:
        """Whether the window of a day has run out by the account's newest event."""
        times = [visit.start_ms for visit in self.visits.values()]
        times += [talk.start_ms for talk in self.conversations]
        if not times:
            return False
        whole_days = math.ceil(self.settings.window_days)
        return day + dt.timedelta(days=whole_days) < self.date(max(times))


def build_accounts(
    feeds: dict[str, Feed], settings: dict[str, Settings], readings: Readings
) -> list[Account]:
    """The accounts with records in any LivePerson feed."""
    names = sorted({c.account for f in landing.LIVEPERSON for c in feeds[f].current})
    return [build_account(name, feeds, settings.get(name, DEFAULTS), readings) for name in names]


def build_account(
    name: str, feeds: dict[str, Feed], settings: Settings, readings: Readings
) -> Account:
    """Read, link and attribute one account."""

    def mine(feed: str) -> list[Current]:
        return [current for current in feeds[feed].current if current.account == name]

    configuration = Configuration(mine(landing.CONFIGURATION), readings)
    visits = {c.key[1]: parse_visit(c, configuration) for c in mine(landing.WEB_SESSIONS)}
    conversations = [
        parse_conversation(current, configuration, settings, readings)
        for current in mine(landing.MESSAGING)
    ]
    linked: dict[str, list[Conversation]] = {}
    for talk in conversations:
        if talk.session in visits:
            linked.setdefault(talk.session, []).append(talk)
    engagements = {
        visit: {talk.members.engagement for talk in talks} for visit, talks in linked.items()
    }
    classify(visits, engagements, configuration, readings)
    conversions = attribute(visits, linked, configuration, settings)
    changes = mine(landing.STATUS_CHANGES)
    return Account(
        name,
        settings,
        readings,
        configuration,
        visits,
        conversations,
        linked,
        conversions,
        changes,
    )
