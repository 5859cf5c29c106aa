"""Web sessions: visits with eligibilities, impressions and goals, in many spellings."""

from __future__ import annotations

from typing import Any

from .cast import (
    CAMPAIGNS,
    ENGAGEMENTS,
    GOAL_EVENTS,
    GOALS,
    ORDERS,
    VISITORS,
    VISITS,
    Cast,
)
from .dice import ABSENT, HOUR, MINUTE, NAMESPACE, NULL_TIMES, record

GOAL_TYPES = (
    "PurchaseGoalMetadata",
    "PurchaseGoalMetadata",
    "PurchaseGoalMetadata",
    "LeadGoalMetadata",
    "ServiceActivityGoalMetadata",
    "PurchaseMetadata",
    "LeadMetadata",
    "ServiceActivityMetadata",
    "UrlGoalMetadata",
    "ReduceAbandonmentGoalMetadata",
    "IncreaseInteractionGoalMetadata",
    "SomethingNewGoalMetadata",
)
TOTALS = ("11.7", "100", "0", "-5.25", "0.01", "99.99", "-1")
Lines = list[list[dict[str, Any]]]


def visits(cast: Cast) -> Lines:
    """The versions of each visit, oldest first."""
    found = []
    for visit in cast.dice.some(VISITS, 8, least=0 if "visits" in cast.quiet else 3):
        visitor = cast.member(VISITORS, 0.1)
        count = cast.dice.pick((1, 1, 1, 2, 3))
        start = cast.moment()
        versions = []
        for _ in range(count):
            if cast.dice.chance(0.2):
                start = cast.moment()
            if cast.dice.chance(0.1):
                visitor = cast.member(VISITORS, 0.1)
            versions.append((visit, visitor, cast.claim(start, visit)))
            cast.visitor_of[visit] = visitor
        found.append(versions)
    drafts = [[draft(cast, *version) for version in versions] for versions in found]
    return [[session(cast, *one) for one in versions] for versions in drafts]


Draft = tuple[str, str | None, int, list[Any], list[Any]]


def draft(cast: Cast, visit: str, visitor: str | None, start: int) -> Draft:
    """A version with its eligibilities and impressions; goals come when all touches are known."""
    dice = cast.dice
    eligible = [eligibility(cast, visit, start) for _ in range(dice.pick((0, 0, 1, 2, 3)))]
    if dice.chance(0.1):
        eligible += both_arms(cast, visit, start)
    shown = impressions(cast, visit, start) if dice.chance(0.6) else []
    return visit, visitor, start, eligible, shown


def touch_time(cast: Cast, visit: str, start: int) -> int | None:
    """The time of something in a visit; sometimes none."""
    if cast.dice.chance(0.15):
        return None
    near = start + cast.dice.pick((0, 1, MINUTE, MINUTE, HOUR, 7 * HOUR))
    far = cast.dice.pick((cast.moment(), cast.moment(), 0, -5, 5_000_000_000_000))
    return cast.claim(far if cast.dice.chance(0.2) else near, visit)


def scalar_id(cast: Cast, text: str | None) -> Any:
    """A possibly wrapped id."""
    return cast.dice.scalar(cast.dice.id(text))


def thing(cast: Cast, type_name: str, text: str | None) -> Any:
    """A record that is little more than an id (campaign, engagement, goal)."""
    dice = cast.dice
    if text is None and dice.chance(0.5):
        return dice.pick((ABSENT, None))
    return dice.union(type_name, dice.litter(record(id=scalar_id(cast, text))))


