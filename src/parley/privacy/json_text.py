"""JSON whose numbers keep their spelling: what is written back differs in nothing but what was changed."""

from __future__ import annotations

import json
import re
from typing import Any

from parley.landing.keys import deep_parts

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPED = json.JSONEncoder(ensure_ascii=False).encode


class Number(str):
    """A number as it was written."""

    __slots__ = ()


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's members; of a key that comes twice the first, which is what a record says."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_first_of_each,
    parse_int=Number,
    parse_float=Number,
    parse_constant=Number,
    strict=False,
)


def read(text: str) -> Any:
    """The value of a JSON text, null in place of what is nested too deep; ValueError where it is none."""
    pieces, behind = [], 0
    for first, end in deep_parts(text):
        pieces += [text[behind:first], "null"]
        behind = end
    return _DECODER.decode("".join([*pieces, text[behind:]]) if pieces else text)


def is_characters(text: str, value: Any) -> bool:
    """Whether the value of a JSON text is made of characters: not where one is half of a surrogate pair."""
    if not _HALF.search(text):
        return True
    try:
        write(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def write(value: Any) -> str:
    """The value as JSON text without white space."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, Number):
        return str.__str__(value)
    if isinstance(value, str):
        return _ESCAPED(value)
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    return "{" + ",".join(f"{_ESCAPED(key)}:{write(one)}" for key, one in value.items()) + "}"
