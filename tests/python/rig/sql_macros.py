"""Macros that are plain text, rendered and run without dbt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import jinja2

from .site import PROJECT


class Macros:
    """The macros of files and folders as DuckDB has them, each callable by name with its arguments' texts."""

    def __init__(self, *places: str) -> None:
        found = [PROJECT / place for place in places]
        files = [file for path in found for file in (sorted(path.glob("*.sql")) or [path])]
        text = "\n".join(file.read_text() for file in files)
        environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        environment.globals |= {"adapter": self, "return": lambda value: value}
        self.rendered = environment.from_string(text).module

    def dispatch(self, name: str, package: str) -> Any:
        """A macro that differs by engine."""
        del package
        return getattr(self.rendered, f"duckdb__{name}")

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
