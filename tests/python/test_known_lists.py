"""What web sessions list is read at once, or taken apart value by value: with the same result."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import duckdb
import pytest

from rig.mutated import another, places
from rig.sql_macros import Macros
from worlds.dice import NAMESPACE

MACROS = (
    *(
        f"macros/engine/{name}.sql"
        for name in ("arrays", "json", "known_eligibilities", "known_impressions")
    ),
    "macros/engine/functions",
    *(f"macros/landing/web_session_{name}.sql" for name in ("body", "lists")),
)
FUNCTIONS = ("value", "json", "avro")
TIME = 1_704_067_200_000
#: The parts that are read, the fields of a record as JSON, and the macro that takes records apart.
KINDS = {
    "eligibilities": ("eligibility_parts", ("timestamp", "eligibleCampaigns")),
    "impressions": (
        "impression_parts",
        (
            *("engagementInstanceId", "impressionType", "state"),
            *("engagement", "campaign", "goal", "timestamp"),
        ),
    ),
}
STRANGE: tuple[Callable[[Any], Any], ...] = (
    lambda value: {"string": value},
    lambda value: {"long": value},
    lambda value: {"int": value, "long": 7},
    lambda value: {"array": [value]},
    lambda value: {NAMESPACE + "Other": value},
    lambda value: {"x": 1, **value} if isinstance(value, dict) else [value],
    lambda value: {**value, "x": {"id": {"long": 5}}} if isinstance(value, dict) else str(value),
    lambda value: next(iter(value.values()), None) if isinstance(value, dict) else -1,
)


def wrapped(kind: str, value: Any, is_wrapped: bool) -> Any:
    """A value as production or as documentation writes it."""
    return {kind: value} if is_wrapped else value


def identified(dice: random.Random, kind: str, is_wrapped: bool) -> Any:
    """A record with an id, and more."""
    fields = {"id": wrapped("long", dice.choice((0, 7, 4_110_100_220)), is_wrapped)}
    fields["revision"] = wrapped("long", dice.choice((3, -1)), is_wrapped)
    return wrapped(NAMESPACE + kind, fields, is_wrapped)


def eligibility(dice: random.Random, is_wrapped: bool) -> Any:
    """An eligibility entry with all its fields."""
    arm = dice.choice(("TEST", "CONTROL", "NA"))
    campaigns = [
        {
            "campaign": identified(dice, "Campaign", is_wrapped),
            "goal": identified(dice, "Goal", is_wrapped),
            "controlGroupType": wrapped(NAMESPACE + "ControlGroupEnum", arm, is_wrapped),
            "engagements": wrapped(
                "array",
                [{"id": wrapped("long", n + 1, is_wrapped)} for n in range(dice.randrange(3))],
                is_wrapped,
            ),
        }
        for _ in range(dice.randrange(3))
    ]
    return {
        "timestamp": wrapped("long", TIME + dice.randrange(1000), is_wrapped),
        "eligibleCampaigns": wrapped("array", campaigns, is_wrapped),
    }


def impression(dice: random.Random, is_wrapped: bool) -> Any:
    """An impression with all its fields."""
    words = {
        "engagementInstanceId": dice.choice(("1", "-1", 'a "b" é', "")),
        "impressionType": dice.choice(("Show", "Accept")),
        "state": dice.choice(("1", "content", "NA")),
    }
    return {
        "timestamp": wrapped("long", TIME + dice.randrange(1000), is_wrapped),
        **{name: wrapped("string", word, is_wrapped) for name, word in words.items()},
        **{
            kind.lower(): identified(dice, kind, is_wrapped)
            for kind in ("Engagement", "Campaign", "Goal")
        },
    }


MAKERS = {"eligibilities": eligibility, "impressions": impression}


def parts(dice: random.Random, kind: str) -> Iterator[tuple[bool, list[str]]]:
    """Parts of visits, and whether nothing is strange about them."""
    for number in range(4000):
        is_wrapped = dice.random() < 0.7
        records = [MAKERS[kind](dice, is_wrapped) for _ in range(dice.randrange(4))]
        written = [wrapped("array", records, is_wrapped)]
        changes = 0 if number < 500 else dice.randint(1, 2)
        for _ in range(changes):
            holder, key = dice.choice(list(places(written)))
            change = dice.choice((*STRANGE, partial(another, dice)))
            holder[key] = change(holder[key])
        # texts as a parsed value has them
        texts = [json.dumps(written[0], separators=(",", ":"), ensure_ascii=False)]
        yield changes == 0, texts if dice.random() < 0.95 or not changes else texts * 2


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_at_once_is_what_is_taken_apart(kind: str) -> None:
    macros = Macros(*MACROS)
    column, fields = KINDS[kind]
    rows = list(parts(random.Random(kind), kind))
    records = macros("web_session_items", column, fields)
    with duckdb.connect() as connection:
        for group in FUNCTIONS:
            connection.execute(macros(f"duckdb__{group}_functions"))
        connection.execute(
            f"create table visits as select unnest(?::boolean[]) as is_plain, "
            f"cast(unnest(?::varchar[][]) as json[]) as {column}",
            [[row[0] for row in rows], [row[1] for row in rows]],
        )
        found = connection.execute(
            f"""
            select is_plain, known_{kind} is not null, known_{kind}, apart, {column}
            from (
                select *, {macros(kind, "records", "1")} as apart
                from (select *, {records} as records from ({macros(f"known_{kind}", "visits")}))
            )
            """
        ).fetchall()
    assert all(is_known for is_plain, is_known, *_ in found if is_plain)
    assert [row for row in found if row[1] and row[2] != row[3]] == []
    assert not all(is_known for _, is_known, *_ in found)
