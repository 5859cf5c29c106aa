"""Questions of the dashboards on the published demo: panels, totals, reasons; one publication a page view."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from gates.catalogue import definitions as metrics
from parley.dashboards.definitions import definitions
from parley.dashboards.opening import current
from parley.dashboards.publication import (
    Publication,
    PublicationError,
    identity_of,
    open_publication,
)
from parley.dashboards.questions import Question, answer, total
from parley.dashboards.records import records_of
from rig.demo import Demo
from rig.panel_answers import with_the_panels
from rig.question_parity import busiest
from rig.waiting import eventually

VIEWS, PUBLISHES, READERS = 1_000, 20, 3
FIRST, LAST = date(2026, 4, 20), date(2026, 6, 10)


@pytest.fixture(scope="module")
def publication(demo: Demo) -> Iterator[Publication]:
    with open_publication(demo.published) as opened:
        yield opened


@pytest.fixture(scope="module")
def account(publication: Publication) -> str:
    return busiest(publication, "business_dashboard_brand", "account")[0]


def figure(publication: Publication, question: Question) -> object:
    (row,) = total(publication, question).rows.to_pylist()
    return row[question.metric_id]


def test_answers_are_the_panels_figures(publication: Publication) -> None:
    found = with_the_panels(publication)
    assert not found.differences, "\n".join(found.differences[:20])
    shown = {metric for metric, times in found.seen.items() if times}
    assert set(metrics()) - shown == {"nps_feedback_detail"}


def test_every_possible_pair_has_a_query_that_runs(publication: Publication) -> None:
    known = definitions(publication)
    for metric, possible in known.filters.items():
        for name, row in possible.items():
            assert ((metric, name) in known.texts) == row["is_possible"], (metric, name)
        assert (metric, "total") in known.texts
    assert all("$first" in row["sql"] and "$last" in row["sql"] for row in known.texts.values())
    named = {
        name
        for row in known.texts.values()
        for name in re.findall(r'FROM\s+"?(\w+)"?\.', row["sql"])
    }
    assert named == {"marts"}


def test_a_visit_that_met_two_campaigns_is_counted_once_in_the_total(
    publication: Publication, account: str
) -> None:
    question = Question("prospects", ("campaign",), FIRST, LAST, (("account", (account,)),))
    rows = answer(publication, question).rows.to_pylist()
    (by_hand,) = publication.records(
        "select count(distinct visit_key) as visits from marts.fct_visit_members "
        "where account_id = $account and is_prospect and date_day between $first and $last",
        {"account": account, "first": FIRST, "last": LAST},
    )
    assert figure(publication, question) == by_hand["visits"]
    assert sum(row["prospects"] for row in rows) > by_hand["visits"]
    assert all(row["campaign_name"] for row in rows)


def test_a_conversation_of_several_dates_is_counted_once_in_the_total(
    publication: Publication, account: str
) -> None:
    question = Question("handled_conversations", ("date",), FIRST, LAST, (("account", (account,)),))
    rows = answer(publication, question).rows.to_pylist()
    (by_hand,) = publication.records(
        "select count(distinct conversation_id) as talks from marts.fct_handled_conversation_days "
        "where account_id = $account and date_day between $first and $last",
        {"account": account, "first": FIRST, "last": LAST},
    )
    assert figure(publication, question) == by_hand["talks"]
    assert sum(row["handled_conversations"] for row in rows) > by_hand["talks"]
    assert {type(row["date"]) for row in rows} == {date}


def test_a_total_is_of_what_passes_the_filters_and_divided_last(
    publication: Publication, account: str
) -> None:
    """Two agents' CSAT together is (good + good) / (valid + valid), and no mean of two rates."""
    by_agent = Question("csat_score", ("agent",), FIRST, LAST, (("account", (account,)),))
    agents = tuple(row["agent"] for row in answer(publication, by_agent).rows.to_pylist())[:2]
    filters = (("account", (account,)), ("agent", agents))
    (by_hand,) = publication.records(
        "select sum(csat_good) / sum(csat_valid) as score from marts.agent_messaging_activity "
        "where account_id = $account and list_contains($agents, agent_id) "
        "and date_day between $first and $last",
        {"account": account, "agents": list(agents), "first": FIRST, "last": LAST},
    )
    said = figure(publication, Question("csat_score", ("agent",), FIRST, LAST, filters))
    assert said == pytest.approx(by_hand["score"])


def test_no_ids_let_nothing_pass(publication: Publication, account: str) -> None:
    filters: tuple[tuple[str, tuple[str, ...]], ...] = (("account", (account,)), ("campaign", ()))
    assert figure(publication, Question("prospects", (), FIRST, LAST, filters)) == 0


