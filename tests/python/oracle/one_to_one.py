"""One-to-One: events become requests, conversations and surveys; purchase tags become orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import values as v
from .landing import ONE_TO_ONE_EVENTS, ONE_TO_ONE_ORDERS, Current, Feed
from .settings import DEFAULTS, Settings

PREFIX = "fw:live-helper:"
AGENT, VISITOR, AUTO, UNKNOWN = "agent", "visitor", "auto", "unknown"
OTHER = {AGENT: VISITOR, VISITOR: AGENT}
OPENED_BY = {
    "click-call-agent": VISITOR,
    "click-chat-with-agent": VISITOR,
    "agent-start-call": AGENT,
    "agent-start-chat": AGENT,
}
ANSWERS = tuple(f"{side}-answer-{medium}" for side in OTHER for medium in ("call", "chat"))
AUTO_EVENTS = ("auto-message-shown", "auto-message-click")


def without_login(url: str) -> str:
    """An address without its user and password."""
    scheme, slashes, rest = url.partition("//")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"


def page_of(url: str | None) -> str:
    """Host and path of an address, and nothing else of it."""
    page = without_login((url or "").partition("#")[0].partition("?")[0])
    return "/".join(segment.partition(";")[0] for segment in page.split("/"))


@dataclass(frozen=True)
class Event:
    """One event, its prefix and its sentinels gone."""

    event_id: str
    name: str
    time_ms: int
    visitor: str | None
    page_url: str | None
    payload: dict[str, Any]

    def id(self, name: str) -> str | None:
        """An id or a name in the payload."""
        return v.identifier(self.payload.get(name))

    @property
    def sender(self) -> str:
        """Who wrote a message; anybody's guess for other events."""
        return v.one_of(self.payload.get("sender"), VISITOR, AGENT, AUTO)

    @property
    def is_message(self) -> bool:
        """Whether a person wrote it, if only one nobody names."""
        return self.name == "message" and self.sender != AUTO

    @property
    def may_open(self) -> bool:
        """Whether it opens a request that has no opening event."""
        if self.name == "message":
            return self.sender != AUTO
        return self.name != "nps" and self.name not in AUTO_EVENTS

    @property
    def side(self) -> str:
        """Who opens a request with it."""
        if self.name in OPENED_BY:
            return OPENED_BY[self.name]
        if self.name == "message":
            return self.sender
        for side in (AGENT, VISITOR):
            if self.name.startswith(f"{side}-"):
                return side
        return UNKNOWN

    @property
    def kind(self) -> str:
        """What a request opened with it asks for."""
        if "call" in self.name:
            return "video"
        return "text" if "chat" in self.name or self.name == "message" else UNKNOWN


@dataclass
class Request:
    """All events of a request id, from first to last."""

    request_id: str
    events: list[Event]
    opening: Event

    def sides(self) -> set[str]:
        """The sides that took part."""
        found = {self.opening.side}
        for event in self.events:
            if event.name == "message":
                found.add(event.sender)
            if event.name in ANSWERS:
                found.add(event.side)
        return found & {AGENT, VISITOR}

    @property
    def is_conversation(self) -> bool:
        """Whether both sides took part."""
        return len(self.sides()) == 2

    def answered(self, medium: str) -> bool:
        """Whether the side that did not open it answered by call or chat."""
        other = OTHER.get(self.opening.side)
        sides = (other,) if other else (AGENT, VISITOR)
        names = {f"{side}-answer-{medium}" for side in sides}
        return any(event.name in names for event in self.events)

    @property
    def is_text(self) -> bool:
        """A conversation with a written word in it."""
        written = any(event.is_message for event in self.events)
        return self.is_conversation and (written or self.answered("chat"))

    @property
    def is_video(self) -> bool:
        """A conversation with an answered call in it."""
        return self.is_conversation and self.answered("call")

    @property
    def minutes(self) -> Decimal:
        """From the first to the last event."""
        return Decimal(self.events[-1].time_ms - self.events[0].time_ms) / 60_000

    @property
    def agent(self) -> str | None:
        """The agent of the first event that has one."""
        return next((e.id("agent_id") for e in self.events if e.id("agent_id")), None)

    @property
    def visitor(self) -> str | None:
        """The opening event's visitor, else that of the first event that has one."""
        return next((e.visitor for e in (self.opening, *self.events) if e.visitor), None)


