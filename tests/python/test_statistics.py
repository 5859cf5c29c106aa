"""The functions of statistics against scipy and statsmodels on grids, and against numbers known beforehand."""

from __future__ import annotations

import itertools
import math
import re
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from rig.sql_macros import Macros, evaluate, statistics

ARMS = ("test_converters", "test_units", "control_converters", "control_units")
UNITS = (1, 2, 3, 10, 97, 1_000, 250_000)


def call(function: str, *arguments: str) -> str:
    """A call of a function."""
    return f"{function}({', '.join(arguments)})"


def close(found: float | None, expected: float, relative: float = 1e-6) -> bool:
    """Equal to so much of the value; near 0, where a bound is a difference of others, to 1e-12."""
    return found is not None and math.isclose(found, expected, rel_tol=relative, abs_tol=1e-12)


def converters(units: int) -> list[int]:
    """None, one, some, nearly all and all of so many."""
    return sorted({0, 1, units // 50, units // 3, units - 1, units})


def pairs() -> list[tuple[int, int, int, int]]:
    """Arms of all sizes with all kinds of outcomes."""
    arms = [(found, units) for units in UNITS for found in converters(units)]
    return [(*test, *control) for test, control in itertools.product(arms, arms)]


def over_arms(*macros: str, rows: list[tuple[int, int, int, int]] | None = None) -> list[tuple]:
    """Macros of two proportions on every row of converters and units."""
    table = dict(zip(ARMS, zip(*(rows or pairs()), strict=True), strict=True))
    return evaluate(table, *(call(macro, *ARMS) for macro in macros))


# -- tails and quantiles --------------------------------------------------------------------------


def test_the_normal_tails_hold_however_far_out() -> None:
    z = [*np.linspace(-8, 8, 4_001), *np.linspace(8, 37.5, 2_001)]
    found = evaluate({"z": z}, call("normal_tails", "z"))
    expected = 2 * stats.norm.sf(np.abs(z))
    assert expected.min() < 1e-300
    assert max(abs(value / p - 1) for (value,), p in zip(found, expected, strict=True)) < 1e-7
    assert evaluate({"z": [0.0]}, call("normal_tails", "z")) == [(1.0,)]
    assert max(value for (value,) in found) <= 1


def test_the_chi_square_tail_is_exact_enough_for_a_broken_split() -> None:
    chi2 = [0.0, *np.geomspace(1e-12, 1_400, 3_000)]
    found = evaluate({"chi2": chi2}, call("chi_square_tail", "chi2"))
    expected = stats.chi2.sf(chi2, 1)
    assert max(abs(value / p - 1) for (value,), p in zip(found, expected, strict=True)) < 1e-7


def test_the_t_quantile_holds_for_every_number_of_degrees_of_freedom() -> None:
    df = [*np.linspace(1, 4, 20_001), *np.geomspace(4, 1e9, 20_001)]
    found = evaluate({"df": df}, call("student_quantile", "df"))
    expected = stats.t.ppf(0.975, df)
    assert max(abs(value / t - 1) for (value,), t in zip(found, expected, strict=True)) < 2e-9


# -- proportions ----------------------------------------------------------------------------------


def test_wilson_is_statsmodels_and_exact_at_both_ends() -> None:
    rows = [(found, units) for units in (*UNITS, 10**9) for found in converters(units)]
    columns = dict(zip(("x", "n"), zip(*rows, strict=True), strict=True))
    found = evaluate(columns, call("wilson_low", "x", "n"), call("wilson_high", "x", "n"))
    for (x, n), (low, high) in zip(rows, found, strict=True):
        expected = proportion_confint(x, n, method="wilson")
        assert close(low, max(0, expected[0])), (x, n)
        assert close(high, min(1, expected[1])), (x, n)
        assert (low == 0) == (x == 0)
        assert (high == 1) == (x == n)


def test_newcombe_is_statsmodels() -> None:
    found = over_arms("newcombe_low", "newcombe_high")
    for row, bounds in zip(pairs(), found, strict=True):
        expected = confint_proportions_2indep(*row, method="newcomb", compare="diff")
        assert close(bounds[0], expected[0]), row
        assert close(bounds[1], expected[1]), row


def test_katz_is_statsmodels_and_null_without_a_converter() -> None:
    found = over_arms("relative_lift", "katz_low", "katz_high")
    for (x1, n1, x2, n2), values in zip(pairs(), found, strict=True):
        if x1 == 0 or x2 == 0:
            assert values == (None, None, None)
            continue
        expected = confint_proportions_2indep(x1, n1, x2, n2, method="log", compare="ratio")
        assert close(values[0], x1 / n1 / (x2 / n2) - 1)
        # the ratio's: statsmodels loses what is far smaller than 1
        assert 1 + values[1] == pytest.approx(expected[0], rel=1e-10), (x1, n1, x2, n2)
        assert 1 + values[2] == pytest.approx(expected[1], rel=1e-10), (x1, n1, x2, n2)
        if x1 == n1 and x2 == n2:
            assert values == (0, 0, 0)


def test_the_pooled_test_is_statsmodels() -> None:
    z = over_arms("pooled_z")
    p = evaluate({"z": [value for (value,) in z]}, call("normal_tails", "z"))
    for (x1, n1, x2, n2), (found_z,), (found,) in zip(pairs(), z, p, strict=True):
        if x1 + x2 in (0, n1 + n2):
            assert found_z is None
            assert found is None
            continue
        expected = proportions_ztest([x1, x2], [n1, n2])
        assert close(found_z, expected[0], 1e-9) or abs(expected[0]) < 1e-6
        if expected[1] > 1e-300:
            assert math.isclose(found, expected[1], rel_tol=1e-6), (x1, n1, x2, n2)


def test_the_detectable_difference_is_seen_four_times_out_of_five() -> None:
    rows = [row for row in pairs() if 0 < row[0] + row[2] < row[1] + row[3]]
    for (x1, n1, x2, n2), (found,) in zip(
        rows, over_arms("minimum_detectable_difference", rows=rows), strict=True
    ):
        p = (x1 + x2) / (n1 + n2)
        error = math.sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
        assert math.isclose(stats.norm.sf(stats.norm.ppf(0.975) - found / error), 0.8)


def test_an_empty_arm_gives_nothing() -> None:
    rows = [(0, 0, 3, 10), (3, 10, 0, 0), (0, 0, 0, 0)]
    macros = ("newcombe_low", "newcombe_high", "relative_lift", "katz_low", "katz_high", "pooled_z")
    found = over_arms(*macros, "minimum_detectable_difference", rows=rows)
    assert found == [(None,) * 7] * 3


def test_a_detectable_difference_is_nothing_where_nothing_varies() -> None:
    rows = [(0, 10, 0, 20), (10, 10, 20, 20)]
    assert over_arms("minimum_detectable_difference", rows=rows) == [(0,), (0,)]


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        ((56, 70, 48, 80), 0.052431, 0.333873),
        ((270, 900, 10, 100), 0.120166, 0.254307),
        ((0, 10, 0, 20), -0.161125, 0.277533),
        ((30, 60, 12, 60), 0.129929, 0.447378),
    ],
)
def test_newcombe_by_known_numbers(row: tuple[int, int, int, int], low: float, high: float) -> None:
    [found] = over_arms("newcombe_low", "newcombe_high", rows=[row])
    assert found == pytest.approx((low, high), abs=5e-7)


