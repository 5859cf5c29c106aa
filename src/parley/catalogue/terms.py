"""The glossary and the settings, as docs/ has them, and links from a text to the glossary's terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

GLOSSARY = "docs/glossary.md"
SETTINGS = "docs/settings.md"


@dataclass(frozen=True)
class Term:
    """A word of the glossary, its other forms, and what it means."""

    name: str
    forms: tuple[str, ...]
    meaning: str

    @property
    def anchor(self) -> str:
        """Where the page has it."""
        return "term-" + self.name.lower().replace(" ", "-")


def table_rows(path: Path, columns: int) -> list[list[str]]:
    """The cells of the tables of a page that have so many columns, without their headings."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    rules = {place for place, row in enumerate(rows) if set("".join(row)) <= set("- ")}
    heads = {place - 1 for place in rules}
    return [row for at, row in enumerate(rows) if len(row) == columns and at not in rules | heads]


def read_terms(root: Path) -> list[Term]:
    """The glossary."""
    return [
        Term(name, tuple(form.strip() for form in forms.split(",") if form.strip()), meaning)
        for name, forms, meaning in table_rows(root / GLOSSARY, 3)
    ]


def read_defaults(root: Path) -> dict[str, str]:
    """The default of each setting of accounts.csv."""
    found: dict[str, str] = {}
    for names, _, default in table_rows(root / SETTINGS, 3):
        settings = re.findall(r"`([a-z_]+)`", names)
        each = default.split(", ") if len(settings) > 1 else [default]
        found.update(zip(settings, each + [""] * len(settings), strict=False))
    return found


class Linker:
    """Links the terms of an entry's texts, each once."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.by_form = {form.lower(): term for term in terms for form in (term.name, *term.forms)}
        longest = sorted(self.by_form, key=len, reverse=True)
        self.pattern = re.compile(
            rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE
        )
        self.linked: set[str] = set()

    def __call__(self, text: str) -> Markup:
        """The text, with a link at the first occurrence of each term that has none yet."""

        def link(found: re.Match[str]) -> str:
            term = self.by_form[found[1].lower()]
            if term.name in self.linked:
                return found[0]
            self.linked.add(term.name)
            return f'<a class="term" href="#{term.anchor}">{found[0]}</a>'

        return Markup(self.pattern.sub(link, str(escape(text))))
