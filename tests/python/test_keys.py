"""Records without an id are known again by their content."""

from __future__ import annotations

import pyarrow as pa
import pytest

from parley.landing.keys import json_in_key_order, json_texts_in_key_order


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"b": 1, "a": {"d": null, "c": [2, 1]}}', '{"a":{"c":[2,1],"d":null},"b":1}'),
        ('{"a":1,\t"a":2}', '{"a":2}'),
        ('{"a": "é"}', '{"a":"\\u00e9"}'),
        ('{"a": "\\u00e9"}', '{"a":"\\u00e9"}'),
        ('{"a": "\\ud800"}', '{"a":"\\ud800"}'),
        ('{"a": 1.0}', '{"a":1.0}'),
        ("{unreadable", "{unreadable"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_json_is_written_one_way(text: str, expected: str) -> None:
    assert json_in_key_order(text) == expected


def test_numbers_written_otherwise_are_other_records() -> None:
    assert json_in_key_order('{"a": 1}') != json_in_key_order('{"a": 1.0}')


def test_null_has_no_key() -> None:
    assert json_texts_in_key_order(pa.array(['{"a":1}', None])).to_pylist() == ['{"a":1}', None]
