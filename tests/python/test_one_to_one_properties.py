"""One-to-One: random small worlds, built by dbt and compared cell by cell with plain Python."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import oracle
from oracle.compare import differences
from oracle.landing import ONE_TO_ONE as ONE_TO_ONE_FEEDS
from rig import ONE_TO_ONE, Bench, Marts, Site, mart_differences, read_rows
from rig.lives import batches_of, drops, other_settings, repacked
from rig.marts import Mart
from rig.shop_handovers import STORIES, account_of, told
from rig.worlds_built import Built, WorldsBuilt
from worlds import LandedFile, make_world

ACCOUNTS = 120
SEED = 11
AUDIT = ("landing_audit", "quarantined_records", "value_audit")
COMPARED = (*oracle.ONE_TO_ONE_GRAIN, *AUDIT)
LONG = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.generate,),  # an account at fault is found by name: nothing to shrink
    suppress_health_check=list(HealthCheck),
    database=None,
)
SEEDS = st.integers(1, 10**6)


def oracle_differences(built: Built) -> list[str]:
    expected = oracle.compute(built.site.landing)
    return [
        f"{mart}: {line}"
        for mart in COMPARED
        for line in differences(
            oracle.GRAIN[mart],
            expected[mart],
            built.marts[mart].records(),
            frozenset({"raw_line"}),
        )
    ]


def without_audit(marts: Marts) -> Marts:
    """The marts that say nothing of files."""
    files = (*AUDIT, "record_lines")
    return {name: mart for name, mart in marts.items() if name not in files}


def changes(site: Site) -> set[Any]:
    return set(read_rows(site.warehouse, "select * from parley_state.changed_values"))


def of_account(marts: Marts, account: str) -> Marts:
    """The rows of one account."""
    return {
        name: Mart(mart.columns, tuple(row for row in mart.rows if row[0] == account))
        for name, mart in without_audit(marts).items()
    }


@pytest.fixture(scope="module")
def world(bench: Bench) -> Built:
    """The world that is looked at in every run, built in one go; all stories are told in it."""
    site = bench.site()
    files = make_world(SEED, 0, one_to_one=ACCOUNTS)
    site.land([*files, *told(0), *told(1)])
    return Built(files, site, site.build(*ONE_TO_ONE))


@pytest.fixture(scope="module")
def lived(bench: Bench, world: Built) -> tuple[Site, Marts, Marts, Marts]:
    """The same world as it arrived: other settings, the right ones, the rest; marts of each."""
    site = bench.site()
    accounts, *files = world.files
    first, _, second = batches_of(files, 2, SEED)
    site.land([other_settings(accounts, SEED), *first, *told(0)])
    others = site.build(*ONE_TO_ONE)
    site.land([accounts])
    before = site.build(*ONE_TO_ONE)
    site.land([*second, *told(1)])
    return site, others, before, site.build(*ONE_TO_ONE)


# -- the oracle -----------------------------------------------------------------------------------


def test_marts_say_what_the_oracle_says(world: Built) -> None:
    assert oracle_differences(world) == []


def test_the_world_is_nasty(world: Built) -> None:
    rows = {name: mart.records() for name, mart in world.marts.items()}
    daily = rows["one_to_one_daily"]
    for metric in ("orders", "attributed_gmv", "text_conversations", "video_conversations"):
        assert sum(bool(row[f"one_to_one_{metric}"]) for row in daily) > 10, metric
    assert any(
        row["one_to_one_text_conversations"] + row["one_to_one_video_conversations"]
        > row["one_to_one_conversations"]
        for row in daily
    )
    assert any(
        row["total_requests"] > row["requests_by_agent"] + row["requests_by_visitor"]
        for row in daily
    )
    assert all(len(rows[mart]) > 20 for mart in oracle.ONE_TO_ONE_GRAIN)
    audit = [row for row in rows["landing_audit"] if row["feed"] in ONE_TO_ONE_FEEDS]
    for kind in ("superseded", "quarantined", "accepted"):
        assert {r["feed"] for r in audit if r[f"lines_{kind}"]} == set(ONE_TO_ONE_FEEDS), kind


def test_every_line_is_accounted_for_once(world: Built) -> None:
    audit = {(r["feed"], r["file_name"]): r for r in world.marts["landing_audit"].records()}
    listed = Counter((row[0], row[1]) for row in world.marts["quarantined_records"].rows)
    for key, row in audit.items():
        classes = ("accepted", "superseded", "quarantined")
        assert row["lines_delivered"] == sum(row[f"lines_{kind}"] for kind in classes), key
        assert listed[key] == row["lines_quarantined"], key
    assert listed.keys() <= audit.keys()


@pytest.mark.soak
@given(seed=SEEDS)
@settings(LONG, max_examples=40)
def test_marts_say_what_the_oracle_says_at_length(
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    assert oracle_differences(worlds_built.get(seed, one_to_one=ACCOUNTS)) == []


# -- order, batches, packing and settings ---------------------------------------------------------


def live(site: Site, files: list[LandedFile], seed: int, count: int, keep: bool = True) -> Marts:
    """Deliver files in batches, with a build after each; the marts of the last."""
    for batch in batches_of(files, count, seed):
        site.land(batch)
        marts = site.build(*ONE_TO_ONE)
        if not keep:
            for file in batch:
                (site.landing / file.path).unlink()
    return marts


def test_changed_settings_restate_history(lived: tuple[Site, Marts, Marts, Marts]) -> None:
    _, others, before, _ = lived
    changed = mart_differences(others, before)
    for mart in ("daily", "visitors", "requests_by_hour", "requests_by_url", "agents"):
        assert any(line.startswith(f"one_to_one_{mart}:") for line in changed), mart


def test_what_arrived_in_batches_ends_in_the_full_build(
    world: Built, lived: tuple[Site, Marts, Marts, Marts]
) -> None:
    assert mart_differences(world.marts, lived[-1]) == []


@pytest.mark.parametrize("number", range(len(STORIES)), ids=list(STORIES))
def test_what_one_record_changes_is_changed(
    world: Built, lived: tuple[Site, Marts, Marts, Marts], number: int
) -> None:
    before, after, whole = (
        of_account(marts, account_of(number)) for marts in (lived[2], lived[3], world.marts)
    )
    assert mart_differences(before, whole), "the second delivery has to change something"
    assert mart_differences(whole, after) == []


def test_nothing_new_changes_nothing(lived: tuple[Site, Marts, Marts, Marts]) -> None:
    site, *_, marts = lived
    known = changes(site)
    assert known, "the last batch has to have changed something"
    assert mart_differences(marts, site.build(*ONE_TO_ONE)) == []
    assert changes(site) <= known


@pytest.mark.soak
@given(seed=SEEDS, count=st.integers(2, 6), keep=st.booleans())
@LONG
def test_any_batching_ends_in_the_full_build(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
    count: int,
    keep: bool,
) -> None:
    built = worlds_built.get(seed, one_to_one=ACCOUNTS)
    site = bench.site()
    accounts, *files = built.files
    site.land([accounts])
    assert mart_differences(built.marts, live(site, files, seed, count, keep)) == []


@pytest.mark.soak
@given(seed=SEEDS)
@LONG
def test_only_what_counts_counts_however_packed(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    built = worlds_built.get(seed, one_to_one=ACCOUNTS)
    site = bench.site()
    site.land([built.files[0], *repacked(built.site.landing, seed)])
    marts = site.build(*ONE_TO_ONE)
    assert mart_differences(without_audit(built.marts), without_audit(marts)) == []
    audit = marts["landing_audit"].records()
    assert all(row["lines_delivered"] == row["lines_accepted"] for row in audit)
    assert not marts["quarantined_records"].rows


@pytest.mark.soak
@given(seed=SEEDS, rounds=st.integers(1, 6))
@LONG
def test_single_records_reach_all_they_change(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
    rounds: int,
) -> None:
    built = worlds_built.get(seed, one_to_one=ACCOUNTS)
    site = bench.site()
    site.land([built.files[0]])
    for batch in drops(built.site.landing, seed, rounds):
        site.land(batch)
        marts = site.build(*ONE_TO_ONE)
    assert mart_differences(without_audit(built.marts), without_audit(marts)) == []


@pytest.mark.soak
@given(seed=SEEDS, count=st.integers(2, 4))
@LONG
def test_settings_and_deliveries_interleave(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
    count: int,
) -> None:
    built = worlds_built.get(seed, one_to_one=ACCOUNTS)
    site = bench.site()
    accounts, *files = built.files
    for number, batch in enumerate(batches_of(files, count, seed)):
        site.land([*batch, other_settings(accounts, seed + number)])
        site.build(*ONE_TO_ONE)
    site.land([accounts])
    assert mart_differences(built.marts, site.build(*ONE_TO_ONE)) == []


@pytest.mark.soak
def test_a_full_refresh_ends_in_the_full_build(world: Built) -> None:
    site = world.site.copy()
    assert mart_differences(world.marts, site.build(*ONE_TO_ONE, "--full-refresh")) == []
