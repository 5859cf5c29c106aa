"""What a row of `experiment_lift` says, in words.

Every function takes the row as the mart holds it and computes no statistic: the counts, intervals and
the verdict are the mart's. What is here is how a person is told, and the reason of every null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

FEWEST_CONVERTERS = 10
"""Converters that the verdict wants in each arm (the mart decides; this is for the sentence)."""


@dataclass(frozen=True)
class Check:
    """One health check of an experiment: what was looked at, what was found, what that means."""

    name: str
    found: str
    is_fine: bool | None
    """None where there is nothing to judge, only something to know."""
    meaning: str


def points(value: float | None) -> str:
    """A difference of two rates in percentage points, signed."""
    return "—" if value is None else f"{100 * value:+.1f} points"


def percent(value: float | None, digits: int = 1) -> str:
    """A share in per cent."""
    return "—" if value is None else f"{100 * value:.{digits}f} %"


def whole(value: float | None) -> str:
    """A count, or an amount of things that need not be whole, to the next whole number."""
    return "—" if value is None else f"{value:,.0f}"


def money(value: float | None, currency: str) -> str:
    """An amount in the account's currency, signed."""
    return "—" if value is None else f"{value:+,.2f} {currency}"


def p_value(value: float | None) -> str:
    """A p value, as far as its digits mean something."""
    if value is None:
        return "—"
    return "below 0.0001" if value < 0.0001 else f"{value:.2g}"


def name_of(row: Row) -> str:
    """A campaign as it is called on the page."""
    return "All campaigns" if row["campaign_id"] == "all" else str(row["campaign_name"])


def rate(row: Row, arm: str) -> float | None:
    """Converters over units of an arm (`test` or `control`): shown, never compared here."""
    units = row[f"{arm}_units"]
    return row[f"{arm}_converters"] / units if units else None


def arm_counts(row: Row, arm: str) -> str:
    """The counts that stand beside an arm's rate wherever it is shown."""
    return (
        f"{whole(row[f'{arm}_converters'])} of {whole(row[f'{arm}_units'])} visitors"
        f" ({percent(rate(row, arm))})"
    )


def health_checks(row: Row) -> list[Check]:
    """The checks that come before any verdict, in the order in which they can spoil it."""
    units = row["test_units"] + row["control_units"]
    return [
        _split(row, units),
        _without_arm(row, units),
        _crossovers(row, units),
        _reached(row),
        _open(row, units),
    ]


def _split(row: Row, units: int) -> Check:
    """Held-back visitors beside those that the account's settings expect."""
    expected = row["expected_control_units"]
    found = (
        f"{whole(row['control_units'])} held back ({percent(row['control_units'] / units)}), "
        f"{whole(expected)} expected ({percent(expected / units)})"
    )
    if row["srm_flag"] is None:
        meaning = (
            "The settings expect nobody or everybody to be held back, so it cannot be checked."
        )
    elif row["srm_flag"]:
        meaning = (
            "Chance would be this far off in fewer than one split in a thousand "
            f"(p: {p_value(row['srm_p_value'])}). The arms are not alike: find out who is missing "
            "from one of them, or correct the share in accounts.csv, before you read any difference."
        )
    else:
        meaning = f"As far off as chance alone may be (p: {p_value(row['srm_p_value'])})."
    flagged = row["srm_flag"]
    return Check(
        "Observed and expected share", found, None if flagged is None else not flagged, meaning
    )


def _without_arm(row: Row, units: int) -> Check:
    """Visitors that no flag assigned."""
    missing = row["units_without_arm"]
    return Check(
        "Visitors without an arm",
        f"{whole(missing)} beside {whole(units)} with one",
        missing == 0 or None,
        "Every visitor has an arm."
        if missing == 0
        else "They are in neither arm. If they differ from the rest, the answer holds for the rest only.",
    )


def _crossovers(row: Row, units: int) -> Check:
    """Visitors seen in both arms."""
    crossed = row["crossover_units"]
    return Check(
        "Visitors seen in both arms",
        f"{whole(crossed)} of {whole(units)} ({percent(crossed / units)})",
        crossed == 0 or None,
        "Nobody changed arms."
        if crossed == 0
        else "They stay in the arm of their first eligible visit. The more there are, the closer to "
        "zero the difference is drawn.",
    )


