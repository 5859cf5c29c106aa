"""The tables of the page "Does messaging cause sales?": rows of `experiment_lift` as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from parley.dashboards.experiment_words import (
    HEADLINES,
    Row,
    arm_counts,
    health_checks,
    money,
    name_of,
    p_value,
    percent,
    points,
    reason_of_null,
    whole,
)

MARKS = {True: "✓ fine", False: "✗ broken", None: "! to know"}


def glance(rows: Sequence[Row]) -> pa.Table:
    """Each campaign in a line: whether the split holds, and the verdict. No difference stands here."""
    return pa.table(
        {
            "Campaign": [name_of(row) for row in rows],
            "Split": [MARKS[health_checks(row)[0].is_fine] for row in rows],
            "Answer": [HEADLINES[row["verdict"]] for row in rows],
            "Converted of those who can be invited": [arm_counts(row, "test") for row in rows],
            "Converted of those held back": [arm_counts(row, "control") for row in rows],
        }
    )


def health(row: Row) -> pa.Table:
    """The checks of an experiment, each with its number and what it means."""
    checks = health_checks(row)
    return pa.table(
        {
            "Check": [check.name for check in checks],
            "": [MARKS[check.is_fine] for check in checks],
            "Found": [check.found for check in checks],
            "What it means": [check.meaning for check in checks],
        }
    )


def results(row: Row, vendor: float | None, currency: str) -> pa.Table:
    """What follows from the difference: each figure with its interval, or why there is none."""

    def line(column: str, shown: Any) -> list[str]:
        bounds = [f"{column}_low", f"{column}_high"]
        has_bounds = bounds[0] in row
        texts = [shown(row[name]) for name in bounds] if has_bounds else ["", ""]
        why = reason_of_null(row, column) or (reason_of_null(row, bounds[0]) if has_bounds else "")
        return [shown(row[column]), *texts, why]

    lines = {
        "Difference of conversion rates": line("rate_difference", points),
        "Conversions caused": line("incremental_conversions", whole),
        "Lift": line("relative_lift", lambda value: percent(value, 0)),
        "Revenue caused per visitor": line(
            "revenue_per_visitor_difference", lambda value: money(value, currency)
        ),
        "Smallest difference that would have been seen": line(
            "minimum_detectable_difference", lambda value: points(value).lstrip("+")
        ),
        "p value": line("p_value", p_value),
        "p value, adjusted for all campaigns": line("p_value_adjusted", p_value),
        "The vendor's incremental conversions": [whole(vendor), "", "", "Not causal: see below."],
    }
    columns = ["Value", "95 % from", "to", "Note"]
    return pa.table(
        {"Figure": list(lines)}
        | {name: [line[place] for line in lines.values()] for place, name in enumerate(columns)}
    )


def beside_each_other(rows: Sequence[Row]) -> pa.Table:
    """What the chart of the campaigns shows, with the p values that many campaigns call for."""
    return pa.table(
        {
            "Campaign": [name_of(row) for row in rows],
            "Difference": [points(row["rate_difference"]) for row in rows],
            "95 % from": [points(row["rate_difference_low"]) for row in rows],
            "to": [points(row["rate_difference_high"]) for row in rows],
            "p value": [p_value(row["p_value"]) for row in rows],
            "p value, adjusted": [p_value(row["p_value_adjusted"]) for row in rows],
            "Answer": [HEADLINES[row["verdict"]] for row in rows],
            "Note": [reason_of_null(row, "rate_difference") for row in rows],
        }
    )


def over_time(rows: Sequence[Row]) -> pa.Table:
    """Months of a period, with both arms' counts and the difference."""
    return pa.table(
        {
            "Month": [str(row["period_start"])[:7] for row in rows],
            "Converted of those who can be invited": [arm_counts(row, "test") for row in rows],
            "Converted of those held back": [arm_counts(row, "control") for row in rows],
            "Difference": [points(row["rate_difference"]) for row in rows],
            "95 % from": [points(row["rate_difference_low"]) for row in rows],
            "to": [points(row["rate_difference_high"]) for row in rows],
            "Answer": [HEADLINES[row["verdict"]] for row in rows],
            "May still convert": [whole(row["open_units"]) for row in rows],
            "Note": [reason_of_null(row, "rate_difference") for row in rows],
        }
    )