def test_katz_and_the_detectable_difference_by_known_numbers() -> None:
    [katz] = over_arms("relative_lift", "katz_low", "katz_high", rows=[(56, 70, 48, 80)])
    assert katz == pytest.approx((1 / 3, 0.076626, 0.651249), abs=5e-7)
    [[z]] = over_arms("pooled_z", rows=[(30, 60, 12, 60)])
    [[p]] = evaluate({"z": [z]}, call("normal_tails", "z"))
    assert p == pytest.approx(0.000571027, abs=5e-10)
    [[detectable]] = over_arms("minimum_detectable_difference", rows=[(180, 9_000, 20, 1_000)])
    assert detectable == pytest.approx(0.013074064, abs=5e-10)


# -- the split ------------------------------------------------------------------------------------

SPLIT = ("test_units", "control_units", "expected_control_units")


def chi_squares(*rows: tuple[int, int, float]) -> list[float | None]:
    columns = dict(zip(SPLIT, zip(*rows, strict=True), strict=True))
    return [value for (value,) in evaluate(columns, call("sample_ratio_chi_square", *SPLIT))]


def test_the_split_by_known_numbers() -> None:
    found = chi_squares((880, 120, 100.0), (950, 50, 100.0))
    assert found == pytest.approx([4.444444, 27.777778], abs=5e-7)
    p = evaluate({"chi2": found}, call("chi_square_tail", "chi2"))
    assert [value for (value,) in p] == pytest.approx([0.035014981, 1.36080e-7], rel=1e-6)