def _reached(row: Row) -> Check:
    """Held-back visitors who were reached all the same."""
    reached, held = row["reached_control_units"], row["control_units"]
    return Check(
        "Held-back visitors who were reached",
        f"{whole(reached)} of {whole(held)} ({percent(reached / held if held else None)})",
        reached == 0 or None,
        "Nobody who was held back saw an invitation or talked."
        if reached == 0
        else "They saw an invitation or talked, so the true difference is larger than the one shown.",
    )


def _open(row: Row, units: int) -> Check:
    """Visitors whose time to convert has not run out."""
    still = row["open_units"]
    return Check(
        "Visitors who may still convert",
        f"{whole(still)} of {whole(units)} ({percent(still / units)})",
        still == 0 or None,
        "Every visitor's time has run out: the counts are final."
        if still == 0
        else "Their time to convert has not run out, so the counts below can still rise, in both arms.",
    )


HEADLINES = {
    "sample_ratio_mismatch": "Do not read this one: the split is broken",
    "too_few_converters": "Too few conversions to tell",
    "more": "Yes: visitors who can be invited convert more often",
    "less": "No: visitors who can be invited convert less often",
    "no_difference_seen": "No difference seen",
}
"""A verdict of the mart as a headline."""


def verdict_sentence(row: Row) -> str:
    """What the verdict means, from the difference alone."""
    interval = f"{points(row['rate_difference_low'])} to {points(row['rate_difference_high'])}"
    seen = row["minimum_detectable_difference"]
    match row["verdict"]:
        case "sample_ratio_mismatch":
            return (
                "The number of visitors held back is not the one that was agreed, by more than "
                "chance explains. Whatever removed them may also have changed who converts, so the "
                "difference says nothing until that is put right."
            )
        case "too_few_converters":
            fewer = min(("test", "control"), key=lambda arm: row[f"{arm}_converters"])
            arm = "held-back visitors" if fewer == "control" else "visitors who can be invited"
            return (
                f"Only {whole(row[f'{fewer}_converters'])} of the {arm} converted; a verdict needs "
                f"at least {FEWEST_CONVERTERS} in each arm."
            )
        case "more":
            return (
                f"Invitations cause conversions here: the difference is {points(row['rate_difference'])}, "
                f"with 95 % confidence {interval}."
            )
        case "less":
            return (
                f"Invitations cost conversions here: the difference is {points(row['rate_difference'])}, "
                f"with 95 % confidence {interval}."
            )
    return (
        f"The difference is {points(row['rate_difference'])}, with 95 % confidence {interval}: zero is "
        f"inside. That is not proof of no effect. With this many visitors, a true difference of "
        f"{points(seen).lstrip('+')} would have been seen four times in five."
    )


LOOKS = (
    "Decide beforehand when to look. The interval holds for one look: an account without any effect "
    "that is looked at every day for 60 days shows a difference on at least one of them in about "
    "24 % of cases, not 5 %."
)
"""The warning that stands beside every verdict."""

VENDOR = (
    "The vendor's figure compares people who chose to talk with people who saw an invitation and did "
    "not. Who talks is closer to buying anyway, so its figure is not causal, however exact it looks."
)
"""Why the vendor's incremental conversions differ."""

PERIODS = {
    "all": "All visitors, each counted once, by the first eligible visit",
    "month_new": "Visitors by the month of their first eligible visit: randomised",
    "month": "Descriptive only: everyone with an eligible visit in the month. Whether somebody comes "
    "back in a later month may itself be an effect of the arm.",
}
"""What a row of each period counts."""


def reason_of_null(row: Row, column: str) -> str:
    """Why a column of the row is null; empty where it is not."""
    if row[column] is not None:
        return ""
    if not row["test_units"] or not row["control_units"]:
        if column.startswith("srm"):
            return "The settings expect nobody or everybody to be held back."
        arm = "can be invited" if not row["test_units"] else "is held back"
        return f"There is nothing to compare: no visitor {arm}."
    if column.startswith("relative_lift"):
        return "A lift needs a converter in each arm."
    if column.startswith("revenue_per_visitor_difference_"):
        return "An interval of revenue needs two visitors in each arm."
    if column.startswith("srm"):
        return "The settings expect nobody or everybody to be held back."
    return "Not known."
