"""What is left of a landed record when a person in it is erased."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from parley.privacy.json_text import Number
from parley.privacy.records import below, id_text, is_agents, is_wrapper
from parley.privacy.shapes import (
    ANSWER,
    DELETED,
    EMAIL,
    PAGE,
    PART,
    SCORE,
    SENTINELS,
    SHORTEST_PART,
    TEXT,
    Id,
)

Lookup = Callable[[str, str], str | None]


class Mask:
    """Writes a record anew: erased ids as tokens, and of a record of the person no more than models read."""

    def __init__(self, lookup: Lookup, parts: dict[str, str], is_emptied: bool) -> None:
        self._lookup = lookup
        self._parts = sorted(parts.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        self._is_emptied = is_emptied

    def of(self, value: Any, shape: Any) -> Any:
        """What is left of a value of that shape."""
        if isinstance(value, list):
            if self._is_emptied and not isinstance(shape, dict):
                return []
            return [self.of(item, shape) for item in value]
        if isinstance(value, dict):
            return self._object(value, shape)
        if isinstance(shape, dict) or value is None:
            is_text = isinstance(value, str) and not isinstance(value, Number)
            return "" if self._is_emptied and is_text else value
        return self.leaf(value, shape)

    def _object(self, value: dict[str, Any], shape: Any) -> Any:
        if not isinstance(shape, dict):
            if is_wrapper(value):
                return {key: self.of(inner, shape) for key, inner in value.items()}
            return {} if self._is_emptied else value
        found = {}
        for key, inner in value.items():
            inner_shape = below(value, key, shape)
            if inner_shape == ANSWER:
                found[key] = self.answer(inner, value.get("questionType"))
            elif is_agents(key, value):
                found[key] = inner
            elif inner_shape is not None:
                found[key] = self.of(inner, inner_shape)
            elif not self._is_emptied:
                found[key] = inner
        return found

    def leaf(self, value: Any, shape: Any) -> Any:
        """What is left of a scalar."""
        if isinstance(shape, Id):
            if shape.group == EMAIL and self._is_emptied:
                # no model reads it, and whether it was known as the person's depends on when the record came
                return None
            text = id_text(value)
            token = None if text is None else self._lookup(shape.group, text)
            return value if token is None else token
        if shape == SCORE and self._is_emptied and not isinstance(value, bool):
            return value if is_score(str(value)) else "(masked)"
        if not self._is_emptied or isinstance(value, (bool, Number)):
            return value
        if shape == TEXT:
            return value if value == DELETED else None
        if shape == PAGE:
            return self.parted(page_of(value))
        return self.parted(value) if shape == PART else value

    def parted(self, text: str) -> str:
        """A text in which erased ids are tokens."""
        for part, token in self._parts:
            if len(part) >= SHORTEST_PART and part in text:
                text = text.replace(part, token)
        return text

    def answer(self, value: Any, question_type: Any) -> Any:
        """A survey's answer where it is one of a scale; what counts as a fault, or as none, still does."""
        if not self._is_emptied or value in (None, DELETED) or isinstance(value, bool):
            return value
        if isinstance(value, (dict, list)):
            return type(value)()
        kind, text = str(question_type), str(value).strip().lower()
        if kind == "fcr":
            return value if text in ("yes", "no", "0", "1") else None
        number = _number(text)
        if kind == "nps":
            return value if number in range(11) else None
        if kind != "csat":
            return None
        if number is None:
            return "(masked)"
        return value if 1 <= number <= 5 else "0"


def is_score(text: str) -> bool:
    """Whether a text is a rating of 1 to 5, or too short to be more, as staging has it."""
    number = _number(text)
    return text in SENTINELS or len(text) <= 3 or (number is not None and 1 <= number <= 5)


def _number(text: str) -> float | None:
    """A text as a finite number; None where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


# What the models take for a login: a browser passes over white space, and takes any slashes behind http:.
_LOGIN = re.compile(
    r"^(\s*(https?:[/\\]*|([a-z][a-z0-9+.-]*:)?[/\\]{2,}))[^/\\?#]*@", re.ASCII | re.IGNORECASE
)


def page_of(url: str) -> str:
    """A page's address without login, query, fragment and the parameters of its segments."""
    url = _LOGIN.sub(r"\1", url)
    return re.sub(r";[^/]*", "", url.split("?", 1)[0].split("#", 1)[0])
