"""The analyses: each gives on the demo what its file and analyses/README.md say, and that is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import pytest
import yaml
from scipy.stats import norm

from parley.analysis import REFERENCE, Analysis, AnalysisError, answer, read_analyses, read_analysis
from rig.demo import Demo

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "analyses"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
ANALYSES = {analysis.name: analysis for analysis in read_analyses(FOLDER)}
MARTS = {path.stem for path in (ROOT / "models/marts").rglob("*.sql")}
NUMBER = re.compile(r"(?<![\w-])(\d{4}-\d\d-\d\d|\d+(?:\.\d+)?%?)")
EACH = pytest.mark.parametrize("analysis", ANALYSES.values(), ids=list(ANALYSES))

Row = dict[str, Any]
Answers = dict[str, tuple[list[str], list[list[str]]]]


def described() -> dict[str, dict[str, Any]]:
    """What the YAML files say of each analysis."""
    return {
        one["name"]: one
        for file in sorted(FOLDER.glob("*.yml"))
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))["analyses"]
    }


def cells(text: str) -> list[list[str]]:
    """The cells of the tables in a text, heading included, rule left out."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return [row for row in rows if set(row) != {"---"}]


def section(name: str) -> str:
    """What analyses/README.md has under the name of an analysis."""
    return README.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


# -- what is written ----------------------------------------------------------------------------


def test_there_are_at_least_ten_questions() -> None:
    assert len(ANALYSES) >= 10
    assert all(analysis.question.endswith("?") for analysis in ANALYSES.values())
    assert len({analysis.question for analysis in ANALYSES.values()}) == len(ANALYSES)


def test_the_page_has_every_question_with_the_answer_of_its_file() -> None:
    told = {
        name: (question, rest[0])
        for first, *rest in cells(README.split("\n## ", 1)[0])[1:]
        for question, name in re.findall(r"\[(.+)\]\(#(\w+)\)", first)
    }
    assert told == {one.name: (one.question, one.answer) for one in ANALYSES.values()}
    assert set(re.findall(r"^## (\w+)$", README, re.MULTILINE)) == set(ANALYSES)


@EACH
def test_descriptions_begin_with_the_question(analysis: Analysis) -> None:
    description = " ".join(described()[analysis.name]["description"].split())
    assert description.startswith(f"{analysis.question} One row ")


@EACH
def test_only_published_marts_are_read(analysis: Analysis) -> None:
    named = set(REFERENCE.findall(analysis.query))
    assert named
    assert named <= MARTS
    assert "{{" not in analysis.sql("parley.marts")


@EACH
def test_no_rate_is_averaged(analysis: Analysis) -> None:
    assert not re.search(r"\b(avg|median)\([^)]*(rate|ratio|csat|aov|pct)", analysis.query)


# -- what comes of it ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(demo: Demo) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's published marts."""
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def answers(published: duckdb.DuckDBPyConnection) -> Answers:
    """Every analysis' columns and rows."""
    return {name: answer(published, analysis) for name, analysis in ANALYSES.items()}


@pytest.mark.slow
@EACH
def test_it_gives_what_the_page_says(analysis: Analysis, answers: Answers) -> None:
    columns, rows = answers[analysis.name]
    assert rows
    assert [columns, *rows] == cells(section(analysis.name))


