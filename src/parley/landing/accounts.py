"""accounts.csv as a table of text: every documented column, null where the file leaves it empty.

A setting restates an account's whole history, so none is guessed: what the contract does not name is a
LandingError that says the line, the account, the value and what would be right.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import duckdb
import pyarrow as pa

from parley.landing.files import LandingError, LandingRoot
from parley.landing.texts import shown

FILE_NAME = "accounts.csv"
#: Columns that the user adds for other purposes begin so, and are not read.
OWN_COLUMNS = "x_"
SYSTEMS = ("liveperson", "attentive", "one_to_one")
RULES = ("first", "last")
BOOLEANS = ("true", "false", "1", "0", "yes", "no")
LONGEST = 36_500
NO_ACCOUNTS = ("-1", "null", "undefined", "NA")

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
# Names that the engine knows beside IANA's: ambiguous abbreviations and old system zones.
_NO_ZONES = re.compile(
    r"SystemV/.*|ACT|AET|AGT|ART|AST|BET|BST|CAT|CNT|CST|CTT|EAT|ECT|IET|IST|JST|MIT|NET|NST|PLT|PNT"
    r"|PRT|PST|SST|VST"
)


@cache
def time_zones() -> frozenset[str]:
    """The IANA names that the warehouse's engine knows."""
    with duckdb.connect() as connection:
        found = connection.execute("select name from pg_timezone_names()").fetchall()
    return frozenset(name for (name,) in found if not _NO_ZONES.fullmatch(name))


def _any_text(value: str) -> str | None:
    del value
    return None


def _time_zone(value: str) -> str | None:
    if value in time_zones():
        return None
    spelt = {name.lower(): name for name in time_zones()}
    close = get_close_matches(value.lower(), spelt, 1)
    right = spelt[close[0]] if close else "Europe/London"
    return f"no time zone: write an IANA name such as {right}, or leave it empty for UTC"


def _one_of(choices: Sequence[str], default: str) -> Callable[[str], str | None]:
    words = f"{', '.join(choices[:-1])} or {choices[-1]}"

    def problem(value: str) -> str | None:
        if value.lower() in choices:
            return None
        return f"none of its values: write {words}, or leave it empty for {default}"

    return problem


def _number(greatest: int, unit: str, default: str) -> Callable[[str], str | None]:
    def problem(value: str) -> str | None:
        if _NUMBER.fullmatch(value) and 0 <= float(value) <= greatest:
            return None
        hint = ""
        if unit == "share":
            percent = value.removesuffix("%").strip()
            if _NUMBER.fullmatch(percent) and 1 < float(percent) <= 100:
                hint = f" ({float(percent) / 100:g} is {float(percent):g} per cent)"
        return (
            f"no {unit} between 0 and {greatest:,}{hint}: write such a number, with a point for "
            f"decimals, or leave it empty for {default}"
        )

    return problem


#: Each column, and what says why a value of it cannot be used (None where it can).
_PROBLEMS: dict[str, Callable[[str], str | None]] = {
    "account_id": _any_text,
    "account_name": _any_text,
    "system": _one_of(SYSTEMS, "none of them"),
    "timezone": _time_zone,
    "currency": _any_text,
    "provider_account_id": _any_text,
    "transcript_sharing": _one_of(BOOLEANS, "false"),
    "cross_session_window_days": _number(LONGEST, "number of days", "31"),
    "touch_rule": _one_of(RULES, "last"),
    "agent_credit": _one_of(RULES, "last"),
    "control_group_share": _number(1, "share", "0.1"),
    "site_control_group_share": _number(1, "share", "0.05"),
    "concierge_idle_hours": _number(LONGEST, "number of hours", "48"),
    "concierge_attribution_days": _number(LONGEST, "number of days", "5"),
    "one_to_one_attribution_days": _number(LONGEST, "number of days", "30"),
    "transcript_retention_days": _number(LONGEST, "number of days", "no limit"),
}
COLUMNS: tuple[str, ...] = tuple(_PROBLEMS)

ACCOUNTS_SCHEMA = pa.schema(
    [
        pa.field("row_number", pa.int64()),
        *(pa.field(name, pa.string()) for name in COLUMNS),
        pa.field("header", pa.string()),
    ]
)


@dataclass(frozen=True)
class _Line:
    """A record of the file: the physical line it begins in, and its cells without white space around."""

    number: int
    cells: list[str]


