"""Write JSON text one way, so that records without an id can be known again by their content."""

from __future__ import annotations

import json

import pyarrow as pa

# Made once: json.dumps would make an encoder for every text.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def json_in_key_order(text: str) -> str:
    """Return JSON text without white space, its objects' keys sorted, its characters escaped.

    Numbers stay as different as they are written (1 and 1.0 are two), of repeated keys the last counts.
    Text that this parser cannot read is returned as it is: it is then known again by its characters.
    """
    try:
        return _ENCODER.encode(json.loads(text))
    except (ValueError, RecursionError):
        return text


def json_texts_in_key_order(texts: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Apply json_in_key_order to every text; null stays null."""
    ordered = (None if text is None else json_in_key_order(text) for text in texts.to_pylist())
    return pa.array(ordered, pa.string())
