"""accounts.csv: the settings of an account, each with its default."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .values import identifier, number

TRUE = ("true", "1", "yes")


@dataclass(frozen=True)
class Settings:
    """What the definitions read from accounts.csv."""

    name: str = "unknown"
    timezone: str = "UTC"
    provider: str | None = None
    transcript_sharing: bool = False
    window_days: int = 31
    touch_rule: str = "last"
    agent_credit: str = "last"
    control_group_share: Decimal = Decimal("0.1")
    concierge_idle_hours: Decimal = Decimal(48)
    concierge_attribution_days: Decimal = Decimal(5)
    one_to_one_days: Decimal = Decimal(30)


DEFAULTS = Settings()
LONGEST_DAYS = 36_500


def read_settings(root: Path) -> dict[str, Settings]:
    """Settings by account; an account twice: the last row counts; a missing file: nobody."""
    path = root / "accounts.csv"
    if not path.is_file():
        return {}
    text = path.read_bytes().decode("utf-8-sig")
    found: dict[str, Settings] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        cells = {name: (cell or "").strip() for name, cell in row.items() if isinstance(name, str)}
        if cells.get("account_id"):
            found[cells["account_id"]] = parse(cells)
    return found


def parse(cells: dict[str, str]) -> Settings:
    """One row; an empty cell and one that does not parse take the default."""
    touch, credit = cells.get("touch_rule", ""), cells.get("agent_credit", "")
    share = number(cells.get("control_group_share"))
    return Settings(
        name=identifier(cells.get("account_name")) or DEFAULTS.name,
        timezone=cells.get("timezone") or DEFAULTS.timezone,
        provider=identifier(cells.get("provider_account_id")),
        transcript_sharing=cells.get("transcript_sharing", "").lower() in TRUE,
        window_days=whole(cells, "cross_session_window_days", DEFAULTS.window_days),
        touch_rule=touch if touch in ("first", "last") else DEFAULTS.touch_rule,
        agent_credit=credit if credit in ("first", "last") else DEFAULTS.agent_credit,
        control_group_share=DEFAULTS.control_group_share if share is None else share,
        concierge_idle_hours=length(
            cells, "concierge_idle_hours", DEFAULTS.concierge_idle_hours, LONGEST_DAYS * 24
        ),
        concierge_attribution_days=length(
            cells, "concierge_attribution_days", DEFAULTS.concierge_attribution_days, LONGEST_DAYS
        ),
        one_to_one_days=length(
            cells, "one_to_one_attribution_days", DEFAULTS.one_to_one_days, LONGEST_DAYS
        ),
    )


def whole(cells: dict[str, str], name: str, default: int) -> int:
    """A cell of digits as a number."""
    cell = cells.get(name, "")
    return int(cell) if cell.isascii() and cell.isdigit() else default


def length(cells: dict[str, str], name: str, default: Decimal, longest: int) -> Decimal:
    """A length of time; one that is negative or that no calendar holds does not parse."""
    found = number(cells.get(name))
    return default if found is None or not 0 <= found <= longest else found
