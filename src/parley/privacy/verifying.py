"""Look for a person in every file: for the value's bytes, and for every id of the request.

Files are searched twice: as bytes, and read. A DuckDB or Parquet file packs its columns, so that bytes which
are not found prove little there; every text column of every table is read, too. What stands in the records of
another account is somebody else's, and is told apart.
"""

from __future__ import annotations

import gzip
import json
import mmap
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from parley.files import CommandError
from parley.landing.files import feed_of
from parley.landing.texts import printable
from parley.marts import identifier, literal
from parley.privacy import json_text, landed
from parley.privacy.copies import parquet_files
from parley.privacy.erasing import Places, Say
from parley.privacy.ledger import DONE, VERIFIED, Ledger, Request, now
from parley.privacy.people import KINDS
from parley.privacy.records import EMAIL, SHAPES, account_of, records_of
from parley.privacy.rewriter import Rewriter, canonical
from parley.privacy.warehouse import Tables

#: Shorter texts are found in bytes by chance.
SHORTEST = 6


@dataclass
class Findings:
    """What is left of the person, and what else has to be known, in sentences."""

    left: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(places: Places, ledger: Ledger, request: Request, value: str, say: Say) -> Findings:
    """Look for a value and its ids; the request is verified where nothing is left."""
    rewriter = places.rewriter(ledger, request.request_id)
    group = KINDS[request.kind]
    if request.pseudonym not in rewriter.pseudonyms_of(group, value):
        raise CommandError(
            f"That is not the {request.kind} of request {request.request_id}; type the one that was to be "
            "forgotten."
        )
    if not request.is_applied:
        raise CommandError(
            f"Request {request.request_id} has not been run; `python -m parley.privacy run` carries it out."
        )
    texts = sorted({value, canonical(group, value)})
    search = _Search(request, rewriter, texts, group in (EMAIL,))
    if not search.needles:
        search.found.notes.append(
            f"A text of fewer than {SHORTEST} characters is found by chance, so only ids were compared."
        )
    say("Searching the landing root")
    search.landing(
        landed.local_root(places.root),
        {f"{file.feed}/{file.file_name}" for file in places.root.listing().files},
    )
    for path in (places.warehouse, places.published):
        if path.exists():
            say(f"Searching {path}")
            search.database(path, ledger)
    for path in parquet_files(places.warehouse):
        search.parquet(path)
    if settings := os.environ.get("PARLEY_POSTGRES"):
        say("Searching the copy in PostgreSQL")
        search.postgres(settings)
    with ledger.lock():
        request = ledger.request(request.request_id)
        if not search.found.left and request.state in (DONE, VERIFIED):
            request.state, request.verified_at = VERIFIED, now()
        elif search.found.left:
            request.state, request.verified_at = DONE, None
        ledger.save(request)
    return search.found


