"""Three months of an account: visitors who come back, and the conversations they begin."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from demo.landing import DAY, HOUR, MINUTE
from demo.liveperson import texts
from demo.liveperson.agents import Change, simulate_changes
from demo.liveperson.brands import Brand
from demo.liveperson.conversation import Conversation
from demo.liveperson.conversations import simulate_conversation
from demo.liveperson.visit import Visit
from demo.liveperson.visits import DEVICE_WEIGHTS, Outcome, Visitor, pick, simulate_visit

FIRST_DAY = date(2026, 4, 1)
DAYS = 91
NEW_TAG = 1_777_593_600_000  # 2026-05-01
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 10, 10, 9, 9, 9, 10, 12, 13, 11, 8, 4)
WEEKDAY_WEIGHTS = (1.05, 1.0, 0.95, 0.95, 0.9, 1.0, 1.15)
ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass
class Traffic:
    """What happened at one account."""

    visits: list[Visit] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def draw_of(visitor_id: str, key: str) -> float:
    """A stable number in [0, 1) for a visitor and a key."""
    return zlib.crc32(f"{visitor_id}:{key}".encode()) / 2**32


def new_visitor(rng: random.Random, visitor_id: str, roll: Callable[[str], float]) -> Visitor:
    """A visitor with a device and more or less interest."""
    device = rng.choices(texts.DEVICES, DEVICE_WEIGHTS)[0]
    return Visitor(visitor_id, roll, rng.lognormvariate(-0.12, 0.5), device)


def local_ms(brand: Brand, day: date, hour: int, rest: int) -> int:
    """A local clock time as epoch milliseconds."""
    local = datetime(day.year, day.month, day.day, hour, tzinfo=brand.zone)
    return int(local.timestamp()) * 1000 + rest


def random_moment(rng: random.Random, brand: Brand) -> int:
    """A moment when people shop: evenings and weekends more, and slow growth over the months."""
    days = range(DAYS)
    weights = [WEEKDAY_WEIGHTS[(FIRST_DAY.weekday() + day) % 7] * (1 + day / 500) for day in days]
    day = FIRST_DAY + timedelta(days=rng.choices(days, weights)[0])
    hour = rng.choices(range(24), HOUR_WEIGHTS)[0]
    return local_ms(brand, day, hour, rng.randrange(HOUR))


def _converse(rng: random.Random, brand: Brand, outcome: Outcome) -> Conversation | None:
    """The conversation that an accepted invitation begins."""
    if outcome.accepted is None:
        return None
    visit = outcome.visit
    start = outcome.accepted.at + rng.randrange(2_000, 25_000)
    made = simulate_conversation(
        rng, brand, start, "SHARK", engagement=outcome.accepted.engagement, device=visit.device
    )
    # A few records have lost the visit they began in.
    made.session_id = visit.visit_id if rng.random() > 0.02 else None
    return made


def simulate_traffic(seed: int, brand: Brand) -> Traffic:
    """All visits, conversations and agent states of an account."""
    rng = random.Random(f"{seed} {brand.account_id}")
    traffic = Traffic()
    last = local_ms(brand, FIRST_DAY + timedelta(days=DAYS), 0, 0)
    while len(traffic.visits) < brand.plan.visits:
        visitor_id = "".join(rng.choices(ID_LETTERS, k=22))
        visitor = new_visitor(rng, visitor_id, partial(draw_of, visitor_id))
        at = random_moment(rng, brand)
        while at < last - 30 * MINUTE:
            outcome = simulate_visit(rng, brand, visitor, at)
            conversation = _converse(rng, brand, outcome)
            # One shop ran the old tag until May: no engagement id, no time on impressions.
            old_tag = brand.plan.form == "documentation" and at < NEW_TAG
            outcome.visit.old_schema = old_tag and rng.random() < 0.5
            traffic.visits.append(outcome.visit)
            if conversation:
                traffic.conversations.append(conversation)
            if rng.random() > (0.75 if outcome.accepted else 0.34):
                break
            pause = rng.randrange(40 * MINUTE, 7 * HOUR) if rng.random() < 0.2 else 0
            pause = pause or int(rng.expovariate(1 / 5) * DAY) + HOUR
            at = max(at, outcome.visit.end) + pause
    app = brand.engagement("app", "app")
    for _ in range(brand.plan.direct_conversations):
        source = pick(rng, brand.plan.sources)
        engagement = app if source == "APP" else None
        start = random_moment(rng, brand)
        made = simulate_conversation(rng, brand, start, source, engagement=engagement)
        traffic.conversations.append(made)
    if not brand.plan.weekly:
        traffic.changes = simulate_changes(rng, brand, FIRST_DAY, DAYS)
    return traffic
