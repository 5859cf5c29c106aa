"""Macros that are plain text, rendered and run without dbt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import jinja2

from .site import PROJECT


class Macros:
    """The macros of a folder, each callable by its name with the texts of its arguments."""

    def __init__(self, folder: str) -> None:
        files = sorted((PROJECT / folder).glob("*.sql"))
        text = "\n".join(file.read_text() for file in files)
        self.rendered = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(text).module

    def __call__(self, name: str, *arguments: Any) -> str:
        """The SQL of a macro."""
        return str(getattr(self.rendered, name)(*arguments))


def statistics() -> str:
    """The statements that create the functions of statistics, as dbt renders them."""
    return Macros("macros/engine/functions")("duckdb__statistics_functions")


def evaluate(
    columns: Mapping[str, Sequence[float | None]], *expressions: str
) -> list[tuple[Any, ...]]:
    """What expressions of statistics are on a table of numbers, row by row in the order given."""
    types = {
        name: "bigint" if all(isinstance(value, int) for value in values) else "double"
        for name, values in columns.items()
    }
    with duckdb.connect() as connection:
        connection.execute(statistics())
        names = ", ".join(f"unnest(?::{types[name]}[]) as {name}" for name in columns)
        return connection.execute(
            "with numbers as (select {names}, unnest(range({rows})) as place) "
            "select {wanted} from numbers order by place".format(
                names=names,
                rows=len(next(iter(columns.values()))),
                wanted=", ".join(expressions),
            ),
            [list(values) for values in columns.values()],
        ).fetchall()
