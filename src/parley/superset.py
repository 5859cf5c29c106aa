"""Write Parley's assets for Apache Superset: the database, a dataset a panel, a first dashboard.

They are made from the published file, so that columns, their descriptions and the catalogue's
metrics are those of the marts that Superset will read. A metric becomes a saved metric of its
dataset only where its parts may be added up; of all others the columns are there.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from parley.files import CommandError, published_path, warehouse_path
from parley.marts import Mart, marts_schema, open_published, read_marts

NAMESPACE = uuid.UUID("5b1f3a0e-7c55-4c0a-9a0e-2f6f0f6b7d11")
VERSION = "1.0.0"
SCHEMA = "marts"
#: Beside the panels: what says whether everything arrived.
OTHERS = ("landing_audit",)
SUMMED = ("additive over", "distinct count: additive over dates")
TIMES = ("DATE", "TIMESTAMP")
BRAND = "business_dashboard_brand"
WIDTH = 12  # columns of Superset's grid
Asset = dict[str, Any]


def uuid_of(*names: str) -> str:
    """The same id for the same thing every time, so that a second import changes the first."""
    return str(uuid.uuid5(NAMESPACE, "/".join(names)))


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


def metrics_of(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Asset]:
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


def dataset(connection: duckdb.DuckDBPyConnection, mart: Mart) -> Asset:
    """A mart as a dataset."""
    types = dict(
        connection.execute(
            "select column_name, data_type from duckdb_columns() where table_name = $mart "
            "and schema_name = $schema and database_name = current_database()",
            {"mart": mart.name, "schema": SCHEMA},
        ).fetchall()
    )
    metrics = metrics_of(connection, mart.name)
    if mart.name == "landing_audit":
        metrics = [
            metric(f"sum__{name}", f'SUM("{name}")') for name in types if name.startswith("lines_")
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
        "columns": [
            {
                "column_name": name,
                "type": types[name],
                "is_dttm": types[name].startswith(TIMES),
                "groupby": True,
                "filterable": True,
                "description": (note or "").strip(),
            }
            for name, note in mart.columns
        ],
    }


def chart(name: str, mart: str, kind: str, **params: Any) -> Asset:
    """A chart of a mart."""
    return {
        "slice_name": name,
        "viz_type": kind,
        "params": {"viz_type": kind, "row_limit": 10_000, **params},
        "dataset_uuid": uuid_of("dataset", mart),
        "uuid": uuid_of("chart", name),
        "version": VERSION,
    }


def ratio(label: str, part: str, whole: str) -> Asset:
    """A rate over whatever is shown: sums first, then one division."""
    return {
        "expressionType": "SQL",
        "sqlExpression": f'SUM("{part}") * 1.0 / NULLIF(SUM("{whole}"), 0)',
        "label": label,
        "hasCustomLabel": True,
    }


def charts() -> list[list[Asset]]:
    """The first dashboard's charts, row by row."""
    funnel = ["sum__sessions", "sum__prospects", "sum__exposed", "sum__engaged"]
    sold = [
        "sum__total_conversions_after_engagement",
        "sum__total_self_service_exposed_conversions",
    ]
    return [
        [chart("Funnel by account", BRAND, "table", query_mode="aggregate", groupby=["account_id"],
               metrics=[*funnel, ratio("prospect rate", "prospects", "sessions")],
               order_desc=True, timeseries_limit_metric="sum__sessions", server_pagination=False)],
        [
            chart("Funnel by day", BRAND, "echarts_timeseries_line", x_axis="date_day",
                  time_grain_sqla="P1D", metrics=funnel, groupby=[]),
            chart("Conversions by day", BRAND, "echarts_timeseries_bar", x_axis="date_day",
                  time_grain_sqla="P1D", metrics=sold, groupby=[]),
        ],
        [chart("Landed lines by feed", "landing_audit", "table", query_mode="aggregate",
               groupby=["feed"], metrics=["sum__lines_delivered", "sum__lines_accepted",
               "sum__lines_superseded", "sum__lines_quarantined", "count"],
               server_pagination=False)],
    ]  # fmt: skip


