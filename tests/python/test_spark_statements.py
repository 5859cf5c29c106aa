"""What of a statement changes before Spark sees it; Spark itself is not needed."""

from __future__ import annotations

import pytest

from parley.spark.macros import Macros, in_spark_words, statements
from rig.sql_macros import Macros as Rendered
from test_functions import CASES

KINDS = ("value", "json", "avro", "unusable")


@pytest.fixture
def macros() -> Macros:
    found = Macros()
    assert found.learn("create or replace macro twice(value) as value + value")
    assert found.learn("create or replace macro named(item) as item.item || ', '")
    return found


def test_a_call_becomes_what_its_function_says(macros: Macros) -> None:
    assert (
        macros.expand("select twice(a.b), named(x) from t")
        == "select (a.b + a.b), (x.item || ', ') from t"
    )


def test_a_long_argument_is_computed_once(macros: Macros) -> None:
    found = macros.expand("select twice(f(a, ')'))")
    assert found == "select get(transform(array(f(a, ')')), held_1 -> (held_1 + held_1)), 0)"


def test_texts_names_and_fields_are_no_calls(macros: Macros) -> None:
    for statement in (
        "select 'twice(a)'",
        'select "twice"(a)',
        "select a.twice(b)",
        "select twice",
    ):
        assert macros.expand(statement) == statement


def test_a_wrong_number_of_arguments_is_said(macros: Macros) -> None:
    with pytest.raises(ValueError, match="twice takes 1 arguments, not 2"):
        macros.expand("select twice(a, b)")


def test_what_creates_no_function_is_not_learned(macros: Macros) -> None:
    assert not macros.learn("create or replace table x as select 1")


def test_statements_end_with_a_semicolon_that_is_in_no_text() -> None:
    assert list(statements("select ';' -- one; two\n; ;select 2;")) == ["select ';'", "select 2"]


@pytest.mark.parametrize(
    ("ours", "sparks"),
    [
        ("select [1, f([2])]", "select array(1, f(array(2)))"),
        ("case when a then [null] else b[1] end", "case when a then array(null) else b[1] end"),
        ("f(a)[0]", "f(a)[0]"),
        (r"'\d [x]'", r"'\\d [x]'"),
        (
            "[{'a': b::string, 'c': f({'d': [1]})}]",
            "array(named_struct('a', b::string, 'c', f(named_struct('d', array(1)))))",
        ),
    ],
)
def test_lists_structs_and_backslashes_as_spark_writes_them(ours: str, sparks: str) -> None:
    assert in_spark_words(ours) == sparks


def test_every_function_of_duckdb_is_there_on_spark() -> None:
    rendered = Rendered("macros/engine/functions", "macros/engine/spark/functions")
    known = Macros()
    for kind in KINDS:
        for statement in statements(rendered(f"spark__{kind}_functions")):
            assert known.learn(statement), statement
    called = {function for function, *_ in CASES} | {"unknown_value", "values_found"}
    for function in called:
        assert known.expand(f"select {function}") == f"select {function}"
        with pytest.raises(ValueError, match=f"{function} takes"):
            known.expand(f"select {function}(a, b, c, d, e, f, g)")