def test_the_split_is_scipy_and_an_empty_arm_is_what_it_warns_of() -> None:
    rows = [(90, 10, 5.0), (100, 0, 5.0), (0, 7, 0.35), (1, 1, 0.1), (300_000, 30_123, 33_012.3)]
    for (test, control, expected), found in zip(rows, chi_squares(*rows), strict=True):
        wanted = stats.chisquare([test, control], [test + control - expected, expected])
        assert close(found, wanted.statistic)


def test_an_expectation_of_none_or_all_warns_of_nothing() -> None:
    assert chi_squares((90, 10, 0.0), (90, 10, 100.0)) == [None, None]


# -- means ----------------------------------------------------------------------------------------

MEANS = ("test_variance", "test_units", "control_variance", "control_units")


def welch(*samples: tuple[list[float], list[float]]) -> list[tuple[float | None, ...]]:
    """Difference, degrees of freedom and bounds of pairs of samples."""

    def variance(values: list[float]) -> float:
        return float(np.var(values, ddof=1)) if len(values) > 1 else 0.0

    rows = [(variance(a), len(a), variance(b), len(b)) for a, b in samples]
    columns = dict(zip(MEANS, zip(*rows, strict=True), strict=True))
    columns["test_variance"] = [float(value) for value in columns["test_variance"]]
    columns["control_variance"] = [float(value) for value in columns["control_variance"]]
    df = [v for (v,) in evaluate(columns, call("welch_degrees_of_freedom", *MEANS))]
    widths = evaluate({"df": df, **columns}, call("welch_half_width", "df", *MEANS))
    found = []
    for (a, b), freedom, (width,) in zip(samples, df, widths, strict=True):
        difference = float(np.mean(a) - np.mean(b))
        bounds = (None, None) if width is None else (difference - width, difference + width)
        found.append((difference, freedom, *bounds))
    return found


def test_welch_by_known_numbers() -> None:
    found = welch(
        ([0, 0, 100], [0, 50]), ([0, 100], [0, 40]), ([0] * 990 + [100] * 10, [0] * 97 + [60] * 3)
    )
    assert found[0] == pytest.approx((8.333333, 2.990430622, -124.508970, 141.175637), abs=2e-6)
    assert found[1] == pytest.approx((30, 1.31201248, -367.726625, 427.726625), abs=2e-6)
    assert (found[2][0], *found[2][2:]) == pytest.approx((-0.8, -2.930260, 1.330260), abs=5e-7)


