"""What holds for every world: random small ones, built by dbt and compared cell by cell."""

from __future__ import annotations

import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rig import (
    EVERYTHING,
    LIVEPERSON,
    Bench,
    Marts,
    Site,
    mart_differences,
    read_rows,
    without_audit,
)
from rig.lives import batches_of, other_settings, repacked
from rig.mutated import mutated
from rig.worlds_built import Built, WorldsBuilt, live, oracle_differences
from worlds import make_world

ACCOUNTS = 100
SEED = 7
LONG = settings(
    max_examples=12,
    deadline=None,
    phases=(
        Phase.explicit,
        Phase.generate,
    ),  # an account at fault is found by name: nothing to shrink
    suppress_health_check=list(HealthCheck),
    database=None,
)
SEEDS = st.integers(1, 10**6)


@pytest.fixture(scope="module")
def world(worlds_built: WorldsBuilt) -> Built:
    """The world that the cheaper properties are looked at in."""
    return worlds_built.get(SEED, ACCOUNTS)


@pytest.fixture(scope="module")
def lived(bench: Bench, world: Built) -> tuple[Site, Marts]:
    """The same world, built as it arrived: in batches, one of which was empty."""
    site = bench.site(LIVEPERSON)
    return site, live(site, world, SEED, 3, keep=True)


def changes(site: Site) -> list[Any]:
    return read_rows(site.warehouse, "select * from parley_state.changed_values order by all")


# -- (a) the oracle -------------------------------------------------------------------------------


def test_marts_say_what_the_oracle_says(world: Built) -> None:
    assert oracle_differences(world) == []


