"""Every metric of every panel, compared with what the semantic layer says.

Where the layer refuses a metric by member, because a part of its definition is the account's alone,
the panel's figure is put together from two of its answers: the member's part and the account's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gates.catalogue import panels

from .marts import Marts
from .metric_queries import MetricProject, Question

Row = dict[str, Any]
Rows = Mapping[tuple[Any, ...], Row]

HOURS = ("logged_in_time", "online_time", "away_time", "back_soon_time")
HOUR_RATES = ("online_rate", "away_rate", "back_soon_rate")
#: Metrics of a member per hour of the account: the member's part and the account's.
PER_HOUR = {
    "closed_conversations_per_login_hour": ("closed_conversations", "logged_in_time"),
    "closed_conversations_per_online_hour": ("closed_conversations", "online_time"),
    "conversions_per_online_hour": ("total_conversions_after_engagement", "online_time"),
    "revenue_per_online_hour": ("total_direct_revenue_after_engagement", "online_time"),
}
VENDOR = "total_control_group_conversion_rate_vendor"
#: What no member has, because a part of the definition is the account's alone.
OF_NO_MEMBER = {*HOURS, *HOUR_RATES, *PER_HOUR, "prospect_rate", VENDOR}
LEVELS = ("lob", "campaign", "engagement", "entry_point", "skill", "agent_group", "agent")
DAILY = {"account_id": "account", "date_day": "metric_time__day"}
#: Keys of the panels that are not one row per account and date, and what they are grouped by.
KEYS = {
    "marketplace_provider_summary": {
        "provider_account_id": "provider_account_id",
        "date_day": "metric_time__day",
    },
    "marketplace_subscriber_performance": {"provider_account_id": "provider_account_id", **DAILY},
    "concierge_performance_by_journey": {**DAILY, "journey_id": "journey_id"},
    "one_to_one_requests_by_hour": {**DAILY, "hour_of_day": "request__hour_of_day"},
    "one_to_one_requests_by_url": {**DAILY, "page_url": "request__page_url"},
    "one_to_one_auto_messages": {
        **DAILY,
        "auto_message_id": "auto_message__auto_message_id",
        "url": "auto_message__url",
    },
    "one_to_one_agents": {**DAILY, "agent_id": "agent_id"},
    "one_to_one_nps_distribution": {"account_id": "account", "rating": "survey__rating"},
}
PERIODS = ("day", "week", "month", "all")
VISITORS, FEEDBACK = "one_to_one_visitors", "one_to_one_nps_feedback"
LIVE_SMS = "{{ Entity('program') }} = 'LIVE_SMS'"


def panel_rows() -> list[tuple[str, str, str]]:
    """(metric, panel, mart) of the catalogue."""
    return [(row["metric_id"], row["panel"], row["mart"]) for row in panels()]


def level_of(mart: str) -> str:
    """The members that a dashboard's panel is by."""
    level = mart.partition("_dashboard_")[2]
    return level if level in LEVELS else ""


@dataclass
class Case:
    """A panel, and the question that it answers."""

    mart: str
    panel: str
    keys: dict[str, str]
    metrics: tuple[str, ...]

    @property
    def question(self) -> Question:
        """What the layer is asked."""
        where = (LIVE_SMS,) if self.mart == "concierge_livesms" else ()
        return Question(self.metrics, tuple(self.keys.values()), where)

    def published(self, marts: Marts) -> dict[tuple[Any, ...], Row]:
        """The panel's rows by their keys."""
        rows = marts[self.mart].records()
        if self.mart == VISITORS:
            rows = [row for row in rows if row["period"] == self.panel]
        return {tuple(cell(row[key]) for key in self.keys): row for row in rows}


def cases() -> list[Case]:
    """Every panel with the metrics that the layer answers by its keys."""
    shown: dict[tuple[str, str], list[str]] = {}
    for metric, panel, mart in panel_rows():
        period = panel if mart == VISITORS else ""
        if mart != FEEDBACK and not (level_of(mart) and metric in OF_NO_MEMBER):
            shown.setdefault((mart, period), []).append(metric)
    found = []
    for (mart, period), metrics in shown.items():
        keys = KEYS.get(mart, DAILY)
        if level_of(mart):
            keys = {**DAILY, f"{level_of(mart)}_id": f"{level_of(mart)}_id"}
        if period:
            keys = {"account_id": "account"}
            if period != "all":
                keys["period_start"] = f"metric_time__{period}"
        found.append(Case(mart, period, keys, tuple(dict.fromkeys(metrics))))
    return found


