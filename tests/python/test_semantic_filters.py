"""Filters of the semantic layer: what it answers under each is counted in plain Python, too.

``metric_filters`` says which pairs of metric and filter are possible; the oracle counts each of them
on its own facts, read from the vendor's lines.
"""

from __future__ import annotations

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
    ranges_of,
)
from rig.metric_queries import MetricProject, Question
from rig.panel_parity import OF_NO_MEMBER
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
COMBINED = 8
#: Seeds and numbers of accounts, chosen so that every pair of metric and filter has something to show.
WORLDS = ((1080, 40, 8, 14), (1081, 40, 0, 0), (2015, 30, 0, 0))

#: A question's range and conditions.
Asked = tuple[Range, tuple[Condition, ...]]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def world(worlds_built: WorldsBuilt) -> Built:
    return worlds_built.together(*WORLDS)


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
    assert all(reason.startswith("Only ") for reason in general)


def test_what_is_the_accounts_alone_is_of_no_member(told: Rows) -> None:
    for row in told:
        if row["metric_id"] in OF_NO_MEMBER and row["filter"] in ("campaign", "engagement"):
            assert not row["is_possible"], row


def test_metric_filters_is_what_the_layer_answers_and_refuses(
    project: MetricProject, told: Rows
) -> None:
    ordered = sorted(told, key=lambda row: (row["filter"], row["metric_id"]))
    # where all metrics at once are answered, each of them is
    together: dict[str, list[str]] = {}
    for row in ordered:
        for name in {row["dimension"], row["name_dimension"]} - {None}:
            together.setdefault(name, []).append(row["metric_id"])
    possible = [Question(tuple(metrics), (name,)) for name, metrics in together.items()]
    written = {row["filter"]: row for row in told if row["is_possible"]}
    rows = [row for row in ordered if not row["is_possible"]]
    refused = [
        Question((row["metric_id"],), (written[row["filter"]]["dimension"],)) for row in rows
    ]
    # conditions are refused for the same reasons, and slowly, so one metric a filter is asked here
    one_each = {row["filter"]: row for row in rows}
    refused += [refused_where(row, written) for row in one_each.values()]
    refusals = project.refusals(*possible, *refused)
    assert [(q, why) for q, why in zip(possible, refusals, strict=False) if why] == []
    answered = zip(refused, refusals[len(possible) :], strict=True)
    assert [question for question, why in answered if not why] == []


def refused_where(row: dict[str, Any], written: dict[str, dict[str, Any]]) -> Question:
    """A metric under a condition that it does not accept."""
    return Question((row["metric_id"],), (), (f"{written[row['filter']]['where_term']} = 'x'",))


@pytest.mark.soak
def test_conditions_are_refused_of_every_metric(project: MetricProject, told: Rows) -> None:
    written = {row["filter"]: row for row in told if row["is_possible"]}
    questions = [refused_where(row, written) for row in told if not row["is_possible"]]
    refusals = project.refusals(*questions)
    assert [q for q, refusal in zip(questions, refusals, strict=True) if not refusal] == []


def test_under_filters_the_layer_says_what_was_counted(
    project: MetricProject, facts: Facts, filters: Filters
) -> None:
    within = middle(facts)
    ranges, left = ranges_of(facts, filters.metrics("date"))
    asked: list[Asked] = [(one, ()) for one in (within, *ranges)]
    unshown = {"date": left} if left else {}
    for name in filters.names:
        conditions, left = conditions_of(facts, within, name, filters.metrics(name))
        asked += [(within, (condition,)) for condition in conditions]
        if left and (name in BY_NAME or not name.endswith("_name")):
            unshown[name] = left
    asked += [random_conditions(facts, filters, seed) for seed in range(COMBINED)]
    found = differences(project, facts, filters, asked)
    assert not found, f"{len(found)}:\n" + "\n".join(found[:20])
    assert not unshown, f"the worlds show nothing of these: {unshown}"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(300, 306))
def test_filters_in_more_worlds(
    worlds_built: WorldsBuilt,
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
