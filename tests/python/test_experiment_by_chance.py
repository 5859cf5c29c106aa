"""What the verdict and the intervals do in a thousand worlds whose truth is known.

The worlds are counts drawn by chance, as the mart would have them; the functions of statistics are
run over all of them in one query. Seeds are fixed, so a run says what the last one said.
"""

from __future__ import annotations

import numpy as np
import pytest

from rig.sql_macros import evaluate

ARMS = ("test_converters", "test_units", "control_converters", "control_units")
SPREAD = ("test_variance", "test_units", "control_variance", "control_units")
WORLDS = 1_000
DAYS = 60
#: What DECISIONS.md and the catalogue say of looking every day.
TOLD_OF_DAILY_LOOKS = 0.24


def call(function: str, *arguments: str) -> str:
    """A call of a function."""
    return f"{function}({', '.join(arguments)})"


def seen(arms: dict[str, np.ndarray]) -> np.ndarray:
    """Where the verdict is `more` or `less`, by the mart's rule."""
    columns = {name: [int(value) for value in arms[name].ravel()] for name in ARMS}
    found = evaluate(columns, *(call(f"newcombe_{end}", *ARMS) for end in ("low", "high")))
    low, high = np.array(found, dtype=float).T
    enough = (np.minimum(arms["test_converters"], arms["control_converters"]) >= 10).ravel()
    return (enough & ((low > 0) | (high < 0))).reshape(arms["test_units"].shape)


def worlds(rate: float, share: float, a_day: int) -> dict[str, np.ndarray]:
    """Arms of worlds without effect, added up day by day."""
    chance = np.random.default_rng([int(1_000 * rate), int(100 * share), a_day])
    control = chance.binomial(a_day, share, (WORLDS, DAYS))
    test = a_day - control
    return {
        "test_units": test.cumsum(axis=1),
        "control_units": control.cumsum(axis=1),
        "test_converters": chance.binomial(test, rate).cumsum(axis=1),
        "control_converters": chance.binomial(control, rate).cumsum(axis=1),
    }


def test_one_look_at_nothing_sees_something_in_at_most_one_world_of_twenty() -> None:
    """Together; of a single kind of world 1,000 say it to 1.4 points (two standard errors)."""
    kinds = [(0.05, 0.1, 40), (0.05, 0.5, 40), (0.1, 0.2, 25), (0.02, 0.1, 200), (0.3, 0.05, 30)]
    rates = []
    for kind in kinds:
        last = {name: counts[:, -1] for name, counts in worlds(*kind).items()}
        rates.append(seen(last).mean())
    assert 0.02 < np.mean(rates) <= 0.05
    assert max(rates) <= 0.064, dict(zip(kinds, rates, strict=True))


def test_a_look_every_day_sees_something_far_more_often() -> None:
    ever = seen(worlds(0.05, 0.2, 100)).any(axis=1).mean()
    assert ever == pytest.approx(TOLD_OF_DAILY_LOOKS, abs=0.005)


@pytest.mark.parametrize(("test", "control"), [(0.12, 0.08), (0.05, 0.05), (0.3, 0.33)])
def test_intervals_of_rates_cover_the_truth_as_often_as_they_say(
    test: float, control: float
) -> None:
    chance = np.random.default_rng([int(100 * test), int(100 * control)])
    arms = {
        "test_converters": chance.binomial(1_600, test, 4 * WORLDS),
        "test_units": np.full(4 * WORLDS, 1_600),
        "control_converters": chance.binomial(400, control, 4 * WORLDS),
        "control_units": np.full(4 * WORLDS, 400),
    }
    columns = {name: [int(value) for value in values] for name, values in arms.items()}
    macros = ("newcombe_low", "newcombe_high", "katz_low", "katz_high")
    low, high, lift_low, lift_high = np.array(
        evaluate(columns, *(call(macro, *ARMS) for macro in macros)), dtype=float
    ).T
    truth, lift = test - control, test / control - 1
    assert 0.94 < ((low <= truth) & (truth <= high)).mean() < 0.965
    assert 0.94 < ((lift_low <= lift) & (lift <= lift_high)).mean() < 0.965


def test_intervals_of_money_cover_the_truth_as_often_as_they_say() -> None:
    """One visitor in eight buys, for any amount: most are 0, a few are large."""
    chance = np.random.default_rng(3)

    def money(units: int, mean: float) -> np.ndarray:
        bought = chance.random((WORLDS, units)) < 0.125
        return bought * chance.exponential(mean, (WORLDS, units))

    test, control = money(800, 60.0), money(400, 40.0)
    columns = {
        "test_variance": list(test.var(axis=1, ddof=1)),
        "test_units": [800] * WORLDS,
        "control_variance": list(control.var(axis=1, ddof=1)),
        "control_units": [400] * WORLDS,
    }
    df = [v for (v,) in evaluate(columns, call("welch_degrees_of_freedom", *SPREAD))]
    widths = evaluate({"df": df, **columns}, call("welch_half_width", "df", *SPREAD))
    difference = test.mean(axis=1) - control.mean(axis=1)
    truth = 0.125 * (60 - 40)
    assert 0.93 < (np.abs(difference - truth) <= np.array(widths)[:, 0]).mean() < 0.97
