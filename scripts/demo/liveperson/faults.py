"""Lines as they should not be: one of every reason code, and the oddities that are allowed."""

from __future__ import annotations

import copy
import random
from typing import Any

from demo.landing import to_line

Json = dict[str, Any]
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _common(good: bytes) -> list[bytes]:
    """bad_encoding, not_json, not_an_object: the same for every feed."""
    broken = good.replace(b'":', b'\xff\xfe":', 1)
    return [broken, good[: len(good) * 2 // 3], to_line(["heartbeat", 1])]


def visit_faults(good: Json) -> list[bytes]:
    """Broken web sessions made out of a good one."""
    flat = copy.deepcopy(good)
    shape = {**flat, "recordCollection": "truncated"}
    keyless = {**flat, "recordCollection": []}
    timeless = copy.deepcopy(flat)
    _drop_times(timeless)
    return [*_common(to_line(good)), *map(to_line, (shape, keyless, timeless))]


def _drop_times(node: object) -> None:
    """Replace the start of a session, wherever it stands, by what is no time at all."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("sessionStartTime", "startTime"):
                node[key] = {"long": 0} if isinstance(value, dict) else 0
            else:
                _drop_times(value)
    elif isinstance(node, list):
        for value in node:
            _drop_times(value)


def conversation_faults(good: Json) -> list[bytes]:
    """Broken conversation lines; the last is a good page with one bad record in it."""
    keyless, timeless = copy.deepcopy(good), copy.deepcopy(good)
    keyless["info"]["conversationId"] = "undefined"
    timeless["info"]["startTimeL"] = -1
    shape = {"conversationHistoryRecords": {"unexpected": 1}}
    mixed = {"conversationHistoryRecords": [good, keyless]}
    return [*_common(to_line(good)), *map(to_line, (shape, keyless, timeless, mixed))]


def change_faults(good: Json) -> list[bytes]:
    """Broken status changes; the last is a good page with a record that is no object."""
    keyless = {**good, "sessionId": None}
    timeless = {**good, "time": "yesterday"}
    shape = {"stateChanges": "none"}
    mixed = {"stateChanges": [good, "pending"]}
    return [*_common(to_line(good)), *map(to_line, (shape, keyless, timeless, mixed))]


def configuration_faults(good: Json) -> list[bytes]:
    """Broken configuration lines; this feed has neither pages nor times."""
    return [*_common(to_line(good)), to_line({**good, "id": "null"})]


def scatter(rng: random.Random, files: list[list[bytes]], faults: list[bytes]) -> None:
    """Put each fault somewhere into one of the files, and a blank line and a mark as well."""
    filled = [lines for lines in files if lines]
    for fault in faults:
        lines = rng.choice(filled)
        lines.insert(rng.randrange(len(lines) + 1), fault)
    lines = rng.choice(filled)
    lines.insert(rng.randrange(len(lines) + 1), b"  ")
    lines = rng.choice(filled)
    if not lines[0].startswith(BYTE_ORDER_MARK):
        lines[0] = BYTE_ORDER_MARK + lines[0]
