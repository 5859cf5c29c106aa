"""Masks landed files in place: the same name, the same number of lines, replaced whole."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from pyarrow import ArrowInvalid

from parley.files import CommandError, sync
from parley.landing.files import LandingRoot, os_reason
from parley.privacy.rewriter import GARBAGE, Rewriter

#: What comes before the name of a file that is being written; the reader leaves hidden files alone.
PRIVATE = ".erasing."


def check(root: LandingRoot) -> None:
    """Raise a CommandError where files of a landing root cannot be masked in place."""
    if not root.can_replace:
        raise CommandError(
            f"The store of the landing root {root.location} empties a file before it writes it, so none can be "
            "masked in place safely; copy the root to a folder, erase there, and put the changed files back."
        )


def content_of(root: LandingRoot, path: str) -> bytes | None:
    """A landed file's bytes, packed as they are; None where it has gone."""
    try:
        if root.folder is None:
            return root.get(path)
        return (root.folder / path).resolve().read_bytes()
    except FileNotFoundError:
        return None
    except ArrowInvalid:
        # a key that is no path, such as one with two slashes in a row: no build reads it either
        return None


def contents(root: LandingRoot) -> Iterator[tuple[str, bytes]]:
    """Every file below a landing root with its bytes, whether builds read it or not."""
    if root.folder is None:
        paths = root.objects()
    else:
        found = sorted(path for path in root.folder.rglob("*") if path.is_file())
        paths = [path.relative_to(root.folder).as_posix() for path in found]
    for path in paths:
        content = content_of(root, path)
        if content is not None:
            yield path, content


def mask_file(root: LandingRoot, feed: str, name: str, rewriter: Rewriter, broken: set[int]) -> int:
    """Mask one file; the number of lines that changed. Lines named as broken lose all they hold."""
    path = f"{feed}/{name}"
    is_packed = name.endswith(".gz")
    try:
        content = content_of(root, path)
        if content is None:
            return 0
        lines = (gzip.decompress(content) if is_packed and content else content).split(b"\n")
    except (OSError, EOFError) as error:
        raise CommandError(
            f"The landed file {path} cannot be read to its end ({error}); remove it or put it right, then run "
            "the request again."
        ) from None
    changed = 0
    for place, raw in enumerate(lines):
        masked = rewriter.raw_line(feed, raw) if raw else raw
        if place + 1 in broken and masked == raw and raw.strip() != GARBAGE.encode():
            masked = (b"" if _is_utf8(raw) else b"\xff") + GARBAGE.encode()
        if masked != raw:
            lines[place] = masked
            changed += 1
    if changed:
        plain = b"\n".join(lines)
        _replace(root, path, gzip.compress(plain, mtime=0) if is_packed else plain)
    return changed


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _replace(root: LandingRoot, path: str, content: bytes) -> None:
    try:
        if root.folder is None:
            root.put(path, content)
        else:
            _replace_local((root.folder / path).resolve(), content)
    except OSError as error:
        reason = os_reason(error).rstrip(": ")
        raise CommandError(
            f"The landed file {path} cannot be replaced ({reason}); give the user that runs Parley "
            "permission to write there, then run the request again."
        ) from None


def _replace_local(path: Path, content: bytes) -> None:
    private = path.with_name(f"{PRIVATE}{path.name}")
    private.unlink(missing_ok=True)
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, private)
    if os.geteuid() == 0:
        there = path.stat()
        os.chown(private, there.st_uid, there.st_gid)
    private.replace(path)
    sync(path.parent)


def remove_leftovers(root: LandingRoot) -> None:
    """Remove what a run that was killed left half written; a store keeps no half objects."""
    if root.folder is not None:
        for path in root.folder.rglob(f"{PRIVATE}*"):
            path.unlink(missing_ok=True)
