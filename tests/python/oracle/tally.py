"""Additive tables: counters by key, rows without anything left out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

Number = int | Decimal


class Tally:
    """Sums by key."""

    def __init__(self, keys: tuple[str, ...], measures: tuple[str, ...]) -> None:
        self.keys = keys
        self.measures = measures
        self._sums: dict[tuple[Any, ...], dict[str, Number]] = {}

    def add(self, key: tuple[Any, ...], **amounts: Number) -> None:
        """Add to the measures of a key."""
        assert len(key) == len(self.keys), (key, self.keys)
        sums = self._sums.setdefault(key, dict.fromkeys(self.measures, 0))
        for name, amount in amounts.items():
            sums[name] += amount

    def rows(self, decimals: Iterable[str] = ()) -> list[dict[str, Any]]:
        """The rows with anything in them; named measures as floats."""
        floats = set(decimals)
        return [
            dict(zip(self.keys, key, strict=True))
            | {name: float(s) if name in floats else s for name, s in sums.items()}
            for key, sums in self._sums.items()
            if any(sums.values())
        ]


def total(rows: Iterable[dict[str, Any]], measure: str) -> Any:
    """The sum of a measure over rows."""
    return sum((row[measure] for row in rows), 0)
