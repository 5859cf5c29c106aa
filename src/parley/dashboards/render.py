"""Draws an item of the registry, whatever kind it is."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from parley.dashboards import charts
from parley.dashboards.chart_words import funnel_message, message
from parley.dashboards.details import actions, explain
from parley.dashboards.formats import NONE, change, day, days, figure
from parley.dashboards.grids import (
    Column,
    Context,
    Grid,
    Headline,
    asked_grid,
    headline,
)
from parley.dashboards.mart_grids import mart_grid
from parley.dashboards.registry import Item, Section
from parley.dashboards.state import previous_period
from parley.dashboards.tables import table_html

LONG, LONGER = 11, 14  # characters of a figure beyond which it is written smaller
NO_DATA = "There is nothing to show: no figure in this range with these filters."


def tile_text(context: Context, shown: Headline) -> str:
    """A tile's figure, and how it compares with the previous period."""
    if shown.reason:
        return (
            f"<div class='value none'>{NONE}</div><div class='against'>{escape(shown.reason)}</div>"
        )
    currency = context.account.currency
    value = figure(shown.value, shown.unit, currency)
    if shown.value is None:
        against = "Nothing to divide by in this range."
    elif shown.before is None:
        against = ""
    else:
        difference = change(shown.value, shown.before, shown.unit)
        before = figure(shown.before, shown.unit)
        against = f"{difference}, was {before}" if difference else f"was {before}"
    size = (
        "value" if len(value) <= LONG else "value long" if len(value) <= LONGER else "value longer"
    )
    return f"<div class='{size}'>{escape(value)}</div><div class='against'>{escape(against)}</div>"


def tiles(context: Context, item: Item, key: str) -> None:
    """A tile per metric; its name opens what stands behind it."""
    shown = [headline(context, item, metric) for metric in item.metrics]
    with st.container(key=f"tiles_{key}"):
        for one in shown:
            with st.container(border=True, key=f"tile_{key}_{one.metric}"):
                if st.button(
                    one.label,
                    key=f"label_{key}_{one.metric}",
                    type="tertiary",
                    help=None,
                    width="stretch",
                ):
                    explain(context, [one.metric], {one.metric: one.answer})
                st.html(tile_text(context, one))
    grid = Grid(
        (
            Column("metric_id", "Metric"),
            Column("label", "Label"),
            Column("value", "Value", "count"),
        ),
        [
            {
                "metric_id": one.metric,
                "label": one.label,
                "unit": one.unit,
                "value": None if one.value is None else float(one.value),
                "previous": None if one.before is None else float(one.before),
            }
            for one in shown
        ],
    )
    full = replace(
        grid,
        columns=(
            *grid.columns,
            Column("previous", "Previous period", "count"),
            Column("unit", "Unit"),
        ),
        answers={one.metric: one.answer for one in shown},
    )
    actions(context, full, item.id, list(item.metrics), key)


def reasons(grid: Grid) -> None:
    """Why metrics of the item have no figures here, each reason once."""
    labels: dict[str, list[str]] = {}
    for column in grid.figures:
        if column.name in grid.reasons:
            labels.setdefault(grid.reasons[column.name], []).append(column.label)
    for reason, names in labels.items():
        st.caption(f"Not shown: {', '.join(names)}. {reason}")


def table(context: Context, item: Item, grid: Grid, key: str) -> None:
    """A table with its totals row."""
    if (grid.rows and len(grid.reasons) < len(grid.figures)) or (
        item.kind == "records" and grid.rows
    ):
        st.html(table_html(grid, item.label, context.account.currency))
    else:
        st.markdown(f"### {item.label}")
        if not grid.reasons:
            st.caption(NO_DATA)
    reasons(grid)
    actions(context, grid, item.id, list(item.all_metrics), key)


def chart(context: Context, item: Item, grid: Grid, key: str) -> None:
    """A chart, the table behind it, and why what is missing is missing."""
    st.markdown(f"### {item.label}")
    drawable = [column for column in grid.figures if column.name not in grid.reasons]
    if drawable and grid.rows:
        if item.kind in ("bar_line", "line_line"):
            drawn = charts.two_axes(context, item, grid)
        elif item.by and "date" in item.by:
            drawn = charts.by_date(context, item, grid)
        else:
            drawn = charts.by_key(context, item, grid, grid.keys[0].name)
        st.altair_chart(
            drawn, width="stretch", key=f"chart_{key}", alt=message(context, item, grid)
        )
    elif not grid.reasons:
        st.caption(NO_DATA)
    if item.note:
        st.caption(item.note)
    reasons(grid)
    shown = len(grid.rows) + grid.left_off
    if grid.left_off or (
        item.horizontal
        and "date" not in item.by
        and item.kind in ("bar", "mart_bar")
        and len(grid.rows) > charts.BARS
    ):
        st.caption(f"The chart shows the first {charts.BARS} of {shown:,}.")
    with st.expander(f"{item.label} as a table"):
        st.html(table_html(grid, item.label, context.account.currency))
    actions(context, grid, item.id, list(item.all_metrics), key, is_chart=True)


