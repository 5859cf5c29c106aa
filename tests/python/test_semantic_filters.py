"""Filters of the semantic layer: what it answers under each is counted in plain Python, too.

``metric_filters`` says which pairs of metric and filter are possible; the oracle counts each of them
on its own facts, read from the vendor's lines.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from gates.catalogue import definitions
from oracle.compare import same
from oracle.questions import Facts, read_facts
from rig.filter_questions import (
    Condition,
    Filters,
    Range,
    conditions_of,
    counted,
    middle,
    random_conditions,
)
from rig.fixtures import bench, worlds_built  # noqa: F401
from rig.metric_queries import MetricProject, Question
from rig.worlds_built import Built, WorldsBuilt

pytestmark = pytest.mark.slow

#: Filters of the source documents, by the surfaces that know them.
MESSAGING = ["lob", "campaign", "engagement", "entry_point", "skill", "agent_group", "agent"]
MESSAGING += ["initial_device", "source_type", "goal_type"]
OF_SURFACE = {
    "business_dashboard": MESSAGING,
    "performance_dashboard": MESSAGING,
    "marketplace": ["provider", "subscriber"],
    "concierge": ["program", "journey"],
    "one_to_one": ["agent"],
}
EVERYWHERE = ["date", "account"]
FILTERS = {*EVERYWHERE, *(name for names in OF_SURFACE.values() for name in names)}
#: The members that the documents filter by name.
BY_NAME = ("lob_name", "campaign_name", "engagement_name", "entry_point_name")
COMBINED = 12

#: A question's range and conditions.
Asked = tuple[Range, tuple[Condition, ...]]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def world(worlds_built: WorldsBuilt) -> Built:  # noqa: F811
    return worlds_built.get(8, 20, 6, 6)


@pytest.fixture(scope="module")
def project(world: Built, tmp_path_factory: pytest.TempPathFactory) -> MetricProject:
    return MetricProject(world.site, tmp_path_factory.mktemp("metrics"))


@pytest.fixture(scope="module")
def told(world: Built) -> Rows:
    return world.marts["metric_filters"].records()


@pytest.fixture(scope="module")
def filters(told: Rows) -> Filters:
    return Filters(told)


@pytest.fixture(scope="module")
def facts(world: Built) -> Facts:
    return read_facts(world.site.landing)


def differences(
    project: MetricProject, facts: Facts, filters: Filters, asked: list[Asked]
) -> list[str]:
    """Where the layer says otherwise than the count; each question of all metrics that accept it."""
    questions = [(one, question) for one in asked for question in filters.questions(*one)]
    answers = project.ask(*(question for _, question in questions))
    found = []
    for ((within, conditions), question), answer in zip(questions, answers, strict=True):
        assert not answer.refused, f"{question}: {answer.refused}"
        expected = counted(facts, within, conditions)
        said = answer.rows.get((), dict.fromkeys(question.metrics))
        for metric in question.metrics:
            if not same(expected[metric], said[metric]):
                found.append(
                    f"{question.where}: {metric} is {expected[metric]}, the layer says {said[metric]}"
                )
    return found


def test_every_metric_says_what_it_can_be_filtered_by(told: Rows) -> None:
    pairs = {(row["metric_id"], row["filter"]) for row in told}
    assert pairs == {(metric, name) for metric in definitions() for name in FILTERS}
    assert len(told) == len(pairs)


def test_a_filter_of_its_own_surface_is_possible_or_has_its_own_reason(told: Rows) -> None:
    reasons: dict[str, set[str]] = {}
    for row in told:
        surface = definitions()[row["metric_id"]].surface
        if row["filter"] in EVERYWHERE:
            assert row["is_possible"], row
        elif not row["is_possible"]:
            assert row["reason"].endswith("."), row
            known = row["filter"] in OF_SURFACE[surface]
            reasons.setdefault(row["reason"], set()).add(f"{row['filter']} {known}")
    # a sentence about a surface that does not know the filter is of no use where it does
    for reason, of in reasons.items():
        assert len(of) == 1 or not any(one.endswith("False") for one in of), (reason, of)
    general = {reason for reason, of in reasons.items() if any(o.endswith("False") for o in of)}
    assert all(reason.startswith(("Only ", "Agents are known to")) for reason in general)


def test_metric_filters_is_what_the_layer_answers_and_refuses(
    project: MetricProject, told: Rows, facts: Facts
) -> None:
    written = {row["filter"]: row for row in told if row["is_possible"]}
    days = middle(facts)
    when = (Range(days.first, days.first).text(written["date"]["where_term"]),)
    ordered = sorted(told, key=lambda row: (row["filter"], row["metric_id"]))
    # where all metrics at once are answered, each of them is
    possible = [
        Question(tuple(row["metric_id"] for row in rows), (dimension,), when)
        for dimension, rows in groupby(
            (row for row in ordered if row["is_possible"]), lambda row: row["dimension"]
        )
    ]
    named: dict[str, list[str]] = {}
    for row in ordered:
        if row["name_dimension"]:
            named.setdefault(row["name_dimension"], []).append(row["metric_id"])
    possible += [Question(tuple(metrics), (name,), when) for name, metrics in named.items()]
    refused = [row for row in ordered if not row["is_possible"]]
    grouped = [
        Question((row["metric_id"],), (written[row["filter"]]["dimension"],)) for row in refused
    ]
    # conditions are refused for the same reason and slowly, so one metric a reason is asked here
    one_each = {(row["reason"], row["filter"]): row for row in refused}
    where = [refused_where(row, written) for row in one_each.values()]
    answers = project.ask(*possible, *grouped, *where)
    for question, answer in zip(possible, answers, strict=False):
        assert not answer.refused, f"{question}: {answer.refused}"
    answered = [
        question
        for question, answer in zip([*grouped, *where], answers[len(possible) :], strict=True)
        if not answer.refused
    ]
    assert answered == []


def refused_where(row: dict[str, Any], written: dict[str, dict[str, Any]]) -> Question:
    """A metric under a condition that it does not accept."""
    return Question((row["metric_id"],), (), (f"{written[row['filter']]['where_term']} = 'x'",))


@pytest.mark.soak
def test_conditions_are_refused_of_every_metric(project: MetricProject, told: Rows) -> None:
    written = {row["filter"]: row for row in told if row["is_possible"]}
    questions = [refused_where(row, written) for row in told if not row["is_possible"]]
    answers = project.ask(*questions)
    answered = [q for q, a in zip(questions, answers, strict=True) if not a.refused]
    assert answered == []


def test_under_each_filter_the_layer_says_what_was_counted(
    project: MetricProject, facts: Facts, filters: Filters
) -> None:
    within = middle(facts)
    asked: list[Asked] = [(within, ())]
    unshown = {}
    for name in filters.names:
        conditions, left = conditions_of(facts, within, name, filters.metrics(name))
        asked += [(within, (condition,)) for condition in conditions]
        if left and (name in BY_NAME or not name.endswith("_name")):
            unshown[name] = sorted(left)
    found = differences(project, facts, filters, asked)
    assert not found, f"{len(found)}:\n" + "\n".join(found[:20])
    assert not unshown, f"the world shows nothing of these: {unshown}"


def test_a_range_of_dates_leaves_something_out(facts: Facts) -> None:
    some, all_of_it = counted(facts, middle(facts), ()), counted(facts, whole(facts), ())
    without = [metric for metric in definitions() if not some[metric]]
    assert without == []
    assert [metric for metric in definitions() if same(some[metric], all_of_it[metric])] == []


def whole(facts: Facts) -> Range:
    """All dates on which something happened."""
    days = facts.values("date")
    return Range(min(days), max(days))


def test_under_filters_together_the_layer_says_what_was_counted(
    project: MetricProject, facts: Facts, filters: Filters
) -> None:
    asked = [random_conditions(facts, filters, seed) for seed in range(COMBINED)]
    found = differences(project, facts, filters, asked)
    assert not found, f"{len(found)}:\n" + "\n".join(found[:20])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(300, 306))
def test_filters_in_more_worlds(
    worlds_built: WorldsBuilt,  # noqa: F811
    tmp_path: Path,
    seed: int,
) -> None:
    world = worlds_built.get(seed, 40, 10, 12)
    facts = read_facts(world.site.landing)
    filters = Filters(world.marts["metric_filters"].records())
    within = middle(facts)
    asked = [
        (within, (condition,))
        for name in filters.names
        for condition in conditions_of(facts, within, name, filters.metrics(name))[0]
    ]
    asked += [random_conditions(facts, filters, 1000 * seed + number) for number in range(60)]
    found = differences(MetricProject(world.site, tmp_path), facts, filters, asked)
    assert not found, f"{len(found)}:\n" + "\n".join(found[:20])
