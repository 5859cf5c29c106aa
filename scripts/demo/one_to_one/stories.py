"""Stories to trace through the warehouse, written by hand among the simulated traffic.

Every visitor, request and order of a story begins with `story-<name>`.

past-midnight   Marisol Skin Studio. A call is asked for on 14 May 23:50 Los Angeles time and answered
                at 00:05: a request, and a video conversation of 18 minutes, of 14 May.
chat-then-call  Marisol. A chat on 4 May with Noor, a call on 6 May with Tom, an order of 100.00 less
                12.00 on 7 May: one order, 88.00 GMV because of the call, and 88.00 of sales for Tom,
                whose conversation is the latest.
window-edge     Hollin & Byrd (14 days). A call on 4 May 10:00:00.000 UTC, an order on 18 May
                10:00:00.000: counted. Another, one millisecond later: not.
reload          Hollin & Byrd. The thank-you page of one order is opened on 3 June and again on 5 June;
                the later tag arrives first. The order is of 3 June.
nobody-opened   Hollin & Byrd. The opening event is lost: the message of an agent opens the request, the
                visitor's answer makes it a conversation, begun by the agent.
auto-alone      Marisol. An auto message and a survey without a request before them: a survey of its
                date, and no request.
"""

from __future__ import annotations

from datetime import datetime

from demo.landing import MINUTE
from demo.one_to_one.traffic import Guest, Shop

NUMBER = 6
OVERTAKEN = "story-reload"  # the order whose first tag arrives after its second


def at(text: str) -> int:
    """A UTC time as epoch milliseconds."""
    return int(datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


def add_stories(shop: Shop) -> None:
    """The stories of a shop."""
    if shop.plan.prefix:
        past_midnight(shop)
        chat_then_call(shop)
        auto_alone(shop)
    else:
        window_edge(shop)
        reload_of_an_order(shop)
        nobody_opened(shop)


def guest_of(shop: Shop, story: str) -> Guest:
    """The visitor of a story, on the first product's page."""
    return Guest(f"story-{story}", shop.page(shop.plan.pages[0][0], "?story=1"))


def past_midnight(shop: Shop) -> None:
    """A conversation belongs to the date it was asked for."""
    guest, start = guest_of(shop, "past-midnight"), at("2026-05-15T06:50")
    about = {"request_id": "story-past-midnight"}
    agent_id, name = shop.plan.agents[0]
    shop.event("click-call-agent", start, guest, **about)
    shop.event(
        "agent-answer-call", start + 15 * MINUTE, guest, **about, agent_id=agent_id, agent_name=name
    )
    shop.event("call-ended", start + 18 * MINUTE, guest, **about)


def chat_then_call(shop: Shop) -> None:
    """GMV needs a video conversation, an agent's sale the latest one."""
    guest = guest_of(shop, "chat-then-call")
    (noor, her_name), _, (tom, his_name), _ = shop.plan.agents
    chat, call = {"request_id": "story-chat"}, {"request_id": "story-call"}
    start = at("2026-05-04T18:00")
    shop.event("click-chat-with-agent", start, guest, **chat)
    shop.event(
        "message",
        start + MINUTE,
        guest,
        **chat,
        sender="agent",
        agent_id=noor,
        agent_name=her_name,
    )
    start = at("2026-05-06T18:00")
    shop.event("agent-start-call", start, guest, **call, agent_id=tom, agent_name=his_name)
    shop.event("visitor-answer-call", start + MINUTE, guest, **call)
    shop.event("call-ended", start + 9 * MINUTE, guest, **call)
    shop.tag("story-chat-then-call", at("2026-05-07T18:00"), guest.visitor_id, 100.0, 12.0)


def auto_alone(shop: Shop) -> None:
    """What opens no request."""
    guest, about = guest_of(shop, "auto-alone"), {"request_id": "story-auto-alone"}
    shop.event("message", at("2026-05-20T18:00"), guest, **about, sender="auto")
    survey = shop.event("nps", at("2026-05-20T18:05"), guest, **about, status="closed")
    survey["payload"]["rating"] = 3


def window_edge(shop: Shop) -> None:
    """Both ends of a window belong to it."""
    guest, start = guest_of(shop, "window-edge"), at("2026-05-04T10:00")
    about = {"request_id": "story-window-edge"}
    shop.event("click-call-agent", start, guest, **about)
    shop.event("agent-answer-call", start + MINUTE, guest, **about, agent_id=501)
    shop.tag("story-window-edge", at("2026-05-18T10:00"), guest.visitor_id, 365.0, 0)
    shop.tag("story-window-missed", at("2026-05-18T10:00") + 1, guest.visitor_id, 365.0, 0)


def reload_of_an_order(shop: Shop) -> None:
    """The earliest tag counts, whichever arrives first; see `delivery`."""
    shop.tag(OVERTAKEN, at("2026-06-03T12:00"), "story-reload", 780.0, 78.0)
    shop.tag(OVERTAKEN, at("2026-06-05T12:00"), "story-reload", 780.0, 78.0)


def nobody_opened(shop: Shop) -> None:
    """The first event that may open a request does, where its opening was lost."""
    guest, start = guest_of(shop, "nobody-opened"), at("2026-06-10T09:00")
    about = {"request_id": "story-nobody-opened"}
    shop.event("message", start, guest, **about, sender="agent", agent_id="502")
    shop.event("message", start + MINUTE, guest, **about, sender="visitor")
