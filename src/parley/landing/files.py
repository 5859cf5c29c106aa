"""List and open landed files, on a local folder or an object store.

A *feed* is a folder path below the landing root (``liveperson/web_sessions``); a *file name* is the
path below that folder, with forward slashes, compared as text. What lies below the root and is no file
of a feed is listed with the reason why it is not read; only what is hidden (a leading dot) is not.

Links are followed where they lead to something below the root, and to a folder only if that is not read
under its own name: nothing outside the root is read, and loops end. A link to a file is a file of its own.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from pyarrow import ArrowInvalid, fs

from parley.files import os_reason, path_problem
from parley.landing.objects import StoredObject, bounded

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
SETTINGS = "accounts.csv"
ENDINGS = (".json", ".gz")

# Delivery times that can be true: 2000-01-01 to before 2100-01-01.
EARLIEST_MS = 946_684_800_000
LATEST_MS = 4_102_444_800_000

_FILE_NAME = re.compile(r"[^.]+\.([0-9]+)\.([0-9]+)\..+\.(?:json|json\.gz|gz)", re.DOTALL)
_LONGEST_NUMBER = 18


class LandingError(Exception):
    """Something about the landing root that its owner can put right; the text says how."""


@dataclass(frozen=True)
class LandedFile:
    """One file of a feed: its name below the feed's folder, the instants in that name, size and change."""

    feed: str
    file_name: str
    from_ms: int | None
    delivered_ms: int
    bytes: int
    modified_ns: int


@dataclass(frozen=True)
class UnreadFile:
    """Something below the landing root that is not read: its path, why, and its size where it has one."""

    path: str
    reason: str
    bytes: int | None = None


@dataclass
class Listing:
    """What lies below a landing root: the files of feeds, in the order of their names, and the rest."""

    files: list[LandedFile] = field(default_factory=list)
    unread: list[UnreadFile] = field(default_factory=list)

    @cached_property
    def sizes(self) -> dict[str, dict[str, int]]:
        """The bytes of each feed's files, by their names."""
        found: dict[str, dict[str, int]] = {feed: {} for feed in FEEDS}
        for file in self.files:
            found[file.feed][file.file_name] = file.bytes
        return found


@dataclass(frozen=True)
class _Found:
    """A file on the way into a listing; the path is below the root."""

    path: str
    bytes: int
    modified_ns: int


def name_problem(base_name: str) -> str | None:
    """Why a file of a feed's folder is not read, by its name alone; None where it is."""
    if not base_name.endswith(ENDINGS):
        return "unknown_ending"
    match = _FILE_NAME.fullmatch(base_name)
    if match is None:
        return "name_off_pattern"
    to_ms = match.group(2)
    if len(to_ms) > _LONGEST_NUMBER or not EARLIEST_MS <= int(to_ms) < LATEST_MS:
        return "unusable_delivery_time"
    return None


def parse_file_name(base_name: str) -> tuple[int | None, int] | None:
    """Return (from_ms, to_ms) of a landed file's base name, or None when it is not read.

    Nothing is made of from_ms, so any number will do; one beyond all clocks is None.
    """
    match = _FILE_NAME.fullmatch(base_name)
    if match is None or name_problem(base_name):
        return None
    from_ms = int(match.group(1)) if len(match.group(1)) <= _LONGEST_NUMBER else None
    return from_ms, int(match.group(2))


def delivery_time(file_name: str) -> int:
    """The delivery time (epoch milliseconds) in the name of a file that follows the pattern."""
    times = parse_file_name(file_name.rsplit("/", 1)[-1])
    if times is None:
        raise ValueError(f"{file_name} does not follow the naming pattern of landed files")
    return times[1]


def feed_of(path: str) -> str | None:
    """The feed in whose folder a path below the root lies."""
    return next((feed for feed in FEEDS if path.startswith(f"{feed}/")), None)


