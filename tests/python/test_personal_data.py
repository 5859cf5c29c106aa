"""What the registry of personal data says, and that nothing of it is elsewhere in the demo."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest

from gates import personal
from rig.demo import Demo
from rig.site import PROJECT


@pytest.fixture(scope="module")
def warehouse(demo: Demo) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo.warehouse), read_only=True) as connection:
        yield connection


def test_values_of_persons_are_in_marked_columns_only(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert list(personal.filled_like_one(warehouse)) == []


def test_the_registry_says_what_and_where(warehouse: duckdb.DuckDBPyConnection) -> None:
    """A field, a column of the warehouse and one of a mart, each with its kind and a reason."""
    rows = warehouse.execute(
        "select place, relation, field, kind, becomes, kept from marts.personal_data "
        "where reason is not null"
    ).fetchall()
    pseudonym = "a keyed pseudonym when the line is read"
    assert ("landed", "attentive/orders", "user.email", "email", pseudonym, "not stored") in rows
    stored = ("warehouse", "staging.stg_attentive__orders", "phone", "phone", pseudonym)
    assert (*stored, "until erased") in rows
    assert ("published", "marts.marketplace_messages", "text", "free_text") in {
        row[:4] for row in rows
    }
    (unexplained,) = (
        warehouse.execute(
            "select count(*) from marts.personal_data where reason is null"
        ).fetchone()
        or ()
    )
    assert unexplained == 0


def test_what_a_vendor_deleted_is_counted_by_landed_field(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """In the demo nothing was; the fields in which it is looked for are fields of the registry."""
    rows = warehouse.execute(
        "select field, place, deleted_by_vendor from marts.personal_data"
    ).fetchall()
    assert {(place == "landed", number) for _, place, number in rows} == {(True, 0), (False, None)}
    looked_for = {
        field
        for folder in ("macros", "models")
        for path in (PROJECT / folder).rglob("*.sql")
        for field in re.findall(r"deleted_value\('([^']+)'", path.read_text(encoding="utf-8"))
    }
    assert looked_for == {
        "messageRecords.messageData.msg.text",
        "conversationSurveys.surveyData.answer",
        "name",
    }
    assert looked_for <= {field for field, place, _ in rows if place == "landed"}
