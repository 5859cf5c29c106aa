"""The metrics of the panels, by their metric_id, from the facts of one member and date."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .tally import total
from .values import ratio

Row = dict[str, Any]
Facts = dict[str, list[Row]]

LEVELS_WITH_CONVERSATIONS = ("brand", "campaign", "engagement")


def business_metrics(level: str, facts: Facts, control_share: Decimal) -> Row:
    """Every metric of the business dashboard that the level carries."""
    metrics = funnel(level, facts)
    if level not in LEVELS_WITH_CONVERSATIONS:
        del metrics["engaged"]
        return metrics
    metrics |= conversation_section(facts, metrics)
    brand = level == "brand"
    conversions = facts["conversions_daily_brand" if brand else "conversions_daily"]
    not_engaged = total(facts[f"exposures_daily_{level}"], "exposed_not_engaged")
    control_visits = total(facts[f"exposures_daily_{level}"], "control_visits")
    metrics |= conversion_section(conversions, metrics["engaged"], not_engaged)
    metrics |= efficiency_section(facts, metrics)
    metrics |= operations_section(facts, metrics)
    metrics |= self_service_section(conversions, metrics["exposed"])
    metrics |= control_section(conversions, control_visits, control_share, metrics["prospects"])
    return metrics


def funnel(level: str, facts: Facts) -> Row:
    """Sessions to accepted offers."""
    exposures = facts[f"exposures_daily_{level}"]
    offers = facts["views_and_accepted_offers_daily"]
    names = ("prospects", "exposed", "exposures", "online_exposures", "engaged")
    metrics: Row = {name: total(exposures, name) for name in names}
    sessions = total(facts["sessions"], "sessions")
    if level == "brand":
        metrics["sessions"] = sessions
    online_accepted = total(offers, "online_accepted_offers")
    return metrics | {
        "prospect_rate": ratio(metrics["prospects"], sessions),
        "exposed_rate": ratio(metrics["exposed"], metrics["prospects"]),
        "avg_exposures": ratio(metrics["exposures"], metrics["exposed"]),
        "online_exposure_rate": ratio(metrics["online_exposures"], metrics["exposures"]),
        "engagement_views": total(offers, "engagement_views"),
        "accepted_offers": total(offers, "accepted_offers"),
        "accepted_rate": ratio(online_accepted, metrics["online_exposures"]),
    }


def conversation_section(facts: Facts, metrics: Row) -> Row:
    """Opened to handled."""
    activity = facts["agent_messaging_activity"]
    closed = total(activity, "closed")
    opened = total(activity, "opened")
    found: Row = {
        "opened_conversations": opened,
        "conversation_open_rate": ratio(opened, metrics["accepted_offers"]),
        "closed_conversations": closed,
        "total_transfers": total(activity, "transfers"),
        "skill_to_skill_transfers": total(activity, "skill_transfers"),
        "back_to_queue_transfers": total(activity, "queue_transfers"),
        "handled_conversations": total(activity, "handled"),
    }
    for how in ("abandoned", "interactive"):
        found[f"{how}_conversations"] = total(activity, how)
        found[f"{how}_rate"] = ratio(total(activity, how), closed)
    for who in ("agent", "consumer", "system"):
        found[f"closed_by_{who}"] = total(activity, f"closed_by_{who}")
        found[f"closed_by_{who}_rate"] = ratio(found[f"closed_by_{who}"], closed)
    return found


def conversion_section(conversions: list[Row], engaged: int, not_engaged: int) -> Row:
    """Conversions and direct revenue after engagement and exposure."""
    messaging = [row for row in conversions if row["attribution_group"] == "messaging"]
    self_service = [row for row in conversions if row["attribution_group"] == "self_service"]
    exposed = self_service + [row for row in messaging if row["had_exposure"]]
    after = total(messaging, "conversions")
    rate = ratio(after, engaged)
    other_rate = ratio(total(self_service, "conversions"), not_engaged)
    extra = None if rate is None or other_rate is None else (rate - other_rate) * engaged
    found: Row = {
        "total_conversions_after_engagement": after,
        "total_conversion_rate_after_engagement": rate,
        "total_conversion_rate_after_exposure_not_engagement": other_rate,
        "incremental_conversions": extra,
        "incremental_conversion_ratio": None if extra is None else ratio(extra, after),
    }
    groups = {
        "after_exposure": exposed,
        "after_engagement": messaging,
        "after_exposure_not_engagement": self_service,
    }
    for name, rows in groups.items():
        direct = [row for row in rows if row["is_direct"] and row["goal_type"] == "sell"]
        revenue = total(direct, "revenue")
        found[f"total_direct_revenue_{name}"] = float(revenue)
        found[f"total_aov_{name}"] = ratio(revenue, total(direct, "sell_conversions"))
    return found


def efficiency_section(facts: Facts, metrics: Row) -> Row:
    """Work done per hour of the account's agents."""
    logged_in = total(facts["hours"], "logged_in_hours")
    online = total(facts["hours"], "online_hours")
    closed = metrics["closed_conversations"]
    return {
        "closed_conversations_per_login_hour": ratio(closed, logged_in),
        "closed_conversations_per_online_hour": ratio(closed, online),
        "conversions_per_online_hour": ratio(metrics["total_conversions_after_engagement"], online),
        "revenue_per_online_hour": ratio(metrics["total_direct_revenue_after_engagement"], online),
    }


