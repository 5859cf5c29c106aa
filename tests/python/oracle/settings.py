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
    window_days: Decimal = Decimal(31)
    touch_rule: str = "last"
    agent_credit: str = "last"
    control_group_share: Decimal = Decimal("0.1")
    site_control_group_share: Decimal = Decimal("0.05")
    concierge_idle_hours: Decimal = Decimal(48)
    concierge_attribution_days: Decimal = Decimal(5)
    one_to_one_days: Decimal = Decimal(30)
    retention_days: Decimal | None = None


DEFAULTS = Settings()


def read_settings(root: Path) -> dict[str, Settings]:
    """Settings by account; a missing file: nobody. What the contract calls an error is not looked for."""
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
    """One row; an empty cell takes the default."""
    touch, credit = (cells.get(name, "").lower() for name in ("touch_rule", "agent_credit"))
    share = number(cells.get("control_group_share"))
    site_share = number(cells.get("site_control_group_share"))
    return Settings(
        name=identifier(cells.get("account_name")) or DEFAULTS.name,
        timezone=cells.get("timezone") or DEFAULTS.timezone,
        provider=identifier(cells.get("provider_account_id")),
        transcript_sharing=cells.get("transcript_sharing", "").lower() in TRUE,
        window_days=length(cells, "cross_session_window_days", DEFAULTS.window_days),
        touch_rule=touch if touch in ("first", "last") else DEFAULTS.touch_rule,
        agent_credit=credit if credit in ("first", "last") else DEFAULTS.agent_credit,
        control_group_share=DEFAULTS.control_group_share if share is None else share,
        site_control_group_share=(
            DEFAULTS.site_control_group_share if site_share is None else site_share
        ),
        concierge_idle_hours=length(cells, "concierge_idle_hours", DEFAULTS.concierge_idle_hours),
        concierge_attribution_days=length(
            cells, "concierge_attribution_days", DEFAULTS.concierge_attribution_days
        ),
        one_to_one_days=length(cells, "one_to_one_attribution_days", DEFAULTS.one_to_one_days),
        retention_days=number(cells.get("transcript_retention_days")),
    )


def length(cells: dict[str, str], name: str, default: Decimal) -> Decimal:
    """A length of time, or its default."""
    found = number(cells.get(name))
    return default if found is None else found