@dataclass
class Parity:
    """What was compared, what was more than nothing, and where the two differ."""

    compared: set[tuple[str, str, str]] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    empty: set[str] = field(default_factory=set)

    def add(self, case: Case, panel: Rows, answered: Rows) -> None:
        """One panel and the layer's answer; where nothing happened either may have no row."""
        if not panel:
            self.empty.add(f"{case.mart} {case.panel}".strip())
        name = f"{case.mart} {case.panel}"
        for key, row in panel.items():
            said = answered.get(key, dict.fromkeys(case.metrics))
            for metric in case.metrics:
                nothing = key not in answered and row[metric] in (None, 0)
                if not nothing and not same(row[metric], said[metric]):
                    self.found.append(f"{name} {key}: {metric} {row[metric]}, not {said[metric]}")
                self.seen[metric] += bool(row[metric])
        for key, said in answered.items():
            # what belongs to no member is no row of a panel by member
            of_none = len(case.keys) > 1 and key[-1] in ("none", None)
            if key not in panel and not of_none and any(said.values()):
                self.found.append(f"{name} has no row {key}: {said}")
        self.compared |= {
            row
            for row in panel_rows()
            if row[0] in case.metrics and row[2] == case.mart and case.panel in ("", row[1])
        }


def compare(project: MetricProject, marts: Marts) -> Parity:
    """All rows of the catalogue's panels."""
    parity = Parity()
    plain = cases()
    levels = sorted({level_of(mart) for metric, _, mart in panel_rows() if of_two(metric, mart)})
    answers = project.ask(
        *(case.question for case in plain),
        *(members_part(level) for level in levels),
        ACCOUNTS_PART,
        Question(("nps_feedback_detail",), ("account",)),
    )
    refused = [answer.refused for answer in answers if answer.refused]
    assert not refused, refused[0]
    rows = [answer.rows for answer in answers]
    for case, answered in zip(plain, rows, strict=False):
        parity.add(case, case.published(marts), answered)
    surveys, accounts = rows.pop(), rows.pop()
    for level, members in zip(levels, rows[len(plain) :], strict=True):
        mart = f"business_dashboard_{level}"
        metrics = tuple(metric for metric, _, shown in panel_rows() if shown == mart)
        metrics = tuple(metric for metric in metrics if metric in OF_NO_MEMBER)
        keys = {**DAILY, f"{level}_id": f"{level}_id"}
        case = Case(mart, "", keys, metrics)
        panel = case.published(marts)
        nobody = dict.fromkeys(members_part(level).metrics)
        parity.add(
            case,
            panel,
            {key: together(members.get(key, nobody), accounts.get(key[:2], {})) for key in panel},
        )
    feedback = Counter((row["account_id"],) for row in marts[FEEDBACK].records())
    for key in feedback.keys() | surveys.keys():
        said = surveys.get(key, {}).get("nps_feedback_detail") or 0
        if said != feedback[key]:
            parity.found.append(f"{FEEDBACK} has {feedback[key]} rows of {key}, not {said}")
    return parity


def of_two(metric: str, mart: str) -> bool:
    """Whether a panel's figure is put together from two answers."""
    return bool(level_of(mart)) and metric in OF_NO_MEMBER


def members_part(level: str) -> Question:
    """The member's part of what is put together; by line of business there is only the funnel."""
    parts = {"prospects"}
    if level not in ("lob", "entry_point"):
        parts |= {part for part, _ in PER_HOUR.values()} | {"total_control_group_conversions"}
    return Question(tuple(sorted(parts)), (*DAILY.values(), f"{level}_id"))


#: The account's part.
ACCOUNTS_PART = Question(
    ("sessions", "prospects", "expected_control_visits", *HOURS, *HOUR_RATES),
    tuple(DAILY.values()),
)


def together(member: Row, account: Row) -> Row:
    """The figures of a member and date that the layer refuses, from what it does not."""
    found = {hours: account.get(hours) or 0 for hours in HOURS}
    found |= {rate: account.get(rate) for rate in HOUR_RATES}
    found["prospect_rate"] = ratio(member["prospects"] or 0, account.get("sessions"))
    for metric, (part, hours) in PER_HOUR.items():
        found[metric] = ratio(member.get(part) or 0, account.get(hours))
    share = ratio(account.get("expected_control_visits"), account.get("prospects"))
    held_back = None if share is None else share * (member["prospects"] or 0)
    found[VENDOR] = ratio(member.get("total_control_group_conversions") or 0, held_back)
    return found


def ratio(part: Any, whole: Any) -> Any:
    """A quotient, null where there is nothing to divide by."""
    return part / whole if part is not None and whole else None


def cell(value: Any) -> Any:
    """A key as an answer has it."""
    return value.isoformat() if isinstance(value, date) else value


def same(one: Any, other: Any) -> bool:
    """Equality, with room for rounding."""
    if one is None or other is None:
        return one is other
    return math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)
