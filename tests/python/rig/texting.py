"""Text messaging in few words, and small stories of it in two deliveries.

The second delivery of a story changes what the first had settled. Every story is an account of its
own; an account without settings has the defaults: 48 hours of silence, five days for an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from oracle.attentive import EVENTS, ORDERS

HOUR = 3_600_000
MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
PHONE = "+13115550100"
Record = tuple[str, dict[str, Any]]
Story = tuple[Sequence[Record], Sequence[Record]]


def event(kind: str, hours: float, phone: str | None = PHONE, **message: Any) -> Record:
    """A webhook, so many hours after Monday began."""
    timestamp = round(MONDAY.timestamp() * 1000 + hours * HOUR)
    record = {"type": kind, "timestamp": timestamp, "subscriber": {"phone": phone}}
    return EVENTS, record | {"message": message}


def asks(hours: float, phone: str | None = PHONE, **message: Any) -> Record:
    """A subscriber texts an agent."""
    return event("sms.inbound_message", hours, phone, **{"type": "TYPE_CONVERSATION"} | message)


def answers(hours: float, phone: str | None = PHONE, **message: Any) -> Record:
    """An agent texts a subscriber."""
    return event("sms.sent", hours, phone, type="CONCIERGE", **message)


def sends(hours: float, kind: str, member: Any, phone: str | None = PHONE) -> Record:
    """A campaign or a journey texts a subscriber."""
    return event("sms.sent", hours, phone, **{"type": kind, kind.lower(): {"id": member}})


def hands_over(hours: float, phone: str | None = PHONE, **message: Any) -> Record:
    """An agent hands over to the brand."""
    return event("concierge.escalated", hours, phone, **message)


def buys(
    hours: float, value: Any = 10, order_id: str | None = None, phone: str | None = PHONE
) -> Record:
    """A subscriber buys for so much."""
    record = {
        "order_id": order_id,
        "occurredAt": (MONDAY + timedelta(hours=hours)).isoformat(),
        "user": {"phone": phone},
        "items": [{"price": [{"value": value}]}],
    }
    return ORDERS, record


def of_account(account: str, record: Record) -> tuple[str, str, dict[str, Any]]:
    """The record with its account where its feed says it: (feed, account, record)."""
    feed, body = record
    where = {"company": {"company_id": account}} if feed == EVENTS else {"company_id": account}
    return feed, account, body | where


#: Two conversations, for the second begins an hour too late to be of the first.
TWICE = [asks(0), asks(49)]

STORIES: dict[str, Story] = {
    "an answer between makes two conversations one": (TWICE, [answers(3)]),
    "a text between makes two conversations one": (TWICE, [asks(2)]),
    "two of three become one": ([*TWICE, asks(98)], [asks(50)]),
    "three become one by two answers": ([*TWICE, asks(98)], [answers(30), answers(60)]),
    "a conversation began earlier, on another day": ([asks(10)], [asks(-20)]),
    "an earlier text takes the second's place": ([asks(0), asks(60)], [asks(47)]),
    "an answer before anyone asked turns out to be one": ([answers(5)], [asks(1)]),
    "a second conversation was answered": (TWICE, [answers(50)]),
    "a conversation comes of a campaign": ([asks(5)], [sends(1, "CAMPAIGN", "c")]),
    "it comes of a later journey": (
        [sends(1, "CAMPAIGN", "c"), asks(30)],
        [sends(29, "JOURNEY", "j")],
    ),
    "it comes of another journey": (
        [sends(-43, "JOURNEY", "i"), asks(5)],
        [sends(-40, "JOURNEY", "j")],
    ),
    "it began too early to come of a journey": (
        [sends(3, "JOURNEY", "j"), asks(5)],
        [asks(1)],
    ),
    "a journey was sent to somebody else": (
        [sends(3, "JOURNEY", "j"), asks(5)],
        [sends(4, "JOURNEY", "j", "+1")],
    ),
    "a campaign was sent on a day of conversations": ([asks(5)], [sends(6, "CAMPAIGN", 7)]),
    "a conversation is handed over": ([asks(5)], [hands_over(53)]),
    "a conversation was still open when it was handed over": (
        [asks(0), hands_over(60)],
        [answers(40)],
    ),
    "what was handed over began earlier": ([asks(30), hands_over(40)], [asks(10)]),
    "another program's is handed over": ([asks(5)], [hands_over(6, program="LIVE_SMS")]),
    "something is handed over with nothing open": ([], [hands_over(5, program="LIVE_SMS")]),
    "an order arrives": ([asks(0)], [buys(120)]),
    "an order arrives before what won it": ([buys(120)], [asks(0)]),
    "an order is won by a later conversation": (
        [sends(-1, "JOURNEY", "j"), asks(0), buys(100)],
        [asks(60, program="LIVE_SMS")],
    ),
    "an order is lost with a conversation's beginning": ([asks(10), buys(125)], [asks(0)]),
    "an order's conversation becomes another's end": (
        [sends(-1, "JOURNEY", "j"), asks(0), asks(49), buys(100)],
        [answers(5)],
    ),
    "an order's conversation comes of a journey": (
        [asks(0), buys(100)],
        [sends(-48, "JOURNEY", "j")],
    ),
    "an order is worth more": ([asks(0), buys(5, 10, "o")], [buys(5, "12.5", "o")]),
    "an order was on another day": ([asks(0), buys(5, 10, "o")], [buys(30, 10, "o")]),
    "an order was nobody's": ([asks(0), buys(5, 10, "o")], [buys(5, 10, "o", None)]),
    "an order was somebody else's": (
        [asks(0), asks(1, "+1", program="LIVE_SMS"), buys(5, 10, "o")],
        [buys(5, 10, "o", "+1")],
    ),
    "an order was before any conversation": (
        [asks(0), buys(5, 10, "o"), buys(6, 1, "p")],
        [buys(-1, 10, "o")],
    ),
    "an answer is of the other program": ([asks(0)], [answers(1, program="LIVE_SMS")]),
    "an answer nobody gets": ([asks(0)], [answers(1, None)]),
    "another subscriber asks": ([asks(0)], [asks(0, "+1")]),
}


def told(delivery: int) -> list[tuple[str, str, dict[str, Any]]]:
    """One delivery of all stories."""
    return [
        of_account(f"texts {number}", record)
        for number, story in enumerate(STORIES.values())
        for record in story[delivery]
    ]
