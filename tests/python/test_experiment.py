"""Does messaging cause sales? Random accounts against the oracle, in one build and in several."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace

import pytest

import oracle
from oracle.compare import differences
from oracle.experiment import GRAIN
from rig import Bench, mart_differences
from rig.site import EVERYTHING
from rig.worlds_built import RELATIVE, Built, live
from worlds import LandedFile
from worlds.experiment import make_trials

MODELS = (*EVERYTHING, "--select", "+path:models/marts/experiment")
SEED, ACCOUNTS = 5, 12


@pytest.fixture(scope="module")
def trials(bench: Bench) -> Built:
    """Accounts with every way of assignment, built in one go."""
    site = bench.site(MODELS)
    files = make_trials(SEED, ACCOUNTS)
    site.land(files)
    return Built(files, site, site.build())


def experiment_differences(built: Built) -> list[str]:
    tables = oracle.compute(built.site.landing)
    return [
        f"{mart}: {line}"
        for mart, keys in GRAIN.items()
        for line in differences(
            keys, tables[mart], built.marts[mart].records(), relative=RELATIVE.get(mart, 1e-9)
        )
    ]


def test_units_and_lift_are_what_the_oracle_says(trials: Built) -> None:
    assert experiment_differences(trials) == []


def test_the_accounts_have_all_that_can_happen(trials: Built) -> None:
    units = trials.marts["experiment_units"].records()
    lifts = trials.marts["experiment_lift"].records()
    assert {(row["arm"], row["arm_source"]) for row in units} == {
        *((arm, source) for arm in ("TEST", "CONTROL") for source in ("site", "campaign")),
        ("none", "none"),
    }
    for flag in ("is_converted", "is_crossover", "is_reached", "is_open"):
        assert {row[flag] for row in units} == {True, False}, flag
    assert any(row["visitor_id"] == row["first_visit_id"] for row in units), "without a visitor"
    verdicts = Counter(row["verdict"] for row in lifts)
    assert verdicts.keys() >= {"sample_ratio_mismatch", "too_few_converters", "no_difference_seen"}
    for arm in ("test_units", "control_units"):
        assert any(row[arm] == 0 for row in lifts), arm
    assert any(row["srm_chi2"] is None for row in lifts)
    assert any(row["p_value"] not in (None, row["p_value_adjusted"]) for row in lifts)


def test_any_batching_ends_in_one_build(bench: Bench, trials: Built) -> None:
    assert mart_differences(trials.marts, live(bench.site(MODELS), trials, SEED, 4, True)) == []


def test_changed_settings_restate_the_account(trials: Built) -> None:
    accounts, *_ = trials.files
    rows = list(csv.DictReader(io.StringIO(accounts.content.decode())))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    for place, row in enumerate(rows):
        other = rows[(place + 1) % len(rows)]
        writer.writerow(other | {"account_id": row["account_id"]} if place % 2 else row)
    site = trials.site.copy()
    changed: list[LandedFile] = [replace(accounts, content=out.getvalue().encode())]
    site.land(changed)
    built = Built(trials.files, site, site.build())
    assert experiment_differences(built) == []
    assert mart_differences(trials.marts, built.marts), "other settings have to say something else"
