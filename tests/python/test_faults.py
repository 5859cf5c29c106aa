"""What goes wrong on the way: killed builds, and people's mistakes, each told in one sentence."""

from __future__ import annotations

import random
import shlex
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from rig import (
    EVERYTHING,
    Bench,
    Done,
    Marts,
    Site,
    json_lines,
    landed,
    mart_differences,
)
from worlds import deliveries, make_world

ACCOUNTS = 24
TEXTING = 8
SEED = 41
CONFIGURATION = "liveperson/configuration"
ENTITY = landed(
    CONFIGURATION, json_lines([{"entity": "lob", "accountId": "A", "id": 1, "name": "Shoes"}])
)
#: Of about eighty models; a build that has none to come is killed at its end.
MODELS_BUILT = 100
WITH_TESTS = ("build", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Story:
    """A world in two deliveries: built from the first, and what a whole build says of both."""

    base: Site
    nothing: Site
    marts: Marts


@pytest.fixture(scope="module")
def story(bench: Bench) -> Story:
    """The world whose builds are killed."""
    first, second = deliveries(make_world(SEED, ACCOUNTS, attentive=TEXTING), 2, SEED)
    base, nothing = bench.site(EVERYTHING), bench.site(EVERYTHING)
    base.land(first)
    base.build()
    assert base.publish().code == 0
    base.land(second)
    nothing.land([*first, *second])
    marts = nothing.copy().build()
    return Story(base, nothing, marts)


def killed(site: Site, moment: random.Random, *arguments: str) -> Done:
    """Kill a build somewhere: after so many models, and a moment more."""
    running = site.start(*arguments)
    models = moment.randint(0, MODELS_BUILT)
    running.read_until("Concurrency:" if models == 0 else "OK created sql", max(models, 1))
    time.sleep(moment.random() * 0.1)
    done = running.kill()
    assert done.code == -9, f"it ended before it could be killed: {done.output[-2000:]}"
    return done


def kinds(story: Story) -> dict[str, tuple[Site, tuple[str, ...]]]:
    return {
        "first": (story.nothing, EVERYTHING),
        "incremental": (story.base, EVERYTHING),
        "with tests": (story.base, WITH_TESTS),
        "full refresh": (story.base, (*EVERYTHING, "--full-refresh")),
    }


def check_recovery(story: Story, kind: str, seed: int, times: int = 1) -> None:
    """Kill a build; what was published stays; one more build ends where a clean one does."""
    start, arguments = kinds(story)[kind]
    site = start.copy()
    published = site.published.read_bytes() if site.published.exists() else None
    if published:
        # what a full refresh leaves that is killed behind its commit, of a model that does not change
        with duckdb.connect(str(site.warehouse)) as warehouse:
            warehouse.execute(
                "create table marts.one_to_one_auto_messages__dbt_backup as select 1 as one"
            )
    moment = random.Random(seed)
    for _ in range(times):
        killed(site, moment, *arguments)
    assert (site.published.read_bytes() if site.published.exists() else None) == published
    assert mart_differences(story.marts, site.build()) == []
    if published:
        assert site.publish().code == 0
        assert site.published.read_bytes() != published


@pytest.mark.parametrize(
    ("kind", "seed", "times"),
    [
        ("first", 2, 2),
        ("incremental", 3, 1),
        ("full refresh", 5, 1),
    ],
)
def test_the_next_build_repairs_a_killed_one(
    story: Story, kind: str, seed: int, times: int
) -> None:
    check_recovery(story, kind, seed, times)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["first", "incremental", "with tests", "full refresh"])
@pytest.mark.parametrize("seed", range(10, 18))
def test_the_next_build_repairs_a_killed_one_at_length(story: Story, kind: str, seed: int) -> None:
    check_recovery(story, kind, seed, times=1 + seed % 3)


