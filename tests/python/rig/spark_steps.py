"""Steps on one Spark warehouse, in one process: ``python -m rig.spark_steps STEPS.json``.

A step lands files (``land``: path and text, or ``land_from``: a folder), runs dbt (``dbt``: its arguments,
and perhaps ``dies_before`` or ``overtaken_before``: the pattern of a statement), or writes tables as
Parquet (``export``: schemas, and the folder ``to``). From the statement that a run dies before, nothing
reaches Spark any more: to the warehouse that is a killed process, and to the test a process it need not
start again. A run that is overtaken finds there that another build has begun. What each run did is
written beside the steps, as ``done.json``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from parley.spark import session

#: How a node may end.
FINE = ("success", "pass", "warn", "skipped", "no-op")


class Mortal(session.Cursor):
    """A cursor that can die, or see another build begin."""

    dies_before: re.Pattern[str] | None = None
    overtaken_before: re.Pattern[str] | None = None
    is_dead = False

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run a text unless it is after the end."""
        words = " ".join(sql.replace("`", "").split())
        if Mortal.is_dead or (Mortal.dies_before and Mortal.dies_before.search(words)):
            Mortal.is_dead = True
            raise RuntimeError("killed")
        if Mortal.overtaken_before and Mortal.overtaken_before.search(words):
            Mortal.overtaken_before = None
            super().execute(
                "insert into parley_state.builds select max(build_id) + 1, false from parley_state.builds"
            )
        super().execute(sql, *parameters)


def land(files: dict[str, str]) -> None:
    """Put files below the landing root."""
    for path, text in files.items():
        file = Path(os.environ["PARLEY_LANDING_ROOT"]) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def run(
    arguments: list[str], dies_before: str | None = None, overtaken_before: str | None = None
) -> dict[str, Any]:
    """Run dbt; what it said."""
    Mortal.dies_before = re.compile(dies_before) if dies_before else None
    Mortal.overtaken_before = re.compile(overtaken_before) if overtaken_before else None
    Mortal.is_dead = False
    # the project's plugin of dbt hands it to dbt-spark
    session.Cursor = Mortal  # type: ignore[misc]
    printed: list[str] = []
    dbt = dbtRunner(
        callbacks=[
            lambda event: (
                printed.append(event.info.msg) if event.info.name == "PrintEvent" else None
            )
        ]
    )
    done = dbt.invoke([*arguments, "--target", "spark"])
    results = getattr(done.result, "results", [])
    failed = [f"{one.node.name}: {one.message}" for one in results if str(one.status) not in FINE]
    if done.exception:
        failed.append(str(done.exception))
    return {
        "succeeded": done.success,
        "died": Mortal.is_dead,
        "failed": failed,
        "printed": printed,
        "statuses": {one.node.unique_id: str(one.status) for one in results},
        "seconds": {one.node.unique_id: one.execution_time for one in results},
    }


def export(schemas: list[str], folder: str) -> None:
    """Write every table of some schemas as Parquet: a folder a table."""
    spark = session.prepared({})
    for schema in schemas:
        # Spark's own catalog lists temporary views in every schema
        for table in spark.sql(f"show tables in {schema}").where("not isTemporary").collect():
            name = f"{schema}.{table['tableName']}"
            spark.table(name).coalesce(1).write.mode("overwrite").parquet(f"{folder}/{name}")


def main(path: Path) -> None:
    """Do the steps."""
    done: list[Any] = []
    for step in json.loads(path.read_text()):
        if "land" in step:
            land(step["land"])
        elif "land_from" in step:
            shutil.copytree(
                step["land_from"], os.environ["PARLEY_LANDING_ROOT"], dirs_exist_ok=True
            )
        elif "dbt" in step:
            done.append(run(step.pop("dbt"), **step))
        else:
            export(step["export"], step["to"])
        path.with_name("done.json").write_text(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
