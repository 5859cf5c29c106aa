"""Masks landed files in place: the same name, the same number of lines, replaced whole."""

from __future__ import annotations

import gzip
import io
import os
import secrets
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from pyarrow import ArrowInvalid

from parley.files import CommandError, os_reason, remedy, sync
from parley.landing.files import LandingRoot
from parley.landing.lines import (
    BLOCK_BYTES,
    LONGEST_LINE,
    UnreadableFileError,
    longest_line,
    unpacked,
)
from parley.landing.texts import printable
from parley.privacy.rewriter import GARBAGE, Rewriter

#: What comes before the name of a file that is being written; the reader leaves hidden files alone.
PRIVATE = ".erasing."
#: What unpacking raises where a file is no gzip archive or is cut off.
UNPACKABLE = (zlib.error, UnreadableFileError)


def longest() -> int:
    """The bytes of the longest line that is looked at; what builds set aside as too long holds persons, too."""
    return max(longest_line(), LONGEST_LINE)


def check(root: LandingRoot) -> None:
    """Raise a CommandError where files of a landing root cannot be masked in place."""
    if not root.can_replace:
        raise CommandError(
            f"The store of the landing root {root.location} empties a file before it writes it, so none can be "
            "masked in place safely; copy the root to a folder, erase there, and put the changed files back."
        )


def read_in_parts(path: Path) -> Iterator[bytes]:
    """A file's bytes, some megabytes at once."""
    with path.open("rb") as file:
        while chunk := file.read(BLOCK_BYTES):
            yield chunk


def stored(root: LandingRoot, path: str) -> Iterator[bytes]:
    """A landed file's bytes, packed as they are, some megabytes at once; none where it has gone.

    What comes short must not be written back, nor be taken for all there is.
    """
    try:
        if root.folder is None:
            yield root.get(path)
            return
        whole = (root.folder / path).resolve()
        came = 0
        for chunk in read_in_parts(whole):
            came += len(chunk)
            yield chunk
        if came != whole.stat().st_size:
            raise OSError("it is being written")
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cut_off(path, error) from None
    except ArrowInvalid:
        # a key that is no path, such as one with two slashes in a row: no build reads it either
        return


def plain(root: LandingRoot, path: str) -> Iterator[bytes]:
    """A landed file's bytes, unpacked where its name says that it is packed."""
    chunks = stored(root, path)
    if not path.endswith(".gz"):
        return chunks
    first = next(chunks, b"")
    return unpacked(chain([first], chunks)) if first else iter(())


class Piece(NamedTuple):
    """A line of a file or, of one that is too long, a part of it."""

    number: int
    text: bytes
    #: The line break behind it; none inside a line, and at the file's end.
    end: bytes
    begins: bool
    is_whole: bool


def pieces(chunks: Iterator[bytes], most: int) -> Iterator[Piece]:
    """The lines of a file one by one, those longer than `most` bytes in parts: none is held for long."""
    number, begun, begins = 1, b"", True
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for text in ended:
            begun += text
            yield Piece(number, begun, b"\n", begins, begins and len(begun) <= most)
            number, begun, begins = number + 1, b"", True
        begun += rest
        if len(begun) > most:
            yield Piece(number, begun, b"", begins, False)
            begun, begins = b"", False
    yield Piece(number, begun, b"", begins, begins)


def _cut_off(path: str, error: Exception) -> CommandError:
    reason = os_reason(error).rstrip(": ")
    if isinstance(error, zlib.error):
        reason = "it is no gzip archive, or a broken one"
    return CommandError(
        f"The landed file {printable(path)} cannot be read to its end ({reason}); remove it or put it right, "
        "then give the command again."
    )


def paths(root: LandingRoot) -> list[str]:
    """Every file below a landing root, whether builds read it or not."""
    if root.folder is None:
        return root.objects()
    found = sorted(path for path in root.folder.rglob("*") if path.is_file())
    return [path.relative_to(root.folder).as_posix() for path in found]


def check_unreadable(root: LandingRoot, path: str) -> None:
    """Raise a CommandError unless a file that could not be read is an archive that nobody can unpack.

    Such an archive is named by `verify`; any other file may have the person, and is to be read first.
    """
    is_there = False
    try:
        for chunk in plain(root, path):
            is_there = is_there or bool(chunk)
    except UNPACKABLE:
        return
    if is_there:
        raise CommandError(
            f"The landed file {printable(path)} changed while it was read; give the command again when it is "
            "whole."
        )


def mask_file(root: LandingRoot, feed: str, name: str, rewriter: Rewriter, broken: set[int]) -> int:
    """Mask one file; the number of lines that changed. Lines named as broken lose all they hold.

    A file may be larger than the memory, so it is read twice: up to the first line that changes, and then, if
    there is one, from its beginning into a file that takes its place.
    """
    path = f"{feed}/{name}"

    def masked(piece: Piece) -> bytes:
        if not piece.is_whole:
            if piece.number not in broken:
                return piece.text
            return GARBAGE.encode() if piece.begins else b""
        raw = piece.text
        text = rewriter.raw_line(feed, raw) if raw else raw
        if piece.number in broken and text == raw and raw.strip() != GARBAGE.encode():
            return (b"" if _is_utf8(raw) else b"\xff") + GARBAGE.encode()
        return text

    def read() -> Iterator[Piece]:
        try:
            yield from pieces(plain(root, path), longest())
        except UNPACKABLE as error:
            raise _cut_off(path, error) from None

    first = next((piece.number for piece in read() if masked(piece) != piece.text), None)
    if first is None:
        return 0
    changed = set()

    def write(file: IO[bytes] | gzip.GzipFile) -> None:
        for piece in read():
            text = piece.text if piece.number < first else masked(piece)
            if text != piece.text:
                changed.add(piece.number)
            file.write(text + piece.end)

    def write_packed(file: IO[bytes]) -> None:
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as archive:
            write(archive)

    _replace(root, path, write_packed if name.endswith(".gz") else write)
    return len(changed)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _replace(root: LandingRoot, path: str, write: Callable[[IO[bytes]], None]) -> None:
    try:
        if root.folder is None:
            content = io.BytesIO()
            write(content)
            root.put(path, content.getvalue())
        else:
            _replace_local((root.folder / path).resolve(), write)
    except OSError as error:
        reason = os_reason(error).rstrip(": ")
        raise CommandError(
            f"The landed file {printable(path)} cannot be replaced ({reason}); {remedy(error)}, then run the "
            "request again."
        ) from None


def _replace_local(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    # a name of its own, not the file's with more before it: that may be as long as a name can be
    private = path.with_name(f"{PRIVATE}{secrets.token_hex(8)}")
    try:
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, private)
        if os.geteuid() == 0:
            there = path.stat()
            os.chown(private, there.st_uid, there.st_gid)
        private.replace(path)
    except BaseException:
        # on a full disk this is room that others need, and it holds persons
        with suppress(OSError):
            private.unlink(missing_ok=True)
        raise
    sync(path.parent)


def remove_leftovers(root: LandingRoot) -> None:
    """Remove what a run that was killed left half written; a store keeps no half objects."""
    if root.folder is not None:
        for path in root.folder.rglob(f"{PRIVATE}*"):
            path.unlink(missing_ok=True)
