"""What Superset imports: the format it reads, metrics that say what the panels say, filters that act.

Superset itself is too large to be installed for a test; scripts/try_superset.py tries a running one.
"""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parley.superset.__main__ import main
from parley.superset.assets import assets
from parley.superset.dashboard import FILTERS
from parley.superset.formulas import METRICS, expression, metrics_of
from parley.superset.panels import PANELS, Panel
from rig.demo import Demo

pytestmark = pytest.mark.slow

#: The fields that Superset's importer knows (6.1); it refuses a file that has another.
FIELDS = {
    "databases": "database_name sqlalchemy_uri expose_in_sqllab allow_dml allow_file_upload extra uuid version",
    "datasets": "table_name schema sql description main_dttm_col database_uuid uuid version metrics columns",
    "charts": "slice_name viz_type params dataset_uuid uuid version",
    "dashboards": "dashboard_title description slug uuid position metadata published version",
}
COLUMN = {"column_name", "verbose_name", "type", "is_dttm", "groupby", "filterable", "description"}
METRIC = {"metric_name", "verbose_name", "expression", "description", "d3format", "warning_text"}
Assets = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def marts(demo: Demo) -> Any:
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def made(demo: Demo) -> Assets:
    return assets(demo.published, "duckdb:////data/parley.duckdb")


def of_kind(made: Assets, kind: str) -> dict[str, dict[str, Any]]:
    return {one["uuid"]: one for name, one in made.items() if name.startswith(f"{kind}/")}


def used(params: dict[str, Any]) -> list[str]:
    """The saved metrics of a chart."""
    named = [*params.get("metrics", []), *params.get("metrics_b", [])]
    named += [params[key] for key in ("metric", "timeseries_limit_metric") if key in params]
    assert named
    return named


def test_files_have_the_fields_that_superset_reads(made: Assets) -> None:
    assert json.loads(json.dumps(made)) == made
    for kind, fields in FIELDS.items():
        for one in of_kind(made, kind).values():
            assert set(one) <= set(fields.split()), kind
            assert one["version"] == "1.0.0"
    for one in of_kind(made, "datasets").values():
        assert one["description"]
        assert all(set(column) == COLUMN and column["description"] for column in one["columns"])
        assert all(set(metric) == METRIC and metric["verbose_name"] for metric in one["metrics"])
        names = [metric["metric_name"] for metric in one["metrics"]]
        assert len(names) == len(set(names))


def test_charts_use_what_their_datasets_have_and_stand_on_the_dashboard(made: Assets) -> None:
    datasets, charts = of_kind(made, "datasets"), of_kind(made, "charts")
    for one in charts.values():
        held = datasets[one["dataset_uuid"]]
        columns = {column["column_name"] for column in held["columns"]}
        assert set(used(one["params"])) <= {metric["metric_name"] for metric in held["metrics"]}
        assert set(one["params"].get("groupby", [])) <= columns
        assert one["params"].get("x_axis", "date_day") in columns | {"date_day"}
    position = made["dashboards/Parley.yaml"]["position"]
    parts = {name: part for name, part in position.items() if isinstance(part, dict)}
    assert {part["meta"]["uuid"] for part in parts.values() if part["type"] == "CHART"} == set(
        charts
    )
    for name, part in parts.items():
        assert part["id"] == name
        for child in part.get("children", []):
            assert parts[child]["parents"][-1] == name
    rows = [part for part in parts.values() if part["type"] == "ROW"]
    assert all(
        sum(parts[child]["meta"]["width"] for child in row["children"]) <= 12 for row in rows
    )


def test_the_documents_panels_graphs_and_filters_are_there(made: Assets) -> None:
    board = made["dashboards/Parley.yaml"]
    tabs = [part["meta"]["text"] for part in board["position"].values() if "TAB-" in str(part)[:40]]
    assert {"Brand", "LoB", "Campaign", "Engagement", "Entry Point"} <= set(tabs)
    charts = {one["slice_name"] for one in of_kind(made, "charts").values()}
    for panel in ("Brand", "Campaign", "Engagement"):
        assert {f"{panel}: conversion", f"{panel}: consumer experience"} <= charts
    assert "Brand: efficiency" in charts
    filters = board["metadata"]["native_filter_configuration"]
    assert {one["name"] for one in filters} == {
        *("Date", "LoB", "Campaign", "Engagement", "Entry Point"),
        *FILTERS,
    }
    datasets = of_kind(made, "datasets")
    brand = made["datasets/Parley/business_dashboard_brand_with_filters.yaml"]["uuid"]
    for one in filters:
        if one["name"] in FILTERS:  # whose values are all there
            assert one["targets"][0]["datasetUuid"] == brand
        assert one["scope"]["rootPath"][0] in board["position"]
        for target in filter(None, one["targets"]):
            columns = [c["column_name"] for c in datasets[target["datasetUuid"]]["columns"]]
            assert target["column"]["name"] in columns
    shown = {name for one in of_kind(made, "charts").values() for name in used(one["params"])}
    assert {name for of_section in METRICS.values() for name in of_section} <= shown


