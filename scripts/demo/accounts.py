"""accounts.csv: one row per account, whatever its system."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True)
class AccountRow:
    """One line of accounts.csv; None leaves the cell empty, so the documented default applies."""

    account_id: str
    account_name: str
    system: str
    timezone: str | None = None
    currency: str | None = None
    provider_account_id: str | None = None
    transcript_sharing: str | None = None
    cross_session_window_days: int | None = None
    touch_rule: str | None = None
    agent_credit: str | None = None
    control_group_share: float | None = None
    site_control_group_share: float | None = None
    concierge_idle_hours: int | None = None
    concierge_attribution_days: int | None = None
    one_to_one_attribution_days: int | None = None


def accounts_csv(rows: Iterable[AccountRow]) -> str:
    """The whole file, header included."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(column.name for column in fields(AccountRow))
    writer.writerows(astuple(row) for row in rows)
    return buffer.getvalue()
