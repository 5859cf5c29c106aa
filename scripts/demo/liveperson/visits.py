"""Simulating visits: where people go, what they are offered, what they accept and buy."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from demo.landing import DAY, MINUTE
from demo.liveperson import texts
from demo.liveperson.brands import Brand, Campaign, Engagement
from demo.liveperson.visit import Eligibility, Goal, Impression, Page, Visit

NEXT_SECTION = {
    "home": (("category", 5), ("product", 3), ("help", 1), ("account", 1), ("trade", 1)),
    "category": (("product", 6), ("category", 3), ("home", 1)),
    "product": (("product", 4), ("category", 3), ("basket", 2), ("help", 1)),
    "basket": (("product", 3), ("basket", 1), ("category", 1)),
    "help": (("account", 3), ("help", 3), ("home", 1)),
    "account": (("help", 3), ("home", 2), ("product", 1)),
    "trade": (("trade", 3), ("home", 1)),
}
FIRST_SECTION = (("home", 33), ("category", 26), ("product", 26), ("help", 9), ("account", 6))
DEVICE_WEIGHTS = [row[0] for row in texts.DEVICES]


@dataclass
class Visitor:
    """A browser; `roll` decides its arms once and for all: a number in [0, 1) for each key."""

    id: str
    roll: Callable[[str], float]
    interest: float
    device: tuple[int, str, str, str]
    engaged_at: int = 0
    shown_at: int = 0
    last_order: tuple[str, str, int] | None = None  # order id, total, campaign goal id
    reload_due: bool = False


@dataclass
class Outcome:
    """A visit, and the invitation that became a conversation in it."""

    visit: Visit
    accepted: Impression | None = None
    bought: list[str] = field(default_factory=list)


def new_uuid(rng: random.Random) -> str:
    """A version 4 UUID out of seeded chance."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def pick(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    """One of the weighted names."""
    names, weights = zip(*weighted, strict=True)
    return str(rng.choices(names, weights)[0])


def arm(brand: Brand, visitor: Visitor, key: str) -> str:
    """CONTROL for the account's share of visitors, else TEST; the key is a campaign or the site."""
    share = 0.1 if brand.plan.control_share is None else brand.plan.control_share
    return "CONTROL" if visitor.roll(key) < share else "TEST"


def site_arm(brand: Brand, visitor: Visitor) -> str:
    """The visitor's arm where the account holds out by site."""
    return arm(brand, visitor, "site") if brand.plan.control_level == "site" else "NA"


def campaign_arm(brand: Brand, visitor: Visitor, campaign: Campaign) -> str:
    """The visitor's arm in a campaign where the account holds out by campaign."""
    if brand.plan.control_level != "campaign":
        return "NA"
    return arm(brand, visitor, str(campaign.id))


