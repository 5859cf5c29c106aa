"""The ledger of erasures: who is to be forgotten, by pseudonyms that only its own key can make.

It is a folder beside the landing root (PARLEY_ERASURES names another), readable by its owner alone:

* ``key``: what the pseudonyms are made with; the ledger is void without it
* ``requests.jsonl``: one line per request, and how far it is
* ``<request>.jsonl``: one line per id that goes with the request, its pseudonym and its token
* ``ids.tmp``: while a plan or a run needs more room than its memory has, clear ids
* ``<request>.figures.jsonl``: while a request to remove runs, what the marts said before, as digests

No clear value stays in it. Every file is replaced whole.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from parley.files import (
    CommandError,
    lock_of,
    os_reason,
    path_setting,
    read_file,
    remedy,
    sync,
)

MASK, REMOVE = "mask", "remove"
#: States of a request, in their order.
REQUESTED, RUNNING, DONE, VERIFIED = "requested", "running", "done", "verified"
#: How much of a record goes when an id is in it: all records' texts, those of its own feed, or the id alone.
ALL, OWN, NONE = "all", "own", "none"
LEVELS = (NONE, OWN, ALL)
#: Of each mart and date the number of rows and a digest of them.
Figures = dict[str, dict[str, list[Any]]]
#: What a command that was killed before it had made the key has left.
LEFT_BEHIND = ".key.partial"
#: What a line of a file stands for.
Row = TypeVar("Row")


@dataclass
class Request:
    """Somebody to be forgotten."""

    request_id: str
    requested_at: str
    kind: str
    account: str
    pseudonym: str
    mode: str = MASK
    state: str = REQUESTED
    counts: dict[str, int] = field(default_factory=dict)
    files: list[list[str]] = field(default_factory=list)
    completed_at: str | None = None
    verified_at: str | None = None
    #: Of a request to remove, by mart: how many rows it lost, and the dates whose figures moved.
    moved: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A ValueError where a line of the ledger is none that was written there."""
        texts = (self.request_id, self.requested_at, self.kind, self.account, self.pseudonym)
        known = self.mode in (MASK, REMOVE) and self.state in (REQUESTED, RUNNING, DONE, VERIFIED)
        if not (known and all(isinstance(text, str) for text in texts)):
            raise ValueError("no request")

    def log(self) -> dict[str, str | int | None]:
        """The request as it is published: who it is about stands nowhere in it."""
        return {
            "request_id": self.request_id,
            "requested_at": self.requested_at,
            "kind": self.kind,
            "account_id": self.account,
            "mode": self.mode,
            "state": self.state,
            "records": sum(number for name, number in self.counts.items() if "/" in name),
            "files": len(self.files),
            "table_rows": sum(number for name, number in self.counts.items() if "." in name),
            "completed_at": self.completed_at,
            "verified_at": self.verified_at,
        }

    @property
    def is_applied(self) -> bool:
        """Whether its ids are masked, or its records removed, wherever they come."""
        return self.state != REQUESTED


@dataclass(frozen=True)
class Member:
    """An id that goes with a request: what it is called instead (None: as before), and what else goes."""

    request_id: str
    account: str
    group: str
    pseudonym: str
    token: str | None
    level: str


def with_pseudonyms(
    request: Request, group: str, members: Iterable[Member], pseudonyms: Iterable[str]
) -> list[Member]:
    """The members of a request, and what was asked for under pseudonyms that it had not then.

    A warehouse with a key of its own has pseudonyms of its own, as has one whose key was made later.
    """
    known = {(one.group, one.pseudonym): one for one in members}
    asked = known.get((group, request.pseudonym))
    token = asked.token if asked else None
    new = (
        Member(request.request_id, request.account, group, one, token, ALL)
        for one in pseudonyms
        if (group, one) not in known
    )
    return [*known.values(), *new]


