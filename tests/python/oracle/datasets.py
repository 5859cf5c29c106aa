"""The additive datasets below the panels."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .agents import agent_activity_hourly
from .attribution import Conversion
from .conversations import Conversation
from .members import LEVELS, Members
from .tally import Tally
from .visits import ONLINE, Visit
from .world import Account

COMMON = ("account_id", "date_day", "initial_device", "source_type")
CREDIT = ("agent_id", "skill_id", "agent_group_id")
CONVERSION_KEYS = (
    "goal_type",
    "attribution_group",
    "control_kind",
    "in_session",
    "is_direct",
    "had_exposure",
    *CREDIT,
)
MEMBER_KEYS = ("lob_id", "campaign_id", "engagement_id", "entry_point_id")
CONVERSATION_KEYS = (*COMMON, "campaign_id", "engagement_id", *CREDIT)
TRANSFERS = {
    "Skill": "skill_transfers",
    "Agent": "transfers",
    "back2Q": "queue_transfers",
    "SuggestedAgentTimeout": "suggested_agent_timeouts",
    "TakeOver": "takeovers",
}

KEYS: dict[str, tuple[str, ...]] = {
    "visits_daily": (*COMMON, "attribution_group"),
    "views_and_accepted_offers_daily": (*COMMON, *MEMBER_KEYS),
    "conversions_daily": (*COMMON, "campaign_id", "engagement_id", *CONVERSION_KEYS),
    "conversions_daily_brand": (*COMMON, *CONVERSION_KEYS),
    "agent_messaging_activity": CONVERSATION_KEYS,
    "consumer_messaging_activity": CONVERSATION_KEYS,
    "agent_activity_hourly": (
        "account_id",
        "date_day",
        "hour_start_at",
        "agent_id",
        "agent_group_id",
    ),
} | {
    f"exposures_daily_{level}": COMMON if level == "brand" else (*COMMON, f"{level}_id")
    for level in LEVELS
}


def visit_key(account: Account, visit: Visit) -> tuple[Any, ...]:
    """The common keys of a visit."""
    return account.account, account.date(visit.start_ms), visit.device, visit.source_type


def visits_daily(account: Account) -> list[dict[str, Any]]:
    """Visits by their attribution group."""
    tally = Tally(KEYS["visits_daily"], ("sessions", "prospects", "exposed", "engaged"))
    for visit in account.visits.values():
        tally.add(
            (*visit_key(account, visit), visit.group),
            sessions=1,
            prospects=bool(visit.eligibilities),
            exposed=bool(visit.shows),
            engaged=visit.visit_id in account.linked,
        )
    return tally.rows()


def campaign_key(members: Members) -> str:
    """A dataset's campaign key: none where a fact has no engagement and names no campaign."""
    if members.engagement is None and members.campaign in (None, "unknown"):
        return "none"
    return members.campaign or "none"


EXPOSURE_MEASURES = (
    "prospects",
    "exposed",
    "exposed_not_engaged",
    "engaged",
    "control_visits",
    "exposures",
    "online_exposures",
)


def exposures_daily(account: Account, level: str) -> list[dict[str, Any]]:
    """The funnel of a level, each visit and pair counted distinct at that level."""
    tally = Tally(KEYS[f"exposures_daily_{level}"], EXPOSURE_MEASURES)
    for visit in account.visits.values():
        talks = account.linked.get(visit.visit_id, [])
        prospect = {e.members.at(level) for e in visit.eligibilities} - {None}
        exposed = {s.members.at(level) for s in visit.shows} - {None}
        engaged = {t.members.at(level) for t in talks} - {None}
        for member in prospect | exposed | engaged:
            shown = [s for s in visit.shows if s.members.at(level) == member]
            pairs = {s.members.engagement for s in shown} - {None}
            online = {s.members.engagement for s in shown if s.state == ONLINE} - {None}
            key = visit_key(account, visit)
            tally.add(
                key if level == "brand" else (*key, member),
                prospects=member in prospect,
                exposed=member in exposed,
                exposed_not_engaged=member in exposed and visit.group == "self_service",
                engaged=member in engaged,
                control_visits=member in prospect and visit.group == "control",
                exposures=len(pairs),
                online_exposures=len(online),
            )
    return tally.rows()


def views_and_accepted_offers_daily(account: Account) -> list[dict[str, Any]]:
    """Displays and clicks, identical ones counted once."""
    measures = ("engagement_views", "accepted_offers", "online_accepted_offers")
    tally = Tally(KEYS["views_and_accepted_offers_daily"], measures)
    for visit in account.visits.values():
        for impression in visit.impressions:
            members = impression.members
            accepted = impression.kind == "Accept"
            tally.add(
                (
                    *visit_key(account, visit),
                    members.lob or "none",
                    campaign_key(members),
                    members.engagement or "none",
                    members.entry_point or "none",
                ),
                engagement_views=impression.kind == "Show",
                accepted_offers=accepted,
                online_accepted_offers=accepted and impression.state == ONLINE,
            )
    return tally.rows()