def dashboard(rows: list[list[Asset]]) -> Asset:
    """The first dashboard."""
    title = "Parley: business dashboard"
    position: Asset = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
    }
    for place, row in enumerate(rows):
        name = f"ROW-{place}"
        position[name] = {
            "type": "ROW",
            "id": name,
            "children": [f"CHART-{one['uuid']}" for one in row],
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for one in row:
            position[f"CHART-{one['uuid']}"] = {
                "type": "CHART",
                "id": f"CHART-{one['uuid']}",
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", name],
                "meta": {
                    "uuid": one["uuid"],
                    "chartId": 0,  # Superset puts its own number here
                    "sliceName": one["slice_name"],
                    "width": WIDTH // len(row),
                    "height": 50,
                },
            }
    position["GRID_ID"] = {
        "type": "GRID",
        "id": "GRID_ID",
        "parents": ["ROOT_ID"],
        "children": [f"ROW-{place}" for place in range(len(rows))],
    }
    return {
        "dashboard_title": title,
        "description": "The business dashboard's figures, as the published marts have them.",
        "slug": "parley",
        "uuid": uuid_of("dashboard"),
        "position": position,
        "metadata": {},
        "published": True,
        "version": VERSION,
    }


def assets(published: Path, uri: str) -> dict[str, Asset]:
    """All assets by the path that Superset expects them at."""
    with open_published(published) as connection:
        shown = {
            name
            for (name,) in connection.execute(
                f"select distinct mart from {marts_schema(connection)}.metric_catalog"
            ).fetchall()
        }
        datasets = [
            dataset(connection, mart)
            for mart in read_marts(connection)
            if mart.name in shown or mart.name in OTHERS
        ]
    rows = charts()
    return {
        "metadata.yaml": {"version": VERSION, "type": "assets"},
        "databases/Parley.yaml": database(uri),
        **{f"datasets/Parley/{one['table_name']}.yaml": one for one in datasets},
        **{
            f"charts/{one['slice_name'].replace(' ', '_')}.yaml": one for row in rows for one in row
        },
        "dashboards/Parley.yaml": dashboard(rows),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.superset",
        description="Write a folder that `superset import-directory` reads: database, datasets, "
        "charts and a dashboard.",
        epilog="PARLEY_PUBLISHED gives another default of --published.",
    )
    parser.add_argument(
        "--published", type=Path, help="default: parley_marts.duckdb beside the warehouse"
    )
    parser.add_argument("--uri", help="default: the published file, as Superset's machine has it")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="default: superset_assets beside the warehouse"
    )
    options = parser.parse_args(arguments)
    published: Path = (options.published or published_path(warehouse_path())).absolute()
    output: Path = options.output or warehouse_path().parent / "superset_assets"
    try:
        if not options.uri and published.stem == SCHEMA:
            # Superset names tables marts.<mart>, which DuckDB then finds ambiguous.
            reason = (
                f"Superset cannot read a file called {published.name}; "
                "set PARLEY_PUBLISHED to another name."
            )
        else:
            found = assets(published, options.uri or f"duckdb:///{published}")
            for name, asset in found.items():
                file: Path = output / name
                file.parent.mkdir(parents=True, exist_ok=True)
                # JSON is YAML.
                file.write_text(json.dumps(asset, indent=2, ensure_ascii=False), encoding="utf-8")
            print(
                f"Wrote {len(found)} assets; `superset import-directory --overwrite {output}` reads them."
            )
            return 0
    except CommandError as error:
        reason = str(error)
    except (OSError, duckdb.Error) as error:
        reason = f"The assets could not be written: {str(error).splitlines()[0]}"
    print(f"superset: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
