"""Write JSON text one way, so that records without an id can be known again by their content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

#: How deep lists and objects are looked into: far deeper than anything that is read, and never deeper than
#: Python can go, whoever calls it.
DEEPEST = 200
_TEXTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_MARKS = re.compile(rf"{_TEXTS.pattern}|[\[\]{{}}]", re.DOTALL)
_STEPS = np.zeros(256, np.int8)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1

# Made once: json.dumps would make an encoder for every text. What was parsed has no circles to look for.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False)


def json_in_key_order(text: str) -> str:
    """Return JSON text without white space, its objects' keys sorted, its characters escaped.

    Numbers stay as different as they are written (1 and 1.0 are two), of repeated keys the last counts.
    Text that this parser cannot read, or that is nested too deep, is returned as it is: it is then known
    again by its characters.
    """
    if next(deep_parts(text), None):
        return text
    try:
        return _ENCODER.encode(json.loads(text))
    except (ValueError, RecursionError):
        return text


def deep_parts(text: str) -> Iterator[tuple[int, int]]:
    """The places in a JSON text of lists and objects that are nested too deep, as for slices of it."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    marks = _TEXTS.sub("", text).encode("utf-8", "surrogatepass")
    depths = np.cumsum(_STEPS[np.frombuffer(marks, np.uint8)], dtype=np.int32)
    if depths.max(initial=0) <= DEEPEST:
        return
    depth, first = 0, 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                first = mark.start()
        elif mark[0] in "]}":
            if depth == DEEPEST + 1:
                yield first, mark.end()
            depth -= 1
    if depth > DEEPEST:
        yield first, len(text)


def json_texts_in_key_order(texts: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Apply json_in_key_order to every text; null stays null."""
    ordered = (None if text is None else json_in_key_order(text) for text in texts.to_pylist())
    return pa.array(ordered, pa.string())
