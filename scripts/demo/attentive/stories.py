"""Stories to trace through the warehouse, written by hand among the simulated texts.

Each has a subscriber of its own, whose phone ends in the story's number, 90 to 97.

90 limit      Fernwick (48 hours). Asked on 6 May 18:00:00.000 UTC, answered at 18:02, asked again on
              8 May 18:02:00.000: exactly 48 hours after the last message, one conversation. Asked
              once more on 10 May 18:02:00.001, one millisecond too late: a second one.
91 late       Fernwick. Asked on 12 May 09:00 and on 15 May 08:00 UTC: two conversations, until the
              answer of 13 May 20:00 arrives, three days late. It is within 48 hours of both: one.
92 retry      Ostler & Quill. One question of 20 May 11:00 UTC, delivered three times: with its keys
              in another order, and with a space after every comma. It is one message.
93 programs   Fernwick. Texts the concierge at 17:00 and a shop (LIVE_SMS) at 17:30 UTC on 3 June: two
              conversations at once. The order of 148.00 at 19:00 is won by the shop's, the later.
94 escalated  Ostler & Quill (24 hours). Handed over on 10 June 09:05:00.000 UTC, exactly 24 hours
              after the last message: escalated. The event keeps nothing open.
95 origin     Fernwick. A campaign and a journey were sent in the same millisecond, 48 hours to the
              millisecond before the subscriber wrote: of origin journey (Abandoned basket).
96 window     Ostler & Quill (3 days). Bought for 68.00 exactly 72 hours after the conversation began:
              it is the conversation's. The order of 14.00 a second later is nobody's.
97 send       Fernwick. An agent writes first and nobody answers: a send, and no conversation.
"""

from __future__ import annotations

from datetime import datetime

from demo.attentive.brands import BRANDS, TextBrand
from demo.attentive.records import Happened, Json, Subscriber
from demo.landing import DAY, HOUR, MINUTE

NUMBER = 8
LATE_ANSWER = "It does, just."
RETRIED = "Is the moss green ink waterproof?"
FERNWICK, OSTLER = (brand.account_id for brand in BRANDS)


def at(text: str) -> int:
    """A UTC time as epoch milliseconds."""
    return int(datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


def person(brand: TextBrand, number: int) -> Subscriber:
    """The subscriber of a story: nobody else's number begins so."""
    prefix = "+190755501" if brand.account_id == FERNWICK else "+4420794609"
    return Subscriber(f"{prefix}{number}", 480_000_000_000_000 + number)


def bought(brand: TextBrand, place: int) -> list[Json]:
    """One of a product."""
    sku, name, price = brand.products[place]
    return [
        {"productId": sku, "name": name, "price": [{"value": price, "currency": brand.currency}]}
    ]


def add_stories(happened: Happened) -> None:
    """The stories of an account."""
    tell = {FERNWICK: fernwick, OSTLER: ostler}[happened.brand.account_id]
    tell(happened)


def fernwick(happened: Happened) -> None:
    """The stories of Fernwick Apparel."""
    brand = happened.brand
    agent = (40, brand.agents[0])

    who, start = person(brand, 90), at("2026-05-06T18:00:00")
    happened.asks(start, who, "do you do gift wrapping")
    happened.answers(start + 2 * MINUTE, who, "We do! Brown paper and string.", agent, None)
    happened.asks(start + 2 * MINUTE + 2 * DAY, who, "perfect, and a card?")
    happened.asks(start + 2 * MINUTE + 4 * DAY + 1, who, "hello?")

    who, start = person(brand, 91), at("2026-05-12T09:00:00")
    happened.asks(start, who, "does the rain shell fold into its own pocket")
    happened.answers(at("2026-05-13T20:00:00"), who, LATE_ANSWER, agent, None)
    happened.asks(at("2026-05-15T08:00:00"), who, "anyone there?")

    who, start = person(brand, 93), at("2026-06-03T17:00:00")
    happened.asks(start, who, "rain shell in moss, any left?")
    happened.asks(start + 30 * MINUTE, who, "hi, is the moss rain shell in the shop?", "LIVE_SMS")
    happened.answers(
        start + 35 * MINUTE,
        who,
        "One in M on the rail!",
        (50, brand.shop_agents[0]),
        "LIVE_SMS",
    )
    happened.buys(start + 2 * HOUR, who, bought(brand, 0), "FE-STORY-93")

    who, start = person(brand, 95), at("2026-06-16T16:20:00")
    happened.campaign(start, who, 1, brand.campaigns[0], "Rainy season edit, for you")
    happened.journey(start, who, "Abandoned basket", "Your cardigan is waiting")
    happened.asks(start + 2 * DAY, who, "is it still waiting 😬")

    who = person(brand, 97)
    happened.answers(at("2026-06-20T19:00:00"), who, "Your repair is ready.", agent, "CONCIERGE")


def ostler(happened: Happened) -> None:
    """The stories of Ostler & Quill."""
    brand = happened.brand
    agent = (40, brand.agents[0])

    happened.asks(at("2026-05-20T11:00:00"), person(brand, 92), RETRIED)

    who, start = person(brand, 94), at("2026-06-09T09:00:00")
    happened.asks(start, who, "my satchel's buckle came off")
    happened.answers(start + 5 * MINUTE, who, "Oh no. Let me ask the workshop.", agent, None)
    happened.hands_over(start + 5 * MINUTE + DAY, who, "repair", None)

    who, start = person(brand, 96), at("2026-06-23T14:00:00")
    happened.asks(start, who, "broad or medium for a left-hander?")
    happened.answers(start + 3 * MINUTE, who, "Broad, and lift the page a little.", agent, None)
    happened.buys(start + 3 * DAY, who, bought(brand, 1), "OS-STORY-96")
    happened.buys(start + 3 * DAY + 1_000, who, bought(brand, 3), None)
