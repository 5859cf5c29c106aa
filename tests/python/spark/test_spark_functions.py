"""The functions that models call, on Spark: the same small cases as on DuckDB (tests/python/test_functions.py)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from test_functions import CASES

from parley.spark.macros import Macros as Expanded
from parley.spark.macros import in_spark_words, statements
from rig.spark import session
from rig.sql_macros import Macros

KINDS = ("value", "json", "avro", "unusable")
#: Functions whose answer is JSON, which is marked text here.
GIVE_JSON = ("json_items", "json_first_at", "avro", "avro_scalar", "avro_records")


def literal(value: Any) -> str:
    """A value as a column of a table would hold it."""
    if value is None:
        return "cast(null as string)"
    if isinstance(value, list):
        return f"cast(array({', '.join(map(literal, value))}) as array<string>)"
    if isinstance(value, str):
        quoted = "'" + value.removeprefix("json ").replace("'", "''") + "'"
        return f"json_document_of({quoted})" if value.startswith("json ") else quoted
    if isinstance(value, Decimal):
        return f"cast('{value}' as decimal(38, 9))"
    return f"cast({value} as bigint)"


@pytest.fixture(scope="module")
def answers() -> Iterator[list[Any]]:
    """What every case gives, asked in one query: a Spark job costs more than all of them."""
    functions = Expanded()
    rendered = Macros("macros/engine/spark/functions")
    for statement in statements("".join(rendered(f"spark__{kind}_functions") for kind in KINDS)):
        functions.learn(statement)
    # a scalar by itself, or null: JSON's own null is none
    functions.learn("create or replace macro json_document_of(text) as json_items(json_marked('[' || text || ']'))[0]")
    spark = session()
    columns = []
    for place, (function, arguments, expected) in enumerate(CASES):
        value, *others = map(literal, arguments)
        call = f"{function}({', '.join([f'c{place}', *others])})"
        if function in GIVE_JSON and expected is not None:
            wanted = literal([f"json {one}" for one in expected] if isinstance(expected, list) else f"json {expected}")
            call = f"{call} <=> {wanted}"
        columns.append((value, call))
    found: list[Any] = []
    for start in range(0, len(columns), 40):
        part = columns[start : start + 40]
        values = ", ".join(f"{value} as c{start + at}" for at, (value, _) in enumerate(part))
        calls = ", ".join(f"{call} as r{at}" for at, (_, call) in enumerate(part))
        found += spark.sql(in_spark_words(functions.expand(f"select {calls} from (select {values}) as t"))).collect()[0]
    yield found


@pytest.mark.parametrize("place", range(len(CASES)), ids=[f"{case[0]}-{at}" for at, case in enumerate(CASES)])
def test_function(answers: list[Any], place: int) -> None:
    function, arguments, expected = CASES[place]
    found = answers[place]
    if function in GIVE_JSON and expected is not None:
        expected = True
    if hasattr(found, "asDict"):
        found = found.asDict()
    assert found == expected, (function, arguments)
