"""What the catalogue says of each metric is whole, worked out, and true of the project."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pytest

from gates.catalogue import components, definitions, panels
from gates.project import ROOT
from parley.catalogue import page
from parley.catalogue.definitions import definition, model_of, place_of
from parley.catalogue.lineage import DELIVERIES, SETTINGS, Lineage
from parley.catalogue.metrics import Example, Metric, paragraphs, read_manifest
from parley.catalogue.terms import Linker, Term, read_defaults, read_terms
from parley.catalogue.values import Values
from parley.landing.files import FEEDS
from rig.manifest import parsed
from rig.site import Bench

PUBLISHED = definitions()
SIMPLE = {
    name: metric for name, metric in (PUBLISHED | components()).items() if metric.kind == "simple"
}
#: A calculation as the texts write it, and what comes of it: `(1 / 2 - 2 / 8) * 4 = 1`.
CALCULATION = re.compile(r"([\d(][\d\s.,()+*/-]*[\d)]) = (-?[\d,]+(?:\.\d+)?)")
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
#: Metrics that are a mart's rows, and the column that stands for the row in its unit tests.
ROWS_BY = {"nps_feedback_detail": "rating"}
EMPTY_MANIFEST = json.dumps({key: {} for key in page.MANIFEST})
MUST_SAY = ("label", "definition", "formula", "unit", "time_base", "additivity", "source")


@pytest.fixture(scope="module")
def manifest(bench: Bench) -> dict[str, Any]:
    return parsed(bench)


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_metric_says_all_that_a_reader_asks(name: str) -> None:
    metric = PUBLISHED[name]
    missing = [said for said in MUST_SAY if not getattr(metric, said)]
    assert not missing
    assert metric.panels
    assert metric.example is not None
    assert metric.where_nothing or metric.unit == "rows"


def test_a_share_has_its_per_cent_and_an_average_has_none() -> None:
    """9 exposures in 8 exposed visits are 1.125 a visit, not 112.5 %; 1 of 2 is 50 %."""
    connection = duckdb.connect()
    connection.execute("""
        create schema marts;
        create table marts.accounts as select 'a' as account_id, 'EUR' as currency;
        create table marts.panel as select 'a' as account_id, 1.125 as avg_exposures, 0.5 as exposed_rate;
    """)
    values = Values(connection)
    shown = {
        name: values.of(PUBLISHED[name], "panel", "brand", name)
        for name in ("avg_exposures", "exposed_rate")
    }
    assert {name: value and value.text for name, value in shown.items()} == {
        "avg_exposures": "1.125",
        "exposed_rate": "0.5 (50.0%)",
    }


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_worked_example_is_worked_out_right(name: str) -> None:
    example = PUBLISHED[name].example
    assert example is not None
    assert example.value not in (0, None)
    for calculation, result in CALCULATION.findall(example.text):
        # nothing but figures and operators can match, so that this evaluates no name
        value = eval(calculation.replace(",", ""), {"__builtins__": {}})
        assert math.isclose(value, number(result), rel_tol=1e-3), f"{calculation} = {value}"
    told = [number(figure) for figure in NUMBER.findall(example.text)]
    assert any(math.isclose(figure, example.value, abs_tol=6e-5) for figure in told), example.text


def test_a_worked_example_is_one_that_a_unit_test_expects(manifest: dict[str, Any]) -> None:
    expected: dict[tuple[str, str], list[float]] = defaultdict(list)
    for unit_test in manifest["unit_tests"].values():
        for row in unit_test["expect"]["rows"] or []:
            for column, value in row.items():
                if isinstance(value, int | float):
                    expected[unit_test["name"], column].append(value)
    apart = [
        f"{name}: {example.unit_test} does not expect {example.value}"
        for name, metric in PUBLISHED.items()
        if (example := metric.example)
        and not any(
            math.isclose(value, example.value, rel_tol=1e-9)
            for value in expected[example.unit_test, ROWS_BY.get(name, name)]
        )
    ]
    assert not apart, "\n".join(apart)


def test_simple_metrics_name_the_landed_fields_that_decide_them(manifest: dict[str, Any]) -> None:
    lineage = Lineage(manifest, read_manifest(manifest))
    assert [name for name, metric in SIMPLE.items() if not lineage.fields(metric)] == []
    feeds = {feed for metric in SIMPLE.values() for feed in lineage.fields(metric)}
    assert feeds <= {*FEEDS, SETTINGS}
    assert not [metric for metric in PUBLISHED.values() if metric.inputs and metric.landed]


def code_of(manifest: dict[str, Any], node: dict[str, Any]) -> str:
    """A model's SQL, and that of the macros of landed records which it calls."""
    calls = [manifest["macros"][key] for key in node["depends_on"]["macros"]]
    vendors = [call for call in calls if call["path"].startswith("macros/landing/")]
    return " ".join([node["raw_code"], *(call["macro_sql"] for call in vendors)])


