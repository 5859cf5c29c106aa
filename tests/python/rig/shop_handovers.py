"""Small stories of One-to-One in two deliveries; the second changes what the first had settled.

Every story is an account of its own, so that one build tells them all.
"""

from __future__ import annotations

from typing import Any

from oracle.landing import ONE_TO_ONE_EVENTS, ONE_TO_ONE_ORDERS

from .records import DELIVERED, File, json_lines, landed

MINUTE = 60_000
DAY = 86_400_000
T0 = 1_709_542_800_000
Record = tuple[str, dict[str, Any]]
Story = tuple[list[Record], list[Record]]


def event(number: str, name: str, late: int = 0, request: str | None = "r", **more: Any) -> Record:
    """An event, so many ms after the start of everything, by visitor ann."""
    envelope = {"visitor_id": "ann", "page_url": "https://shop.example/boots"}
    envelope |= {key: more.pop(key) for key in ("visitor_id", "page_url") if key in more}
    record = {"event_id": number, "event_name": name, "occurred_at": T0 + late, **envelope}
    return ONE_TO_ONE_EVENTS, record | {"payload": {"request_id": request, **more}}


def order(number: str, late: int, visitor: str = "ann", **amounts: Any) -> Record:
    """A purchase tag."""
    record = {"order_id": number, "occurred_at": T0 + late, "visitor_id": visitor}
    return ONE_TO_ONE_ORDERS, record | {"subtotal": 40, "total_discounts": "5.00"} | amounts


ASKED = event("b", "click-call-agent")
ANSWERED = event("c", "agent-answer-call", MINUTE, agent_id="7", agent_name="Kim")
CALL = [ASKED, ANSWERED]
CHAT = [
    event("b", "click-chat-with-agent"),
    event("c", "message", MINUTE, sender="agent", agent_id="7"),
]
BOUGHT = order("o", DAY)
LATER = [
    event("x", "agent-start-chat", DAY // 2, "s", agent_id="8"),
    event("y", "message", DAY // 2 + MINUTE, "s", sender="visitor"),
]
RATED = event("n", "nps", DAY, rating=4, status="submitted")
CLICK = event("k", "auto-message-click", 0, None, auto_message_id="m", url="/a")
SHOWN = event("i", "impression", 0, None)

STORIES: dict[str, Story] = {
    "a request is answered": ([ASKED, BOUGHT], [ANSWERED]),
    "a request was opened the day before": (
        [*CALL, BOUGHT],
        [event("a", "agent-start-chat", -DAY, agent_id="8")],
    ),
    "of two openings at one instant the lesser counts": (
        [*CALL, BOUGHT],
        [event("a", "agent-start-call", agent_id="8")],
    ),
    "a request has its opening after all": (
        [ANSWERED, BOUGHT],
        [event("d", "click-call-agent", 2 * DAY)],
    ),
    "an opening was something else": ([*CALL, BOUGHT], [event("b", "impression", 0, None)]),
    "an answer was another request's": (
        [*CALL, BOUGHT],
        [event("c", "agent-answer-call", MINUTE, "s", agent_id="7")],
    ),
    "the only event of a request was another's": (
        [event("a", "click-call-agent", 0, "q"), *CALL],
        [event("a", "click-call-agent", 0, "r")],
    ),
    "a chat becomes a call": (
        [*CHAT, BOUGHT],
        [event("d", "agent-answer-call", 2 * MINUTE, agent_id="7")],
    ),
    "a conversation goes on": (CALL, [event("d", "call-ended", 9 * MINUTE)]),
    "a conversation was another visitor's": (
        [*CALL, BOUGHT, order("p", 2 * DAY, "bob", subtotal=9)],
        [event("b", "click-call-agent", visitor_id="bob")],
    ),
    "a conversation was on another page": (
        CALL,
        [event("b", "click-call-agent", page_url="https://shop.example/hats?a")],
    ),
    "a conversation was in another month": (
        [*CALL, BOUGHT],
        [event("b", "click-call-agent", -40 * DAY)],
    ),
    "an order arrives after its conversation": (CALL, [BOUGHT]),
    "an order arrives before its conversation": ([BOUGHT], CALL),
    "an order has an older tag, before the conversation": (
        [*CALL, BOUGHT],
        [order("o", -MINUTE)],
    ),
    "an order has an older tag, by another visitor": (
        [*CALL, BOUGHT],
        [order("o", DAY // 2, "bob")],
    ),
    "an order has an older tag, of another day and amount": (
        [*CALL, BOUGHT],
        [order("o", MINUTE, subtotal="99.90", total_discounts=None)],
    ),
    "an order has another tag of the same time": ([*CALL, BOUGHT], [order("o", DAY, subtotal=7)]),
    "a later conversation wins the sale": ([*CALL, BOUGHT], LATER),
    "a later conversation without agent wins it for nobody": (
        [*CALL, BOUGHT],
        [
            event("x", "click-chat-with-agent", DAY // 2, "s"),
            event("y", "message", DAY // 2, "s", sender="agent"),
        ],
    ),
    "a later conversation is none any more": (
        [*CALL, *LATER, BOUGHT],
        [event("y", "message", DAY // 2 + MINUTE, "s", sender="auto")],
    ),
    "a conversation has an agent earlier on": (
        [*CALL, BOUGHT, RATED],
        [event("a", "message", -MINUTE, sender="auto", agent_id="8")],
    ),
    "a survey's request gets an agent": ([ASKED, RATED], [ANSWERED]),
    "a survey's request is none any more": (
        [event("b", "click-call-agent", agent_id="7"), RATED],
        [event("b", "click-widget", 0, None)],
    ),
    "a survey is another agent's": (
        [*CALL, RATED],
        [event("n", "nps", DAY, rating=4, agent_id="8", agent_name="Jo")],
    ),
    "a survey has another rating": ([*CALL, RATED], [event("n", "nps", DAY, rating="2")]),
    "a survey has no rating any more": ([*CALL, RATED], [event("n", "nps", DAY)]),
    "a survey was on another day": ([*CALL, RATED], [event("n", "nps", 2 * DAY, rating=4)]),
    "an agent has a newer name": (
        [*CALL, RATED, BOUGHT],
        [event("z", "impression", 90 * DAY, None, agent_id="7", agent_name="Kim Ng")],
    ),
    "a visitor saw it in another week": (
        [SHOWN, event("j", "impression", MINUTE, None, visitor_id="bob")],
        [event("i", "impression", -8 * DAY, None)],
    ),
    "a visitor is another one": ([SHOWN], [event("i", "impression", 0, None, visitor_id=None)]),
    "what was seen was clicked": ([SHOWN], [event("i", "click-notification", 0, None)]),
    "a click was on another address": (
        [CLICK],
        [event("k", "auto-message-click", 0, None, auto_message_id="m", url="/b")],
    ),
    "a click was none": ([CLICK], [event("k", "auto-message-shown", 0, None)]),
}


def account_of(number: int) -> str:
    """The account of a story."""
    return f"shop story {number}"


def told(delivery: int) -> list[File]:
    """The files of one delivery of all stories."""
    return [
        landed(
            feed,
            json_lines(
                {"account_id": account_of(number), **record}
                for number, story in enumerate(STORIES.values())
                for of_feed, record in story[delivery]
                if of_feed == feed
            ),
            DELIVERED + delivery,
            f"told-{delivery}",
        )
        for feed in (ONE_TO_ONE_EVENTS, ONE_TO_ONE_ORDERS)
    ]
