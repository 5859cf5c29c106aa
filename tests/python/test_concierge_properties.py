"""Conversations by text message: random worlds and small stories, built whole and in pieces."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rig import CONCIERGE, Bench, Marts, Site, mart_differences, read_rows, without_audit
from rig.lives import batches_of, drops, files_of, other_settings, repacked
from rig.marts import Mart
from rig.texting import STORIES, told
from rig.worlds_built import Built, WorldsBuilt, live, oracle_differences
from worlds import make_world

ACCOUNTS = 100
SEED = 7
LONG = settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    database=None,
)
SEEDS = st.integers(1, 10**6)
REPORTS = (
    "concierge_performance",
    "concierge_conversation",
    "concierge_support",
    "concierge_livesms",
    "concierge_performance_by_journey",
)


@dataclass(frozen=True)
class Lived:
    """A world and the stories, in two deliveries under other settings than they end with."""

    whole: Built
    site: Site
    first: Marts
    second: Marts
    last: Marts

    def __repr__(self) -> str:
        return f"the life of {self.whole}"


@pytest.fixture(scope="module")
def lived(bench: Bench) -> Lived:
    """Four builds: of everything at once; of half; of the rest; of the settings as they end."""
    files = make_world(SEED, 0, attentive=ACCOUNTS)
    stories = [files_of(number, told(number)) for number in (0, 1)]
    whole = bench.site(CONCIERGE)
    whole.land([*files, *stories[0], *stories[1]])
    built = Built(files, whole, whole.build())
    site = bench.site(CONCIERGE)
    accounts, *others = files
    halves = batches_of(others, 2, SEED)
    site.land([other_settings(accounts, SEED), *halves[0], *stories[0]])
    first = site.build()
    site.land([*halves[-1], *stories[1]])
    second = site.build()
    site.land([accounts])
    return Lived(built, site, first, second, site.build())


def test_marts_say_what_the_oracle_says(lived: Lived) -> None:
    assert oracle_differences(lived.whole) == []


@pytest.mark.parametrize("report", REPORTS)
def test_every_metric_is_something_somewhere(lived: Lived, report: str) -> None:
    rows = lived.whole.marts[report].records()
    assert all(any(row[name] for row in rows) for name in rows[0])


def test_any_batching_ends_in_the_full_build(lived: Lived) -> None:
    assert mart_differences(lived.whole.marts, lived.last) == []


def test_changed_settings_restate_history(lived: Lived) -> None:
    assert {line.partition(":")[0] for line in mart_differences(lived.second, lived.last)} >= {
        "concierge_performance",
        "concierge_livesms",
        "concierge_performance_by_journey",
    }, "other settings have to give other marts"


def test_nothing_new_changes_nothing(lived: Lived) -> None:
    known = "select * from parley_state.changed_values order by all"
    before = set(read_rows(lived.site.warehouse, known))
    assert before, "the last build has to have changed something"
    assert mart_differences(lived.last, lived.site.build()) == []
    assert set(read_rows(lived.site.warehouse, known)) <= before


def of_account(marts: Marts, account: str) -> Marts:
    """The rows of one account."""
    return {
        name: Mart(mart.columns, tuple(row for row in mart.rows if row[0] == account))
        for name, mart in without_audit(marts).items()
    }


@pytest.mark.parametrize("number", range(len(STORIES)), ids=list(STORIES))
def test_what_one_record_changes_is_changed(lived: Lived, number: int) -> None:
    account = f"texts {number}"
    before, after, whole = (
        of_account(marts, account) for marts in (lived.first, lived.second, lived.whole.marts)
    )
    assert mart_differences(before, whole), "the second delivery has to change something"
    assert mart_differences(whole, after) == []


def test_every_line_is_accounted_for_once(lived: Lived) -> None:
    audit = lived.whole.marts["landing_audit"].records()
    assert {row["feed"] for row in audit} == {"attentive/events", "attentive/orders"}
    classes = ("lines_accepted", "lines_superseded", "lines_quarantined")
    assert all(row["lines_delivered"] == sum(row[kind] for kind in classes) for row in audit)
    for feed in ("attentive/events", "attentive/orders"):
        of_feed = [row for row in audit if row["feed"] == feed]
        assert all(any(row[kind] for row in of_feed) for kind in classes), feed


# -- at length ------------------------------------------------------------------------------------


@pytest.mark.soak
@given(seed=SEEDS)
@settings(LONG, max_examples=40)
def test_marts_say_what_the_oracle_says_at_length(
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    assert oracle_differences(worlds_built.get(seed, attentive=ACCOUNTS)) == []


@pytest.mark.soak
@given(seed=SEEDS)
@LONG
def test_only_current_versions_count_however_packed(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    built = worlds_built.get(seed, attentive=ACCOUNTS)
    site = bench.site(CONCIERGE)
    site.land([built.files[0], *repacked(built.site.landing, seed)])
    marts = site.build()
    assert mart_differences(without_audit(built.marts), without_audit(marts)) == []
    audit = marts["landing_audit"].records()
    assert all(row["lines_delivered"] == row["lines_accepted"] for row in audit)


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
    built = worlds_built.get(seed, attentive=ACCOUNTS)
    marts = live(bench.site(CONCIERGE), built, seed, count, keep)
    assert mart_differences(built.marts, marts) == []


@pytest.mark.soak
@given(seed=SEEDS, count=st.integers(2, 5))
@LONG
def test_settings_and_deliveries_interleave(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
    count: int,
) -> None:
    built = worlds_built.get(seed, attentive=ACCOUNTS)
    site = bench.site(CONCIERGE)
    accounts, *files = built.files
    for number, batch in enumerate(batches_of(files, count, seed)):
        site.land([*batch, other_settings(accounts, seed + number)])
        site.build()
    site.land([accounts])
    assert mart_differences(built.marts, site.build()) == []


@pytest.mark.soak
@given(seed=SEEDS)
@LONG
def test_single_records_of_worlds(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    built = worlds_built.get(seed, attentive=ACCOUNTS)
    site = bench.site(CONCIERGE)
    site.land([built.files[0]])
    for batch in drops(built.site.landing, seed, 6):
        site.land(batch)
        marts = site.build()
    assert mart_differences(without_audit(built.marts), without_audit(marts)) == []
