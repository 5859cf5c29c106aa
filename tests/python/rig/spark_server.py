"""A server of Spark Connect with the settings of the target `spark`: ``python -m rig.spark_server PORT``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pyspark

from parley.spark.formats import with_format
from parley.spark.session import DIALECT, target_settings

SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"


def main(port: str) -> None:
    """Become the server."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = with_format(target_settings()) | DIALECT | {"spark.connect.grpc.binding.port": port}
    told = [f"--conf={name}={value}" for name, value in settings.items() if str(value)]
    submit = str(Path(pyspark.__path__[0]) / "bin" / "spark-submit")
    os.execv(submit, [submit, f"--class={SERVER}", *told, "spark-internal"])


if __name__ == "__main__":
    main(sys.argv[1])
