"""Agent status changes: sessions with and without login and logout, over midnight and DST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from .cast import AGENTS, GROUPS, Cast
from .dice import ABSENT, DAY, HOUR, MINUTE, record

SESSIONS = ("1", "2", "3", "10", "s-x")
STEPS = (0, 1, MINUTE, 17 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR, DAY, DAY + 1)


def status_changes(cast: Cast) -> list[list[dict[str, Any]]]:
    """The versions of each status change, oldest first."""
    found = []
    time_ms = 0
    for session in cast.dice.some(SESSIONS, 5, least=0 if "agents" in cast.quiet else 1):
        agent = cast.member(AGENTS[:2], 0.05)
        last_ms = time_ms
        time_ms = cast.moment() - cast.dice.pick((0, 90 * MINUTE, 5 * HOUR))
        if last_ms and cast.dice.chance(0.4):
            time_ms = last_ms + cast.dice.pick((0, 0, 1, -1, HOUR))
        for position, kind in enumerate(kinds(cast)):
            if position:
                time_ms += cast.dice.pick(STEPS)
            sequence = position + 8
            change = (session, sequence, agent, kind, time_ms)
            versions = cast.dice.pick((1, 1, 1, 2))
            found.append([build(cast, *change) for _ in range(versions)])
    return found


def kinds(cast: Cast) -> list[Any]:
    """The status types of a session in sequence order."""
    dice = cast.dice
    middle = [dice.pick((1, 1, 1, 1, 1, "1", 1, 9)) for _ in range(dice.between(0, 6))]
    before = [1] if dice.chance(0.1) else []
    login = [dice.pick((3, "3"))] if dice.chance(0.75) else []
    if not login:
        middle = [1, *middle]
    logout = [dice.pick((4, "4"))] if dice.chance(0.6) else []
    after = [1, 4] if logout and dice.chance(0.15) else []
    if logout and not login and dice.chance(0.15):
        return [4, 1]
    return [*before, *login, *middle, *logout, *after]


def build(
    cast: Cast, session: str, sequence: int, agent: str | None, kind: Any, time_ms: int
) -> dict[str, Any]:
    """One version of a status change."""
    dice = cast.dice
    if dice.chance(0.05):
        agent = cast.member(AGENTS[:2])
    if session.endswith("1"):
        sequence += 2**53  # neighbours that a double does not tell apart
    return dice.litter(
        record(
            agentId=dice.id(agent),
            agentLoginName="someone",
            agentGroupId=dice.id(cast.member(GROUPS, 0.3)),
            time=rfc3339(cast, time_ms),
            sessionId=dice.id(session),
            sequenceNumber=dice.pick((sequence, str(sequence))),
            statusType=kind,
            statusSubType=dice.pick((1, 2, 2, 2, "2", 3, "3", 4, 9, -1, None, ABSENT)),
            statusReasonId=-1,
            prevStatusChangeTime=None,
        )
    )


def rfc3339(cast: Cast, time_ms: int) -> str:
    """An instant in one of the spellings of RFC 3339."""
    dice = cast.dice
    minutes = dice.pick((0, 0, 0, 0, 120, -300, 345))
    utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms)
    clock = utc + timedelta(minutes=minutes)
    text = clock.strftime("%Y-%m-%dT%H:%M:%S")
    if clock.second == 0 and dice.chance(0.1):
        text = (clock - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:60")
    digits = f"{clock.microsecond // 1000:03d}"
    if clock.microsecond or dice.chance(0.5):
        text += "." + digits + dice.pick(("", "", "", "000", "999"))
    if not minutes:
        return text + dice.pick(("Z", "Z", "+00:00"))
    sign = "+" if minutes > 0 else "-"
    return f"{text}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