def staffed_state(brand: Brand, at: int, rng: random.Random) -> str:
    """Online, busy or offline, by the shifts at that moment."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(brand.zone)
    hour = local.hour + local.minute / 60
    if not any(agent.on_shift(local.weekday(), hour) for agent in brand.people):
        return "2"
    return "4" if rng.random() < 0.07 else "1"


def _walk(rng: random.Random, brand: Brand, visit: Visit, buys: bool) -> list[tuple[str, Page]]:
    """The pages of a visit, each with the section that it belongs to."""
    section = pick(rng, FIRST_SECTION)
    sections = [section]
    while len(sections) < 14 and rng.random() < 0.76:
        section = pick(rng, NEXT_SECTION[section])
        sections.append(section)
    if buys:
        sections += ["product", "basket", "checkout", "thanks"]
    at, referrer = visit.start + rng.randrange(40, 900), rng.choice(texts.REFERRERS)
    walked = []
    for position, section in enumerate(sections):
        category, product, _ = rng.choice(brand.plan.products)
        path = texts.FIXED_PATHS.get(section, f"/c/{category}?page={rng.randrange(1, 4)}")
        if section == "product":
            path = f"/p/{product.lower().replace(' ', '-')}?v={rng.randrange(100, 999)}"
        elif position == 0 and section in ("home", "help"):
            path += rng.choice(texts.CAMPAIGN_TAGS)
        url = f"https://www.{brand.plan.domain}{path}"
        walked.append((section, Page(at, url, referrer, [section, category])))
        referrer = url
        at += int(min(rng.lognormvariate(10.4, 0.9), 25 * MINUTE))
    visit.end = at + rng.randrange(5_000, 60_000)
    visit.pages = [page for _, page in walked]
    return walked


def _evaluate(
    rng: random.Random, brand: Brand, visitor: Visitor, visit: Visit, walked: list[tuple[str, Page]]
) -> dict[int, tuple[Campaign, Engagement, int]]:
    """Fill the visit's eligibility; return each eligible engagement with its first time."""
    first: dict[int, tuple[Campaign, Engagement, int]] = {}
    for position, (section, page) in enumerate(walked):
        rows = []
        for campaign in brand.campaigns:
            fitting = [
                engagement
                for engagement in campaign.engagements
                if engagement.section == section and visitor.roll(f"e{engagement.id}") < 0.5
            ]
            if fitting:
                rows.append((campaign, fitting, campaign_arm(brand, visitor, campaign)))
        # The vendor evaluates again and again; most repeats are kept, some are lost.
        if rows and (position < 2 or rng.random() < 0.6):
            at = page.at + rng.randrange(60, 700)
            visit.eligibility.append(Eligibility(at, rows))
            for campaign, fitting, _ in rows:
                for engagement in fitting:
                    first.setdefault(engagement.id, (campaign, engagement, at))
    return first


def _offer(
    rng: random.Random,
    brand: Brand,
    visitor: Visitor,
    visit: Visit,
    eligible: dict[int, tuple[Campaign, Engagement, int]],
) -> Impression | None:
    """Show invitations to those not held out; return the one that opens a conversation."""
    if visit.site_arm == "CONTROL":
        return None
    accepted: Impression | None = None
    instance = 0
    for campaign, engagement, at in eligible.values():
        if campaign_arm(brand, visitor, campaign) == "CONTROL" or rng.random() > 0.5:
            continue
        instance += 1
        content = engagement.kind == "content"
        state = "0" if content else staffed_state(brand, at, rng)
        shown_at = at + rng.randrange(300, 6_000)
        show = Impression(str(instance), "Show", state, engagement, campaign, shown_at)
        visit.impressions.append(show)
        visitor.shown_at = show.at
        if rng.random() < 0.05:
            visit.impressions.append(show)  # the same impression reported twice
        chance = {"0": 0.05, "1": 0.115, "2": 0.02, "4": 0.015}[state] * visitor.interest
        later = show.at + rng.randrange(2_000, 40_000)
        if rng.random() < chance:
            accept = Impression(str(instance), "Accept", state, engagement, campaign, later)
            visit.impressions.append(accept)
            if not content and accepted is None and rng.random() < 0.93:
                accepted = accept
        elif rng.random() < 0.22:
            kind = rng.choice(("Close", "Timeout"))
            visit.impressions.append(
                Impression(str(instance), kind, state, engagement, campaign, later)
            )
    return accepted


def money(rng: random.Random, brand: Brand) -> float:
    """An order value."""
    price = rng.choice(brand.plan.products)[2]
    return round(price * rng.choice((1, 1, 1, 2)) * rng.uniform(0.8, 1.15), 2)


def purchase(rng: random.Random, at: int, order: tuple[str, str, int]) -> Goal:
    """A purchase goal of an order; totals come as numbers or as text, some without order id."""
    order_id, total, goal_id = order
    amount: object = total if rng.random() < 0.1 else float(total)
    meta = {"total": amount, "orderId": order_id, "cartStatus": "PURCHASED"}
    if rng.random() < 0.02:
        del meta["orderId"]
    return Goal(new_uuid(rng), at, "sell", goal_id, meta)


