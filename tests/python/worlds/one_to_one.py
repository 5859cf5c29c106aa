"""One-to-One: few visitors, requests, agents and instants, so that everything ties and overlaps."""

from __future__ import annotations

from typing import Any

from .dice import ABSENT, DAY, HOUR, MINUTE, record
from .shops import AUTO_MESSAGES, PAGES, REQUESTS, URLS, ShopCast

PREFIX = "fw:live-helper:"
EVENTS_FEED = "one_to_one/events"
ORDERS_FEED = "one_to_one/orders"
OPENINGS = ("click-call-agent", "click-chat-with-agent", "agent-start-call", "agent-start-chat")
ANSWERS = (
    "agent-answer-call",
    "agent-answer-chat",
    "visitor-answer-call",
    "visitor-answer-chat",
    "message",
    "message",
    "message",
)
ENDINGS = ("call-ended", "chat-ended")
#: Names that nobody knows; some tell a side or a medium all the same.
STRANGE = (
    "shown",
    "external-start-call",
    "external-start-chat",
    "agent-typing",
    "agent-answer-sms",
    "visitor-left",
)
WIDGET = ("impression", "impression", "click-widget", "click-notification")
AMOUNTS = ("40.00", "5.00", "0", "19.99", "0.1", "1e2", "33", "-4.5")
NO_AMOUNTS = (ABSENT, None, "", "free")
RATINGS: tuple[Any, ...] = (1, 7, 3, 4, 5, "5", "very good", 5.0, None, ABSENT, "", "NA")
NAMES = {"7": "Kim", "a-x": "Åsa", "B-1": 'Jo "J" Ng'}

Records = list[dict[str, Any]]


def events(cast: ShopCast) -> list[Records]:
    """The versions of each event, oldest first."""
    found = [of_request(cast, name) for name in cast.dice.some(REQUESTS, 6, least=1)]
    found.append([of_widget(cast) for _ in range(cast.dice.between(0, 8))])
    found.append([survey(cast, cast.member(REQUESTS, 0.5)) for _ in range(cast.dice.between(0, 2))])
    every = [event for group in found for event in group]
    numbers = cast.dice.some([str(n) for n in range(80)], len(every), least=len(every))
    return [versions(cast, event, number) for event, number in zip(every, numbers, strict=True)]


def versions(cast: ShopCast, event: dict[str, Any], number: str) -> Records:
    """An event as it was delivered: once, or again as it was, or corrected."""
    dice = cast.dice
    prefix = dice.pick(("", "e-")) if dice.chance(0.3) else ""
    event |= {"event_id": prefix + number}
    chain = [event]
    while dice.chance(0.15):
        change = dice.pick(
            (
                {},
                {"time": cast.moment()},
                {"visitor_id": cast.member(cast.visitors)},
                {"event_name": dice.pick((*OPENINGS, *ANSWERS, *WIDGET))},
                {"event_name": None},
                {"payload": None},
                {"payload": record(request_id=cast.member(REQUESTS))},
            )
        )
        chain.append(chain[-1] | change)
    return [envelope(cast, one) for one in chain]


def envelope(cast: ShopCast, event: dict[str, Any]) -> dict[str, Any]:
    """The collector's envelope round an event."""
    dice = cast.dice
    name = event["event_name"]
    payload = event["payload"]
    if payload is not None:
        payload = dice.litter(payload)
    return dice.litter(
        record(
            account_id=dice.id(cast.account),
            event_id=dice.id(event["event_id"]),
            event_name=PREFIX + name if name and dice.chance(cast.prefixed) else dice.name(name),
            occurred_at=dice.time(event["time"]),
            visitor_id=event["visitor_id"],
            page_url=dice.pick(PAGES) if dice.chance(0.8) else dice.name(None),
            payload=payload if payload is not None else dice.pick((ABSENT, None, [], "x", {})),
        )
    )


def fields(name: str, time: int, visitor: Any, **payload: Any) -> dict[str, Any]:
    """An event before it is put into its envelope."""
    return {"event_name": name, "time": time, "visitor_id": visitor, "payload": record(**payload)}


def of_widget(cast: ShopCast) -> dict[str, Any]:
    """An event of no request."""
    dice = cast.dice
    visitor = cast.member(cast.visitors)
    if dice.chance(0.35):
        message = cast.member(AUTO_MESSAGES)
        return fields(
            dice.pick(("auto-message-click", "auto-message-click", "auto-message-shown")),
            cast.moment(),
            visitor,
            auto_message_id=message,
            auto_message_name=dice.pick(("Need help?", "Sale", ABSENT)),
            url=dice.pick(URLS) if dice.chance(0.85) else dice.name(None),
        )
    if dice.chance(0.15):
        name = dice.pick((*OPENINGS, *ANSWERS, *STRANGE))
        return fields(name, cast.moment(), visitor, request_id=dice.id(None))
    return fields(dice.pick(WIDGET), cast.moment(), visitor, widget_id="w1")


