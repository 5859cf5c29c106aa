"""Answers of the dashboards' questions, put beside the semantic layer's and the panels'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from parley.dashboards.definitions import definitions
from parley.dashboards.publication import Publication
from parley.dashboards.questions import Question, answer, grouping_of

from .filter_questions import Condition, Range
from .metric_queries import MetricProject
from .metric_queries import Question as Asked
from .panel_parity import cell, same

Key = tuple[Any, ...]
Filters = dict[str, tuple[str, ...]]
#: In how many cases a metric is asked, at most.
TIMES = 4
#: By what, and filtered by the busiest members of what: each level and filter of the messaging
#: dashboards once, with another one beside it.
MESSAGING = (
    ((), ()),
    (("date",), ("source_type", "campaign")),
    (("lob",), ("initial_device",)),
    (("campaign",), ("entry_point",)),
    (("engagement",), ("source_type",)),
    (("entry_point",), ("lob",)),
    (("skill",), ("agent_group",)),
    (("agent_group",), ("agent",)),
    (("agent",), ("skill",)),
    (("goal_type",), ("engagement",)),
    (("initial_device",), ("goal_type",)),
    (("date", "campaign"), ("campaign",)),
)
#: A mart with an account's dates, the filter that is the scope there, and what is asked.
SCOPES = (
    ("business_dashboard_brand", "account", MESSAGING),
    (
        "marketplace_provider_summary",
        "provider",
        (
            ((), ()),
            (("date",), ("subscriber",)),
            (("subscriber",), ()),
            (("date", "subscriber"), ()),
        ),
    ),
    (
        "concierge_performance",
        "account",
        (((), ("program",)), (("date",), ("journey",)), (("date", "journey"), ())),
    ),
    (
        "one_to_one_daily",
        "account",
        (
            ((), ("agent",)),
            (("date",), ()),
            (("date", "agent"), ()),
            (("hour_of_day",), ("agent",)),
            (("page_url",), ("agent",)),
            (("url",), ()),
            (("rating",), ("agent",)),
            (("week",), ()),
            (("month",), ()),
        ),
    ),
)


@dataclass(frozen=True)
class Case:
    """One question of every metric that accepts it."""

    by: tuple[str, ...]
    within: Range
    filters: tuple[tuple[str, tuple[str, ...]], ...]

    def question(self, metric: str) -> Question:
        """As a page asks."""
        return Question(metric, self.by, self.within.first, self.within.last, self.filters)


def busiest(publication: Publication, mart: str, scope: str) -> tuple[str, Range]:
    """The account with most rows in a mart, and the middle half of its dates."""
    column = "provider_account_id" if scope == "provider" else "account_id"
    (row,) = publication.records(
        f"select {column} as id, min(date_day) as first, max(date_day) as last from marts.{mart} "
        "group by all order by count(*) desc, id limit 1"
    )
    quarter = timedelta(days=(row["last"] - row["first"]).days // 4)
    return row["id"], Range(row["first"] + quarter, row["last"] - quarter)


def cases(publication: Publication) -> Iterator[Case]:
    """What is asked; members are the busiest by the metrics that have them."""
    for mart, scope, asked in SCOPES:
        account, within = busiest(publication, mart, scope)
        for by, names in asked:
            filters: Filters = {scope: (account,)}
            for name in names:
                filters[name] = members(publication, name, filters, within)
            yield Case(by, within, tuple(filters.items()))


def members(
    publication: Publication, level: str, filters: Filters, within: Range
) -> tuple[str, ...]:
    """The two busiest members of a level under other filters, of whichever metrics count there."""
    seen: Counter[str] = Counter()
    for metric, possible in definitions(publication).filters.items():
        if possible[level]["is_possible"]:
            case = Case((level,), within, tuple(filters.items()))
            for row in answer(publication, case.question(metric)).rows.to_pylist():
                seen[row[level]] += bool(row[metric])
    found = [
        one for one, _ in sorted(seen.items(), key=lambda pair: (-pair[1], str(pair[0]))) if one
    ]
    assert found, f"no {level} under {filters}"
    return tuple(found[:2])


@dataclass
class Found:
    """What was compared, and where two differ."""

    differences: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


def answered(publication: Publication, question: Question) -> dict[Key, Any] | None:
    """The figures of an answer by what it is grouped by; none where it is refused."""
    got = answer(publication, question)
    if got.reason:
        return None
    rows = got.rows.to_pylist()
    return {tuple(cell(row[name]) for name in question.by): row[question.metric_id] for row in rows}


def chosen(publication: Publication) -> dict[Case, list[str]]:
    """The cases, and of the metrics that accept each those that are asked: every metric in a few."""
    known = definitions(publication)
    every = list(cases(publication))
    found: dict[Case, list[str]] = {case: [] for case in every}
    for place, (metric, possible) in enumerate(known.filters.items()):
        accepting = [
            case
            for case in every
            if (metric, grouping_of(case.by)) in known.texts
            and all(possible[name]["is_possible"] for name, _ in case.filters)
        ]
        start = place % len(accepting)
        for case in (accepting[start:] + accepting[:start])[:TIMES]:
            found[case].append(metric)
    return found


def with_the_layer(publication: Publication, project: MetricProject) -> Found:
    """The cases, as the published texts answer them and as MetricFlow does."""
    known = definitions(publication)
    asked: list[tuple[Case, Asked]] = []
    for case, metrics in chosen(publication).items():
        alike: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
        for metric in metrics:
            possible = known.filters[metric]
            where = [case.within.text(possible["date"]["where_term"])]
            for name, ids in case.filters:
                where.append(Condition(name, ids).text(possible[name]["where_term"]))
            groups = tuple(dimension(possible, name) for name in case.by)
            alike.setdefault((groups, tuple(where)), []).append(metric)
        asked += [(case, Asked(tuple(own), *how)) for how, own in alike.items()]
    answers = project.ask(*(question for _, question in asked))
    found = Found()
    for (case, question), said in zip(asked, answers, strict=True):
        assert not said.refused, said.refused
        for metric in question.metrics:
            ours = answered(publication, case.question(metric))
            assert ours is not None, (metric, case)
            theirs = {key: row[metric] for key, row in said.rows.items()}
            # MetricFlow puts metrics side by side by their keys, of which null equals none
            compare(found, f"{metric} {case}", metric, ours, theirs, skip=(None,))
    return found


def dimension(possible: Any, name: str) -> str:
    """How the layer calls what the publication calls by its filter, or by its column."""
    if name in possible:
        return str(possible[name]["dimension"])
    others = {"hour_of_day": "request", "page_url": "request", "rating": "survey"}
    return f"{others.get(name, 'metric_time' if name in ('week', 'month') else 'auto_message')}__{name}"


def compare(
    found: Found,
    what: str,
    metric: str,
    one: dict[Key, Any],
    other: dict[Key, Any],
    skip: tuple[Any, ...] = (),
) -> None:
    """Two answers; where nothing happened either may have no row."""
    for key in one.keys() | other.keys():
        if set(key) & set(skip):
            continue
        left, right = one.get(key), other.get(key)
        nothing = (key not in one and not right) or (key not in other and not left)
        if not nothing and not same(left, right):
            found.differences.append(f"{what} {key}: {left}, not {right}")
        found.seen[metric] += bool(left and right)