def test_the_next_build_goes_on_where_room_was_too_little(story: Story) -> None:
    """First the disk, then the memory is full: one sentence each, and the next build is whole."""
    site = story.base.copy()
    # no file may grow beyond 300 KiB, and the warehouse is larger already
    build = shlex.join([sys.executable, "-m", "parley.build", *EVERYTHING[1:]])
    full = site.spawn(["bash", "-c", f"ulimit -f 300 && exec {build}"], {"DBT_WRITE_JSON": "false"})
    refused(full.wait(), "A disk is full", "Make room")
    refused(site.run(settings={"PARLEY_MEMORY_LIMIT": "20MB"}), "ran out of memory", "MEMORY_LIMIT")
    assert mart_differences(story.marts, site.build()) == []


def test_a_file_gone_before_it_was_loaded_blocks_nothing(site: Site) -> None:
    gone = landed(CONFIGURATION, ENTITY.content, name="gone")
    site.land([ENTITY, gone])
    running = site.start()
    assert running.read_until("OK created sql incremental model staging.stg_landing__files")
    running.kill()
    (site.landing / gone.path).unlink()
    files = [row["file_name"] for row in site.build()["landing_audit"].records()]
    assert files in ([Path(ENTITY.path).name], sorted(Path(f.path).name for f in (ENTITY, gone)))


# -- mistakes, told in one sentence ---------------------------------------------------------------


def refused(done: Done, *words: str) -> None:
    """It failed, said why and what to do, and no more than that."""
    assert done.code not in (0, None), done.output[-3000:]
    assert "Traceback" not in done.output, done.output[-3000:]
    assert 'File "' not in done.output, done.output[-3000:]
    telling = [line for line in done.output.splitlines() if all(word in line for word in words)]
    assert telling, f"no line with {words} in: {done.output[-3000:]}"


def test_a_second_build_at_once_is_refused(story: Story) -> None:
    site = story.nothing.copy()
    first = site.start()
    assert first.read_until("OK created sql")
    first.process.send_signal(signal.SIGSTOP)  # it does not end before the other has begun
    refused(site.run(), "is being written by another process", "Wait until")
    first.process.send_signal(signal.SIGCONT)
    assert first.wait().code == 0
    assert mart_differences(story.marts, site.marts()) == []


def test_a_build_without_rows_is_refused(bench: Bench) -> None:
    site = bench.site(EVERYTHING)
    site.land([ENTITY])
    marts = site.build()
    refused(site.run(*site.models, "--empty"), "--empty", "hold nothing", "PARLEY_WAREHOUSE")
    assert mart_differences(marts, site.marts()) == []
    assert mart_differences(marts, site.build()) == []
    assert site.publish().code == 0


def test_a_landing_root_is_not_read_without_rows(site: Site) -> None:
    site.land([ENTITY])
    refused(site.run(*site.models, "--empty"), "--empty", "hold nothing", "PARLEY_LANDING_ROOT")
    assert len(site.build()["landing_audit"].rows) == 1


def test_what_a_retry_repairs_is_published(bench: Bench) -> None:
    site = bench.site(EVERYTHING)
    table, written = "staging.stg_liveperson__configuration_deliveries", {"DBT_WRITE_JSON": "true"}
    site.land([ENTITY])
    site.build()
    with duckdb.connect(str(site.warehouse)) as connection:
        connection.execute(f"alter table {table} add column another_version integer")
    site.land([landed(CONFIGURATION, ENTITY.content, name="again")])
    assert site.run(settings=written).code != 0
    refused(site.publish(), "did not finish")
    with duckdb.connect(str(site.warehouse)) as connection:
        connection.execute(f"alter table {table} drop column another_version")
    assert site.run("run", "--select", "dim_days").code == 0
    refused(site.publish(), "did not finish")
    assert site.run("retry", settings=written).code == 0
    assert site.publish().code == 0
    assert len(site.marts()["landing_audit"].rows) == 2


def folder_for_warehouse(site: Site) -> None:
    site.warehouse.mkdir()


def text_for_warehouse(site: Site) -> None:
    site.warehouse.write_bytes(b"no database" * 5000)


def warehouse_nobody_can_write(site: Site) -> None:
    site.warehouse.symlink_to("/proc/parley.duckdb")


def no_landing_root(site: Site) -> None:
    site.landing.rmdir()


def file_for_landing_root(site: Site) -> None:
    no_landing_root(site)
    site.landing.write_text("")


