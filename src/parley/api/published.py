"""The published file, opened for reading; a newly published one is noticed and takes its place.

A request reads one file from beginning to end. When another file has been swapped in, the next
request opens it; requests that are under way finish on the old one, which closes after the last.
What cannot be opened is left alone: the last good file goes on serving.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from parley.marts import is_warehouse, literal, not_published

log = logging.getLogger("parley.api")

CONVERSATIONS = "published.marts.marketplace_conversations"
MESSAGES = "published.marts.marketplace_messages"
#: What searches read of both, besides what they look for.
TIES = "provider_account_id, account_id, conversation_id"
COLUMNS = """
    provider_account_id, account_id, account_name, conversation_id, visit_id,
    epoch_ms(started_at) as started_ms, epoch_ms(ended_at) as ended_ms, duration_seconds, status,
    close_reason, source, initial_device, latest_agent_id, latest_agent_name, latest_skill_id,
    latest_skill_name, latest_agent_group_id, latest_agent_group_name, campaign_id, campaign_name,
    engagement_id, engagement_name, goal_id, goal_name, lob_id, lob_name, entry_point_id,
    entry_point_name, mcs, csat, is_first_conversation, is_partial, agent_participants,
    consumer_participants, transfer_records, interactions, survey_answers, dialogs, message_scores
"""
MESSAGE_COLUMNS = f"""
    {TIES}, message_id, message_number, epoch_ms(message_at) as message_ms, sent_by,
    agent_id, participant_id, dialog_id, message_type, text
"""
TABLES = frozenset({"marketplace_conversations", "marketplace_messages"})
RETRY_SECONDS = 5.0  # until a file that could not be opened is tried again
TRIES = 5  # to open a file before it is replaced again

State = tuple[int, int, int, int]


class NotPublishedError(Exception):
    """Why there is nothing to serve: for the log with path and remedy, for callers without."""

    def __init__(self, message: str, told: str) -> None:
        super().__init__(message)
        self.told = told


@dataclass
class Snapshot:
    """One published file, open: who takes part in the marketplace, and connections to read it.

    Each connection is a database engine of its own, with its own memory: what one search needs is
    not missing in another.
    """

    connections: list[duckdb.DuckDBPyConnection]
    published_at: datetime
    subscribers: dict[str, set[str]]  # by provider
    accounts: set[str]  # providers and subscribers
    readers: int = 0
    is_retired: bool = False

    def __post_init__(self) -> None:
        self.free = list(self.connections)

    @contextmanager
    def reader(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for one search; there are as many as there are searches at a time."""
        connection = self.free.pop()
        try:
            yield connection
        finally:
            self.free.append(connection)

    def close(self) -> None:
        """Close the file."""
        for connection in self.connections:
            connection.close()


@dataclass(frozen=True)
class Failure:
    """A file that could not be opened, and when it is tried again."""

    state: State | None
    until: float
    error: NotPublishedError


