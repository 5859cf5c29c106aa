"""Landed files from records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DELIVERED = 1_767_225_600_000


@dataclass(frozen=True)
class File:
    """A file below the landing root."""

    path: str
    content: bytes


def landed(
    feed: str,
    content: bytes,
    delivered_ms: int = DELIVERED,
    name: str = "part-0",
    folder: str = "",
    suffix: str = ".json",
) -> File:
    """A file of a feed whose name says when it was delivered."""
    stamp = f"{delivered_ms - 3_600_000}.{delivered_ms}"
    return File(f"{feed}/{folder}Feed.{stamp}.{name}{suffix}", content)


def json_lines(records: Iterable[Any]) -> bytes:
    """A line of JSON a record."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def page(container: str, *records: Any) -> dict[str, Any]:
    """A response page that holds the records."""
    return {"_metadata": {"count": len(records)}, container: list(records)}
