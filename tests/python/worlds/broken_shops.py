"""Records of One-to-One that belong in quarantine."""

from __future__ import annotations

from typing import Any

from .dice import Dice

UNUSABLE = (
    946_684_799_999,
    4_102_444_800_000,
    0,
    5,
    "soon",
    None,
    "-1",
    -1,
    "",
    [1_704_067_200_000],
)
NO_KEY: tuple[Any, ...] = (None, "NA", "null", "undefined", "", -1, "-1", [], {"id": 1})
GOOD = 1_704_067_200_000


def broken_event(dice: Dice, account: str) -> Any:
    """An event without a key or a time."""
    good = {
        "account_id": account,
        "event_id": "lost",
        "event_name": "impression",
        "occurred_at": GOOD,
        "visitor_id": "ann",
        "payload": {"widget_id": "w1"},
    }
    return without(dice, good, "event_id")


def broken_order(dice: Dice, account: str) -> Any:
    """A purchase tag without a key or a time."""
    good = {
        "account_id": account,
        "occurred_at": GOOD,
        "visitor_id": "ann",
        "order_id": "lost",
        "subtotal": "10.00",
    }
    return without(dice, good, "order_id")


def without(dice: Dice, good: dict[str, Any], key: str) -> Any:
    """The record without something it needs."""
    return dice.pick(
        (
            good | {"account_id": dice.pick(NO_KEY)},
            good | {key: dice.pick(NO_KEY)},
            good | {key: dice.pick(NO_KEY), "occurred_at": 5},
            good | {"occurred_at": dice.pick(UNUSABLE)},
            {name: value for name, value in good.items() if name != "occurred_at"},
            {},
        )
    )
