"""The dbt-duckdb plugin that lets a model write out the semantic layer's queries.

Functions: ``parley_hold_metrics(json)`` takes semantic models and metrics as dbt's graph has them
and returns a digest of what they mean; ``parley_metric_texts(metrics, group_bys, conditions)`` gives
MetricFlow's text of each query, all in one call. A group-by is names with commas between them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from parley.semantics.texts import Texts


class Plugin(BasePlugin):
    """Registers the functions; see the module's text."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take the folder of kept texts from the profile."""
        self._folder = Path(str(plugin_config.get("kept") or "target/metric_sql"))
        self._texts: Texts | None = None

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Give SQL the functions."""
        # typed as Any: DuckDB's stubs know no list of plain type names
        create: Any = conn.create_function
        create("parley_hold_metrics", self._hold, ["VARCHAR"], "VARCHAR", side_effects=True)
        texts = ["VARCHAR[]", "VARCHAR[]", "VARCHAR[]"]
        create("parley_metric_texts", self._written, texts, "VARCHAR[]", side_effects=True)

    def _hold(self, graph: str) -> str:
        self._texts = Texts(graph, self._folder)
        return self._texts.path.name.partition(".")[0]

    def _written(
        self, metrics: list[str], group_bys: list[str], conditions: list[str]
    ) -> list[str]:
        if self._texts is None:
            raise RuntimeError("no metrics were given to parley_hold_metrics")
        groups = [tuple(name for name in text.split(", ") if name) for text in group_bys]
        return self._texts.of(list(zip(metrics, groups, conditions, strict=True)))
