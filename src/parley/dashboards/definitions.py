"""What a publication says of its metrics: texts of queries, filters, panels, currencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.dashboards.publication import Publication

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Definitions:
    """Read once a publication."""

    filters: Mapping[str, Mapping[str, Row]]  # metric: filter: row of metric_filters
    texts: Mapping[tuple[str, str], Row]  # metric and grouping: row of metric_sql
    panels: Mapping[str, Mapping[str, Row]]  # metric: panel: row of metric_catalog
    currencies: Mapping[str, str]  # by account

    def metric(self, metric_id: str) -> Row:
        """What the catalogue says of a metric, whichever panel shows it."""
        return next(iter(self.panels[metric_id].values()))


def definitions(publication: Publication) -> Definitions:
    """The metrics of a publication."""
    if "definitions" not in publication.known:
        filters: dict[str, dict[str, Row]] = {}
        for row in publication.records("select * from marts.metric_filters"):
            filters.setdefault(row["metric_id"], {})[row["filter"]] = row
        panels: dict[str, dict[str, Row]] = {}
        for row in publication.records("select * from marts.metric_catalog order by panel"):
            panels.setdefault(row["metric_id"], {})[row["panel"]] = row
        texts = publication.records("select * from marts.metric_sql")
        accounts = publication.records("select account_id, currency from marts.accounts")
        publication.known["definitions"] = Definitions(
            filters,
            {(row["metric_id"], row["grouping"]): row for row in texts},
            panels,
            {row["account_id"]: row["currency"] for row in accounts},
        )
    known: Definitions = publication.known["definitions"]
    return known