class LandingRoot:
    """The folder or object-store prefix under which vendors' files arrive."""

    def __init__(self, location: str) -> None:
        if problem := path_problem(location):
            raise LandingError(f"PARLEY_LANDING_ROOT is {_without_secrets(problem)}")
        self.location = _without_secrets(location)
        self._filesystem, self._base = self._resolve(location)

    @staticmethod
    def _resolve(location: str) -> tuple[fs.FileSystem, str]:
        if "://" in location:
            try:
                filesystem, base = bounded(location)
            except (OSError, ValueError) as error:
                raise LandingError(
                    f"The landing root {_without_secrets(location)} cannot be opened "
                    f"({_without_secrets(os_reason(error))}). "
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
            f"The landing root {self.location} cannot be read ({os_reason(error)}). "
            "Give the user that runs dbt permission to list it."
        )

    def listing(self) -> Listing:
        """Everything below the root that is not hidden, in the order of the paths."""
        found = Listing()
        local = isinstance(self._filesystem, fs.LocalFileSystem)
        for item in _Walk(self._base).run() if local else self._objects():
            if isinstance(item, UnreadFile):
                found.unread.append(item)
                continue
            landed = _judge(item)
            if isinstance(landed, LandedFile):
                found.files.append(landed)
            elif landed is not None:
                found.unread.append(landed)
        found.files.sort(key=lambda file: (file.feed, file.file_name))
        found.unread.sort(key=lambda file: file.path)
        return found

    def list_feed(self, feed: str) -> list[LandedFile]:
        """The files of one feed, at any depth, in the order of their names."""
        return [file for file in self.listing().files if file.feed == feed]

    def _objects(self) -> Iterator[_Found | UnreadFile]:
        try:
            infos = self._filesystem.get_file_info(fs.FileSelector(self._base, recursive=True))
        except OSError as error:
            raise self._unreadable(error) from error
        for info in infos:
            path = info.path[len(self._base) :].removeprefix("/")
            if info.type == fs.FileType.File and not _is_hidden(path):
                yield _Found(path, info.size or 0, info.mtime_ns or 0)

    def open(self, feed: str, file_name: str) -> BinaryIO | StoredObject:
        """Open one landed file as a stream of its bytes, packed as they are."""
        path = f"{self._base}/{feed}/{file_name}"
        if self._is_outside(path):
            raise PermissionError("it is a link that leads out of the landing root")
        try:
            return self._opened(path)
        except ArrowInvalid as error:
            # an object store takes keys that are no paths, such as those with two slashes in a row
            raise OSError(str(error)) from error

    def _opened(self, path: str) -> BinaryIO | StoredObject:
        if isinstance(self._filesystem, fs.LocalFileSystem):
            return cast(BinaryIO, self._filesystem.open_input_stream(path, compression=None))
        name = path[len(self._base) :].removeprefix("/")
        return StoredObject(self._filesystem, path, name)

    @property
    def folder(self) -> Path | None:
        """The root as a folder of this machine; None for an object store."""
        return Path(self._base) if isinstance(self._filesystem, fs.LocalFileSystem) else None

    @property
    def can_replace(self) -> bool:
        """Whether a file can be replaced at one moment: other stores empty it before they write."""
        return self._filesystem.type_name in ("local", "s3", "gcs")

    def objects(self) -> list[str]:
        """The paths of all objects of a store below the root, in their order, hidden ones too."""
        infos = self._filesystem.get_file_info(fs.FileSelector(self._base, recursive=True))
        files = (info.path for info in infos if info.type == fs.FileType.File)
        return sorted(path[len(self._base) :].removeprefix("/") for path in files)

    def get(self, path: str) -> bytes:
        """An object's bytes, packed as they are."""
        with self._opened(f"{self._base}/{path}") as stream:
            return stream.read()

    def put(self, path: str, content: bytes) -> None:
        """Replace an object whole; the old one stays until all of the new one has come."""
        whole = f"{self._base}/{path}"
        with self._filesystem.open_output_stream(whole, compression=None) as stream:
            stream.write(content)

    def _is_outside(self, path: str) -> bool:
        """Whether a path is a local link that leads out of the root."""
        if not isinstance(self._filesystem, fs.LocalFileSystem):
            return False
        return not _is_below(os.path.realpath(path), self._base)

    @property
    def identity(self) -> str:
        """What tells this root from another: its path as it was given, or its address without secrets."""
        if isinstance(self._filesystem, fs.LocalFileSystem) and "://" not in self.location:
            return os.path.normpath(Path(self.location).expanduser().absolute())
        return f"{self._filesystem.type_name}://{self._base}"

    def read_optional(self, name: str) -> bytes | None:
        """The bytes of a file directly below the root, or None when there is no such file."""
        path = f"{self._base}/{name}"
        if self._is_outside(path):
            raise LandingError(
                f"{self.location}/{name} is a link that leads out of the landing root, and such links are "
                "not followed. Put the file itself there."
            )
        kind = self._filesystem.get_file_info(path).type
        is_local = isinstance(self._filesystem, fs.LocalFileSystem)
        if kind == fs.FileType.NotFound and not (is_local and os.path.lexists(path)):
            return None
        if kind != fs.FileType.File:
            raise LandingError(
                f"{self.location}/{name} is no file. Put the file itself there, or remove what is there."
            )
        try:
            with self._opened(path) as stream:
                return stream.read()
        except OSError as error:
            raise LandingError(
                f"{self.location}/{name} cannot be read ({os_reason(error)}). "
                "Build again when it is whole, or give the user that runs dbt permission to read it."
            ) from error