class _File:
    """The text of an accounts.csv, and the landing root in which it lies."""

    def __init__(self, root: str, text: str) -> None:
        self.root = root
        self.text = text

    def problem(self, words: str, line: int, account: str | None = None) -> LandingError:
        """The error of a line, in one sentence."""
        whose = f", account {shown(account)}" if account else ""
        return LandingError(f"{self.root}/accounts.csv, line {line}{whose}: {words}.")

    def lines(self) -> Iterator[_Line]:
        """The records that have any cell."""
        reader = csv.reader(io.StringIO(self.text, newline=""), skipinitialspace=True, strict=True)
        begins = 1
        try:
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield _Line(begins, stripped)
                begins = reader.line_num + 1
        except csv.Error as error:
            raise self._broken(begins, error) from error

    def _broken(self, begins: int, error: csv.Error) -> LandingError:
        line = io.StringIO(self.text, newline="").readlines()[begins - 1 :][:1]
        rough = next(csv.reader(line, skipinitialspace=True), [])
        account = rough[0].strip() if len(rough) > 1 else None
        if "unexpected end of data" in str(error):
            words = (
                "a quotation mark is opened and never closed: close it, or write it twice where it "
                "is part of a value"
            )
        elif "expected after" in str(error):
            words = (
                "something other than a comma follows a closing quotation mark: a quoted value ends at "
                "its second mark, and a mark inside it is written twice"
            )
        else:
            words = f"it cannot be read as CSV ({error})"
        return self.problem(words, begins, account)


def read_accounts(root: LandingRoot) -> pa.Table:
    """Read accounts.csv below the root; no file gives no rows.

    Raises LandingError, in one sentence, for the first thing in the file that cannot be used.
    """
    content = root.read_optional(FILE_NAME)
    if content is None:
        return ACCOUNTS_SCHEMA.empty_table()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LandingError(
            f"{root.location}/accounts.csv is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    # a field may be of any length; the limit is the process's
    limit = csv.field_size_limit(max(len(text), csv.field_size_limit()))
    try:
        rows = _rows(_File(root.location, text))
    finally:
        csv.field_size_limit(limit)
    return pa.Table.from_pylist(rows, schema=ACCOUNTS_SCHEMA)


def _rows(file: _File) -> list[dict[str, str | int | None]]:
    lines = file.lines()
    first = next(lines, None)
    if first is None:
        return []
    header = _header(file, first)
    named = "".join(f",{name}" for name in COLUMNS if name in header) + ","
    found: dict[str, int] = {}
    rows: list[dict[str, str | int | None]] = []
    for line in lines:
        values = _values(file, header, line)
        account = values["account_id"]
        if account is None:
            raise file.problem(
                "settings without an account_id: write whose they are, or remove the line",
                line.number,
            )
        if account in found:
            raise file.problem(
                f"the account is there already, in line {found[account]}: keep one of the two",
                line.number,
                account,
            )
        found[account] = line.number
        rows.append({"row_number": len(rows) + 1, **values, "header": named})
    return rows


def _header(file: _File, line: _Line) -> list[str]:
    """The names of the columns in their order; those without a name are empty."""
    if "account_id" not in line.cells:
        cell = line.cells[0]
        if len(line.cells) == 1 and (";" in cell or "\t" in cell):
            words = "the columns are not separated by commas: save the file with commas"
            raise file.problem(words, line.number)
        close = [name for name in line.cells if name.lower() == "account_id"]
        if not close:
            raise LandingError(
                f"{file.root}/accounts.csv has no column account_id in its first line. "
                f"Add the header line, whose columns are {', '.join(COLUMNS)}."
            )
    for place, name in enumerate(line.cells):
        if name and not name.startswith(OWN_COLUMNS) and name not in COLUMNS:
            close = get_close_matches(name.lower(), COLUMNS, 1, 0.5)
            right = f"write {close[0]}" if close else f"the columns are {', '.join(COLUMNS)}"
            raise file.problem(
                f"a column {shown(name)} is unknown: {right}, or let the name begin with "
                f"{OWN_COLUMNS} where the column is your own",
                line.number,
            )
        if name in COLUMNS and name in line.cells[:place]:
            raise file.problem(f"the column {name} is there twice: keep one", line.number)
    return line.cells


def _values(file: _File, header: list[str], line: _Line) -> dict[str, str | None]:
    named = dict(zip(header, line.cells, strict=False))
    values = {name: named.get(name) or None for name in COLUMNS}
    account = values["account_id"]
    if account in NO_ACCOUNTS:
        raise file.problem(
            f"{account} is what vendors write for no account: write the account's id", line.number
        )
    surplus = [
        cell
        for place, cell in enumerate(line.cells)
        if cell and (place >= len(header) or not header[place])
    ]
    if surplus:
        raise file.problem(
            f"the value {shown(surplus[0])} stands in no named column: a value with a comma in it "
            "has to stand in quotation marks",
            line.number,
            account,
        )
    for name, value in values.items():
        problem = _PROBLEMS[name](value) if value is not None else None
        if problem:
            assert value is not None
            raise file.problem(f"{name} {shown(value)} is {problem}", line.number, account)
    return values
