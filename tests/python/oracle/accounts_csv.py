"""accounts.csv by the landing contract alone: whether a file is accepted, and else which line is at fault.

The CSV is taken apart character by character, so that no library's reading is taken for the contract's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from zoneinfo import available_timezones

from .values import SENTINELS, number


def _between(least: int, most: int) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        found = number(text)
        return found is not None and Decimal(least) <= found <= Decimal(most)

    return accepts


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text.lower() in words


def _anything(text: str) -> bool:
    return isinstance(text, str)


SHARE = _between(0, 1)
LENGTH = _between(0, 36_500)
RULE = _one_of("first", "last")
#: What each column takes.
TAKES: dict[str, Callable[[str], bool]] = {
    "account_id": lambda text: text not in SENTINELS,
    "account_name": _anything,
    "system": _one_of("liveperson", "attentive", "one_to_one"),
    "timezone": lambda text: text in available_timezones(),
    "currency": _anything,
    "provider_account_id": _anything,
    "transcript_sharing": _one_of("true", "false", "1", "0", "yes", "no"),
    "cross_session_window_days": LENGTH,
    "touch_rule": RULE,
    "agent_credit": RULE,
    "control_group_share": SHARE,
    "site_control_group_share": SHARE,
    "concierge_idle_hours": LENGTH,
    "concierge_attribution_days": LENGTH,
    "one_to_one_attribution_days": LENGTH,
    "transcript_retention_days": LENGTH,
}
#: Stands for a record that is no CSV.
BROKEN = ("\0",)


def first_fault(text: str) -> int | None:
    """The physical line, from 1, of the first record that is at fault; None where the file is accepted."""
    header: tuple[str, ...] | None = None
    seen: set[str] = set()
    for line, cells in records(text):
        if cells == BROKEN:
            return line
        if header is None:
            header = cells
            named = [name for name in header if name and not name.startswith("x_")]
            if "account_id" not in named or len(set(named)) < len(named) or set(named) - set(TAKES):
                return line
            continue
        values = dict(zip(header, cells, strict=False))
        account = values.get("account_id", "")
        # a file may have several columns without a name
        surplus = [cell for place, cell in enumerate(cells) if not any(header[place : place + 1])]
        if not account or account in seen or any(surplus):
            return line
        if any(
            value and name in TAKES and not TAKES[name](value) for name, value in values.items()
        ):
            return line
        seen.add(account)
    return None


def records(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The records that have any cell, each with the line it begins in; white space around cells is none."""
    text = text.replace("\r\n", "\n")
    line, place = 1, 0
    while place < len(text):
        begins, cells = line, []
        while True:
            while text[place : place + 1] == " ":
                place += 1
            if text[place : place + 1] == '"':
                cell, place = _quoted(text, place + 1)
                if place < 0:
                    yield begins, BROKEN
                    return
                line += cell.count("\n")
            else:
                end = place
                while end < len(text) and text[end] not in ",\n":
                    end += 1
                cell, place = text[place:end], end
            cells.append(cell.strip())
            if text[place : place + 1] != ",":
                break
            place += 1
        place += 1
        line += 1
        if any(cells):
            yield begins, tuple(cells)


def _quoted(text: str, place: int) -> tuple[str, int]:
    """A quoted cell from behind its mark, and the place behind it; -1 where it has no right end."""
    cell = ""
    while place < len(text):
        if text[place] != '"':
            cell += text[place]
        elif text[place + 1 : place + 2] == '"':
            cell += '"'
            place += 1
        else:
            place += 1
            return cell, place if text[place : place + 1] in (",", "\n", "") else -1
        place += 1
    return cell, -1
