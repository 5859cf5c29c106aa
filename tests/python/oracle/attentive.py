"""What arrives from the text messaging vendor: events and orders, read into plain objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import values as v

if TYPE_CHECKING:
    from .landing import Current, Parsed

EVENTS = "attentive/events"
ORDERS = "attentive/orders"

INBOUND = "sms.inbound_message"
SENT = "sms.sent"
ESCALATED = "concierge.escalated"
PROGRAMS = ("CONCIERGE", "LIVE_SMS")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO8601 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Event:
    """A webhook that a definition looks at."""

    account: str
    time_ms: int
    type: str | None
    message_type: str | None
    phone: str | None
    program: str
    campaign: str | None
    journey: str | None
    journey_name: str | None = None


@dataclass(frozen=True)
class Order:
    """A purchase."""

    account: str
    time_ms: int
    phone: str | None
    value: Decimal


def content_key(record: dict[str, Any]) -> str:
    """The record's JSON with sorted keys: numbers stay as different as they are written."""
    return json.dumps(record, sort_keys=True, default=float)


def event_key(record: dict[str, Any], _file: str) -> Parsed:
    """An event has no id: its content is its key, whoever it is of."""
    account = v.identifier(v.plain(record, "company", "company_id"))
    return (account or "", content_key(record)), v.epoch_ms(record.get("timestamp"))


def order_key(record: dict[str, Any], _file: str) -> Parsed:
    """An order's id within its account; without an id its content."""
    account = v.identifier(record.get("company_id"))
    order_id = v.identifier(record.get("order_id"))
    time_ms = iso8601_ms(record.get("occurredAt"))
    if order_id is None:
        return (account or "", "content", content_key(record)), time_ms
    return ((account, "id", order_id) if account else None), time_ms


def iso8601_ms(value: Any) -> int | None:
    """An ISO 8601 instant in epoch ms: any spelling of the offset; without one it is UTC."""
    text = v.identifier(value)
    match = _ISO8601.fullmatch(text) if text else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    try:
        wall = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    if second > 60:
        return None
    time_ms = round((wall - _EPOCH).total_seconds() + (second == 60)) * 1000
    time_ms += int((match[7] or "0").ljust(3, "0")[:3])
    offset = (match[8] or "Z").replace(":", "")
    if offset in "Zz":
        return time_ms
    minutes = int(offset[1:3]) * 60 + int(offset[3:5] or 0)
    return time_ms - (minutes if offset[0] == "+" else -minutes) * 60_000


def program_of(value: Any) -> str:
    """The program a message or an escalation says it is of."""
    return "CONCIERGE" if v.identifier(value) is None else v.one_of(value, *PROGRAMS)


def read_events(current: Iterable[Current]) -> list[Event]:
    """The events of accounts; what names no account is nobody's."""
    found = []
    for one in current:
        assert one.time_ms is not None
        if not one.account:
            continue
        message = one.record.get("message")
        found.append(
            Event(
                account=one.account,
                time_ms=one.time_ms,
                type=v.identifier(one.record.get("type")),
                message_type=v.identifier(v.plain(message, "type")),
                phone=v.identifier(v.plain(one.record, "subscriber", "phone")),
                program=program_of(v.plain(message, "program")),
                campaign=v.identifier(v.plain(message, "campaign", "id")),
                journey=v.identifier(v.plain(message, "journey", "id")),
                journey_name=v.identifier(v.plain(message, "journey", "name")),
            )
        )
    return found


def read_orders(current: Iterable[Current]) -> list[Order]:
    """The orders of accounts."""
    return [
        Order(
            account=one.account,
            time_ms=one.time_ms,
            phone=v.identifier(v.plain(one.record, "user", "phone")),
            value=order_value(one.record.get("items")),
        )
        for one in current
        if one.account and one.time_ms is not None
    ]


def order_value(items: Any) -> Decimal:
    """First price times quantity, over the items; an item without a price is worth nothing."""
    total = Decimal(0)
    for item in v.plain_objects(items):
        prices = v.plain_objects(item.get("price"))
        price = v.number(prices[0].get("value")) if prices else None
        quantity = v.number(item.get("quantity"))
        total += (price or Decimal(0)) * (Decimal(1) if quantity is None else quantity)
    return total