def test_amounts_of_several_currencies_are_not_added_up(
    publication: Publication, account: str
) -> None:
    revenue = "total_direct_revenue_after_engagement"
    currencies = definitions(publication).currencies
    other = next(one for one, money in currencies.items() if money != currencies[account])
    both = Question(revenue, (), FIRST, LAST, (("account", (account, other)),))
    said = answer(publication, both)
    assert said.reason is not None
    assert currencies[other] in said.reason
    assert said.rows.num_rows == 0
    each = Question(revenue, ("account",), FIRST, LAST, both.filters)
    assert answer(publication, each).reason is None
    assert answer(publication, Question(revenue, (), FIRST, LAST)).reason is not None


def test_what_cannot_be_asked_has_a_reason(publication: Publication, account: str) -> None:
    told = definitions(publication).filters["prospect_rate"]["campaign"]["reason"]
    own = (("account", (account,)),)
    over_a_range = Question("prospect_rate", ("campaign",), FIRST, LAST, own)
    assert answer(publication, over_a_range).reason == told
    # by date the panel has it, of one account and nothing else
    by_date = Question("prospect_rate", ("date", "campaign"), FIRST, LAST, own)
    rows = answer(publication, by_date).rows
    assert rows.column_names == ["date", "campaign", "campaign_name", "prospect_rate"]
    assert rows.num_rows > 0
    assert total(publication, by_date).rows.num_rows == 1  # the account's, asked without campaigns
    chosen = tuple(rows.column("campaign").to_pylist()[:1])
    one = Question("prospect_rate", ("date",), FIRST, LAST, (*own, ("campaign", chosen)))
    assert answer(publication, one).rows.column_names == ["date", "prospect_rate"]
    assert total(publication, one).reason == told
    for refused in (
        Question("prospect_rate", ("date", "campaign"), FIRST, LAST),
        Question("prospect_rate", ("date",), FIRST, LAST, (*own, ("campaign", (*chosen, "other")))),
        Question(
            "prospect_rate",
            ("date", "campaign"),
            FIRST,
            LAST,
            (*own, ("initial_device", ("MOBILE",))),
        ),
    ):
        assert answer(publication, refused).reason == told, refused
    assert (
        answer(publication, Question("no_such_metric")).reason
        == "There is no metric no_such_metric."
    )
    assert answer(
        publication, Question("sessions", (), None, None, (("moon", ("1",)),))
    ).reason == ("There is no filter moon.")
    mean = answer(publication, Question("livesms_avg_replied_per_conversation", ()))
    assert mean.reason == (
        "It is a mean over the days of a range; choose its first and its last date."
    )
    assert total(publication, Question("nps_feedback_detail", ())).reason is not None


def test_the_rows_behind_a_figure_are_those_it_counts(
    publication: Publication, account: str
) -> None:
    own = (("account", (account,)),)
    (visits,) = records_of(publication, Question("sessions", (), FIRST, LAST, own), limit=9**9)
    sessions = sum(row["sessions"] for row in visits.rows.to_pylist())
    assert sessions == figure(publication, Question("sessions", (), FIRST, LAST, own))
    campaign = answer(publication, Question("prospects", ("campaign",), FIRST, LAST, own))
    one = Question(
        "prospects", (), FIRST, LAST, (*own, ("campaign", (campaign.rows[0][0].as_py(),)))
    )
    (eligible,) = records_of(publication, one, limit=9**9)
    rows = eligible.rows.to_pylist()
    assert eligible.mart == "fct_visit_members"
    assert len({row["visit_key"] for row in rows}) == figure(publication, one) > 0
    assert all(row["is_prospect"] for row in rows)
    talks = busiest(publication, "one_to_one_daily", "account")[0]
    (calls,) = records_of(publication, Question("video_requests", filters=(("account", (talks,)),)))
    assert calls.number == figure(
        publication, Question("video_requests", filters=(("account", (talks,)),))
    )
    assert {row["medium"] for row in calls.rows.to_pylist()} == {"video"}


def test_where_there_is_a_figure_there_are_rows(publication: Publication, account: str) -> None:
    for metric in definitions(publication).filters:
        question = Question(metric, (), FIRST, LAST, (("account", (account,)),))
        said = figure(publication, question) if metric != "nps_feedback_detail" else None
        found = records_of(publication, question, limit=1)
        assert found, metric
        for rows in found:
            assert rows.rows.num_rows == min(rows.number, 1)
        if said:
            assert any(rows.number for rows in found), metric
    by_campaign = Question("sessions", (), FIRST, LAST, (("campaign", ("1",)),))
    assert records_of(publication, by_campaign) == ()


