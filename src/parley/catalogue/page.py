"""The catalogue as a page: one entry a metric, beside dbt's documentation.

``python -m parley.catalogue.page`` reads dbt's manifest and the built warehouse's catalogue, and writes
one HTML file that needs nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from parley.catalogue.definitions import Place, definition
from parley.catalogue.lineage import SETTINGS, Drawing, Lineage
from parley.catalogue.metrics import Metric, read_beyond, read_components, read_published
from parley.catalogue.terms import Linker, Term, read_defaults, read_terms
from parley.catalogue.values import Value, Values, built_text
from parley.files import is_other_file, path_argument, replace_text, warehouse_path
from parley.marts import no_database, open_error

TEMPLATE = "page.html.j2"
SURFACES = {
    "business_dashboard": "Business dashboard",
    "performance_dashboard": "Performance dashboard",
    "marketplace": "Marketplace",
    "concierge": "Concierge",
    "one_to_one": "One-to-One",
}
#: What is read of dbt's manifest.
MANIFEST = ("nodes", "sources", "parent_map", "semantic_models")
#: Sections in the order of their dashboards; a section that is not named here comes last.
SECTIONS = (
    "funnel",
    "conversation",
    "conversion_and_revenue",
    "gmv_and_purchase",
    "efficiency",
    "operations",
    "self_service",
    "control_group",
    "visitor",
    "nps",
    "request",
    "team_performance",
)


class PageError(Exception):
    """Why there is no page, in one sentence for the person who asked."""


@dataclass(frozen=True)
class Panel:
    """A panel that shows a metric, and where its numbers are."""

    name: str
    mart: str
    column: str | None


@dataclass(frozen=True)
class Filter:
    """Something a metric may be asked by, or the reason why not."""

    name: str
    is_possible: bool
    dimension: str | None
    name_dimension: str | None
    reason: str | None


@dataclass(frozen=True)
class Entry:
    """Everything the page says of a metric."""

    metric: Metric
    panels: tuple[Panel, ...]
    filters: tuple[Filter, ...]
    document: str
    numerator: Metric | None
    denominator: Metric | None
    inputs: tuple[Metric, ...]
    fields: Mapping[str, Sequence[str]]
    drawing: Drawing
    place: Place
    value: Value | None
    defaults: Mapping[str, str]  # of the settings of accounts.csv that it obeys

    @property
    def question(self) -> str:
        """How MetricFlow is asked for the metric, by day and by the first name it can be asked by."""
        by = ["metric_time__day"]
        by += [filter_.name_dimension for filter_ in self.filters if filter_.name_dimension][:1]
        return f".venv/bin/mf query --metrics {self.metric.name} --group-by {','.join(by)}"


def read_json(path: Path) -> dict[str, Any]:
    """The manifest."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PageError(
            f"There is no {path}: run `make docs`, or `dbt docs generate` first."
        ) from None
    except ValueError:
        read = None
    if not isinstance(read, dict) or not set(MANIFEST) <= set(read):
        raise PageError(f"{path} is no manifest of dbt: run `make docs` again.")
    return read


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for reading, or a sentence why it is not or has no catalogue."""
    if not warehouse.is_file():
        raise PageError(f"There is no warehouse {warehouse}: run `make build` first.")
    if is_other_file(warehouse):
        raise PageError(no_database(warehouse))
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            yield connection
    except duckdb.CatalogException:
        raise PageError(f"{warehouse} has no metric catalogue: run `make build` first.") from None
    except duckdb.Error as error:
        raise PageError(open_error(warehouse, error)) from None


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows that a query gives."""
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def entries(root: Path, manifest: Mapping[str, Any], warehouse: Path) -> list[Entry]:
    """An entry a published metric, in the order of the dashboards, their sections and the files."""
    published = read_published(root)
    if not published:
        raise PageError(f"No metric is defined below {root.resolve()}: is it the project's folder?")
    metrics = published | read_components(root)
    values: dict[str, Value | None] = {}
    with opened(warehouse) as connection:
        shown = rows_of(
            connection,
            "select metric_id, panels.panel, panels.mart, column_name from marts.metric_catalog "
            "inner join seeds.dashboard_panels as panels using (surface, panel) "
            "order by panels.rowid",
        )
        filtered = rows_of(connection, "from marts.metric_filters order by metric_id, filter")
        sources = rows_of(connection, "from seeds.source_documents")
        newest = Values(connection)
        for row in shown:
            name, where = row["metric_id"], (row["mart"], row["panel"], row["column_name"])
            if name in published and name not in values:
                values[name] = newest.of(published[name], *where)
    panels: dict[str, list[Panel]] = {}
    for row in shown:
        panel = Panel(row["panel"], row["mart"], row["column_name"])
        panels.setdefault(row["metric_id"], []).append(panel)
    filters: dict[str, list[Filter]] = {}
    for row in filtered:
        chosen = (row["filter"], row["is_possible"], row["dimension"], row["name_dimension"])
        filters.setdefault(row["metric_id"], []).append(Filter(*chosen, row["reason"]))
    documents = {row["source"]: f"{row['title']} ({row['published_by']})" for row in sources}
    lineage = Lineage(manifest, metrics)
    defaults = read_defaults(root)
    if unknown := set(published) - set(panels):
        raise PageError(
            f"The warehouse does not know {min(unknown)}: run `make build`, it is older than the project."
        )

    def place(metric: Metric) -> tuple[int, int]:
        section = SECTIONS.index(metric.section) if metric.section in SECTIONS else len(SECTIONS)
        return list(SURFACES).index(metric.surface), section

    return [
        Entry(
            metric=metric,
            panels=tuple(panels[metric.name]),
            filters=tuple(filters.get(metric.name, ())),
            document=documents[metric.source],
            numerator=metrics.get(metric.numerator),
            denominator=metrics.get(metric.denominator),
            inputs=tuple(metrics[name] for name in metric.inputs),
            fields=lineage.fields(metric),
            drawing=lineage.draw(metric, dict.fromkeys(p.mart for p in panels[metric.name])),
            place=definition(manifest, metric, [p.mart for p in panels[metric.name]]),
            value=values[metric.name],
            defaults={
                name: defaults[name]
                for name in lineage.fields(metric).get(SETTINGS, ())
                if defaults.get(name)
            },
        )
        for metric in sorted(published.values(), key=place)
    ]