def now() -> str:
    """This second, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def ledger_folder(landing_root: str) -> Path | None:
    """Where the ledger of a landing root is; None without PARLEY_ERASURES where nothing can be beside that."""
    named = Path(landing_root).expanduser().absolute()
    # one folder has one ledger, by whatever links it is named; a ledger beside such a link stays in use
    whole = Path(os.path.realpath(named))
    beside = whole.with_name(f"{whole.name}.erasures") if whole.name else whole
    linked = named.with_name(f"{named.name}.erasures") if named.name else whole
    if ("://" in landing_root or beside == whole) and not os.environ.get("PARLEY_ERASURES"):
        return None
    return path_setting(
        "PARLEY_ERASURES", linked if linked.exists() and not beside.exists() else beside
    )


class Ledger:
    """The ledger in a folder, which is made by the first request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key: bytes | None = None

    @property
    def spill(self) -> Path:
        """The folder for clear ids that do not fit in memory, while who holds the lock reads them."""
        return self.folder / "ids.tmp"

    @property
    def exists(self) -> bool:
        """Whether anything was ever requested."""
        return (self.folder / "requests.jsonl").exists()

    def create(self) -> None:
        """Make the folder and its key, where they are missing."""
        self._check_own()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
        except OSError as error:
            raise CommandError(
                f"The folder of the ledger of erasures, {self.folder}, cannot be made or is not yours "
                f"({error.strerror}); give the user that runs Parley permission to write it, or set "
                "PARLEY_ERASURES to another folder."
            ) from None
        if not (self.folder / "key").exists():
            if self.exists:
                raise self._lost_key()
            self._write("key", secrets.token_hex(32) + "\n")

    def _check_own(self) -> None:
        """Refuse a folder of somebody else's files: from then on nobody but the owner could read them."""
        with suppress(OSError):
            names = {path.name for path in self.folder.iterdir()}
            ours = ("key", "requests.jsonl", LEFT_BEHIND)
            if names and names.isdisjoint(ours):
                raise CommandError(
                    f"The folder {self.folder} holds other files than the ledger of erasures; set "
                    "PARLEY_ERASURES to a folder of its own."
                )

    def _lost_key(self) -> CommandError:
        return CommandError(
            f"The key of the erasures in {self.folder} is missing, and without it nobody who was erased is "
            "known again; put the file key back from your backup."
        )

    @property
    def key(self) -> bytes:
        """The key of the pseudonyms."""
        if self._key is None:
            try:
                self._key = bytes.fromhex(read_file(self.folder / "key").decode("ascii").strip())
            except FileNotFoundError:
                raise self._lost_key() from None
            except (OSError, ValueError):
                raise CommandError(
                    f"The key of the erasures, {self.folder / 'key'}, cannot be read; give the user that runs "
                    "Parley permission to read it, or put it back from your backup."
                ) from None
            if len(self._key) < 32:
                raise CommandError(
                    f"The key of the erasures, {self.folder / 'key'}, is cut off; put it back from your backup."
                )
        return self._key

    def pseudonym(self, group: str, value: str) -> str:
        """What stands in the ledger for a value."""
        text = f"{group}|{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:32]

    def requests(self) -> list[Request]:
        """All requests, the earliest first."""
        return list(self._read("requests.jsonl", Request))

    def request(self, request_id: str) -> Request:
        """One request."""
        for request in self.requests():
            if request.request_id == request_id:
                return request
        raise CommandError(
            f"There is no request {request_id!r}; `python -m parley.privacy list` names them."
        )

    def save(self, request: Request) -> None:
        """Note a request, or how far it is."""
        rows = {one.request_id: one for one in self.requests()} | {request.request_id: request}
        self._write("requests.jsonl", _lines(asdict(one) for one in rows.values()))

    def members(self, request_id: str) -> list[Member]:
        """The ids that go with a request."""
        return list(self._read(f"{request_id}.jsonl", Member))

    def add(self, request: Request, members: Iterable[Member]) -> None:
        """Note a new request and the ids that go with it, or neither: ids of no request nobody would remove."""
        try:
            self.save_members(request.request_id, members)
            self.save(request)
        except BaseException:
            with suppress(OSError, CommandError):
                if request.request_id not in {one.request_id for one in self.requests()}:
                    (self.folder / f"{request.request_id}.jsonl").unlink(missing_ok=True)
            raise

    def save_members(self, request_id: str, members: Iterable[Member]) -> None:
        """Note the ids that go with a request."""
        self._write(f"{request_id}.jsonl", _lines(asdict(one) for one in members))

    def figures(self, request_id: str) -> Figures:
        """What the marts said before a request was run."""
        return dict(self._read(f"{request_id}.figures.jsonl", _mart_figures))

    def save_figures(self, request_id: str, figures: Figures) -> None:
        """Note what the marts say before a request is run."""
        rows = ({"mart": mart, "dates": dates} for mart, dates in figures.items())
        self._write(f"{request_id}.figures.jsonl", _lines(rows))

    def drop_figures(self, request_id: str) -> None:
        """Forget what the marts said before."""
        (self.folder / f"{request_id}.figures.jsonl").unlink(missing_ok=True)

    def _read(self, name: str, kind: Callable[..., Row]) -> Iterator[Row]:
        try:
            lines = read_file(self.folder / name).splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise CommandError(
                f"The ledger of erasures, {self.folder / name}, cannot be read ({os_reason(error)}); give the "
                "user that runs Parley permission to read it."
            ) from None
        for number, line in enumerate(lines, start=1):
            try:
                row = kind(**json.loads(line.decode()))
            except (ValueError, TypeError):
                raise CommandError(
                    f"The ledger of erasures, {self.folder / name}, is broken in line {number}; put the file "
                    "back from your backup."
                ) from None
            yield row

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        private = path.with_name(f".{name}.partial")
        try:
            private.unlink(missing_ok=True)
            descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            private.replace(path)
            sync(self.folder)
        except OSError as error:
            with suppress(OSError):
                private.unlink(missing_ok=True)
            raise CommandError(
                f"The ledger of erasures, {path}, cannot be written ({error.strerror}); {remedy(error)}, then "
                "give the command again."
            ) from None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only one who writes the ledger."""
        self.create()
        with lock_of(self.folder / "requests.jsonl"):
            yield


def _mart_figures(mart: str, dates: dict[str, list[Any]]) -> tuple[str, dict[str, list[Any]]]:
    return mart, dates


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)
