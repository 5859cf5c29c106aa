"""Two accounts whose visitors were dealt into arms, so that what messaging causes can be read.

Their chance is their own: the other accounts' files are the same with and without them. In
Fernhill Cycles each campaign holds visitors out by itself: one sells more, one does not, one holds
out too few because phones are never held out, and one is too small to say anything. Quayside Books
holds out one visitor in five for the whole site.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from demo.landing import DAY, HOUR, MINUTE, Landing, file_name, to_line
from demo.liveperson.brands import Brand, Campaign, build_brand
from demo.liveperson.configuration import entities
from demo.liveperson.conversation import Conversation, Message
from demo.liveperson.delivery import Delivery
from demo.liveperson.plans import BrandPlan, LobPlan
from demo.liveperson.traffic import Traffic
from demo.liveperson.visit import Eligibility, Goal, Impression, Visit
from demo.liveperson.visits import new_uuid

FIRST_DAY = round(datetime(2026, 4, 1, tzinfo=UTC).timestamp() * 1000)
#: Visitors come until 20 June; the data end on the 30th, so that the last spans are still open.
DAYS = 80
HELD_OUT = 0.2


@dataclass(frozen=True)
class Trial:
    """A campaign's visitors: how many, and the share of each arm that buys."""

    visitors: int
    bought_in_test: float
    bought_in_control: float
    phones_held_out: bool = True


TRIALS = {
    "Fit Advice": Trial(2_000, 0.16, 0.08),
    "Basket Help": Trial(2_000, 0.10, 0.10),
    "Workshop Chat": Trial(1_200, 0.10, 0.10, phones_held_out=False),
    "Trade Desk": Trial(120, 0.12, 0.10),
    "Reading Room": Trial(1_500, 0.13, 0.09),
}


def _lobs(*names: str) -> tuple[LobPlan, ...]:
    """One line of business, each campaign with a single invitation."""
    return (
        (
            "Shop",
            tuple(
                (name, "sell", ((f"{name} - sticky button", "Product pages", "messaging"),))
                for name in names
            ),
        ),
    )


TRIAL_PLANS = (
    BrandPlan(
        "36431515", "Fernhill Cycles", "fernhill-cycles.example", "Europe/Dublin", "EUR", 0, 0, 2,
        _lobs("Fit Advice", "Basket Help", "Workshop Chat", "Trade Desk"),
        (("bikes", "Commuter frame", 640.0),), ("Sales",), control_level="campaign",
        window_days=14, control_share=HELD_OUT, weekly=True,
    ),
    BrandPlan(
        "36431626", "Quayside Books", "quayside-books.example", "America/Halifax", "CAD", 0, 0, 2,
        _lobs("Reading Room"), (("books", "Signed first edition", 58.0),), ("Sales",),
        window_days=14, control_share=HELD_OUT, weekly=True,
    ),
)  # fmt: skip
STAFF = ("Orla Finnane", "Padraig Teel", "Simone Aucoin", "Grant Mosher")


def write_trials(landing: Landing, seed: int) -> None:
    """Write visits, conversations and configuration of the accounts."""
    names = iter(STAFF)
    for plan in TRIAL_PLANS:
        brand = build_brand(plan, names)
        traffic = _traffic(random.Random(f"{seed} trial {plan.account_id}"), brand)
        delivery = Delivery(landing, seed, brand)
        delivery.faulty = False  # broken lines are the other accounts' part
        delivery.visits(traffic)
        delivery.conversations(traffic)
        name = file_name("Configuration", FIRST_DAY - DAY, FIRST_DAY, "export", gz=False)
        lines = [to_line(entity) for entity in entities(brand)]
        landing.write("liveperson/configuration", f"{brand.account_id}/{name}", lines)
        landing.count("visits", len(traffic.visits))
        landing.count("conversations", len(traffic.conversations))


def _traffic(rng: random.Random, brand: Brand) -> Traffic:
    """Everything that happened at an account, in order of time."""
    traffic = Traffic()
    for campaign in brand.campaigns:
        for _ in range(TRIALS[campaign.name].visitors):
            for visit, conversation in _visits(rng, brand, campaign):
                traffic.visits.append(visit)
                if conversation is not None:
                    traffic.conversations.append(conversation)
    traffic.visits.sort(key=lambda visit: (visit.start, visit.visit_id))
    traffic.conversations.sort(key=lambda made: (made.start, made.id))
    return traffic


