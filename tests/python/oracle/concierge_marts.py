"""The concierge reports, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .attentive import ESCALATED, SENT, read_events, read_orders
from .concierge import conversations_of, is_agent_send, is_other_send, winner
from .landing import Current
from .readings import Readings
from .settings import DEFAULTS, Settings
from .tally import Tally
from .values import local_date, ratio

Row = dict[str, Any]
Tables = dict[str, list[Row]]

KEY = ("account_id", "date_day")
GRAIN: dict[str, tuple[str, ...]] = {
    "concierge_performance": KEY,
    "concierge_conversation": KEY,
    "concierge_support": KEY,
    "concierge_livesms": KEY,
    "concierge_performance_by_journey": (*KEY, "journey_id"),
}
MEASURES = (
    "conversations",
    "of_campaign",
    "of_journey",
    "of_subscriber",
    "escalated",
    "agent_sends",
    "other_sends",
    "escalations",
    "orders",
    "revenue",
)
#: What makes a row of a report: a date on which none of it happened has none.
FACTS = {
    "concierge_performance": ("conversations", "agent_sends", "other_sends", "orders"),
    "concierge_conversation": ("conversations", "agent_sends", "other_sends"),
    "concierge_support": ("conversations", "agent_sends"),
    "concierge_livesms": ("conversations", "agent_sends", "escalations", "orders"),
    "concierge_performance_by_journey": ("conversations", "other_sends", "orders"),
}


@dataclass(frozen=True)
class Happening:
    """Something that counts, when, of which program, and of which journey if of one."""

    time_ms: int
    program: str
    journey: str | None
    amounts: dict[str, Any]


def happenings(
    settings: Settings, feeds: tuple[Sequence[Current], Sequence[Current]], readings: Readings
) -> Iterator[Happening]:
    """Everything of one account that a report counts."""
    events, orders = read_events(feeds[0]), read_orders(feeds[1])
    conversations = conversations_of(events, settings, readings)
    for one in conversations:
        counted = {"conversations": 1, f"of_{one.origin}": 1, "escalated": int(one.escalated)}
        yield Happening(one.start_ms, one.program, one.journey, counted)
    for event in events:
        if is_agent_send(event):
            yield Happening(event.time_ms, event.program, None, {"agent_sends": 1})
        elif is_other_send(event):
            of_journey = event.type == SENT and event.message_type == "JOURNEY"
            journey = (event.journey or "unknown") if of_journey else None
            yield Happening(event.time_ms, event.program, journey, {"other_sends": 1})
        elif event.type == ESCALATED:
            yield Happening(event.time_ms, event.program, None, {"escalations": 1})
    for order in orders:
        won = winner(order, conversations, settings)
        if won is not None:
            amounts = {"orders": 1, "revenue": order.value}
            yield Happening(order.time_ms, won.program, won.journey, amounts)


def feeds_by_account(
    events: Iterable[Current], orders: Iterable[Current]
) -> dict[str, tuple[list[Current], list[Current]]]:
    """The events and the orders of each account."""
    found: dict[str, tuple[list[Current], list[Current]]] = {}
    for place, feed in enumerate((events, orders)):
        for current in feed:
            if current.account:
                found.setdefault(current.account, ([], []))[place].append(current)
    return found


class Counts:
    """What happened: in all programs, in LiveSMS, and journey by journey."""

    def __init__(self) -> None:
        self.all = Tally(KEY, MEASURES)
        self.livesms = Tally(KEY, MEASURES)
        self.journeys = Tally((*KEY, "journey_id"), MEASURES)

    def add_account(
        self,
        account: str,
        settings: Settings,
        feeds: tuple[Sequence[Current], Sequence[Current]],
        readings: Readings,
    ) -> None:
        """Everything of one account."""
        for happening in happenings(settings, feeds, readings):
            key = (account, local_date(happening.time_ms, settings.timezone))
            self.all.add(key, **happening.amounts)
            if happening.program == "LIVE_SMS":
                self.livesms.add(key, **happening.amounts)
            if happening.journey is not None:
                self.journeys.add((*key, happening.journey), **happening.amounts)


def compute_concierge(
    events: Iterable[Current],
    orders: Iterable[Current],
    settings: dict[str, Settings],
    readings: Readings,
) -> Tables:
    """The five reports."""
    counts = Counts()
    for account, feeds in sorted(feeds_by_account(events, orders).items()):
        counts.add_account(account, settings.get(account, DEFAULTS), feeds, readings)
    tables = {}
    for mart in GRAIN:
        tally = {"livesms": counts.livesms, "journey": counts.journeys}.get(
            mart.rpartition("_")[2], counts.all
        )
        tables[mart] = [
            {name: row[name] for name in GRAIN[mart]} | metrics(mart, row)
            for row in tally.rows()
            if any(row[fact] for fact in FACTS[mart])
        ]
    return tables


def metrics(mart: str, row: Row) -> Row:
    """The metrics of one row of a report."""
    talks = row["conversations"]
    resolved = ratio(row["escalated"], talks)
    found = {
        "concierge_attributable_revenue": float(row["revenue"]),
        "concierge_outbound_messages": row["agent_sends"],
        "concierge_conversions": row["orders"],
        "concierge_cvr": ratio(row["orders"], talks),
        "concierge_conversations": talks,
        "concierge_conversations_campaigns": row["of_campaign"],
        "concierge_conversations_journeys": row["of_journey"],
        "concierge_conversations_subscriber_initiated": row["of_subscriber"],
        "concierge_conversations_resolved_pct": resolved,
        "not_escalated_pct": None if resolved is None else 1 - resolved,
        "concierge_response_rate": ratio(talks, row["other_sends"]),
        "concierge_time_saved_hours": row["agent_sends"] * 5 / 60,
        "livesms_avg_replied_per_conversation": talks,
        "livesms_escalations": row["escalations"],
    }
    return {name: found[name] for name in REPORTS[mart]}


REPORTS: dict[str, tuple[str, ...]] = {
    "concierge_performance": (
        "concierge_attributable_revenue",
        "concierge_outbound_messages",
        "concierge_conversations",
        "concierge_conversations_resolved_pct",
        "not_escalated_pct",
        "concierge_response_rate",
        "concierge_time_saved_hours",
    ),
    "concierge_conversation": (
        "concierge_outbound_messages",
        "concierge_conversations",
        "concierge_conversations_campaigns",
        "concierge_conversations_journeys",
        "concierge_conversations_subscriber_initiated",
        "concierge_response_rate",
    ),
    "concierge_support": (
        "concierge_outbound_messages",
        "concierge_conversations",
        "concierge_conversations_resolved_pct",
        "not_escalated_pct",
        "concierge_time_saved_hours",
    ),
    "concierge_livesms": (
        "concierge_attributable_revenue",
        "concierge_conversions",
        "concierge_cvr",
        "concierge_conversations",
        "concierge_time_saved_hours",
        "livesms_avg_replied_per_conversation",
        "livesms_escalations",
    ),
    "concierge_performance_by_journey": (
        "concierge_attributable_revenue",
        "concierge_conversions",
        "concierge_cvr",
        "concierge_conversations",
        "concierge_response_rate",
    ),
}
