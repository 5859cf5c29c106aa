"""The semantic layer: all metrics of the catalogue, the panels' numbers, and no wrong answer."""

from __future__ import annotations

import csv
import math
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gates.catalogue import METRICS, beyond, components, definitions
from parley.catalogue.metrics import read_manifest
from parley.dashboards.publication import open_publication
from rig.demo import Demo
from rig.manifest import parsed
from rig.metric_queries import MetricProject, Question
from rig.panel_parity import FEEDBACK, compare, panel_rows, same
from rig.question_parity import with_the_layer
from rig.site import Bench
from rig.worlds_built import Built, WorldsBuilt

pytestmark = pytest.mark.slow
#: What is added up of each arm, in the order of the metrics.
SUMS = ("units", "converters", "revenue")


@pytest.fixture(scope="module")
def manifest(bench: Bench) -> dict[str, Any]:
    return parsed(bench)


@pytest.fixture(scope="module")
def world(worlds_built: WorldsBuilt) -> Built:
    return worlds_built.get(8, 20, 6, 6)


@pytest.fixture(scope="module")
def project(world: Built, tmp_path_factory: pytest.TempPathFactory) -> MetricProject:
    return MetricProject(world.site, tmp_path_factory.mktemp("metrics"))


@pytest.fixture(scope="module")
def demo_project(
    bench: Bench,
    demo: Demo,
    tmp_path_factory: pytest.TempPathFactory,
) -> MetricProject:
    # a copy: MetricFlow opens a warehouse for writing, and others may be reading the demo's
    site = bench.site()
    shutil.copyfile(demo.warehouse, site.warehouse)
    return MetricProject(site, tmp_path_factory.mktemp("demo_metrics"))


def test_a_metric_without_a_panel_is_a_part_of_one_that_has() -> None:
    parts = {name for metric in definitions().values() for name in metric.inputs}
    assert set(components()) <= parts


def test_dbt_reads_the_metrics_as_the_files_define_them(manifest: dict[str, Any]) -> None:
    # dbt ignores the newer way of writing metrics without a word
    assert read_manifest(manifest) == definitions() | components() | beyond()


def test_the_layer_stands_on_no_panel(manifest: dict[str, Any]) -> None:
    for model in manifest["semantic_models"].values():
        read = [manifest["nodes"][node] for node in model["depends_on"]["nodes"]]
        assert [node["schema"] for node in read] == ["marts"], model["name"]
        folders = [Path(node["path"]).parts[1] for node in read]
        # clicks on automatic messages are a panel and additive at once, units are visitors
        additive = {"marketplace_subscriber_days", "one_to_one_auto_messages", "experiment_units"}
        assert folders[0] in ("datasets", "facts") or read[0]["name"] in additive, model["name"]


def test_mf_finds_the_configuration_valid(project: MetricProject) -> None:
    done = project.mf("validate-configs")
    assert done.code == 0, done.output


def test_the_layer_says_what_the_panels_say(project: MetricProject, world: Built) -> None:
    parity = compare(project, world.marts)
    assert not parity.found, "\n".join(parity.found[:20])
    assert not parity.empty, f"no row, so the test proves nothing: {parity.empty}"
    assert not set(definitions()) - set(parity.seen) - {"nps_feedback_detail"}
    # nps_feedback_detail is a mart of records: its rows are counted
    rows = panel_rows()
    assert set(rows) - parity.compared == {row for row in rows if row[2] == FEEDBACK}
    assert len(parity.compared) == len(rows) - 1


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200, 206))
def test_the_layer_says_what_the_panels_say_in_more_worlds(
    worlds_built: WorldsBuilt,
    tmp_path: Path,
    seed: int,
) -> None:
    world = worlds_built.get(seed, 40, 10, 12)
    parity = compare(MetricProject(world.site, tmp_path), world.marts)
    assert not parity.found, "\n".join(parity.found[:20])
    assert len(parity.compared) == len(panel_rows()) - 1


