r"""Physical lines of landed files as Arrow batches.

Line numbers count physical lines from 1, line breaks are ``\n`` alone (a carriage return before it is
white space of the line), and blank lines are numbered but not delivered. Bytes that are not UTF-8 do not
stop anything: their line is handed on with ``is_utf8`` false and replacement characters in the text. A line
longer than the longest allowed is read past without being held: ``is_utf8`` is null and the text is its
beginning.

Lines of some feeds are changed here (see parley.landing.rewriting). Of a feed whose lines are changed as they
are read, the column ``landed_line`` is the line before it.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from parley.files import CommandError, os_reason
from parley.landing.files import LandingRoot, delivery_time
from parley.landing.rewriting import Rewriting, rewritten
from parley.landing.texts import shown

LINES_SCHEMA = pa.schema(
    [
        pa.field("file_name", pa.string()),
        pa.field("delivered_ms", pa.int64()),
        pa.field("line_number", pa.int64()),
        pa.field("is_utf8", pa.bool_()),
        pa.field("line", pa.string_view()),
    ]
)
REWRITTEN_SCHEMA = LINES_SCHEMA.append(pa.field("landed_line", pa.string_view()))

#: Bytes of a file that are read at once.
BLOCK_BYTES = 8 * 1024 * 1024
# Arrow's view of a string: texts of up to 12 bytes stand in the view itself, offsets are 32 bits wide.
_VIEW = np.dtype([("length", "<i4"), ("prefix", "u1", 4), ("buffer", "<i4"), ("offset", "<i4")])
_SHORT_VIEW = 12
_LONGEST_VIEW = 2**31 - 1
_BYTE_ORDER_MARK = "\ufeff"
_WHITE_SPACE = " \t\r\n\v\f"
_WHITE_BYTES = _WHITE_SPACE.encode()
_MARK_BYTES = _BYTE_ORDER_MARK.encode()


#: Bytes of the longest line that is looked at, and characters that are kept of a longer one.
LONGEST_LINE = 64 * 1024 * 1024
KEPT_CHARACTERS = 100_000
_KEPT_BYTES = 4 * KEPT_CHARACTERS  # as many as so many characters can take
_GZIP = 31  # zlib's number for the largest window and a gzip header
_PACKED_BYTES = 1024 * 1024


class UnreadableFileError(Exception):
    """A landed file that cannot be read to its end; the text says why."""


UNREADABLE = (OSError, zlib.error, UnreadableFileError)


def longest_line(setting: object = None) -> int:
    """The bytes of the longest line: of a setting, or of PARLEY_LONGEST_LINE."""
    text = str(setting or "") or os.environ.get("PARLEY_LONGEST_LINE") or str(LONGEST_LINE)
    if re.fullmatch("[0-9]{1,10}", text) and 0 < int(text) < 2**30:
        return int(text)
    raise CommandError(
        f"PARLEY_LONGEST_LINE says {shown(text)}. Write the bytes of the longest line, a whole number from "
        f"1 to {2**30 - 1}, or leave it out for {LONGEST_LINE}."
    )


def unpacked(stored: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of a gzip file, some megabytes at once whatever they were packed from.

    Members follow one another; zeroes after the last are padding.
    """
    inflater = zlib.decompressobj(_GZIP)
    packed, at_end = b"", False
    while True:
        if not packed and not at_end:
            packed = next(stored, b"")
            at_end = not packed
        if inflater.eof:
            packed = packed.lstrip(b"\0")
            if not packed and at_end:
                return
            if not packed:
                continue
            inflater = zlib.decompressobj(_GZIP)
        plain = inflater.decompress(packed, BLOCK_BYTES)
        packed = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        if plain:
            yield plain
        elif at_end and not packed and not inflater.eof:
            raise UnreadableFileError("the archive is cut off")


def _chunks(root: LandingRoot, feed: str, file_name: str, size: int | None) -> Iterator[bytes]:
    """The bytes of a file, unpacked where its name says that it is packed."""
    is_packed = file_name.endswith(".gz")
    stored = _stored(root, feed, file_name, size, _PACKED_BYTES if is_packed else BLOCK_BYTES)
    return unpacked(stored) if is_packed else stored


def _stored(
    root: LandingRoot, feed: str, file_name: str, size: int | None, at_once: int
) -> Iterator[bytes]:
    """The bytes of a file as they are, which must be as many as were listed."""
    came = 0
    with root.open(feed, file_name) as stream:
        while chunk := stream.read(at_once):
            came += len(chunk)
            yield chunk
    # a store that answers short, and a file that was replaced or goes on growing, end like a whole one
    if size is not None and came != size:
        raise UnreadableFileError(f"{size} bytes were listed and {came} came")


