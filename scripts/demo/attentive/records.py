"""What happened, as the vendor writes it: webhooks and orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from demo.attentive.brands import TextBrand

Json = dict[str, Any]
SHORT_CODE = "+10000040404"


@dataclass(frozen=True)
class Subscriber:
    """Who texts."""

    phone: str
    external_id: int
    email: str | None = None


@dataclass
class Happened:
    """Everything of one account: instants and records, in no order."""

    brand: TextBrand
    events: list[tuple[int, Json]] = field(default_factory=list)
    orders: list[tuple[int, Json]] = field(default_factory=list)
    corrections: list[tuple[int, Json]] = field(default_factory=list)
    threads: int = 0

    def event(self, at: int, kind: str, who: Subscriber, message: Json | None = None) -> None:
        """A webhook."""
        brand = self.brand
        subscriber: Json = {"phone": who.phone, "external_id": who.external_id}
        if who.email:
            subscriber["email"] = who.email
        subscriber["external_identifiers"] = {"client_user_id": [str(who.external_id)[-6:]]}
        record: Json = {
            "type": kind,
            "timestamp": at,
            "company": {"display_name": brand.name, "company_id": brand.account_id},
            "subscriber": subscriber,
        }
        if message is not None:
            record["message"] = message
        self.events.append((at, record))

    def asks(self, at: int, who: Subscriber, text: str, program: str | None = None) -> None:
        """A subscriber texts an agent."""
        message = {"type": "TYPE_CONVERSATION", "text": text, "to_phone": SHORT_CODE}
        self.event(at, "sms.inbound_message", who, message | _program(program))

    def keyword(self, at: int, who: Subscriber, text: str) -> None:
        """A subscriber texts a word that a machine answers."""
        message = {"type": "TYPE_KEYWORD", "text": text, "to_phone": SHORT_CODE}
        self.event(at, "sms.inbound_message", who, message)

    def answers(
        self, at: int, who: Subscriber, text: str, agent: tuple[int, str], program: str | None
    ) -> None:
        """An agent texts a subscriber."""
        message = {
            "id": self._message_id(at, who),
            "type": "CONCIERGE",
            "text": text,
            "agent": {"id": agent[0], "name": agent[1]},
        }
        self.event(at, "sms.sent", who, message | _program(program))

    def campaign(self, at: int, who: Subscriber, number: int, title: str, text: str) -> None:
        """A campaign's text."""
        message = {
            "id": self._message_id(at, who),
            "type": "CAMPAIGN",
            "text": text,
            "campaign": {"id": self.brand.campaign_id(number), "name": title},
        }
        self.event(at, "sms.sent", who, message)

    def journey(self, at: int, who: Subscriber, name: str, text: str) -> None:
        """A journey's text."""
        message = {
            "id": self._message_id(at, who),
            "type": "JOURNEY",
            "text": text,
            "journey": {"id": self.brand.journey_id(name), "name": name},
        }
        self.event(at, "sms.sent", who, message)

    def notice(self, at: int, who: Subscriber, text: str) -> None:
        """A text that something was done."""
        message = {"id": self._message_id(at, who), "type": "TRANSACTIONAL", "text": text}
        self.event(at, "sms.sent", who, message)

    def click(self, at: int, who: Subscriber, path: str) -> None:
        """A link of a text is opened."""
        message = {"id": "ZW5jb2RlZA", "url": f"https://{self.brand.domain}/{path}"}
        self.event(at, "sms.message_link_click", who, message)

    def hands_over(self, at: int, who: Subscriber, reason: str, program: str | None) -> None:
        """An agent hands the conversation to the brand."""
        self.event(at, "concierge.escalated", who, {"reason": reason} | _program(program))

    def buys(self, at: int, who: Subscriber, items: list[Json], order_id: str | None) -> Json:
        """An order."""
        moment = datetime.fromtimestamp(at // 1000, UTC)
        user = {"phone": who.phone} | ({"email": who.email} if who.email else {})
        record: Json = {
            "company_id": self.brand.account_id,
            "items": items,
            "occurredAt": moment.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "user": user,
        }
        if order_id:
            record["order_id"] = order_id
        self.orders.append((at, record))
        return record

    def _message_id(self, at: int, who: Subscriber) -> str:
        return f"{at % 10**9:09d}{who.external_id % 10**6:06d}"


def _program(program: str | None) -> Json:
    """The first program is said by no word; the shops' is named."""
    return {"program": program} if program else {}