def _judge(found: _Found) -> LandedFile | UnreadFile | None:
    """The file as one of a feed, or why it is none; None for what is read by other means."""
    if found.path == SETTINGS:
        return None
    plain = _plain(found.path)
    feed = feed_of(found.path)
    if feed is None:
        return UnreadFile(plain, "unknown_folder", found.bytes)
    if plain != found.path:
        return UnreadFile(plain, "name_not_utf8", found.bytes)
    base_name = found.path.rsplit("/", 1)[-1]
    times = parse_file_name(base_name)
    if times is None:
        return UnreadFile(plain, name_problem(base_name) or "name_off_pattern", found.bytes)
    name = found.path[len(feed) + 1 :]
    return LandedFile(feed, name, times[0], times[1], found.bytes, found.modified_ns)


class _Walk:
    """A walk below a local folder that visits every folder once."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._visited: set[tuple[int, int]] = set()
        self._links: list[str] = []

    def run(self) -> Iterator[_Found | UnreadFile]:
        """What is there: the folders of feeds first, under their own names before links to them."""
        linked = []
        for feed in FEEDS:
            if os.path.realpath(self._whole(feed)) == str(self._whole(feed)):
                yield from self._folder(feed)
            else:
                linked.append(feed)
        yield from self._followed()
        for feed in linked:
            if self._is_folder_below(feed):
                yield from self._folder(feed)
        yield from self._followed()
        yield from self._folder("")
        # what is left are links in folders that belong to no feed
        for link in self._links:
            if not self._is_visited(link):
                yield UnreadFile(_plain(link), "unknown_folder")

    def _whole(self, path: str) -> Path:
        return Path(self._base, path)

    def _is_folder_below(self, path: str) -> bool:
        whole = self._whole(path)
        return whole.is_dir() and _is_below(os.path.realpath(whole), self._base)

    def _is_visited(self, path: str) -> bool:
        status = self._whole(path).stat()
        return (status.st_dev, status.st_ino) in self._visited

    def _followed(self) -> Iterator[_Found | UnreadFile]:
        while self._links:
            yield from self._folder(self._links.pop(0))

    def _folder(self, path: str) -> Iterator[_Found | UnreadFile]:
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            try:
                if self._is_visited(folder):
                    continue
                status = self._whole(folder).stat()
                self._visited.add((status.st_dev, status.st_ino))
                with os.scandir(self._whole(folder)) as entries:
                    inside = sorted(entries, key=lambda entry: entry.name)
            except (FileNotFoundError, NotADirectoryError):
                # a feed of which nothing has come
                continue
            except OSError:
                yield UnreadFile(_plain(f"{folder}/"), "unreadable")
                continue
            for entry in inside:
                below = f"{folder}/{entry.name}" if folder else entry.name
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    # a link to a folder waits until all folders were visited under their own names
                    if self._is_folder_below(below):
                        self._links.append(below)
                    else:
                        yield self._linked_file(below)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(below)
                else:
                    yield self._file(below)

    def _linked_file(self, path: str) -> _Found | UnreadFile:
        if _is_below(os.path.realpath(self._whole(path)), self._base):
            return self._file(path)
        return UnreadFile(_plain(path), "link_leads_out")

    def _file(self, path: str) -> _Found | UnreadFile:
        try:
            status = self._whole(path).stat()
        except OSError:
            return UnreadFile(_plain(path), "unreadable")
        if not stat.S_ISREG(status.st_mode):
            return UnreadFile(_plain(path), "no_file")
        return _Found(path, status.st_size, status.st_mtime_ns)


def _is_below(path: str, base: str) -> bool:
    return path == base or path.startswith(base.rstrip("/") + "/")


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def _plain(path: str) -> str:
    """The path as text, bytes that are no UTF-8 escaped."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _without_secrets(text: str) -> str:
    """A text without the key and secret that an address in it may hold.

    A secret may hold slashes and spaces that nobody has escaped: then a key and a colon stand before them.
    """
    return re.sub(r"(?<=://)(?:[^/?\s]*@|[^/@:\s'\"]+:[^@'\"]*@)", "", text)
