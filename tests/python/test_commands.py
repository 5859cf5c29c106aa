"""Odd settings: make and the first look at a warehouse run nothing of them, and say one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
import yaml
from dbt_common.exceptions import DbtRuntimeError
from jinja2 import Environment

from parley import build
from parley.api.settings import tokens_path
from parley.build import Progress, Told, folder_problem
from parley.files import CommandError, memory_limit, path_problem, published_path, warehouse_path
from parley.landing.plugin import check_threads, check_warehouse
from parley.parquet import parquet_path
from parley.privacy.ledger import ledger_folder
from parley.room import Room

ROOT = Path(__file__).resolve().parents[2]


def made(target: str, *words: str, **settings: str) -> str:
    """The commands that make would run."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("PARLEY_", "MAKE"))
    }
    done = subprocess.run(
        ["make", "--dry-run", target, *words],
        cwd=ROOT,
        env=kept | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_make_does_not_run_what_a_setting_says(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    said = made("landing", PARLEY_LANDING_ROOT=f"$(shell touch {mark})")
    assert not mark.exists()
    assert "Demo landing data" not in said
    assert "Demo landing data" in made("landing")
    for target, name in (
        ("serve-docs", "DOCS_PORT"),
        ("pytest", "PYTEST_WORKERS"),
        ("lint", "SQLFLUFF_WORKERS"),
    ):
        for text in (f"$(shell touch {mark})", f"8; touch {mark}"):
            said = made(target, **{name: text})
            assert str(mark) not in said
            assert f'"${{{name}:-' in said
        assert not mark.exists()


def test_only_the_command_line_says_what_make_does() -> None:
    assert "elsewhere" not in made("build", ARGS="--elsewhere")
    assert "elsewhere" not in made("analysis", NAME="elsewhere")
    assert "--select here" in made("build", "ARGS=--select here")
    assert "parley.analysis here" in made("analysis", "NAME=here")


@pytest.mark.parametrize(
    "name", ["main.duckdb", "TEMP.duckdb", "system", "a;b.db", "a'b.db", 'a"b.db', "a\nb.db"]
)
def test_a_warehouse_by_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DbtRuntimeError, match="Set PARLEY_WAREHOUSE to a") as told:
        check_warehouse(tmp_path / name)
    assert "\n" not in told.value.msg
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_that_a_killed_build_left_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "parley.duckdb"
    path.touch()
    check_warehouse(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select 1 as n")
    check_warehouse(path)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select n from t").fetchall() == [(1,)]


@pytest.mark.parametrize("threads", ["0", "-2", "2.5", "two", "٣", "257", "9" * 30])
def test_threads_that_no_machine_has_are_told(threads: str) -> None:
    with pytest.raises(DbtRuntimeError, match="PARLEY_THREADS says"):
        check_threads(threads)
    check_threads("1")
    check_threads("")
    assert (
        1 <= int(profiled_threads(threads)) <= 256
    )  # dbt's own check comes first and has no remedy


@pytest.mark.parametrize(("said", "threads"), [(None, "2"), ("", "2"), ("7", "7")])
def test_threads_are_what_the_setting_says(said: str | None, threads: str) -> None:
    assert profiled_threads(said) == threads


def profiled_threads(said: str | None) -> str:
    """The threads that dbt's profile takes from a setting."""
    profile = yaml.safe_load((ROOT / "profiles.yml").read_text())
    environment = Environment()
    environment.filters["as_number"] = str

    def env_var(name: str, default: str) -> str:
        assert name == "PARLEY_THREADS"
        return default if said is None else said

    expression = profile["parley"]["outputs"]["duckdb"]["threads"]
    return environment.from_string(expression).render(env_var=env_var)


@pytest.mark.parametrize("limit", ["lots", "-5GB", "0GB", "3", "80%", "3 GB of it", "9999999TB"])
def test_a_limit_of_memory_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setenv("PARLEY_MEMORY_LIMIT", limit)
    with pytest.raises(CommandError, match=r"PARLEY_MEMORY_LIMIT is .*such as 3GB"):
        memory_limit()


@pytest.mark.parametrize(
    ("said", "limit"),
    [("", "3GB"), ("512MiB", "512MiB"), ("0.5 gb", "0.5 gb"), ("999999TB", "999999TB")],
)
def test_a_limit_of_memory_is_what_duckdb_takes(
    monkeypatch: pytest.MonkeyPatch, said: str, limit: str
) -> None:
    monkeypatch.setenv("PARLEY_MEMORY_LIMIT", said)
    assert memory_limit() == limit
    duckdb.connect(config={"memory_limit": limit}).close()


@pytest.mark.parametrize(
    ("setting", "path"),
    [
        ("PARLEY_WAREHOUSE", warehouse_path),
        ("PARLEY_PUBLISHED", lambda: published_path(Path("a.duckdb"))),
        ("PARLEY_PARQUET", lambda: parquet_path(Path("a.duckdb"))),
        ("PARLEY_API_TOKENS", lambda: tokens_path(Path("a.duckdb"))),
        ("PARLEY_ERASURES", lambda: ledger_folder("landing")),
    ],
)
def test_a_path_may_begin_with_the_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, path: Callable[[], Path]
) -> None:
    """DuckDB opens it there, too."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(setting, "~/there.duckdb")
    assert path() == tmp_path / "there.duckdb"
    duckdb.connect("~/there.duckdb").close()
    assert path().exists()
    check_warehouse(path())
    with pytest.raises(DbtRuntimeError, match=r"begins with ~ and a name.*in full"):
        check_warehouse(Path("~there/a.duckdb"))


HOLDER = """
import fcntl, sys
with open(sys.argv[1], "a+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_warehouse_that_is_being_made_is_left_alone(tmp_path: Path) -> None:
    """Another process has opened the file and written nothing yet."""
    path = tmp_path / "parley.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DbtRuntimeError, match="is being written by another process"):
            check_warehouse(path)
        holder.communicate("")
    assert path.exists()


BUILDER = """
import sys, duckdb
from pathlib import Path
from dbt_common.exceptions import DbtRuntimeError
from parley.landing.plugin import check_threads, check_warehouse
print("ready", flush=True)
while path := sys.stdin.readline().strip():
    try:
        check_warehouse(Path(path))
        with duckdb.connect(path) as connection:
            connection.execute("create table t as select 1 as n")
            print("built", flush=True)
            sys.stdin.readline()  # until both have said how it went
    except (DbtRuntimeError, duckdb.IOException) as error:
        print(str(error).replace("\\n", " "), flush=True)
        sys.stdin.readline()
    print("done", flush=True)
"""


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line that a process prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_of_two_builds_that_begin_at_once_one_builds(tmp_path: Path) -> None:
    """The other says why it did not; the file is one's that has what the first wrote."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    builders = [
        subprocess.Popen(
            [sys.executable, "-c", BUILDER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for builder in builders:
            assert line_of(builder) == "ready"
        for number in range(10):
            path = tmp_path / f"{number}.duckdb"
            for builder in builders:
                assert builder.stdin is not None
                builder.stdin.write(f"{path}\n")
                builder.stdin.flush()
            said = sorted(line_of(builder) for builder in builders)
            for builder in builders:
                assert builder.stdin is not None
                builder.stdin.write("\n")
                builder.stdin.flush()
                assert line_of(builder) == "done"
            assert said[1] == "built", said
            assert "is being written by another process" in said[0] or "lock" in said[0], said
            with duckdb.connect(str(path), read_only=True) as connection:
                assert connection.execute("select n from t").fetchall() == [(1,)]
    finally:
        for builder in builders:
            builder.communicate()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ("Failed to commit: Could not write file: No space left on device", "A disk is full"),
        ("Out of Memory Error: failed to offload (max_temp_directory_size)", "A disk is full"),
        ("Out of Memory Error: could not allocate block", "PARLEY_MEMORY_LIMIT"),
        ("IO Error: Could not set lock on file", "another process"),
        ("Binder Error: no such column", None),
    ],
)
def test_what_too_little_room_says(
    error: str, word: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, at the end, however many models failed of it; nothing of any other error."""
    room = Room()
    failed = SimpleNamespace(run_result=SimpleNamespace(message=error))
    for _ in range(3):
        info = SimpleNamespace(name="NodeFinished", level="debug", msg="")
        room(SimpleNamespace(info=info, data=failed))
    room(SimpleNamespace(info=SimpleNamespace(name="CommandCompleted", level="debug", msg="")))
    said = capsys.readouterr().out.splitlines()
    assert len(said) == (word is not None)
    assert word is None or word in said[0]


@pytest.mark.parametrize(
    ("module", "setting", "arguments"),
    [
        ("publish", "PARLEY_PUBLISHED", []),
        ("sql", "PARLEY_PUBLISHED", []),
        ("build", "PARLEY_WAREHOUSE", []),
        ("api.tokens", "PARLEY_API_TOKENS", ["list"]),
        ("privacy", "PARLEY_LANDING_ROOT", ["list"]),
        ("parquet", None, ["--target"]),
    ],
)
def test_a_path_that_is_no_utf8_is_told(
    tmp_path: Path, module: str, setting: str | None, arguments: list[str]
) -> None:
    path = os.fsencode(tmp_path) + b"/\xff/x"
    done = subprocess.run(
        [sys.executable, "-m", f"parley.{module}", *arguments, *([] if setting else [path])],
        env=os.environ | ({setting: os.fsdecode(path)} if setting else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (1 if setting else 2)
    told = done.stderr.splitlines()[-1]
    assert (
        f"{setting or '--target'}{' is' if setting else ':'} {tmp_path}/\\xff/x, which is no UTF-8"
        in told
    )
    assert "rename" in told
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "setting"),
    [
        *[(module, "PARLEY_PUBLISHED") for module in ("publish", "summary", "dashboards", "api")],
        *[
            ("parquet", "PARLEY_PARQUET"),
            ("build", "PARLEY_WAREHOUSE"),
            ("privacy", "PARLEY_ERASURES"),
        ],
        *[("privacy", "PARLEY_LANDING_ROOT"), ("api", "PARLEY_API_TOKENS")],
    ],
)
def test_a_name_longer_than_a_disk_takes_is_told(tmp_path: Path, module: str, setting: str) -> None:
    path = f"{tmp_path}/{'x' * 256}/y"
    done = subprocess.run(
        [sys.executable, "-m", f"parley.{module}", *(["list"] if module == "privacy" else [])],
        env=os.environ | {"PARLEY_LANDING_ROOT": str(tmp_path), setting: path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{setting} is {tmp_path}"[:80] in done.stderr
    assert "a name has more than 255 bytes; name another path" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "setting"),
    [
        *[
            ("publish", "PARLEY_PUBLISHED"),
            ("build", "PARLEY_WAREHOUSE"),
            ("privacy", "PARLEY_ERASURES"),
        ],
        *[("parquet", "PARLEY_PARQUET"), ("api", "PARLEY_API_TOKENS")],
    ],
)
def test_nothing_is_made_in_a_folder_called_like_somebodys_home(
    tmp_path: Path, module: str, setting: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"parley.{module}", *(["list"] if module == "privacy" else [])],
        cwd=tmp_path,
        env=os.environ | {"PARLEY_LANDING_ROOT": str(tmp_path), setting: "~reports/file"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{setting} is ~reports/file, which begins with ~ and a name" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_address_is_no_name_that_is_too_long() -> None:
    assert path_problem(f"s3://bucket/prefix?session_token={'x' * 300}") is None
    assert path_problem("a" * 255) is None
    assert path_problem("a" * 256) is not None


def test_too_little_room_before_the_first_model_is_noticed_at_once() -> None:
    """Of a hook's error dbt tells only its log until all models have failed of it; a query is no error."""
    room = Room()
    for level, said, is_noticed in (
        ("debug", "On master: select 'No space left on device'", False),
        ("debug", "DuckDB adapter: duckdb error: Binder Error: no such column", False),
        ("debug", "DuckDB adapter: duckdb error: Cannot open file: No space left on device", True),
    ):
        room(SimpleNamespace(info=SimpleNamespace(name="AdapterEventDebug", level=level, msg=said)))
        assert (room.sentence is not None) == is_noticed


def finished(resource_type: str, path: str) -> SimpleNamespace:
    """An event of dbt: a node is done."""
    node = SimpleNamespace(resource_type=resource_type, node_path=path)
    return SimpleNamespace(
        info=SimpleNamespace(name="NodeFinished"), data=SimpleNamespace(node_info=node)
    )


def test_progress_counts_what_is_done_by_layer(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    for kind, path in (
        ("seed", "panels.csv"),
        ("model", "staging/a.sql"),
        ("model", "marts/panels/b.sql"),
        ("model", "staging/c.sql"),
        ("test", "unique.sql"),
        ("unit_test", "staging/u.yml"),
    ):
        progress(finished(kind, path))
    progress(SimpleNamespace(info=SimpleNamespace(name="LogStartLine")))
    progress.say()
    assert capsys.readouterr().out.split("s  ", 1)[1] == "1 seeds, 2 staging, 1 marts, 2 tests\n"


def test_what_dbt_writes_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log, too, which is opened before the warehouse, by a user whose files others may read."""

    def invoke(_: list[str]) -> SimpleNamespace:
        (tmp_path / "dbt.log").touch()
        return SimpleNamespace(success=True, exception=None)

    monkeypatch.setattr(build, "dbtRunner", lambda **_: SimpleNamespace(invoke=invoke))
    monkeypatch.delenv("PARLEY_UMASK", raising=False)
    before = os.umask(0o022)
    try:
        assert build.main([]) == 0
        assert (tmp_path / "dbt.log").stat().st_mode & 0o777 == 0o600
        monkeypatch.setenv("PARLEY_UMASK", "all")
        assert build.main([]) == 1
    finally:
        os.umask(before)


def built(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make build` in a folder, as somebody without settings calls it."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
    command = [sys.executable, "-m", "parley.build", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_log_that_a_failed_build_names_is_there(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: other\nprofile: missing\n")
    (tmp_path / "profiles.yml").write_text("parley: {}\n")
    done = built(tmp_path)
    assert done.returncode == 1
    assert "Could not find profile named 'missing'" in done.stdout
    assert "The whole log is logs/dbt.log." in done.stderr
    assert "Could not find profile named 'missing'" in (tmp_path / "logs/dbt.log").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--selct", "a"], "No such option '--selct'."), (["--select"], "requires an argument")],
)
def test_an_option_that_dbt_does_not_know_is_told(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: other\nprofile: missing\n")
    done = built(tmp_path, *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("build: ")
    assert said in done.stderr
    assert "--help" in done.stderr
    assert "dbt.log" not in done.stderr


def test_a_mistyped_selection_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("NoNodesForSelectionCriteria", "NothingToDo", "MainReportVersion"):
        told = SimpleNamespace(info=SimpleNamespace(name=name, level="warn", msg=name))
        Told(Room())(told)
    assert capsys.readouterr().out == "NoNodesForSelectionCriteria\nNothingToDo\n"


def test_a_folder_that_dbt_cannot_write_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert folder_problem(tmp_path / "new" / "target") is None
    problem = folder_problem(tmp_path / "file" / "target")
    assert problem is not None
    assert "DBT_TARGET_PATH" in problem
