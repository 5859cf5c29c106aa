"""Many questions to MetricFlow in one process: JSON in, JSON out.

MetricFlow keeps dbt's adapter and its settings in global variables, so it runs beside the tests and
not in them: ``python -m rig.metric_queries answer < questions.json`` in a folder made by ``metric_project``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from .site import PROJECT, TIMEOUT, Done, Site

MF = Path(sys.executable).with_name("mf")


@dataclass(frozen=True)
class Question:
    """Metrics, what they are grouped by, and conditions in MetricFlow's words."""

    metrics: tuple[str, ...]
    group_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    #: As `--start-time` and `--end-time` say it: both, or neither.
    between: tuple[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    """Values of the metrics by the values grouped by, in the question's order; or why not."""

    rows: dict[tuple[Any, ...], dict[str, Any]]
    refused: str = ""


class MetricProject:
    """A folder in which ``mf`` finds the project and the warehouse that a site has built."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        for name in ("dbt_project.yml", "profiles.yml"):
            (folder / name).symlink_to(PROJECT / name)
        # mf looks for the manifest below the project and nowhere else
        (folder / "target").mkdir()
        manifest = site.bench.artifact("semantic_manifest.json").read_bytes()
        (folder / "target" / "semantic_manifest.json").write_bytes(manifest)

    def ask(self, *questions: Question) -> list[Answer]:
        """Answers in the order of the questions."""
        return self._answers("answer", questions)

    def refusals(self, *questions: Question) -> list[str]:
        """Why each question is refused, empty where it is not; none of them is computed."""
        return [answer.refused for answer in self._answers("resolve", questions)]

    def _answers(self, how: str, questions: tuple[Question, ...]) -> list[Answer]:
        done = self._run(
            [sys.executable, "-m", "rig.metric_queries", how],
            json.dumps([asdict(question) for question in questions]),
        )
        assert done.code == 0, done.output
        answers = json.loads(done.output.splitlines()[-1])
        return [
            Answer({tuple(key): values for key, values in answer["rows"]}, answer["refused"])
            for answer in answers
        ]

    def saved(self, *names: str) -> list[dict[str, Any]]:
        """The answers of saved queries: rows by column name, or why there are none."""
        done = self._run(
            [sys.executable, "-m", "rig.metric_queries", "saved"], json.dumps(list(names))
        )
        assert done.code == 0, done.output
        answers: list[dict[str, Any]] = json.loads(done.output.splitlines()[-1])
        return answers

    def mf(self, *arguments: str) -> Done:
        """Run the command."""
        return self._run([str(MF), *arguments])

    def _run(self, command: list[str], text: str | None = None) -> Done:
        self.site.bench.mount(self.site.folder)
        environment = self.site.bench.environment({})
        paths = [environment["PYTHONPATH"], str(PROJECT / "tests" / "python")]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        process = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
        return Done(process.returncode, process.stdout)


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers are numbers, dates their text."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def answer(engine: Any, question: dict[str, Any]) -> dict[str, Any]:
    """One question's answer, or its refusal."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    between = [datetime.fromisoformat(day) for day in question["between"] or ()]
    start, end = between or (None, None)
    try:
        request = MetricFlowQueryRequest.create(
            metric_names=question["metrics"],
            group_by_names=question["group_by"],
            where_constraints=question["where"],
            time_constraint_start=start,
            time_constraint_end=end,
        )
        table = engine.query(request).result_df
    except Exception as error:
        return {"rows": [], "refused": str(error) or type(error).__name__}
    rows = [dict(zip(table.column_names, map(plain, row), strict=True)) for row in table.rows]
    return {
        "rows": [
            [
                [row[name] for name in question["group_by"]],
                {name: row[name] for name in question["metrics"]},
            ]
            for row in rows
        ],
        "refused": "",
    }


def resolve(engine: Any, question: dict[str, Any]) -> dict[str, Any]:
    """Whether a question would be answered: MetricFlow's own check, without the query."""
    try:
        engine._query_parser.parse_and_validate_query(
            metric_names=question["metrics"],
            group_by_names=question["group_by"],
            where_constraint_strs=question["where"],
        )
    except Exception as error:
        return {"rows": [], "refused": str(error) or type(error).__name__}
    return {"rows": [], "refused": ""}


def saved(engine: Any, name: str) -> dict[str, Any]:
    """A saved query's answer."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    try:
        table = engine.query(MetricFlowQueryRequest.create(saved_query_name=name)).result_df
    except Exception as error:
        return {"rows": [], "refused": str(error) or type(error).__name__}
    rows = [dict(zip(table.column_names, map(plain, row), strict=True)) for row in table.rows]
    return {"rows": rows, "refused": ""}


def main() -> None:
    """Answer what is asked on standard input."""
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration

    if os.environ.get("PARLEY_TARGET") == "spark":
        from parley.spark.mf import extend

        extend()
    configuration = CLIConfiguration()
    configuration.setup(configure_file_logging=False)
    questions = json.load(sys.stdin)
    how = {"answer": answer, "resolve": resolve, "saved": saved}[sys.argv[1]]
    answers = [how(configuration.mf, question) for question in questions]
    print("\n" + json.dumps(answers))


if __name__ == "__main__":
    main()
