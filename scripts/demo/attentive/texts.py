"""What subscribers and agents text each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A conversation: lines in turns, the subscriber first; how it tends to end."""

    lines: tuple[str, ...]
    weight: int
    buys: float = 0.0
    escalates: float = 0.0
    reason: str = ""


TOPICS: tuple[Topic, ...] = (
    Topic(
        (
            "hi, does the {product} run small?",
            "Hello! It is true to size, but go up one if you like to layer. What do you usually wear?",
            "a medium mostly",
            "Then the medium will be right. Shall I send you the link?",
            "yes please 🙏",
            "Here you are: https://{domain}/p/{sku}",
        ),
        weight=9,
        buys=0.34,
    ),
    Topic(
        (
            "Is the {product} back in stock yet?",
            "It came back this morning! We have a good number left.",
            "amazing, can you put one aside",
            "I have put it into a basket for you: https://{domain}/basket/{sku}",
        ),
        weight=8,
        buys=0.42,
    ),
    Topic(
        (
            "Which would you give to a dad who has everything",
            "Oh, the hard case 😄 Is he more town or more country?",
            "country. and stubborn",
            "Then the {product}. It gets better with bad treatment.",
            "sold",
        ),
        weight=5,
        buys=0.5,
    ),
    Topic(
        (
            "Where is my order? it said 3 days",
            "I am sorry about that. Could you tell me the name on the order?",
            "{name}",
            "Thank you. It left us yesterday and should be with you tomorrow.",
            "ok thanks",
        ),
        weight=8,
        buys=0.03,
        escalates=0.16,
        reason="delivery",
    ),
    Topic(
        (
            "the {product} came with a tear in it",
            "I am so sorry! Could you send a photo? We will make it right.",
            "sent by email just now",
            "Thank you, I am handing this to our colleagues in care, who will text you here.",
        ),
        weight=3,
        escalates=0.7,
        reason="damaged item",
    ),
    Topic(
        (
            "can i still change the address on my order",
            "If it has not been packed yet! Let me look.",
            "pls 🤞",
            "It is changed. You will get a new confirmation.",
        ),
        weight=4,
        escalates=0.12,
        reason="change of order",
    ),
    Topic(
        (
            "do you ship to an office with no reception",
            "We do: leave a note at checkout and the driver will ring.",
        ),
        weight=4,
        buys=0.18,
    ),
    Topic(("the code doesnt work",), weight=3, escalates=0.05, reason="discount code"),
    Topic(
        (
            "Loved the last one. What goes with it?",
            "So glad! Most people pair it with the {product}.",
            "hmm what does it cost",
            "{price} today, and free returns as always.",
            "let me think about it",
            "Of course. I am here until six!",
        ),
        weight=6,
        buys=0.27,
    ),
)

CAMPAIGN = (
    "{brand}: {title} starts today. See it first: https://{domain}/c/{number} Text STOP to end"
)
JOURNEYS = {
    "Welcome": "Welcome to {brand}! Text us here, a person answers. Your 10% code: HELLO10",
    "Abandoned basket": "Still thinking it over? Your {product} is waiting: https://{domain}/basket",
    "After your order": "How is the {product} treating you? Text back, we read everything.",
    "We miss you": "It has been a while! Tell us what you are after and we will look for it.",
}
KEYWORDS = ("JOIN", "YES", "LINEN", "HELLO", "OFFERS")
NAMES = ("Robin Askew", "Dee Tallis", "P. Okonjo-Reed", "Sam Whitlow", "Lina Farrow", "J. Castell")
