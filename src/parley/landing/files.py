"""List and open landed files, on a local folder or an object store.

A *feed* is a folder path below the landing root (``liveperson/web_sessions``); a *file name* is the
path below that folder, with forward slashes, compared as text. Files whose name does not follow
``<Feed>.<from_ms>.<to_ms>.<anything>.json[.gz]`` are not landed data and are ignored.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pyarrow import fs

FEEDS: tuple[str, ...] = (
    "liveperson/web_sessions",
    "liveperson/messaging_interactions",
    "liveperson/agent_status_changes",
    "liveperson/configuration",
    "attentive/events",
    "attentive/orders",
    "one_to_one/events",
    "one_to_one/orders",
)

_FILE_NAME = re.compile(r"^.+?\.(\d{1,18})\.(\d{1,18})\..+\.json(?:\.gz)?$", re.DOTALL)


class LandingError(Exception):
    """Something about the landing root that its owner can put right; the text says how."""


@dataclass(frozen=True)
class LandedFile:
    """One file of a feed: its name below the feed's folder and the two instants in that name."""

    feed: str
    file_name: str
    from_ms: int
    delivered_ms: int


def parse_file_name(base_name: str) -> tuple[int, int] | None:
    """Return (from_ms, to_ms) of a landed file's base name, or None when it is off the pattern."""
    match = _FILE_NAME.match(base_name)
    if match is None:
        return None
    return int(match.group(1)), int(match.group(2))


def delivery_time(file_name: str) -> int:
    """The delivery time (epoch milliseconds) in the name of a file that follows the pattern."""
    times = parse_file_name(file_name.rsplit("/", 1)[-1])
    if times is None:
        raise ValueError(f"{file_name} does not follow the naming pattern of landed files")
    return times[1]


class LandingRoot:
    """The folder or object-store prefix under which vendors' files arrive."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._filesystem, self._base = self._resolve(location)

    @staticmethod
    def _resolve(location: str) -> tuple[fs.FileSystem, str]:
        if "://" in location:
            try:
                filesystem, base = fs.FileSystem.from_uri(location)
            except (OSError, ValueError) as error:
                raise LandingError(
                    f"The landing root {location} cannot be opened ({error}). "
                    "Set PARLEY_LANDING_ROOT to a folder or a reachable object-store prefix."
                ) from error
            return filesystem, base.rstrip("/")
        try:
            return fs.LocalFileSystem(), str(Path(location).expanduser().resolve())
        except (OSError, RuntimeError) as error:
            raise LandingError(
                f"The landing root {location} leads nowhere ({error}). Set PARLEY_LANDING_ROOT to the "
                "folder your vendors' files arrive in."
            ) from error

    def check(self) -> None:
        """Raise LandingError unless the root exists and can be listed."""
        try:
            info = self._filesystem.get_file_info(self._base)
        except OSError as error:
            raise self._unreadable(error) from error
        if info.type == fs.FileType.NotFound:
            raise LandingError(
                f"The landing root {self.location} does not exist. Create the folder, or set "
                "PARLEY_LANDING_ROOT to the folder your vendors' files arrive in."
            )
        if info.type == fs.FileType.File:
            raise LandingError(
                f"The landing root {self.location} is a file. Set PARLEY_LANDING_ROOT to the "
                "folder that holds the feeds (liveperson/, accounts.csv, ...)."
            )
        try:
            self._filesystem.get_file_info(fs.FileSelector(self._base, recursive=False))
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> LandingError:
        return LandingError(
            f"The landing root {self.location} cannot be read ({_reason(error)}). "
            "Give the user that runs dbt permission to list it."
        )

    def list_feed(self, feed: str) -> list[LandedFile]:
        """All files of one feed, at any depth, in the order of their names."""
        folder = f"{self._base}/{feed}"
        try:
            infos = self._filesystem.get_file_info(
                fs.FileSelector(folder, recursive=True, allow_not_found=True)
            )
        except OSError as error:
            raise LandingError(
                f"The feed folder {folder} cannot be listed ({_reason(error)}). "
                "Give the user that runs dbt permission to read it."
            ) from error
        files = []
        for info in infos:
            if info.type == fs.FileType.File and (times := parse_file_name(info.base_name)):
                name = info.path[len(folder) :].lstrip("/")
                files.append(LandedFile(feed, name, times[0], times[1]))
        return sorted(files, key=lambda file: file.file_name)

    def open(self, feed: str, file_name: str) -> fs.NativeFile:
        """Open one landed file as a stream of plain bytes, unpacking gzip by its name."""
        compression = "gzip" if file_name.endswith(".gz") else None
        return self._filesystem.open_input_stream(
            f"{self._base}/{feed}/{file_name}", compression=compression
        )

    def read_optional(self, name: str) -> bytes | None:
        """The bytes of a file directly below the root, or None when there is no such file."""
        path = f"{self._base}/{name}"
        if self._filesystem.get_file_info(path).type != fs.FileType.File:
            return None
        try:
            with self._filesystem.open_input_stream(path) as stream:
                return bytes(stream.read())
        except OSError as error:
            raise LandingError(
                f"{self.location}/{name} cannot be read ({_reason(error)}). "
                "Give the user that runs dbt permission to read it."
            ) from error


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error).splitlines()[0]