class _Search:
    """One search for some texts and the ids of a request."""

    def __init__(
        self, request: Request, rewriter: Rewriter, texts: list[str], any_case: bool
    ) -> None:
        self.found = Findings()
        self._request = request
        self._rewriter = rewriter
        self._texts = [text for text in texts if len(text) >= SHORTEST]
        self._any_case = any_case
        self.needles = sorted(
            {
                form
                for text in self._texts
                for form in (
                    text.encode(),
                    json.dumps(text)[1:-1].encode(),
                    text.encode("utf-16-le"),
                )
            }
        )

    def _is_in(self, content: bytes | mmap.mmap) -> bool:
        return any(content.find(needle) >= 0 for needle in self.needles)

    def landing(self, folder: Path, read: set[str]) -> None:
        """Every file below the landing root, packed or not, whether it is read by builds or not."""
        others = 0
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            name = path.relative_to(folder).as_posix()
            content = _unpacked(path)
            feed = feed_of(name)
            if feed not in SHAPES or name not in read:
                if self._is_in(content) or self._has_ids(feed, content):
                    self.found.left.append(
                        f"{printable(name)} has it, and is read by no build: remove it."
                    )
                continue
            for number, line in enumerate(content.split(b"\n"), start=1):
                if not line:
                    continue
                if self._rewriter.raw_line(feed, line) != line:
                    self.found.left.append(
                        f"{printable(name)}, line {number}, has an id of the person: run the request again."
                    )
                elif self._is_in(line):
                    if self._is_of_others(feed, line):
                        others += 1
                    else:
                        self.found.left.append(
                            f"{printable(name)}, line {number}, has the text in some other field."
                        )
        if others:
            self.found.notes.append(
                f"{others:,} landed lines of other accounts have the same text: somebody else's."
            )

    def _has_ids(self, feed: str | None, content: bytes) -> bool:
        """Whether a line of a feed's file has an id of the person."""
        return feed in SHAPES and any(
            self._rewriter.raw_line(feed, line) != line for line in content.split(b"\n") if line
        )

    def _is_of_others(self, feed: str, line: bytes) -> bool:
        """Whether all of a line's records name another account."""
        try:
            records = records_of(feed, json_text.read(line.decode()))
        except (ValueError, RecursionError):
            return False
        accounts = {account_of(feed, record) for record in records}
        return bool(accounts) and not accounts & {"", self._request.account}

    def database(self, path: Path, ledger: Ledger) -> None:
        """A DuckDB file: its ids, every text column, and its bytes."""
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = Tables(connection, self._rewriter, ledger)
            tables.note_keys({})
            for table, rows in tables.counts().items():
                self.found.left.append(
                    f"{path}: {rows:,} rows of {table} have an id of the person."
                )
            rows_of = connection.execute(
                "select schema_name, table_name, list(column_name), bool_or(column_name = 'account_id')"
                " from duckdb_columns() where database_name = current_database()"
                " and (data_type like '%VARCHAR%' or data_type = 'JSON')"
                " and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())"
                " group by all order by all"
            ).fetchall()
            others = 0
            for schema, table, columns, has_account in rows_of:
                place = f"{identifier(schema)}.{identifier(table)}"
                own, other = self._rows(connection, place, columns, has_account)
                others += other
                if own:
                    self.found.left.append(
                        f"{path}: {own:,} rows of {schema}.{table} have the text."
                    )
        self._bytes(path, others)

    def parquet(self, path: Path) -> None:
        """A Parquet file: every text column, and its bytes."""
        with duckdb.connect() as connection:
            place = f"read_parquet({literal(str(path))})"
            described = connection.execute(f"describe select * from {place}").fetchall()
            columns = [name for name, kind, *_ in described if "VARCHAR" in kind]
            names = [name for name, *_ in described]
            own, other = self._rows(connection, place, columns, "account_id" in names)
        if own:
            self.found.left.append(f"{path}: {own:,} rows have the text.")
        self._bytes(path, other)

    def _rows(
        self,
        connection: duckdb.DuckDBPyConnection,
        place: str,
        columns: list[str],
        has_account: bool,
    ) -> tuple[int, int]:
        """How many rows have one of the texts: those of the account or of none, and those of others."""
        if not self._texts or not columns:
            return 0, 0
        hits = " or ".join(
            f"contains({self._cased(identifier(column))}, {self._cased(literal(text))})"
            for column in columns
            for text in self._texts
        )
        own = f"account_id is null or account_id = {literal(self._request.account)}"
        condition = own if has_account else "true"
        row = connection.execute(
            f"select count(*) filter ({condition}), count(*) filter (not ({condition}))"
            f" from {place} where {hits}"
        ).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _cased(self, expression: str) -> str:
        text = f"cast({expression} as varchar)"
        return f"lower({text})" if self._any_case else text

    def _bytes(self, path: Path, others: int) -> None:
        """The bytes of a file, and of the log that DuckDB keeps beside it."""
        for part in (path, path.with_name(f"{path.name}.wal")):
            if not part.exists() or not part.stat().st_size:
                continue
            with (
                part.open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                if not self._is_in(content):
                    continue
            if others:
                self.found.notes.append(
                    f"{part}: the bytes are there, in {others:,} rows of other accounts."
                )
            else:
                self.found.left.append(
                    f"{part}: the bytes are there, and in no row: run the request again to write the file anew."
                )

    def postgres(self, settings: str) -> None:
        """Every text column of the copy in PostgreSQL."""
        from parley.postgres import connect

        with connect(settings) as connection:
            columns = connection.execute(
                "select table_schema, table_name, column_name from information_schema.columns"
                " where table_schema = 'marts' and data_type in ('text', 'character varying', 'json', 'jsonb')"
                " order by 1, 2, 3"
            ).fetchall()
            for schema, table, column in columns:
                for text in self._texts:
                    row = connection.execute(
                        f'select count(*) from "{schema}"."{table}" where position(%s in "{column}"::text) > 0',
                        (text,),
                    ).fetchone()
                    if row and row[0]:
                        self.found.left.append(
                            f"PostgreSQL: {row[0]:,} rows of {schema}.{table} have the text."
                        )
        self.found.notes.append(
            "PostgreSQL was read column by column; its own backups and archived logs are yours to look after."
        )


def _unpacked(path: Path) -> bytes:
    """A file's bytes, unpacked where it is an archive that can be."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        try:
            return gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return b"".join(_readable(content))
    return content


def _readable(content: bytes) -> Iterator[bytes]:
    """What can be read of a broken archive."""
    inflater = zlib.decompressobj(31)
    for start in range(0, len(content), 65536):
        try:
            yield inflater.decompress(content[start : start + 65536])
        except zlib.error:
            return