def eligibility(cast: Cast, visit: str, start: int) -> Any:
    """One eligibility entry."""
    dice = cast.dice
    campaigns = []
    for campaign in dice.some(CAMPAIGNS, 2) + ([None] if dice.chance(0.08) else []):
        chosen = dice.pick(([], [], [dice.pick(ENGAGEMENTS)], dice.some(ENGAGEMENTS, 3)))
        engagements = [
            dice.union("EligibleEngagement", record(id=scalar_id(cast, one))) for one in chosen
        ]
        if dice.chance(0.1):
            engagements.append(record(id=scalar_id(cast, None), channel="1"))
        arm = dice.pick(cast.arms.get(campaign or "", (None,)))
        flag: Any = dice.name(arm)
        if flag is not ABSENT and flag is not None:
            flag = dice.union("ControlGroupEnum", flag)
        campaigns.append(
            dice.litter(
                record(
                    campaign=thing(cast, "Campaign", campaign),
                    engagements=dice.list(engagements),
                    goal=thing(cast, "Goal", cast.member(GOALS, 0.3)),
                    controlGroupType=flag,
                )
            )
        )
    time_ms = touch_time(cast, visit, start)
    return dice.litter(
        record(timestamp=dice.scalar(dice.time(time_ms)), eligibleCampaigns=dice.list(campaigns))
    )


def both_arms(cast: Cast, visit: str, start: int) -> list[Any]:
    """The same eligibility twice at one instant, once in each arm."""
    dice = cast.dice
    time_ms = touch_time(cast, visit, start)
    campaign, engagement = dice.pick(CAMPAIGNS), dice.pick(ENGAGEMENTS)
    return [
        record(
            timestamp=dice.scalar(dice.time(time_ms)),
            eligibleCampaigns=[
                record(
                    campaign={"id": campaign},
                    engagements=[{"id": engagement}],
                    controlGroupType=arm,
                )
            ],
        )
        for arm in dice.shuffled(("TEST", "CONTROL"))
    ]


def impressions(cast: Cast, visit: str, start: int) -> list[Any]:
    """Impressions of a visit, identical ones among them."""
    dice = cast.dice
    goal_of: dict[Any, str | None] = {}
    found: list[Any] = []
    instances = (f"{visit}.1", f"{visit}.2", f"{visit}.10", None)
    truths = []
    for _ in range(dice.between(1, 5)):
        truths.append(
            (
                dice.pick(instances),
                dice.pick(("Show", "Show", "Show", "Accept", "Accept", "Close", "Wink", None)),
                dice.pick(("0", "1", "1", "2", "4", "7", "chatonline", "chatbusy", None)),
                cast.member(CAMPAIGNS),
                cast.member(ENGAGEMENTS, 0.2),
                touch_time(cast, visit, start),
            )
        )
    truths += dice.some(truths, 3)
    for instance, kind, state, campaign, engagement, time_ms in truths:
        key = (instance, kind, state, campaign, engagement, start if time_ms is None else time_ms)
        goal = goal_of.setdefault(key, cast.member(GOALS, 0.4))
        if cast.contentious:
            goal = cast.member(GOALS, 0.4)
        found.append(
            dice.litter(
                record(
                    engagementInstanceId=scalar_id(cast, instance),
                    impressionType=dice.scalar(dice.name(kind)),
                    state=scalar_id(cast, state),
                    campaign=thing(cast, "Campaign", campaign),
                    engagement=thing(cast, "Engagement", engagement),
                    goal=thing(cast, "Goal", goal),
                    timestamp=dice.scalar(dice.time(time_ms)),
                )
            )
        )
    return found


def goal_time(cast: Cast, visit: str) -> int | None:
    """A time at, or one window (or six hours) after, something that may earn the goal."""
    dice = cast.dice
    if dice.chance(0.05):
        return None
    visitor = cast.visitor_of[visit]
    mine = [t for t, other in cast.claimed.items() if cast.visitor_of[other] == visitor]
    earned = dice.pick(mine if mine and dice.chance(0.8) else cast.moments)
    edge = dice.pick((0, MINUTE, HOUR, 6 * HOUR, 6 * HOUR, cast.window_ms, cast.window_ms))
    return earned + edge + dice.pick((0, 0, 0, 1, -1))


