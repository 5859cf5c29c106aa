"""What lets a model on Spark write out the semantic layer's queries.

``parley_metric_texts(manifest, metrics, group_bys, conditions)`` is the function of ``plugin.py`` with
the metrics as its first argument, since it runs in a process of Spark's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parley.semantics.texts import Texts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def register(spark: SparkSession, folder: Path = Path("target/metric_sql")) -> None:
    """Give SQL the function; texts are kept in the folder."""
    kept = folder.resolve()

    def written(
        manifest: str, metrics: list[str], group_bys: list[str], conditions: list[str]
    ) -> list[str]:
        groups = [tuple(name for name in text.split(", ") if name) for text in group_bys]
        return Texts(manifest, kept).of(list(zip(metrics, groups, conditions, strict=True)))

    spark.udf.register("parley_metric_texts", written, "array<string>")
