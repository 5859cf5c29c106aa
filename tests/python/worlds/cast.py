"""One account's cast: its settings, its small pools of ids and its instants that collide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from .dice import DAY, HOUR, MINUTE, Dice

#: Zones with a local day around which something happens: clocks change, or only midnight passes.
STAGES: tuple[tuple[str, str], ...] = (
    ("America/New_York", "2024-03-10"),
    ("America/New_York", "2024-11-03"),
    ("Europe/London", "2024-03-31"),
    ("Europe/London", "2023-10-29"),
    ("Asia/Kolkata", "2024-02-29"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Australia/Lord_Howe", "2024-10-06"),
    ("Pacific/Auckland", "2024-04-07"),
    ("Pacific/Auckland", "2024-09-29"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Asia/Kathmandu", "2023-12-31"),
    ("Pacific/Apia", "2011-12-31"),
    ("UTC", "2024-01-01"),
    ("", "2024-02-28"),
)

VISITS = ("9", "10", "100", "v-b", "v-a", "20", "V-a", "v1", "v2")
UNDELIVERED_VISIT = "never-delivered"
CONVERSATIONS = ("8", "80", "c-b", "c-a", "81", "9", "10", "c1", "c2", "é")
VISITORS = ("ann", "11", "bob")
ENGAGEMENTS = ("5", "50", "e-x", "404")
CAMPAIGNS = ("6", "60", "c-x", "808")
LOBS = ("1", "12")
ENTRY_POINTS = ("2", "21", "ep")
GOALS = ("3", "30", "g-x")
SKILLS = ("4", "40")
GROUPS = ("7", "70")
AGENTS = ("0", "15", "a-x", "99")
ORDERS = ("o1", "1001", "o2")
GOAL_EVENTS = ("90", "100", "ga", "gb", "gc", "9", "gd", "ge")


@dataclass
class Cast:
    """What the records of an account are drawn from."""

    account: str
    seed: str
    dice: Dice
    contentious: bool
    zone: str
    settings: dict[str, str]
    listed: bool
    window_ms: int
    moments: list[int]
    quiet: frozenset[str]
    arms: dict[str, tuple[str | None, ...]]
    claimed: dict[int, str] = field(default_factory=dict)
    visitor_of: dict[str, str | None] = field(default_factory=dict)

    def moment(self) -> int:
        """One of the instants at which things happen."""
        return self.dice.pick(self.moments)

    def claim(self, time_ms: int, visit: str) -> int:
        """The instant, or the next that no other visit has a touch at (whose tie is nobody's)."""
        while not self.contentious and self.claimed.get(time_ms, visit) != visit:
            time_ms += 1
        self.claimed[time_ms] = visit
        return time_ms

    def member(self, pool: tuple[str, ...], null: float = 0.15) -> str | None:
        """A member of a pool, or none."""
        return None if self.dice.chance(null) else self.dice.pick(pool)


def make_cast(account: str, seed: str, contentious: bool) -> Cast:
    """Draw the cast of an account."""
    dice = Dice(seed)
    dice.mess = dice.pick((0.0, 0.1, 0.3))
    zone, day = dice.pick(STAGES)
    days = dice.pick(("", "31", "1", "3", "7", "30", "2.5"))
    settings = {
        "account_name": dice.pick(("", "Shop, the", 'The "Big" Shop')),
        "system": "liveperson",
        "timezone": zone,
        "currency": dice.pick(("", "EUR")),
        "transcript_sharing": dice.pick(("", "yes", "0")),
        "cross_session_window_days": days,
        "touch_rule": dice.pick(("", "first", "first", "last", "LAST")),
        "agent_credit": dice.pick(("", "first", "first", "last", "First")),
        "control_group_share": dice.pick(("", "0.1", "0", "0.05", "0.25", "1e-1")),
    }
    listed = dice.chance(0.93)
    if not listed:
        settings, zone, days = {}, "", ""
    window_ms = int(Decimal(days or 31) * DAY)
    return Cast(
        account=account,
        seed=seed,
        dice=dice,
        contentious=contentious,
        zone=zone or "UTC",
        settings=settings,
        listed=listed,
        window_ms=window_ms,
        moments=moments(dice, zone or "UTC", day, window_ms),
        quiet=frozenset(dice.some(("visits", "conversations", "agents"), 2)[1:]),
        arms={campaign: arms(dice) for campaign in CAMPAIGNS},
    )


def arms(dice: Dice) -> tuple[str | None, ...]:
    """The control group flags a campaign writes."""
    return dice.pick((("TEST", "CONTROL"), ("TEST", None), ("CONTROL",), (None,), ("TEST",)))


def moments(dice: Dice, zone: str, day: str, window_ms: int) -> list[int]:
    """Midnights and clock changes of a few days, give or take a millisecond, and window edges."""
    first = datetime.fromisoformat(day)
    bases = []
    for _ in range(dice.between(2, 5)):
        shift = dice.pick((0, 0, 0, 1, -1, 2, -20, 17))
        hour = dice.pick((0, 0, 0, 1, 2, 3, 23, 12))
        wall = (first + timedelta(days=shift, hours=hour)).replace(tzinfo=ZoneInfo(zone))
        base = round(wall.timestamp() * 1000)
        bases.append(base + dice.pick((0, 0, -1, 1, 30 * MINUTE, -30 * MINUTE)))
    found = list(bases)
    edges = (window_ms, 6 * HOUR, DAY, 20 * MINUTE, 0)
    for base in bases:
        edge = dice.pick(edges)
        found.append(base + edge)
        found.append(base + edge + dice.pick((-1, 1, 1, HOUR, -10 * MINUTE)))
    if dice.chance(0.04):
        found.append(dice.pick((946_684_800_000, 4_102_444_799_999)))
    return found
