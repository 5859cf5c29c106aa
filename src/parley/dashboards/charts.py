"""Charts of a grid, with Altair: one look, a palette for all eyes, and what the chart says in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt

from parley.dashboards.formats import AXES, figure, text
from parley.dashboards.grids import Column, Context, Grid, Headline, all_days, nothing
from parley.dashboards.registry import Item

#: Told apart by all kinds of colour vision, and 3:1 or more against white and against black.
PALETTE = ("#2a78c4", "#d55e00", "#00916a", "#b0568f", "#8a7400", "#3f8fa8", "#c2452d", "#7a6fc0")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [10, 3], [1, 3], [6, 2, 1, 2])
HEIGHT = 320
#: Bars that lines run over.
BEHIND = {"fillOpacity": 0.45, "stroke": PALETTE[0], "strokeWidth": 1}
BAR_HEIGHT = 26
NARROW = 36  # characters of a legend that fit beside each other on a phone
LABELS = 8  # dates named on an axis
SERIES = len(PALETTE)
BARS = 15

SECONDS_OF_AN_HOUR = 3600
#: Keys whose values all have a place on the axis, with figures or without.
SCALES = {
    "hour_of_day": [str(hour) for hour in range(24)],
    "rating": [str(rating) for rating in range(1, 6)],
}

Row = dict[str, Any]


def long_rows(grid: Grid, columns: Sequence[Column], currency: str, name: str = "") -> list[Row]:
    """A row per key and figure, as Vega reads them."""
    rows = []
    for row in grid.rows:
        for column in columns:
            value = drawn = row.get(column.name)
            if column.unit == "seconds" and value is not None:
                drawn = value / SECONDS_OF_AN_HOUR
            key = {
                other.name: str(row.get(f"{other.name}_name") or text(row.get(other.name)))
                for other in grid.keys
            }
            series = key[name] if name else column.label
            if name and column is not columns[0]:
                series = f"{series}: {column.label}"
            ids = [text(row.get(other.name)) for other in grid.keys]
            rows.append(
                {
                    **key,
                    "id": " · ".join(ids),
                    "series": series,
                    "value": drawn,
                    "text": figure(value, column.unit, currency),
                }
            )
    return rows


def missing_rows(
    rows: list[Row],
    days: Sequence[str],
    series: Sequence[str],
    unit: str,
    currency: str,
    until: str,
) -> list[Row]:
    """The dates on which a series has no row: 0 where nothing counts as 0, else no figure, a gap.

    Beyond the newest date that is known there is no figure either.
    """
    there = {(row["series"], row["date"]) for row in rows}
    values = {day: nothing(unit) if day <= until else None for day in days}
    return [
        {"date": day, "series": name, "value": value, "text": figure(value, unit, currency)}
        for name in series
        for day, value in values.items()
        if (name, day) not in there
    ]


def data_of(rows: list[Row]) -> alt.InlineData:
    """Rows for Vega."""
    return alt.InlineData(values=rows)


def colours(series: Sequence[str]) -> alt.Color:
    """A colour per series, and a legend where there are several."""
    legend = alt.Legend(
        title=None,
        orient="top",
        labelLimit=300,
        columns=1 if sum(map(len, series)) > NARROW and len(series) <= 3 else 2,
        symbolLimit=SERIES,
        symbolType="square",
        symbolStrokeWidth=0,
        symbolOpacity=1,
    )
    return alt.Color(
        "series:N",
        scale=alt.Scale(domain=list(series), range=list(PALETTE[: len(series)])),
        legend=legend if len(series) > 1 else None,
    )


def dashes(series: Sequence[str]) -> alt.StrokeDash:
    """A pattern per line, so that lines are told apart without colour."""
    return alt.StrokeDash(
        "series:N",
        scale=alt.Scale(domain=list(series), range=[list(dash) for dash in DASHES[: len(series)]]),
        legend=None,
    )


def date_axis(days: Sequence[str]) -> alt.X:
    """Dates from left to right, some of them named."""
    step = max(1, -(-len(days) // LABELS))
    axis = alt.Axis(
        title=None,
        values=list(days[::step]),
        labelExpr="utcFormat(toDate(datum.value), '%-d %b')",
        labelAngle=0,
        grid=False,
        labelOverlap="greedy",
    )
    return alt.X("date:O", axis=axis, scale=alt.Scale(domain=list(days)))


def figure_axis(title: str | None, unit: str, **more: Any) -> alt.Axis:
    """An axis of figures; seconds are drawn as hours."""
    said: dict[str, Any] = {"title": title, "tickCount": 5, "format": AXES.get(unit, ",.2~f")}
    if unit in ("count", "rows"):
        said["tickMinStep"] = 1
    if unit == "seconds":
        said["title"] = f"{title or ''} (hours)".strip()
    return alt.Axis(**(said | more))


def value_axis(title: str | None, unit: str, **more: Any) -> alt.Y:
    """Figures from bottom to top, from zero."""
    return alt.Y("value:Q", axis=figure_axis(title, unit, **more))


def hints(key: str) -> list[alt.Tooltip]:
    """What the tooltip says."""
    return [
        alt.Tooltip(f"{key}:N", title=key.replace("_", " ").capitalize()),
        alt.Tooltip("series:N", title="Figure"),
        alt.Tooltip("text:N", title="Value"),
    ]


def not_final(context: Context, days: Sequence[str]) -> list[alt.Chart]:
    """A shade over the dates whose figures may still change."""
    opened = context.account.first_open
    changing = [name for name in days if opened and date.fromisoformat(name) >= opened]
    if not changing:
        return []
    shade = alt.Chart(data_of([{"from": changing[0], "to": changing[-1], "says": "not final"}]))
    x = alt.X("from:O", bandPosition=0)
    return [
        shade.mark_rect(color="#888888", opacity=0.16).encode(
            x=x, x2=alt.X2("to:O", bandPosition=1), tooltip=alt.Tooltip("says:N", title="Dates")
        ),
        shade.mark_text(
            align="left", baseline="top", dx=4, dy=4, fontSize=11, color="#808080"
        ).encode(x=x, y=alt.value(0), text="says:N"),
    ]


def finished(chart: Any, height: int = HEIGHT) -> Any:
    """The look that all charts share."""
    padding = {"left": 2, "top": 8, "right": 2, "bottom": 2}
    return chart.properties(height=height, padding=padding).configure_view(strokeWidth=0)


def bars(
    rows: list[Row], x: Any, y: Any, series: Sequence[str], key: str, stacked: bool, **look: Any
) -> Any:
    """Bars, beside or on top of each other."""
    chart = alt.Chart(data_of(rows)).mark_bar(cornerRadiusEnd=2, **look)
    more = {} if stacked or len(series) == 1 else {"xOffset": alt.XOffset("series:N")}
    return chart.encode(x=x, y=y, color=colours(series), tooltip=hints(key), **more)


def lines(rows: list[Row], x: Any, y: Any, series: Sequence[str]) -> Any:
    """Lines with a point per date; a date without a figure leaves a gap."""
    base = alt.Chart(data_of(rows)).encode(x=x, y=y, color=colours(series), tooltip=hints("date"))
    few = len({row["date"] for row in rows}) <= 45
    dashed = base.mark_line(strokeWidth=2).encode(strokeDash=dashes(series))
    points = base.mark_point(filled=True, size=38 if few else 12)
    return dashed + points


def by_date(context: Context, item: Item, grid: Grid) -> Any:
    """Bars or lines by date, on one axis."""
    figures = [column for column in grid.figures if column.name not in grid.reasons]
    members = [column.name for column in grid.keys if column.name != "date"]
    rows = long_rows(grid, figures, context.account.currency, members[0] if members else "")
    days = sorted({row["date"] for row in rows} | {text(name) for name in all_days(context)})
    series = list(dict.fromkeys(row["series"] for row in rows))
    unit = figures[0].unit
    until = text(context.until(figures[0].name))
    rows += missing_rows(rows, days, series, unit, context.account.currency, until)
    x, y = date_axis(days), value_axis(None if len(figures) > 1 else figures[0].label, unit)
    is_bar = item.kind == "bar"
    drawn = bars(rows, x, y, series, "date", item.stacked) if is_bar else lines(rows, x, y, series)
    return finished(alt.layer(*not_final(context, days), drawn))


def two_axes(context: Context, item: Item, grid: Grid) -> Any:
    """One measure on the left, others on the right, by date."""
    currency = context.account.currency
    figures = [column for column in grid.figures if column.name not in grid.reasons]
    left = [column for column in figures if column.name in item.left]
    right = [column for column in figures if column.name in item.right]
    series = [column.label for column in (*left, *right)]
    days = sorted({str(row["date"]) for row in grid.rows})
    layers, x = [], date_axis(days)
    if left:
        rows = long_rows(grid, left, currency)
        y = value_axis(", ".join(column.label for column in left), left[0].unit)
        drawn = (
            bars(rows, x, y, series, "date", True, **BEHIND)
            if item.kind == "bar_line"
            else lines(rows, x, y, series)
        )
        layers.append(alt.layer(*not_final(context, days), drawn))
    if right:
        rows = long_rows(grid, right, currency)
        title = " and ".join(column.label for column in right)
        y = value_axis(title, right[0].unit, orient="right" if left else "left", grid=not left)
        layers.append(lines(rows, x, y, series))
    return finished(alt.layer(*layers).resolve_scale(y="independent"))


def by_key(context: Context, item: Item, grid: Grid, key: str) -> Any:
    """A bar per member, page or hour; the longest first where members are listed."""
    figures = [column for column in grid.figures if column.name not in grid.reasons]
    few = Grid(grid.columns, grid.rows[:BARS] if item.horizontal else grid.rows)
    rows = long_rows(few, figures, context.account.currency)
    for row in rows:
        row["place"] = " · ".join(re.sub(r"^https?://", "", row[key.name]) for key in grid.keys)
    series = list(dict.fromkeys(row["series"] for row in rows))
    places = list(dict.fromkeys(row["place"] for row in rows))
    unit = figures[0].unit
    title = figures[0].label if len(figures) == 1 else None
    told = " · ".join(column.label for column in grid.keys)
    tooltip = [alt.Tooltip("place:N", title=told), *hints(key)[1:]]
    if any(row["id"] != row["place"] for row in rows):
        tooltip.append(alt.Tooltip("id:N", title="Id"))
    if not item.horizontal:
        axis = alt.Axis(title=grid.keys[0].label, labelAngle=0, labelOverlap="greedy")
        x = alt.X("place:O", scale=alt.Scale(domain=SCALES.get(key, places)), axis=axis)
        chart = bars(rows, x, value_axis(title, unit), series, key, item.stacked)
        return finished(chart.encode(tooltip=tooltip))
    y = alt.Y("place:N", sort=places, axis=alt.Axis(title=None, labelLimit=240, labelOverlap=False))
    x = alt.X("value:Q", axis=figure_axis(title, unit))
    chart = alt.Chart(data_of(rows)).mark_bar(cornerRadiusEnd=2)
    drawn = chart.encode(x=x, y=y, color=colours(series), tooltip=tooltip)
    return finished(
        drawn, BAR_HEIGHT * len(places) + 70 + (22 * len(series) if len(series) > 1 else 0)
    )


def funnel(steps: Sequence[Headline]) -> Any:
    """A bar per step of the funnel, each with its figure."""
    rows: list[Row] = [
        {"step": step.label, "value": step.value or 0, "text": figure(step.value, step.unit)}
        for step in steps
        if not step.reason
    ]
    y = alt.Y(
        "step:N", sort=[row["step"] for row in rows], axis=alt.Axis(title=None, labelLimit=170)
    )
    most = max((row["value"] for row in rows), default=0) or 1
    base = alt.Chart(data_of(rows)).encode(
        y=y,
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.18])),
        tooltip=[alt.Tooltip("step:N", title="Step"), alt.Tooltip("text:N", title="Value")],
    )
    drawn = base.mark_bar(color=PALETTE[0], cornerRadiusEnd=3) + base.mark_text(
        align="left", dx=6, color="#808080", fontSize=13
    ).encode(text="text:N")
    return finished(drawn, 46 * len(rows) + 24)
