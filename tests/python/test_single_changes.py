"""One record arrives, and everything it changes is changed: also what it does not name."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rig import LIVEPERSON, Bench, Marts, Site, mart_differences, without_audit
from rig.handovers import STORIES, told
from rig.lives import drops, files_of
from rig.marts import Mart
from rig.worlds_built import Built, WorldsBuilt

ACCOUNTS = 100
SEED = 7
Tale = tuple[Marts, Marts, Marts]


@pytest.fixture(scope="module")
def tale(bench: Bench) -> Tale:
    """The stories' marts: after the first delivery, after both, and of both in one build."""
    deliveries = [files_of(number, told(number)) for number in (0, 1)]
    site, whole = bench.site(LIVEPERSON), bench.site(LIVEPERSON)
    site.land(deliveries[0])
    before = site.build()
    site.land(deliveries[1])
    after = site.build()
    whole.land([*deliveries[0], *deliveries[1]])
    return before, after, whole.build()


def of_account(marts: Marts, account: str) -> Marts:
    """The rows of one account."""
    return {
        name: Mart(mart.columns, tuple(row for row in mart.rows if row[0] == account))
        for name, mart in without_audit(marts).items()
    }


@pytest.mark.parametrize("number", range(len(STORIES)), ids=list(STORIES))
def test_what_one_record_changes_is_changed(tale: Tale, number: int) -> None:
    before, after, whole = (of_account(marts, f"story {number}") for marts in tale)
    assert mart_differences(before, whole), "the second delivery has to change something"
    assert mart_differences(whole, after) == []


def test_the_audit_follows(tale: Tale) -> None:
    _, after, whole = tale
    assert mart_differences(whole, after) == []
    assert sum(row["lines_superseded"] for row in whole["landing_audit"].records()) > 5


def drip(site: Site, built: Built, seed: int, rounds: int) -> None:
    """Deliver a record of each account at a time; the last build says what the world's does."""
    site.land([built.files[0]])
    for batch in drops(built.site.landing, seed, rounds):
        site.land(batch)
        marts = site.build()
    assert mart_differences(without_audit(built.marts), without_audit(marts)) == []


def test_single_records_of_a_world(bench: Bench, worlds_built: WorldsBuilt) -> None:
    drip(bench.site(LIVEPERSON), worlds_built.get(SEED, ACCOUNTS), SEED, 3)


@pytest.mark.soak
@given(seed=st.integers(1, 10**6))
@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_single_records_of_worlds_at_length(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    drip(bench.site(LIVEPERSON), worlds_built.get(seed, ACCOUNTS), seed, 6)
