"""Items read from a mart, where no metric is asked for: records, and counts added up over the dates."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from parley.dashboards.grids import Column, Context, Grid, figure_column, plain_rows
from parley.dashboards.questions import Answer
from parley.dashboards.registry import Item
from parley.marts import identifier


def mart_grid(context: Context, item: Item) -> Grid:
    """Rows of a mart: records as they are, or counts by the item's keys, added up over the range."""
    keys = [identifier(name) for name in item.keys]
    where = ["account_id = $account"]
    parameters: dict[str, Any] = {"account": context.view.account}
    if item.kind == "records":
        day = f"cast({item.instant} at time zone 'UTC' at time zone $zone as date)"
        parameters["zone"] = context.account.time_zone
        select = [
            f"{item.instant} at time zone 'UTC' at time zone $zone as {name}"
            if name == item.instant
            else name
            for name in item.keys
        ]
        ending = f"order by {item.order}"
    else:
        day = "date_day"
        select = keys + [f"sum({name}) as {name}" for name in item.metrics]
        order = f"{item.metrics[0]} desc, " if item.top else ""
        ending = f"group by {', '.join(keys)}\norder by {order}{', '.join(keys)}"
    if item.dated:
        where.append(f"{day} between $first and $last")
        parameters |= {"first": context.view.first, "last": context.view.last}
    sql = (
        f"select {', '.join(select)}\nfrom marts.{item.mart}\nwhere {' and '.join(where)}\n{ending}"
    )
    rows = plain_rows(context.publication.rows(sql, parameters))
    columns = [Column(name, name.replace("_", " ").capitalize()) for name in item.keys]
    if item.kind != "records":
        columns += [figure_column(context, item, metric) for metric in item.metrics]
    left_off = max(len(rows) - item.top, 0) if item.top else 0
    shown = rows[: item.top] if item.top else rows
    asked = Answer(pa.table({}), sql, parameters, None)
    return Grid(
        tuple(columns),
        shown,
        answers=dict.fromkeys(item.metrics, asked),
        sql=sql,
        left_off=left_off,
    )
