"""The data test rows_hold, on rows of which one thing or another does not hold."""

from __future__ import annotations

import duckdb
import jinja2
import pytest

from rig.site import PROJECT

#: id, state, part, whole, and what is broken first.
ROWS = [
    ("sound", "on", 1, 2, None),
    ("null where nothing is said of it", "off", None, 2, None),
    (None, "on", 1, 2, "id is not null"),
    ("another word", "of", 1, 2, "state in ('on', 'off')"),
    ("no word", None, 1, 2, "state in ('on', 'off')"),
    ("broken", "on", 3, 2, "part <= whole or state = 'off'"),
    ("the other side of the rule", "off", 3, 2, None),
    (None, "of", 3, 2, "id is not null"),
]


def failing(rows: list[tuple[object, ...]], **arguments: object) -> list[tuple[object, ...]]:
    """The rows that the test shows: what does not hold, and the row."""
    text = (PROJECT / "tests" / "generic" / "rows_hold.sql").read_text()
    text = text.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    macros = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(text).module
    with duckdb.connect() as connection:
        connection.execute(
            "create table tested (id varchar, state varchar, part bigint, whole bigint)"
        )
        connection.executemany("insert into tested values (?, ?, ?, ?)", [row[:4] for row in rows])
        sql = str(macros.rows_hold("tested", **arguments))  # type: ignore[attr-defined]
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[4]}")
def test_says_what_does_not_hold_of_a_row(row: tuple[object, ...]) -> None:
    shown = failing(
        [row],
        never_null=["id"],
        one_of={"state": ["on", "off"]},
        rules=["part <= whole or state = 'off'"],
    )
    assert shown == ([] if row[4] is None else [(row[4], *row[:4])])
