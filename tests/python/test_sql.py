"""The prompt of `make sql`: what it attaches and for how long, what it prints, how it fails."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from parley.sql import main


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A published file with one mart, and a warehouse with one line."""
    published, warehouse = tmp_path / "parley_marts.duckdb", tmp_path / "parley.duckdb"
    write(published, "marts", "visits", "(values (1, 'a|b'), (2, 'c\nd')) as visits (n, word)")
    write(warehouse, "staging", "lines", "(values (7)) as lines (line_number)")
    monkeypatch.setenv("PARLEY_WAREHOUSE", str(warehouse))
    monkeypatch.delenv("PARLEY_PUBLISHED", raising=False)
    return published, warehouse


def write(path: Path, schema: str, table: str, rows: str) -> None:
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {schema}; create table {schema}.{table} as from {rows}")


@pytest.mark.usefixtures("files")
def test_statements_are_answered_in_markdown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("from parley.marts.visits; from visits limit 0"))
    assert main([]) == 0
    assert capsys.readouterr().out == (
        "| n | word |\n| --- | --- |\n| 1 | a&#124;b |\n| 2 | c d |\n\n| n | word |\n| --- | --- |\n\n"
    )


def test_both_files_can_be_joined_and_are_free_afterwards(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    published, warehouse = files
    asked = "create table kept as from visits; select n + line_number as n from kept, warehouse.staging.lines"
    assert main([asked]) == 0
    assert "| 8 |\n| 9 |" in capsys.readouterr().out
    for path in (published, warehouse):  # a build may write
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table written as select 1 as n")


def test_each_statement_sees_the_newest_publication(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    published, _ = files
    typed = iter(["select max(n) as n", "from visits;", "select nothing;", "from visits;"])

    def type_next(_: str) -> str:
        line = next(typed, None)
        if line is None:
            raise EOFError
        if line.startswith("select nothing"):
            write(published, "marts", "visits", "(values (30)) as visits (n)")
        return line

    monkeypatch.setattr("builtins.input", type_next)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("parley.sql.HISTORY", published.with_name("history"))
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "| 2 |" in said
    assert "Binder Error" in said  # and the session goes on
    assert "| 30 |" in said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("from parley.marts.visits", "There is no published file at"),
        ("from visits", "There is no published file at"),
        ("from warehouse.staging.lines", "There is no warehouse at"),
        ("selec 1", "Parser Error"),
    ],
)
def test_what_cannot_be_answered_is_said(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], asked: str, said: str
) -> None:
    for path in files:
        path.unlink()
    assert main([asked]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("schemas", "said"),
    [
        (["marts", "parley_state"], "is a warehouse"),
        (["other"], "has no marts; set PARLEY_PUBLISHED"),
    ],
)
def test_only_a_published_file_is_read_as_one(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], schemas: list[str], said: str
) -> None:
    published, _ = files
    published.unlink()
    with duckdb.connect(str(published)) as connection:
        for schema in schemas:
            connection.execute(f"create schema {schema}; create table {schema}.visits (n int)")
    assert main(["from parley.marts.visits"]) == 1
    assert said in capsys.readouterr().err


def test_a_name_that_no_file_can_have_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PUBLISHED", "x" * 300)
    with pytest.raises(SystemExit, match="a name has more than 255 bytes"):
        main(["from parley.marts.visits"])


@pytest.mark.usefixtures("files")
def test_a_terminal_acts_on_nothing_that_data_say(capsys: pytest.CaptureFixture[str]) -> None:
    name = "chr(27) || '[31m' || chr(7)"
    for asked in (f"select cast({name} as int)", f"pivot (select {name} as word, 1 as n) on word"):
        main([asked])
        out, err = capsys.readouterr()
        assert "\\x1b[31m\\x07" in out + err
        assert "\x1b" not in out + err


@pytest.mark.usefixtures("files")
def test_files_are_open_for_reading_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drop table parley.marts.visits"]) == 1
    assert "read-only" in capsys.readouterr().err
