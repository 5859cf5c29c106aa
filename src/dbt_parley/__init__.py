"""A plugin of dbt, found by its name: it gives dbt-spark's sessions what Parley's SQL expects of them.

Where the profile's target is not Spark nothing is loaded and nothing happens.
"""

from __future__ import annotations

import sys

from dbt.plugins import dbtPlugin


class SparkSessions(dbtPlugin):
    """Statements in the models' dialect, our functions and the landing root, in every Spark session of dbt."""

    def initialize(self) -> None:
        """Put them there if the adapter of the target is dbt-spark."""
        if "dbt.adapters.spark" in sys.modules:
            from parley.spark.session import extend_sessions

            extend_sessions()


plugins = [SparkSessions]
