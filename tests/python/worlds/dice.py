"""Seeded choices, and the many ways in which a vendor writes one and the same value."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")

ABSENT = object()
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NAMESPACE = "com.liveperson.dataaccess."

NULL_IDS: tuple[Any, ...] = (ABSENT, None, "NA", "-1", -1, "", "undefined", "null", [], {"x": 1})
NULL_TIMES: tuple[Any, ...] = (ABSENT, None, "NA", "-1", -1, "", "undefined", "null")
NO_TIMES: tuple[Any, ...] = (*NULL_TIMES, "soon", 8_640_000_000_000_001, -8_640_000_000_000_001)
NULL_LISTS: tuple[Any, ...] = (ABSENT, None, [])


def record(**fields: Any) -> dict[str, Any]:
    """An object of the fields that are there."""
    return {name: value for name, value in fields.items() if value is not ABSENT}


class Dice:
    """A random stream with the vendors' habits; ``mess`` is how far this stream goes."""

    def __init__(self, seed: str, mess: float = 0.1) -> None:
        self.random = random.Random(seed)
        self.mess = mess
        self.wrapping = self.random.choice((0.0, 0.0, 0.5, 1.0, 1.0))

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self.random.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """One of some choices."""
        return self.random.choice(choices)

    def some(self, choices: Sequence[T], most: int, least: int = 0) -> list[T]:
        """Between ``least`` and ``most`` distinct choices, in any order."""
        count = min(self.random.randint(least, most), len(choices))
        return self.random.sample(list(choices), count)

    def between(self, low: int, high: int) -> int:
        """An integer, both ends included."""
        return self.random.randint(low, high)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        return self.random.sample(list(items), len(items))

    def id(self, text: str | None) -> Any:
        """An id as text, as a number or as a whole one with a point; null in one of its disguises."""
        if text is None:
            return self.pick(NULL_IDS)
        if text.isascii() and text.isdigit() and str(int(text)) == text and self.chance(0.4):
            return float(text) if self.chance(0.1) else int(text)
        return text

    def name(self, text: str | None) -> Any:
        """A name or enumeration value, or a null."""
        return self.pick(NULL_IDS[:8]) if text is None else text

    def time(self, time_ms: int | None) -> Any:
        """An epoch time as number or text, sometimes with a fraction."""
        if time_ms is None:
            return self.pick(NO_TIMES)
        if self.chance(self.mess / 2) and time_ms > 0:
            return self.pick((time_ms + 0.5, f"{time_ms}.75", float(time_ms)))
        return str(time_ms) if self.chance(0.2) else time_ms

    def number(self, text: str) -> Any:
        """A measure as text or number."""
        return text if self.chance(0.4) else json.loads(text)

    def boolean(self) -> Any:
        """A boolean, mostly."""
        return self.pick((True, False, None, ABSENT))

    def union(self, avro: str, value: Any) -> Any:
        """A value, bare or in its union wrapper."""
        if value is ABSENT or value is None or not self.chance(self.wrapping):
            return value
        if avro == "scalar":
            return {avro_type(value): value}
        return {avro if avro == "array" else NAMESPACE + avro: value}

    def list(self, items: list[Any]) -> Any:
        """A list, wrapped or bare; an empty one may be absent or null."""
        value = items if items else self.pick(NULL_LISTS)
        if items and self.chance(self.mess / 2):
            value = [*items[:1], None, *items[1:]]
        return self.union("array", value)

    def scalar(self, value: Any) -> Any:
        """A scalar, wrapped or bare."""
        return self.union("scalar", value)

    def litter(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The object with fields nobody knows, in another order."""
        if self.chance(self.mess):
            fields = fields | {
                self.pick(("zz", "revision")): self.pick((1, None, [{"a": {}}], "ü"))
            }
        if self.chance(self.mess):
            fields = {name: fields[name] for name in self.shuffled(list(fields))}
        return fields

    def line(self, value: Any) -> bytes:
        """One line of JSON in some spelling."""
        compact = self.chance(0.5)
        text = json.dumps(
            value,
            ensure_ascii=self.chance(0.5),
            separators=(",", ":") if compact else (", ", ": "),
        )
        if self.chance(self.mess):
            text = self.pick((" ", "\t", "  ")) + text + self.pick((" ", "\t", ""))
        return text.encode()


def avro_type(value: Any) -> str:
    """The Avro type name of a scalar (containers are garbage here: any name will do)."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if abs(value) < 2**31 else "long"
    if isinstance(value, float):
        return "double"
    return "string"