def test_every_metric_of_the_business_dashboard_is_offered(marts: Any) -> None:
    told = marts.execute(
        "select distinct metric_id from marts.metric_catalog where surface = 'business_dashboard'"
    ).fetchall()
    assert {name for (name,) in told} == {
        name for of_section in METRICS.values() for name in of_section
    }


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.level)
def test_on_a_date_a_metric_is_what_the_panel_says(marts: Any, panel: Panel) -> None:
    mart = f"marts.business_dashboard_{panel.level}"
    shown = [name for name, *_ in marts.execute(f"describe {mart}").fetchall()]
    offered = metrics_of(panel, shown)
    metrics = {name: sql for of_section in offered.values() for name, sql in of_section.items()}
    keys = ["account_id", "date_day", "member_id"][: 3 if panel.member else 2]
    asked = ", ".join([*keys, *(f"{sql} as {name}" for name, sql in metrics.items())])
    rows = marts.execute(f"select {asked} from ({panel.sql()}) as rows group by all").fetchall()
    ours = {row[: len(keys)]: row[len(keys) :] for row in rows}
    told = ", ".join([*keys, *metrics]).replace("member_id", f"{panel.level}_id")
    theirs = marts.execute(f"select {told} from {mart}").fetchall()
    assert len(theirs) == len(ours) > 1000
    for row in theirs:
        for name, mine, value in zip(
            metrics, ours[row[: len(keys)]], row[len(keys) :], strict=True
        ):
            # a mart without a row of the member says nothing, where the panel knows that it is 0
            assert math.isclose(mine or 0, value or 0, rel_tol=1e-9), (row[: len(keys)], name)


def test_what_a_figure_cannot_be_filtered_by_leaves_it_empty(marts: Any) -> None:
    brand = PANELS[0]
    shown = [
        name for name, *_ in marts.execute("describe marts.business_dashboard_brand").fetchall()
    ]
    metrics = {
        name: sql for part in metrics_of(brand, shown).values() for name, sql in part.items()
    }

    def asked(name: str, condition: str) -> Any:
        query = f"select {metrics[name]} from ({brand.sql()}) as rows where {condition}"
        return marts.execute(query).fetchone()[0]

    of_group = "agent_group_name is not null"
    assert asked("closed_conversations", of_group) > 0
    assert asked("online_time", of_group) > 0
    assert asked("prospects", of_group) is None
    assert asked("total_conversion_rate_after_engagement", of_group) is None
    assert asked("total_conversions_after_engagement", "goal_type = 'sell'") > 0
    assert asked("closed_conversations", "goal_type = 'sell'") is None
    assert asked("handled_conversations", "goal_type = 'sell'") is None
    (handled,) = marts.execute(
        "select count(distinct conversation_key) from marts.fct_handled_conversation_days"
    ).fetchone()
    # over all dates each conversation once, however many days it took
    assert asked("handled_conversations", "true") == handled > 0
    phones = "initial_device = 'MOBILE'"
    assert 0 < asked("sessions", phones) < asked("sessions", "true")
    assert asked("closed_conversations_per_online_hour", phones) is None


def test_a_formula_is_a_ratio_of_sums() -> None:
    assert (
        expression("(a_b + c_d) / e_f") == '(SUM("a_b") + SUM("c_d")) * 1.0 / NULLIF(SUM("e_f"), 0)'
    )
    with duckdb.connect() as connection:
        rows = "(values (1, 2), (2, 8), (0, 0)) as rows (won, shown)"
        asked = f"select {expression('won / shown')} from {rows}"
        assert connection.execute(asked).fetchone() == (0.3,)
        assert connection.execute(f"{asked} where shown = 0").fetchone() == (None,)


def test_nothing_is_summed_that_must_not_be(made: Assets, marts: Any) -> None:
    ratios = marts.execute(
        "select column_name from marts.metric_catalog where additivity like '%ratio%'"
    ).fetchall()
    offered = {
        m["metric_name"] for one in of_kind(made, "datasets").values() for m in one["metrics"]
    }
    assert not offered & {f"sum__{column}" for (column,) in ratios}
    for one in of_kind(made, "datasets").values():
        if "sql" not in one:
            asked = ", ".join(metric["expression"] for metric in one["metrics"])
            marts.execute(f"select {asked} from marts.{one['table_name']}")


def test_superset_is_not_given_a_file_it_finds_ambiguous(
    demo: Demo,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ambiguous = shutil.copy(demo.published, tmp_path / "marts.duckdb")
    given = ["--published", str(ambiguous), "--output", str(tmp_path / "assets")]
    assert main(given) == 1
    assert "set PARLEY_PUBLISHED to another name" in capsys.readouterr().err
    assert main([*given, "--uri", "postgresql+psycopg2://db/bi"]) == 0
    database = (tmp_path / "assets" / "databases" / "Parley.yaml").read_text()
    assert "postgresql+psycopg2://db/bi" in database
    assert "read_only" not in database
