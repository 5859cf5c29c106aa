"""One search for a person: for the value's bytes and for every id of the request, file by file.

Files are searched twice: as bytes, and read. A DuckDB or Parquet file packs its columns, so that bytes which
are not found prove little there; every text column of every table is read, too. What stands in the records of
another account is somebody else's, and is told apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from parley.landing.files import LandingRoot, feed_of
from parley.landing.lines import unpacked
from parley.landing.texts import printable
from parley.marts import SCHEMA, identifier, literal
from parley.privacy import json_text, landed
from parley.privacy.columns import ids_of
from parley.privacy.ledger import Ledger, Request
from parley.privacy.records import account_of, records_of
from parley.privacy.rewriter import Rewriter
from parley.privacy.shapes import EVENT, SHAPES
from parley.privacy.tables import STORED, Tables

#: Shorter texts are found in bytes by chance.
SHORTEST = 6
#: Characters as JSON may have them, whatever they are, and bytes as addresses of pages have them.
ESCAPES = re.compile(rb"(?:\\u[0-9a-fA-F]{4})+")
HEXADECIMAL = re.compile("%[0-9A-F]{2}")
#: A search leaves nothing of what it looks for on a disk.
IN_MEMORY: dict[str, Any] = {"temp_directory": ""}
#: How archives begin that are not looked into: zstd, bzip2, xz and zip.
OTHER_ARCHIVES = (b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ", b"PK\x03\x04")


@dataclass
class Findings:
    """What is left of the person, what else has to be known, and what was not searched, in sentences."""

    left: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)


class Search:
    """One search for some texts and the ids of a request."""

    def __init__(
        self, request: Request, rewriter: Rewriter, texts: list[str], any_case: bool
    ) -> None:
        self.found = Findings()
        self._request = request
        self._rewriter = rewriter
        self._texts = [
            form for text in texts if len(text) >= SHORTEST for form in in_addresses(text)
        ]
        self._any_case = any_case
        self.needles = sorted(
            {
                form.lower() if any_case else form
                for text in self._texts
                for form in (
                    text.encode(),
                    json.dumps(text)[1:-1].encode(),
                    text.encode("utf-16-le"),
                )
            }
        )

    def _is_in(self, content: bytes) -> bool:
        content = content.lower() if self._any_case else content
        return any(needle in content for needle in self.needles)

    def _is_in_line(self, line: bytes) -> bool:
        return self._is_in(line) or (b"\\" in line and self._is_in(unescaped(line)))

    def _is_among(self, chunks: Iterable[bytes]) -> bool:
        """Whether one of the forms is in bytes that come one after the other, also where two of them meet."""
        held = b""
        for chunk in chunks:
            if self._is_in(held + chunk):
                return True
            held = (held + chunk)[-max(map(len, self.needles), default=1) :]
        return False

    def landing(self, root: LandingRoot) -> None:
        """Every file below the landing root, packed or not, whether it is read by builds or not."""
        read = {f"{file.feed}/{file.file_name}" for file in root.listing().files}
        others = 0
        for name in landed.paths(root):
            feed = feed_of(name)
            if feed not in SHAPES or name not in read:
                self._unread(root, name, feed)
                continue
            for number, own in self._lines(feed, looked_into(landed.stored(root, name))):
                if own is None:
                    others += 1
                else:
                    self.found.left.append(f"{printable(name)}, line {number}, has {own}")
        if others:
            self.found.notes.append(
                f"{others:,} landed lines of other accounts have the same text: somebody else's."
            )
        if root.folder is None:
            self.found.notes.append(
                "Earlier versions of objects, where the store keeps them, are yours to remove."
            )

    def files(self, paths: Iterable[Path]) -> None:
        """The bytes of files that hold no records: what is beside the warehouse, dbt's artifacts and log."""
        for path in paths:
            if path.is_file() and self._is_among(looked_into(landed.read_in_parts(path))):
                self.found.left.append(f"{path} has the text: remove it.")

    def _unread(self, root: LandingRoot, name: str, feed: str | None) -> None:
        """A file below the landing root that no build reads."""
        if self._is_among(looked_into(landed.stored(root, name))) or self._has_ids(
            feed, looked_into(landed.stored(root, name))
        ):
            self.found.left.append(f"{printable(name)} has it, and is read by no build: remove it.")
        elif next(landed.stored(root, name), b"").startswith(OTHER_ARCHIVES):
            self.found.notes.append(
                f"{printable(name)} is an archive that cannot be looked into, and is read by no build."
            )

    def _lines(self, feed: str, chunks: Iterator[bytes]) -> Iterator[tuple[int, str | None]]:
        """The lines of a feed's file that have an id or a text, and which; None for what is somebody else's."""
        text = "the text in some other field."
        held, is_found = b"", False
        for piece in landed.pieces(chunks, landed.longest()):
            if piece.is_whole:
                if piece.text and self._rewriter.raw_line(feed, piece.text) != piece.text:
                    yield piece.number, "an id of the person: run the request again."
                elif self._is_in_line(piece.text):
                    yield piece.number, None if self._is_of_others(feed, piece.text) else text
                continue
            # a line that is too long to be read, part by part
            held, is_found = (b"", False) if piece.begins else (held, is_found)
            if not is_found and self._is_among([held, piece.text]):
                is_found = True
                yield piece.number, text
            held = (held + piece.text)[-max(map(len, self.needles), default=1) :]

    def _has_ids(self, feed: str | None, chunks: Iterator[bytes]) -> bool:
        """Whether a line of a feed's file has an id of the person."""
        return feed in SHAPES and any(
            self._rewriter.raw_line(feed, piece.text) != piece.text
            for piece in landed.pieces(chunks, landed.longest())
            if piece.text and piece.is_whole
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
        with duckdb.connect(str(path), read_only=True, config=IN_MEMORY) as connection:
            others = self._tables(connection, path, ledger)
        self._bytes([path], others)

    def _tables(
        self, connection: duckdb.DuckDBPyConnection, place: Path, ledger: Ledger
    ) -> int | None:
        """Ids and texts in what a connection has of a file or folder.

        How many rows of others have the text; None where rows of the person have it, which are named.
        """
        named = len(self.found.left)
        tables = Tables(connection, self._rewriter, ledger)
        tables.note_keys({})
        for table, rows in tables.counts().items():
            self.found.left.append(f"{place}: {rows:,} rows of {table} have an id of the person.")
        others = 0
        for schema, table, columns, has_account in connection.execute(
            "select schema_name, table_name, list(column_name), bool_or(column_name = 'account_id')"
            " from duckdb_columns() where database_name = current_database()"
            " and (data_type like '%VARCHAR%' or data_type = 'JSON') and not internal"
            f" and (schema_name, table_name) in ({STORED}) group by all order by all"
        ).fetchall():
            name = f"{identifier(schema)}.{identifier(table)}"
            own, other = self._rows(connection, name, columns, has_account)
            others += other
            if own:
                self.found.left.append(f"{place}: {own:,} rows of {schema}.{table} have the text.")
        return others if len(self.found.left) == named else None

    def parquet(self, folder: Path, ledger: Ledger) -> None:
        """A folder of Parquet files: their ids, every text column, and their bytes."""
        with duckdb.connect(config=IN_MEMORY) as connection:
            connection.execute(f"create schema {SCHEMA}")
            paths = sorted(folder.glob("*.parquet"))
            for path in paths:
                connection.execute(
                    f"create view {SCHEMA}.{identifier(path.stem)} as from {literal(str(path))}"
                )
            others = self._tables(connection, folder, ledger)
        self._bytes(paths, others)

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

    def _bytes(self, paths: Sequence[Path], others: int | None) -> None:
        """The bytes of files, and of the logs that DuckDB keeps beside them; rows that have them say enough."""
        if others is None:
            return
        for part in (one for path in paths for one in (path, path.with_name(f"{path.name}.wal"))):
            if not part.exists() or not part.stat().st_size:
                continue
            if not self._is_among(landed.read_in_parts(part)):
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
        """The copies in PostgreSQL: their ids, and every text column."""
        from parley.postgres import connect, schemas_of

        schemas = schemas_of(settings)
        # the connection has said by now if it is not installed
        import psycopg

        for schema in schemas:
            with connect(settings) as connection:
                try:
                    self._schema(connection, schema)
                except psycopg.errors.InsufficientPrivilege:
                    self.found.unreached.append(
                        f"PostgreSQL's schema {printable(schema)} holds copied marts, and this role may not "
                        "read it. Name one in PARLEY_POSTGRES that may."
                    )
        self.found.notes.append(
            "PostgreSQL was read column by column; its write-ahead log holds old rows until it writes over "
            "them, and backups, archived logs and replicas are yours to look after."
        )

    def _schema(self, connection: Any, schema: str) -> None:
        tables: dict[str, dict[str, str]] = {}
        for table, column in connection.execute(
            # what a role may not read is in no view of the information schema
            "select relname, attname from pg_attribute join pg_class on pg_class.oid = attrelid"
            " join pg_namespace on pg_namespace.oid = relnamespace"
            " where nspname = %s and relkind = 'r' and attnum > 0 and not attisdropped"
            " and atttypid::regtype::text in ('text', 'character varying', 'json', 'jsonb') order by 1, 2",
            (schema,),
        ).fetchall():
            tables.setdefault(table, {})[column] = "VARCHAR"
        for table, columns in tables.items():
            place = f"{identifier(schema)}.{identifier(table)}"
            sought, held = (
                ("lower(%s)", "lower({}::text)") if self._any_case else ("%s", "{}::text")
            )
            hits = " or ".join(
                f"position({sought} in {held.format(identifier(column))}) > 0"
                for column in columns
                for _ in self._texts
            )
            own = "account_id is null or account_id = %s" if "account_id" in columns else "%s <> ''"
            if hits:
                (rows,) = connection.execute(
                    f"select count(*) from {place} where ({hits}) and ({own})",
                    [*self._texts * len(columns), self._request.account],
                ).fetchone()
                if rows:
                    self.found.left.append(
                        f"PostgreSQL: {rows:,} rows of {schema}.{table} have the text."
                    )
            account = "account_id" if "account_id" in columns else "''"
            for column, groups in ids_of(table, columns).items():
                # an event keeps its id
                of_person = [group for group in groups if group != EVENT]
                name = identifier(column)
                ids = connection.execute(
                    f"select distinct {account}, {name} from {place} where {name} is not null"
                ).fetchall()
                if left := sum(self._is_left(of_person, *one) for one in ids):
                    self.found.left.append(
                        f"PostgreSQL: {left:,} ids in {schema}.{table} are the person's."
                    )

    def _is_left(self, groups: Iterable[str], account: str | None, value: str) -> bool:
        return any(self._rewriter.find(group, account or "", value) for group in groups)


def in_addresses(text: str) -> list[str]:
    """A text, and as the address of a page has it: zed%40example.com."""
    encoded = quote(text, safe="")
    return list(
        dict.fromkeys((text, encoded, HEXADECIMAL.sub(lambda found: found[0].lower(), encoded)))
    )


def unescaped(line: bytes) -> bytes:
    """A line with the characters in place of JSON's escapes."""
    plain = ESCAPES.sub(
        lambda found: json.loads(b'"%s"' % found[0]).encode("utf-8", "surrogatepass"), line
    )
    return plain.replace(b"\\/", b"/")


def looked_into(stored: Iterator[bytes]) -> Iterator[bytes]:
    """A file's bytes, unpacked where it is a gzip archive: as much as can be."""
    first = next(stored, b"")
    chunks = chain([first], stored)
    if not first.startswith(b"\x1f\x8b"):
        yield from chunks
        return
    with suppress(*landed.UNPACKABLE):
        yield from unpacked(chunks)