def conversions_daily(account: Account, brand: bool) -> list[dict[str, Any]]:
    """Attributed conversions by the credited date."""
    name = "conversions_daily_brand" if brand else "conversions_daily"
    tally = Tally(KEYS[name], ("conversions", "sell_conversions", "revenue"))
    for conversion in account.conversions:
        if conversion.touch is None:
            continue
        members = conversion.touch.members
        where = () if brand else (campaign_key(members), members.engagement or "none")
        tally.add(
            (*conversion_key(account, conversion), *where, *conversion_facets(conversion)),
            conversions=1,
            sell_conversions=conversion.goal.kind == "sell",
            revenue=conversion.goal.revenue,
        )
    return tally.rows(("revenue",))


def conversion_key(account: Account, conversion: Conversion) -> tuple[Any, ...]:
    """The common keys of an attributed conversion: its touch's visit's date and device."""
    assert conversion.touch is not None
    visit, talk = conversion.touch.visit, conversion.touch.conversation
    source = visit.source_type
    if talk is not None and account.readings.conversion_source_of_conversation:
        source = talk.source_type
    return account.account, account.date(visit.start_ms), visit.device, source


def conversion_facets(conversion: Conversion) -> tuple[Any, ...]:
    """The other keys of an attributed conversion."""
    assert conversion.touch is not None
    talk = conversion.touch.conversation
    credit = (talk.agent, talk.skill, talk.agent_group) if talk else ("none",) * 3
    return (
        conversion.goal.kind,
        conversion.group,
        conversion.control_kind or "none",
        conversion.in_session,
        conversion.is_direct,
        conversion.had_exposure,
        *credit,
    )


def conversation_key(account: Account, talk: Conversation, time_ms: int) -> tuple[Any, ...]:
    """The keys of something that happened in a conversation."""
    return (
        account.account,
        account.date(time_ms),
        talk.device,
        talk.source_type,
        campaign_key(talk.members),
        talk.members.engagement or "none",
        talk.agent,
        talk.skill,
        talk.agent_group,
    )


AGENT_MEASURES = (
    "opened",
    "closed",
    "closed_by_agent",
    "closed_by_consumer",
    "closed_by_system",
    "interactive",
    "non_interactive",
    "abandoned",
    "transfers",
    "skill_transfers",
    "queue_transfers",
    "suggested_agent_timeouts",
    "takeovers",
    "handled",
    "duration_seconds",
    "csat_good",
    "csat_valid",
    "mcs_positive",
    "mcs_negative",
    "mcs_scored",
)


def agent_messaging_activity(account: Account) -> list[dict[str, Any]]:
    """What happened to conversations, each thing on its own date."""
    tally = Tally(KEYS["agent_messaging_activity"], AGENT_MEASURES)
    for talk in account.conversations:
        tally.add(conversation_key(account, talk, talk.start_ms), opened=1)
        for transfer in talk.transfers:
            name = TRANSFERS.get(transfer.reason)
            amounts = {name: 1} if name else {}
            if name in ("skill_transfers", "queue_transfers"):
                amounts["transfers"] = 1
            tally.add(conversation_key(account, talk, transfer.time_ms), **amounts)
        written = {account.date(m.time_ms): m.time_ms for m in talk.messages if m.by_agent}
        for time_ms in written.values():
            tally.add(conversation_key(account, talk, time_ms), handled=1)
        if talk.end_ms is not None:
            key = conversation_key(account, talk, talk.end_ms)
            tally.add(key, **closing_amounts(talk, talk.end_ms))
    return tally.rows(("duration_seconds",))


def closing_amounts(talk: Conversation, end_ms: int) -> dict[str, int | Decimal]:
    """What a closed conversation adds on the date it ended."""
    mcs = talk.mcs
    return {
        "closed": 1,
        f"closed_by_{talk.closed_by}": 1,
        talk.outcome: 1,
        "duration_seconds": Decimal(end_ms - talk.start_ms) / 1000,
        "csat_valid": len(talk.csat),
        "csat_good": sum(answer in (4, 5) for answer in talk.csat),
        "mcs_scored": int(mcs is not None),
        "mcs_positive": int(mcs is not None and mcs > 0),
        "mcs_negative": int(mcs is not None and mcs < 0),
    }


def consumer_messaging_activity(account: Account) -> list[dict[str, Any]]:
    """How long consumers took to answer, on the date of the answer."""
    measures = ("responses", "response_seconds")
    tally = Tally(KEYS["consumer_messaging_activity"], measures)
    for talk in account.conversations:
        for time_ms, waited_ms in talk.responses():
            tally.add(
                conversation_key(account, talk, time_ms),
                responses=1,
                response_seconds=Decimal(waited_ms) / 1000,
            )
    return tally.rows(("response_seconds",))


def compute_datasets(accounts: Iterable[Account]) -> dict[str, list[dict[str, Any]]]:
    """Every dataset over all accounts."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in KEYS}
    for account in accounts:
        tables["visits_daily"] += visits_daily(account)
        for level in LEVELS:
            tables[f"exposures_daily_{level}"] += exposures_daily(account, level)
        tables["views_and_accepted_offers_daily"] += views_and_accepted_offers_daily(account)
        tables["conversions_daily"] += conversions_daily(account, brand=False)
        tables["conversions_daily_brand"] += conversions_daily(account, brand=True)
        tables["agent_messaging_activity"] += agent_messaging_activity(account)
        tables["consumer_messaging_activity"] += consumer_messaging_activity(account)
        tables["agent_activity_hourly"] += agent_activity_hourly(
            account.account, account.changes, account.settings
        )
    return tables
