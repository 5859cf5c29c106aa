"""accounts.csv as a table of text: every documented column, null where the file leaves it empty."""

from __future__ import annotations

import csv
import io

import pyarrow as pa

from parley.landing.files import LandingError, LandingRoot

COLUMNS: tuple[str, ...] = (
    "account_id",
    "account_name",
    "system",
    "timezone",
    "currency",
    "provider_account_id",
    "transcript_sharing",
    "cross_session_window_days",
    "touch_rule",
    "agent_credit",
    "control_group_share",
    "concierge_idle_hours",
    "concierge_attribution_days",
    "one_to_one_attribution_days",
)

ACCOUNTS_SCHEMA = pa.schema(
    [pa.field("row_number", pa.int64()), *(pa.field(name, pa.string()) for name in COLUMNS)]
)


def read_accounts(root: LandingRoot) -> pa.Table:
    """Read accounts.csv below the root; no file gives no rows, unknown columns are ignored."""
    content = root.read_optional("accounts.csv")
    if content is None:
        return ACCOUNTS_SCHEMA.empty_table()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LandingError(
            f"{root.location}/accounts.csv is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    header = [(name or "").strip() for name in reader.fieldnames or []]
    if text.strip() and "account_id" not in header:
        raise LandingError(
            f"{root.location}/accounts.csv has no column account_id in its first line. "
            "Add the header line that the landing contract names."
        )
    reader.fieldnames = header
    rows = []
    for number, record in enumerate(reader, start=1):
        values = {name: (record.get(name) or "").strip() or None for name in COLUMNS}
        if values["account_id"] is not None:
            rows.append({"row_number": number, **values})
    return pa.Table.from_pylist(rows, schema=ACCOUNTS_SCHEMA)
