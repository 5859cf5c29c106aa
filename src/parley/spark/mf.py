"""The command `mf` on Spark: ``python -m parley.spark.mf query …`` takes what `mf` takes.

MetricFlow knows dbt's adapters by name, and not dbt-spark, whose SQL it writes for Databricks. It also loads no
plugin of dbt, which would give dbt-spark our session.
"""

from __future__ import annotations

import os
import sys

from dbt_metricflow.cli.dbt_connectors.adapter_backed_client import SupportedAdapterTypes

from parley.spark.session import extend_sessions


def extend() -> None:
    """From here on MetricFlow works on the target `spark`."""
    os.environ["PARLEY_TARGET"] = "spark"
    extend_sessions()
    SupportedAdapterTypes._missing_ = classmethod(
        lambda known, name: known.DATABRICKS if name == "spark" else None
    )


def main() -> None:
    """Run the command line."""
    from dbt_metricflow.cli.main import cli

    extend()
    sys.argv[0] = "mf"
    cli()


if __name__ == "__main__":
    main()