def test_the_layer_says_what_the_demos_panels_say(demo_project: MetricProject) -> None:
    parity = compare(demo_project, demo_project.site.marts())
    assert not parity.found, "\n".join(parity.found[:20])
    assert not parity.empty
    assert {metric for metric, *_ in parity.compared} == set(parity.seen)
    assert len(parity.compared) == len(panel_rows()) - 1


def test_published_queries_answer_what_the_layer_answers(
    demo_project: MetricProject,
    demo: Demo,
) -> None:
    with open_publication(demo.published) as publication:
        found = with_the_layer(publication, demo_project)
    assert not found.differences, "\n".join(found.differences[:20])
    assert set(definitions()) == {metric for metric, times in found.seen.items() if times}


def test_visitors_by_arm_are_those_of_the_lift(project: MetricProject, world: Built) -> None:
    """By month and account the layer says what `month_new` of all campaigns says."""
    [answer] = project.ask(Question(tuple(beyond()), ("account", "metric_time__month")))
    told = {
        (account, str(month)[:7]): [float(row[name]) for name in beyond()]
        for (account, month), row in answer.rows.items()
        if any(row.values())
    }
    columns = [f"{arm}_{what}" for what in SUMS for arm in ("test", "control")]
    lift = {
        (row["account_id"], str(row["period_start"])[:7]): [float(row[name]) for name in columns]
        for row in world.marts["experiment_lift"].records()
        if row["campaign_id"] == "all" and row["period"] == "month_new"
    }
    assert told == lift
    assert any(all(values[:4]) for values in lift.values())


def test_over_a_range_everyone_and_everything_is_counted_once(
    project: MetricProject, world: Built
) -> None:
    handled, visitors, active, summed = project.ask(
        Question(("handled_conversations",), ("account",)),
        Question(("visitors_with_widget_impression", "one_to_one_conversion_rate"), ("account",)),
        Question(("active_subscribers",), ("provider_account_id",)),
        Question(("handled_conversations",), ("account", "metric_time__day")),
    )
    days = world.marts["fct_handled_conversation_days"].records()
    distinct = Counter(
        account for account, _ in {(d["account_id"], d["conversation_id"]) for d in days}
    )
    counted = {key[0]: row["handled_conversations"] for key, row in handled.rows.items()}
    assert counted == distinct
    assert sum(row["handled_conversations"] for row in summed.rows.values()) > sum(
        distinct.values()
    )
    requests = [r for r in world.marts["fct_one_to_one_requests"].records() if r["is_conversation"]]
    for (account,), row in visitors.rows.items():
        talked = {r["visitor_id"] for r in requests if r["account_id"] == account} - {None}
        bought = {
            r["visitor_id"] for r in requests if r["account_id"] == account and r["had_order"]
        }
        rate = len(bought - {None}) / len(talked) if talked else None
        assert same(row["one_to_one_conversion_rate"], rate)
    for (provider,), row in active.rows.items():
        rows = world.marts["marketplace_subscriber_days"].records()
        names = {
            r["account_id"] for r in rows if r["provider_account_id"] == provider and r["is_active"]
        }
        assert row["active_subscribers"] == len(names)


def test_rates_over_a_range_are_ratios_of_sums(project: MetricProject, world: Built) -> None:
    metrics = ("csat_score", "total_aov_after_engagement", "closed_conversations_per_online_hour")
    (answer,) = project.ask(Question(metrics))
    activity = world.marts["agent_messaging_activity"].records()
    hours = world.marts["agent_activity_hourly"].records()
    said = answer.rows[()]
    good, valid, closed = (
        sum(row[name] for row in activity) for name in ("csat_good", "csat_valid", "closed")
    )
    assert same(said["csat_score"], good / valid)
    online = math.fsum(row["online_hours"] for row in hours)
    assert same(said["closed_conversations_per_online_hour"], closed / online)


