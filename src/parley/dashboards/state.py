"""What a page shows, as its address says it: account, range, filters, panel, searched members.

The address is the only memory. Everything is written out in it, dates as dates, so that a link
shows the same tomorrow. A value that cannot be used is replaced, and a note says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from parley.dashboards.formats import day
from parley.dashboards.registry import Board

FIRST_VIEW_DAYS = 30
#: Dates that anything can be of: landed times are from 2000 to 2100, and a range before these is one still.
EARLIEST, LATEST = date(1999, 12, 31), date(2100, 1, 1)
Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choices:
    """What there is to choose on a page, each id with the name it is shown by."""

    accounts: Mapping[str, str]
    first: date  # the chosen account's first and newest dates, and the newest of the first view
    last: date
    newest: date | None
    filters: Mapping[str, Mapping[str, str]]  # by filter
    members: Mapping[str, Mapping[str, str]]  # by panel

    def first_view(self) -> tuple[date, date]:
        """The newest 30 final days, or as many as there are; of all where none is or becomes final."""
        last = self.newest if self.newest and self.newest >= self.first else self.last
        return max(self.first, last - timedelta(days=FIRST_VIEW_DAYS - 1)), last


@dataclass(frozen=True)
class View:
    """What is shown."""

    account: str
    first: date
    last: date
    panel: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by panel

    def parameters(self) -> dict[str, list[str]]:
        """The view as the address says it."""
        said = {
            "account": [self.account],
            "from": [self.first.isoformat()],
            "to": [self.last.isoformat()],
            "panel": [self.panel],
        }
        said |= {name: list(ids) for name, ids in self.filters.items() if ids}
        said |= {f"in_{panel}": list(ids) for panel, ids in self.members.items() if ids}
        return said

    def carried(self, *, is_first: bool) -> dict[str, list[str]]:
        """What another page goes on with: the account, a range that was chosen, and the filters."""
        left_out = {"panel", *(f"in_{panel}" for panel in self.members)}
        left_out |= {"from", "to"} if is_first else set()
        return {name: ids for name, ids in self.parameters().items() if name not in left_out}


#: What a whole address has.
WHOLE = ("account", "from", "to", "panel")


def one(parameters: Parameters, name: str) -> str | None:
    """The value of a parameter that is there once; the last of several."""
    values = parameters.get(name)
    return values[-1] if values else None


def read_account(parameters: Parameters, accounts: Mapping[str, str], notes: list[str]) -> str:
    """The account of the address, or the first one."""
    said = one(parameters, "account")
    if said in accounts:
        return str(said)
    fallback = next(iter(accounts))
    if said is not None:
        notes.append(
            f"This page has no account {said!r}; it shows {accounts[fallback]} ({fallback})."
        )
    return fallback


def read_date(parameters: Parameters, name: str, notes: list[str]) -> date | None:
    """A date of the address; none where it is no date."""
    said = one(parameters, name)
    if said is None:
        return None
    with suppress(ValueError):
        if EARLIEST <= date.fromisoformat(said) <= LATEST:
            return date.fromisoformat(said)
    notes.append(f"{said!r} is not a date such as 2026-05-31, from {EARLIEST} to {LATEST}.")
    return None


def read_range(parameters: Parameters, choices: Choices, notes: list[str]) -> tuple[date, date]:
    """The range of the address, or the first view."""
    before = len(notes)
    first, last = read_date(parameters, "from", notes), read_date(parameters, "to", notes)
    if first and last and first > last:
        notes.append(f"The range ends on {day(last)}, before it begins on {day(first)}.")
    elif first and last and (first > choices.last or last < choices.first):
        notes.append(
            f"The account has no data from {day(first)} to {day(last)}: "
            f"its data is from {day(choices.first)} to {day(choices.last)}."
        )
    elif first and last:
        return first, last
    fallback = choices.first_view()
    if len(notes) > before:
        notes[-1] += f" The page shows {day(fallback[0])} to {day(fallback[1])}."
    return fallback


def read_chosen(
    parameters: Parameters, name: str, options: Mapping[str, str], what: str, notes: list[str]
) -> tuple[str, ...]:
    """Those of the address's ids that there are."""
    said = list(dict.fromkeys(parameters.get(name) or ()))
    unknown = [value for value in said if value not in options]
    if unknown:
        notes.append(f"This account has no {what} {', '.join(map(repr, unknown))}: left out.")
    return tuple(value for value in said if value in options)


def read_view(
    parameters: Parameters, board: Board, account: str, choices: Choices, notes: list[str]
) -> View:
    """The view that an address asks for."""
    first, last = read_range(parameters, choices, notes)
    panels = {panel.id: panel.title for panel in board.panels}
    panel = one(parameters, "panel")
    if panel not in panels:
        if panel is not None:
            notes.append(f"There is no panel {panel!r}; the page shows {board.panels[0].title}.")
        panel = board.panels[0].id
    filters = {
        name: read_chosen(parameters, name, options, name.replace("_", " "), notes)
        for name, options in choices.filters.items()
    }
    members = {
        name: read_chosen(parameters, f"in_{name}", options, name.replace("_", " "), notes)
        for name, options in choices.members.items()
    }
    return View(account, first, last, panel, filters, members)


def previous_period(view: View, until: date) -> tuple[date, date]:
    """The range of the same length before the view's, cut to the part that has elapsed."""
    length = (view.last - view.first).days + 1
    elapsed = (min(view.last, until) - view.first).days
    first = view.first - timedelta(days=length)
    return first, first + timedelta(days=max(elapsed, 0))
