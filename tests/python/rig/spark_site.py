"""A warehouse on Spark: its own folder, and a process that does steps on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .site import OWN_SETTINGS, PROJECT, Done

#: Two batches of a world in tables of Delta take more than an hour where others work, too.
TIMEOUT = 3 * 3600
SCHEMAS = ("seeds", "staging", "intermediate", "marts")


def in_format(name: str) -> dict[str, str]:
    """The settings for tables of a format."""
    # the jars of the environment, if any, are Iceberg's: Spark fetches what another format needs
    jars = {} if name == "iceberg" else {"PARLEY_SPARK_JARS": ""}
    return {"PARLEY_SPARK_TABLE_FORMAT": name, **jars}


class SparkSite:
    """A landing root and the tables that are built from it."""

    def __init__(
        self, folder: Path, landing: Path | None = None, settings: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.landing = landing or folder / "landing"
        self.settings = settings or {}
        self.landing.mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict[str, str]:
        """The settings of a process that works on this warehouse."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
        # jars and memory are the machine's business
        settings = {k: v for k, v in kept.items() if k.startswith("PARLEY_SPARK_")}
        return {
            **{k: v for k, v in kept.items() if not k.startswith(OWN_SETTINGS)},
            **settings,
            "PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT / "tests/python"))),
            # most of a small build is Java compiling what it runs once: the better compiler never pays. Without
            # it Java has room for 48 MB of compiled code, and a build of all models compiles over and over
            "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=512m -XX:+UseSerialGC",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_QUIET": "true",
            "PARLEY_TARGET": "spark",
            "PARLEY_WAREHOUSE": str(self.folder / "parley.duckdb"),
            "PARLEY_LANDING_ROOT": str(self.landing),
            "PARLEY_SPARK_WAREHOUSE": str(self.folder / "warehouse"),
            "PARLEY_SPARK_PARTITIONS": "1",
            **self.settings,
        }

    def run(
        self, module: str, *arguments: str, folder: Path = PROJECT, text: str | None = None
    ) -> Done:
        """Run a Python module as a process in some folder, with a text to read; its streams are one."""
        process = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=self.environment(),
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
        return Done(process.returncode, process.stdout)

    def do(self, steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Do the steps in a process of their own; what each run of dbt did."""
        file = self.folder / "steps.json"
        file.write_text(json.dumps(steps))
        ran = self.run("rig.spark_steps", str(file))
        assert ran.code == 0, ran.output[-4000:]
        done: list[dict[str, Any]] = json.loads((self.folder / "done.json").read_text())
        return done
