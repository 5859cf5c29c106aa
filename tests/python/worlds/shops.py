"""One One-to-One account's cast: its settings, its small pools of ids and its few instants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .cast import STAGES
from .dice import DAY, HOUR, MINUTE, Dice

VISITORS = ("ann", "11", "bob")
AGENTS = ("7", "a-x", "B-1")
REQUESTS = ("9", "10", "r-a", "R-a", "100", "é")
PAGES = (
    "https://shop.example/boots",
    "https://ann:secret@shop.example/boots;jsessionid=8?size=9#top",
    "https://shop.example/boots#reviews?x",
    "https://shop.example/Boots",
    "https://shop.example/",
    "?only=query",
    "#top",
)
AUTO_MESSAGES = ("3", "hello", "Hello")
URLS = ("https://ann:secret@shop.example/sale?a=1", "https://shop.example/sale", "/sale#now")


@dataclass
class ShopCast:
    """What the records of a shop are drawn from."""

    account: str
    dice: Dice
    zone: str
    settings: dict[str, str]
    listed: bool
    window_ms: int
    moments: list[int]
    visitors: tuple[str, ...]
    agents: tuple[str, ...]
    prefixed: float
    #: When requests began, or were meant to, and whose they were.
    starts: list[tuple[int, str]] = field(default_factory=list)

    def moment(self) -> int:
        """One of the instants at which things happen."""
        return self.dice.pick(self.moments)

    def member(self, pool: tuple[str, ...], null: float = 0.1) -> Any:
        """The id of a member of a pool as it may be written, or a null."""
        return self.dice.id(None if self.dice.chance(null) else self.dice.pick(pool))


def make_shop(account: str, seed: str) -> ShopCast:
    """Draw the cast of a shop."""
    dice = Dice(seed)
    dice.mess = dice.pick((0.0, 0.1, 0.3))
    zone, day = dice.pick(STAGES)
    days = dice.pick(("", "30", "0", "1", "7", "365", "1"))
    settings = {
        "account_name": dice.pick(("", "Shop, the", 'The "Small" Shop')),
        "system": "one_to_one",
        "timezone": zone,
        "currency": dice.pick(("", "NZD")),
        "one_to_one_attribution_days": days,
    }
    listed = dice.chance(0.93)
    if not listed:
        settings, zone, days = {}, "", ""
    return ShopCast(
        account=account,
        dice=dice,
        zone=zone or "UTC",
        settings=settings,
        listed=listed,
        window_ms=(int(days) if days.isdigit() else 30) * DAY,
        moments=shop_moments(dice, zone or "UTC", day),
        visitors=VISITORS[: dice.between(1, 3)],
        agents=AGENTS[: dice.between(1, 3)],
        prefixed=dice.pick((0.0, 0.5, 1.0)),
    )


def shop_moments(dice: Dice, zone: str, day: str) -> list[int]:
    """Midnights, clock changes and ends of weeks and months, give or take a millisecond."""
    first = datetime.fromisoformat(day)
    found = []
    for _ in range(dice.between(2, 4)):
        shift = dice.pick((0, 0, 0, 1, -1, 7, -30))
        hour = dice.pick((0, 0, 1, 2, 3, 12, 23))
        wall = (first + timedelta(days=shift, hours=hour)).replace(tzinfo=ZoneInfo(zone))
        base = round(wall.timestamp() * 1000) + dice.pick((0, 0, -1, 1, 30 * MINUTE))
        found += [base, base + dice.pick((1, MINUTE, 17 * MINUTE + 1, HOUR, DAY))]
    if dice.chance(0.3):
        found = found[:2]
    if dice.chance(0.04):
        found.append(dice.pick((946_684_800_000, 4_102_444_799_999)))
    return found
