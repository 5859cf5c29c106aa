"""Questions with filters: chosen so that each metric loses something to each filter and keeps something.

What is chosen is counted beforehand on the oracle's facts, so a few questions reach every pair of
metric and filter that the world has anything to say about.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gates.catalogue import definitions
from oracle.compare import same
from oracle.questions import Facts, Row, answers

from .metric_queries import Question

#: How many single values of a filter are tried.
CANDIDATES = 40
#: Metrics that one value of a filter has all of: the filter leaves everything, or nothing.
SALES = {name for name, row in definitions().items() if row.unit.startswith("currency")}
SALES |= {name for name in definitions() if name.endswith("sales_conversion")} | {
    "sales_conversion"
}
OF_ONE_VALUE = {
    "goal_type": SALES,
    "program": {"livesms_avg_replied_per_conversation", "livesms_escalations"},
}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2049, 12, 31)


@dataclass(frozen=True)
class Condition:
    """A filter, by value or (``<filter>_name``) by name, and the values that pass it."""

    name: str
    values: tuple[Any, ...]

    def test(self, value: Any) -> bool:
        """Whether a fact's value passes."""
        return value in self.values

    def text(self, term: str) -> str:
        """The condition as MetricFlow wants it, over the filter's term."""
        written = ["'" + str(value).replace("'", "''") + "'" for value in self.values]
        return (
            f"{term} = {written[0]}" if len(written) == 1 else f"{term} in ({', '.join(written)})"
        )


@dataclass(frozen=True)
class Range:
    """Dates from and to, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has, of those that the calendar knows."""
        return max(0, (min(self.last, LAST_DAY) - max(self.first, FIRST_DAY)).days + 1)

    def test(self, value: Any) -> bool:
        """Whether a fact's date is inside."""
        return bool(self.first <= value <= self.last)

    def text(self, term: str) -> str:
        """The condition as MetricFlow wants it."""
        return f"{term} between '{self.first}' and '{self.last}'"


class Filters:
    """What metric_filters says: by what each metric may be filtered, and how that is written."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        #: {filter or filter by name: {term in a condition: its metrics}}
        self.terms: dict[str, dict[str, list[str]]] = {}
        for row in sorted(rows, key=lambda row: (row["filter"], row["metric_id"])):
            if row["is_possible"]:
                self._add(row["filter"], row["where_term"], row["metric_id"])
            if row["name_dimension"]:
                term = f"{{{{ Dimension('{row['name_dimension']}') }}}}"
                self._add(f"{row['filter']}_name", term, row["metric_id"])

    def _add(self, name: str, term: str, metric: str) -> None:
        self.terms.setdefault(name, {}).setdefault(term, []).append(metric)

    @property
    def names(self) -> list[str]:
        """Every filter but the date's, by value and by name."""
        return [name for name in self.terms if name != "date"]

    def metrics(self, name: str) -> set[str]:
        """The metrics that accept a filter."""
        return {metric for metrics in self.terms[name].values() for metric in metrics}

    def questions(self, within: Range, conditions: Iterable[Condition]) -> list[Question]:
        """The same question of all metrics that accept the conditions, by how these are written."""
        (date_term,) = self.terms["date"]
        found: list[tuple[set[str], tuple[str, ...]]] = [
            (self.metrics("date"), (within.text(date_term),))
        ]
        for condition in conditions:
            found = [
                (metrics & set(own), (*where, condition.text(term)))
                for metrics, where in found
                for term, own in self.terms[condition.name].items()
            ]
        return [Question(tuple(sorted(own)), (), where) for own, where in found if own]


def counted(facts: Facts, within: Range, conditions: Iterable[Condition]) -> Row:
    """Every metric of the facts inside a range that pass the conditions."""
    tests: dict[str, Callable[[Any], bool]] = {one.name: one.test for one in conditions}
    return answers(facts, {"date": within.test, **tests}, within.days)


def middle(facts: Facts) -> Range:
    """A range that leaves out the first and the last of what happened, a fiftieth each."""
    days = sorted(day for day, count in facts.values("date").items() for _ in range(count))
    outside = len(days) // 50
    return Range(days[outside], days[-1 - outside])


def reached(name: str, kept: Row, without: Row, metrics: Iterable[str]) -> set[tuple[str, str]]:
    """Of each metric, what figures with and without a filter show: something left, something lost."""
    found = set()
    for metric in metrics:
        left, lost = bool(kept[metric]), not same(kept[metric], without[metric])
        if metric in OF_ONE_VALUE.get(name, ()):
            found |= {(metric, word) for word, shown in (("left", left), ("lost", lost)) if shown}
        elif left and lost:
            found.add((metric, "both"))
    return found


def wanted(name: str, metrics: Iterable[str]) -> set[tuple[str, str]]:
    """What is to be shown of each metric that accepts a filter: by one question, if that can be."""
    found = set()
    for metric in metrics:
        words = ("left", "lost") if metric in OF_ONE_VALUE.get(name, ()) else ("both",)
        found |= {(metric, word) for word in words}
    return found


def conditions_of(
    facts: Facts, within: Range, name: str, metrics: set[str]
) -> tuple[list[Condition], set[tuple[str, str]]]:
    """Conditions on one filter that together show as much as they can; and what they do not."""
    values = facts.where({"date": within.test}).values(name)
    ordered = sorted(values, key=lambda value: (-values[value], repr(value)))
    choices = [Condition(name, tuple(ordered[start::2])) for start in (0, 1)]
    choices += [Condition(name, (value,)) for value in ordered[:CANDIDATES]]
    without = counted(facts, within, ())
    reach = {
        one: reached(name, counted(facts, within, (one,)), without, metrics)
        for one in choices
        if one.values
    }
    return fewest(reach, wanted(name, metrics))


def ranges_of(facts: Facts, metrics: set[str]) -> tuple[list[Range], set[tuple[str, str]]]:
    """Ranges of dates that together show as much as they can; and what they do not."""
    days = sorted(day for day, count in facts.values("date").items() for _ in range(count))
    choices = [
        Range(days[len(days) * part // parts], days[len(days) * (part + 1) // parts - 1])
        for parts in (2, 3, 5, 8)
        for part in range(parts)
    ]
    without = counted(facts, Range(days[0], days[-1]), ())
    reach = {one: reached("date", counted(facts, one, ()), without, metrics) for one in choices}
    return fewest(reach, wanted("date", metrics))


def fewest(
    reach: Mapping[Any, set[tuple[str, str]]], left: set[tuple[str, str]]
) -> tuple[list[Any], set[tuple[str, str]]]:
    """Of choices, each with what it shows, few that show all they can; and what none of them does."""
    chosen = []
    while left and reach:
        best = max(reach, key=lambda one: len(reach[one] & left))
        if not reach[best] & left:
            break
        chosen.append(best)
        left = left - reach[best]
    return chosen, left


def random_conditions(
    facts: Facts, filters: Filters, seed: int
) -> tuple[Range, tuple[Condition, ...]]:
    """A range and two filters that some metric accepts both of."""
    dice = random.Random(seed)
    days = sorted(facts.values("date"))
    first, last = sorted(dice.choices(days, k=2))
    while True:
        names = dice.sample(filters.names, 2)
        if filters.metrics(names[0]) & filters.metrics(names[1]):
            break
    chosen = []
    for name in names:
        values = sorted(facts.values(name), key=repr)
        some = dice.sample(values, dice.randint(1, len(values)))
        chosen.append(Condition(name, tuple(some)))
    return Range(first, last), tuple(chosen)
