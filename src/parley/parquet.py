"""Write the published marts as Parquet files, a file a mart, whole or not at all.

The folder that readers are told is a symbolic link. Files are written into a new folder beside it,
and the link is then turned: whoever resolves it once reads the marts of one publication. The folder
before goes when nobody has a file of it open any more.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from parley.files import (
    CommandError,
    keep_owner,
    lock_of,
    own_umask,
    path_argument,
    path_setting,
    published_path,
    sync,
    warehouse_path,
)
from parley.marts import identifier, literal, marts_schema, open_published, read_marts

QUIET_SECONDS = 2.0  # without an open file in it a folder is taken to be read by nobody
LONGEST_WAIT_SECONDS = 60.0  # for readers of the folder before


def parquet_path(warehouse: Path) -> Path:
    """The folder: PARLEY_PARQUET, or parquet beside the warehouse."""
    return path_setting("PARLEY_PARQUET", warehouse.parent / "parquet")


def folders_of(link: Path) -> list[Path]:
    """The folders that the link leads or led to, the newest last."""
    return sorted(path for path in link.parent.iterdir() if is_ours(link, path.name))


def is_ours(link: Path, name: str) -> bool:
    """Whether a folder beside the link is named as this module names them."""
    return re.fullmatch(rf"{re.escape(link.name)}\.copy-\d{{19}}", name) is not None


def prepare_link(link: Path) -> None:
    """Refuse what cannot be turned: a file, or a folder in which somebody keeps something."""
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        if not is_ours(link, str(link.readlink())):
            raise CommandError(f"{link} is a link to {link.readlink()}; name another folder.")
        return
    if not link.exists():
        return
    if not link.is_dir():
        raise CommandError(f"{link} is a file; name a folder for the Parquet files.")
    if any(link.iterdir()):
        raise CommandError(
            f"The folder {link} holds files already, and it has to be replaced whole; name another, "
            "or remove it."
        )
    link.rmdir()


@contextmanager
def new_folder(link: Path) -> Iterator[Path]:
    """A folder beside the link that goes again unless the link was turned to it."""
    folder = link.with_name(f"{link.name}.copy-{time.time_ns()}")
    folder.mkdir()
    try:
        yield folder
    finally:
        if not link.is_symlink() or link.resolve() != folder.resolve():
            shutil.rmtree(folder, ignore_errors=True)


def write_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Write every mart of the open file; rows by mart."""
    rows: dict[str, int] = {}
    for mart in read_marts(connection):
        file = folder / f"{mart.name}.parquet"
        source = f"{marts_schema(connection)}.{identifier(mart.name)}"
        counted = connection.execute(
            f"copy {source} to {literal(str(file))} (format parquet)"
        ).fetchone()
        rows[mart.name] = int(counted[0]) if counted else 0
        sync(file)
    if not rows:
        raise CommandError("The published file has no marts; `make publish` writes it anew.")
    sync(folder)
    return rows


def turn(link: Path, folder: Path) -> None:
    """Let the link lead to the folder, in one step."""
    private = link.with_name(f".{link.name}.partial")
    private.unlink(missing_ok=True)
    private.symlink_to(folder.name, target_is_directory=True)
    private.replace(link)
    sync(link.parent)


def is_read(folder: Path) -> bool:
    """Whether a process has a file in the folder open, or works in it."""
    inside = f"{folder}{os.sep}"
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # processes end, and those of others cannot be looked into
            if f"{link.readlink()}{os.sep}".startswith(inside):
                return True
    return False


def can_see_readers(folder: Path) -> bool:
    """Whether all who may read the folder are processes that this one can look into."""
    return Path("/proc/self/fd").is_dir() and (
        os.geteuid() == 0 or not stat.S_IMODE(folder.stat().st_mode) & 0o077
    )


def remove_when_unread(folder: Path, quiet: float, longest: float) -> bool:
    """Remove a folder once nobody reads it; whether it is gone.

    A reader that is between two files has none open, so the folder has to be quiet for a while.
    """
    if not can_see_readers(folder):
        return False
    last_read = began = time.monotonic()
    while time.monotonic() < last_read + quiet:
        if time.monotonic() > began + longest:
            return False
        time.sleep(min(0.1, quiet))
        if is_read(folder):
            last_read = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def write_parquet(
    published: Path,
    link: Path,
    quiet: float = QUIET_SECONDS,
    longest: float = LONGEST_WAIT_SECONDS,
) -> dict[str, int]:
    """Write all marts of the published file and let readers have them; rows by mart."""
    link = link.absolute()
    with own_umask():
        prepare_link(link)
        with open_published(published) as connection, lock_of(link):
            before = link.resolve() if link.is_symlink() else None
            for folder in folders_of(link):  # of copies that were killed, and the last but one
                if folder.resolve() != before:
                    shutil.rmtree(folder, ignore_errors=True)
            with new_folder(link) as folder:
                rows = write_files(connection, folder)
                keep_owner(link, folder)
                turn(link, folder)
            if before and before.is_dir() and not remove_when_unread(before, quiet, longest):
                print(
                    f"The folder of the publication before, {before}, may still be read; "
                    "it goes with the next copy.",
                    file=sys.stderr,
                )
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.parquet",
        description="Write the published marts as Parquet files, whole or not at all.",
        epilog="PARLEY_PUBLISHED and PARLEY_PARQUET give other defaults.",
    )
    parser.add_argument(
        "--published", type=path_argument, help="default: parley_marts.duckdb beside the warehouse"
    )
    parser.add_argument(
        "--target", type=path_argument, help="default: the folder parquet beside the warehouse"
    )
    options = parser.parse_args(arguments)
    published: Path = options.published or published_path(warehouse_path())
    target: Path = options.target or parquet_path(warehouse_path())
    reason = ""
    try:
        rows = write_parquet(published, target)
    except CommandError as error:
        reason = str(error)
    except (OSError, duckdb.Error) as error:
        reason = f"The marts could not be written to {target}: {str(error).splitlines()[0]}"
    except KeyboardInterrupt:
        reason = "Stopped; the Parquet files are as they were."
    if reason:
        print(f"parquet: {reason}", file=sys.stderr)
        return 1
    with suppress(BrokenPipeError):
        print(f"Wrote {len(rows)} marts, {sum(rows.values()):,} rows: {target}/<mart>.parquet")
    return 0


if __name__ == "__main__":
    sys.exit(main())
