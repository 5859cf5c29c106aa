"""The dashboards: business by level, performance by credit, and the conversions themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from . import values as v
from .formulas import business_metrics, performance_metrics
from .members import LEVELS
from .world import Account

Row = dict[str, Any]
Tables = dict[str, list[Row]]

FUNNEL_ONLY = ("lob", "entry_point")
PERFORMANCE_LEVELS = ("brand", "skill", "agent_group", "agent")

GRAIN: dict[str, tuple[str, ...]] = {
    f"business_dashboard_{level}": ("account_id", "date_day")
    + (() if level == "brand" else (f"{level}_id",))
    for level in LEVELS
} | {
    f"performance_dashboard_{level}": ("account_id", "date_day")
    + (() if level == "brand" else (f"{level}_id",))
    for level in PERFORMANCE_LEVELS
}


def grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """Rows by a key; those whose key is null belong nowhere."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        at = key(row)
        if at is not None:
            found[at].append(row)
    return found


def member_key(level: str) -> Callable[[Row], Any]:
    """(account, date, member) of a dataset row; null where the level does not apply."""

    def key(row: Row) -> Any:
        member = "" if level == "brand" else row[f"{level}_id"]
        if level == "campaign" and member == "none":
            member = "unknown"
        return None if member == "none" else (row["account_id"], row["date_day"], member)

    return key


def business_dashboard(level: str, tables: Tables, accounts: dict[str, Account]) -> list[Row]:
    """The business dashboard of a level."""
    names = [f"exposures_daily_{level}", "views_and_accepted_offers_daily"]
    if level not in FUNNEL_ONLY:
        brand = level == "brand"
        names.append("conversions_daily_brand" if brand else "conversions_daily")
        names += ["agent_messaging_activity", "consumer_messaging_activity"]
    if level == "brand":
        names += ["visits_daily", "agent_activity_hourly"]
    by_name = {name: grouped(tables[name], member_key(level)) for name in names}
    sessions = grouped(tables["visits_daily"], member_key("brand"))
    hours = grouped(tables["agent_activity_hourly"], member_key("brand"))
    found = []
    for key in sorted({key for groups in by_name.values() for key in groups}):
        account, day, member = key
        facts = {name: groups.get(key, []) for name, groups in by_name.items()}
        facts["sessions"] = sessions.get((account, day, ""), [])
        facts["hours"] = hours.get((account, day, ""), [])
        world = accounts[account]
        found.append(
            identity(world, day, level, member, level)
            | business_metrics(level, facts, world.settings.control_group_share)
            | {"is_final": world.is_final(day)}
        )
    return found


def identity(world: Account, day: Any, level: str, member: str, entity: str) -> Row:
    """The key columns of a panel row, with the member's name."""
    keys: Row = {"account_id": world.account, "date_day": day}
    if level != "brand":
        name = "unknown" if member == "unknown" else world.configuration.name(entity, member)
        keys |= {f"{level}_id": member, f"{level}_name": name}
    return keys


def performance_dashboard(level: str, tables: Tables, accounts: dict[str, Account]) -> list[Row]:
    """Messaging sales by the credited conversation's skill, agent group or agent."""
    sales = [
        row
        for row in tables["conversions_daily"]
        if row["attribution_group"] == "messaging" and row["goal_type"] == "sell"
    ]
    found = []
    for (account, day, member), rows in sorted(grouped(sales, member_key(level)).items()):
        world = accounts[account]
        found.append(
            identity(world, day, level, member, level)
            | performance_metrics(rows)
            | {"is_final": world.is_final(day)}
        )
    return found


def attributed_conversions(account: Account) -> list[Row]:
    """One row per deduplicated conversion, unattributed ones too."""
    found = []
    for conversion in account.conversions:
        goal, visit, touch = conversion.goal, conversion.visit, conversion.touch
        members = touch.members if touch else None
        talk = touch.conversation if touch else None
        found.append(
            {
                "account_id": account.account,
                "conversion_id": goal.goal_id,
                "conversion_at": v.instant(goal.time_ms),
                "kind": goal.kind,
                "revenue": float(goal.revenue),
                "visitor_id": visit.visitor_id,
                "visit_id": visit.visit_id,
                "attribution_group": conversion.group,
                "control_kind": conversion.control_kind,
                "in_session": conversion.in_session,
                "is_direct": conversion.is_direct,
                "touch_at": v.instant(touch.time_ms) if touch else None,
                "touch_visit_id": touch.visit.visit_id if touch else None,
                "engagement_id": members.engagement if members else None,
                "campaign_id": members.campaign if members else None,
                "lob_id": members.lob if members else None,
                "entry_point_id": members.entry_point if members else None,
                "conversation_id": talk.conversation_id if talk else None,
                "credited_date": account.date(touch.visit.start_ms) if touch else None,
            }
        )
    return found


def compute_panels(accounts: list[Account], tables: Tables) -> Tables:
    """Every panel, from the datasets below it."""
    by_name = {account.account: account for account in accounts}
    panels: Tables = {}
    for level in LEVELS:
        panels[f"business_dashboard_{level}"] = business_dashboard(level, tables, by_name)
    for level in PERFORMANCE_LEVELS:
        panels[f"performance_dashboard_{level}"] = performance_dashboard(level, tables, by_name)
    panels["attributed_conversions"] = [
        row for account in accounts for row in attributed_conversions(account)
    ]
    return panels
