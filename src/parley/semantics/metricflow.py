"""MetricFlow as a process: a manifest and questions in, texts of queries out, both as JSON.

``python -m parley.semantics.metricflow``. MetricFlow is imported here and nowhere else.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from typing import Any

Asked = tuple[str, list[str], str]


class Writer:
    """What MetricFlow needs to know of a database in order to write for it: no connection."""

    def __init__(self) -> None:
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        self.sql_engine_type = SqlEngine.DUCKDB
        self.sql_plan_renderer = DuckDbSqlPlanRenderer()


def engine_of(manifest: str) -> Any:
    """MetricFlow's engine on a manifest."""
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow_semantics.model.dbt_manifest_parser import (
        parse_manifest_from_dbt_generated_manifest,
    )
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    parsed = parse_manifest_from_dbt_generated_manifest(manifest)
    client: Any = Writer()
    return MetricFlowEngine(
        semantic_manifest_lookup=SemanticManifestLookup(parsed), sql_client=client
    )


def text_of(engine: Any, asked: Asked) -> str:
    """The query of one question, in the order of what it is grouped by, without MetricFlow's comments."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    metric, group_by, condition = asked
    request = MetricFlowQueryRequest.create(
        metric_names=[metric],
        group_by_names=group_by,
        where_constraints=[condition] if condition else [],
        order_by_names=group_by,
    )
    return str(engine.explain(request).sql_statement.without_descriptions.sql)


class Share:
    """One process's part of the questions; the engine comes with the process."""

    engine: Any = None

    @classmethod
    def text(cls, asked: Asked) -> str:
        """The query of one question."""
        return text_of(cls.engine, asked)


def main() -> None:
    """Answer what is asked on standard input."""
    given = json.load(sys.stdin)
    Share.engine = engine_of(given["manifest"])
    processes = min(int(os.environ.get("PARLEY_THREADS") or 2), os.cpu_count() or 1)
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        texts = pool.map(Share.text, given["asked"], chunksize=16)
    json.dump(texts, sys.stdout)


if __name__ == "__main__":
    main()
