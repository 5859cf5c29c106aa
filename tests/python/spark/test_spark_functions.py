"""The functions that models call, on Spark: the small cases of tests/python/test_functions.py."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parley.spark.macros import Macros as Expanded
from parley.spark.macros import in_spark_words, statements
from rig.spark import session
from rig.sql_macros import Macros
from test_functions import CASES

pytestmark = pytest.mark.spark
KINDS = ("value", "json", "avro", "unusable")
#: Cases of one query.
AT_ONCE = 40
#: Functions whose answer is JSON, which is marked text here.
GIVE_JSON = ("json_items", "json_first_at", "avro", "avro_scalar", "avro_records", "avro_field")


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
def answers() -> list[Any]:
    """What every case gives, asked in one query: a Spark job costs more than all of them."""
    functions = Expanded()
    rendered = Macros("macros/engine/functions", "macros/engine/spark/functions")
    for kind in KINDS:
        for statement in statements(rendered(f"spark__{kind}_functions")):
            functions.learn(statement)
    # a scalar by itself, or null: JSON's own null is none
    functions.learn(
        "create or replace macro json_document_of(text) as json_items(json_marked('[' || text || ']'))[0]"
    )
    spark = session()
    found: list[Any] = []
    for start in range(0, len(CASES), AT_ONCE):
        asked = [question(place) for place in range(start, min(start + AT_ONCE, len(CASES)))]
        values = ", ".join(value for value, _ in asked)
        calls = ", ".join(f"{call} as r{at}" for at, (_, call) in enumerate(asked))
        query = functions.expand(f"select {calls} from (select {values}) as t")
        found += spark.sql(in_spark_words(query)).collect()[0]
    return found


def question(place: int) -> tuple[str, str]:
    """A case's first argument as a column, and the call; of JSON, whether it is what it should be."""
    function, arguments, expected = CASES[place]
    value, *others = map(literal, arguments)
    call = f"{function}({', '.join([f'c{place}', *others])})"
    if function in GIVE_JSON and expected is not None:
        call += f" <=> {literal(as_json(expected))}"
    return f"{value} as c{place}", call


def as_json(expected: Any) -> Any:
    """JSON texts as arguments that are JSON."""
    if isinstance(expected, list):
        return [f"json {one}" for one in expected]
    return f"json {expected}"


@pytest.mark.parametrize("place", range(len(CASES)))
def test_function(answers: list[Any], place: int) -> None:
    function, arguments, expected = CASES[place]
    found = answers[place]
    if function in GIVE_JSON and expected is not None:
        expected = True
    if function == "json_is_object" and arguments == ["json null"]:
        # JSON's null is SQL's null here
        expected = None
    assert as_plain(found) == expected, (function, arguments)


def as_plain(found: Any) -> Any:
    """Structs as dictionaries, alone or in an array."""
    if isinstance(found, list):
        return [as_plain(one) for one in found]
    return found.asDict() if hasattr(found, "asDict") else found