@pytest.mark.slow
@EACH
def test_numbers_of_the_stated_answer_are_in_the_rows(analysis: Analysis, answers: Answers) -> None:
    values = {cell for row in answers[analysis.name][1] for cell in row}
    numbers = [Decimal(cell) for cell in values if re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    stated = NUMBER.findall(analysis.answer)
    assert stated
    assert [text for text in stated if not said_by(text, values, numbers)] == []


def said_by(text: str, values: set[str], numbers: list[Decimal]) -> bool:
    """Whether a date, a number or a percentage is a value, rounded as the text rounds it."""
    if text in values or "-" in text:
        return text in values
    share = text.endswith("%")
    wanted = Decimal(text.rstrip("%"))
    return any(
        (number * 100 if share else number).quantize(wanted, ROUND_HALF_UP) == wanted
        for number in numbers
    )


@pytest.mark.slow
@EACH
def test_columns_are_described_in_their_order(analysis: Analysis, answers: Answers) -> None:
    columns = described()[analysis.name]["columns"]
    assert [column["name"] for column in columns] == answers[analysis.name][0]
    assert all(len(column["description"]) > 10 for column in columns)


@pytest.mark.slow
@EACH
def test_the_order_of_rows_is_total(
    analysis: Analysis, published: duckdb.DuckDBPyConnection
) -> None:
    """The last query's keys of order, without what only its select names, tell all rows apart."""
    query = analysis.sql(f"{published_name(published)}.marts")
    ctes, last = query.rsplit("\nselect\n", 1)
    rest, order = last.split("\nfrom ", 1)[1].rsplit("\norder by ", 1)
    keys = [key.split()[0] for key in order.split(", ")]
    keys = [key for key in keys if "." in key] or keys
    counted = f"{ctes}\nselect count(*), count(distinct row({', '.join(keys)})) from {rest}"
    found = published.execute(counted).fetchone()
    assert found is not None
    assert found[0] == found[1] > 0


def published_name(connection: duckdb.DuckDBPyConnection) -> str:
    """The open file's name as a catalog, quoted."""
    found = connection.execute("select current_database()").fetchone()
    assert found is not None
    return f'"{found[0]}"'


# -- whether it is true: the same from other marts, in plain Python -----------------------------


def read(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Row]:
    """A mart's rows by column name."""
    found = connection.execute(f"select * from {published_name(connection)}.marts.{mart}")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def stated(answers: Answers, name: str, *keys: str) -> dict[tuple[str, ...], dict[str, str]]:
    """An analysis' rows by the values of some columns."""
    columns, rows = answers[name]
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return {tuple(record[key] for key in keys): record for record in records}


def names_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What accounts are called."""
    return {row["account_id"]: row["account_name"] for row in read(connection, "accounts")}


def wilson(good: int, of: int) -> tuple[float, float]:
    """Both ends of Wilson's interval: the rates from which the observed one is 1.96 errors away."""
    seen = good / of

    def end(outside: float) -> float:
        """By halving: inside, the observed rate is nearer; outside, farther."""
        inside = seen
        for _ in range(80):
            middle = (inside + outside) / 2
            if (seen - middle) ** 2 * of > 1.959964**2 * middle * (1 - middle):
                outside = middle
            else:
                inside = middle
        return inside

    return end(0.0), end(1.0)


@pytest.mark.slow
def test_control_against_exposed_is_true(
    answers: Answers, published: duckdb.DuckDBPyConnection
) -> None:
    """Visits of each kind counted one by one, conversions one by one."""
    accounts = names_of(published)
    campaigns = {
        (row["account_id"], row["entity_id"]): row["entity_name"]
        for row in read(published, "dim_members")
        if row["entity"] == "campaign"
    }
    control: dict[Any, set[str]] = defaultdict(set)
    exposed: dict[Any, set[str]] = defaultdict(set)
    for row in read(published, "fct_visit_members"):
        key = row["account_id"], row["campaign_id"]
        if row["is_prospect"] and row["attribution_group"] == "control":
            control[key].add(row["visit_id"])
        if row["is_exposed"]:
            exposed[key].add(row["visit_id"])
    won: Counter[Any] = Counter()
    for row in read(published, "attributed_conversions"):
        key = row["account_id"], row["campaign_id"]
        won[key, row["attribution_group"]] += 1
        won[key, row["control_kind"]] += 1
    expected = {}
    for key in exposed:
        seen, unseen = len(exposed[key]), len(control[key])
        if min(seen, unseen) < 30:
            continue
        after = won[key, "self_service"]
        both = after + won[key, "messaging"]
        if won[key, "control"] / unseen > after / seen:
            expected[accounts[key[0]], campaigns[key]] = (
                (unseen, won[key, "control"], won[key, "holdout"]),
                (seen, both),
            )
    found = stated(answers, "control_against_exposed", "account_name", "campaign_name")
    assert set(found) == set(expected)
    for names, ((unseen, control_won, held), (seen, both)) in expected.items():
        row = found[names]
        assert (row["control_visits"], row["control_conversions"]) == (
            str(unseen),
            str(control_won),
        )
        assert (row["of_these_holdout"], row["exposed"]) == (str(held), str(seen))
        rate, other = control_won / unseen, both / seen
        low, high = wilson(control_won, unseen)
        other_low, other_high = wilson(both, seen)
        down = ((rate - low) ** 2 + (other_high - other) ** 2) ** 0.5
        up = ((high - rate) ** 2 + (other - other_low) ** 2) ** 0.5
        for column, value in (
            ("exposed_rate", other),
            ("difference", rate - other),
            ("difference_low", rate - other - down),
            ("difference_high", rate - other + up),
        ):
            assert float(row[column]) == pytest.approx(value, abs=6e-5), (names, column)
    above = [names for names, row in found.items() if float(row["difference_low"]) > 0]
    assert above == [("Harrowgate Home", "Trade Sign-up")]
    assert len(found) == 17  # which the stated answer says in a word


@pytest.mark.slow
def test_incremental_over_a_range_is_true(
    answers: Answers, published: duckdb.DuckDBPyConnection
) -> None:
    """The brand's visits and conversions one by one, without the panels."""
    groups: dict[Any, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in read(published, "fct_visit_members"):
        visits = groups[row["account_id"]]
        if row["is_engaged"]:
            visits["engaged"].add(row["visit_id"])
        if row["is_exposed"] and row["attribution_group"] == "self_service":
            visits["not_engaged"].add(row["visit_id"])
        if row["is_prospect"] and row["attribution_group"] == "control":
            visits["control"].add(row["visit_id"])
    won = Counter(
        (row["account_id"], row["attribution_group"])
        for row in read(published, "attributed_conversions")
    )
    accounts = names_of(published)
    found = stated(answers, "incremental_over_a_range", "account_name")
    checked = 0
    for account, visits in groups.items():
        if len(visits["engaged"]) < 100:
            continue
        engaged = len(visits["engaged"])
        talked = won[account, "messaging"]
        other = won[account, "self_service"] / len(visits["not_engaged"])
        control = won[account, "control"] / len(visits["control"])
        row = found[accounts[account],]
        assert (row["engaged"], row["conversions"]) == (str(engaged), str(talked))
        assert float(row["incremental_conversions"]) == pytest.approx(
            (talked / engaged - other) * engaged, abs=0.051
        )
        assert float(row["beyond_control"]) == pytest.approx(talked - control * engaged, abs=0.051)
        checked += 1
    assert checked == len(found) > 0


@pytest.mark.slow
def test_csat_of_few_answers_is_true(
    answers: Answers, published: duckdb.DuckDBPyConnection
) -> None:
    accounts, names = names_of(published), {}
    for row in read(published, "dim_members"):
        if row["entity"] == "agent":
            names[row["account_id"], row["entity_id"]] = row["entity_name"]
    good: Counter[Any] = Counter()
    valid: Counter[Any] = Counter()
    for row in read(published, "agent_messaging_activity"):
        for key in (row["account_id"], (row["account_id"], row["agent_id"])):
            good[key] += row["csat_good"]
            valid[key] += row["csat_valid"]
    agents = [key for key in valid if isinstance(key, tuple) and valid[key]]
    agents.sort(key=lambda key: (-good[key] / valid[key], -valid[key], key))
    found = stated(answers, "csat_of_few_answers", "place")
    for place, key in enumerate(agents[:12], start=1):
        row = found[str(place),]
        assert (row["account_name"], row["agent_name"]) == (accounts[key[0]], names[key])
        low, high = wilson(good[key], valid[key])
        assert float(row["csat_low"]) == pytest.approx(low, abs=6e-5)
        assert float(row["csat_high"]) == pytest.approx(high, abs=6e-5)
        assert row["is_above_account"] == str(low > good[key[0]] / valid[key[0]])
    assert sum(row["is_above_account"] == "True" for row in found.values()) == 3  # in a word


@pytest.mark.slow
def test_waits_for_a_person_are_true(
    answers: Answers, published: duckdb.DuckDBPyConnection
) -> None:
    """From the messages: the first one of a person after the handover."""
    people: dict[Any, list[Any]] = defaultdict(list)
    for row in read(published, "marketplace_messages"):
        if row["sent_by"] == "human":
            people[row["account_id"], row["conversation_id"]].append(row["message_at"])
    waits: dict[str, list[float]] = defaultdict(list)
    unanswered: Counter[str] = Counter()
    for row in read(published, "marketplace_conversations"):
        if row["escalated_at"] is None:
            continue
        sent = people[row["account_id"], row["conversation_id"]]
        later = [at for at in sent if at > row["escalated_at"]]
        if later:
            wait: timedelta = min(later) - row["escalated_at"]
            waits[row["account_name"]].append(wait.total_seconds() / 60)
        else:
            unanswered[row["account_name"]] += 1
    expected = {name: times for name, times in waits.items() if len(times) >= 10}
    found = stated(answers, "waits_for_a_person", "account_name")
    assert {name for (name,) in found} == set(expected)
    for name, times in expected.items():
        row = found[name,]
        assert row["answered"] == str(len(times))
        assert row["unanswered"] == str(unanswered[name])
        assert row["over_ten_minutes"] == str(sum(time > 10 for time in times))
        assert float(row["median_minutes"]) == pytest.approx(median(times), abs=0.051)
        assert float(row["mean_minutes"]) == pytest.approx(sum(times) / len(times), abs=0.051)


@pytest.mark.slow
def test_shops_are_true(answers: Answers, published: duckdb.DuckDBPyConnection) -> None:
    accounts = names_of(published)
    orders: dict[str, list[Row]] = defaultdict(list)
    for row in read(published, "fct_one_to_one_orders"):
        orders[accounts[row["account_id"]]].append(row)
    seen: dict[str, list[str]] = defaultdict(list)
    for row in read(published, "fct_one_to_one_visitor_days"):
        if row["had_impression"]:
            seen[accounts[row["account_id"]]].append(row["visitor_id"])
    compared = stated(answers, "gmv_is_not_aov_times_orders", "account_name")
    visitors = stated(answers, "visitors_over_weeks", "account_name")
    assert {name for (name,) in compared} == set(orders) == {name for (name,) in visitors}
    for name, won in orders.items():
        row = compared[name,]
        video = [Decimal(str(order["net_value"])) for order in won if order["had_video"]]
        every = [Decimal(str(order["net_value"])) for order in won]
        assert (row["orders"], row["orders_after_video"]) == (str(len(every)), str(len(video)))
        assert Decimal(row["attributed_gmv"]) == sum(video)
        assert Decimal(row["aov_times_orders"]) == sum(every)
        assert visitors[name,]["visitors"] == str(len(set(seen[name])))
        assert visitors[name,]["sum_of_days"] == str(len(seen[name]))


# -- the command --------------------------------------------------------------------------------


def run_analysis(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line from the project's folder, far from any real warehouse."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    return subprocess.run(
        [sys.executable, "-m", "parley.analysis", *arguments],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT / "src")} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_name_every_question_is_listed(tmp_path: Path) -> None:
    done = run_analysis(PARLEY_WAREHOUSE=str(tmp_path / "none.duckdb"))
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(ANALYSES)
    assert all(analysis.question in done.stdout for analysis in ANALYSES.values())


@pytest.mark.slow
def test_an_answer_is_printed_with_what_to_beware_of(demo: Demo) -> None:
    done = run_analysis("visitors_over_weeks", PARLEY_PUBLISHED=str(demo.published))
    assert done.returncode == 0, done.stderr
    analysis = ANALYSES["visitors_over_weeks"]
    lines = done.stdout.splitlines()
    assert lines[0] == analysis.question
    assert f"Beware: {analysis.caution}" in lines
    assert f"How to read it: {analysis.reading}" in lines
    # its own data are not the demo's, so the demo's answer is not said
    assert analysis.answer not in done.stdout
    (shop,) = (line.split() for line in lines if line.startswith(" Marisol Skin Studio"))
    assert shop[3:] == cells(section(analysis.name))[1][1:]


@pytest.mark.slow
def test_the_printed_query_runs_where_the_file_is_attached(demo: Demo) -> None:
    done = run_analysis("analyses/lines_that_arrived.sql", "--sql")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo.published}' as parley (read_only)")
        rows = connection.execute(done.stdout).fetchall()
    assert [str(row[0]) for row in rows] == [
        row[0] for row in cells(section("lines_that_arrived"))[1:]
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "There is no analysis nothing"),
        (["still_changing"], "There is nothing at"),
        (["--folder", "docs"], "There are no analyses in docs"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = run_analysis(*arguments, PARLEY_WAREHOUSE=str(tmp_path / "none.duckdb"))
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr


def test_marts_of_another_version_are_named(tmp_path: Path) -> None:
    path = tmp_path / "parley_marts.duckdb"
    duckdb.connect(str(path)).close()
    done = run_analysis("still_changing", "--file", str(path))
    assert done.returncode == 1
    assert "are not of this version" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_analysis_tells_all_or_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "short.sql"
    file.write_text("-- Why?\n--\n-- Beware: of all\n\nselect 1\n", encoding="utf-8")
    with pytest.raises(AnalysisError, match="head of"):
        read_analysis(file)
    more = Analysis("more", "", "", "", "", "select {{ var('x') }}")
    with pytest.raises(AnalysisError, match="more of Jinja"):
        more.sql("marts")


def arms_of_campaigns(
    published: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], dict[str, Counter[str]]]:
    """Of each account's campaigns the units, converters and expected control units by arm."""
    names = names_of(published)
    found: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    for row in read(published, "experiment_units"):
        if row["period"] != "all" or row["campaign_id"] == "all" or row["arm"] == "none":
            continue
        key = names[row["account_id"]], row["campaign_name"]
        arms = found.setdefault(key, {"TEST": Counter(), "CONTROL": Counter()})
        arms[row["arm"]]["units"] += 1
        arms[row["arm"]]["converters"] += row["is_converted"]
        arms[row["arm"]][row["arm_source"]] += 1
    return found