class _BegunLine:
    """A line whose end has not come: all of it, or what is kept of one that is too long."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._parts: list[bytes] = []
        self._kept = bytearray()
        self._is_cut = False
        self.length = 0

    @property
    def is_long(self) -> bool:
        """Whether it is longer than lines may be."""
        return self.length > self._longest

    def add(self, piece: bytes) -> None:
        """Go on with the line."""
        was_long = self.is_long
        self.length += len(piece)
        if not self.is_long:
            self._parts.append(piece)
            return
        for part in [piece] if was_long else [*self._parts, piece]:
            self._keep(part)
        self._parts.clear()

    def _keep(self, piece: bytes) -> None:
        if not self._kept:
            piece = piece.lstrip(_WHITE_BYTES).removeprefix(_MARK_BYTES).lstrip(_WHITE_BYTES)
        room = _KEPT_BYTES - len(self._kept)
        self._kept += piece[:room]
        self._is_cut = self._is_cut or bool(piece[room:].strip(_WHITE_BYTES))

    def whole(self) -> bytes:
        """The bytes of a line that is not too long."""
        return b"".join(self._parts)

    def beginning(self) -> str:
        """The text that is kept of a line that is too long; a blank line has none."""
        text = self._kept.decode("utf-8", errors="replace").lstrip(_WHITE_SPACE)
        text = text.removeprefix(_BYTE_ORDER_MARK).lstrip(_WHITE_SPACE)
        return (text if self._is_cut else text.rstrip(_WHITE_SPACE))[:KEPT_CHARACTERS]


def _blocks(chunks: Iterator[bytes], longest: int) -> Iterator[bytes | _BegunLine]:
    """Whole lines, each with its line break (but for the last one), some megabytes at once.

    In their places between them are the lines longer than `longest` bytes, of which only the beginning is
    held.
    """
    begun = _BegunLine(longest)
    for chunk in chunks:
        start = 0
        if begun.length:
            end = chunk.find(b"\n")
            begun.add(chunk if end < 0 else chunk[:end])
            if end < 0:
                continue
            yield begun if begun.is_long else begun.whole() + b"\n"
            begun, start = _BegunLine(longest), end + 1
        last = chunk.rfind(b"\n", start) + 1
        if last - start > longest:
            yield from _apart(chunk[start:last], longest)
        elif last:
            yield chunk[start:last]
        if len(chunk) > max(start, last):
            begun.add(chunk[max(start, last) :])
    if begun.length:
        yield begun if begun.is_long else begun.whole()


def _apart(block: bytes, longest: int) -> Iterator[bytes | _BegunLine]:
    """The lines of a block one by one, where some may be too long."""
    for text in block.removesuffix(b"\n").split(b"\n"):
        line = _BegunLine(longest)
        line.add(text)
        yield line if line.is_long else text + b"\n"


def read_lines(
    root: LandingRoot,
    feed: str,
    file_names: list[str],
    unreadable: dict[str, str],
    longest: int = LONGEST_LINE,
    rewriting: Rewriting | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the non-blank lines of the named files, a few megabytes a batch.

    A file that cannot be read to its end, or whose bytes are not as many as `sizes` has them, is noted in
    `unreadable` with the reason, and the next one is read.
    """
    of_feed = (rewriting or Rewriting()).of(feed)
    # Small files share a batch: a query over lines costs as much for a batch of ten as for one of two thousand.
    held: list[pa.RecordBatch] = []
    held_bytes = 0
    for file_name in file_names:
        try:
            chunks = _chunks(root, feed, file_name, (sizes or {}).get(file_name))
            blocks = _blocks(chunks, longest)
            for batch in _file_lines(feed, file_name, blocks, of_feed):
                held.append(batch)
                held_bytes += batch.nbytes
                if held_bytes >= BLOCK_BYTES:
                    yield pa.concat_batches(held)
                    held, held_bytes = [], 0
        except UNREADABLE as error:
            unreadable[file_name] = os_reason(error)
    if held:
        yield pa.concat_batches(held)


def is_whole(root: LandingRoot, feed: str, file_name: str, size: int) -> bool:
    """Whether a file can be read to its end and has the bytes that were listed."""
    try:
        for _ in _chunks(root, feed, file_name, size):
            pass
    except UNREADABLE:
        return False
    return True


def _file_lines(
    feed: str, file_name: str, blocks: Iterator[bytes | _BegunLine], rewriting: Rewriting
) -> Iterator[pa.RecordBatch]:
    first_number = 1
    for block in blocks:
        if isinstance(block, _BegunLine):
            landed = read = _long_line(block, first_number)
        elif block[:1].isspace() and block.isspace():
            first_number += block.count(b"\n")
            continue
        else:
            as_landed = rewritten(rewriting.as_landed, feed, block)
            as_read = rewritten(rewriting.as_read, feed, as_landed)
            landed = read = _lines(as_landed, first_number)
            if as_read is not as_landed:
                read = _lines(as_read, first_number)
        first_number += landed.breaks
        if len(landed.numbers):
            yield _batch(file_name, read, landed if rewriting.as_read else None)


@dataclass(frozen=True)
class Lines:
    """Lines of one block: their physical numbers, whether they are UTF-8 (null: too long), their texts.

    Blank lines are among the line breaks only.
    """

    numbers: pa.Array
    is_utf8: pa.Array
    texts: pa.Array
    breaks: int


def _long_line(line: _BegunLine, number: int) -> Lines:
    """The beginning of a line that is too long; none where it is blank."""
    text = line.beginning()
    return Lines(
        pa.array([number] if text else [], pa.int64()),
        pa.array([None] if text else [], pa.bool_()),
        pa.array([text] if text else [], pa.string_view()),
        breaks=1,
    )


def _lines(block: bytes, first_number: int) -> Lines:
    """The non-blank lines of a block."""
    return _plain_lines(block, first_number) or _any_lines(block, first_number)


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
        breaks=len(ends),
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
        breaks=block.count(b"\n"),
    )


def _batch(file_name: str, lines: Lines, landed: Lines | None) -> pa.RecordBatch:
    rows = len(lines.numbers)
    columns = [
        pa.array([file_name] * rows, pa.string()),
        pa.array([delivery_time(file_name)] * rows, pa.int64()),
        lines.numbers,
        lines.is_utf8,
        lines.texts,
    ]
    if landed is None:
        return pa.RecordBatch.from_arrays(columns, schema=LINES_SCHEMA)
    return pa.RecordBatch.from_arrays([*columns, landed.texts], schema=REWRITTEN_SCHEMA)