@dataclass(frozen=True)
class Order:
    """A purchase, as its earliest tag says."""

    order_id: str
    time_ms: int
    visitor: str | None
    net: Decimal


@dataclass
class Shop:
    """One account: its settings and all that happened in it."""

    account: str
    settings: Settings
    events: list[Event] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    conversations: list[Request] = field(default_factory=list)

    def date(self, time_ms: int) -> dt.date:
        """The account's local date at an instant."""
        return v.local_date(time_ms, self.settings.timezone)

    @property
    def surveys(self) -> list[Event]:
        """Every nps event is one."""
        return [event for event in self.events if event.name == "nps"]

    def in_window(self, order: Order) -> list[Request]:
        """The conversations whose window holds the order, earliest first."""
        window_ms = self.settings.one_to_one_days * v.DAY_MS
        found = [
            talk
            for talk in self.conversations
            if talk.visitor is not None
            and talk.visitor == order.visitor
            and talk.opening.time_ms <= order.time_ms <= talk.opening.time_ms + window_ms
        ]
        return sorted(found, key=lambda talk: (talk.opening.time_ms, talk.request_id))

    def survey_agent(self, survey: Event) -> str | None:
        """The payload's agent, else the request's."""
        stated = survey.id("agent_id")
        if stated:
            return stated
        request = self.request_of(survey)
        return request.agent if request else None

    def survey_visitor(self, survey: Event) -> str | None:
        """The event's visitor, else the request's."""
        request = self.request_of(survey)
        return survey.visitor or (request.visitor if request else None)

    def request_of(self, survey: Event) -> Request | None:
        """The request that a survey names."""
        named = survey.id("request_id")
        return next((r for r in self.requests if r.request_id == named), None)

    def agent_name(self, agent: str | None) -> str | None:
        """What the newest event that names the agent calls them (ties: the lesser event id)."""
        if agent is None:
            return None
        newest = sorted(self.events, key=lambda event: -event.time_ms)
        names = [e.id("agent_name") for e in newest if e.id("agent_id") == agent]
        return next((name for name in names if name), UNKNOWN)


def rating(survey: Event) -> Decimal | None:
    """What a survey gives, where it gives anything on the scale."""
    given = v.number(survey.payload.get("rating"))
    return given if given is not None and 1 <= given <= 5 else None


def build_shops(feeds: dict[str, Feed], settings: dict[str, Settings]) -> list[Shop]:
    """The accounts with records in a One-to-One feed."""
    shops: dict[str, Shop] = {}

    def shop(current: Current) -> Shop:
        name = current.account
        return shops.setdefault(name, Shop(name, settings.get(name, DEFAULTS)))

    for current in feeds[ONE_TO_ONE_EVENTS].current:
        shop(current).events.append(parse_event(current))
    for current in feeds[ONE_TO_ONE_ORDERS].current:
        shop(current).orders.append(parse_order(current))
    for one in shops.values():
        one.events.sort(key=lambda event: (event.time_ms, event.event_id))
        one.requests = list(requests_of(one.events))
        one.conversations = [request for request in one.requests if request.is_conversation]
    return list(shops.values())


def parse_event(current: Current) -> Event:
    """An event as the definitions want it."""
    assert current.time_ms is not None
    record = current.record
    payload = record.get("payload")
    return Event(
        current.key[1],
        (v.identifier(record.get("event_name")) or UNKNOWN).removeprefix(PREFIX),
        current.time_ms,
        v.identifier(record.get("visitor_id")),
        v.identifier(record.get("page_url")),
        payload if isinstance(payload, dict) else {},
    )


def parse_order(current: Current) -> Order:
    """An order and what it was worth without shipping and tax."""
    assert current.time_ms is not None
    subtotal, discounts = (
        v.number(current.record.get(name)) or Decimal(0) for name in ("subtotal", "total_discounts")
    )
    visitor = v.identifier(current.record.get("visitor_id"))
    return Order(current.key[1], current.time_ms, visitor, subtotal - discounts)


def requests_of(events: Iterable[Event]) -> Iterable[Request]:
    """The requests that sorted events make."""
    by_request: dict[str, list[Event]] = {}
    for event in events:
        if request_id := event.id("request_id"):
            by_request.setdefault(request_id, []).append(event)
    for request_id, own in by_request.items():
        opening = next((event for event in own if event.name in OPENED_BY), None)
        opening = opening or next((event for event in own if event.may_open), None)
        if opening:
            yield Request(request_id, own, opening)
