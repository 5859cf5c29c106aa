"""Run the golden test cases against a package called dbt_expectations and count the failures."""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
STANDIN = ROOT / "packages" / "dbt_expectations_standin"
PROJECT = HERE / "project"
GOLDEN = HERE / "golden.csv"


@dataclass(frozen=True)
class Case:
    """One invocation of a test and the number of failures it has to give."""

    name: str
    test: str
    model: str
    arguments: dict[str, Any]
    expected: int

    def properties(self) -> dict[str, Any]:
        """The entry of the test in a properties file, outside of its column if it has one."""
        arguments = {key: value for key, value in self.arguments.items() if key != "column_name"}
        body: dict[str, Any] = {"name": self.name}
        if arguments:
            body["arguments"] = arguments
        return {f"dbt_expectations.{self.test}": body}


def read_cases(path: Path = GOLDEN) -> list[Case]:
    """Read the golden table."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [
            Case(
                name=row["case"],
                test=row["test"],
                model=row["model"],
                arguments=json.loads(row["arguments"]),
                expected=int(row["expected_failures"]),
            )
            for row in csv.DictReader(handle)
        ]


def write_project(target: Path, package: Path, cases: list[Case]) -> Path:
    """Write a dbt project with the fixture models, the cases and the package in place."""
    shutil.copytree(PROJECT, target)
    packages = target / "dbt_packages"
    packages.mkdir()
    not_needed = shutil.ignore_patterns("integration_tests", "packages.yml", "dbt_packages", ".git")
    shutil.copytree(package, packages / "dbt_expectations", ignore=not_needed)
    for dependency in (package / "dbt_packages" / "dbt_date", package.parent / "dbt_date"):
        if dependency.is_dir():
            shutil.copytree(dependency, packages / "dbt_date", ignore=not_needed)
            break
    models: list[dict[str, Any]] = []
    for model in sorted({case.model for case in cases}):
        own = [case for case in cases if case.model == model]
        columns = sorted({c.arguments["column_name"] for c in own if "column_name" in c.arguments})
        models.append(
            {
                "name": model,
                "data_tests": [c.properties() for c in own if "column_name" not in c.arguments],
                "columns": [
                    {
                        "name": column,
                        "data_tests": [
                            c.properties() for c in own if c.arguments.get("column_name") == column
                        ],
                    }
                    for column in columns
                ],
            }
        )
    # JSON is YAML: no YAML library is needed to write the file.
    properties = json.dumps({"models": models}, indent=2)
    (target / "models" / "cases.yml").write_text(properties, encoding="utf-8")
    return target


def dbt_environment() -> dict[str, str]:
    """The environment for dbt without the settings of the project around it."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    return kept | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}


def run_dbt(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt in a project; the caller looks at the return code."""
    program = "from dbt.cli.main import cli; cli()"
    command = [sys.executable, "-c", program, "--no-use-colors", *arguments]
    return subprocess.run(
        [*command, "--project-dir", str(project), "--profiles-dir", str(project)],
        cwd=project,
        env=dbt_environment(),
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )


def count_failures(project: Path) -> dict[str, int | str]:
    """Build a project once; the number of failures of each test, or the message of its error."""
    done = run_dbt(project, "build", "--no-partial-parse")
    results = project / "target" / "run_results.json"
    if not results.is_file():
        raise RuntimeError(f"dbt build wrote no results:\n{done.stdout}\n{done.stderr}")
    counts: dict[str, int | str] = {}
    for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
        kind, _, name = result["unique_id"].split(".")[:3]
        if kind == "test":
            failed = result["failures"]
            counts[name] = failed if failed is not None else f"error: {result['message']}"
        elif result["status"] != "success":
            raise RuntimeError(f"the fixture {name} could not be built: {result['message']}")
    return counts


def run_cases(package: Path, cases: list[Case]) -> dict[str, int | str]:
    """Count the failures of the cases with the given package, in a scratch directory."""
    with tempfile.TemporaryDirectory() as scratch:
        return count_failures(write_project(Path(scratch) / "project", package, cases))


def main() -> int:
    """Print the counts a package gives next to the golden ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=STANDIN, help="folder of the package")
    arguments = parser.parse_args()
    cases = read_cases()
    counts = run_cases(arguments.package, cases)
    different = 0
    for case in cases:
        got = counts.get(case.name, "not run")
        mark = "" if got == case.expected else f"  <- golden table: {case.expected}"
        different += bool(mark)
        print(f"{case.name}: {got}{mark}")
    print(f"{len(cases)} cases, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