def of_request(cast: ShopCast, name: str) -> Records:
    """The events of one request: opened or not, answered or not, in any order."""
    dice = cast.dice
    visitor, agent = dice.pick(cast.visitors), dice.pick(cast.agents)
    start = cast.moment()
    cast.starts.append((start, visitor))
    steady = dice.chance(0.6)

    def when() -> int:
        return start + dice.pick((0, 0, 1, MINUTE, HOUR, -1, -MINUTE)) if steady else cast.moment()

    def event(kind: str, **payload: Any) -> dict[str, Any]:
        who = visitor if dice.chance(0.8) else cast.member(cast.visitors, 0.5)
        named = dice.chance(0.15 if kind in OPENINGS[:2] else 0.6)
        whose = agent if dice.chance(0.8) else dice.pick(cast.agents)
        more = (
            {"agent_id": dice.id(whose), "agent_name": agent_name(cast, whose)}
            if named
            else {"agent_id": dice.id(None)}
        )
        at = start if kind in OPENINGS and dice.chance(0.6) else when()
        return fields(kind, at, who, request_id=dice.id(name), **more, **payload)

    found = [event(dice.pick(OPENINGS)) for _ in range(dice.pick((0, 0, 1, 1, 1, 2)))]
    for _ in range(dice.pick((0, 1, 2, 2, 3, 4))):
        kind = dice.pick(ANSWERS) if dice.chance(0.85) else dice.pick((*ENDINGS, *STRANGE))
        sender = {"sender": sender_of(cast)} if kind == "message" else {}
        found.append(event(kind, **sender))
    if dice.chance(0.25):
        found.append(event("message", sender="auto"))
    if dice.chance(0.35):
        one = survey(cast, dice.id(name))
        found.append(one | {"time": when()})
    return found


def agent_name(cast: ShopCast, agent: str) -> Any:
    """The agent's name, an older one, or none."""
    name = NAMES[agent] if cast.dice.chance(0.8) else f"{NAMES[agent]} (new)"
    return name if cast.dice.chance(0.9) else cast.dice.name(None)


def sender_of(cast: ShopCast) -> Any:
    """Who wrote a message."""
    dice = cast.dice
    return dice.pick(("visitor", "agent")) if dice.chance(0.8) else dice.pick(("auto", "bot", None))


def survey(cast: ShopCast, request: Any) -> dict[str, Any]:
    """A survey, submitted or closed out, of an agent or none."""
    dice = cast.dice
    agent = dice.pick(cast.agents)
    named = dice.chance(0.5)
    return fields(
        "nps",
        cast.moment(),
        cast.member(cast.visitors),
        request_id=request,
        agent_id=dice.id(agent if named else None),
        agent_name=agent_name(cast, agent) if named else ABSENT,
        rating=dice.pick(RATINGS),
        feedback=dice.pick((ABSENT, None, "", "NA", "null", "Très bien\n", "so-so")),
        status=dice.pick(("submitted", "submitted", "closed", "lost", None, ABSENT)),
    )


def orders(cast: ShopCast) -> list[Records]:
    """The tags of each order: every reload of the page is one, under a time of its own."""
    dice = cast.dice
    found = []
    for name in dice.some(("1001", "o-a", "O-a", "77", "8"), 5, least=1):
        start, visitor = (
            dice.pick(cast.starts)
            if dice.chance(0.8)
            else (cast.moment(), dice.pick(cast.visitors))
        )
        at = order_time(cast, start)
        tags = [order(cast, name, at, visitor)]
        while dice.chance(0.4):
            at += dice.pick((0, 0, 1, -1, HOUR, -HOUR, DAY, -DAY))
            other = visitor if dice.chance(0.7) else dice.pick(cast.visitors)
            again = order(cast, name, at, other)
            tags.append(tags[-1] | again if dice.chance(0.5) else again)
        found.append(tags)
    return found


def order_time(cast: ShopCast, start: int) -> int:
    """At the edge of a window that begins then, or near it."""
    dice = cast.dice
    window = dice.pick((0, 0, cast.window_ms, cast.window_ms, cast.window_ms // 2, 3 * HOUR))
    return start + window + dice.pick((0, 0, 0, 1, -1, MINUTE, HOUR))


def order(cast: ShopCast, name: str, at: int, visitor: str) -> dict[str, Any]:
    """One purchase tag."""
    dice = cast.dice

    def amount(null: float) -> Any:
        return dice.pick(NO_AMOUNTS) if dice.chance(null) else dice.number(dice.pick(AMOUNTS))

    return dice.litter(
        record(
            account_id=dice.id(cast.account),
            occurred_at=dice.time(at),
            visitor_id=dice.id(visitor if dice.chance(0.93) else None),
            order_id=dice.id(name),
            currency=dice.pick(("USD", "EUR", None)),
            subtotal=amount(0.05),
            total_discounts=amount(0.4),
            order_value=amount(0.1),
            line_items=dice.pick(
                (ABSENT, None, [], [{"sku": "S", "quantity": 2, "price": "1.00"}])
            ),
        )
    )
