"""Three months at a shop's widget: who saw it, asked, was answered, rated and bought."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from demo.landing import DAY, HOUR, MINUTE
from demo.one_to_one.plans import ShopPlan

Json = dict[str, Any]
FIRST_DAY = date(2026, 4, 1)
DAYS = 91
HOUR_WEIGHTS = (1, 1, 0, 0, 0, 1, 2, 4, 6, 8, 9, 9, 10, 9, 9, 8, 8, 9, 10, 12, 13, 11, 7, 3)
OPEN_HOURS = range(9, 21)
TAGS = ("", "", "?utm_source=newsletter", "?gclid=Cj0KEQ&size=2#reviews", "#reviews")
FEEDBACK = (None, None, None, "", "Very kind, thank you!", "Picture froze twice", "Found my shade")


@dataclass
class Traffic:
    """What happened, in no order: events of the widget, and every firing of the purchase tag."""

    events: list[Json] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    requests: int = 0


@dataclass(frozen=True)
class Guest:
    """A visitor on a page."""

    visitor_id: str
    page_url: str


class Shop:
    """Writes down what happens in one shop."""

    def __init__(
        self, plan: ShopPlan, seed: str, visitors: int | None = None, label: str = ""
    ) -> None:
        self.plan = plan
        self.rng = random.Random(f"{seed} one_to_one {plan.account_id}")
        self.visitors = visitors or plan.visits_a_day * 25
        self.label = label  # in every id, so that shops simulated day by day do not share any
        self.traffic = Traffic()
        self.orders = 0

    def event(self, name: str, at: int, guest: Guest, **payload: Any) -> Json:
        """Write one event down; payloads without a value are left out."""
        number = len(self.traffic.events) + 1
        row = {
            "account_id": self.number(self.plan.account_id),
            "event_id": f"ev-{self.label}{number:06d}",
            "event_name": self.plan.prefix + name,
            "occurred_at": at,
            "visitor_id": guest.visitor_id,
            "page_url": guest.page_url,
            "payload": {key: value for key, value in payload.items() if value is not None},
        }
        self.traffic.events.append(row)
        return row

    def tag(
        self, order_id: str, at: int, visitor_id: str, subtotal: float, discount: float
    ) -> Json:
        """Write down that the thank-you page was open."""
        row = {
            "account_id": self.number(self.plan.account_id),
            "occurred_at": at,
            "visitor_id": visitor_id,
            "order_id": order_id,
            "currency": self.plan.currency,
            "subtotal": self.amount(subtotal),
            "total_discounts": self.amount(discount) if discount else None,
            "order_value": self.amount(round((subtotal - discount) * 1.2 + 4.9, 2)),
            "line_items": [{"sku": "SKU-1", "quantity": 1, "price": self.amount(subtotal)}],
        }
        if row["total_discounts"] is None:
            del row["total_discounts"]
        self.traffic.tags.append(row)
        return row

    def number(self, text: str) -> str | int:
        """An id of digits, as this collector writes it."""
        return int(text) if text.isdigit() and not self.plan.numbers_as_text else text

    def amount(self, value: float) -> str | float:
        """An amount, as this shop's tag writes it."""
        return f"{value:.2f}" if self.plan.numbers_as_text else value

    def page(self, path: str, tag: str = "") -> str:
        """The address of a page."""
        return f"https://{self.plan.domain}{path}{tag}"


def simulate(plan: ShopPlan, seed: int) -> Shop:
    """A shop after three months."""
    shop = Shop(plan, str(seed))
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        busy = plan.visits_a_day * (1.25 if day.weekday() >= 5 else 1.0)
        for _ in range(int(busy * shop.rng.uniform(0.85, 1.15))):
            visit(shop, day)
    return shop


def visit(shop: Shop, day: date) -> None:
    """One visit to a page with the widget on it."""
    rng, plan = shop.rng, shop.plan
    hour = rng.choices(range(24), HOUR_WEIGHTS)[0]
    midnight = datetime(day.year, day.month, day.day, tzinfo=plan.zone)
    at = int((midnight + timedelta(hours=hour)).timestamp() * 1000) + rng.randrange(HOUR)
    path, price = rng.choice(plan.pages)
    guest = Guest(f"v{rng.randrange(shop.visitors):05d}", shop.page(path, rng.choice(TAGS)))
    if rng.random() < 0.94:  # blockers let the widget load, and its impression be lost
        shop.event("impression", at, guest, widget_id="w-main")
    chance = rng.random()
    if chance < 0.14:
        at += rng.randrange(4_000, 3 * MINUTE)
        name = "click-notification" if rng.random() < 0.3 else "click-widget"
        shop.event(name, at, guest, widget_id="w-main")
    automatic = auto_message(shop, at, guest) if rng.random() < 0.2 else None
    interest = 0.02
    if chance < 0.10 or rng.random() < 0.05:
        opened = at + rng.randrange(5_000, 2 * MINUTE)
        interest = request(shop, opened, guest, hour, automatic)
    if rng.random() < interest:
        buy(shop, at, guest.visitor_id, price)


