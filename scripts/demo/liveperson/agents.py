"""Agent states: logins, breaks and logouts out of the shifts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from demo.landing import MINUTE
from demo.liveperson.brands import Agent, Brand

Json = dict[str, Any]
CHANGE, LOGIN, LOGOUT = 1, 3, 4
OFFLINE, ONLINE, BACK_SOON, AWAY = 1, 2, 3, 4
REASONS = {1: "Training", 2: "Lunch", 3: "Team meeting"}


@dataclass(frozen=True)
class Change:
    """One status change."""

    at: int
    row: Json


def rfc3339(at: int) -> str:
    """A UTC time as this API writes it."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % 1000:03d}Z"


def to_ms(day: date, hour: float, brand: Brand) -> int:
    """A local clock time as epoch milliseconds; hours beyond 24 fall on the next day."""
    local = datetime.combine(day, time(), brand.zone) + timedelta(hours=hour)
    return int(local.timestamp() * 1000)


def work_day(
    rng: random.Random, brand: Brand, agent: Agent, day: date, session_id: int
) -> list[Change]:
    """One login session."""
    start = to_ms(day, agent.shift_start, brand) + rng.randrange(-4 * MINUTE, 9 * MINUTE)
    end = start + int(agent.shift_hours * 60 * MINUTE) + rng.randrange(-20 * MINUTE, 25 * MINUTE)
    events: list[tuple[int, int, int, int]] = []
    if rng.random() > 0.006:  # now and then the login row is missing
        events.append((start, LOGIN, OFFLINE, -1))
    at = start + rng.randrange(5_000, 4 * MINUTE)
    lunch_due = True
    while at < end - 20 * MINUTE:
        events.append((at, CHANGE, ONLINE, -1))
        at += rng.randrange(45 * MINUTE, 150 * MINUTE)
        if at >= end - 20 * MINUTE:
            break
        if lunch_due and at > start + 3 * 60 * MINUTE:
            events.append((at, CHANGE, AWAY, 2))
            at += rng.randrange(28 * MINUTE, 50 * MINUTE)
            lunch_due = False
        else:
            state = rng.choices((BACK_SOON, AWAY, OFFLINE), (6, 3, 1))[0]
            events.append((at, CHANGE, state, rng.choice((-1, 1, 3)) if state == AWAY else -1))
            at += rng.randrange(4 * MINUTE, 18 * MINUTE)
    if rng.random() > 0.012:  # now and then nobody logs out
        events.append((end, LOGOUT, OFFLINE, -1))
    changes: list[Change] = []
    previous: int | None = None
    for sequence, (at, kind, state, reason) in enumerate(events, start=1):
        row = {
            "agentId": agent.id,
            "employeeId": f"E{agent.id % 100_000:05d}",
            "agentLoginName": agent.login,
            "agentUserName": agent.name,
            "agentGroupId": agent.group_id,
            "time": rfc3339(at),
            "sessionId": session_id,
            "sequenceNumber": sequence,
            "statusType": kind,
            "statusSubType": state,
            "statusReasonId": reason,
            "statusReasonText": REASONS.get(reason),
            "prevStatusChangeTime": rfc3339(previous) if previous else None,
        }
        changes.append(Change(at, row))
        previous = at
    return changes


def simulate_changes(
    rng: random.Random, brand: Brand, first_day: date, days: int, first_session: int | None = None
) -> list[Change]:
    """All changes of an account's people, in order of time."""
    sessions = count(first_session or 95_000_000 + int(brand.account_id) % 10_000 * 100)
    changes: list[Change] = []
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        for agent in brand.people:
            if day.weekday() in agent.days and rng.random() > 0.04:
                changes += work_day(rng, brand, agent, day, next(sessions))
    return sorted(changes, key=lambda change: change.at)


def page(changes: list[Change], from_ms: int, to_ms_: int) -> Json:
    """A response of the API."""
    frame = {"startTime": rfc3339(from_ms), "endTime": rfc3339(to_ms_)}
    return {"timeframe": frame, "stateChanges": [change.row for change in changes]}
