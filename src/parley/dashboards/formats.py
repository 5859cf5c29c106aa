"""How a figure is written: one place, by the unit that the metric catalogue gives."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

#: Stands where there is no figure: nothing to divide by, or nothing to show.
NONE = "–"
MINUS = "\u2212"
#: Units whose figure is 0, rather than none, where nothing happened.
ZERO_WHERE_NOTHING = frozenset(("count", "currency", "hours", "per_day"))
#: Ratios that are no shares: written as numbers, not per cent.
NUMBERS = frozenset(("avg_exposures",))
#: Units whose change is a difference, not a share of what was.
DIFFERENCES = frozenset(("ratio", "score", "estimate", "number"))
#: Vega's number format of an axis, by unit.
AXES = {
    "count": ",.0f",
    "rows": ",.0f",
    "currency": ",.0f",
    "ratio": ".0%",
    "score": ",.1f",
    "per_hour": ",.2f",
    "currency_per_hour": ",.0f",
    "hours": ",.0f",
}


def duration(seconds: float) -> str:
    """Seconds as a person says them: 42 s, 3 min 12 s, 5 h 04 min, 2 d 3 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if whole < 10 else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


def figure(value: Any, unit: str, currency: str = "") -> str:
    """A metric's figure for reading."""
    return NONE if value is None else by_unit(value, unit, currency).replace("-", MINUS)


def by_unit(value: Any, unit: str, currency: str) -> str:
    """A figure as its unit has it."""
    money = f"{currency} " if currency else ""
    match unit:
        case "count" | "rows":
            return f"{value:,.0f}"
        case "estimate" | "per_day" | "score" | "number":
            return f"{value:,.2f}"
        case "per_hour":
            return f"{value:,.3f}"
        case "ratio":
            return f"{100 * value:,.1f}\u202f%"
        case "currency" | "currency_per_hour":
            return f"{money}{value:,.2f}".replace(f"{money}-", f"-{money}")
        case "hours":
            return f"{value:,.1f} h"
        case "minutes":
            return duration(60 * value)
        case "seconds":
            return duration(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def change(now: Any, before: Any, unit: str) -> str:
    """How a figure differs from the previous period's: points for rates, else per cent."""
    if now is None or before is None or (before == 0 and now != 0 and unit not in DIFFERENCES):
        return ""
    if now == before:
        return "unchanged"
    if unit == "ratio":
        return signed(100 * (now - before), 1) + " points"
    if unit in DIFFERENCES:
        return signed(now - before, 2)
    return signed(100 * (now - before) / abs(before), 1) + "\u202f%"


def signed(value: float, places: int) -> str:
    """A difference with its sign, which is no hyphen; what rounds to nothing has none."""
    told = f"{value:+,.{places}f}".replace("-", MINUS)
    return told if any(digit in "123456789" for digit in told) else f"±{told[1:]}"


def day(value: date) -> str:
    """A date for reading: 5 May 2026."""
    return f"{value.day} {value:%b %Y}"


def days(first: date, last: date) -> str:
    """A range for reading, its years and months said once where they are the same."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def text(value: Any) -> str:
    """A key's value for reading."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value)


def escaped(said: str) -> str:
    """A text of the data, or of the address, where Markdown is written: it stays what it says."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])", r"\\\1", said)