def landing_root_in_a_circle(site: Site) -> None:
    no_landing_root(site)
    site.landing.symlink_to(site.landing)


def accounts(content: bytes) -> Callable[[Site], None]:
    def accounts_csv(site: Site) -> None:
        site.land([ENTITY])
        (site.landing / "accounts.csv").write_bytes(content)

    return accounts_csv


MISTAKES = {
    folder_for_warehouse: ("is a folder", "PARLEY_WAREHOUSE"),
    text_for_warehouse: ("cannot be opened", "PARLEY_WAREHOUSE"),
    warehouse_nobody_can_write: ("cannot be opened", "PARLEY_WAREHOUSE"),
    no_landing_root: ("does not exist", "PARLEY_LANDING_ROOT"),
    file_for_landing_root: ("is a file", "PARLEY_LANDING_ROOT"),
    landing_root_in_a_circle: ("landing root", "PARLEY_LANDING_ROOT"),
    accounts(b"account_id,timezone\nA,UTC\nshop-7,Mars/Olympus\n"): ("shop-7", "Mars/Olympus"),
    accounts(b"account_id,account_name\nA,Caf\xe9\n"): ("accounts.csv", "UTF-8"),
    accounts(b"A,Shoes\n"): ("accounts.csv", "account_id", "header"),
    accounts(b'account_id,account_name,timezone\nA,"Shoes,UTC\n'): (
        "accounts.csv, line 2",
        "account A",
    ),
    accounts(b"account_id,control_group_share\nA,10\n"): ("line 2", "account A", "10", "0.1"),
}


@pytest.mark.parametrize(
    ("mistake", "words"), MISTAKES.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_a_mistake_is_told_in_one_sentence(
    site: Site,
    mistake: Callable[[Site], None],
    words: tuple[str, ...],
) -> None:
    mistake(site)
    refused(site.run(), *words)


def test_what_a_command_reads_and_does_not_build_is_told(site: Site) -> None:
    """Seeds and models that are not there: said before anything is built, and only then."""
    refused(site.run("run", "--select", "metric_catalog"), '"seed dashboard_panels"', "dbt seed")
    refused(site.run("build", "--select", "accounts"), '"model int_accounts"', "a + before")
    refused(site.run("test", "--select", "accounts"), '"model accounts"', "Run dbt build")
    assert site.run("seed").code == 0
    assert site.run("run", "--select", "metric_catalog", "+stg_accounts").code == 0


def test_a_part_may_be_built_first(site: Site) -> None:
    """Of its tests, those that also read what is not built wait until it is."""
    made = site.run("build", "--select", "+stg_landing__files")
    assert made.code == 0, made.output
    assert site.run("build", "--select", "+landing_audit").code == 0


def test_a_word_that_allows_nothing_is_told_before_there_is_a_warehouse(site: Site) -> None:
    settings = {"PARLEY_ALLOW": "lost_files, lost"}
    refused(site.run(settings=settings), "PARLEY_ALLOW", '"lost"', "lost_settings, lost_files")


def test_a_warehouse_below_a_file_is_told(site: Site) -> None:
    (site.folder / "file.txt").write_text("")
    settings = {"PARLEY_WAREHOUSE": str(site.folder / "file.txt" / "warehouse.duckdb")}
    refused(site.run(settings=settings), "folder", "cannot be made", "PARLEY_WAREHOUSE")


# -- nothing there --------------------------------------------------------------------------------


def test_nothing_landed_is_no_fault(site: Site) -> None:
    marts = site.build()
    # what is there whatever has landed
    always = {"dim_days", "metric_catalog", "metric_datasets", "metric_filters", "personal_data"}
    assert {name for name, mart in marts.items() if mart.rows} <= always
    assert len(marts) > 20
    site.land([landed(feed, b"") for feed in (CONFIGURATION, "liveperson/web_sessions")])
    again = site.build()
    assert {name for name, mart in again.items() if mart.rows} <= {"landing_audit", *always}
    assert [row["lines_delivered"] for row in again["landing_audit"].records()] == [0, 0]