def goals(cast: Cast, visit: str) -> list[Any]:
    """Goals achieved in a visit; ids and orders come again in other visits."""
    dice = cast.dice
    found: list[Any] = []
    together = goal_time(cast, visit) if dice.chance(0.25) else None
    for goal_id in dice.some(GOAL_EVENTS, 4) + ([None] if dice.chance(0.05) else []):
        kind = dice.pick(GOAL_TYPES)
        data = record(numberOfPages=2)
        if kind.startswith("Purchase"):
            total: Any = dice.pick((dice.number(dice.pick(TOTALS)), None, ABSENT, "much"))
            total = dice.number(dice.pick(TOTALS)) if dice.chance(0.7) else total
            order = dice.id(cast.member(ORDERS, 0.4))
            data = record(total=dice.scalar(total), orderId=dice.scalar(order))
        data = {} if dice.chance(0.05) and not kind.startswith("Purchase") else data
        goal = dice.litter(
            record(
                id=scalar_id(cast, goal_id),
                timestamp=dice.scalar(dice.time(together or goal_time(cast, visit))),
                campaignGoalId=scalar_id(cast, cast.member(GOALS, 0.2)),
                campaignGoalType=dice.scalar(dice.between(1, 5)),
                goalMetaData={NAMESPACE + kind: data},
            )
        )
        found += [goal] * dice.pick((1, 1, 1, 2))
    if dice.chance(0.05):
        found.append(record(id="x9", timestamp=cast.moment(), goalMetaData=None))
    return found


def split(cast: Cast, name: str, items: list[Any]) -> list[dict[str, Any]]:
    """One body, or two of the same type, for a list of items."""
    dice = cast.dice
    if not items and dice.chance(0.7):
        return []
    cut = dice.between(0, len(items)) if dice.chance(0.2) else len(items)
    parts = [items[:cut], items[cut:]] if cut < len(items) else [items]
    return [record(**{name: dice.list(part)}) for part in parts]


def session(
    cast: Cast, visit: str, visitor: str | None, start: int, eligible: list[Any], shown: list[Any]
) -> dict[str, Any]:
    """The line of a version."""
    dice = cast.dice
    named = dice.chance(0.7)
    info_time = dice.time(start) if named else dice.pick(NULL_TIMES)
    meta_time = dice.time(start) if not named else dice.time(cast.moment())
    bodies: list[tuple[str, dict[str, Any]]] = [("WebSessionNavigationData", {})]
    if named or dice.chance(0.7):
        info = record(
            sessionStartTime=dice.scalar(info_time),
            deviceFamily=dice.scalar(dice.name(dice.pick(("DESKTOP", "MOBILE", "WATCH", None)))),
            siteControlGroup=dice.scalar(dice.name(dice.pick(("CONTROL", "TEST", None, None)))),
        )
        bodies.append(("WebSessionInfoData", record(sessionInfo=dice.union("SessionInfo", info))))
    for type_name, name, items in (
        ("WebSessionEligibilityData", "eligibilityData", eligible),
        ("WebSessionImpressionData", "impressions", shown),
        ("WebSessionGoalAchievedData", "achievedGoals", goals(cast, visit)),
    ):
        bodies += [(type_name, body) for body in split(cast, name, items)]
    if dice.chance(dice.mess):
        bodies.append(("WebSessionBrandNewData", {"news": [1]}))
    header = record(visitId=scalar_id(cast, visit), visitorId=scalar_id(cast, visitor))
    # sometimes only the record of a type that nobody lists names the visit
    named_by = "BrandNew" if bodies[-1][0].endswith("BrandNewData") and dice.chance(0.5) else ""
    collection = [
        {
            "body": {
                NAMESPACE + type_name: record(
                    header=dice.union("VisitorHeader", header) if named_by in type_name else ABSENT
                )
                | body
            }
        }
        for type_name, body in dice.shuffled(bodies)
    ]
    meta = record(accountId=scalar_id(cast, cast.account), startTime=dice.scalar(meta_time))
    return dice.litter(
        record(
            dataType={NAMESPACE + "DataTypeEnum": "WebSession"},
            metaData=dice.union("MetaData", dice.litter(meta)),
            recordCollection=dice.union("array", collection),
        )
    )