def test_landed_fields_are_read_on_the_way_to_the_metric(manifest: dict[str, Any]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(parent, key) for key, parents in manifest["parent_map"].items() for parent in parents]
    )
    nodes = manifest["nodes"]
    sources = {key: source["name"] for key, source in manifest["sources"].items()}
    lineage = Lineage(manifest, read_manifest(manifest))
    apart = []
    for name, metric in SIMPLE.items():
        above = nx.ancestors(graph, lineage.measured[metric.measure])
        for feed, fields in lineage.fields(metric).items():
            source = "accounts" if feed == SETTINGS else f"lines_{feed.replace('/', '_')}"
            below = {
                node
                for key in above
                if sources.get(key) == source
                for node in nx.descendants(graph, key)
            }
            code = " ".join(
                code_of(manifest, nodes[key])
                for key in above & below
                if nodes[key]["path"].startswith("staging/")
            )
            apart += [
                f"{name}: no staging model on its way reads {feed} {field}"
                for field in fields
                if not re.search(rf"\b{re.escape(field.split('.')[-1])}\b", code)
            ]
    assert not apart, "\n".join(apart)


def test_a_text_is_read_by_its_paragraphs() -> None:
    metric = Metric.read(
        {
            "name": "prospect_rate",
            "label": "PROSPECT RATE",
            "description": (
                "Share of visits\nthat were prospects.\n\nFor example: 3 / 5 = 0.6.\n\n"
                "Beware: Of the brand.\n\nThe vendor: The vendor\nrounds.\n"
            ),
            "type": "ratio",
            "type_params": {"numerator": "prospects", "denominator": {"name": "sessions"}},
            "config": {
                "meta": {
                    "panels": ["brand"],
                    "formula": "prospects / sessions",
                    "unit": "ratio",
                    "example": {"unit_test": "some_test", "value": 0.6},
                }
            },
        }
    )
    assert (metric.numerator, metric.denominator) == ("prospects", "sessions")
    assert metric.definition == "Share of visits that were prospects."
    assert metric.how == metric.formula
    assert metric.example == Example("3 / 5 = 0.6.", "some_test", 0.6)
    assert (metric.beware, metric.vendor) == ("Of the brand.", "The vendor rounds.")


def test_a_paragraph_that_says_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with none of How, For example"):
        paragraphs("A definition.\n\nBewrae: a slip.")


def test_a_drawing_leads_from_the_feeds_to_the_panels(manifest: dict[str, Any]) -> None:
    lineage = Lineage(manifest, read_manifest(manifest))
    marts = {"business_dashboard_brand", "business_dashboard_campaign"}
    metric = lineage.metrics["prospects"]
    graph = lineage.of(metric, marts)
    feeds = {lineage.feeds[key] for key in graph if key in lineage.feeds}
    assert feeds == set(lineage.fields(metric)) - {SETTINGS}
    assert not [key for key in graph if key.endswith(DELIVERIES)]
    for key in (lineage.marts[mart] for mart in marts):
        assert any(feed in nx.ancestors(graph, key) for feed in lineage.feeds), key
    drawing = lineage.draw(metric, marts)
    assert {box.key for box in drawing.boxes} == set(graph)
    assert len(drawing.lines) == graph.number_of_edges()
    places = {(box.x, box.y) for box in drawing.boxes}
    assert len(places) == len(drawing.boxes)
    assert all(box.x + box.width <= drawing.width for box in drawing.boxes)
    starts = {box.key: box.x for box in drawing.boxes}
    assert all(starts[parent] <= starts[child] for parent, child in graph.edges)


def test_every_panel_has_a_line_that_leads_to_it(manifest: dict[str, Any]) -> None:
    lineage = Lineage(manifest, read_manifest(manifest))
    marts: dict[str, set[str]] = defaultdict(set)
    for row in panels():
        marts[row["metric_id"]].add(row["mart"])
    lonely = [
        f"{name}: nothing leads to {mart}"
        for name in PUBLISHED
        for graph in [lineage.of(lineage.metrics[name], marts[name])]
        for mart in sorted(marts[name])
        if not graph.in_degree(lineage.marts[mart])
    ]
    assert not lonely, "\n".join(lonely)


