"""The stand-in package gives the failure counts of the golden table and refuses bad arguments."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import harness
import pytest
from dbt.cli.main import dbtRunner

CASES = harness.read_cases()
REAL = os.environ.get("PARLEY_REAL_DBT_EXPECTATIONS", "")

BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
NOT_IN_SET = "expect_column_values_to_not_be_in_set"
REGEX = "expect_column_values_to_match_regex"
NOT_NULL = "expect_column_values_to_not_be_null"
NULL = "expect_column_values_to_be_null"
UNIQUE = "expect_column_values_to_be_unique"
COMPOUND = "expect_compound_columns_to_be_unique"
PAIR = "expect_column_pair_values_A_to_be_greater_than_B"
LENGTHS = "expect_column_value_lengths_to_be_between"
ROW_COUNT = "expect_table_row_count_to_be_between"
OTHER_TABLE = "expect_table_row_count_to_equal_other_table"
SUM = "expect_multicolumn_sum_to_equal"
EXPRESSION = "expression_is_true"

PAIR_OK = {"column_A": "hi", "column_B": "lo"}
OTHER_OK = {"compare_model": "other_rows"}
SUM_OK = {"column_list": ["lo", "hi"], "sum_total": 1}

# Test, arguments, a piece of the sentence that stops the compilation.
BAD: list[tuple[str, dict[str, Any], str]] = [
    (BETWEEN, {"column_name": "qty"}, "give 'min_value', 'max_value' or both"),
    (BETWEEN, {"column_name": "qty", "min_value": 1, "strictly": "yes"}, "'strictly' must be true"),
    (BETWEEN, {"column_name": "qty", "min_value": 1, "strictly": 1}, "'strictly' must be true"),
    (BETWEEN, {"column_name": "qty", "min_value": True}, "'min_value' must be a number"),
    (BETWEEN, {"column_name": "qty", "max_value": [1]}, "'max_value' must be a number"),
    (BETWEEN, {"column_name": "qty", "max_value": " "}, "'max_value' must be a number"),
    (BETWEEN, {"column_name": "qty", "min_value": 1, "row_condition": ["a"]}, "'row_condition'"),
    (BETWEEN, {"column_name": "", "min_value": 1}, "'column_name' must be a non-empty string"),
    (IN_SET, {"column_name": "grp", "value_set": []}, "'value_set' must be a list"),
    (IN_SET, {"column_name": "grp", "value_set": "abc"}, "'value_set' must be a list"),
    (IN_SET, {"column_name": "grp", "value_set": {"a": 1}}, "'value_set' must be a list"),
    (IN_SET, {"column_name": "grp", "value_set": ["a", None]}, "'value_set' may hold"),
    (IN_SET, {"column_name": "grp", "value_set": ["o'b"]}, "single quote inside 'value_set'"),
    (IN_SET, {"column_name": "grp", "value_set": ["a"], "quote_values": "no"}, "'quote_values'"),
    (IN_SET, {"column_name": "grp", "value_set": ["a"], "row_condition": 1}, "'row_condition'"),
    (NOT_IN_SET, {"column_name": "grp", "value_set": "a"}, "'value_set' must be a list"),
    (NOT_IN_SET, {"column_name": "grp", "value_set": [["a"]]}, "'value_set' may hold"),
    (NOT_IN_SET, {"column_name": "grp", "value_set": ["a"], "quote_values": 0}, "'quote_values'"),
    (REGEX, {"column_name": "code", "regex": ""}, "'regex' must be a non-empty string"),
    (REGEX, {"column_name": "code", "regex": ["a"]}, "'regex' must be a non-empty string"),
    (REGEX, {"column_name": "code", "regex": "o'b"}, "single quote inside 'regex'"),
    (REGEX, {"column_name": "code", "regex": "a", "flags": "x"}, "got 'x'"),
    (REGEX, {"column_name": "code", "regex": "a", "flags": "ie"}, "got 'e'"),
    (REGEX, {"column_name": "code", "regex": "a", "flags": ["i"]}, "'flags' must be a string"),
    (REGEX, {"column_name": "code", "regex": "a", "is_raw": "true"}, "'is_raw' must be true"),
    (NOT_NULL, {"column_name": "qty", "row_condition": True}, "'row_condition'"),
    (NULL, {"column_name": "qty", "row_condition": {"a": 1}}, "'row_condition'"),
    (UNIQUE, {"column_name": "qty", "row_condition": 0}, "'row_condition'"),
    (COMPOUND, {"column_list": []}, "'column_list' must be a list"),
    (COMPOUND, {"column_list": "grp"}, "'column_list' must be a list"),
    (COMPOUND, {"column_list": ["grp", None]}, "'column_list[1]' must be a non-empty string"),
    (COMPOUND, {"column_list": ["grp"], "ignore_row_if": "never"}, "'ignore_row_if' must be"),
    (COMPOUND, {"column_list": ["grp"], "quote_columns": "yes"}, "'quote_columns' must be true"),
    (COMPOUND, {"column_list": ["grp"], "row_condition": ["a"]}, "'row_condition'"),
    (PAIR, {**PAIR_OK, "or_equal": "maybe"}, "'or_equal' must be true or false"),
    (PAIR, {**PAIR_OK, "column_B": ""}, "'column_B' must be a non-empty string"),
    (PAIR, {**PAIR_OK, "row_condition": 1}, "'row_condition'"),
    (LENGTHS, {"column_name": "code"}, "give 'min_value', 'max_value' or both"),
    (LENGTHS, {"column_name": "code", "min_value": 1, "strictly": None}, "'strictly' must be"),
    (ROW_COUNT, {}, "give 'min_value', 'max_value' or both"),
    (ROW_COUNT, {"min_value": 1, "group_by": "grp"}, "'group_by' must be a list"),
    (ROW_COUNT, {"min_value": 1, "group_by": []}, "'group_by' must be a list"),
    (ROW_COUNT, {"min_value": 1, "strictly": "true"}, "'strictly' must be true or false"),
    (OTHER_TABLE, {"compare_model": ""}, "'compare_model' must be a relation"),
    (OTHER_TABLE, {"compare_model": 3}, "'compare_model' must be a relation"),
    (OTHER_TABLE, {**OTHER_OK, "compare_group_by": ["grp"]}, "needs 'group_by' as well"),
    (OTHER_TABLE, {**OTHER_OK, "group_by": ["grp"], "compare_group_by": "grp"}, "must be a list"),
    (OTHER_TABLE, {**OTHER_OK, "group_by": ["grp"], "compare_group_by": ["a", "b"]}, "1 and 2"),
    (OTHER_TABLE, {**OTHER_OK, "factor": "two"}, "'factor' must be a number"),
    (OTHER_TABLE, {**OTHER_OK, "factor": True}, "'factor' must be a number"),
    (OTHER_TABLE, {**OTHER_OK, "compare_row_condition": 1}, "'compare_row_condition'"),
    (SUM, {**SUM_OK, "sum_total": None}, "'sum_total' must be a number"),
    (SUM, {**SUM_OK, "sum_total": True}, "'sum_total' must be a number"),
    (SUM, {**SUM_OK, "column_list": "lo"}, "'column_list' must be a list"),
    (SUM, {**SUM_OK, "group_by": "grp"}, "'group_by' must be a list"),
    (EXPRESSION, {"expression": ""}, "'expression' must be a non-empty string"),
    (EXPRESSION, {"expression": True}, "'expression' must be a non-empty string"),
    (EXPRESSION, {"expression": "1 = 1", "test_condition": ""}, "'test_condition' must be"),
    (EXPRESSION, {"expression": "1 = 1", "group_by_columns": "grp"}, "must be a list"),
    # Arguments that no test has.
    (NOT_NULL, {"column_name": "qty", "min_value": 1}, "min_value"),
    (EXPRESSION, {"expression": "1 = 1", "group_by": ["grp"]}, "group_by"),
]


@pytest.fixture(scope="module")
def counts() -> dict[str, int | str]:
    """The failure counts of all cases, from one dbt invocation."""
    return harness.run_cases(harness.STANDIN, CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: harness.Case, counts: dict[str, int | str]) -> None:
    """The stand-in gives the golden number of failures."""
    assert counts[case.name] == case.expected


def test_golden_table_covers_each_test() -> None:
    """Each test of the package has three cases at least, one with and one without failures."""
    package_tests = {path.stem for path in (harness.STANDIN / "macros").glob("*.sql")}
    assert len(package_tests) == 14
    by_test = Counter(case.test for case in CASES)
    assert set(by_test) == package_tests
    assert min(by_test.values()) >= 3
    assert len({case.name for case in CASES}) == len(CASES)
    assert package_tests == {test for test, _, _ in BAD}


@pytest.mark.skipif(not REAL, reason="PARLEY_REAL_DBT_EXPECTATIONS is not set")
def test_golden_numbers_are_those_of_the_real_package() -> None:
    """The real package gives the same numbers."""
    counts = harness.run_cases(Path(REAL), CASES)
    assert counts == {case.name: case.expected for case in CASES}


class Macros:
    """Calls the test macros of a parsed project, without parsing it again for each call."""

    def __init__(self, project: Path) -> None:
        folder = str(project)
        self.options = ["--project-dir", folder, "--profiles-dir", folder]
        self.options += ["--log-path", str(project / "logs")]
        parsed = dbtRunner().invoke(["--quiet", "parse", *self.options])
        assert parsed.success, parsed.exception
        self.manifest: Any = parsed.result

    def call(self, test: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        """Whether the macro compiled, and what dbt said."""
        said: list[str] = []

        def listen(event: Any) -> None:
            said.append(str(event.info.msg))

        runner = dbtRunner(manifest=self.manifest, callbacks=[listen])
        values = json.dumps({"model": "edge_rows", **arguments})
        done = runner.invoke(
            ["run-operation", f"dbt_expectations.test_{test}", "--args", values, *self.options]
        )
        return done.success, " ".join(" ".join([*said, str(done.exception)]).split())


@pytest.fixture(scope="module")
def macros(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Macros]:
    """The macros of the stand-in in a project without test cases."""
    project = tmp_path_factory.mktemp("bad") / "project"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DBT_")]:
            patch.delenv(name)
        patch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        yield Macros(harness.write_project(project, harness.STANDIN, []))


@pytest.mark.parametrize(
    ("test", "arguments", "sentence"),
    BAD,
    ids=[f"{number}-{test}" for number, (test, _, _) in enumerate(BAD)],
)
def test_bad_argument_is_a_compile_error(
    macros: Macros, test: str, arguments: dict[str, Any], sentence: str
) -> None:
    """A macro refuses an argument it does not know, and says which one."""
    compiled, said = macros.call(test, arguments)
    assert not compiled
    assert sentence in said
    assert "compilation error" in said.lower() or "takes no keyword argument" in said


def test_good_arguments_compile(macros: Macros) -> None:
    """The refusals above are not those of a call that cannot work at all."""
    good: list[tuple[str, dict[str, Any]]] = [
        (PAIR, PAIR_OK),
        (OTHER_TABLE, OTHER_OK),
        (SUM, SUM_OK),
    ]
    for test, arguments in good:
        compiled, said = macros.call(test, arguments)
        assert compiled, said


def test_bad_argument_stops_dbt_parse(tmp_path: Path) -> None:
    """In a properties file a bad argument stops dbt when it parses the project."""
    case = harness.Case("bad_flag", REGEX, "edge_rows", {"column_name": "code"}, 0)
    case.arguments.update({"regex": "a", "flags": "q"})
    project = harness.write_project(tmp_path / "project", harness.STANDIN, [case])
    done = harness.run_dbt(project, "parse")
    assert done.returncode != 0
    assert "dbt_expectations.expect_column_values_to_match_regex: 'flags' knows" in done.stdout


def test_unknown_test_stops_dbt_compile(tmp_path: Path) -> None:
    """A test that the stand-in does not have is an error, not a test that passes."""
    test = "expect_column_values_to_be_of_type"
    case = harness.Case("not_here", test, "edge_rows", {"column_name": "code"}, 0)
    project = harness.write_project(tmp_path / "project", harness.STANDIN, [case])
    done = harness.run_dbt(project, "compile")
    assert done.returncode != 0
    assert f"test_{test}" in done.stdout
