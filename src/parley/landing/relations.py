"""The columns of the relations that the landing root offers, to whichever engine reads it."""

from __future__ import annotations

import pyarrow as pa

FILES_SCHEMA = pa.schema(
    [
        pa.field("feed", pa.string()),
        pa.field("file_name", pa.string()),
        pa.field("from_ms", pa.int64()),
        pa.field("delivered_ms", pa.int64()),
        pa.field("bytes", pa.int64()),
        pa.field("modified_ns", pa.int64()),
    ]
)

UNREAD_SCHEMA = pa.schema(
    [
        pa.field("path", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("bytes", pa.int64()),
    ]
)

ERASURES_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("request_id", "requested_at", "kind", "account_id")),
        *((name, pa.string()) for name in ("mode", "state")),
        *((name, pa.int64()) for name in ("records", "files", "table_rows")),
        *((name, pa.string()) for name in ("completed_at", "verified_at")),
    ]
)
