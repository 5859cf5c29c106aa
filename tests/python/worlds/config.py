"""Campaign and user settings: incomplete, late, changed, and at odds with the records."""

from __future__ import annotations

from typing import Any

from .cast import (
    AGENTS,
    CAMPAIGNS,
    ENGAGEMENTS,
    ENTRY_POINTS,
    GOALS,
    GROUPS,
    LOBS,
    SKILLS,
    Cast,
)
from .dice import record

POOLS: dict[str, tuple[str, ...]] = {
    "lob": LOBS,
    "campaign": CAMPAIGNS,
    "goal": GOALS,
    "engagement": ENGAGEMENTS,
    "entry_point": ENTRY_POINTS,
    "skill": SKILLS,
    "agent_group": GROUPS,
    "agent": AGENTS,
}
NAMES = ("Sales", "Försäljning", 'Say "hi"', "unknown", "Sales, EU", "none", "客服")


def entities(cast: Cast) -> list[list[dict[str, Any]]]:
    """The versions of each configuration entity, oldest first."""
    dice = cast.dice
    share = dice.pick((0.0, 0.6, 1.0))
    found = []
    for kind, pool in POOLS.items():
        for id_ in pool:
            if dice.chance(share):
                count = dice.pick((1, 1, 2, 3))
                found.append([entity(cast, kind, id_) for _ in range(count)])
    if dice.chance(0.1):
        found.append([entity(cast, "widget", "w1")])
    return found


def entity(cast: Cast, kind: str, id_: str) -> dict[str, Any]:
    """One version of an entity."""
    dice = cast.dice
    fields = record(
        entity=kind,
        accountId=dice.id(cast.account),
        id=dice.id(id_),
        name=dice.name(None if dice.chance(0.1) else dice.pick(NAMES)),
    )
    if kind == "campaign":
        fields |= record(
            lobId=dice.id(cast.member(LOBS, 0.3)), goalId=dice.id(cast.member(GOALS, 0.3))
        )
    elif kind == "engagement":
        fields |= record(
            campaignId=dice.id(cast.member(CAMPAIGNS, 0.3)),
            locationId=dice.id(cast.member(ENTRY_POINTS, 0.3)),
            source=dice.name(dice.pick(("WEB_SITE", "WEB_SITE", "MOBILE_APP", "KIOSK", None))),
        )
    elif kind == "goal":
        fields |= record(type=dice.pick(("sell", "lead", "url")))
    elif kind == "agent":
        fields |= record(groupId=dice.id(cast.member(GROUPS)), userType=dice.pick((1, "2")))
    return dice.litter(fields)
