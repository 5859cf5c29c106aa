"""What is on which page: the dashboards' items, read from the files in `boards`.

A dashboard has panels, a panel has sections, and a section has items. An item names metrics, what
they are grouped by and how they are drawn; it computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

BOARDS = Path(__file__).parent / "boards"
ORDER = ("business", "performance", "marketplace", "concierge", "one_to_one")
KINDS = frozenset(
    (
        "tiles",
        "table",
        "funnel",
        "line",
        "bar",
        "bar_line",
        "line_line",
        "comparison",
        "mart_bar",
        "records",
    )
)
#: What stands in groupings and labels for the panel's own members.
MEMBER = "member"


@dataclass(frozen=True)
class Item:
    """A table, a chart or a group of tiles."""

    id: str
    kind: str
    label: str = ""
    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    left: tuple[str, ...] = ()  # of charts with two axes
    right: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # labels other than the catalogue's
    groups: tuple[str, ...] = ()  # columns of a comparison
    rows: tuple[tuple[str | None, ...], ...] = ()  # its rows: a label, then a metric per group
    stacked: bool = False
    horizontal: bool = True
    folded: bool = False  # shown when the reader asks for it
    note: str = ""
    mart: str = ""  # of items that read a mart's rows
    keys: tuple[str, ...] = ()
    dated: bool = True
    instant: str = ""
    order: str = ""
    top: int = 0

    @property
    def all_metrics(self) -> tuple[str, ...]:
        """Every metric that the item shows."""
        compared = [name for row in self.rows for name in row[1:] if name]
        return tuple(dict.fromkeys((*self.metrics, *self.left, *self.right, *compared)))


@dataclass(frozen=True)
class Section:
    """Items below one heading."""

    id: str
    title: str
    items: tuple[Item, ...]
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """One level of a dashboard, with its search box where it is a level of members."""

    id: str
    title: str
    sections: tuple[Section, ...]
    member: str | None = None
    members_only: bool = False  # leaves out what belongs to no member, as its mart does
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # filters it always has

    def items(self) -> Iterator[tuple[Section, Item]]:
        """The panel's items, each with its section."""
        for section in self.sections:
            for item in section.items:
                yield section, item


@dataclass(frozen=True)
class Board:
    """A dashboard of the source documents: a page."""

    id: str
    title: str
    document: str  # title of the source document
    about: str
    icon: str
    mart: str  # whose rows say which accounts and dates there are
    filters: tuple[str, ...]
    panels: tuple[Panel, ...]
    scope: str = "account"  # or provider
    finality: bool = False  # whether its dates become final
    events: tuple[str, ...] = ()  # marts of all but orders, which may come later than the rest

    def panel(self, name: str) -> Panel:
        """The panel of this id."""
        return next(panel for panel in self.panels if panel.id == name)


def frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def known(kind: type, said: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a dataclass, as YAML gives them; a misspelt one is refused."""
    unknown = set(said) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} {said.get('id')!r} has no {', '.join(sorted(unknown))}")
    return {name: frozen(value) for name, value in said.items()}


def read_item(said: Mapping[str, Any]) -> Item:
    """An item of a section."""
    item = Item(**known(Item, said))
    if item.kind not in KINDS:
        raise ValueError(f"Item {item.id!r} is of no known kind: {item.kind!r}")
    return item


def read_section(said: Mapping[str, Any]) -> Section:
    """A section of a panel."""
    items = tuple(map(read_item, said["items"]))
    return Section(**known(Section, {**said, "items": items}))


def of_members(section: Section, said: Mapping[str, Any]) -> Section:
    """A section that several panels share, as one of them has it: with its own members."""
    member = said.get("member")
    if not member:
        return section
    word = said["title"] if member == "lob" else said["title"].lower()
    items = tuple(
        replace(
            item,
            label=item.label.replace(MEMBER, word),
            by=tuple(member if name == MEMBER else name for name in item.by),
        )
        for item in section.items
    )
    return replace(section, items=items)


def read_panel(said: Mapping[str, Any]) -> Panel:
    """A panel of a dashboard."""
    only = {name: tuple(values) for name, values in said.get("only", {}).items()}
    sections = tuple(of_members(read_section(section), said) for section in said["sections"])
    return Panel(**known(Panel, {**said, "sections": sections, "only": only}))


#: Places in the files where texts and lists stand that several items share.
SHARED = ("metrics", "charts", "names")


@cache
def board(name: str) -> Board:
    """The dashboard of this id."""
    text = (BOARDS / f"{name}.yml").read_text(encoding="utf-8")
    said = {key: value for key, value in yaml.safe_load(text).items() if key not in SHARED}
    panels = tuple(map(read_panel, said["panels"]))
    return Board(**known(Board, {**said, "panels": panels}))


def boards() -> tuple[Board, ...]:
    """All dashboards, in the order of the navigation."""
    return tuple(map(board, ORDER))
