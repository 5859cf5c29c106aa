"""Scalars as the vendors send them: ids, names, enums, epoch times and numbers.

Every reader returns ``None`` for what counts as null. Sentinels are null in ids, times, names and
enumerations, never in measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

SENTINELS = frozenset({"-1", "null", "undefined", "NA", ""})
AVRO_TYPES = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string", "array", "map"}
)
NAMESPACE = "com.liveperson.dataaccess."

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FIRST_USABLE_MS = 946_684_800_000
FIRST_UNUSABLE_MS = 4_102_444_800_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


def is_type_name(key: str) -> bool:
    """Whether a key names an Avro type, so that a one-key object with it is a union wrapper."""
    return key in AVRO_TYPES or key.startswith(NAMESPACE)


def unwrap(value: Any) -> Any:
    """Take a value out of its Avro-JSON union wrapper, however deep it is wrapped."""
    while isinstance(value, dict) and len(value) == 1:
        (key,) = value
        if not is_type_name(key):
            break
        value = value[key]
    return value


def field(value: Any, *path: str) -> Any:
    """Follow a path through possibly wrapped objects; anything missing on the way is ``None``."""
    value = unwrap(value)
    for name in path:
        if not isinstance(value, dict):
            return None
        value = unwrap(value.get(name))
    return value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a possibly wrapped, possibly absent list; anything else in it is skipped."""
    value = unwrap(value)
    if isinstance(value, list):
        for item in value:
            item = unwrap(item)
            if isinstance(item, dict):
                yield item


def plain(value: Any, *path: str) -> Any:
    """Follow a path through plain JSON objects (feeds that know no unions)."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def plain_objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a plain JSON list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def scalar_text(value: Any) -> str | None:
    """A scalar as text; objects, lists and null have none."""
    if value is None or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def identifier(value: Any) -> str | None:
    """An id, a name or an enumeration value as text, sentinels as null.

    A number is the whole number it is, however it is written: 1001.0 and 1.001e3 are 1001.
    """
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    text = scalar_text(value)
    return None if text is None or text in SENTINELS else text


def one_of(value: Any, *known: str) -> str:
    """An enumeration value, ``unknown`` for a null or a value not listed."""
    text = identifier(value)
    return text if text in known else "unknown"


def number(value: Any) -> Decimal | None:
    """A measure, delivered as a number or as a string; no sentinels."""
    if isinstance(value, bool):
        return None
    text = scalar_text(value)
    if text is None or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text)


def epoch_ms(value: Any) -> int | None:
    """An epoch time in ms, fractions truncated, not range-checked; sentinels are null."""
    if identifier(value) is None:
        return None
    parsed = number(value)
    return None if parsed is None else int(parsed)


def nested_ms(value: Any) -> int | None:
    """A nested epoch time: one that is not from 2000 to before 2100 is no time."""
    parsed = epoch_ms(value)
    return parsed if usable(parsed) else None


def usable(time_ms: int | None) -> bool:
    """Whether an event time lies in 2000-01-01 <= t < 2100-01-01."""
    return time_ms is not None and FIRST_USABLE_MS <= time_ms < FIRST_UNUSABLE_MS


def rfc3339_ms(value: Any) -> int | None:
    """An RFC 3339 time in epoch ms, finer digits cut; the leap second is the second after."""
    text = identifier(value)
    match = _RFC3339.fullmatch(text) if text else None
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    try:
        instant = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    if second > 60:
        return None
    base = round((instant - _EPOCH).total_seconds() + (second == 60)) * 1000
    base += int((match[7] or "0").ljust(3, "0")[:3])
    if match[8] in "Zz":
        return base
    sign = -1 if match[8][0] == "-" else 1
    return base - sign * (int(match[8][1:3]) * 60 + int(match[8][4:6])) * 60_000


def instant(time_ms: int) -> datetime:
    """A naive UTC datetime of an epoch time."""
    return (_EPOCH + timedelta(milliseconds=time_ms)).replace(tzinfo=None)


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name; an unknown one is an error."""
    return ZoneInfo(name)


def local(time_ms: int, zone_name: str) -> datetime:
    """The wall clock of a zone at an instant."""
    return (_EPOCH + timedelta(milliseconds=time_ms)).astimezone(zone(zone_name))


def local_date(time_ms: int, zone_name: str) -> date:
    """The local date of an instant."""
    return local(time_ms, zone_name).date()


def ratio(numerator: Any, denominator: Any) -> float | None:
    """A quotient, null where the denominator is 0."""
    return float(numerator / denominator) if denominator else None
