"""The business dashboard's metrics over sums of a panel's facts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from parley.superset.panels import CONVERSIONS, COUNTED, Panel

SELF, HELD = "self_service", "control"
SELF_CONVERSIONS = f"{SELF}_in_session_conversions + {SELF}_cross_session_conversions"
SELF_SELL, SELF_REVENUE = (
    f"{SELF}_in_session_{name} + {SELF}_cross_session_{name}" for name in ("sell", "revenue")
)
HELD_CONVERSIONS = f"{HELD}_in_session_conversions + {HELD}_cross_session_conversions"
HELD_SELL, HELD_REVENUE = (
    f"{HELD}_in_session_{name} + {HELD}_cross_session_{name}" for name in ("sell", "revenue")
)
TALK_RATE = "messaging_conversions / engaged"
OTHER_RATE = f"({SELF_CONVERSIONS}) / exposed_not_engaged"
#: The metrics by section of the document, over sums of the facts. What a fact of another panel is
#: needed for is not offered on a panel.
METRICS: Mapping[str, Mapping[str, str]] = {
    "Funnel": {
        "sessions": "sessions",
        "prospects": "prospects",
        "prospect_rate": "prospects / sessions",
        "exposed": "exposed",
        "exposed_rate": "exposed / prospects",
        "exposures": "exposures",
        "avg_exposures": "exposures / exposed",
        "online_exposures": "online_exposures",
        "online_exposure_rate": "online_exposures / exposures",
        "engagement_views": "engagement_views",
        "accepted_offers": "accepted_offers",
        "accepted_rate": "online_accepted_offers / online_exposures",
        "engaged": "engaged",
    },
    "Conversation": {
        "opened_conversations": "opened",
        "conversation_open_rate": "opened / accepted_offers",
        "abandoned_conversations": "abandoned",
        "abandoned_rate": "abandoned / closed",
        "interactive_conversations": "interactive",
        "interactive_rate": "interactive / closed",
        "closed_conversations": "closed",
        "closed_by_agent": "closed_by_agent",
        "closed_by_agent_rate": "closed_by_agent / closed",
        "closed_by_consumer": "closed_by_consumer",
        "closed_by_consumer_rate": "closed_by_consumer / closed",
        "closed_by_system": "closed_by_system",
        "closed_by_system_rate": "closed_by_system / closed",
        "total_transfers": "transfers",
        "skill_to_skill_transfers": "skill_transfers",
        "back_to_queue_transfers": "queue_transfers",
        "handled_conversations": "handled_conversation",
    },
    "Conversion and revenue": {
        "total_conversions_after_engagement": "messaging_conversions",
        "total_conversion_rate_after_engagement": TALK_RATE,
        "total_conversion_rate_after_exposure_not_engagement": OTHER_RATE,
        "incremental_conversions": f"({TALK_RATE} - {OTHER_RATE}) * engaged",
        "incremental_conversion_ratio": f"({TALK_RATE} - {OTHER_RATE}) * engaged / messaging_conversions",
        "total_direct_revenue_after_exposure": "direct_revenue_after_exposure",
        "total_direct_revenue_after_engagement": "direct_revenue_after_engagement",
        "total_direct_revenue_after_exposure_not_engagement": "direct_revenue_not_engaged",
        "total_aov_after_exposure": "direct_revenue_after_exposure / direct_sell_after_exposure",
        "total_aov_after_engagement": "direct_revenue_after_engagement / direct_sell_after_engagement",
        "total_aov_after_exposure_not_engagement": "direct_revenue_not_engaged / direct_sell_not_engaged",
    },
    "Efficiency": {
        "closed_conversations_per_login_hour": "closed / logged_in_hours",
        "closed_conversations_per_online_hour": "closed / online_hours",
        "conversions_per_online_hour": "messaging_conversions / online_hours",
        "revenue_per_online_hour": "direct_revenue_after_engagement / online_hours",
    },
    "Operations": {
        "csat_score": "csat_good / csat_valid",
        "mcs": "100 * (mcs_positive - mcs_negative) / mcs_scored",
        "logged_in_time": "logged_in_hours",
        "online_time": "online_hours",
        "online_rate": "online_hours / logged_in_hours",
        "away_time": "away_hours",
        "away_rate": "away_hours / logged_in_hours",
        "back_soon_time": "back_soon_hours",
        "back_soon_rate": "back_soon_hours / logged_in_hours",
        "avg_consumer_response_time": "response_seconds / responses",
        "avg_conversation_duration": "duration_seconds / closed",
    },
    "Self-service": {
        "self_service_exposed_in_session_conversions": f"{SELF}_in_session_conversions",
        "self_service_exposed_in_session_revenue": f"{SELF}_in_session_revenue",
        "self_service_exposed_in_session_aov": f"{SELF}_in_session_revenue / {SELF}_in_session_sell",
        "self_service_exposed_cross_session_conversions": f"{SELF}_cross_session_conversions",
        "self_service_exposed_cross_session_revenue": f"{SELF}_cross_session_revenue",
        "self_service_exposed_cross_session_aov": (
            f"{SELF}_cross_session_revenue / {SELF}_cross_session_sell"
        ),
        "total_self_service_exposed_conversions": SELF_CONVERSIONS,
        "total_self_service_exposed_revenue": SELF_REVENUE,
        "total_self_service_exposed_aov": f"({SELF_REVENUE}) / ({SELF_SELL})",
        "total_self_service_exposed_conversion_rate": f"({SELF_CONVERSIONS}) / exposed",
    },
    "Control group": {
        "control_group_in_session_conversions": f"{HELD}_in_session_conversions",
        "control_group_in_session_revenue": f"{HELD}_in_session_revenue",
        "control_group_in_session_aov": f"{HELD}_in_session_revenue / {HELD}_in_session_sell",
        "total_control_group_conversions": HELD_CONVERSIONS,
        "total_control_group_revenue": HELD_REVENUE,
        "total_control_group_aov": f"({HELD_REVENUE}) / ({HELD_SELL})",
        "total_control_group_conversion_rate": f"({HELD_CONVERSIONS}) / control_visits",
        "total_control_group_conversion_rate_vendor": (
            f"({HELD_CONVERSIONS}) / expected_control_visits"
        ),
    },
}
FACT = re.compile(r"(?!nullif)\b[a-z]\w+")
DIVISOR = re.compile(r"/ (\([^()]*\)|\w+)")


def summed(fact: str) -> str:
    """A fact's sum, and of ids how many there are, each once.

    Conversions have every filter, so where none is left there are none: 0.
    """
    if fact in COUNTED:
        return f'NULLIF(COUNT(DISTINCT "{fact}"), 0)'
    total = f'SUM("{fact}")'
    return f"COALESCE({total}, 0)" if fact in CONVERSIONS.facts else total


def expression(formula: str) -> str:
    """A formula as SQL: each fact summed, and nothing divided by 0."""
    guarded = DIVISOR.sub(r"* 1.0 / nullif(\1, 0)", formula)
    return FACT.sub(lambda fact: summed(fact[0]), guarded).replace("nullif", "NULLIF")


def metrics_of(panel: Panel, shown: Collection[str]) -> dict[str, dict[str, str]]:
    """The metrics by section that the panel shows, each with its SQL."""
    facts = set(panel.facts)
    found = {
        section: {
            name: expression(formula)
            for name, formula in metrics.items()
            if name in shown and set(FACT.findall(formula)) <= facts
        }
        for section, metrics in METRICS.items()
    }
    return {section: metrics for section, metrics in found.items() if metrics}
