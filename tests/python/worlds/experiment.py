"""Accounts whose visitors were dealt into arms: many visitors, few instants, everything at an edge.

Records are clean (other worlds see to spellings and broken lines); what varies is who decides the
arm, whether the flag stays, and where in the span something happens.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .dice import DAY, NAMESPACE, Dice
from .layout import LandedFile

CAMPAIGNS = ("c1", "c2", "c10")
ENGAGEMENTS = ("e1", "e2", "e3")
VISITORS = 60
DELIVERED = 1_767_225_600_000
#: Who decides: the site, the campaigns, now this now that, or nobody most of the time.
MODES = ("site", "campaign", "mixed", "mixed", "rare")
SITE_ID = "experiment-{}"


@dataclass(frozen=True)
class Trial:
    """An account, and what its visits are drawn from."""

    account: str
    dice: Dice
    mode: str
    split: float
    window_ms: int
    settings: dict[str, str]
    starts: tuple[int, ...]


def make_trials(seed: int, accounts: int) -> list[LandedFile]:
    """The landed files of so many accounts; the first is accounts.csv."""
    trials = [make_trial(f"{seed}/experiment/{index}", index) for index in range(accounts)]
    out = io.StringIO(newline="")
    names = ["account_id", *trials[0].settings]
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows({"account_id": one.account, **one.settings} for one in trials)
    files = [LandedFile("", "accounts.csv", out.getvalue().encode())]
    for trial in trials:
        files += trial_files(trial)
    return files


def make_trial(seed: str, index: int) -> Trial:
    """Draw an account: a zone whose months begin at other instants than UTC's, a window, shares."""
    dice = Dice(seed)
    zone = dice.pick(("America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"))
    days = dice.pick((0, 1, 3, 31))
    share, site_share = dice.pick(("", "0", "0.3", "1")), dice.pick(("", "0.2", "0.5"))
    midnight = datetime(2024, 3, 1, tzinfo=ZoneInfo(zone))
    first = round(midnight.timestamp() * 1000)
    days_apart = [timedelta(days=shift) / timedelta(milliseconds=1) for shift in range(-3, 4)]
    starts = {first - 1, first, first + 1, first + days * DAY}
    starts |= {first + int(shift) + dice.between(0, 3) for shift in days_apart}
    return Trial(
        account=SITE_ID.format(index),
        dice=dice,
        mode=dice.pick(MODES),
        split=dice.pick((0.1, 0.5, 0.5, 0.0)),
        window_ms=days * DAY,
        settings={
            "timezone": zone,
            "cross_session_window_days": str(days),
            "control_group_share": share,
            "site_control_group_share": site_share,
        },
        starts=tuple(sorted(starts)),
    )


def trial_files(trial: Trial) -> list[LandedFile]:
    """Visits, conversations and configuration of an account, versions in later deliveries."""
    visits = list(visit_versions(trial))
    talks = [talk(trial, number, versions[-1]) for number, versions in enumerate(visits)]
    told = trial.dice.pick((0, 0, 1, 2))
    engagements = [[engagement(trial, one) for _ in range(told)] for one in ENGAGEMENTS]
    return [
        *files_of(trial, "liveperson/web_sessions", [[one.record for one in v] for v in visits]),
        *files_of(trial, "liveperson/messaging_interactions", [[t] for t in talks if t]),
        *files_of(trial, "liveperson/configuration", engagements),
    ]


def files_of(trial: Trial, feed: str, chains: list[list[dict[str, Any]]]) -> list[LandedFile]:
    """Three deliveries; a record's later versions are in later ones."""
    slots: list[list[dict[str, Any]]] = [[], [], []]
    for versions in chains:
        first = trial.dice.between(0, 3 - len(versions)) if versions else 0
        for step, record in enumerate(versions):
            slots[first + step].append(record)
    return [
        LandedFile(
            feed,
            f"{feed}/{trial.account}/Feed.1.{DELIVERED + place}.part-{place}.json",
            b"".join(json.dumps(record).encode() + b"\n" for record in records),
        )
        for place, records in enumerate(slots)
        if records
    ]


@dataclass(frozen=True)
class Version:
    """A version of a visit: its start and its record."""

    visit: str
    start: int
    record: dict[str, Any]