@dataclass
class PublishedFile:
    """The published file as requests see it."""

    path: Path
    memory_limit: str  # of one search
    threads: int
    searches: int = 1  # at a time
    clock: Callable[[], float] = time.monotonic
    counting: threading.Lock = field(default_factory=threading.Lock)
    opening: threading.Lock = field(default_factory=threading.Lock)
    opened: State | None = None
    failed: Failure | None = None
    current: Snapshot | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest file that can be opened, for one request."""
        self.refresh()
        with self.counting:
            snapshot = self.current
            if snapshot is None:
                raise NotPublishedError(f"{self.path} is closed.", "The service is ending.")
            snapshot.readers += 1
        try:
            yield snapshot
        finally:
            with self.counting:
                snapshot.readers -= 1
                done = snapshot.is_retired and snapshot.readers == 0
            if done:
                snapshot.close()

    def state(self) -> State | None:
        """What tells one file from another; none where there is no file."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def refresh(self) -> None:
        """Open the file if it is another one than before."""
        if self.current is not None and self.state() == self.opened:
            return
        # Whoever has a file to read from does not wait for the one that opens the next.
        if not self.opening.acquire(blocking=self.current is None):
            return
        try:
            self.replace()
        finally:
            self.opening.release()

    def replace(self) -> None:
        """Open the file and let it take the old one's place; keep the old one if that fails."""
        state = self.state()
        if self.current is not None and state in (None, self.opened):
            return  # there is nothing newer, or somebody else was faster
        failure = self.failed
        if failure is None or failure.state != state or self.clock() >= failure.until:
            failure = self.failed = self.try_to_open(state)
        if failure is not None and self.current is None:
            raise failure.error.with_traceback(None)

    def try_to_open(self, state: State | None) -> Failure | None:
        """Put a new file in the old one's place, or say why not."""
        try:
            snapshot, opened = self.open_whole()
        except NotPublishedError as error:
            if self.failed is None or self.failed.state != state:
                log.warning("%s", error)
            return Failure(state, self.clock() + RETRY_SECONDS, error)
        with self.counting:
            old, self.current, self.opened = self.current, snapshot, opened
            if old is not None:
                old.is_retired = True
            is_idle = old is not None and old.readers == 0
        if old is not None and is_idle:
            old.close()
        log.info("serving %s of %s", self.path, snapshot.published_at.isoformat(" ", "seconds"))
        return None

    def open_whole(self) -> tuple[Snapshot, State | None]:
        """Open the file and say which one it is, though it may be replaced meanwhile."""
        for _ in range(TRIES):
            state = self.state()
            snapshot = open_snapshot(self.path, self.memory_limit, self.threads, self.searches)
            if self.state() == state:
                return snapshot, state
            snapshot.close()
        raise NotPublishedError(
            f"{self.path} is replaced faster than it can be opened.",
            "The marts are being replaced.",
        )

    def close(self) -> None:
        """Close what is open, when no request is under way any more."""
        with self.counting:
            snapshot, self.current, self.opened = self.current, None, None
        if snapshot is not None:
            snapshot.close()


def connect(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """An engine that can read the published file, and nothing else."""
    # A database of its own: connected by its path, a file that was replaced would be taken for the
    # old one as long as that is open.
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"set memory_limit = {literal(memory_limit)}")
        connection.execute(f"set threads = {threads}")
        connection.execute("set TimeZone = 'UTC'; set temp_directory = ''")
        connection.execute(f"attach {literal(str(path))} as published (read_only)")
        # From here on no statement can reach another file.
        connection.execute("set enable_external_access = false; set lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def open_snapshot(path: Path, memory_limit: str, threads: int, searches: int) -> Snapshot:
    """Open the published file for so many searches at a time."""
    if not path.is_file():
        raise NotPublishedError(
            f"Nothing is published at {path} yet, so every answer is 503; `make run` publishes, or "
            "set PARLEY_PUBLISHED.",
            "Nothing is published yet.",
        )
    with ExitStack() as opened:
        try:
            connections = []
            for _ in range(searches):
                connections.append(connect(path, memory_limit, threads))
                opened.callback(connections[-1].close)
            if is_warehouse(connections[0], "published"):
                raise NotPublishedError(not_published(path), "Nothing is published yet.")
            tables = connections[0].execute(
                "select table_name from duckdb_tables() "
                "where database_name = 'published' and schema_name = 'marts'"
            )
            if TABLES - {name for (name,) in tables.fetchall()}:
                raise NotPublishedError(
                    f"The published file {path} has no marketplace tables; build and publish with "
                    "this version.",
                    "The published marts have no marketplace.",
                )
            check_columns(connections[0], path)
            pairs = (
                connections[0]
                .execute(f"select distinct provider_account_id, account_id from {CONVERSATIONS}")
                .fetchall()
            )
            published_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (duckdb.Error, OSError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise NotPublishedError(
                f"The published file {path} cannot be read ({reason}); `make publish` writes it "
                "anew.",
                "The published marts cannot be read.",
            ) from None
        opened.pop_all()
    subscribers: dict[str, set[str]] = {}
    for provider, subscriber in pairs:
        subscribers.setdefault(provider, set()).add(subscriber)
    accounts = {account for pair in pairs for account in pair}
    return Snapshot(connections, published_at, subscribers, accounts)


def check_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a file whose tables lack what searches read: each would fail, whoever asks."""
    try:
        connection.execute(f"select {COLUMNS} from {CONVERSATIONS} limit 0")
        connection.execute(f"select {MESSAGE_COLUMNS} from {MESSAGES} limit 0")
    except duckdb.BinderException as error:
        raise NotPublishedError(
            f"The published file {path} is of another version of Parley ({str(error).splitlines()[0]}); build "
            "and publish with this version.",
            "The published marts are of another version.",
        ) from None
