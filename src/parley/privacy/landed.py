"""Masks landed files in place: the same name, the same number of lines, replaced whole."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

from parley.files import CommandError, sync
from parley.landing.files import LandingRoot
from parley.privacy.rewriter import GARBAGE, Rewriter

#: What comes before the name of a file that is being written; the reader leaves hidden files alone.
PRIVATE = ".erasing."


def local_root(root: LandingRoot) -> Path:
    """The folder of a landing root; a CommandError where it is an object store."""
    if "://" in root.location:
        raise CommandError(
            f"The landing root {root.location} is an object store, whose files cannot be masked in place; copy "
            "it to a folder, erase there, and put the changed files back."
        )
    return Path(root.identity)


def plain_bytes(path: Path) -> bytes:
    """A landed file's bytes, unpacked where its name says that it is packed."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.name.endswith(".gz") and content else content


def mask_file(folder: Path, feed: str, name: str, rewriter: Rewriter, broken: set[int]) -> int:
    """Mask one file; the number of lines that changed. Lines named as broken lose all they hold."""
    path = (folder / feed / name).resolve()
    if not path.exists():
        return 0
    try:
        lines = plain_bytes(path).split(b"\n")
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
        _replace(path, b"\n".join(lines))
    return changed


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _replace(path: Path, content: bytes) -> None:
    private = path.with_name(f"{PRIVATE}{path.name}")
    packed = gzip.compress(content, mtime=0) if path.name.endswith(".gz") else content
    private.unlink(missing_ok=True)
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, private)
    if os.geteuid() == 0:
        there = path.stat()
        os.chown(private, there.st_uid, there.st_gid)
    private.replace(path)
    sync(path.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what a run that was killed left half written."""
    for path in folder.rglob(f"{PRIVATE}*"):
        path.unlink(missing_ok=True)
