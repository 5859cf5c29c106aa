"""Functions that the database is given at the start of a run, each by itself on small cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from parley.landing.pseudonyms import whole_number
from rig.site import PROJECT
from rig.sql_macros import Macros

FOLDER = "macros/engine/functions"
TYPE = "com.liveperson.dataaccess."
DAY_2024 = 1_704_067_200_000


def said(problem: str, value: str | None) -> dict[str, str | None]:
    """What a check says of the field f."""
    return {"field": "f", "problem": problem, "value": value}


#: The function, its arguments (json is cast to JSON), and what it gives.
CASES: list[tuple[str, list[Any], Any]] = [
    *(("null_if_sentinel", [text], None) for text in ("-1", "null", "undefined", "NA", "", None)),
    *(("null_if_sentinel", [text], text) for text in ("0", "-1.0", "NULL", " ", "na")),
    ("unless_deleted", ["** LP deleted data **"], None),
    *(
        ("unless_deleted", [text], text)
        for text in ("LP deleted data", "** lp deleted data **", "")
    ),
    ("unless_deleted", [None], None),
    ("number_or_null", ["-1"], -1.0),
    ("number_or_null", ["1e3"], 1000.0),
    *(("number_or_null", [text], None) for text in ("1e400", "nan", "12,5", "", None)),
    ("amount_or_null", ["12.50"], Decimal("12.5")),
    ("amount_or_null", ["999999999999999999"], Decimal(999999999999999999)),
    *(("amount_or_null", [text], None) for text in ("1000000000000000000", "x", None)),
    ("amount_product", [Decimal("2.5"), Decimal(3)], Decimal("7.5")),
    ("amount_product", [Decimal(10**10), Decimal(10**8)], None),
    ("amount_product", [Decimal(1), None], None),
    ("epoch_ms_or_null", ["1704067200000"], DAY_2024),
    ("epoch_ms_or_null", ["1704067200000.999"], DAY_2024),
    ("epoch_ms_or_null", ["-0.9"], 0),
    ("epoch_ms_or_null", ["8640000000000000"], 8_640_000_000_000_000),
    *(("epoch_ms_or_null", [text], None) for text in ("8640000000000001", "nan", "soon", None)),
    ("is_usable_time", [946_684_800_000], True),
    ("is_usable_time", [946_684_799_999], False),
    ("is_usable_time", [4_102_444_799_999], True),
    ("is_usable_time", [4_102_444_800_000], False),
    ("is_usable_time", [None], None),
    ("usable_ms_or_null", ["946684800000"], 946_684_800_000),
    *(("usable_ms_or_null", [text], None) for text in ("1704067200", "4102444800000", "x", None)),
    ("sequence_or_null", ["9007199254740993"], Decimal(9_007_199_254_740_993)),
    ("sequence_or_null", ["-1.5"], Decimal("-1.5")),
    ("sequence_or_null", ["1e300"], Decimal(10**28)),
    ("sequence_or_null", ["-1e300"], Decimal(-(10**28))),
    *(("sequence_or_null", [text], None) for text in ("x", "nan", "1e400", "", None)),
    ("whole_number", ["1001.0"], "1001"),
    ("whole_number", ["-1.00"], "-1"),
    ("whole_number", ["1e22"], "1" + "0" * 22),
    ("whole_number", ["1.5e+3"], "1500"),
    ("whole_number", ["100e-2"], "1"),
    ("whole_number", ["9007199254740993e0"], "9007199254740993"),
    ("whole_number", ["1234567.0000000000000001e1"], "12345670"),
    *(("whole_number", [text], "0") for text in ("-0", "-0.0", "-0e5", "0.0", "0e7")),
    *(
        ("whole_number", [text], text)
        for text in ("1001", "1001.5", "1.0014e3", "15e-1", "1e-7", "1e400", "-0.5", "true", "1e38")
    ),
    # the leap second of 2016, and how it is written elsewhere
    ("written_time_to_epoch_ms", ["2016-12-31T23:59:60Z"], 1_483_228_800_000),
    ("written_time_to_epoch_ms", ["2017-01-01T01:59:60.250+02:00"], 1_483_228_800_250),
    ("written_time_to_epoch_ms", ["2016-12-31T23:59:61Z"], None),
    ("rfc3339_to_epoch_ms", ["2016-12-31T23:59:60Z"], 1_483_228_800_000),
    ("rfc3339_to_epoch_ms", ["2024-01-01T00:00:00Z"], DAY_2024),
    ("rfc3339_to_epoch_ms", ["2024-01-01 01:30:00.250+0130"], DAY_2024 + 250),
    *(
        ("rfc3339_to_epoch_ms", [text], None)
        for text in (
            "2024-01-01",
            "2024-01-01T00:00:00",
            "2024-13-01T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T12:00:00+24:00",
            "2024-01-01T12:00:00-01:60",
            "x",
            None,
        )
    ),
    *(
        ("iso8601_to_epoch_ms", [text], DAY_2024)
        for text in (
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00",
            "20240101T0000",
            "20240101T010000,0+01",
            "2024-01-01t00:00:00.000z",
            "2023-12-31 22:30-01:30",
        )
    ),
    ("iso8601_to_epoch_ms", ["2024-01-01T00:00:01.5Z"], DAY_2024 + 1500),
    ("iso8601_to_epoch_ms", ["20161231T235960"], 1_483_228_800_000),
    *(
        ("iso8601_to_epoch_ms", [text], None)
        for text in ("2024-01-01", "2024-01-01T24:61", "1704067200000", "2024-01-01T00:00+25", None)
    ),
    ("json_is_valid", ["[1]"], True),
    ("json_is_valid", ["[1"], False),
    ("json_is_valid", [None], False),
    ("json_is_object", ['json {"a":1}'], True),
    ("json_is_object", ["json [{}]"], False),
    ("json_is_object", ["json null"], False),
    ("json_is_list", ["json [{}]"], True),
    ("json_is_list", ['json {"a":[]}'], False),
    ("json_items", ['json [1,"a",{"b":[2]}]'], ["1", '"a"', '{"b":[2]}']),
    ("json_items", ["json []"], []),
    ("json_items", ['json {"a":1}'], []),
    ("json_items", [None], []),
    ("json_first_at", ['json {"a":{"x":1},"b":{"x":2}}', "$.*.x"], "1"),
    ("json_first_at", ['json {"a":1}', "$.*.x"], None),
    ("json_first_key", ['json {"b":1,"a":2}'], "b"),
    *(("json_first_key", [f"json {json}"], None) for json in ("{}", "[1]", "null", '"a"')),
    ("json_scalar", ['json "a\\"b"'], 'a"b'),
    ("json_scalar", ["json -1"], "-1"),
    ("json_scalar", ["json true"], "true"),
    ("json_scalar", ['json "null"'], "null"),
    *(("json_scalar", [f"json {json}"], None) for json in ("null", "[1]", '{"a":1}')),
    # numbers with a point or an exponent are written anew, as a double
    *(
        ("json_scalar", [f"json {json}"], written)
        for json, written in (
            ("5.0E12", "5000000000000.0"),
            ("1e20", "100000000000000000000.0"),
            ("-1e21", "-1e21"),
            ("1.5e21", "1.5e21"),
            ("0.00000125", "0.00000125"),
            ("1e-6", "0.000001"),
            ("1.25E-7", "1.25e-7"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("0.012345678901234567", "0.012345678901234567"),
            ("1234567890.50", "1234567890.5"),
            ("9007199254740993.0", "9007199254740992.0"),
            ("9007199254740993", "9007199254740993"),
            ("0e5", "0.0"),
            ("-0.00", "-0.0"),
        )
    ),
    ("json_text", ['json ""'], ""),
    ("json_text", ['json "5"'], "5"),
    *(("json_text", [f"json {json}"], None) for json in ("null", "5", "true", "[]", "{}")),
    ("json_name", ["json 7"], "7"),
    ("json_name", ["json 1001.0"], "1001"),
    ("json_name", ["json 1e3"], "1000"),
    ("json_name", ['json "1001.0"'], "1001.0"),
    ("json_name", ["json -1.0"], None),
    ("json_name", ["json true"], "true"),
    ("json_name", ['json "x"'], "x"),
    *(("json_name", [f"json {json}"], None) for json in ("-1", '"-1"', '"NA"', '""', "null", "[]")),
    ("json_boolean", ["json true"], True),
    ("json_boolean", ['json "FALSE"'], False),
    ("json_boolean", ["json 1"], None),
    ("json_number", ["json -1"], -1.0),
    ("json_number", ['json "4.5"'], 4.5),
    ("json_number", ['json "good"'], None),
    ("json_amount", ['json "4.50"'], Decimal("4.5")),
    ("json_amount", ["json {}"], None),
    ("json_epoch_ms", ["json 1704067200000"], DAY_2024),
    ("json_epoch_ms", ['json "1704067200000"'], DAY_2024),
    ("json_epoch_ms", ["json -1"], None),
    ("json_usable_ms", ["json 1704067200000"], DAY_2024),
    ("json_usable_ms", ["json 1704067200"], None),
    *(
        ("avro_is_wrapped", [f'json {{"{name}":1}}'], True)
        for name in ("string", "long", "null", "array", "map", TYPE + "Campaign")
    ),
    *(
        ("avro_is_wrapped", [f"json {json}"], False)
        for json in ('{"id":1}', '{"string":1,"x":2}', '"string"', '["string"]', "null")
    ),
    ("avro", ['json {"long":5}'], "5"),
    ("avro", ['json {"array":[1,2]}'], "[1,2]"),
    ("avro", ['json {"string":{"string":"x"}}'], '{"string":"x"}'),
    ("avro", ['json {"' + TYPE + 'Goal":{"id":1}}'], '{"id":1}'),
    ("avro", ['json {"string":null}'], None),
    ("avro", ['json {"id":1}'], '{"id":1}'),
    ("avro", ['json "x"'], '"x"'),
    ("avro_scalar", ['json "x"'], '"x"'),
    ("avro_scalar", ['json {"string":"a, {b}: \\"c\\""}'], '"a, {b}: \\"c\\""'),
    ("avro_scalar", ['json {"long":-1}'], "-1"),
    ("avro_scalar", ['json {"' + TYPE + 'DeviceFamilyEnum":"MOBILE"}'], '"MOBILE"'),
    ("avro_scalar", ['json {"string":null}'], "null"),
    ("avro_scalar", ["json null"], "null"),
    *(
        ("avro_scalar", [f"json {json}"], None)
        for json in (
            '{"string":["x"]}',
            '{"string":{"string":"x"}}',
            '{"string":"x","long":1}',
            '{"text":"x"}',
            "[1]",
        )
    ),
    ("avro_name", ['json {"string":"v1"}'], "v1"),
    ("avro_name", ['json {"string":"NA"}'], None),
    ("avro_name", ["json -1"], None),
    ("avro_name", ['json {"string":null}'], None),
    ("avro_name", ['json {"double":1001.0}'], "1001"),
    *(
        ("json_shape", [json and f"json {json}"], shape)
        for json, shape in (
            *(
                ('{"a":1}', "(object)"),
                ("[1]", "(list)"),
                ('"[1]"', "(scalar)"),
                ("true", "(scalar)"),
            ),
            *(("0", "(scalar)"), ("null", None), (None, None)),
        )
    ),
    *(
        ("json_enum", [f"json {json}"], name)
        for json, name in (
            *(('"Show"', "Show"), ("2.0", "2"), ('"NA"', None), ("null", None)),
            *(('{"a":1}', "(object)"), ("[]", "(list)")),
        )
    ),
    ("avro_usable_ms", ['json {"long":1704067200000}'], DAY_2024),
    *(("avro_usable_ms", [f'json {{"long":{time}}}'], None) for time in (-1, 1_704_067_200)),
    ("avro_amount", ['json {"double":7.25}'], Decimal("7.25")),
    ("avro_amount", ['json "-1"'], Decimal(-1)),
    ("avro_records", ['json [{"a":1},{"' + TYPE + 'X":{"a":2}},3,null]'], ['{"a":1}', '{"a":2}']),
    ("avro_records", ['json {"array":[{"a":1}]}'], ['{"a":1}']),
    *(("avro_records", [f"json {json}"], []) for json in ("null", "5", '{"a":[{"b":1}]}', "[]")),
    ("avro_field", ['json {"id":"x"}', "id"], '"x"'),
    ("avro_field", ['json {"' + TYPE + 'Goal":{"id":[1]}}', "id"], "[1]"),
    ("avro_field", ["json {}", "id"], None),
    ("avro_first_kind", [["json {}", 'json {"at":[1]}', 'json {"at":{"a":1}}'], "at"], "(list)"),
    ("avro_first_kind", [['json {"at":{"string":{"a":1}}}'], "at"], "(object)"),
    ("avro_first_kind", [['json {"at":{"long":1}}', 'json {"at":"x"}'], "at"], None),
    ("avro_field_name", ['json {"id":{"long":5}}', "id"], "5"),
    ("avro_field_name", ['json {"' + TYPE + 'Goal":{"id":5}}', "id"], "5"),
    ("avro_field_name", ['json {"id":-1}', "id"], None),
    ("avro_field_name", ["json 5", "id"], None),
    ("avro_first_name", [['json {"id":1}', 'json {"id":2}'], "id"], "1"),
    ("avro_first_name", [["json {}", 'json {"id":""}', 'json {"id":{"string":"b"}}'], "id"], "b"),
    ("avro_first_name", [[], "id"], None),
    # (whether a value is there and cannot be used; null: nothing to say)
    ("unusable_value", ["f", "p", "x" * 101], said("p", "x" * 100)),
    ("unusable_value", ["f", "p", None], said("p", None)),
    ("deleted_value", ["f", "** LP deleted data **"], said("deleted_by_vendor", "(deleted)")),
    ("deleted_value", ["f", "a text"], said("deleted_by_vendor", None)),
    ("deleted_value", ["f", None], said("deleted_by_vendor", None)),
    *(
        (function, [f"json {json}"], value)
        for function in ("json_scalar_or_shape", "avro_scalar_or_shape")
        for json, value in (
            ('{"a":1}', "(object)"),
            ("[1]", "(list)"),
            ('"x"', "x"),
            ("null", None),
        )
    ),
    ("avro_scalar_or_shape", ['json {"long":1}'], "1"),
    ("avro_scalar_or_shape", ['json {"long":[1]}'], "(list)"),
    ("avro_scalar_or_shape", ['json {"long":null}'], None),
    ("misshapen", ["f", 'json {"a":1}', "(list)"], said("unknown_value", "(object)")),
    ("misshapen", ["f", "json []", "(list)"], said("unknown_value", None)),
    ("misshapen", ["f", "json null", "(list)"], said("unknown_value", None)),
    *(
        ("json_misshapen", [f"json {json}", ["f"], "(list)"], [said("unknown_value", value)])
        for json, value in (
            *(('{"f":[]}', None), ('{"f":null}', None), ("{}", None), ("[1]", None)),
            *(('{"f":{}}', "(object)"), ('{"f":"[1]"}', "(scalar)"), ('{"f":0}', "(scalar)")),
        )
    ),
    *(
        ("json_unusable_rating", ["f", f"json {json}", 1, 5], said("unusable_number", value))
        for json, value in (
            ("1", None),
            ("null", None),
            ("0", "0"),
            ('"10"', "10"),
            ('"n/a"', "n/a"),
            ('"undefined"', "undefined"),
            ('"five"', "(masked)"),
            ("13115550101", "(masked)"),
            ("[5]", "(list)"),
        )
    ),
    *(
        ("json_unusable_score", ["f", f"json {json}", 1, 5], said("unusable_number", value))
        for json, value in (
            ("1", None),
            ('"4.5"', None),
            ("5.0", None),
            ("null", None),
            ("0", "0"),
            ('"7"', "7"),
            ("-1", "-1"),
            ('"good"', "good"),
            ("[5]", "(list)"),
            ('{"score":5}', "(object)"),
        )
    ),
    *(
        (function, ["f", f"json {json}"], said(problem, value))
        for function, problem, json, value in (
            ("json_unusable_number", "unusable_number", '"1,5"', "1,5"),
            ("json_unusable_number", "unusable_number", '""', ""),
            ("json_unusable_number", "unusable_number", "-1", None),
            ("json_unusable_number", "unusable_number", "null", None),
            ("json_unusable_number", "unusable_number", "[5]", "(list)"),
            ("json_unusable_amount", "unusable_number", '"1,299.00"', "1,299.00"),
            (
                "json_unusable_amount",
                "unusable_number",
                "1000000000000000000",
                "1000000000000000000",
            ),
            ("json_unusable_amount", "unusable_number", '"1299.00"', None),
            ("json_unusable_amount", "unusable_number", '{"amount":5}', "(object)"),
            ("json_unusable_time", "unusable_time", '{"at":5}', "(object)"),
            ("json_unusable_time", "unusable_time", "null", None),
            ("avro_unusable_amount", "unusable_number", '{"amount":5}', "(object)"),
            ("avro_unusable_amount", "unusable_number", '{"double":null}', None),
            ("avro_unusable_time", "unusable_time", '{"long":{"at":5}}', "(object)"),
            ("avro_unusable_time", "unusable_time", '{"long":[1]}', "(list)"),
            ("avro_unusable_amount", "unusable_number", '{"double":[1]}', "(list)"),
            ("avro_unusable_time", "unusable_time", "null", None),
            ("json_unusable_time", "unusable_time", "1704067200", "1704067200"),
            ("json_unusable_time", "unusable_time", '"soon"', "soon"),
            ("json_unusable_time", "unusable_time", "-1", None),
            ("json_unusable_time", "unusable_time", "1704067200000", None),
            ("avro_unusable_amount", "unusable_number", '{"string":"1,5"}', "1,5"),
            ("avro_unusable_amount", "unusable_number", '{"double":1.5}', None),
            ("avro_unusable_time", "unusable_time", '{"long":1704067200}', "1704067200"),
            ("avro_unusable_time", "unusable_time", '{"long":-1}', None),
        )
    ),
]


def statements() -> str:
    """The statements that create the functions, as dbt renders them."""
    macros = Macros(FOLDER)
    kinds = ("value", "json", "avro", "unusable")
    return "\n".join(macros(f"duckdb__{kind}_functions") for kind in kinds)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(statements())
        yield connection


def literal(value: Any) -> str:
    """A value as a column of a table would hold it."""
    if value is None:
        return "null"
    if isinstance(value, list):
        is_json = not value or str(value[0]).startswith("json ")
        return "[" + ", ".join(map(literal, value)) + "]" + ("::json[]" if is_json else "")
    if isinstance(value, str):
        quoted = "'" + value.removeprefix("json ").replace("'", "''") + "'"
        return f"{quoted}::json" if value.startswith("json ") else quoted
    if isinstance(value, Decimal):
        return f"{value}::decimal(38, 9)"
    return f"{value}::bigint"


@pytest.mark.parametrize(("function", "arguments", "expected"), CASES)
def test_function(
    database: duckdb.DuckDBPyConnection, function: str, arguments: list[Any], expected: Any
) -> None:
    """The first argument is a column, as in a model: constants are folded in other ways."""
    value, *others = map(literal, arguments)
    call = ", ".join(["value", *others])
    found = database.sql(f"select {function}({call}) from (select {value} as value)").fetchone()
    assert found == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"), [(one[1][0], one[2]) for one in CASES if one[0] == "whole_number"]
)
def test_ids_are_compared_as_they_are_read(text: str, expected: str) -> None:
    """An erased id is found in any spelling that staging takes for it, and in no other."""
    assert whole_number(text) == expected


def test_every_function_is_told_and_tried() -> None:
    files = sorted((PROJECT / FOLDER).glob("*.sql"))
    # those of statistics are tried on grids, by test_statistics.py
    text = "".join(file.read_text() for file in files if file.stem != "statistics")
    created = re.findall(r"create or replace macro (\w+)\(", text)
    told = re.findall(r"(?m)^-- [^\n]+\ncreate or replace macro (\w+)\(", text)
    assert created == told
    tried = {function for function, *_ in CASES}
    assert set(created) == tried | {"avro_type", "unknown_value", "values_found"}


def test_values_found_of_lists(database: duckdb.DuckDBPyConnection) -> None:
    """A name nobody lists is found, one that is listed or missing is not; a missing list has none."""
    checks = ", ".join(f"unknown_value('f', {name}, ['a', 'b'])" for name in ("'a'", "'c'", "null"))
    found = database.sql(f"select values_found([[{checks}], null, []])").fetchone()
    assert found == ([said("unknown_value", "c")],)
