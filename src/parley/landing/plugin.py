"""The dbt-duckdb plugin that lets SQL read the landing root.

Relations it offers on every cursor (lines are read anew at every scan, streaming, never held in memory):

* ``parley_landing_files``: every file of a feed that there is now, with its size and time of change
* ``parley_landing_unread_files``: what lies below the root and is not read, and why
* ``parley_landing_accounts``: accounts.csv as it was when the root was checked, all columns text
* ``parley_landing_erasures``: the requests of the ledger of erasures
* ``parley_landing_lines_<vendor>_<feed>``: the lines of the files last opened for that feed

and functions: ``parley_open_feed(feed, file_names)`` chooses what the next scan of a feed's lines reads;
``parley_unreadable_files(feed)`` are those of them that could not be read to their ends;
``parley_hold_files(feed, file_names)`` notes what the warehouse had read before it reads a feed anew, and
``parley_lost_files(feed)`` are those of them that could not be read this time;
``parley_landing_problem()`` is null, or the one sentence that says what is wrong with the root;
``parley_landing_root()`` tells one root from another; ``parley_json_in_key_order(text)`` writes JSON one way;
``parley_pseudonym_key_problem(fingerprints)`` gets the key of pseudonyms ready, and is null or the sentence
that says why it does not go with what the warehouse holds; ``parley_pseudonym_key()`` is its fingerprint.
"""

from __future__ import annotations

import fcntl
import gc
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.events.contextvars import get_node_info
from dbt_common.exceptions import DbtRuntimeError

from parley.files import (
    CommandError,
    file_umask,
    full_path,
    is_other_file,
    memory_limit,
    path_setting,
)
from parley.landing.accounts import ACCOUNTS_SCHEMA, read_accounts
from parley.landing.files import FEEDS, LandingError, LandingRoot, Listing
from parley.landing.keys import json_texts_in_key_order
from parley.landing.lines import LINES_SCHEMA, REWRITTEN_SCHEMA, longest_line, read_lines
from parley.landing.pseudonym_key import SETTING, default_path, fingerprint, settled_key
from parley.landing.pseudonyms import FEEDS as PSEUDONYMISED
from parley.landing.pseudonyms import Pseudonyms
from parley.landing.relations import ERASURES_SCHEMA, FILES_SCHEMA, UNREAD_SCHEMA
from parley.landing.rewriting import Rewriter, Rewriting
from parley.landing.texts import shown
from parley.marts import is_publication, published_as_warehouse
from parley.privacy.ledger import Ledger, ledger_folder
from parley.privacy.rewriter import Rewriter as Erasures
from parley.room import watch_room

#: What a DuckDB file may not be called.
RESERVED_NAMES = ("main", "temp", "system", "information_schema", "pg_catalog")
#: dbt makes them all when it starts; the profile, too, names no more.
MOST_THREADS = 256
#: Seconds to wait, one after the other, for a file to become a database.
MOMENTS = (0.1, 0.2, 0.4, 0.8)


class LazyTable:
    """An Arrow stream that starts over, by calling ``batches``, each time it is scanned."""

    def __init__(self, schema: pa.Schema, batches: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        self._schema = schema
        self._batches = batches

    def __arrow_c_schema__(self) -> Any:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self._schema, self._batches())
        return reader.__arrow_c_stream__(requested_schema)