def _achieve(
    rng: random.Random, brand: Brand, visit: Visit, walked: list[tuple[str, Page]], accepted: bool
) -> None:
    """Leads, services, url and other goals."""

    def goal(kind: str, at: int, **meta: object) -> None:
        found = [c.goal_id for c in brand.campaigns if c.goal_kind == kind]
        goal_id = found[0] if found else brand.campaigns[0].goal_id + 5
        visit.goals.append(Goal(new_uuid(rng), at + 450, kind, goal_id, dict(meta)))

    for section, page in walked:
        draw = rng.random()
        if section == "trade" and draw < 0.1:
            value = float(rng.randrange(40, 400))
            goal("lead", page.at, topic="Trade account", leadId=new_uuid(rng)[:8], value=value)
        elif section == "account" and draw < 0.025:
            goal("service", page.at, topic="Order status viewed", status="SUCCESS")
        elif section == "help" and draw < 0.015:
            goal("service", page.at, topic="Return registered", status="SUCCESS")
        elif section == "home" and draw < 0.03:
            goal("url", page.at)
        elif section == "basket" and draw < 0.08:
            goal("abandonment", page.at, numberOfPages=len(walked))
    if accepted and rng.random() < 0.3:
        goal("interaction", visit.end - 5_000)


def simulate_visit(rng: random.Random, brand: Brand, visitor: Visitor, start: int) -> Outcome:
    """One visit of a visitor; what happened to the visitor before changes what happens now."""
    _, family, system, agent = visitor.device
    visit_id = f"{visitor.id}.{rng.getrandbits(160):040x}"
    visit = Visit(brand.account_id, visit_id, visitor.id, start, start)
    visit.device, visit.device_os, visit.user_agent = family, system, agent
    visit.site_arm = site_arm(brand, visitor)
    outcome = Outcome(visit)
    recently = start - 7 * DAY
    chance = 0.0135 * visitor.interest
    chance += 0.055 * (visitor.engaged_at > recently) + 0.004 * (visitor.shown_at > recently)
    buys = rng.random() < chance
    walked = _walk(rng, brand, visit, buys)
    eligible = _evaluate(rng, brand, visitor, visit, walked)
    outcome.accepted = _offer(rng, brand, visitor, visit, eligible)
    if outcome.accepted:
        visitor.engaged_at = outcome.accepted.at
        if not buys and rng.random() < 0.08:
            buys = True
            last = visit.pages[-1]
            at = max(visit.end, outcome.accepted.at) + rng.randrange(2 * MINUTE, 20 * MINUTE)
            url = f"https://www.{brand.plan.domain}{texts.FIXED_PATHS['thanks']}"
            visit.pages.append(Page(at, url, last.url, ["thanks"]))
            visit.end = at + 20_000
    if buys:
        goals = [c.goal_id for c in brand.campaigns if c.goal_kind == "sell"]
        order_id = f"{brand.plan.name[:2].upper()}-{rng.randrange(10**7, 10**8)}"
        order = (order_id, f"{money(rng, brand):.2f}", rng.choice(goals or [0]))
        at = visit.pages[-1].at + 300
        visit.goals.append(purchase(rng, at, order))
        if rng.random() < 0.03:
            visit.goals.append(purchase(rng, at + 9_000, order))
        visitor.last_order, visitor.reload_due = order, rng.random() < 0.06
        outcome.bought.append(order_id)
    elif visitor.reload_due and visitor.last_order:
        visit.goals.append(purchase(rng, visit.pages[0].at + 400, visitor.last_order))
        visitor.reload_due = False
    _achieve(rng, brand, visit, walked, outcome.accepted is not None)
    if rng.random() < 0.4:
        customer = f"C{rng.randrange(10**6, 10**7)}"
        shown = {"customerStatus": "returning", "customerType": None, "customerId": customer}
        visit.attributes.append((visit.pages[0].at + 200, "CustomerInfo", shown))
    visit.end = max([visit.end, *(i.at + 1_000 for i in visit.impressions)])
    return outcome
