"""Reads landed records: the records of a line, their account, and the ids of persons in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parley.landing.pseudonyms import whole_number
from parley.privacy.json_text import Number
from parley.privacy.shapes import ACCOUNTS, AGENTS, NAMESPACE, PAGES, SENTINELS, Id

_WRAPPERS = frozenset(
    ("string", "long", "int", "float", "double", "boolean", "bytes", "array", "map")
)

#: Half of a surrogate pair alone is no character: no engine reads such a text, and it is nobody's id.
_HALF = re.compile("[\ud800-\udfff]")


def is_wrapper(value: Any) -> bool:
    """Whether a value is an Avro union's: one key that names a type."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (key,) = value
    return key in _WRAPPERS or key.startswith(NAMESPACE)


def unwrapped(value: Any) -> Any:
    """A value without its Avro wrappers."""
    while is_wrapper(value):
        (value,) = value.values()
    return value


def id_text(value: Any) -> str | None:
    """An id as the warehouse reads it: whole numbers without a point, words for nothing as None."""
    if isinstance(value, Number):
        value = whole_number(value)
    if not isinstance(value, str) or value in SENTINELS or _HALF.search(value):
        return None
    return str(value)


def account_of(feed: str, record: Any) -> str:
    """The account that a record names; empty where it names none."""
    for name in ACCOUNTS[feed]:
        record = unwrapped(record)
        record = record.get(name) if isinstance(record, dict) else None
    return id_text(unwrapped(record)) or ""


def records_of(feed: str, document: Any) -> list[Any]:
    """The records of a line: those of a response page, or the line's one."""
    container = PAGES.get(feed)
    if container and isinstance(document, dict) and container in document:
        records = document[container]
        return records if isinstance(records, list) else []
    return [document]


def ids_in(value: Any, shape: Any) -> Iterator[tuple[str, str]]:
    """Every id of a person in a record, with its group."""
    if isinstance(shape, Id):
        text = id_text(unwrapped(value))
        if text is not None:
            yield shape.group, text
    elif isinstance(value, list):
        for item in value:
            yield from ids_in(item, shape)
    elif isinstance(value, dict) and isinstance(shape, dict):
        for key, inner in value.items():
            inner_shape = below(value, key, shape)
            if inner_shape is not None and not is_agents(key, value):
                yield from ids_in(inner, inner_shape)


def is_agents(key: str, item: dict[str, Any]) -> bool:
    """Whether a participant's id stands in a message of an agent, whose id it then is."""
    if key not in ("participantId", "participant_id"):
        return False
    return any(str(item.get(name)).lower() in AGENTS for name in ("sentBy", "sent_by", "sender"))


def below(value: dict[str, Any], key: str, shape: dict[str, Any]) -> Any:
    """The shape of what an object holds under a key; None where nothing reads it."""
    if key in shape:
        return shape[key]
    if "*" in shape:
        return shape["*"]
    return shape if is_wrapper(value) else None
