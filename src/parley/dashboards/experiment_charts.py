"""Differences of conversion rates with their intervals, as charts and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from parley.dashboards.charts import data_of, finished
from parley.dashboards.experiment_words import Row, arm_counts, name_of, p_value, points

#: Okabe and Ito's colours, which all kinds of colour vision tell apart, by verdict.
COLOURS = {
    "more": "#009E73",
    "less": "#D55E00",
    "no_difference_seen": "#2a78c4",
    "too_few_converters": "#8c8c8c",
    "sample_ratio_mismatch": "#b0568f",
}
SHAPES = {
    "more": "triangle-up",
    "less": "triangle-down",
    "no_difference_seen": "circle",
    "too_few_converters": "diamond",
    "sample_ratio_mismatch": "cross",
}
#: Verdicts as the legend has room for, on a telephone too.
SHORT = {
    "more": "Convert more often",
    "less": "Convert less often",
    "no_difference_seen": "No difference",
    "too_few_converters": "Too few to tell",
    "sample_ratio_mismatch": "Split is broken",
}
LINE_HEIGHT = 34
#: Legend and axis, which the height includes.
AROUND = 170


def label(row: Row, across: str) -> str:
    """What tells a row from the others."""
    return name_of(row) if across == "Campaign" else str(row["period_start"])[:7]


def chart_rows(rows: Sequence[Row], across: str) -> list[dict[str, Any]]:
    """The rows that have a difference, as Vega reads them."""
    return [
        {
            "place": label(row, across),
            "middle": row["rate_difference"],
            "low": row["rate_difference_low"],
            "high": row["rate_difference_high"],
            "Answer": SHORT[row["verdict"]],
            "Difference": f"{points(row['rate_difference'])}, from {points(row['rate_difference_low'])} "
            f"to {points(row['rate_difference_high'])}",
            "Can be invited": arm_counts(row, "test"),
            "Held back": arm_counts(row, "control"),
            "Adjusted p": p_value(row["p_value_adjusted"]),
        }
        for row in rows
        if row["rate_difference"] is not None
    ]


def interval_chart(rows: Sequence[Row], across: str) -> Any:
    """A point and its interval per row: campaigns from top to bottom, months from left to right."""
    shown = chart_rows(rows, across)
    kinds = [kind for kind in SHORT if any(row["verdict"] == kind for row in rows)]
    names = [SHORT[kind] for kind in kinds]
    place: Any
    low: Any
    high: Any
    middle: Any
    zero: Any
    is_time = across == "Month"
    places = [row["place"] for row in shown]
    axis = alt.Axis(format="+.0%", title="Difference of conversion rates")
    if is_time:
        place = alt.X("place:O", sort=places, axis=alt.Axis(title=None, labelAngle=0))
        low, high, middle = alt.Y("low:Q", axis=axis), alt.Y2("high:Q"), alt.Y("middle:Q")
        zero = alt.Y("zero:Q", axis=axis)
    else:
        place = alt.Y("place:N", sort=places, axis=alt.Axis(title=None, labelLimit=200))
        low, high, middle = alt.X("low:Q", axis=axis), alt.X2("high:Q"), alt.X("middle:Q")
        zero = alt.X("zero:Q", axis=axis)
    base = alt.Chart(data_of(shown)).encode(
        place,
        color=alt.Color(
            "Answer:N",
            scale=alt.Scale(domain=names, range=[COLOURS[kind] for kind in kinds]),
            legend=alt.Legend(title=None, orient="top", columns=2),
        ),
        tooltip=[
            alt.Tooltip("place:N", title=across),
            *("Answer:N", "Difference:N", "Can be invited:N", "Held back:N", "Adjusted p:N"),
        ],
    )
    nothing = alt.Chart(data_of([{"zero": 0}])).mark_rule(strokeDash=[4, 4], color="#808080")
    shape = alt.Shape(
        "Answer:N", scale=alt.Scale(domain=names, range=[SHAPES[kind] for kind in kinds])
    )
    drawn = alt.layer(
        nothing.encode(zero),
        base.mark_rule(strokeWidth=2.5).encode(low, high),
        base.mark_point(filled=True, size=110, opacity=1).encode(middle, shape=shape),
    )
    return finished(drawn) if is_time else finished(drawn, AROUND + LINE_HEIGHT * len(shown))


def interval_message(rows: Sequence[Row], across: str) -> str:
    """What the chart shows, for those who do not see it."""
    said = [
        f"{label(row, across)} {points(row['rate_difference'])}, from "
        f"{points(row['rate_difference_low'])} to {points(row['rate_difference_high'])}"
        for row in rows
        if row["rate_difference"] is not None
    ]
    return f"Difference of conversion rates with 95 % intervals. {'; '.join(said) or 'None can be told'}."
