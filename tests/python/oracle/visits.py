"""Closed visits: eligibilities, impressions and goals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import values as v
from .landing import Current, bodies, header_value
from .members import Configuration, Members
from .readings import Readings

DEVICES = ("DESKTOP", "TABLET", "MOBILE")
KINDS = {
    "PurchaseGoalMetadata": "sell",
    "LeadGoalMetadata": "lead",
    "ServiceActivityGoalMetadata": "service",
    "PurchaseMetadata": "sell",
    "LeadMetadata": "lead",
    "ServiceActivityMetadata": "service",
}
ONLINE = "1"
STATES = {"content": "0", "chatonline": ONLINE, "chatoffline": "2", "chatbusy": "4"}


@dataclass(frozen=True)
class Eligibility:
    """One (eligibility entry, campaign, engagement)."""

    time_ms: int
    members: Members
    goal: str | None
    arm: str


@dataclass(frozen=True)
class Impression:
    """One impression, identical ones removed."""

    time_ms: int
    instance: str | None
    kind: str
    state: str | None
    members: Members
    goal: str | None


@dataclass(frozen=True)
class Goal:
    """A sell, lead or service goal with id and time."""

    goal_id: str
    time_ms: int
    kind: str
    campaign_goal: str | None
    revenue: Decimal
    order: str | None


@dataclass
class Visit:
    """A visit; ``engaged`` conversations are linked later."""

    visit_id: str
    visitor_id: str
    start_ms: int
    device: str
    site_arm: str
    source_type: str
    eligibilities: list[Eligibility]
    impressions: list[Impression]
    goals: list[Goal]
    group: str = "not_eligible"

    @property
    def shows(self) -> list[Impression]:
        """The displays of the visit."""
        return [i for i in self.impressions if i.kind == "Show"]


def parse_visit(current: Current, configuration: Configuration) -> Visit:
    """Read the current version of a web session."""
    record, start = current.record, current.time_ms or 0
    by_type: dict[str, list[dict[str, Any]]] = {}
    for type_name, body in bodies(record):
        by_type.setdefault(type_name, []).append(body)

    def entries(type_name: str, name: str) -> list[dict[str, Any]]:
        return [e for body in by_type.get(type_name, []) for e in v.objects(body.get(name))]

    infos = [v.field(b, "sessionInfo") for b in by_type.get("WebSessionInfoData", [])]
    eligible = [
        eligibility
        for entry in entries("WebSessionEligibilityData", "eligibilityData")
        for eligibility in parse_eligibility(entry, start, configuration)
    ]
    seen: dict[tuple[Any, ...], Impression] = {}
    for entry in entries("WebSessionImpressionData", "impressions"):
        key, impression = parse_impression(entry, start, configuration)
        if key not in seen or (seen[key].goal or "") < (impression.goal or ""):
            seen[key] = impression
    impressions = list(seen.values())
    goals = [
        goal
        for entry in entries("WebSessionGoalAchievedData", "achievedGoals")
        if (goal := parse_goal(entry)) is not None
    ]
    met = {e.members.engagement for e in eligible}
    met |= {i.members.engagement for i in impressions}
    visit_id = current.key[1]
    return Visit(
        visit_id=visit_id,
        visitor_id=header_value(record, "visitorId") or visit_id,
        start_ms=start,
        device=v.one_of(first_named(infos, "deviceFamily"), *DEVICES),
        site_arm=v.one_of(first_named(infos, "siteControlGroup"), "CONTROL", "TEST"),
        source_type="brand_app" if any(map(configuration.is_mobile, met)) else "web",
        eligibilities=eligible,
        impressions=impressions,
        goals=goals,
    )


def first_named(infos: list[Any], name: str) -> str | None:
    """The first value any session info gives for a field."""
    return next((x for i in infos if (x := v.identifier(v.field(i, name))) is not None), None)


def parse_eligibility(
    entry: dict[str, Any], start: int, configuration: Configuration
) -> list[Eligibility]:
    """The (campaign, engagement) pairs of one entry; a campaign alone gives one without."""
    time_ms = v.nested_ms(v.field(entry, "timestamp"))
    found = []
    for campaign in v.objects(entry.get("eligibleCampaigns")):
        campaign_id = v.identifier(v.field(campaign, "campaign", "id"))
        ids = {v.identifier(v.field(e, "id")) for e in v.objects(campaign.get("engagements"))}
        for engagement in sorted(ids or {None}, key=lambda id_: id_ or ""):
            found.append(
                Eligibility(
                    time_ms=start if time_ms is None else time_ms,
                    members=configuration.resolve(engagement, campaign_id),
                    goal=v.identifier(v.field(campaign, "goal", "id")),
                    arm=v.one_of(v.field(campaign, "controlGroupType"), "CONTROL", "TEST"),
                )
            )
    return found


def parse_impression(
    entry: dict[str, Any], start: int, configuration: Configuration
) -> tuple[tuple[Any, ...], Impression]:
    """An impression with the key under which identical ones are one."""
    time_ms = v.nested_ms(v.field(entry, "timestamp"))
    time_ms = start if time_ms is None else time_ms
    instance = v.identifier(v.field(entry, "engagementInstanceId"))
    kind = v.identifier(v.field(entry, "impressionType"))
    state = v.identifier(v.field(entry, "state"))
    state = STATES.get(state or "", state)
    engagement = v.identifier(v.field(entry, "engagement", "id"))
    campaign = v.identifier(v.field(entry, "campaign", "id"))
    impression = Impression(
        time_ms=time_ms,
        instance=instance,
        kind=kind or "unknown",
        state=state,
        members=configuration.resolve(engagement, campaign),
        goal=v.identifier(v.field(entry, "goal", "id")),
    )
    return (instance, kind, state, campaign, engagement, time_ms), impression


def parse_goal(entry: dict[str, Any]) -> Goal | None:
    """A conversion goal with id and time; anything else is ignored."""
    wrapped = entry.get("goalMetaData")
    if not isinstance(wrapped, dict) or len(wrapped) != 1:
        return None
    (type_name,) = wrapped
    kind = KINDS.get(type_name.removeprefix(v.NAMESPACE))
    goal_id = v.identifier(v.field(entry, "id"))
    time_ms = v.nested_ms(v.field(entry, "timestamp"))
    if kind is None or goal_id is None or time_ms is None:
        return None
    data = wrapped[type_name]
    sell = kind == "sell"
    return Goal(
        goal_id=goal_id,
        time_ms=time_ms,
        kind=kind,
        campaign_goal=v.identifier(v.field(entry, "campaignGoalId")),
        revenue=(v.number(v.field(data, "total")) if sell else None) or Decimal(0),
        order=v.identifier(v.field(data, "orderId")) if sell else None,
    )


def classify(
    visits: dict[str, Visit],
    engagements_of: dict[str, set[str | None]],
    configuration: Configuration,
    readings: Readings,
) -> None:
    """Give each visit its attribution group (messaging > self_service > control)."""
    for visit in visits.values():
        met = engagements_of.get(visit.visit_id)
        if met is not None:
            visit.group = "messaging"
            if readings.met_by_conversation and any(map(configuration.is_mobile, met)):
                visit.source_type = "brand_app"
        elif visit.shows:
            visit.group = "self_service"
        elif visit.eligibilities:
            visit.group = "control"
