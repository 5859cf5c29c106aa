"""README, CONTRIBUTING and docs name only what exists, and the walk to the line gives what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.landing.accounts import COLUMNS
from parley.landing.files import FEEDS
from rig.demo import Demo

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
PAGES = {"README": README, "CONTRIBUTING": CONTRIBUTING, **DOCS}
EVERYTHING = "\n".join(PAGES.values())
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
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    prose = re.sub(r"^ *```\w*\n.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
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


def test_readme_is_read_in_a_few_minutes() -> None:
    assert len(README.splitlines()) <= 150


def test_readme_begins_with_a_picture_of_the_result_and_pictures_are_small() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((docs/assets/\S+)\)", README)
    assert shown[0] == "docs/assets/business_dashboard.png"
    assert README.index(shown[0]) < README.index("\n## ")
    assert [name for name in shown if (ROOT / name).stat().st_size > 200_000] == []
    kept = {f"docs/assets/{file.name}" for file in (ROOT / "docs/assets").iterdir()}
    assert kept == set(shown)


def test_make_targets_exist() -> None:
    named = {
        word
        for code in code_of(EVERYTHING)
        for word in re.findall(r"\bmake ([a-z][a-z-]*)\b", code)
    }
    assert len(named) > 10
    assert named <= TARGETS


def test_every_target_of_make_help_is_told() -> None:
    table = section_of(DOCS["settings"], "## Commands")
    assert set(re.findall(r"`make ([a-z-]+)", table)) - {"help"} == HELPED


def test_paths_exist() -> None:
    path = re.compile(rf"(?<![\w./-])(?:{FOLDERS})(?:/[\w.<>*-]+)+")
    named = {found.rstrip(".") for code in code_of(EVERYTHING) for found in path.findall(code)}
    assert len(named) > 10
    assert [name for name in named if not any(ROOT.glob(PLACEHOLDER.sub("*", name)))] == []


def anchors(path: Path) -> set[str]:
    """What a link can lead to on a page, made of its headings as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page",
    [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").glob("*.md")),
        ROOT / "analyses/README.md",
    ],
    ids=lambda page: page.stem,
)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`]*`", "", page.read_text(encoding="utf-8"))
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    lost = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []
    if page == ROOT / "README.md":
        assert links


def test_models_macros_and_seeds_exist() -> None:
    names = {path.stem for folder in ("models", "seeds") for path in (ROOT / folder).rglob("*.*")}
    named = {
        word for code in code_of(EVERYTHING) for word in re.findall(r"\b(?:stg|int)_\w+", code)
    }
    assert {name for name in named if not name.endswith("_")} <= names | {"stg_", "int_"}


def test_settings_are_read_by_something() -> None:
    read = {
        name
        for file in source_files()
        if file != Path(__file__)
        for name in SETTING.findall(file.read_text(encoding="utf-8"))
    }
    assert set(SETTING.findall(EVERYTHING)) <= read


def test_settings_and_their_defaults_are_told() -> None:
    rows = rows_of(EVERYTHING)
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
    accounts = section_of(DOCS["settings"], "## Accounts: accounts.csv")
    told = {name for row in rows_of(accounts) for name in re.findall(r"`(\w+)`", row[0])}
    assert set(COLUMNS) <= told
    feeds = re.findall(r"^## `(\S+)`$", DOCS["landing"], re.MULTILINE)
    assert set(feeds) == set(FEEDS)
    listed = rows_of(section_of(README, "## Your own files"))
    named = [row[0].strip("`").split("/account_id")[0] for row in listed if "/" in row[0]]
    assert named == feeds


def test_error_sentences_are_said_somewhere() -> None:
    said = " ".join(file.read_text(encoding="utf-8") for file in source_files())
    missing = [
        piece
        for row in rows_of(DOCS["errors"])
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


WALK = section_of(DOCS["walk"], "## INCREMENTAL CONVERSIONS, down to the line")


def asked(text: str, demo: Demo) -> list[list[list[str]]]:
    """The tables that the prompt of `make sql` answers with to what is piped into it."""
    files = {"PARLEY_WAREHOUSE": str(demo.warehouse), "PARLEY_PUBLISHED": str(demo.published)}
    done = subprocess.run(
        [sys.executable, "-m", "parley.sql"],
        env=os.environ | files,
        input=text,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [rows_of(table) for table in done.stdout.strip().split("\n\n")]


@pytest.mark.slow
def test_the_walk_gives_what_it_says(demo: Demo) -> None:
    found = re.findall(r"^```sql\n((?:(?!```).*\n)+)```\n\n((?:\|.*\n)+)", WALK, re.MULTILINE)
    assert len(found) == 5
    answers = asked("".join(query for query, _ in found), demo)
    assert answers == [rows_of(table) for _, table in found]


@pytest.mark.slow
def test_every_query_of_the_pages_can_be_pasted(demo: Demo) -> None:
    shown = "\n".join([README, *DOCS.values()])
    queries = re.findall(r"^ *```sql\n(.*?)^ *```", shown, re.MULTILINE | re.DOTALL)
    ours = [query for query in queries if not query.startswith("attach")]
    assert len(ours) > 6
    assert len(asked("".join(ours), demo)) == len(ours)


@pytest.mark.slow
def test_the_walk_ends_at_the_line(demo: Demo) -> None:
    found = re.search(r"^gzip -dc landing/demo/(\S+) \| (sed -n \d+p)$", WALK, re.MULTILINE)
    assert found is not None
    line = subprocess.run(
        ["bash", "-c", f'gzip -dc "$0" | {found[2]}', str(demo.landing / found[1])],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    quoted = re.search(r"^```\n… (.*) …\n```", WALK, re.MULTILINE)
    assert quoted is not None
    assert [piece for piece in quoted[1].split(" … ") if piece not in line] == []
