"""Good records of the text messaging vendor, for the fuzz to bend."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

PHONES = ("+13115550101", "+13115550102", "+13115550103")


def text_event(dice: random.Random, account: str, at: int) -> dict[str, Any]:
    """A webhook."""
    message: dict[str, Any] = {"program": dice.choice(("CONCIERGE", "LIVE_SMS"))}
    kind = dice.choice(("sms.inbound_message", "sms.sent", "concierge.escalated"))
    if kind == "sms.inbound_message":
        message |= {"type": "TYPE_CONVERSATION", "text": "Is it in stock?", "to_phone": "+1"}
    elif kind == "sms.sent":
        message |= {"id": dice.randrange(99), "type": dice.choice(("CONCIERGE", "JOURNEY"))}
        message |= {"journey": {"id": dice.randrange(3), "name": "Welcome"}}
    return {
        "type": kind,
        "timestamp": at,
        "company": {"company_id": account, "display_name": "Acme"},
        "subscriber": {"phone": dice.choice(PHONES), "email": None, "external_id": 5},
        "message": message,
    }


def text_order(dice: random.Random, account: str, at: int) -> dict[str, Any]:
    """An order."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return {
        "company_id": account,
        "order_id": dice.choice((None, f"o{dice.randrange(50)}")),
        "occurredAt": moment.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "user": {"phone": dice.choice(PHONES), "email": "kim@example.com"},
        "items": [
            {"productId": 1, "price": [{"value": 9.5, "currency": "USD"}], "quantity": 2},
            {"productId": 2, "price": [{"value": "0.25"}]},
        ],
    }
