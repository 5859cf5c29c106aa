"""What the page "Does messaging cause sales?" says of a row of experiment_lift, by hand-made rows.

No statistic is computed in words, so a row is made of the numbers that its sentence must repeat.
"""

from __future__ import annotations

from typing import Any

import pytest

from parley.dashboards.experiment_words import (
    arm_counts,
    health_checks,
    reason_of_null,
    verdict_sentence,
)

NULL_WHEN_AN_ARM_IS_EMPTY = [
    "rate_difference",
    "relative_lift",
    "revenue_per_visitor_difference",
    "minimum_detectable_difference",
    "p_value",
]


def row(**changes: Any) -> dict[str, Any]:
    """900 visitors who can be invited, 100 held back: 270 and 10 converted."""
    made: dict[str, Any] = {
        "test_units": 900,
        "control_units": 100,
        "test_converters": 270,
        "control_converters": 10,
        "units_without_arm": 0,
        "expected_control_units": 100.0,
        "srm_flag": False,
        "srm_p_value": 1.0,
        "crossover_units": 0,
        "reached_control_units": 0,
        "open_units": 0,
        "rate_difference": 0.2,
        "rate_difference_low": 0.120166,
        "rate_difference_high": 0.254307,
        "relative_lift": 2.0,
        "revenue_per_visitor_difference": 1.0,
        "revenue_per_visitor_difference_low": 0.5,
        "minimum_detectable_difference": 0.1324,
        "p_value": 0.0001,
        "verdict": "more",
    }
    return {**made, **changes}


def test_rates_stand_beside_their_counts() -> None:
    assert arm_counts(row(), "test") == "270 of 900 visitors (30.0 %)"
    assert arm_counts(row(), "control") == "10 of 100 visitors (10.0 %)"
    assert (
        arm_counts(row(control_units=0, control_converters=0), "control") == "0 of 0 visitors (—)"
    )


def test_a_sound_experiment_has_nothing_to_mend() -> None:
    checks = health_checks(row())
    assert [check.is_fine for check in checks] == [True] * 5
    assert checks[0].found == "100 held back (10.0 %), 100 expected (10.0 %)"


def test_each_check_tells_its_number_and_what_it_means() -> None:
    broken = row(
        control_units=50,
        test_units=950,
        srm_flag=True,
        srm_p_value=1.36e-7,
        units_without_arm=12,
        crossover_units=25,
        reached_control_units=5,
        open_units=400,
    )
    split, without, crossed, reached, still = health_checks(broken)
    assert split.is_fine is False
    assert split.found == "50 held back (5.0 %), 100 expected (10.0 %)"
    assert "(p: below 0.0001)" in split.meaning
    assert without.found == "12 beside 1,000 with one"
    assert crossed.found == "25 of 1,000 (2.5 %)"
    assert reached.found == "5 of 50 (10.0 %)"
    assert "larger than the one shown" in reached.meaning
    assert still.found == "400 of 1,000 (40.0 %)"


def test_a_split_that_nothing_is_expected_of_is_not_judged() -> None:
    split = health_checks(row(expected_control_units=0.0, srm_flag=None, srm_p_value=None))[0]
    assert split.is_fine is None
    assert "cannot be checked" in split.meaning


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (
            "more",
            "cause conversions here: the difference is +20.0 points, with 95 % confidence +12.0",
        ),
        ("less", "cost conversions here"),
        ("no_difference_seen", "a true difference of 13.2 points would have been seen"),
        ("too_few_converters", "Only 10 of the held-back visitors converted"),
        ("sample_ratio_mismatch", "the difference says nothing until that is put right"),
    ],
)
def test_every_verdict_has_its_sentence(verdict: str, said: str) -> None:
    assert said in verdict_sentence(row(verdict=verdict))


def test_the_smaller_arm_is_the_one_named() -> None:
    said = verdict_sentence(row(verdict="too_few_converters", test_converters=3))
    assert "Only 3 of the visitors who can be invited converted" in said


@pytest.mark.parametrize("column", NULL_WHEN_AN_ARM_IS_EMPTY)
def test_a_null_of_an_empty_arm_has_its_reason(column: str) -> None:
    empty = row(control_units=0, control_converters=0, **dict.fromkeys(NULL_WHEN_AN_ARM_IS_EMPTY))
    assert reason_of_null(empty, column) == "There is nothing to compare: no visitor is held back."
    assert reason_of_null(row(), column) == ""


def test_other_nulls_have_theirs() -> None:
    assert "converter in each arm" in reason_of_null(row(relative_lift=None), "relative_lift")
    column = "revenue_per_visitor_difference_low"
    assert "two visitors in each arm" in reason_of_null(row(**{column: None}), column)
    unexpected = row(srm_flag=None, srm_p_value=None)
    assert "nobody or everybody" in reason_of_null(unexpected, "srm_p_value")
