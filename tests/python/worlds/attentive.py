"""Text messaging accounts: few phones, few instants, so that windows end where messages begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .dice import ABSENT, DAY, HOUR, MINUTE, Dice, record

EVENTS = "attentive/events"
ORDERS = "attentive/orders"

#: The same everywhere: a phone texts with several accounts. One number is spelt in two ways: two ids.
PHONES = ("+13115550101", "+1 (311) 555-0101", "13115550101", "+447700900104")
CAMPAIGNS = ("7", "70", "c-x", "C-x", "9")
JOURNEYS = ("7", "8", "80", "j-x", "é", "unknown")
PROGRAMS = (ABSENT, ABSENT, "CONCIERGE", "LIVE_SMS", "LIVE_SMS")
ODD_PROGRAMS = (None, "NA", "VOICE", "live_sms", "FAX")
ORDER_IDS = ("o1", "1001", "o2", "9")
PRICES = ("19.99", "10", "0.1", "0.2", "1e2", "0", "-5", "33.333333")
IDLE = ("", "", "48", "48", "1", "0.5", "0", "24", "72", "1e1", "36500")
DAYS = ("", "", "5", "0", "1", "2", "0.5", ".5", "3.")
STAGES = (
    ("America/New_York", "2024-03-10"),
    ("America/New_York", "2024-11-03"),
    ("Europe/London", "2024-03-31"),
    ("Asia/Kathmandu", "2023-12-31"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Pacific/Apia", "2011-12-31"),
    ("UTC", "2024-01-01"),
    ("", "2024-02-28"),
)


@dataclass
class Brand:
    """What the records of an account are drawn from."""

    account: str
    dice: Dice
    settings: dict[str, str]
    listed: bool
    phones: tuple[str, ...]
    programs: tuple[Any, ...]
    moments: list[int]

    def moment(self) -> int:
        """One of the instants at which things happen."""
        return self.dice.pick(self.moments)

    def phone(self) -> str | None:
        """One of the phones, rarely none."""
        return None if self.dice.chance(0.04) else self.dice.pick(self.phones)

    def program(self) -> Any:
        """One of the two programs, absent where it is the first, or something else."""
        return self.dice.pick(ODD_PROGRAMS if self.dice.chance(0.08) else self.programs)


def make_brand(account: str, seed: str) -> Brand:
    """Draw an account."""
    dice = Dice(seed)
    dice.mess = dice.pick((0.0, 0.1, 0.3))
    zone, day = dice.pick(STAGES)
    idle, days = dice.pick(IDLE), dice.pick(DAYS)
    listed = dice.chance(0.93)
    if not listed:
        zone = idle = days = ""
    return Brand(
        account=account,
        dice=dice,
        settings={
            "system": "attentive",
            "timezone": zone,
            "concierge_idle_hours": idle,
            "concierge_attribution_days": days,
        },
        listed=listed,
        phones=tuple(dice.some(PHONES, dice.pick((1, 2, 2, 3)), least=1)),
        programs=dice.pick((PROGRAMS, PROGRAMS, (ABSENT,), ("LIVE_SMS",))),
        moments=moments(dice, zone or "UTC", day, length(idle, 48), length(days, 5)),
    )


def length(text: str, default: float) -> float:
    """A setting as the number it stands for."""
    try:
        found = float(text)
    except ValueError:
        return default
    return found if found >= 0 else default


def moments(dice: Dice, zone: str, day: str, idle: float, days: float) -> list[int]:
    """Chains of instants, each at the limit of something after the one before."""
    edges = (idle * HOUR, 48 * HOUR, days * DAY, idle * HOUR / 2, HOUR, 24 * HOUR, 30 * MINUTE)
    first = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    found = []
    for _ in range(dice.between(1, 3)):
        clock = first + timedelta(days=dice.between(-2, 2), hours=dice.pick((0, 0, 1, 2, 23, 12)))
        now = round(clock.timestamp() * 1000)
        found.append(now)
        for _ in range(dice.between(2, 6)):
            now += int(dice.pick(edges))
            if dice.chance(0.25):
                now += dice.pick((1, -1))
            found.append(now)
    if dice.chance(0.03):
        found.append(dice.pick((946_684_800_000, 4_102_444_799_999)))
    return found


def events(brand: Brand) -> list[list[dict[str, Any]]]:
    """The events, each with the retries that followed it."""
    dice = brand.dice
    kinds: tuple[Callable[[Brand], dict[str, Any]], ...] = (
        *(inbound,) * 6,
        *(sent,) * 8,
        *(escalation,) * 3,
        other,
    )
    found = []
    for _ in range(dice.between(0 if dice.chance(0.1) else 8, 48)):
        one = dice.litter(dice.pick(kinds)(brand))
        retries = dice.pick((0, 0, 0, 1, 2))
        found.append([one, *(reordered(dice, one) for _ in range(retries))])
    return found


def reordered(dice: Dice, value: Any) -> Any:
    """The same JSON with the keys of its objects in another order."""
    if isinstance(value, dict):
        return {key: reordered(dice, value[key]) for key in dice.shuffled(list(value))}
    if isinstance(value, list):
        return [reordered(dice, item) for item in value]
    return value


def event(brand: Brand, kind: Any, message: Any) -> dict[str, Any]:
    """The envelope of a webhook."""
    dice = brand.dice
    phone = brand.phone()
    subscriber = record(
        phone=dice.id(phone),
        email=dice.pick((ABSENT, "kim@example.com", None)),
        external_id=dice.pick((ABSENT, 123456789012345, "x")),
    )
    company = record(company_id=dice.id(brand.account), display_name=dice.pick((ABSENT, "Acme")))
    if phone is None and dice.chance(0.5):
        subscriber = dice.pick((None, "x", []))
    if dice.chance(0.01):
        company = dice.pick((ABSENT, None, "x", {"company_id": None}, {"company_id": "NA"}))
    return record(
        type=kind,
        timestamp=dice.time(brand.moment()),
        company=company,
        subscriber=subscriber,
        message=message,
    )


def inbound(brand: Brand) -> dict[str, Any]:
    """A text from a subscriber."""
    dice = brand.dice
    kind = dice.pick(("TYPE_CONVERSATION",) * 6 + ("TYPE_KEYWORD", "TYPE_NEW", None))
    message = record(
        type=dice.name(kind),
        text=dice.pick(("Is it in stock?", "YES", "", ABSENT, "NA", "Größe 38? 👠")),
        to_phone="+10000000001",
        program=brand.program(),
    )
    if dice.chance(0.03):
        message = dice.pick((ABSENT, None, "TYPE_CONVERSATION", [message]))
    return event(brand, "sms.inbound_message", message)


def sent(brand: Brand) -> dict[str, Any]:
    """A text to a subscriber."""
    dice = brand.dice
    pool = (
        ("CONCIERGE",) * 5 + ("CAMPAIGN",) * 3 + ("JOURNEY",) * 4 + ("TRANSACTIONAL", "NEW", None)
    )
    kind = dice.pick(pool)
    campaign = journey = ABSENT
    if kind == "CAMPAIGN" or dice.chance(0.05):
        campaign = member(dice, CAMPAIGNS)
    if kind == "JOURNEY" or dice.chance(0.05):
        journey = member(dice, JOURNEYS)
    message = record(
        id=dice.pick((ABSENT, dice.between(1, 99))),
        type=dice.name(kind),
        campaign=campaign,
        journey=journey,
        agent=dice.pick((ABSENT, None, {"id": 5, "name": "Ann"})),
        program=brand.program(),
    )
    if dice.chance(0.05):
        message = dice.pick((ABSENT, None, {}, "x"))
    return event(brand, "sms.sent", message)


def member(dice: Dice, pool: tuple[str, ...]) -> Any:
    """A campaign or a journey, sometimes without an id."""
    if dice.chance(0.1):
        return dice.pick((ABSENT, None, {}, {"id": None}, {"id": "NA", "name": "x"}, "7", [7]))
    return {"id": dice.id(dice.pick(pool)), "name": dice.pick(("Spring", "NA", ""))}


def escalation(brand: Brand) -> dict[str, Any]:
    """An agent hands over to the brand."""
    message = record(program=brand.program(), reason=brand.dice.pick((ABSENT, "refund", None)))
    if brand.dice.chance(0.05):
        message = brand.dice.pick((ABSENT, None, "x"))
    return event(brand, "concierge.escalated", message)


def other(brand: Brand) -> dict[str, Any]:
    """An event that no metric uses, though it may look like one that some do."""
    kinds: tuple[Any, ...] = (
        "sms.message_link_click",
        "sms.subscribed",
        "sms.unsubscribed",
        "custom_attribute.set",
        "email.sent",
        "sms.sent_later",
        "SMS.SENT",
        "NA",
        None,
        ABSENT,
        7,
    )
    kind = brand.dice.pick(kinds)
    message = {"id": "QUJD", "url": "https://shop.example/a", "type": "CONCIERGE"}
    return event(brand, kind, brand.dice.pick((message, ABSENT, {"type": "TYPE_CONVERSATION"})))


def orders(brand: Brand) -> list[list[dict[str, Any]]]:
    """The orders: some with an id and several versions, some sent again as they were."""
    dice = brand.dice
    found: list[list[dict[str, Any]]] = []
    for _ in range(dice.between(0, 9)):
        if dice.chance(0.5):
            order_id = dice.pick(ORDER_IDS)
            found.append([order(brand, order_id) for _ in range(dice.pick((1, 1, 2, 3)))])
        else:
            one = order(brand, None)
            found.append([one, *(reordered(dice, one) for _ in range(dice.pick((0, 0, 1, 2))))])
    return found


def order(brand: Brand, order_id: str | None) -> dict[str, Any]:
    """One version of an order."""
    dice = brand.dice
    phone = brand.phone()
    company = brand.account
    user = record(phone=dice.id(phone), email=dice.pick((ABSENT, "kim@example.com")))
    if phone is None and dice.chance(0.5):
        user = dice.pick((ABSENT, None, "x"))
    nothing = (ABSENT, None, "NA", "-1", -1, "", "undefined")
    return dice.litter(
        record(
            company_id=dice.id(company)
            if order_id or dice.chance(0.97)
            else dice.pick((ABSENT, None, "NA")),
            order_id=dice.pick(nothing) if order_id is None else dice.id(order_id),
            occurredAt=iso8601(dice, brand.moment()),
            user=user,
            items=items(dice),
        )
    )


def items(dice: Dice) -> Any:
    """What was bought; the list may be absent, and so may all that is in it."""
    if dice.chance(0.08):
        return dice.pick((ABSENT, None, [], [None], ["x"], "x", {}))
    found: list[Any] = [
        record(productId=dice.pick((1, "AB12")), price=price(dice), quantity=quantity(dice))
        for _ in range(dice.between(1, 3))
    ]
    if dice.chance(0.05):
        found.insert(dice.between(0, len(found)), dice.pick((None, 5, [])))
    return found


def price(dice: Dice) -> Any:
    """Prices in several currencies, of which the first counts."""
    if dice.chance(0.08):
        return dice.pick((ABSENT, None, [], [{}], [{"value": None}], [{"value": "free"}]))
    return [
        record(value=dice.number(dice.pick(PRICES)), currency=currency)
        for currency in dice.some(("USD", "EUR", "SEK"), 3, least=1)
    ]


def quantity(dice: Dice) -> Any:
    """How many, where it is said."""
    return dice.pick((ABSENT, None, 1, "2", 3, 0, "0.5", 1.5, 2, -1))


def iso8601(dice: Dice, time_ms: int) -> str:
    """An instant as text, its offset spelt in one of the ways."""
    minutes = dice.pick((0, 0, 0, 120, -300, 345))
    clock = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time_ms, minutes=minutes)
    text = clock.strftime("%Y-%m-%dT%H:%M:%S")
    if clock.microsecond or dice.chance(0.3):
        text += f".{clock.microsecond // 1000:03d}" + dice.pick(("", "", "000", "9"))
    if not minutes:
        return text + dice.pick(("Z", "+00:00", "+0000"))
    sign = "+" if minutes > 0 else "-"
    return f"{text}{sign}{abs(minutes) // 60:02d}{dice.pick((':', ''))}{abs(minutes) % 60:02d}"