class Plugin(BasePlugin):
    """Registers the landing relations; see the module's text."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the landing root from the profile."""
        self._root_location = str(plugin_config.get("landing_root") or "landing/demo")
        self._root: LandingRoot | None = None
        self._opened: dict[str, list[str]] = {feed: [] for feed in FEEDS}
        self._unreadable: dict[str, dict[str, str]] = {feed: {} for feed in FEEDS}
        self._held: dict[str, frozenset[str]] = {}
        try:
            self._longest_line = longest_line(plugin_config.get("longest_line"))
        except CommandError as error:
            raise DbtRuntimeError(str(error)) from None
        check_threads(plugin_config.get("threads"))
        self._listed: Listing | None = None
        self._settings: pa.Table | None = None
        self._key: bytes | None = None
        self._as_landed: list[Rewriter] = []
        self._as_read: list[Rewriter] = []

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Say in a sentence why the warehouse cannot be written, before DuckDB says it in ten.

        What this process makes from here on, the warehouse first of all, is its owner's alone.
        """
        del config
        watch_room()
        try:
            os.umask(file_umask())
            memory_limit()
            if path := file_of(creds):
                check_warehouse(path)
        except CommandError as error:
            raise DbtRuntimeError(str(error)) from None

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Give SQL the functions that open feeds and tell problems."""
        # dbt's graph lives as long as the process: looking through it at every collection is a tenth of a build
        gc.freeze()
        functions: list[tuple[str, Callable[..., Any], list[str], str]] = [
            ("parley_open_feed", self._open_feed, ["VARCHAR", "VARCHAR[]"], "BIGINT"),
            ("parley_hold_files", self._hold_files, ["VARCHAR", "VARCHAR[]"], "BIGINT"),
            ("parley_unreadable_files", self._unreadable_files, ["VARCHAR"], "VARCHAR[]"),
            ("parley_lost_files", self._lost_files, ["VARCHAR"], "VARCHAR[]"),
            ("parley_landing_problem", self._problem, [], "VARCHAR"),
            ("parley_landing_root", lambda: self.root.identity, [], "VARCHAR"),
            ("parley_pseudonym_key_problem", self._key_problem, ["VARCHAR[]"], "VARCHAR"),
            ("parley_pseudonym_key", self._key_fingerprint, [], "VARCHAR"),
        ]
        for name, function, parameters, returned in functions:
            # typed as Any: DuckDB's stubs know no list of plain type names
            create: Any = conn.create_function
            create(name, function, parameters, returned, side_effects=True, null_handling="special")
        create = conn.create_function
        create(
            "parley_json_in_key_order",
            json_texts_in_key_order,
            ["VARCHAR"],
            "VARCHAR",
            type="arrow",
            null_handling="special",
        )

    def configure_cursor(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Register the landing relations, which a cursor does not take over from its connection.

        Every node opens a cursor, and this is most of what that costs: nodes that read tables go without.
        """
        if reads_tables(get_node_info()):
            return
        cursor.register("parley_landing_files", LazyTable(FILES_SCHEMA, self._files))
        cursor.register("parley_landing_unread_files", LazyTable(UNREAD_SCHEMA, self._unread))
        cursor.register("parley_landing_accounts", LazyTable(ACCOUNTS_SCHEMA, self._accounts))
        cursor.register("parley_landing_erasures", LazyTable(ERASURES_SCHEMA, self._erasure_log))
        for feed in FEEDS:
            name = "parley_landing_lines_" + feed.replace("/", "_")
            schema = REWRITTEN_SCHEMA if feed in PSEUDONYMISED else LINES_SCHEMA
            cursor.register(name, LazyTable(schema, partial(self._lines, feed)))

    @property
    def root(self) -> LandingRoot:
        """The landing root, resolved when it is first needed."""
        if self._root is None:
            self._root = LandingRoot(self._root_location)
        return self._root

    def _problem(self) -> str | None:
        try:
            self.root.check()
            self._settings = read_accounts(self.root)
            self._listed = self.root.listing()
            self._as_landed = self._erasures()
        except (LandingError, CommandError) as error:
            return str(error)
        return None

    def _erasures(self) -> list[Rewriter]:
        """What masks everybody who was erased; nothing where nobody was."""
        folder = ledger_folder(self._root_location)
        if folder is None or not Ledger(folder).exists:
            return []
        return [Erasures(Ledger(folder), self._pseudonym)]

    def _erasure_log(self) -> Iterator[pa.RecordBatch]:
        folder = ledger_folder(self._root_location)
        if rows := [request.log() for request in Ledger(folder).requests()] if folder else []:
            yield pa.RecordBatch.from_pylist(rows, ERASURES_SCHEMA)

    def _pseudonym(self, kind: str, text: str) -> str:
        assert self._key is not None, "the key is there before lines with phone numbers are read"
        return Pseudonyms(self._key).pseudonym(kind, text)

    def _key_problem(self, held: list[str]) -> str | None:
        try:
            self._key = settled_key(self._key_path(), held)
        except (LandingError, CommandError) as error:
            return str(error)
        self._as_read = [Pseudonyms(self._key)]
        return None

    def _key_path(self) -> Path:
        warehouse = file_of(self.creds)
        if not warehouse and not os.environ.get(SETTING):
            raise CommandError(
                "The key of the pseudonyms has no place beside a warehouse that is no file. "
                f"Set {SETTING} to a file."
            )
        return path_setting(SETTING, default_path(warehouse or Path()))

    def _key_fingerprint(self) -> str | None:
        return fingerprint(self._key) if self._key else None

    def _unreadable_files(self, feed: str) -> list[str]:
        return sorted(self._unreadable[feed])

    def _hold_files(self, feed: str, file_names: list[str] | None) -> int:
        self._held[feed] = frozenset(file_names or [])
        return len(self._held[feed])

    def _lost_files(self, feed: str) -> list[str]:
        return sorted(self._held.get(feed, frozenset()).intersection(self._unreadable[feed]))

    def _open_feed(self, feed: str, file_names: list[str] | None) -> int:
        self._opened[feed] = sorted(file_names or [])
        self._unreadable[feed] = {}
        return len(self._opened[feed])

    def _listing(self) -> Listing:
        # made once a run, when the root is checked: listing costs what history costs
        return self.root.listing() if self._listed is None else self._listed

    def _files(self) -> Iterator[pa.RecordBatch]:
        if files := self._listing().files:
            yield pa.RecordBatch.from_pylist([vars(file) for file in files], FILES_SCHEMA)

    def _unread(self) -> Iterator[pa.RecordBatch]:
        listing = self._listing()
        failed = [
            {"path": f"{file.feed}/{file.file_name}", "reason": "unreadable", "bytes": file.bytes}
            for file in listing.files
            if file.file_name in self._unreadable[file.feed]
        ]
        if rows := [vars(file) for file in listing.unread] + failed:
            yield pa.RecordBatch.from_pylist(rows, UNREAD_SCHEMA)

    def _accounts(self) -> Iterator[pa.RecordBatch]:
        # read once a run, so that the settings which are used are those which were checked
        settings = read_accounts(self.root) if self._settings is None else self._settings
        yield from settings.to_batches()

    def _lines(self, feed: str) -> Iterator[pa.RecordBatch]:
        names, unreadable = self._opened[feed], self._unreadable[feed]
        if not names:
            return
        if feed in PSEUDONYMISED and not self._key:
            raise DbtRuntimeError(
                "The key of the pseudonyms was not asked for before lines are read."
            )
        rewriting = Rewriting(self._as_landed, self._as_read)
        sizes = self._listing().sizes[feed]
        yield from read_lines(
            self.root, feed, names, unreadable, self._longest_line, rewriting, sizes
        )


def reads_tables(node: Mapping[str, Any]) -> bool:
    """Whether a node is a data test, a seed, or a model above staging: only staging reads the landing root."""
    layer = str(node.get("node_path")).split("/")[0]
    return node.get("resource_type") in ("test", "seed") or layer in ("intermediate", "marts")


def check_threads(setting: Any) -> None:
    """Raise a DbtRuntimeError of one sentence where the profile names no threads or too many."""
    text = str(setting or 1)
    if not (re.fullmatch("[0-9]{1,9}", text) and 0 < int(text) <= MOST_THREADS):
        raise DbtRuntimeError(
            f"PARLEY_THREADS says {shown(text)}. Write how many models are built at a time, a whole number "
            f"from 1 to {MOST_THREADS}, or leave it out for 2."
        )


def file_of(creds: Any) -> Path | None:
    """The file that the warehouse is, as DuckDB finds it; None where it is none."""
    path = str(creds.path) if creds else ":memory:"
    if "://" in path or path.startswith((":memory:", "md:")):
        return None
    return full_path(path)


def check_warehouse(path: Path) -> None:
    """Raise a DbtRuntimeError of one sentence when the warehouse cannot be opened to write."""
    _check_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DbtRuntimeError(
            f"The folder {path.parent} of the warehouse cannot be made ({error.strerror}). "
            "Set PARLEY_WAREHOUSE to a file in a folder you may write to."
        ) from None
    if path.is_dir():
        raise DbtRuntimeError(
            f"The warehouse {path} is a folder. Set PARLEY_WAREHOUSE to a file's path."
        )
    _remove_empty(path)
    if is_other_file(path):
        raise DbtRuntimeError(
            f"The warehouse {path} cannot be opened (it is no DuckDB file). Move the file away, or set "
            "PARLEY_WAREHOUSE to another one, and build again."
        )
    target = path if path.exists() else path.parent
    if not os.access(target, os.W_OK):
        raise DbtRuntimeError(
            f"The warehouse {path} cannot be written. Give yourself permission to write it, or set "
            "PARLEY_WAREHOUSE to another file."
        )
    try:
        _try_to_open(path)
    except duckdb.ConnectionException:
        # this very process has it open: then it can be written
        return
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise _being_written(path) from None
        raise DbtRuntimeError(
            f"The warehouse {path} cannot be opened ({str(error).splitlines()[0]}). Move the file "
            "away, or set PARLEY_WAREHOUSE to another one, and build again."
        ) from None
    except duckdb.Error as error:
        raise DbtRuntimeError(
            f"The warehouse {path} cannot be opened ({str(error).splitlines()[0]}). Move the file "
            "away, or set PARLEY_WAREHOUSE to another one, and build again."
        ) from None


def _check_name(path: Path) -> None:
    """The database is called like the file, and stands in statements under that name."""
    if path.stem.lower() in RESERVED_NAMES:
        raise DbtRuntimeError(
            f"The warehouse cannot be called {path.name}: DuckDB has a database or schema of that name. "
            "Set PARLEY_WAREHOUSE to a file with another name."
        )
    if str(path).startswith("~"):
        raise DbtRuntimeError(
            f"The warehouse {path} begins with ~ and a name. Set PARLEY_WAREHOUSE to the path in full."
        )
    odd = [
        character for character in path.name if character in "'\";" or not character.isprintable()
    ]
    if odd:
        raise DbtRuntimeError(
            f"The warehouse's name {shown(path.name)} has the character {shown(odd[0])}, which cannot stand in "
            "the name of a database. Set PARLEY_WAREHOUSE to a file without quotation marks, semicolons and "
            "control characters in its name."
        )


def _being_written(path: Path) -> DbtRuntimeError:
    return DbtRuntimeError(
        f"The warehouse {path} is being written by another process. Wait until that build "
        "or publication has ended, or set PARLEY_WAREHOUSE to another file; readers use the published copy."
    )


def _remove_empty(path: Path) -> None:
    """Remove a file without a byte, unless another process is making a warehouse of it.

    A build killed before DuckDB had written the file's header leaves it so: no data is in it.
    """
    if not path.is_file() or path.stat().st_size > 0 or not os.access(path, os.W_OK):
        return
    with path.open("r+b") as file:
        try:
            # DuckDB holds such a lock from the moment it opens the file
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _being_written(path) from None
        if path.stat().st_size == 0:
            path.unlink()


def _try_to_open(path: Path) -> None:
    """Open the warehouse; one that another build is just making may need a moment to be one."""
    for wait in (*MOMENTS, None):
        try:
            with duckdb.connect(str(path)) as connection:
                if is_publication(connection):
                    raise DbtRuntimeError(published_as_warehouse(path))
        except duckdb.IOException as error:
            young = path.exists() and time.time() - path.stat().st_mtime < sum(MOMENTS)
            if wait is None or not young or "lock" in str(error).lower():
                raise
            time.sleep(wait)
        else:
            return