def test_welch_is_statsmodels_and_scipy() -> None:
    chance = np.random.default_rng(11)
    samples = []
    for test, control in itertools.product((2, 3, 5, 40, 800), repeat=2):
        for spread in (0.01, 1.0, 50.0):
            a = chance.exponential(10, test) * (chance.random(test) < 0.7)
            b = spread * chance.normal(3, 1, control)
            samples += [(list(a), list(b)), ([1.0] * test, list(b)), (list(b), [2.0] * test)]
    for (a, b), (difference, freedom, low, high) in zip(samples, welch(*samples), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # constant samples are meant
            theirs = CompareMeans(DescrStatsW(a), DescrStatsW(b))
            expected = theirs.tconfint_diff(usevar="unequal")
            other = stats.ttest_ind(a, b, equal_var=False)
        assert freedom == pytest.approx(other.df, rel=1e-9)
        assert freedom >= 1
        assert low == pytest.approx(expected[0], rel=1e-5, abs=1e-9)
        assert high == pytest.approx(expected[1], rel=1e-5, abs=1e-9)
        assert (low, high) == pytest.approx(tuple(other.confidence_interval()), rel=1e-5, abs=1e-9)
        assert difference == pytest.approx((low + high) / 2)


def test_welch_is_exact_where_nothing_varies_and_null_for_one_unit() -> None:
    found = welch(([3.0, 3.0], [1.0, 1.0, 1.0]), ([1.0], [2.0, 3.0]), ([1.0, 2.0], [2.0]))
    assert found[0] == (2, None, 2, 2)
    assert found[1][1:] == (None, None, None)
    assert found[2][1:] == (None, None, None)


# -- many tests -----------------------------------------------------------------------------------


def adjusted(rows: list[tuple[str, float | None]]) -> list[float | None]:
    """The adjusted p values of families, in the order given."""
    family, macros = ["family"], Macros("macros/statistics")
    with duckdb.connect() as connection:
        connection.execute("create table tests (place integer, family varchar, p double)")
        connection.executemany(
            "insert into tests values (?, ?, ?)", [(i, *row) for i, row in enumerate(rows)]
        )
        found = connection.execute(
            f"with ranked as (select *, {macros('p_value_by_rank', 'p', family)} as by_rank "
            f"from tests) select {macros('adjusted_p_value', 'p', 'by_rank', family)} "
            "from ranked order by place"
        ).fetchall()
    return [value for (value,) in found]


def test_benjamini_hochberg_by_known_numbers() -> None:
    p = (
        ".001 .008 .039 .041 .042 .06 .074 .205 .212 .216 .222 .251 .269 .275 .34 .341 .384 .569 "
        ".594 .696 .762 .94 .942 .975 .986"
    )
    found = adjusted([("one", float(value)) for value in p.split()])
    assert found[:6] == pytest.approx([0.025, 0.1, 0.21, 0.21, 0.21, 0.25])


def test_benjamini_hochberg_is_statsmodels_family_by_family() -> None:
    chance = np.random.default_rng(5)
    families = {
        f"family {size}": [round(float(p), 2) for p in chance.random(size) ** 2]
        for size in (1, 2, 3, 10, 60)
    }
    rows = [(name, p) for name, values in families.items() for p in values]
    rows = [rows[i] for i in chance.permutation(len(rows))]
    found = adjusted(rows)
    assert len(set(families["family 60"])) < 60, "ties are meant"
    for name, values in families.items():
        mine = sorted(value for value, row in zip(found, rows, strict=True) if row[0] == name)
        assert mine == pytest.approx(sorted(multipletests(values, method="fdr_bh")[1]))


def test_what_has_no_p_value_is_no_test_and_gets_none() -> None:
    assert adjusted([("a", None), ("a", 0.02), ("a", 0.5), ("b", None)]) == [None, 0.04, 0.5, None]


def test_every_function_is_told_and_called_here_or_by_another() -> None:
    text = statistics()
    created = re.findall(r"create or replace macro (\w+)\(", text)
    told = re.findall(r"(?m)^-- [^\n]+\ncreate or replace macro (\w+)\(", text)
    assert created == told
    here = Path(__file__).read_text(encoding="utf-8")
    for function in created:
        assert f'"{function}"' in here or len(re.findall(rf"\b{function}\(", text)) > 1, function