def operations_section(facts: Facts, metrics: Row) -> Row:
    """Scores, agent time, response time and duration."""
    activity, hours = facts["agent_messaging_activity"], facts["hours"]
    replies = facts["consumer_messaging_activity"]
    scored = total(activity, "mcs_scored")
    balance = total(activity, "mcs_positive") - total(activity, "mcs_negative")
    found: Row = {
        "csat_score": ratio(total(activity, "csat_good"), total(activity, "csat_valid")),
        "mcs": ratio(100 * balance, scored),
        "logged_in_time": float(total(hours, "logged_in_hours")),
        "avg_consumer_response_time": ratio(
            total(replies, "response_seconds"), total(replies, "responses")
        ),
        "avg_conversation_duration": ratio(
            total(activity, "duration_seconds"), metrics["closed_conversations"]
        ),
    }
    for state in ("online", "away", "back_soon"):
        spent = float(total(hours, f"{state}_hours"))
        found[f"{state}_time"] = spent
        found[f"{state}_rate"] = ratio(spent, found["logged_in_time"])
    return found


def sold(rows: list[Row], prefix: str, names: tuple[str, str, str]) -> Row:
    """Conversions, sell revenue and AOV of some rows, under a prefix."""
    count, revenue, aov = (f"{prefix}_{name}" for name in names)
    earned = total(rows, "revenue")
    return {
        count: total(rows, "conversions"),
        revenue: float(earned),
        aov: ratio(earned, total(rows, "sell_conversions")),
    }


PLURAL = ("conversions", "revenue", "aov")


def self_service_section(conversions: list[Row], exposed: int) -> Row:
    """Conversions of visitors who saw an offer and did not talk."""
    mine = [row for row in conversions if row["attribution_group"] == "self_service"]
    same = [row for row in mine if row["in_session"]]
    cross = [row for row in mine if not row["in_session"]]
    found = sold(same, "self_service_exposed_in_session", PLURAL)
    found |= sold(cross, "self_service_exposed_cross_session", PLURAL)
    found |= sold(mine, "total_self_service_exposed", PLURAL)
    rate = ratio(total(mine, "conversions"), exposed)
    return found | {"total_self_service_exposed_conversion_rate": rate}


def control_section(
    conversions: list[Row], control_visits: int, share: Decimal, prospects: int
) -> Row:
    """Conversions of visitors who were eligible and saw nothing."""
    mine = [row for row in conversions if row["attribution_group"] == "control"]
    same = [row for row in mine if row["in_session"]]
    found = sold(same, "control_group_in_session", PLURAL)
    found |= sold(mine, "total_control_group", PLURAL)
    count = total(mine, "conversions")
    return found | {
        "total_control_group_conversion_rate": ratio(count, control_visits),
        "total_control_group_conversion_rate_vendor": ratio(count, share * prospects),
    }


def performance_metrics(rows: list[Row]) -> Row:
    """Sales of messaging conversations, in and across sessions."""
    same = [row for row in rows if row["in_session"]]
    cross = [row for row in rows if not row["in_session"]]
    singular = ("conversion", "revenue", "aov")
    return (
        sold(same, "in_session_sales", singular)
        | sold(cross, "cross_session_sales", singular)
        | sold(rows, "sales", singular)
    )
