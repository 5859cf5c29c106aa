"""What stands behind a figure: its definition, the SQL that was run, and the rows it counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from html import escape
from typing import Any

import pyarrow as pa
import streamlit as st

from parley.dashboards.grids import Context, Grid
from parley.dashboards.questions import Answer
from parley.dashboards.records import records_of
from parley.dashboards.tables import csv_bytes, file_name, parquet_bytes, rows_html
from parley.marts import literal

#: Rows behind a figure that are shown.
ROWS = 300


def sql_literal(value: Any) -> str:
    """A parameter's value as SQL writes it."""
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date '{value}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(sql_literal, value))}]"
    return literal(str(value))


def filled_in(found: Answer) -> str:
    """The SQL with the values of its parameters, to be pasted anywhere."""
    return re.sub(
        r"\$(\w+)",
        lambda match: (
            sql_literal(found.parameters[match[1]]) if match[1] in found.parameters else match[0]
        ),
        found.sql,
    )


def definition(context: Context, metric: str) -> None:
    """The catalogue's entry of a metric."""
    entry = context.metrics.get(metric)
    if entry is None:
        st.write(f"The catalogue has no metric {metric}.")
        return
    catalogue = f"/docs/metrics.html?q={metric}#{metric}"
    st.markdown(
        f"**{entry.label}** · `{metric}` · [its entry in the metric catalogue]({catalogue})"
    )
    st.write(entry.definition)
    st.markdown(
        f"- Formula: `{entry.formula}`\n- Unit: {entry.unit.replace('_', ' ')}\n"
        f"- Date of: {entry.time_base}\n- Adding up: {entry.additivity}\n"
        f"- Tables: {', '.join(f'`{mart}`' for mart in entry.marts)}"
    )


@st.dialog("What stands behind the figures", width="large")
def explain(context: Context, metrics: Sequence[str], answers: Mapping[str, Answer]) -> None:
    """The dialog of an item, or of one tile."""
    metric = metrics[0]
    if len(metrics) > 1:
        names = {name: context.metrics[name].label for name in metrics if name in context.metrics}
        chosen = st.selectbox("Figure", list(names), format_func=lambda name: names[name])
        metric = chosen or metric
    definition(context, metric)
    found = answers.get(metric)
    if found is None:
        return
    if found.reason:
        st.info(found.reason)
        return
    with st.expander("SQL that gave the figures, on the published file"):
        st.code(filled_in(found), language="sql", wrap_lines=True)
    rows_behind(context, metric)


def rows_behind(context: Context, metric: str) -> None:
    """The rows that a figure counts, read when the reader asks for them."""
    if not st.toggle("Show the rows that it counts", key=f"rows_{context.panel.id}_{metric}"):
        return
    with st.spinner("Reading the rows"):
        found = records_of(context.publication, context.question(metric), ROWS)
    if not found:
        st.caption("Its rows cannot be told apart by these filters.")
    for place, part in enumerate(found):
        shown = "" if part.number <= ROWS else f"the first {ROWS} of "
        rows = "1 row" if part.number == 1 else f"{shown}{part.number:,} rows"
        st.html(rows_html(part.rows, f"{part.mart}: {rows}"))
        if part.note:
            st.caption(part.note)
        with st.container(horizontal=True, gap="small", key=f"files_{metric}_{place}"):
            as_files(
                context,
                partial(getattr, part, "rows"),
                f"{metric}_{part.mart}",
                f"rows_{metric}_{place}",
                of=f" of these rows of {part.mart}",
            )


def about_of(context: Context) -> dict[str, str]:
    """What a file shows, to be kept inside it."""
    return {
        "dashboard": context.board.title,
        "account": context.view.account,
        "from": context.view.first.isoformat(),
        "to": context.view.last.isoformat(),
        "filters": str(dict(context.filters())),
        "publication": context.publication.identity,
    }


def as_files(
    context: Context, table: Callable[[], pa.Table], name: str, key: str, *, of: str = ""
) -> None:
    """A table of a dashboard as files to download, named after what it shows."""
    file_buttons(table, file_name(context, name), about_of(context), key, of=of)


def file_buttons(
    table: Callable[[], pa.Table], stem: str, about: dict[str, str], key: str, *, of: str = ""
) -> None:
    """A table as files to download; it is asked for when the reader takes one."""
    for kind, ending, mime, write in (
        ("CSV", "csv", "text/csv", csv_bytes),
        (
            "Parquet",
            "parquet",
            "application/vnd.apache.parquet",
            partial(parquet_bytes, about=about),
        ),
    ):
        st.download_button(
            f"{kind}{of}",
            partial(lambda write: write(table()), write),
            f"{stem}.{ending}",
            mime,
            key=f"{ending}_{key}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def downloads(context: Context, grid: Grid, name: str, key: str) -> None:
    """The shown figures as files."""
    as_files(context, grid.table, name, key)


def actions(
    context: Context,
    grid: Grid,
    name: str,
    metrics: Sequence[str],
    key: str,
    *,
    is_chart: bool = False,
) -> None:
    """The row below an item: its files, and what stands behind it."""
    with st.container(horizontal=True, gap="small", key=f"actions_{key}"):
        if metrics and st.button(
            "Definition and SQL", key=f"explain_{key}", type="tertiary", icon=":material/info:"
        ):
            explain(context, metrics, grid.answers)
        downloads(context, grid, name, key)
        if is_chart:
            file = escape(f"{file_name(context, name)}.svg", quote=True)
            st.html(f"<button class='svg' data-svg='{file}'>SVG</button>", width="content")
