"""The business dashboard in Superset: a tab for each panel, its charts, and native filters."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parley.superset.panels import PANELS, Panel

NAMESPACE = uuid.UUID("5b1f3a0e-7c55-4c0a-9a0e-2f6f0f6b7d11")
VERSION = "1.0.0"
SCHEMA = "marts"
WIDTH = 12  # columns of Superset's grid
Asset = dict[str, Any]
#: The document's primary filters: what each is called, and the column it filters by.
FILTERS = {
    "Account": "account_name",
    "Agent group": "agent_group_name",
    "Initial device": "initial_device",
    "Goal type": "goal_type",
    "Source type": "source_type",
}
#: The document's graphs: bars, lines on the right axis. Without bars, the first line is on the left.
GRAPHS = {
    "Efficiency": (
        ["closed_conversations"],
        ["closed_conversations_per_login_hour", "closed_conversations_per_online_hour"],
        "bar",
    ),
    "Conversion": (
        ["total_conversions_after_engagement"],
        ["total_conversion_rate_after_engagement"],
        "bar",
    ),
    "Consumer experience": (["csat_score"], ["mcs"], "line"),
}
FUNNEL = ("sessions", "prospects", "exposed", "engaged")


def uuid_of(*names: str) -> str:
    """The same id for the same thing every time, so that a second import changes the first."""
    return str(uuid.uuid5(NAMESPACE, "/".join(names)))


def words(name: str) -> str:
    """A column's name in words."""
    return name.replace("_", " ")


def file_name(name: str) -> str:
    """A chart's name as a file's."""
    return re.sub(r"\W+", "_", name)


@dataclass(frozen=True)
class Tab:
    """A tab of the dashboard, its rows of charts, and the column of its own filter."""

    key: str
    title: str
    rows: Sequence[Sequence[Asset]]
    own_filter: tuple[str, str, str] | None = field(default=None)  # title, dataset, column


def chart(name: str, dataset: str, kind: str, **params: Any) -> Asset:
    """A chart of a dataset."""
    return {
        "slice_name": name,
        "viz_type": kind,
        "params": {"viz_type": kind, "row_limit": 10_000, **params},
        "dataset_uuid": uuid_of("dataset", dataset),
        "uuid": uuid_of("chart", name),
        "version": VERSION,
    }


def table(name: str, dataset: str, by: Sequence[str], metrics: Sequence[str]) -> Asset:
    """A table of metrics by member, the largest first."""
    return chart(
        name,
        dataset,
        "table",
        query_mode="aggregate",
        groupby=list(by),
        metrics=list(metrics),
        order_desc=True,
        timeseries_limit_metric=metrics[0],
        server_pagination=False,
        include_search=True,
    )


def graph(name: str, dataset: str, left: list[str], right: list[str], left_kind: str) -> Asset:
    """Two metrics by day, each with an axis of its own."""
    return chart(
        name,
        dataset,
        "mixed_timeseries",
        x_axis="date_day",
        time_grain_sqla="P1D",
        metrics=left,
        groupby=[],
        metrics_b=right,
        groupby_b=[],
        seriesType=left_kind,
        seriesTypeB="line",
        yAxisIndex=0,
        yAxisIndexB=1,
        rich_tooltip=True,
        show_legend=True,
    )


def panel_tab(panel: Panel, sections: Mapping[str, Sequence[str]]) -> Tab:
    """A panel: its funnel, its graphs, and a table for each section."""
    offered = {name for names in sections.values() for name in names}
    stages = [name for name in FUNNEL if name in offered]
    by = ["account_id", "account_name"]
    by += [panel.name_column] if panel.member is not None else []
    numbers = [
        chart(f"{panel.title}: {words(stage)}", panel.dataset, "big_number_total", metric=stage)
        for stage in stages
    ]
    by_day = chart(
        f"{panel.title}: funnel by day",
        panel.dataset,
        "echarts_timeseries_bar",
        x_axis="date_day",
        time_grain_sqla="P1D",
        metrics=stages,
        groupby=[],
    )
    rows = [numbers, [by_day]]
    graphs = [
        graph(f"{panel.title}: {title.lower()}", panel.dataset, left, right, kind)
        for title, (left, right, kind) in GRAPHS.items()
        if {*left, *right} <= offered
    ]
    rows += [graphs] if graphs else []
    rows += [
        [table(f"{panel.title}: {section.lower()} metrics", panel.dataset, by, names)]
        for section, names in sections.items()
    ]
    own = (panel.title, panel.dataset, panel.name_column) if panel.member is not None else None
    return Tab(panel.level, panel.title, rows, own)