def _visits(
    rng: random.Random, brand: Brand, campaign: Campaign
) -> Iterator[tuple[Visit, Conversation | None]]:
    """A visitor's one or two visits; the arm is dealt once and kept.

    Those who want to buy also talk more: of TEST's buyers 60 % talk, of the others 8 %. That is why
    the rate after a conversation says little about what conversations cause.
    """
    trial = TRIALS[campaign.name]
    visitor = new_uuid(rng)
    device = rng.choice(("DESKTOP", "DESKTOP", "MOBILE", "MOBILE", "TABLET"))
    dealt = rng.random() < HELD_OUT
    held_out = dealt and (trial.phones_held_out or device != "MOBILE")
    arm = "CONTROL" if held_out else "TEST"
    buys = rng.random() < (trial.bought_in_control if held_out else trial.bought_in_test)
    start = FIRST_DAY + rng.randrange(DAYS * DAY)
    count = 2 if rng.random() < 0.25 else 1
    for number in range(count):
        visit = _visit(rng, brand, campaign, visitor, device, arm, start)
        conversation = None
        if arm == "TEST" and rng.random() < 0.7:
            shown = _shown(campaign, visit, "Show", MINUTE)
            visit.impressions.append(shown)
            if number == 0 and rng.random() < (0.6 if buys else 0.08):
                visit.impressions.append(_shown(campaign, visit, "Accept", 2 * MINUTE))
                conversation = _conversation(rng, brand, campaign, visit)
        if buys and number == count - 1:
            visit.goals.append(_order(rng, brand, campaign, visit))
        yield visit, conversation
        start += rng.randrange(DAY, 10 * DAY)


def _visit(
    rng: random.Random,
    brand: Brand,
    campaign: Campaign,
    visitor: str,
    device: str,
    arm: str,
    start: int,
) -> Visit:
    """A visit that is eligible for its campaign; who decides the arm is the account's level."""
    by_site = brand.plan.control_level == "site"
    visit = Visit(
        account_id=brand.account_id,
        visit_id=new_uuid(rng),
        visitor_id=visitor,
        start=start,
        end=start + rng.randrange(5 * MINUTE, HOUR),
        device=device,
        site_arm=arm if by_site else "NA",
    )
    offered = (campaign, list(campaign.engagements), "NA" if by_site else arm)
    visit.eligibility.append(Eligibility(start + MINUTE // 2, [offered]))
    return visit


def _shown(campaign: Campaign, visit: Visit, kind: str, after: int) -> Impression:
    """Something that happened to the campaign's invitation."""
    (engagement,) = campaign.engagements
    return Impression(f"{visit.visit_id}.1", kind, "1", engagement, campaign, visit.start + after)


def _order(rng: random.Random, brand: Brand, campaign: Campaign, visit: Visit) -> Goal:
    """What a buyer buys at the end of a visit."""
    ((_, _, price),) = brand.plan.products
    total = round(price * rng.choice((0.2, 0.5, 1, 1, 2)), 2)
    meta = {"total": total, "orderId": new_uuid(rng)}
    return Goal(new_uuid(rng), visit.end - MINUTE, "sell", campaign.goal_id, meta)


def _conversation(
    rng: random.Random, brand: Brand, campaign: Campaign, visit: Visit
) -> Conversation:
    """A short talk with whoever is there."""
    agent = rng.choice(brand.people)
    start = visit.start + 2 * MINUTE
    (engagement,) = campaign.engagements
    return Conversation(
        id=new_uuid(rng),
        brand=brand,
        start=start,
        source="SHARK",
        consumer_id=new_uuid(rng),
        skill_id=agent.skill_id,
        session_id=visit.visit_id,
        engagement=engagement,
        device=visit.device,
        end=start + 20 * MINUTE,
        messages=[
            Message(start, "Which of these would suit me?", None),
            Message(start + MINUTE, "Happy to help. What do you need it for?", agent),
            Message(start + 3 * MINUTE, "Every day, in any weather.", None),
        ],
        joined=[(start + MINUTE, agent, "ASSIGNED_AGENT")],
    )