def render(
    found: Sequence[Entry], beyond: Sequence[Metric], terms: Sequence[Term], built: str
) -> str:
    """The page: an entry a published metric, the metrics that no document has, the glossary."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("parley.catalogue", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = lambda text: str(text).replace("_", " ")
    template = environment.get_template(TEMPLATE)
    sections = [
        (heading, list(of_section))
        for heading, of_section in itertools.groupby(
            found, key=lambda entry: (entry.metric.surface, entry.metric.section)
        )
    ]
    return template.render(
        entries=found,
        sections=sections,
        surfaces=SURFACES,
        settings=SETTINGS,
        beyond=beyond,
        terms=terms,
        built=built,
        linker=lambda: Linker(terms),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or say in one sentence why not."""
    target = Path(os.environ.get("DBT_TARGET_PATH") or "target")
    parser = argparse.ArgumentParser(
        prog="python -m parley.catalogue.page",
        description="Write the metric catalogue as one HTML page, from dbt's manifest and the warehouse.",
    )
    parser.add_argument(
        "--root", type=path_argument, default=Path(), help="folder of the dbt project"
    )
    parser.add_argument("--manifest", type=path_argument, default=target / "manifest.json")
    parser.add_argument("--output", type=path_argument, default=target / "metrics.html")
    chosen = parser.parse_args(arguments)
    try:
        warehouse = warehouse_path()
        found = entries(chosen.root, read_json(chosen.manifest), warehouse)
        beyond = list(read_beyond(chosen.root).values())
        terms = read_terms(chosen.root)
        replace_text(chosen.output, render(found, beyond, terms, built_text(warehouse)))
    except PageError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The page {chosen.output} could not be made: {error}")
    print(f"{len(found)} metrics in {chosen.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