def funnel(context: Context, item: Item, key: str) -> None:
    """The funnel over the whole range."""
    st.markdown(f"### {item.label}")
    steps = [headline(context, item, metric) for metric in item.metrics]
    if any(not step.reason for step in steps):
        st.altair_chart(
            charts.funnel(steps),
            width="stretch",
            key=f"chart_{key}",
            alt=funnel_message(item.label, steps),
        )
    for reason in dict.fromkeys(step.reason for step in steps if step.reason):
        names = ", ".join(step.label for step in steps if step.reason == reason)
        st.caption(f"Not shown: {names}. {reason}")
    grid = Grid(
        (Column("step", "Step"), Column("visits", "Visits", "count")),
        [{"step": step.label, "visits": step.value} for step in steps if not step.reason],
        answers={step.metric: step.answer for step in steps},
    )
    if grid.rows:
        with st.expander(f"{item.label} as a table"):
            st.html(table_html(grid, item.label, ""))
        actions(context, grid, item.id, list(item.metrics), key, is_chart=True)


def comparison(context: Context, item: Item, key: str) -> None:
    """The same figures of several groups side by side."""
    answers: dict[str, Any] = {}
    body, rows = [], []
    for label, *metrics in item.rows:
        cells, row = [], {"figure": label}
        for group, metric in zip(item.groups, metrics, strict=True):
            if metric is None:
                cells.append(f"<td class='figure'>{NONE}</td>")
                continue
            shown = headline(context, item, metric)
            answers[metric] = shown.answer
            row[group] = shown.value
            value = figure(shown.value, shown.unit, context.account.currency)
            said = escape(shown.reason or shown.label)
            cells.append(
                f"<td class='figure'>{escape(value)}<div class='against'>{said}</div></td>"
            )
        rows.append(row)
        body.append(f"<tr><th scope='row'>{escape(str(label))}</th>{''.join(cells)}</tr>")
    head = "".join(f"<th scope='col' class='figure'>{escape(name)}</th>" for name in item.groups)
    st.html(
        f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(item.label)}'>"
        f"<table class='grid'><caption>{escape(item.label)}</caption><thead><tr><td></td>{head}</tr>"
        f"</thead><tbody>{''.join(body)}</tbody></table></div>"
    )
    columns = [Column("figure", "Figure"), *(Column(name, name, "count") for name in item.groups)]
    actions(
        context,
        Grid(tuple(columns), rows, answers=answers),
        item.id,
        list(item.all_metrics),
        key,
    )


def draw(context: Context, item: Item) -> None:
    """Draw an item."""
    key = f"{context.board.id}_{context.panel.id}_{item.id}"
    with st.container(key=f"item_{key}"):
        if item.folded:
            folder = st.expander(item.label, key=f"fold_{key}", on_change="rerun")
            if not folder.open:
                return
            with folder:
                draw_open(context, item, key)
        else:
            draw_open(context, item, key)


def draw_open(context: Context, item: Item, key: str) -> None:
    """Draw what an item consists of."""
    match item.kind:
        case "tiles":
            tiles(context, item, key)
        case "funnel":
            funnel(context, item, key)
        case "comparison":
            comparison(context, item, key)
        case "table":
            table(context, item, asked_grid(context, item, item.metrics, True), key)
        case "records":
            table(context, item, mart_grid(context, item), key)
        case "mart_bar":
            chart(context, item, mart_grid(context, item), key)
        case _:
            metrics = item.all_metrics
            chart(context, item, asked_grid(context, item, metrics, False), key)


def draw_section(context: Context, section: Section) -> None:
    """A heading and its items."""
    st.header(section.title, anchor=section.id.replace("_", "-"))
    if section.note:
        st.caption(section.note)
    for item in section.items:
        draw(context, item)


def compared_with(context: Context) -> str:
    """Which period the tiles compare with, or why with none."""
    first, last = previous_period(context.view, context.account.until())
    if first < context.account.first:
        begins = day(context.account.first)
        return f"not compared with {days(first, last)}, because the data begins on {begins}"
    _, of_orders = previous_period(context.view, context.account.last)
    orders = f", orders with {days(first, of_orders)}" if of_orders > last else ""
    return f"compared with {days(first, last)}{orders}"