def landed_tab() -> Tab:
    """What was landed, by feed."""
    lines = [
        f"sum__lines_{name}" for name in ("delivered", "accepted", "superseded", "quarantined")
    ]
    shown = table("Landed lines by feed", "landing_audit", ["feed"], [*lines, "count"])
    return Tab("landed", "Landed", [[shown]])


def native_filter(
    title: str, dataset: str, column: str, scope: Sequence[str], kind: str = "filter_select"
) -> Asset:
    """A filter of the dashboard's bar; it acts on the charts whose datasets have the column."""
    name = f"NATIVE_FILTER-{uuid_of('filter', title)}"
    is_time = kind == "filter_time"
    return {
        "id": name,
        "name": title,
        "type": "NATIVE_FILTER",
        "filterType": kind,
        "targets": [{}]
        if is_time
        else [{"datasetUuid": uuid_of("dataset", dataset), "column": {"name": column}}],
        "scope": {"rootPath": list(scope), "excluded": []},
        "controlValues": {}
        if is_time
        else {
            "multiSelect": True,
            "searchAllOptions": True,
            "enableEmptyFilter": False,
            "inverseSelection": False,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "description": "",
    }


def filters_of(tabs: Iterable[Tab], dataset: str) -> list[Asset]:
    """The date range, the document's filters for all tabs, and each panel's own for its tab."""
    everywhere = [native_filter("Date", dataset, "date_day", ["ROOT_ID"], "filter_time")]
    everywhere += [
        native_filter(title, dataset, name, ["ROOT_ID"]) for title, name in FILTERS.items()
    ]
    own = [native_filter(*tab.own_filter, [f"TAB-{tab.key}"]) for tab in tabs if tab.own_filter]
    return [*everywhere, *own]


def placed(tab: Tab) -> Asset:
    """A tab's rows and charts in Superset's grid."""
    above = ["ROOT_ID", "TABS-panels"]
    rows = {f"ROW-{tab.key}-{place}": row for place, row in enumerate(tab.rows)}
    position: Asset = {
        f"TAB-{tab.key}": {
            "type": "TAB",
            "id": f"TAB-{tab.key}",
            "children": list(rows),
            "parents": above,
            "meta": {"text": tab.title},
        }
    }
    for name, row in rows.items():
        position[name] = {
            "type": "ROW",
            "id": name,
            "children": [f"CHART-{one['uuid']}" for one in row],
            "parents": [*above, f"TAB-{tab.key}"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for one in row:
            position[f"CHART-{one['uuid']}"] = {
                "type": "CHART",
                "id": f"CHART-{one['uuid']}",
                "children": [],
                "parents": [*above, f"TAB-{tab.key}", name],
                "meta": {
                    "uuid": one["uuid"],
                    "chartId": 0,  # Superset puts its own number here
                    "sliceName": one["slice_name"],
                    "width": WIDTH // len(row),
                    "height": 20 if one["viz_type"] == "big_number_total" else 50,
                },
            }
    return position


def dashboard(tabs: Sequence[Tab]) -> Asset:
    """The dashboard."""
    title = "Parley: business dashboard"
    position: Asset = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["TABS-panels"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
        "TABS-panels": {
            "type": "TABS",
            "id": "TABS-panels",
            "children": [f"TAB-{tab.key}" for tab in tabs],
            "parents": ["ROOT_ID"],
            "meta": {},
        },
    }
    for tab in tabs:
        position.update(placed(tab))
    return {
        "dashboard_title": title,
        "description": "The business dashboard's figures, as the published marts have them.",
        "slug": "parley",
        "uuid": uuid_of("dashboard"),
        "position": position,
        "metadata": {
            "native_filter_configuration": filters_of(tabs, PANELS[0].dataset),
            "cross_filters_enabled": False,
        },
        "published": True,
        "version": VERSION,
    }
