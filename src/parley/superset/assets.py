"""The assets: the database, a dataset for each panel and mart below it, charts and the dashboard.

They are made from the published file, so that columns, their descriptions and the catalogue's
metrics are those of the marts that Superset will read. A metric becomes a saved metric of a panel's
mart only where its parts may be added up; the panels with filters have the others as ratios of sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from parley.marts import Mart, marts_schema, open_published, read_marts
from parley.superset.dashboard import (
    SCHEMA,
    VERSION,
    Asset,
    dashboard,
    file_name,
    landed_tab,
    panel_tab,
    uuid_of,
    words,
)
from parley.superset.formulas import metrics_of
from parley.superset.panels import PANELS, Panel

#: Beside the panels: what says whether everything arrived.
OTHERS = ("landing_audit",)
SUMMED = ("additive over", "distinct count: additive over dates")
TIMES = ("DATE", "TIMESTAMP")
#: Numbers of the marts below the panels.
NUMBERS = ("BIGINT", "DOUBLE", "DECIMAL", "HUGEINT", "INTEGER")


def column(name: str, kind: str, note: str) -> Asset:
    """A column of a dataset."""
    return {
        "column_name": name,
        "verbose_name": words(name),
        "type": kind,
        "is_dttm": kind.startswith(TIMES),
        "groupby": True,
        "filterable": True,
        "description": note.strip(),
    }


def metric(
    name: str,
    expression: str,
    label: str = "",
    text: str = "",
    warning: str = "",
    unit: str = "count",
) -> Asset:
    """A saved metric of a dataset; counts are shown in full, not as thousands."""
    return {
        "d3format": ",d" if unit == "count" else None,
        "metric_name": name,
        "verbose_name": label or name,
        "expression": expression,
        "description": text,
        "warning_text": warning or None,
    }


def database(uri: str) -> Asset:
    """The database; DuckDB's file is opened for reading."""
    arguments = {"read_only": True} if uri.startswith("duckdb:") else {}
    return {
        "database_name": "Parley",
        "sqlalchemy_uri": uri,
        "expose_in_sqllab": True,
        "allow_dml": False,
        "allow_file_upload": False,
        "extra": {"engine_params": {"connect_args": arguments}},
        "uuid": uuid_of("database"),
        "version": VERSION,
    }


def saved_metrics(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Asset]:
    """The catalogue's metrics of a mart that add up, each with what it does not add up over."""
    found = connection.execute(
        "select distinct column_name, label, definition, additivity, unit "
        f"from {marts_schema(connection)}.metric_catalog where mart = $mart order by all",
        {"mart": mart},
    ).fetchall()
    return [
        metric(
            f"sum__{column}",
            f'SUM("{column}")',
            label,
            f"{definition} Adding up: {additivity}.",
            additivity if ", not over" in additivity else "",
            unit,
        )
        for column, label, definition, additivity, unit in found
        if additivity.startswith(SUMMED)
    ]


def dataset(connection: duckdb.DuckDBPyConnection, mart: Mart, is_summed: bool) -> Asset:
    """A mart as a dataset; of a mart below the panels, and of the audit, all numbers are summed."""
    types = dict(
        connection.execute(
            "select column_name, data_type from duckdb_columns() where table_name = $mart "
            "and schema_name = $schema and database_name = current_database()",
            {"mart": mart.name, "schema": SCHEMA},
        ).fetchall()
    )
    metrics = saved_metrics(connection, mart.name)
    if is_summed:
        prefix = "lines_" if mart.name in OTHERS else ""
        metrics = [
            metric(f"sum__{name}", f'SUM("{name}")', words(name), note or "")
            for name, note in mart.columns
            if types[name].startswith(NUMBERS) and name.startswith(prefix)
        ]
    return {
        "table_name": mart.name,
        "schema": SCHEMA,
        "description": (mart.comment or "").strip(),
        "main_dttm_col": "date_day" if "date_day" in types else None,
        "database_uuid": uuid_of("database"),
        "uuid": uuid_of("dataset", mart.name),
        "version": VERSION,
        "metrics": [*metrics, metric("count", "COUNT(*)", "rows")],
        "columns": [column(name, types[name], note or "") for name, note in mart.columns],
    }


def panel_dataset(
    connection: duckdb.DuckDBPyConnection, panel: Panel, notes: Mapping[str, str]
) -> tuple[Asset, dict[str, list[str]]]:
    """A panel with every filter as a dataset of SQL, and the names of its metrics by section."""
    told = {
        name: (label, definition, unit)
        for name, label, definition, unit in connection.execute(
            "select distinct metric_id, label, definition, unit "
            f"from {marts_schema(connection)}.metric_catalog where mart = $mart",
            {"mart": f"business_dashboard_{panel.level}"},
        ).fetchall()
    }
    offered = metrics_of(panel, told)
    metrics = [
        metric(name, sql, told[name][0], told[name][1], unit=told[name][2])
        for of_section in offered.values()
        for name, sql in of_section.items()
    ]
    here = panel.sql().replace(f"{SCHEMA}.", f"{marts_schema(connection)}.")
    described = connection.execute(f"describe {here}").fetchall()
    found = {
        "table_name": panel.dataset,
        "schema": SCHEMA,
        "sql": panel.sql(),
        "description": f"{panel.title} of the business dashboard, with every filter. Filtered by what a "
        "figure does not have, the figure is empty.",
        "main_dttm_col": "date_day",
        "database_uuid": uuid_of("database"),
        "uuid": uuid_of("dataset", panel.dataset),
        "version": VERSION,
        "metrics": metrics,
        "columns": [
            column(name, kind, notes.get(name, f"Counted in the marts below: {words(name)}."))
            for name, kind, *_ in described
        ],
    }
    return found, {section: list(names) for section, names in offered.items()}


def assets(published: Path, uri: str) -> dict[str, Asset]:
    """All assets by the path that Superset expects them at."""
    with open_published(published) as connection:
        schema = marts_schema(connection)
        marts = read_marts(connection)
        shown = {
            name
            for (name,) in connection.execute(
                f"select distinct mart from {schema}.metric_catalog"
            ).fetchall()
        }
        below = {source.mart for panel in PANELS for source in panel.sources} | set(OTHERS)
        datasets = [
            dataset(connection, mart, mart.name in below)
            for mart in marts
            if mart.name in shown | below
        ]
        notes = {name: note for mart in marts for name, note in mart.columns if note}
        panels = [panel_dataset(connection, panel, notes) for panel in PANELS]
    datasets += [one for one, _ in panels]
    tabs = [panel_tab(panel, sections) for panel, (_, sections) in zip(PANELS, panels, strict=True)]
    charts = [one for tab in (*tabs, landed_tab()) for row in tab.rows for one in row]
    return {
        "metadata.yaml": {"version": VERSION, "type": "assets"},
        "databases/Parley.yaml": database(uri),
        **{f"datasets/Parley/{one['table_name']}.yaml": one for one in datasets},
        **{f"charts/{file_name(one['slice_name'])}.yaml": one for one in charts},
        "dashboards/Parley.yaml": dashboard([*tabs, landed_tab()]),
    }