def visit_versions(trial: Trial) -> Iterator[list[Version]]:
    """The versions of each visit; a visitor keeps an arm, mostly."""
    dice = trial.dice
    orders = 0
    for visitor in range(VISITORS):
        arm = "CONTROL" if dice.chance(trial.split) else "TEST"
        for number in range(dice.pick((1, 1, 2, 3))):
            visit = f"v{visitor}-{number}"
            name = None if dice.chance(0.05) else f"w{visitor}"
            found = []
            for _ in range(2 if dice.chance(0.15) else 1):
                start = dice.pick(trial.starts)
                now = arm if dice.chance(0.9) else dice.pick(("TEST", "CONTROL"))
                orders += 1
                found.append(Version(visit, start, session(trial, visit, name, start, now, orders)))
            yield found


def near(trial: Trial, start: int) -> int:
    """The edges of a visit's span, and what is a millisecond beside them."""
    edge = trial.dice.pick((0, 0, 1, trial.window_ms // 2, trial.window_ms, trial.window_ms))
    return start + edge + trial.dice.pick((0, 0, 0, 1, -1))


def session(
    trial: Trial, visit: str, visitor: str | None, start: int, arm: str, order: int
) -> dict[str, Any]:
    """The record of a visit."""
    dice = trial.dice
    by_site = {"site": 0.95, "campaign": 0.0, "mixed": 0.5, "rare": 0.1}[trial.mode]
    flags = {"site": 0.2, "campaign": 0.95, "mixed": 0.6, "rare": 0.1}[trial.mode]
    header = {"visitId": visit} | ({"visitorId": visitor} if visitor else {})
    info = {"sessionStartTime": start} | (
        {"siteControlGroup": arm} if dice.chance(by_site) else {"siteControlGroup": "NA"}
    )

    def flag() -> dict[str, str]:
        if not dice.chance(flags):
            return {}
        return {"controlGroupType": arm if dice.chance(0.9) else dice.pick(("TEST", "CONTROL"))}

    entries = [
        {
            "timestamp": start + dice.pick((0, 0, 1, 5)),
            "eligibleCampaigns": [
                {
                    "campaign": {"id": campaign},
                    "engagements": [{"id": one} for one in dice.some(ENGAGEMENTS, 1)],
                    **flag(),
                }
                for campaign in dice.some(CAMPAIGNS, 2, least=1)
            ],
        }
        for _ in range(dice.pick((0, 1, 1, 2)))
    ]
    shows = [
        {
            "engagementInstanceId": f"{visit}-{place}",
            "impressionType": dice.pick(("Show", "Show", "Accept")),
            "state": "1",
            "campaign": {"id": dice.pick(CAMPAIGNS)},
            "engagement": {"id": dice.pick(ENGAGEMENTS)},
            "timestamp": near(trial, start),
        }
        for place in range(dice.pick((0, 0, 1, 2)) if arm == "TEST" or dice.chance(0.2) else 0)
    ]
    goals = [
        {
            "id": f"g{order}-{place}",
            "timestamp": near(trial, start),
            "goalMetaData": {
                NAMESPACE + kind: {"total": total, "orderId": f"o{order // 2}-{place}"}
            },
        }
        for place, (kind, total) in enumerate(
            dice.pick(
                (
                    [],
                    [("LeadGoalMetadata", 7)],
                    [("PurchaseGoalMetadata", dice.pick((0, 0.1, 20, 1_000_000)))],
                    [("PurchaseGoalMetadata", 12.5), ("ServiceActivityGoalMetadata", 1)],
                )
            )
        )
    ]
    bodies = {
        "WebSessionInfoData": {"sessionInfo": info},
        "WebSessionEligibilityData": {"eligibilityData": entries},
        "WebSessionImpressionData": {"impressions": shows},
        "WebSessionGoalAchievedData": {"achievedGoals": goals},
    }
    return {
        "metaData": {"accountId": trial.account},
        "recordCollection": [
            {"body": {NAMESPACE + name: {"header": header, **body}}}
            for name, body in bodies.items()
        ],
    }


def talk(trial: Trial, number: int, visit: Version) -> dict[str, Any] | None:
    """Sometimes a conversation, now and then of a visit that was never delivered."""
    dice = trial.dice
    if not dice.chance(0.2):
        return None
    campaign = {"campaignId": dice.pick(CAMPAIGNS), "campaignEngagementId": dice.pick(ENGAGEMENTS)}
    return {
        "info": {
            "brandId": trial.account,
            "conversationId": f"k{number}",
            "startTimeL": near(trial, visit.start),
            "sessionId": "nowhere" if dice.chance(0.1) else visit.visit,
            "status": "OPEN",
        },
        "campaign": campaign,
    }


def engagement(trial: Trial, one: str) -> dict[str, Any]:
    """An engagement's configuration, which moves it to any campaign."""
    return {
        "entity": "engagement",
        "accountId": trial.account,
        "id": one,
        "campaignId": trial.dice.pick(CAMPAIGNS),
    }