def auto_message(shop: Shop, at: int, guest: Guest) -> str | None:
    """A message that comes by itself; its id where it was clicked."""
    rng = shop.rng
    message, name, path = rng.choice(shop.plan.auto_messages)
    about = {"auto_message_id": message, "auto_message_name": name, "url": shop.page(path)}
    shop.event("auto-message-shown", at + 9_000, guest, **about)
    if rng.random() > 0.3:
        return None
    shop.event("auto-message-click", at + 9_000 + rng.randrange(2_000, 40_000), guest, **about)
    return message


def request(shop: Shop, at: int, guest: Guest, hour: int, automatic: str | None) -> float:
    """One request with all that follows; how likely the visitor buys after it."""
    rng = shop.rng
    shop.traffic.requests += 1
    request_id = f"rq-{shop.label}{shop.traffic.requests:05d}"
    agent_id, agent_name = rng.choice(shop.plan.agents)
    agent: Json = {"agent_id": shop.number(agent_id), "agent_name": agent_name}
    by_visitor = rng.random() < 0.62
    medium = "call" if rng.random() < 0.4 else "chat"
    about: Json = {"request_id": request_id}
    if by_visitor:
        name = "click-call-agent" if medium == "call" else "click-chat-with-agent"
        shop.event(name, at, guest, **about, auto_message_id=automatic)
        answered = rng.random() < (0.8 if hour in OPEN_HOURS else 0.15)
    else:
        shop.event(f"agent-start-{medium}", at, guest, **about, **agent)
        answered = rng.random() < 0.35
    if not answered:
        if rng.random() < 0.5:
            shop.event("message", at + 20_000, guest, **about, sender="auto")
        return 0.03
    side = "agent" if by_visitor else "visitor"
    at += rng.randrange(6_000, 2 * MINUTE)
    shop.event(f"{side}-answer-{medium}", at, guest, **about, **agent)
    at = talk(shop, at, guest, about, agent, medium)
    shop.event(f"{medium}-ended", at, guest, **about)
    if rng.random() < 0.4:
        survey(shop, at + rng.randrange(5_000, 5 * MINUTE), guest, about, agent)
    return 0.28 if medium == "call" else 0.16


def talk(shop: Shop, at: int, guest: Guest, about: Json, agent: Json, medium: str) -> int:
    """Messages to and fro, or a call with a line in it; the time it ends."""
    rng = shop.rng
    if medium == "call":
        at += rng.randrange(2 * MINUTE, 25 * MINUTE)
        if rng.random() < 0.3:
            shop.event("message", at - MINUTE, guest, **about, sender="agent", **agent)
        return at
    for _ in range(rng.randrange(1, 5)):
        at += rng.randrange(10_000, 3 * MINUTE)
        shop.event("message", at, guest, **about, sender="visitor")
        at += rng.randrange(10_000, 3 * MINUTE)
        shop.event("message", at, guest, **about, sender="agent", agent_id=agent["agent_id"])
    if rng.random() < 0.12:  # the chat becomes a call
        at += 30_000
        shop.event("visitor-answer-call", at, guest, **about)
        shop.event("agent-answer-call", at + 5_000, guest, **about, **agent)
        at += rng.randrange(3 * MINUTE, 15 * MINUTE)
    return at + rng.randrange(5_000, MINUTE)


def survey(shop: Shop, at: int, guest: Guest, about: Json, agent: Json) -> None:
    """The survey after it, filled in or closed out."""
    rng = shop.rng
    rating = rng.choices((5, 4, 3, 2, 1, None), (50, 22, 8, 4, 5, 11))[0]
    event = shop.event(
        "nps",
        at,
        guest,
        **about,
        **(agent if rng.random() < 0.8 else {}),
        feedback=rng.choice(FEEDBACK) if rating else None,
        status="submitted" if rating and rng.random() < 0.85 else "closed",
    )
    text = shop.plan.numbers_as_text and rating is not None and rng.random() < 0.5
    event["payload"]["rating"] = str(rating) if text else rating


def buy(shop: Shop, at: int, visitor_id: str, price: float) -> None:
    """An order within days, and the thank-you page opened again by some."""
    rng = shop.rng
    shop.orders += 1
    order_id = f"{'MS' if shop.plan.numbers_as_text else 'HB'}{shop.label}{10_000 + shop.orders}"
    at += int(rng.expovariate(1 / (2.5 * DAY))) + 5 * MINUTE
    subtotal = price * rng.choice((1, 1, 1, 2))
    discount = round(subtotal * rng.choice((0, 0, 0, 0.1, 0.15)), 2)
    shop.tag(order_id, at, visitor_id, subtotal, discount)
    while rng.random() < 0.15:
        at += rng.randrange(30_000, 2 * DAY)
        shop.tag(order_id, at, visitor_id, subtotal, discount)
