"""The landing root as a data source of Spark, over the very readers of the DuckDB plugin.

``using parley_landing options (relation '…', root '…')`` has the relations ``files``, ``unread_files``,
``unreadable_files``, ``accounts``, ``erasures``, ``lines`` (of one feed), and two of one row: ``problem`` and
``pseudonym_key``. Lists come from one worker, lines from as many as there are groups of files. Which files
are read stands in a folder that the ledger was written to (option ``opened``), so that nothing passes through
the driver. A file that cannot be read to its end gives no line: its name is written to the folder
``unreadable`` in there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import fs
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

from parley.files import CommandError, path_setting
from parley.landing.accounts import ACCOUNTS_SCHEMA, read_accounts
from parley.landing.files import LandingError, LandingRoot
from parley.landing.lines import LONGEST_LINE, is_whole, read_lines
from parley.landing.pseudonym_key import SETTING, default_path, fingerprint, settled_key
from parley.landing.pseudonyms import FEEDS as PSEUDONYMISED
from parley.landing.pseudonyms import Pseudonyms
from parley.landing.relations import ERASURES_SCHEMA, FILES_SCHEMA, UNREAD_SCHEMA
from parley.landing.rewriting import Rewriter, Rewriting
from parley.privacy.ledger import Ledger, ledger_folder
from parley.privacy.rewriter import Rewriter as Erasures
from parley.spark.places import filesystem_of

NAME = "parley_landing"
LINES_DDL = (
    "file_name string, delivered_ms bigint, line_number bigint, is_utf8 boolean, line string"
)
_TEXTS = {pa.string(): "string", pa.int64(): "bigint"}
#: Bytes of landed files that one partition reads.
PARTITION_BYTES = 64 * 1024 * 1024


def _ddl(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} {_TEXTS[field.type]}" for field in schema)


SCHEMAS = {
    "files": _ddl(FILES_SCHEMA),
    "unread_files": _ddl(UNREAD_SCHEMA),
    "unreadable_files": "feed string, file_name string",
    "accounts": _ddl(ACCOUNTS_SCHEMA),
    "erasures": _ddl(ERASURES_SCHEMA),
    "problem": "problem string, location string",
    "pseudonym_key": "problem string, fingerprint string",
}


class LandingSource(DataSource):
    """What `using parley_landing` means."""

    @classmethod
    def name(cls) -> str:
        """The name in SQL."""
        return NAME

    def schema(self) -> str:
        """The columns of the relation."""
        relation = self.options["relation"]
        if relation == "lines":
            is_rewritten = self.options["feed"] in PSEUDONYMISED
            return LINES_DDL + (", landed_line string" if is_rewritten else "")
        return SCHEMAS[relation]

    def reader(self, schema: Any) -> DataSourceReader:
        """What reads it."""
        del schema
        options = with_places(dict(self.options))
        return LinesReader(options) if options["relation"] == "lines" else ListReader(options)


def with_places(options: dict[str, str]) -> dict[str, str]:
    """Options that also say where the ledger of erasures and the key of pseudonyms are.

    This is asked where the build runs: workers on other machines have other folders and settings, and one that
    found no ledger would bring back who was erased.
    """
    folder = ledger_folder(options["root"])
    key = path_setting(SETTING, default_path(Path(options["opened"]).parent))
    return options | {
        "erasures": str(folder.absolute()) if folder and Ledger(folder).exists else "",
        "key": str(key.absolute()),
    }


def ledger(options: Mapping[str, str]) -> Ledger | None:
    """The ledger of erasures; None where nobody was erased. LandingError where a worker does not see it."""
    if not options["erasures"]:
        return None
    erasures = Ledger(Path(options["erasures"]))
    if not erasures.exists:
        raise LandingError(
            f"The ledger of erasures {erasures.folder} is not there for a worker, so nothing was read. "
            "Set PARLEY_ERASURES to a folder that all workers see."
        )
    return erasures


@dataclass
class Files(InputPartition):
    """A group of landed files: their names and sizes."""

    sizes: dict[str, int]


class ListReader(DataSourceReader):
    """Reads a relation that one worker makes."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = options

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """The relation's rows."""
        del partition
        yield from getattr(self, f"_{self._options['relation']}")()

    @property
    def _root(self) -> LandingRoot:
        return LandingRoot(self._options["root"])

    def _files(self) -> Iterator[pa.RecordBatch]:
        rows = [vars(file) for file in self._root.listing().files]
        yield pa.RecordBatch.from_pylist(rows, FILES_SCHEMA)

    def _unread_files(self) -> Iterator[pa.RecordBatch]:
        listing = self._root.listing()
        noted = set(unreadable_files(self._options["opened"]))
        failed = [
            {"path": f"{file.feed}/{file.file_name}", "reason": "unreadable", "bytes": file.bytes}
            for file in listing.files
            if (file.feed, file.file_name) in noted
        ]
        yield pa.RecordBatch.from_pylist(
            [vars(file) for file in listing.unread] + failed, UNREAD_SCHEMA
        )

    def _unreadable_files(self) -> Iterator[pa.RecordBatch]:
        rows = [
            {"feed": feed, "file_name": name}
            for feed, name in unreadable_files(self._options["opened"])
        ]
        yield pa.RecordBatch.from_pylist(rows, _strings("feed", "file_name"))

    def _accounts(self) -> Iterator[pa.RecordBatch]:
        yield from read_accounts(self._root).to_batches()

    def _erasures(self) -> Iterator[pa.RecordBatch]:
        erasures = ledger(self._options)
        rows = [request.log() for request in erasures.requests()] if erasures else []
        yield pa.RecordBatch.from_pylist(rows, ERASURES_SCHEMA)

    def _problem(self) -> Iterator[pa.RecordBatch]:
        problem, location = None, None
        try:
            self._root.check()
            read_accounts(self._root)
            location = self._root.identity
        except (LandingError, CommandError) as error:
            problem = str(error)
        yield pa.RecordBatch.from_pydict(
            {"problem": [problem], "location": [location]}, _strings("problem", "location")
        )

    def _pseudonym_key(self) -> Iterator[pa.RecordBatch]:
        problem, known = None, None
        try:
            key = settled_key(Path(self._options["key"]), json.loads(self._options["held"]))
            known = fingerprint(key)
        except LandingError as error:
            problem = str(error)
        yield pa.RecordBatch.from_pydict(
            {"problem": [problem], "fingerprint": [known]}, _strings("problem", "fingerprint")
        )


