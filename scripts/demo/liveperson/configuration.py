"""Configuration lines, as an account has them at a date."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from demo.landing import Landing, file_name, to_line
from demo.liveperson import faults
from demo.liveperson.brands import Brand

Json = dict[str, Any]


def entities(brand: Brand, retired: frozenset[int] = frozenset()) -> Iterator[Json]:
    """Every entity of an account, except retired engagements, which nobody names any more."""

    def line(entity: str, id_: int, name: str, **more: object) -> Json:
        head = {"entity": entity, "accountId": brand.account_id, "id": id_, "name": name}
        return {**head, **more, "isDeleted": False}

    for id_, name in brand.lobs.items():
        yield line("lob", id_, name)
    for id_, name in brand.entry_points.items():
        yield line("entry_point", id_, name)
    for campaign in brand.campaigns:
        links = {"lobId": campaign.lob_id, "goalId": campaign.goal_id}
        yield line("campaign", campaign.id, campaign.name, **links)
        goal_name = f"{campaign.name} - {campaign.goal_kind}"
        yield line("goal", campaign.goal_id, goal_name, type=campaign.goal_kind)
        for engagement in campaign.engagements:
            if engagement.id not in retired:
                source = "MOBILE_APP" if engagement.kind == "app" else "WEB_SITE"
                place = {"campaignId": campaign.id, "locationId": str(engagement.location_id)}
                yield line("engagement", engagement.id, engagement.name, **place, source=source)
    for id_, name in brand.skills.items():
        yield line("skill", id_, name)
    for id_, name in brand.groups.items():
        yield line("agent_group", id_, name)
    for agent in brand.agents:
        known = {"groupId": agent.group_id, "userType": int(agent.user_type)}
        yield line("agent", agent.id, agent.name, **known)


@dataclass(frozen=True)
class Revision:
    """From a day on, an entity is configured differently."""

    account_id: str
    day: str
    entity: str
    name: str
    changes: Callable[[Brand], Json]


RETIRED_ENGAGEMENTS = frozenset({"Personal shopper - overlay"})
FULL_EXPORTS = ("2026-03-31", "2026-05-01", "2026-06-01")
REVISIONS = (
    Revision(
        "36410101", "2026-05-12", "campaign", "Basket Rescue", lambda _: {"name": "Basket Help"}
    ),
    Revision(
        "36411212",
        "2026-06-08",
        "agent",
        "Freya Tandy",
        lambda brand: {"groupId": list(brand.groups)[-1]},
    ),
    Revision(
        "36412323",
        "2026-05-20",
        "engagement",
        "Pack list help - invitation",
        lambda _: {"name": "Packing list - invitation", "revision": 2},
    ),
)


def exported(brand: Brand, day: str) -> list[Json]:
    """All lines of an account as they stand on a day."""
    retired = frozenset(e.id for e in brand.engagements() if e.name in RETIRED_ENGAGEMENTS)
    lines = list(entities(brand, retired))
    for revision in REVISIONS:
        if revision.account_id == brand.account_id and revision.day <= day:
            for line in lines:
                if (line["entity"], line["name"]) == (revision.entity, revision.name):
                    line.update(revision.changes(brand))
                    line["changedOn"] = revision.day
    return lines


def write_configuration(landing: Landing, seed: int, brand: Brand) -> None:
    """Full exports now and then, and between them only what changed."""
    rng = random.Random(f"{seed} configuration {brand.account_id}")
    changed_on = {r.day for r in REVISIONS if r.account_id == brand.account_id}
    files: dict[str, list[bytes]] = {}
    for day in sorted({*FULL_EXPORTS, *changed_on}):
        lines = exported(brand, day)
        if day not in FULL_EXPORTS:
            lines = [line for line in lines if line.get("changedOn") == day]
        files[day] = [to_line(line) for line in lines]
    if brand.plan.provider is None:
        broken = faults.configuration_faults(exported(brand, FULL_EXPORTS[0])[0])
        faults.scatter(rng, [files[day] for day in FULL_EXPORTS], broken)
        landing.count("faulty configuration lines", len(broken))
    for day, rows in files.items():
        made = int(datetime.fromisoformat(day + "T20:00:00+00:00").timestamp() * 1000)
        to_ms = made + int(brand.account_id) % 1000
        name = file_name("Configuration", made, to_ms, "export", gz=False)
        landing.write("liveperson/configuration", f"{brand.account_id}/{name}", rows)