def test_every_metric_is_drawn_from_its_landed_fields(manifest: dict[str, Any]) -> None:
    lineage = Lineage(manifest, read_manifest(manifest))
    rootless = []
    for name in PUBLISHED:
        metric = lineage.metrics[name]
        graph = lineage.of(metric, ())
        for dataset in lineage.datasets(metric):
            above = nx.ancestors(graph, lineage.marts[dataset])
            if not above & set(lineage.feeds):
                rootless.append(f"{name}: nothing landed leads to {dataset}")
    assert not rootless, "\n".join(rootless)


def test_every_metric_has_one_definition_on_its_way(manifest: dict[str, Any]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(parent, key) for key, parents in manifest["parent_map"].items() for parent in parents]
    )
    apart = []
    for name, metric in PUBLISHED.items():
        marts = [row["mart"] for row in panels() if row["metric_id"] == name]
        place = definition(manifest, metric, marts)
        shown = [model_of(manifest, mart) for mart in marts]
        if not any(place.model == key or nx.has_path(graph, place.model, key) for key in shown):
            apart.append(f"{name}: no panel is computed from {place.name}")
        if metric.defined_in and metric.inputs:
            apart.append(f"{name}: its formula is its definition")
    assert not apart, "\n".join(apart)


def test_a_place_is_the_whole_expression_and_the_line_that_does_something() -> None:
    code = """with flagged as (
    select
        id,
        -- nobody answered
        is_closed
        and not has_answer as is_abandoned
    from conversations
)
select
    id,
    coalesce(is_abandoned, false) as is_abandoned
from flagged
"""
    node = {"raw_code": code, "original_file_path": "models/a.sql"}
    place = place_of("model.parley.a", node, "is_abandoned")
    assert place is not None
    assert (place.name, place.lines) == ("a", "lines 5 to 6")
    assert place.code == "is_closed\nand not has_answer as is_abandoned"
    assert place_of("model.parley.a", node, "is_open") is None


def test_what_the_documents_say_is_quoted_short() -> None:
    said = {name: metric.says for name, metric in PUBLISHED.items() if metric.says}
    assert len(said) > 80
    assert not [name for name, text in said.items() if len(text) > 220]
    # a document that only lists a metric is the business dashboard's
    listed = {metric.source[:3] for name, metric in PUBLISHED.items() if name not in said}
    assert listed == {"001"}


def test_terms_are_linked_once_and_whole_words_only() -> None:
    link = Linker([Term("touch", ("touches",), "…"), Term("control group", ("control",), "…")])
    assert link("A touch & touches, untouched: the control group's control") == (
        'A <a class="term" href="#term-touch">touch</a> &amp; touches, untouched: the '
        '<a class="term" href="#term-control-group">control group</a>&#39;s control'
    )


def test_the_glossary_has_each_word_once_and_the_words_that_matter() -> None:
    forms = [form.lower() for term in read_terms(ROOT) for form in (term.name, *term.forms)]
    assert len(forms) == len(set(forms))
    assert {"touch", "credited", "window", "exposed", "additive", "holdout"} <= set(forms)


def test_defaults_of_settings_are_those_of_the_sql(manifest: dict[str, Any]) -> None:
    code = manifest["nodes"][model_of(manifest, "int_accounts")]["raw_code"]
    found = re.findall(r"coalesce\(accounts\.(\w+), (.+?)\) as", code)
    defaults = {name.replace("time_zone", "timezone"): value.strip("'") for name, value in found}
    told = read_defaults(ROOT)
    del defaults["account_name"]
    assert defaults.items() <= told.items()


@pytest.mark.parametrize(
    ("manifest_text", "warehouse", "sentence"),
    [
        (None, None, "run `make docs`"),
        ("{", None, "is no manifest of dbt"),
        ("{}", None, "is no manifest of dbt"),
        ("[]", None, "is no manifest of dbt"),
        (EMPTY_MANIFEST, None, "run `make build` first"),
        (EMPTY_MANIFEST, b"no database", "is no DuckDB file"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    manifest_text: str | None,
    warehouse: bytes | None,
    sentence: str,
) -> None:
    manifest_file, warehouse_file = tmp_path / "manifest.json", tmp_path / "warehouse.duckdb"
    if manifest_text is not None:
        manifest_file.write_text(manifest_text)
    if warehouse is not None:
        warehouse_file.write_bytes(warehouse)
    monkeypatch.setenv("PARLEY_WAREHOUSE", str(warehouse_file))
    with pytest.raises(SystemExit) as ended:
        page.main(
            [
                *("--root", str(ROOT), "--manifest", str(manifest_file)),
                *("--output", str(tmp_path / "page.html")),
            ]
        )
    assert sentence in str(ended.value)
    assert "\n" not in str(ended.value)