@pytest.mark.soak
@given(seed=SEEDS)
@settings(LONG, max_examples=60)
def test_marts_say_what_the_oracle_says_at_length(
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    assert oracle_differences(worlds_built.get(seed, 80)) == []


@pytest.mark.soak
@given(seed=SEEDS)
@settings(LONG, max_examples=20)
def test_marts_of_mutated_worlds_say_what_the_oracle_says(bench: Bench, seed: int) -> None:
    site = bench.site(EVERYTHING)
    files = mutated(make_world(seed, 60, attentive=20, one_to_one=20), seed)
    site.land(files)
    assert oracle_differences(Built(files, site, site.build())) == []


# -- (b) order and packing ------------------------------------------------------------------------


def test_only_current_versions_count_however_packed(bench: Bench, world: Built) -> None:
    site = bench.site(LIVEPERSON)
    site.land([world.files[0], *repacked(world.site.landing, SEED)])
    marts = site.build()
    assert mart_differences(without_audit(world.marts), without_audit(marts)) == []
    audit = marts["landing_audit"].records()
    assert sum(row["lines_delivered"] for row in audit) > 0
    assert all(row["lines_delivered"] == row["lines_accepted"] for row in audit)
    assert not marts["quarantined_records"].rows


# -- (c) incremental is exact ---------------------------------------------------------------------


def test_any_batching_ends_in_the_full_build(world: Built, lived: tuple[Site, Marts]) -> None:
    assert mart_differences(world.marts, lived[1]) == []


def test_what_was_loaded_stays_when_its_file_goes(bench: Bench, world: Built) -> None:
    marts = live(bench.site(LIVEPERSON), world, SEED + 1, 2, keep=False)
    # what was never read and is gone is not below the root any more
    expected = {name: mart for name, mart in world.marts.items() if name != "unread_files"}
    assert mart_differences(expected, {name: marts[name] for name in expected}) == []


def test_nothing_new_changes_nothing(lived: tuple[Site, Marts]) -> None:
    site, marts = lived
    before = set(changes(site))
    assert before, "the last batch has to have changed something"
    assert mart_differences(marts, site.build()) == []
    assert set(changes(site)) <= before


def test_a_full_refresh_ends_in_the_full_build(world: Built) -> None:
    site = world.site.copy()
    assert mart_differences(world.marts, site.build(*site.models, "--full-refresh")) == []


def test_changed_settings_restate_history(bench: Bench, world: Built) -> None:
    site = bench.site(LIVEPERSON)
    accounts, *files = world.files
    site.land([other_settings(accounts, SEED), *files[::2]])
    site.build()
    site.land([other_settings(accounts, SEED + 1), *files[1::2]])
    before = site.build()
    assert mart_differences(world.marts, before), "other settings have to give other marts"
    site.land([accounts])
    assert mart_differences(world.marts, site.build()) == []


@pytest.mark.soak
@given(seed=SEEDS, count=st.integers(2, 6), keep=st.booleans())
@LONG
def test_any_batching_ends_in_the_full_build_at_length(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
    count: int,
    keep: bool,
) -> None:
    built = worlds_built.get(seed, ACCOUNTS)
    site = bench.site(LIVEPERSON)
    assert mart_differences(built.marts, live(site, built, seed, count, keep)) == []


@pytest.mark.soak
@given(seed=SEEDS, count=st.integers(2, 5))
@LONG
def test_settings_and_deliveries_interleave(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
    count: int,
) -> None:
    built = worlds_built.get(seed, ACCOUNTS)
    site = bench.site(LIVEPERSON)
    accounts, *files = built.files
    for number, batch in enumerate(batches_of(files, count, seed)):
        site.land([*batch, other_settings(accounts, seed + number)])
        site.build()
    site.land([accounts])
    assert mart_differences(built.marts, site.build()) == []


# -- (d) no line is lost --------------------------------------------------------------------------


def lines_in(path: Path) -> int:
    content = path.read_bytes()
    if path.suffix == ".gz" and content:
        content = gzip.decompress(content)
    return sum(
        bool(line.strip().removeprefix(b"\xef\xbb\xbf").strip()) for line in content.split(b"\n")
    )


def test_every_line_is_accounted_for_once(world: Built) -> None:
    audit = {(r["feed"], r["file_name"]): r for r in world.marts["landing_audit"].records()}
    listed = Counter((row[0], row[1]) for row in world.marts["quarantined_records"].rows)
    for (feed, name), row in audit.items():
        assert row["lines_delivered"] == lines_in(world.site.landing / feed / name), name
        classes = ("accepted", "superseded", "quarantined")
        assert row["lines_delivered"] == sum(row[f"lines_{kind}"] for kind in classes), name
        assert listed[feed, name] >= row["lines_quarantined"], name
    assert listed.keys() <= audit.keys()
    assert {kind for row in audit.values() for kind in row if row[kind] == 0} >= {
        "lines_quarantined",
        "lines_superseded",
        "lines_delivered",
    }, "the world has to hold files of every kind"


# -- (e) distinct counts of members and of the whole ----------------------------------------------

DISTINCT = ("prospects", "exposed", "engaged", "exposures", "online_exposures")
#: Every visit has a campaign and a line of business, if only `unknown`; an engagement it may lack.
LEVELS = ("lob", "campaign", "engagement", "entry_point")
COMPLETE = ("lob", "campaign")


def by_day(rows: Iterable[dict[str, Any]], measure: str) -> dict[Any, list[int]]:
    found = defaultdict(list)
    for row in rows:
        key = (row["account_id"], row["date_day"], row["initial_device"], row["source_type"])
        found[key].append(row[measure])
    return found


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("measure", DISTINCT)
def test_the_whole_lies_between_its_greatest_part_and_their_sum(
    world: Built, level: str, measure: str
) -> None:
    whole = by_day(world.marts["exposures_daily_brand"].records(), measure)
    parts = by_day(world.marts[f"exposures_daily_{level}"].records(), measure)
    assert parts.keys() <= whole.keys()
    assert any(len(counts) > 1 and max(counts) for counts in parts.values())
    for key, (count,) in whole.items():
        counts = parts.get(key, [0])
        assert max(counts) <= count, key
        if level in COMPLETE or measure.endswith("exposures"):
            assert count <= sum(counts), key


# -- (f) a conversion is credited once ------------------------------------------------------------


def credited(rows: Iterable[dict[str, Any]]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for row in rows:
        if row["attribution_group"] != "unattributed":
            day = row.get("credited_date", row.get("date_day"))
            found[row["account_id"], day, row["attribution_group"]] += row.get("conversions", 1)
    return found


@pytest.mark.parametrize("dataset", ["conversions_daily", "conversions_daily_brand"])
def test_a_conversion_is_credited_once(world: Built, dataset: str) -> None:
    conversions = world.marts["attributed_conversions"].records()
    ids = Counter((row["account_id"], row["conversion_id"]) for row in conversions)
    assert ids
    assert set(ids.values()) == {1}
    assert credited(world.marts[dataset].records()) == credited(conversions)


def test_a_conversion_belongs_to_one_member_of_each_level(world: Built) -> None:
    for name in ("total_conversions_after_engagement", "total_control_group_conversions"):
        totals: dict[str, Counter[Any]] = {}
        for level in ("brand", "campaign"):
            totals[level] = Counter()
            for row in world.marts[f"business_dashboard_{level}"].records():
                totals[level][row["account_id"], row["date_day"]] += row[name]
        assert +totals["campaign"] == +totals["brand"], name
        assert +totals["brand"], name
