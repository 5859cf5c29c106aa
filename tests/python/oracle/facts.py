"""The facts below the semantic layer: what is counted distinct there, and the vendor's control group."""

from __future__ import annotations

from typing import Any

from .datasets import COMMON, campaign_key, exposures_daily, visit_key
from .visits import ONLINE
from .world import Account

Row = dict[str, Any]

GRAIN: dict[str, tuple[str, ...]] = {
    "fct_visit_members": (
        "account_id",
        "visit_id",
        "lob_id",
        "campaign_id",
        "engagement_id",
        "entry_point_id",
    ),
    "fct_handled_conversation_days": ("account_id", "conversation_id", "date_day"),
    "fct_control_group_expected": COMMON,
}

FLAGS = ("is_prospect", "is_exposed", "is_exposure", "is_online_exposure", "is_engaged")


def fct_visit_members(account: Account) -> list[Row]:
    """A visit and each (line of business, campaign, engagement, entry point) it met."""
    found: dict[tuple[Any, ...], Row] = {}
    for visit in account.visits.values():
        met = [(one.members, {"is_prospect"}) for one in visit.eligibilities]
        for show in visit.shows:
            words = {"is_exposed"}
            if show.members.engagement is not None:
                words |= {"is_exposure"} | (
                    {"is_online_exposure"} if show.state == ONLINE else set()
                )
            met.append((show.members, words))
        talks = account.linked.get(visit.visit_id, [])
        met += [(talk.members, {"is_engaged"}) for talk in talks]
        for members, words in met:
            key = (
                account.account,
                visit.visit_id,
                members.lob or "unknown",
                members.campaign or "unknown",
                members.engagement or "none",
                members.entry_point or "none",
            )
            row = found.setdefault(
                key,
                dict(zip(GRAIN["fct_visit_members"], key, strict=True))
                | dict(zip(COMMON, visit_key(account, visit), strict=True))
                | {"attribution_group": visit.group}
                | dict.fromkeys(FLAGS, False),
            )
            row |= dict.fromkeys(words, True)
    return list(found.values())


def fct_handled_conversation_days(account: Account) -> list[Row]:
    """A conversation and each date on which an agent wrote in it."""
    return [
        {
            "account_id": account.account,
            "conversation_id": talk.conversation_id,
            "date_day": day,
            "initial_device": talk.device,
            "source_type": talk.source_type,
            "campaign_id": campaign_key(talk.members),
            "engagement_id": talk.members.engagement or "none",
            "agent_id": talk.agent,
            "skill_id": talk.skill,
            "agent_group_id": talk.agent_group,
        }
        for talk in account.conversations
        for day in {account.date(message.time_ms) for message in talk.messages if message.by_agent}
    ]


def fct_control_group_expected(account: Account) -> list[Row]:
    """The account's share of each date's prospects."""
    share = account.settings.control_group_share
    return [
        {name: row[name] for name in COMMON}
        | {"expected_control_visits": float(share * row["prospects"])}
        for row in exposures_daily(account, "brand")
    ]


def compute_facts(accounts: list[Account]) -> dict[str, list[Row]]:
    """Every fact over all accounts."""
    return {
        "fct_visit_members": [row for one in accounts for row in fct_visit_members(one)],
        "fct_handled_conversation_days": [
            row for one in accounts for row in fct_handled_conversation_days(one)
        ],
        "fct_control_group_expected": [
            row for one in accounts for row in fct_control_group_expected(one)
        ],
    }
