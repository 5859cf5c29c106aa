"""Agent sessions from status changes: states in time, split at local hour boundaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from . import values as v
from .landing import Current
from .settings import Settings

CHANGE, LOGIN, LOGOUT = "1", "3", "4"
STATES = {"2": "online_hours", "3": "back_soon_hours", "4": "away_hours"}
HOURS = tuple(STATES.values())
LONGEST_MS = 24 * v.HOUR_MS


@dataclass(frozen=True)
class Event:
    """A status change in its session."""

    time_ms: int
    agent: str | None
    group: str | None
    kind: str
    sub_type: str | None


@dataclass(frozen=True)
class Piece:
    """A state an agent was in from a time to a time."""

    start_ms: int
    end_ms: int
    agent: str
    group: str
    state: str | None


class Session:
    """The events of one session in sequence order."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.agent = next((e.agent for e in events if e.agent is not None), None)
        logins = [index for index, event in enumerate(events) if event.kind == LOGIN]
        self.opening = logins[0] if logins else 0
        self.login_ms = events[logins[0]].time_ms if logins else None
        later = range(self.opening, len(events))
        closing = [index for index in later if events[index].kind == LOGOUT]
        self.closing = closing[0] if closing else None
        last = len(events) if self.closing is None else self.closing + 1
        self.counted = events[self.opening : last]

    @property
    def last_change_ms(self) -> int:
        """The time of the last event that counts."""
        return self.counted[-1].time_ms

    def end_ms(self, others: Iterable[Session], newest_ms: int) -> int:
        """Logout, else the agent's next login, else the newest change; 24 h at most."""
        if self.closing is not None:
            return self.last_change_ms
        logins = [
            other.login_ms
            for other in others
            if other is not self
            and self.agent is not None
            and other.agent == self.agent
            and other.login_ms is not None
            and other.login_ms >= self.last_change_ms
        ]
        return min(min(logins, default=newest_ms), self.last_change_ms + LONGEST_MS)

    def pieces(self, end_ms: int) -> Iterator[Piece]:
        """The states of the session; only a change's sub-type sets one."""
        starts = [(self.opening, self.events[self.opening].time_ms)]
        for index in range(self.opening + 1, self.opening + len(self.counted)):
            if self.events[index].kind == CHANGE:
                starts.append((index, self.events[index].time_ms))
        ends = [start for _, start in starts[1:]] + [end_ms]
        for (index, start_ms), stop_ms in zip(starts, ends, strict=True):
            event = self.events[index]
            yield Piece(
                start_ms=start_ms,
                end_ms=stop_ms,
                agent=self.agent or "unknown",
                group=self._group(index),
                state=STATES.get(event.sub_type or "") if event.kind == CHANGE else None,
            )

    def _group(self, index: int) -> str:
        """The group the starting event names, else the latest earlier event's."""
        earlier = reversed(self.events[: index + 1])
        return next((e.group for e in earlier if e.group is not None), "unknown")


def read_sessions(changes: Iterable[Current]) -> list[Session]:
    """The sessions of one account."""
    by_session: dict[str, list[tuple[Decimal, Event]]] = defaultdict(list)
    for change in changes:
        record = change.record
        event = Event(
            time_ms=change.time_ms or 0,
            agent=v.identifier(record.get("agentId")),
            group=v.identifier(record.get("agentGroupId")),
            kind=v.identifier(record.get("statusType")) or "unknown",
            sub_type=v.identifier(record.get("statusSubType")),
        )
        by_session[change.key[1]].append((Decimal(change.key[2]), event))
    return [
        Session([event for _, event in sorted(events, key=lambda pair: pair[0])])
        for events in by_session.values()
    ]


def hour_start(time_ms: int, zone_name: str) -> int:
    """The instant at which the local clock hour of an instant began (local minute 0)."""
    clock = v.local(time_ms, zone_name)
    into_hour = (clock.minute * 60 + clock.second) * 1000 + clock.microsecond // 1000
    return time_ms - into_hour


def by_hour(start_ms: int, end_ms: int, zone_name: str) -> Iterator[tuple[int, int, int]]:
    """(hour start, piece start, piece end) for each local hour of an interval."""
    while start_ms < end_ms:
        began = hour_start(start_ms, zone_name)
        stop_ms = min(began + v.HOUR_MS, end_ms)
        yield began, start_ms, stop_ms
        start_ms = stop_ms


def agent_activity_hourly(
    account: str, changes: list[Current], settings: Settings
) -> list[dict[str, Any]]:
    """One row per date, hour, agent and group in which the agent was logged in."""
    sessions = read_sessions(changes)
    newest_ms = max((change.time_ms or 0 for change in changes), default=0)
    spent: dict[tuple[Any, ...], dict[str, int]] = {}
    for session in sessions:
        for piece in session.pieces(session.end_ms(sessions, newest_ms)):
            for began, start_ms, stop_ms in by_hour(
                piece.start_ms, piece.end_ms, settings.timezone
            ):
                day = v.local_date(start_ms, settings.timezone)
                key = (account, day, v.instant(began), piece.agent, piece.group)
                hours = spent.setdefault(key, dict.fromkeys(("logged_in_hours", *HOURS), 0))
                hours["logged_in_hours"] += stop_ms - start_ms
                if piece.state:
                    hours[piece.state] += stop_ms - start_ms
    return [hour_row(key, hours) for key, hours in spent.items()]


def hour_row(key: tuple[Any, ...], hours: dict[str, int]) -> dict[str, Any]:
    """A row of the dataset."""
    names = ("account_id", "date_day", "hour_start_at", "agent_id", "agent_group_id")
    assert isinstance(key[2], datetime)
    return dict(zip(names, key, strict=True)) | {
        name: spent / v.HOUR_MS for name, spent in hours.items()
    }
