"""Where the warehouse and what is made from it stand, and how their files are written.

These files hold what customers wrote. They are made for their owner alone unless PARLEY_UMASK says
otherwise, and they are replaced whole: written beside their place, synced, and renamed.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from parley.landing.texts import printable, shown

LONGEST_NAME = 255  # bytes of a file's or folder's name: no file system takes more
MAGIC = slice(8, 12)  # where a DuckDB file says what it is
PRIVATE = "077"  # the umask of files with personal data: nothing for group and others


class CommandError(Exception):
    """Why a command did nothing, in one sentence for the person who called it."""


class PathError(CommandError, SystemExit):
    """A path that cannot be used; commands that read their settings before all else end in the sentence."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence, for whoever catches it and for the end of the process."""
        super().__init__(sentence)
        self.code = sentence


def path_setting(name: str, default: Path) -> Path:
    """A path of the environment, with ~ for the user's own folder; the default where it is not set."""
    text = os.environ.get(name)
    if text and (problem := path_problem(text)):
        raise PathError(f"{name} is {problem}")
    if text and re.match("~[^/]", text):
        # a folder of that name would be made wherever the command is run
        raise PathError(
            f"{name} is {shown(text)}, which begins with ~ and a name; write the path in full."
        )
    return full_path(text) if text else default


def path_argument(text: str) -> Path:
    """A path of the command line."""
    if problem := path_problem(text):
        raise argparse.ArgumentTypeError(problem)
    return Path(text)


def path_problem(text: str) -> str | None:
    """Why a path cannot be used, which begins with the path; None where it can."""
    try:
        parts = text.encode().split(b"/")
    except UnicodeEncodeError:
        return (
            f"{printable(text)}, which is no UTF-8; rename what is called so, or name another path."
        )
    if "://" not in text and max(map(len, parts)) > LONGEST_NAME:
        return (
            f"{shown(text)}, in which a name has more than {LONGEST_NAME} bytes; name another path."
        )
    return None


def full_path(text: str) -> Path:
    """A path with ~ for the user's own folder, as DuckDB has it; a name that nobody has stays as it is."""
    path = Path(text)
    return path.expanduser() if path.parts[:1] == ("~",) else path


def warehouse_path() -> Path:
    """The warehouse: PARLEY_WAREHOUSE, or the default that dbt's profile has too."""
    return path_setting("PARLEY_WAREHOUSE", Path("warehouse/parley.duckdb"))


def read_file(path: Path, most: int = -1) -> bytes:
    """A file's bytes, `most` of them where that is given. Raises OSError, for a pipe or a device as well.

    Whoever opens a pipe waits until somebody writes into it, and what was read from it is gone.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is a pipe or a device and no file")
        return file.read(most)


def os_reason(error: Exception) -> str:
    """Why something cannot be read, in a few words."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return (str(error).splitlines() or [type(error).__name__])[0]


def is_other_file(path: Path) -> bool:
    """Whether a file holds something and is no DuckDB file.

    DuckDB opens one called *.csv or *.parquet as an empty database in memory, and one of SQLite as what it is;
    for a pipe it waits.
    """
    try:
        if not path.is_file():
            return path.exists() and not path.is_dir()
        if path.stat().st_size == 0:
            return False
        with path.open("rb") as file:
            return file.read(MAGIC.stop)[MAGIC] != b"DUCK"
    except OSError:  # why it cannot be read, whoever opens it says
        return False


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
    # what is taken from the owner as well, nobody reads any more
    if not re.fullmatch("0?0[0-7]{2}", text):
        raise CommandError(
            f"PARLEY_UMASK is {text!r}; set it to three octal digits such as 027, of which the first is 0, or "
            "leave it out."
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


def remedy(error: Exception) -> str:
    """What to do where something cannot be written: a full disk and a missing right are said apart."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room on its disk"
    return "give the user that runs Parley permission to write there"


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
