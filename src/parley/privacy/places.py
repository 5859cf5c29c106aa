"""Where everything is that holds persons, and what masks it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from parley.files import CommandError, is_other_file, memory_limit, path_setting, target_name
from parley.landing.files import LandingRoot
from parley.landing.pseudonym_key import SETTING, default_path, read_key, settled_key
from parley.landing.pseudonyms import Pseudonyms
from parley.landing.rewriting import Rewriting
from parley.marts import literal, no_database, open_error
from parley.privacy.ledger import Ledger, Request
from parley.privacy.rewriter import Rewriter

Say = Callable[[str], None]


@dataclass(frozen=True)
class Places:
    """Where everything is that holds persons."""

    root: LandingRoot
    warehouse: Path
    published: Path

    def unreached(self) -> list[str]:
        """Where persons may be that no command of this module gets at, in sentences."""
        if target_name() == "spark":
            return [
                "Tables of Spark are not looked into. Make them anew of the landed files "
                "(`dbt build --target spark --full-refresh`), publish, and have earlier snapshots expire."
            ]
        if not self.warehouse.exists():
            return [
                f"There is no warehouse at {self.warehouse}, so none was looked into. Where there is one, set "
                "PARLEY_WAREHOUSE to it and give the command again."
            ]
        return []

    def pseudonyms(self) -> Pseudonyms | None:
        """What makes the warehouse's pseudonyms of phone numbers; None before the first build."""
        key = read_key(self._key_path)
        return None if key is None else Pseudonyms(key)

    @property
    def _key_path(self) -> Path:
        return path_setting(SETTING, default_path(self.warehouse))

    def check(self, connection: duckdb.DuckDBPyConnection | None) -> None:
        """Raise an error where the settings name another landing root or key than the warehouse's."""
        self._check_root(connection)
        self._check_key(connection)

    def _check_root(self, connection: duckdb.DuckDBPyConnection | None) -> None:
        """Refuse another landing root, as a build does: nobody would be forgotten in the right one."""
        if connection is None or not _has_table(connection, "landing_root"):
            return
        noted = connection.execute("select max(location) from parley_state.landing_root").fetchone()
        before = noted[0] if noted else None
        here = self.root.identity
        if before in (None, here):
            return
        files = {(file.feed, file.file_name, file.bytes) for file in self.root.listing().files}
        read = connection.execute(
            "select feed, file_name, bytes from parley_state.landed_files"
        ).fetchall()
        # a root that was moved still has some of the files
        if read and files.isdisjoint(read):
            raise CommandError(
                f"The warehouse {self.warehouse} was built from the landing root {before}, and {here} has none "
                "of its files; set PARLEY_LANDING_ROOT to the root it was built from. Where that is gone for "
                "good, build once with PARLEY_ALLOW=other_root."
            )

    def _check_key(self, connection: duckdb.DuckDBPyConnection | None) -> None:
        """Raise a LandingError where the warehouse's pseudonyms were made with another key."""
        if connection is None or not _has_table(connection, "pseudonym_keys"):
            return
        held = connection.execute(
            "select distinct fingerprint from parley_state.pseudonym_keys where fingerprint is not null"
        ).fetchall()
        if held:
            settled_key(self._key_path, [one for (one,) in held])

    def rewriter(self, ledger: Ledger, only: str | None = None) -> Rewriter:
        """What masks lines by all that was carried out, or by one request."""
        pseudonyms = self.pseudonyms()
        return Rewriter(ledger, pseudonyms.pseudonym if pseudonyms else None, only)

    def rewriting(self, ledger: Ledger) -> Rewriting:
        """How a build reads lines."""
        pseudonyms = self.pseudonyms()
        return Rewriting([self.rewriter(ledger)], [pseudonyms] if pseudonyms else [])


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    query = (
        "select 1 from duckdb_tables() where schema_name = 'parley_state' and table_name = $name"
    )
    return connection.execute(query, {"name": name}).fetchone() is not None


def rewriter_of(places: Places, ledger: Ledger, request: Request) -> Rewriter:
    """The rewriter of everything applied, and of this request."""
    rewriter = places.rewriter(ledger)
    if not request.is_applied:
        rewriter.add(ledger.members(request.request_id))
    return rewriter


def open_to_read(path: Path) -> duckdb.DuckDBPyConnection | None:
    """The warehouse for reading; None where there is none yet."""
    if not path.exists():
        return None
    if is_other_file(path):
        raise CommandError(no_database(path))
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise CommandError(open_error(path, error)) from None
    connection.execute(f"set memory_limit = {literal(memory_limit())}")
    return connection
