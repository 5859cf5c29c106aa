"""Records without an id are known again by their content."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from parley.landing.keys import DEEPEST, json_in_key_order, json_texts_in_key_order
from parley.privacy import json_text


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
        (f'"{"[" * 1_000}"', f'"{"[" * 1_000}"'),
    ],
)
def test_json_is_written_one_way(text: str, expected: str) -> None:
    assert json_in_key_order(text) == expected


def test_numbers_written_otherwise_are_other_records() -> None:
    assert json_in_key_order('{"a": 1}') != json_in_key_order('{"a": 1.0}')


def test_null_has_no_key() -> None:
    assert json_texts_in_key_order(pa.array(['{"a":1}', None])).to_pylist() == ['{"a":1}', None]


def nested(depth: int, inner: str = "") -> str:
    """A list in a list in a list, and so on."""
    return "[" * depth + inner + "]" * depth


def test_what_is_nested_too_deep_is_known_by_its_characters() -> None:
    """Whether Python can go so deep depends on who calls it, and a key must not."""
    fine, deep = nested(DEEPEST - 1, '"[[]"'), nested(DEEPEST, "{}")
    assert json_in_key_order(f'{{"b": {fine}, "a": 1}}') == f'{{"a":1,"b":{fine}}}'
    assert json_in_key_order(f'{{"b": {deep}, "a": 1}}') == f'{{"b": {deep}, "a": 1}}'


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1, 600, 100_000])
def test_erasures_read_past_what_is_nested_too_deep(depth: int) -> None:
    text = f'{{"a": {nested(depth)}, "b": "}}]", "c": {nested(depth - 1)}, "d": 1}}'
    found = json_text.read(text)
    cut = json.loads(nested(DEEPEST - 1, "null"))
    assert found["a"] == cut
    assert found["c"] == (cut if depth > DEEPEST else json.loads(nested(depth - 1)))
    assert (found["b"], found["d"]) == ("}]", "1")
    assert json_text.read(json_text.write(found)) == found
