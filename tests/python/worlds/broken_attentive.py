"""Text messaging records that nobody can use."""

from __future__ import annotations

from typing import Any

from .dice import Dice

UNUSABLE = (946_684_799_999, 4_102_444_800_000, 0, 5, "soon", None, "-1", -1, "", "2024-01-01")
UNUSABLE_TEXT = (
    "1999-12-31T23:59:59.999Z",
    "2100-01-01T00:00:00+0000",
    "1999-12-31T23:59:59-0000",
    "yesterday",
    "2024-13-01T00:00:00Z",
    None,
    "",
    "NA",
    1_704_067_200_000,
)
NO_KEY: tuple[Any, ...] = (None, "NA", "null", "undefined", "", -1, "-1")


def broken_event(dice: Dice, account: str) -> Any:
    """An event without a time: it always has a key."""
    good = {"type": "sms.sent", "company": {"company_id": account}, "timestamp": 1_704_067_200_000}
    return dice.pick(
        (
            good | {"timestamp": dice.pick(UNUSABLE)},
            {"type": "sms.sent", "company": {"company_id": account}},
            good | {"timestamp": dice.pick(([1_704_067_200_000], {"ms": 1_704_067_200_000}))},
            {},
        )
    )


def broken_order(dice: Dice, account: str) -> Any:
    """An order without a time, or with an id that is in no account."""
    good = {"company_id": account, "order_id": "o9", "occurredAt": "2024-01-01T00:00:00+0000"}
    return dice.pick(
        (
            good | {"occurredAt": dice.pick(UNUSABLE_TEXT)},
            good | {"company_id": dice.pick(NO_KEY)},
            good | {"company_id": dice.pick(NO_KEY), "occurredAt": dice.pick(UNUSABLE_TEXT)},
            {"order_id": 5, "occurredAt": "2024-01-01T00:00:00Z"},
            {},
        )
    )