@pytest.mark.slow
def test_campaigns_that_can_be_read_is_true(
    answers: Answers, published: duckdb.DuckDBPyConnection
) -> None:
    found = stated(answers, "campaigns_that_can_be_read", "account_name", "campaign_name")
    read_at_all = 0
    arms_of = arms_of_campaigns(published)
    large = {k: a for k, a in arms_of.items() if sum(one["units"] for one in a.values()) >= 100}
    assert set(found) == set(large)
    for key, arms in large.items():
        test, control, row = arms["TEST"], arms["CONTROL"], found[key]
        assert [int(row[f"{arm.lower()}_units"]) for arm in arms] == [
            test["units"],
            control["units"],
        ]
        assert int(row["test_converters"]) == test["converters"]
        assert int(row["control_converters"]) == control["converters"]
        rate, other = test["converters"] / test["units"], control["converters"] / control["units"]
        (low, high), (other_low, other_high) = (
            wilson(one["converters"], one["units"]) for one in (test, control)
        )
        down = rate - other - ((rate - low) ** 2 + (other_high - other) ** 2) ** 0.5
        up = rate - other + ((high - rate) ** 2 + (other - other_low) ** 2) ** 0.5
        assert float(row["difference_low"]) == pytest.approx(down, abs=6e-5), key
        assert float(row["difference_high"]) == pytest.approx(up, abs=6e-5), key
        enough = min(test["converters"], control["converters"]) >= 10
        read_at_all += enough
        if row["verdict"] != "sample_ratio_mismatch":
            word = "more" if down > 0 else "less" if up < 0 else "no_difference_seen"
            assert row["verdict"] == (word if enough else "too_few_converters"), key
    assert (len(found), read_at_all) == (26, 10)  # which the stated answer says in words
    verdicts = {key: row["verdict"] for key, row in found.items()}
    assert [k for k, v in verdicts.items() if v == "more"] == [("Fernhill Cycles", "Fit Advice")]
    assert [k for k, v in verdicts.items() if v == "sample_ratio_mismatch"] == [
        ("Fernhill Cycles", "Workshop Chat")
    ]


@pytest.mark.slow
def test_what_to_hold_out_is_true(answers: Answers, published: duckdb.DuckDBPyConnection) -> None:
    """With as many visitors as it says, half held out, four in five experiments see a tenth more."""
    found = stated(answers, "what_to_hold_out", "account_name", "campaign_name")
    for key, arms in arms_of_campaigns(published).items():
        units = sum(arm["units"] for arm in arms.values())
        won = sum(arm["converters"] for arm in arms.values())
        assert (key in found) == (units >= 500 and won > 0), key
        if key not in found:
            continue
        rate, needed = won / units, float(found[key]["visitors_needed"])
        error = (rate * (1 - rate) * 4 / needed) ** 0.5
        assert norm.cdf(0.1 * rate / error - norm.ppf(0.975)) == pytest.approx(0.8, abs=1e-4), key
        assert float(found[key]["times_as_many"]) == pytest.approx(needed / units, abs=0.051)
    assert {row["share_needed"] for row in found.values()} == {"-"}