def test_livesms_is_averaged_over_days_without_any_too(
    project: MetricProject, world: Built
) -> None:
    days = [row["date_day"] for row in world.marts["concierge_livesms"].records()]
    first, last = min(days), max(days)
    (answer,) = project.ask(
        Question(
            ("livesms_avg_replied_per_conversation",),
            where=(
                f"{{{{ TimeDimension('metric_time', 'day') }}}} between '{first}' and '{last}'",
            ),
        )
    )
    talks = sum(
        row["concierge_conversations"] for row in world.marts["concierge_livesms"].records()
    )
    mean = answer.rows[()]["livesms_avg_replied_per_conversation"]
    assert same(mean, talks / ((last - first).days + 1))


def test_a_range_to_the_day_is_a_condition(project: MetricProject, world: Built) -> None:
    visits = world.marts["visits_daily"].records()
    by_day = sorted(day for day in {row["date_day"] for row in visits} if 10 <= day.day <= 20)
    first, last = by_day[0], by_day[-1]
    month = "metric_time__month"
    within = f"{{{{ TimeDimension('metric_time', 'day') }}}} between '{first}' and '{last}'"
    ends = (first.isoformat(), last.isoformat())
    days, months, exact = project.ask(
        Question(("sessions",), between=ends),
        Question(("sessions",), (month,), between=ends),
        Question(("sessions",), (month,), where=(within,)),
    )
    whole = [row for row in visits if first.replace(day=1) <= row["date_day"]]
    whole = [row for row in whole if row["date_day"].strftime("%Y-%m") <= f"{last:%Y-%m}"]
    inside = sum(row["sessions"] for row in visits if first <= row["date_day"] <= last)
    assert days.rows[()]["sessions"] == inside
    assert sum(row["sessions"] for row in exact.rows.values()) == inside
    # what README warns of: MetricFlow reaches to the ends of the first and the last period
    assert sum(row["sessions"] for row in months.rows.values()) == sum(
        row["sessions"] for row in whole
    )
    assert sum(row["sessions"] for row in whole) > inside


def test_every_saved_query_answers(project: MetricProject, manifest: dict[str, Any]) -> None:
    queries = {query["name"]: query for query in manifest["saved_queries"].values()}
    surfaces = set()
    for (name, query), answer in zip(queries.items(), project.saved(*queries), strict=True):
        assert query["label"], name
        assert query["description"], name
        assert not answer["refused"], f"{name}: {answer['refused']}"
        for metric in query["query_params"]["metrics"]:
            assert any(row[metric] for row in answer["rows"]), f"{name}: {metric} is nowhere"
            surfaces.add(definitions()[metric].surface)
    assert surfaces == set(METRICS)


def test_members_without_a_name_are_unknown(project: MetricProject, world: Built) -> None:
    panel = world.marts["business_dashboard_campaign"].records()
    (answer,) = project.ask(
        Question(
            ("engagement_views", "opened_conversations", "prospects"),
            ("account", "metric_time__day", "campaign_id", "campaign__campaign_name"),
        )
    )
    said = {key[:3]: key[3] for key, row in answer.rows.items() if any(row.values())}
    published = {
        (row["account_id"], row["date_day"].isoformat(), row["campaign_id"]): row["campaign_name"]
        for row in panel
        if row["engagement_views"] or row["opened_conversations"] or row["prospects"]
    }
    assert said == published
    assert "unknown" in said.values()


def test_mf_query_answers_by_name(project: MetricProject, tmp_path: Path) -> None:
    table = tmp_path / "answer.csv"
    done = project.mf(
        "query", "--metrics", "prospects,exposed_rate", "--group-by", "campaign__campaign_name",
        "--where", "{{ Entity('source_type') }} = 'web'", "--csv", str(table),
    )  # fmt: skip
    assert done.code == 0, done.output
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert list(rows[0]) == ["campaign__campaign_name", "prospects", "exposed_rate"]
    assert any(row["campaign__campaign_name"] for row in rows)
