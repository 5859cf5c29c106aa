"""Answer an analyst's question: run one of the queries in analyses/ on the published marts.

An analysis is a query that dbt compiles, too. It asks Jinja for nothing but ``ref``, and every model
it names is a mart, so here a reference becomes the mart's name; dbt is not started and no compiled
file has to be there. What stands above the query says what it answers and what to beware of.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from parley.files import path_argument, warehouse_path
from parley.landing.texts import printable
from parley.marts import SCHEMA, marts_schema, open_error
from parley.summary import PLAIN_WIDTH, choose_source

FOLDER = Path("analyses")
#: The name under which README.md attaches the published file.
ATTACHED = f"parley.{SCHEMA}"
REFERENCE = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")
ANSWER, READING, CAUTION = "On the demo data: ", "How to read it: ", "Beware: "


class AnalysisError(Exception):
    """Why a question is not answered, in one sentence for the person who asked."""


@dataclass(frozen=True)
class Analysis:
    """A question, its answer on the demo data, what to know about it, and the query."""

    name: str
    question: str
    answer: str
    reading: str
    caution: str
    query: str

    def sql(self, schema: str) -> str:
        """The query for a session in which the marts are in this schema."""
        rendered = REFERENCE.sub(lambda found: f"{schema}.{found[1]}", self.query)
        if "{{" in rendered or "{%" in rendered:
            raise AnalysisError(f"The analysis {self.name} uses more of Jinja than ref.")
        return rendered


def read_analysis(path: Path) -> Analysis:
    """An analysis as its file tells it: four paragraphs of comment, then the query."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise AnalysisError(f"{path} is not UTF-8; save it as UTF-8.") from None
    end = next((place for place, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comment = "\n".join(line.removeprefix("--").strip() for line in lines[:end])
    paragraphs = [" ".join(text.split()) for text in comment.split("\n\n")]
    labels = ("", ANSWER, READING, CAUTION)
    if len(paragraphs) != len(labels) or not all(
        text.startswith(label) for text, label in zip(paragraphs, labels, strict=True)
    ):
        raise AnalysisError(f"The head of {path} is not a question, an answer and two notes.")
    question, answered, reading, caution = (
        text.removeprefix(label) for text, label in zip(paragraphs, labels, strict=True)
    )
    query = "\n".join(lines[end:]).strip()
    return Analysis(path.stem, question, answered, reading, caution, query)


def read_analyses(folder: Path) -> list[Analysis]:
    """All analyses of a folder, by name."""
    found = [read_analysis(path) for path in sorted(folder.glob("*.sql"))]
    if not found:
        raise AnalysisError(f"There are no analyses in {folder}; start in the project's folder.")
    return found


def choose(analyses: Sequence[Analysis], name: str) -> Analysis:
    """The analysis of this name; the path of its file does as well."""
    wanted = Path(name).stem
    for analysis in analyses:
        if analysis.name == wanted:
            return analysis
    raise AnalysisError(f"There is no analysis {wanted}; without a name, all are listed.")


def cell(value: Any) -> str:
    """A value of an answer for reading; nothing is rounded, the queries do that."""
    return "-" if value is None else str(value)


def answer(
    connection: duckdb.DuckDBPyConnection, analysis: Analysis
) -> tuple[list[str], list[list[str]]]:
    """The columns and the rows of an analysis on an open file of marts."""
    found = connection.execute(analysis.sql(marts_schema(connection)))
    columns = [column[0] for column in found.description or ()]
    return columns, [[cell(value) for value in row] for row in found.fetchall()]


def print_list(console: Console, analyses: Sequence[Analysis]) -> None:
    """Print every name with its question."""
    table = Table(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for analysis in analyses:
        table.add_row(analysis.name, analysis.question)
    console.print(table)


def print_answer(
    console: Console, analysis: Analysis, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Print the question, the rows, and what to know about them."""
    plain = not console.is_terminal
    table = Table(box=None if plain else box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        values = [row[place] for row in rows]
        figures = all(re.fullmatch(r"-?[\d.]*", value) for value in values)
        table.add_column(
            column, justify="right" if figures else "left", overflow="fold", no_wrap=plain
        )
    for row in rows:
        table.add_row(*map(printable, row))
    console.print(analysis.question, style="bold", highlight=False)
    console.print(table if rows else "No rows: the marts have nothing that the question is about.")
    for label, text in ((READING, analysis.reading), (CAUTION, analysis.caution)):
        console.print()
        console.print(f"{label}{text}", highlight=False, soft_wrap=plain)


def fail(sentence: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"analysis: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def run(options: argparse.Namespace) -> None:
    """List the questions, print one's query, or answer it."""
    # A pipe has no width of its own; a wide answer is not cut there.
    width = None if sys.stdout.isatty() else 2 * PLAIN_WIDTH
    console = Console(width=width, markup=False, emoji=False)
    analyses = read_analyses(options.folder)
    if not options.name:
        print_list(console, analyses)
        return
    analysis = choose(analyses, options.name)
    if options.sql:
        print(analysis.sql(ATTACHED))
        return
    source: Path = options.file or choose_source(warehouse_path())
    if not source.is_file():
        raise AnalysisError(f"There is nothing at {source}; `make run` makes it.")
    try:
        with duckdb.connect(str(source), read_only=True) as connection:
            columns, rows = answer(connection, analysis)
    except duckdb.Error as error:
        raise AnalysisError(open_error(source, error)) from None
    print_answer(console, analysis, columns, rows)
    console.print(f"\nRead from {source}.", style="dim", highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.analysis",
        description="Answer one of the questions in analyses/ from the published marts.",
        epilog="PARLEY_WAREHOUSE and PARLEY_PUBLISHED say which files are read.",
    )
    parser.add_argument("name", nargs="?", help="which question; without a name, all are listed")
    parser.add_argument("--file", type=path_argument, help="the published marts or a warehouse")
    parser.add_argument("--folder", type=path_argument, default=FOLDER, help="default: analyses")
    parser.add_argument(
        "--sql",
        action="store_true",
        help="print the query instead, for a session that attached the published file as parley",
    )
    try:
        with suppress(BrokenPipeError):  # `… | head` has read enough
            run(parser.parse_args(arguments))
            sys.stdout.flush()
    except AnalysisError as error:
        fail(str(error))
    except OSError as error:
        fail(f"It cannot be read: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