def _strings(*names: str) -> pa.Schema:
    return pa.schema([pa.field(name, pa.string()) for name in names])


class LinesReader(DataSourceReader):
    """Reads the lines of a feed's opened files."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = options
        self._feed = options["feed"]

    def partitions(self) -> list[InputPartition]:
        """Groups of files of some megabytes."""
        groups: list[dict[str, int]] = []
        room = 0
        for name, size in sorted(_opened(self._options["opened"], self._feed)):
            if not groups or room < size:
                groups.append({})
                room = PARTITION_BYTES
            groups[-1][name] = size
            room -= size
        return [Files(group) for group in groups] or [Files({})]

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """The lines of one group, file by file."""
        root = LandingRoot(self._options["root"])
        longest = int(self._options.get("longest_line") or LONGEST_LINE)
        rewriting = self._rewriting()
        for name, size in partition.sizes.items():
            # a file is known to be whole when it was read: no line of one that is not may be seen
            if not is_whole(root, self._feed, name, size):
                _note_unreadable(self._options["opened"], self._feed, name)
                continue
            changed: dict[str, str] = {}
            batches = read_lines(
                root, self._feed, [name], changed, longest, rewriting, partition.sizes
            )
            yield from (_plain(batch) for batch in batches)
            if changed:
                # its lines are seen, and go with this try of the task
                raise OSError(f"{self._feed}/{name} changed while it was read: {changed[name]}")

    def _rewriting(self) -> Rewriting:
        erasures, is_pseudonymised = ledger(self._options), self._feed in PSEUDONYMISED
        if not erasures and not is_pseudonymised:
            return Rewriting([], [])
        # the key was there before: a worker that does not see it makes none
        key = settled_key(Path(self._options["key"]), json.loads(self._options["held"]))
        pseudonyms = Pseudonyms(key)
        as_landed: list[Rewriter] = [Erasures(erasures, pseudonyms.pseudonym)] if erasures else []
        return Rewriting(as_landed, [pseudonyms] if is_pseudonymised else [])


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with plain strings, which Spark knows."""
    return pa.RecordBatch.from_arrays(
        [
            column.cast(pa.string()) if column.type == pa.string_view() else column
            for column in batch.columns
        ],
        batch.schema.names,
    )


def _opened(folder: str, feed: str) -> Iterator[tuple[str, int]]:
    """Names and sizes of the files that were opened for a feed."""
    for row in _rows(f"{folder}/{feed.replace('/', '_')}"):
        yield row["file_name"], row["bytes"]


def unreadable_files(folder: str) -> Iterator[tuple[str, str]]:
    """Feed and name of the files that could not be read to their ends."""
    for row in _rows(f"{folder}/unreadable"):
        yield row["feed"], row["file_name"]


def _rows(folder: str) -> Iterator[dict[str, Any]]:
    filesystem, path = filesystem_of(folder)
    infos = filesystem.get_file_info(fs.FileSelector(path, recursive=True, allow_not_found=True))
    for info in infos:
        if info.type == fs.FileType.File and info.base_name.endswith(".json"):
            with filesystem.open_input_stream(info.path) as stream:
                for line in stream.read().decode().splitlines():
                    yield json.loads(line)


def _note_unreadable(folder: str, feed: str, file_name: str) -> None:
    filesystem, path = filesystem_of(f"{folder}/unreadable/{feed.replace('/', '_')}")
    filesystem.create_dir(path, recursive=True)
    # a task that is tried again writes the same note
    note = hashlib.sha256(f"{feed}/{file_name}".encode()).hexdigest()
    with filesystem.open_output_stream(f"{path}/{note}.json") as stream:
        stream.write(json.dumps({"feed": feed, "file_name": file_name}).encode())
