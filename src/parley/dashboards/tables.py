"""Tables as HTML that a person, a screen reader and a printer can read, and as files."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from parley.dashboards.formats import NONE, figure, text
from parley.dashboards.grids import Column, Context, Grid

#: What a spreadsheet calculates when it opens a CSV, and what is a number there.
FORMULA, SIGNED = r"^\s*[=+\-@＝＋－＠]", r"^[+-][0-9]+(\.[0-9]+)?$"
#: Rows that are shown; the files have all.
SHOWN = 400


def heading(name: str, *, is_figure: bool = False) -> str:
    """A column's head; the page's script sorts the shown rows by it."""
    kind = "figure" if is_figure else "key"
    return f"<th scope='col' class='{kind}'><button class='sort'>{escape(name)}</button></th>"


def table_of(caption: str, head: str, body: str) -> str:
    """A table in a box that scrolls, also by the keyboard."""
    return (
        f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(caption, quote=True)}'>"
        f"<table class='grid'><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cell(column: Column, row: dict[str, Any], currency: str) -> str:
    """A cell: a figure by its unit; a member by its name, with the id in the tooltip."""
    value = row.get(column.name)
    if column.is_figure:
        told = escape(figure(value, column.unit, currency))
        return f"<td class='figure' data-value='{'' if value is None else value}'>{told}</td>"
    name = row.get(f"{column.name}_name")
    if name is None:
        return f"<td>{escape(text(value))}</td>"
    return f"<td title='{escape(f'{column.name} {value}', quote=True)}'>{escape(str(name))}</td>"


def total_cell(grid: Grid, column: Column, currency: str) -> str:
    """A cell of the totals row: the total, or a dash with the reason why there is none."""
    if column.name in grid.total_reasons:
        reason = escape(grid.total_reasons[column.name], quote=True)
        return f"<td class='figure' title='{reason}'>{NONE}</td>"
    value = (grid.totals or {}).get(column.name)
    return f"<td class='figure'>{escape(figure(value, column.unit, currency))}</td>"


def table_html(grid: Grid, caption: str, currency: str) -> str:
    """The grid as a table in a box that scrolls, also by the keyboard."""
    columns = [column for column in grid.columns if column.name not in grid.reasons]
    head = "".join(heading(column.label, is_figure=column.is_figure) for column in columns)
    body = []
    if grid.totals is not None:
        cells = [f"<th scope='row' colspan='{len(grid.keys)}'>Total</th>"]
        cells += [total_cell(grid, column, currency) for column in columns if column.is_figure]
        body.append(f"<tr class='total'>{''.join(cells)}</tr>")
    for row in grid.rows[:SHOWN]:
        body.append(f"<tr>{''.join(cell(column, row, currency) for column in columns)}</tr>")
    more = ""
    if len(grid.rows) > SHOWN:
        more = f"<p class='quiet'>The first {SHOWN} of {len(grid.rows):,} rows; the files have all.</p>"
    return f"{table_of(caption, head, ''.join(body))}{more}"


def rows_html(table: pa.Table, caption: str) -> str:
    """Any rows as a table, each value as text."""
    head = "".join(map(heading, table.column_names))
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(text(value))}</td>' for value in row.values())}</tr>"
        for row in table.to_pylist()
    )
    return table_of(caption, head, body)


def html_table(caption: str, heads: list[tuple[str, bool]], rows: list[list[str]]) -> str:
    """A table of texts that are escaped here; a heading says whether its column holds figures."""
    head = "".join(
        heading(name, is_figure=is_figure) if name else "<td></td>" for name, is_figure in heads
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class='{'figure' if is_figure else 'key'}'>{escape(value)}</td>"
            for value, (_, is_figure) in zip(row, heads, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return table_of(caption, head, body)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column whose texts no spreadsheet takes for formulas: an apostrophe comes before them.

    Visitors write some of them (feedback, addresses of pages). Numbers with a sign are no formulas.
    """
    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return column
    is_formula = pc.and_(
        pc.match_substring_regex(column, FORMULA),
        pc.invert(pc.match_substring_regex(column, SIGNED)),
    )
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)


def csv_bytes(table: pa.Table) -> bytes:
    """The table as CSV with a header."""
    buffer = io.BytesIO()
    shown = [as_text(column) for column in table.columns]
    pyarrow.csv.write_csv(pa.table(shown, table.column_names), buffer)
    return buffer.getvalue()


def parquet_bytes(table: pa.Table, about: dict[str, str]) -> bytes:
    """The table as Parquet; what it shows is in its metadata."""
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table.replace_schema_metadata(about), buffer)
    return buffer.getvalue()


def file_name(context: Context, item: str) -> str:
    """A file's name without ending: the dashboard, the item, the account, the range, the filters."""
    view = context.view
    parts = [context.board.id, context.panel.id, item, view.account, f"{view.first}_to_{view.last}"]
    searched = context.view.members.get(context.panel.id, ())
    for name, ids in context.filters():
        if name != context.board.scope and (name != context.panel.member or searched):
            parts.append(f"{name}-{'+'.join(ids)}")
    whole = "_".join(re.sub(r"[^A-Za-z0-9.+=_-]+", "-", part) for part in parts)
    return whole[:180]
