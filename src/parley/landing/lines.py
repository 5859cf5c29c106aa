r"""Physical lines of landed files as Arrow batches.

Line numbers count physical lines from 1, line breaks are ``\n`` alone (a carriage return before it is
white space of the line), and blank lines are numbered but not delivered. Bytes that are not UTF-8 do not
stop anything: their line is handed on with ``is_utf8`` false and replacement characters in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from parley.landing.files import LandingError, LandingRoot, delivery_time

LINES_SCHEMA = pa.schema(
    [
        pa.field("file_name", pa.string()),
        pa.field("delivered_ms", pa.int64()),
        pa.field("line_number", pa.int64()),
        pa.field("is_utf8", pa.bool_()),
        pa.field("line", pa.string()),
    ]
)

_READ_BYTES = 8 * 1024 * 1024
_BATCH_BYTES = 8 * 1024 * 1024
_BYTE_ORDER_MARK = "\ufeff"
_WHITE_SPACE = " \t\r\n\v\f"


def _physical_lines(root: LandingRoot, feed: str, file_name: str) -> Iterator[bytes]:
    try:
        with root.open(feed, file_name) as stream:
            rest = b""
            while chunk := stream.read(_READ_BYTES):
                parts = chunk.split(b"\n")
                parts[0] = rest + parts[0]
                rest = parts.pop()
                yield from parts
            if rest:
                yield rest
    except OSError as error:
        raise LandingError(
            f"The landed file {feed}/{file_name} below {root.location} cannot be read "
            f"({str(error).splitlines()[0]}). Deliver it again under a new name and remove this one, "
            "then build again."
        ) from error


def read_lines(root: LandingRoot, feed: str, file_names: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the non-blank lines of the named files, a few megabytes a batch."""
    for file_name in file_names:
        numbers: list[int] = []
        valid: list[bool] = []
        texts: list[str] = []
        size = 0
        for number, raw in enumerate(_physical_lines(root, feed, file_name), start=1):
            try:
                text, is_utf8 = raw.decode("utf-8"), True
            except UnicodeDecodeError:
                text, is_utf8 = raw.decode("utf-8", errors="replace"), False
            text = text.strip(_WHITE_SPACE).removeprefix(_BYTE_ORDER_MARK).strip(_WHITE_SPACE)
            if not text:
                continue
            numbers.append(number)
            valid.append(is_utf8)
            texts.append(text)
            size += len(raw)
            if size >= _BATCH_BYTES:
                yield _batch(file_name, numbers, valid, texts)
                numbers, valid, texts, size = [], [], [], 0
        if numbers:
            yield _batch(file_name, numbers, valid, texts)


def _batch(
    file_name: str, numbers: list[int], valid: list[bool], texts: list[str]
) -> pa.RecordBatch:
    columns = [
        pa.array([file_name] * len(numbers), pa.string()),
        pa.array([delivery_time(file_name)] * len(numbers), pa.int64()),
        pa.array(numbers, pa.int64()),
        pa.array(valid, pa.bool_()),
        pa.array(texts, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=LINES_SCHEMA)
