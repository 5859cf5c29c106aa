"""README and CONTRIBUTING name only what exists, and the worked example gives what it says."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from parley.landing.accounts import COLUMNS
from parley.landing.files import FEEDS
from rig.fixtures import Demo, demo  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BOTH = README + CONTRIBUTING
BI_TOOLS = (ROOT / "docs" / "bi_tools.md").read_text(encoding="utf-8")
PROVIDER_API = (ROOT / "docs" / "provider_api.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
HELPED = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE)) - {"help"}
# Folders of the repository whose contents the pages name; what is made by a run is not looked for.
FOLDERS = "models|macros|src|seeds|tests|scripts|packages|docs|analyses|\\.ci"
SETTING = re.compile(r"\bPARLEY_[A-Z_]+\b")
PLACEHOLDER = re.compile(r"<[a-z]+>")
#: Sentences of DuckDB, not of ours.
FOREIGN = ("Ambiguous reference", "Out of Memory")


def code_of(text: str) -> list[str]:
    """What stands between backticks, and the lines of fenced blocks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    prose = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return lines + re.findall(r"`([^`]+)`", prose)


def section_of(text: str, heading: str) -> str:
    """A section, with its subsections, up to the next heading of its depth."""
    depth = heading.split(" ")[0]
    after = text.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{len(depth)}}} ", after, maxsplit=1, flags=re.MULTILINE)[0]


def rows_of(text: str) -> list[list[str]]:
    """The cells of the tables in a text, heading and rule included."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]


def source_files() -> Iterator[Path]:
    """The files that read settings or say sentences."""
    yield from (ROOT / name for name in ("Makefile", "profiles.yml", ".ci/run"))
    for folder in ("src", "scripts", "macros", "tests/python"):
        yield from (ROOT / folder).rglob("*.py")
        yield from (ROOT / folder).rglob("*.sql")


@pytest.mark.parametrize(
    "text",
    [README, CONTRIBUTING, BI_TOOLS, PROVIDER_API],
    ids=["README", "CONTRIBUTING", "bi_tools", "provider_api"],
)
def test_make_targets_exist(text: str) -> None:
    named = {
        word for code in code_of(text) for word in re.findall(r"\bmake ([a-z][a-z-]*)\b", code)
    }
    assert named
    assert named <= TARGETS


def test_every_target_of_make_help_is_in_the_readme() -> None:
    table = section_of(README, "## Two commands")
    assert set(re.findall(r"`make ([a-z-]+)", table)) - {"help"} == HELPED


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_paths_exist(text: str) -> None:
    path = re.compile(rf"(?<![\w./-])(?:{FOLDERS})(?:/[\w.<>*-]+)+")
    named = {found.rstrip(".") for code in code_of(text) for found in path.findall(code)}
    assert len(named) > 10
    assert [name for name in named if not any(ROOT.glob(PLACEHOLDER.sub("*", name)))] == []


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_somewhere(text: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_models_macros_and_seeds_exist() -> None:
    names = {path.stem for folder in ("models", "seeds") for path in (ROOT / folder).rglob("*.*")}
    named = {word for code in code_of(BOTH) for word in re.findall(r"\b(?:stg|int)_\w+", code)}
    assert {name for name in named if not name.endswith("_")} <= names | {"stg_", "int_"}


def test_settings_are_read_by_something() -> None:
    read = {
        name
        for file in source_files()
        if file != Path(__file__)
        for name in SETTING.findall(file.read_text(encoding="utf-8"))
    }
    assert set(SETTING.findall(BOTH + BI_TOOLS + PROVIDER_API)) <= read


def test_settings_and_their_defaults_are_told() -> None:
    rows = rows_of(README) + rows_of(PROVIDER_API)
    told = {row[0].strip("`"): row[2] for row in rows if row[0].startswith("`PARLEY_")}
    profile = (ROOT / "profiles.yml").read_text(encoding="utf-8")
    for name, default in re.findall(r"env_var\('(\w+)', '([^']*)'\)", profile):
        assert told[name].strip("`") == default
    ours = {
        name
        for file in (ROOT / "src").rglob("*.py")
        for name in SETTING.findall(file.read_text(encoding="utf-8"))
    }
    assert ours <= set(told)


def test_feeds_and_columns_of_accounts_are_told() -> None:
    section = section_of(README, "## Your own files")
    told = {name for row in rows_of(section) for name in re.findall(r"`(\w+)`", row[0])}
    assert set(COLUMNS) <= told
    assert [feed for feed in FEEDS if f"`{feed}" not in section] == []


def test_error_sentences_are_said_somewhere() -> None:
    said = " ".join(file.read_text(encoding="utf-8") for file in source_files())
    missing = [
        piece
        for row in rows_of(section_of(README, "## When something goes wrong"))
        for sentence in re.findall(r"`([^`]+)`", row[0])
        if not sentence.startswith(FOREIGN)
        for piece in map(str.strip, re.split("…", sentence))
        if piece.strip(",") not in said
    ]
    assert missing == []


def test_every_direct_dependency_has_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    reasons = {row[0]: row[-1] for row in rows_of(section_of(CONTRIBUTING, "## Dependencies"))}
    names = [re.split(r"[<>=!~\[; ]", requirement)[0] for requirement in wanted]
    assert [name for name in names if len(reasons.get(name, "")) < 10] == []
    packages = (ROOT / "packages.yml").read_text(encoding="utf-8")
    assert re.findall(r"package: \w+/(\w+)", packages) == ["dbt_expectations"]


def example() -> list[tuple[str, list[list[str]]]]:
    """The queries of the worked example, each with the rows that follow it."""
    section = section_of(README, "### INCREMENTAL CONVERSIONS, down to the line")
    found = re.findall(r"^```sql\n((?:(?!```).*\n)+)```\n\n((?:\|.*\n)+)", section, re.MULTILINE)
    return [(query, rows_of(table)) for query, table in found]


@pytest.fixture(scope="module")
def attached(demo: Demo) -> Iterator[duckdb.DuckDBPyConnection]:  # noqa: F811
    """The demo's warehouse and published marts, under the names that the example gives them."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo.published}' as parley (read_only)")
        connection.execute(f"attach '{demo.warehouse}' as warehouse (read_only)")
        yield connection


@pytest.mark.slow
def test_worked_example_gives_what_it_says(attached: duckdb.DuckDBPyConnection) -> None:
    queries = example()
    assert len(queries) == 5
    for query, (heading, _, *expected) in queries:
        answer = attached.execute(query)
        assert [column[0] for column in answer.description or ()] == heading
        assert [[str(value) for value in row] for row in answer.fetchall()] == expected, query


@pytest.mark.slow
def test_worked_example_ends_at_the_line(demo: Demo) -> None:  # noqa: F811
    section = section_of(README, "### INCREMENTAL CONVERSIONS, down to the line")
    found = re.search(r"^gzip -dc landing/demo/(\S+) \| (sed -n \d+p)$", section, re.MULTILINE)
    assert found is not None
    line = subprocess.run(
        ["bash", "-c", f'gzip -dc "$0" | {found[2]}', str(demo.landing / found[1])],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    quoted = re.search(r"^```\n… (.*) …\n```", section, re.MULTILINE)
    assert quoted is not None
    assert [piece for piece in quoted[1].split(" … ") if piece not in line] == []
