r"""Physical lines of landed files as Arrow batches.

Line numbers count physical lines from 1, line breaks are ``\n`` alone (a carriage return before it is
white space of the line), and blank lines are numbered but not delivered. Bytes that are not UTF-8 do not
stop anything: their line is handed on with ``is_utf8`` false and replacement characters in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from parley.landing.files import LandingError, LandingRoot, delivery_time

LINES_SCHEMA = pa.schema(
    [
        pa.field("file_name", pa.string()),
        pa.field("delivered_ms", pa.int64()),
        pa.field("line_number", pa.int64()),
        pa.field("is_utf8", pa.bool_()),
        pa.field("line", pa.string_view()),
    ]
)

_BLOCK_BYTES = 8 * 1024 * 1024
# Arrow's view of a string: texts of up to 12 bytes stand in the view itself, offsets are 32 bits wide.
_VIEW = np.dtype([("length", "<i4"), ("prefix", "u1", 4), ("buffer", "<i4"), ("offset", "<i4")])
_SHORT_VIEW = 12
_LONGEST_VIEW = 2**31 - 1
_BYTE_ORDER_MARK = "\ufeff"
_WHITE_SPACE = " \t\r\n\v\f"


def _blocks(root: LandingRoot, feed: str, file_name: str) -> Iterator[bytes]:
    """Whole lines of a file, each with its line break (but for the last one), some megabytes at once."""
    try:
        with root.open(feed, file_name) as stream:
            parts: list[bytes] = []
            while chunk := stream.read(_BLOCK_BYTES):
                end = chunk.rfind(b"\n") + 1
                if end == 0:
                    parts.append(chunk)
                    continue
                yield b"".join([*parts, chunk[:end]])
                parts = [chunk[end:]] if end < len(chunk) else []
            if parts:
                yield b"".join(parts)
    except OSError as error:
        raise LandingError(
            f"The landed file {feed}/{file_name} below {root.location} cannot be read "
            f"({str(error).splitlines()[0]}). Deliver it again under a new name and remove this one, "
            "then build again."
        ) from error


def read_lines(root: LandingRoot, feed: str, file_names: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the non-blank lines of the named files, a few megabytes a batch."""
    for file_name in file_names:
        first_number = 1
        for block in _blocks(root, feed, file_name):
            lines = _plain_lines(block, first_number) or _any_lines(block, first_number)
            first_number += block.count(b"\n")
            if len(lines.numbers):
                yield _batch(file_name, lines)


@dataclass(frozen=True)
class Lines:
    """Lines of one block: their physical numbers, whether they are UTF-8, and their texts."""

    numbers: pa.Array
    is_utf8: pa.Array
    texts: pa.Array


def _plain_lines(block: bytes, first_number: int) -> Lines | None:
    """The lines of a block in which every line is a bare object in UTF-8, without copying them.

    That is nearly every block. None where one line is blank, has white space around it or is
    anything else: then each line is looked at by itself.
    """
    if not block.endswith(b"\n") or not _is_utf8(block):
        return None
    characters = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    starts = np.concatenate((np.zeros(1, ends.dtype), ends[:-1] + 1))
    lengths = ends - starts
    if lengths.min() <= _SHORT_VIEW or len(block) > _LONGEST_VIEW:
        return None
    if (characters[starts] != ord("{")).any() or (characters[ends - 1] != ord("}")).any():
        return None
    views = np.zeros(len(ends), _VIEW)
    views["length"] = lengths
    views["prefix"] = characters[starts[:, None] + np.arange(4)]
    views["offset"] = starts
    buffers = [None, pa.py_buffer(views.tobytes()), pa.py_buffer(block)]
    return Lines(
        pa.array(np.arange(first_number, first_number + len(ends))),
        pa.array(np.ones(len(ends), np.bool_)),
        pa.Array.from_buffers(pa.string_view(), len(ends), buffers),
    )


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _any_lines(block: bytes, first_number: int) -> Lines:
    """The non-blank lines of a block, one by one."""
    numbers: list[int] = []
    valid: list[bool] = []
    texts: list[str] = []
    for number, raw in enumerate(block.split(b"\n"), start=first_number):
        is_utf8 = _is_utf8(raw)
        text = raw.decode("utf-8", errors="replace").strip(_WHITE_SPACE)
        text = text.removeprefix(_BYTE_ORDER_MARK).strip(_WHITE_SPACE)
        if text:
            numbers.append(number)
            valid.append(is_utf8)
            texts.append(text)
    return Lines(
        pa.array(numbers, pa.int64()),
        pa.array(valid, pa.bool_()),
        pa.array(texts, pa.string_view()),
    )


def _batch(file_name: str, lines: Lines) -> pa.RecordBatch:
    rows = len(lines.numbers)
    columns = [
        pa.array([file_name] * rows, pa.string()),
        pa.array([delivery_time(file_name)] * rows, pa.int64()),
        lines.numbers,
        lines.is_utf8,
        lines.texts,
    ]
    return pa.RecordBatch.from_arrays(columns, schema=LINES_SCHEMA)
