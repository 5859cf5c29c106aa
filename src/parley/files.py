"""Where the warehouse and what is made from it stand, and how their files are written.

These files hold what customers wrote. They are made for their owner alone unless PARLEY_UMASK says
otherwise, and they are replaced whole: written beside their place, synced, and renamed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE = "077"  # the umask of files with personal data: nothing for group and others


class CommandError(Exception):
    """Why a command did nothing, in one sentence for the person who called it."""


def path_setting(name: str, default: Path) -> Path:
    """A path of the environment, with ~ for the user's own folder; the default where it is not set."""
    text = os.environ.get(name)
    return full_path(text) if text else default


def full_path(text: str) -> Path:
    """A path with ~ for the user's own folder, as DuckDB has it; a name that nobody has stays as it is."""
    path = Path(text)
    return path.expanduser() if path.parts[:1] == ("~",) else path


def warehouse_path() -> Path:
    """The warehouse: PARLEY_WAREHOUSE, or the default that dbt's profile has too."""
    return path_setting("PARLEY_WAREHOUSE", Path("warehouse/parley.duckdb"))


def target_name() -> str:
    """Which engine's warehouse commands work on: PARLEY_TARGET, the target of dbt's profile."""
    name = os.environ.get("PARLEY_TARGET") or "duckdb"
    if name not in ("duckdb", "spark"):
        raise CommandError(f"PARLEY_TARGET is {name!r}; set it to duckdb or spark.")
    return name


def published_path(warehouse: Path) -> Path:
    """The published file: PARLEY_PUBLISHED, or parley_marts.duckdb beside the warehouse."""
    return path_setting("PARLEY_PUBLISHED", warehouse.parent / "parley_marts.duckdb")


def file_umask() -> int:
    """The permissions that new files do not have: PARLEY_UMASK, or all of group and others."""
    text = os.environ.get("PARLEY_UMASK") or PRIVATE
    if not re.fullmatch("0?[0-7]{3}", text):
        raise CommandError(
            f"PARLEY_UMASK is {text!r}; set it to three octal digits such as 027, or leave it out."
        )
    return int(text, 8)


def memory_limit() -> str:
    """What DuckDB may hold in memory: PARLEY_MEMORY_LIMIT, or 3GB.

    It takes a negative amount for no limit, and what is no number of 64 bits for an error of its own.
    """
    text = os.environ.get("PARLEY_MEMORY_LIMIT") or "3GB"
    amount = r"([0-9]{1,9}(\.[0-9]+)? ?[KMGkmg]|[0-9]{1,6}(\.[0-9]+)? ?[Tt])[Ii]?[Bb]"
    if not re.fullmatch(f"(?=[0-9.]*[1-9]){amount}", text):
        raise CommandError(
            f"PARLEY_MEMORY_LIMIT is {text!r}; set it to an amount of memory such as 3GB, or leave it out."
        )
    return text


@contextmanager
def own_umask() -> Iterator[None]:
    """Make files and folders with the permissions that PARLEY_UMASK leaves them."""
    before = os.umask(file_umask())
    try:
        yield
    finally:
        os.umask(before)


def keep_owner(replaced: Path, new: Path) -> None:
    """Give a file or folder to the owner of what it is about to replace, else of the folder.

    An administrator who works as root must not take a file away from the account that reads it.
    Others own what they write, and leave it to the group of what was there.
    """
    if os.geteuid() != 0:
        if replaced.exists() and replaced.stat().st_gid != new.stat().st_gid:
            with suppress(PermissionError):
                os.chown(new, -1, replaced.stat().st_gid, follow_symlinks=False)
        return
    there = (replaced if replaced.exists() else new.parent).stat()
    for path in (new, *(new.rglob("*") if new.is_dir() else ())):
        os.chown(path, there.st_uid, there.st_gid, follow_symlinks=False)


def replace_text(path: Path, text: str) -> None:
    """Write a text beside its place and rename it: who reads meanwhile reads the old one."""
    private = path.with_name(f".{path.name}.partial")
    try:
        private.write_text(text, encoding="utf-8")
        private.replace(path)
    except BaseException:
        with suppress(OSError):
            private.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Have the disk keep a file, or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(paths: Iterator[Path]) -> None:
    """Remove files and folders, whichever they are."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def lock_of(target: Path) -> Iterator[None]:
    """Be the only one who replaces the target."""
    path = target.parent / f".{target.name}.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        keep_owner(target, path)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another writer of {target} to end", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