def test_many_threads_ask_one_publication(publication: Publication, account: str) -> None:
    days = [FIRST + timedelta(days=number) for number in range(24)]
    expected = {
        row["date"]: row["sessions"]
        for row in answer(
            publication,
            Question("sessions", ("date",), days[0], days[-1], (("account", (account,)),)),
        ).rows.to_pylist()
    }
    said: dict[date, object] = {}

    def ask(day: date) -> None:
        said[day] = figure(
            publication, Question("sessions", (), day, day, (("account", (account,)),))
        )

    threads = [threading.Thread(target=ask, args=(day,)) for day in days]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == {day: expected.get(day, 0) for day in days}


def small_publication(path: Path, version: int, *, whole: bool = True) -> None:
    """A file with the tables that a page needs, and a number that tells it from others."""
    tables = ["accounts", "metric_catalog", "metric_datasets", "metric_filters"]
    tables += ["record_lines"] + ["metric_sql"] * whole
    made = path.with_name("made.duckdb")
    with duckdb.connect(str(made)) as connection:
        connection.execute("create schema marts")
        for name in tables:
            connection.execute(f"create table marts.{name} as select {version} as version")
    made.replace(path)


def version_of(opened: Publication, mart: str = "accounts") -> int:
    (row,) = opened.records(f'select version from "marts"."{mart}"')
    return int(row["version"])


def test_a_publish_in_the_middle_is_the_next_views(tmp_path: Path) -> None:
    # the name that makes marts.<table> ambiguous elsewhere
    published = tmp_path / "marts.duckdb"
    small_publication(published, 1)
    assert identity_of(tmp_path / "none.duckdb") == ""
    with open_publication(published) as before:
        assert version_of(before) == 1
        small_publication(tmp_path / "next.duckdb", 2)
        (tmp_path / "next.duckdb").replace(published)
        with open_publication(published) as after:
            assert version_of(after) == 2
            assert version_of(before) == 1
            assert after.identity != before.identity
            assert after.identity == identity_of(published)


def test_a_thousand_page_views_during_twenty_publishes(tmp_path: Path) -> None:
    """Views go on while a file takes the other's place; what one view asks, the same file answers."""
    published = tmp_path / "parley_marts.duckdb"
    small_publication(published, 0)
    views: list[set[int]] = []
    failures: list[BaseException] = []
    is_published = threading.Event()

    def read() -> None:
        try:
            while len(views) < VIEWS or not is_published.is_set():
                opened = current(published)
                views.append({version_of(opened, mart) for mart in ("accounts", "metric_sql")})
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        for version in range(1, PUBLISHES + 1):
            small_publication(published, version)
            # a view more than can have begun before
            enough = len(views) + READERS + 1
            eventually(lambda enough=enough: len(views) >= enough or failures, "it is read")
    finally:
        is_published.set()
        for thread in threads:
            thread.join()
    assert not failures
    assert len(views) >= VIEWS
    assert {len(versions) for versions in views} == {1}
    assert set.union(*views) >= set(range(1, PUBLISHES + 1))
    assert version_of(current(published)) == PUBLISHES


def test_what_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    published = tmp_path / "parley_marts.duckdb"
    with pytest.raises(PublicationError, match=r"no published file at .* `make run` makes it"):
        open_publication(published)
    with pytest.raises(PublicationError, match="is a folder; set PARLEY_PUBLISHED"):
        open_publication(tmp_path)
    published.write_text("no database")
    with pytest.raises(PublicationError, match="is no DuckDB file"):
        open_publication(published)
    published.unlink()
    small_publication(published, 1, whole=False)
    with pytest.raises(
        PublicationError, match=r"another version of Parley \(it has no metric_sql\)"
    ):
        open_publication(published)


def test_a_file_that_is_being_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    published = tmp_path / "parley_marts.duckdb"
    small_publication(published, 1)
    code = f"import duckdb; held = duckdb.connect({str(published)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(PublicationError, match=r"held by .*; try again after it"):
            open_publication(published)
        writer.communicate("\n")
    open_publication(published).close()


def test_a_publication_reaches_no_other_file(tmp_path: Path) -> None:
    published = tmp_path / "parley_marts.duckdb"
    small_publication(published, 1)
    shutil.copyfile(published, tmp_path / "other.duckdb")
    with open_publication(published) as opened, pytest.raises(duckdb.Error):
        opened.rows(f"attach '{tmp_path / 'other.duckdb'}' as other")
