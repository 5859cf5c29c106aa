"""The randomised answer: who was assigned to which arm, what they did, and what that says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scipy import stats

from . import values as v
from .visits import Visit
from .world import Account

Row = dict[str, Any]

GRAIN: dict[str, tuple[str, ...]] = {
    "experiment_units": ("account_id", "campaign_id", "period", "period_start", "visitor_id"),
    "experiment_lift": ("account_id", "campaign_id", "period", "period_start"),
}
ALL = "all"
EVER = dt.date(1970, 1, 1)
Z = 1.959963984540054
Z_POWER = 0.8416212335729143
SRM_LIMIT = 10.827566170662733
LEAST_CONVERTERS = 10


@dataclass(frozen=True)
class Arm:
    """The arm of an eligible visit, and what decided it."""

    name: str
    source: str


NO_ARM = Arm("none", "none")


@dataclass
class Unit:
    """A visitor in a campaign and period."""

    campaign: str
    period: str
    start: dt.date
    visit: Visit
    arm: Arm
    crossed: bool
    converters: int
    revenue: Decimal
    reached: bool
    end_ms: int


def campaigns_of(visit: Visit) -> set[str]:
    """The campaigns that a visit was eligible for, and all of them together."""
    found = {one.members.campaign or "unknown" for one in visit.eligibilities} - {ALL}
    return found | {ALL} if visit.eligibilities else set()


def arm_of(visit: Visit, campaign: str) -> Arm:
    """The site's flag, else the earliest flag of the campaign's eligibility records."""
    if visit.site_arm in ("TEST", "CONTROL"):
        return Arm(visit.site_arm, "site")
    flagged = [
        (one.time_ms, one.members.campaign or "unknown", one.arm != "TEST", one.arm)
        for one in visit.eligibilities
        if one.arm in ("TEST", "CONTROL") and campaign in (ALL, one.members.campaign or "unknown")
    ]
    return Arm(min(flagged)[-1], "campaign") if flagged else NO_ARM


def units_of(account: Account) -> Iterator[Unit]:
    """Every unit of an account."""
    visits: dict[tuple[str, str], list[Visit]] = {}
    for visit in account.visits.values():
        for campaign in campaigns_of(visit):
            visits.setdefault((visit.visitor_id, campaign), []).append(visit)
    of_visitor: dict[str, list[Visit]] = {}
    for visit in account.visits.values():
        of_visitor.setdefault(visit.visitor_id, []).append(visit)
    for (visitor, campaign), eligible in visits.items():
        months: dict[dt.date, list[Visit]] = {}
        for visit in eligible:
            months.setdefault(month_of(account, visit), []).append(visit)
        first = min(eligible, key=by_start)
        new = month_of(account, first)
        parts = [("month", month, inside) for month, inside in months.items()]
        parts += [(ALL, EVER, eligible), ("month_new", new, months[new])]
        for period, start, inside in parts:
            yield unit(account, campaign, period, start, inside, of_visitor[visitor])


def by_start(visit: Visit) -> tuple[int, str]:
    """The order of visits."""
    return visit.start_ms, visit.visit_id


def month_of(account: Account, visit: Visit) -> dt.date:
    """The first day of the month of a visit's local date."""
    return account.date(visit.start_ms).replace(day=1)


def unit(
    account: Account,
    campaign: str,
    period: str,
    start: dt.date,
    inside: list[Visit],
    of_visitor: list[Visit],
) -> Unit:
    """A visitor by the first of the eligible visits inside the period."""
    visit = min(inside, key=by_start)
    arm = arm_of(visit, campaign)
    end_ms = visit.start_ms + account.settings.window_days * v.DAY_MS

    def in_span(time_ms: int) -> bool:
        return visit.start_ms <= time_ms <= end_ms

    bought = [
        conversion.goal
        for conversion in account.conversions
        if conversion.visit.visitor_id == visit.visitor_id and in_span(conversion.goal.time_ms)
    ]
    met = [(show.time_ms, show.members) for one in of_visitor for show in one.shows]
    met += [
        (talk.start_ms, talk.members)
        for one in of_visitor
        for talk in account.linked.get(one.visit_id, [])
    ]
    others = {arm_of(one, campaign).name for one in inside} - {"none", arm.name}
    return Unit(
        campaign=campaign,
        period=period,
        start=start,
        visit=visit,
        arm=arm,
        crossed=arm is not NO_ARM and bool(others),
        converters=bool(bought),
        revenue=sum((goal.revenue for goal in bought if goal.kind == "sell"), Decimal(0)),
        reached=any(
            in_span(time_ms) and campaign in (ALL, members.campaign or "unknown")
            for time_ms, members in met
        ),
        end_ms=end_ms,
    )


def newest_start(account: Account) -> int:
    """The newest visit's or conversation's start."""
    return max(
        [visit.start_ms for visit in account.visits.values()]
        + [talk.start_ms for talk in account.conversations]
    )


def share(account: Account, one: Unit) -> Decimal:
    """The chance with which a unit was to be held out."""
    of_source = {
        "site": account.settings.site_control_group_share,
        "campaign": account.settings.control_group_share,
    }
    return of_source.get(one.arm.source, Decimal(0))


def unit_row(account: Account, one: Unit) -> Row:
    """A row of experiment_units."""
    return {
        "account_id": account.account,
        "campaign_id": one.campaign,
        "period": one.period,
        "period_start": one.start,
        "visitor_id": one.visit.visitor_id,
        "first_visit_id": one.visit.visit_id,
        "first_visit_date": account.date(one.visit.start_ms),
        "arm": one.arm.name,
        "arm_source": one.arm.source,
        "expected_control_share": float(share(account, one)),
        "is_converted": bool(one.converters),
        "revenue": float(one.revenue),
        "is_crossover": one.crossed,
        "is_reached": one.reached,
        "is_open": one.arm is not NO_ARM and one.end_ms >= newest_start(account),
    }


def lift_row(account: Account, key: tuple[str, str, dt.date], units: list[Unit]) -> Row:
    """A row of experiment_lift, its adjusted p value left for later."""
    campaign, period, start = key
    test = [one for one in units if one.arm.name == "TEST"]
    control = [one for one in units if one.arm.name == "CONTROL"]
    n_t, n_c = len(test), len(control)
    x_t, x_c = (sum(one.converters for one in arm) for arm in (test, control))
    expected = sum((share(account, one) for one in [*test, *control]), Decimal(0))
    newest = newest_start(account)
    row: Row = {
        "account_id": account.account,
        "account_name": account.settings.name,
        "campaign_id": campaign,
        "campaign_name": ALL
        if campaign == ALL
        else account.configuration.name("campaign", campaign),
        "period": period,
        "period_start": start,
        "test_units": n_t,
        "control_units": n_c,
        "units_without_arm": len(units) - n_t - n_c,
        "test_converters": x_t,
        "control_converters": x_c,
        "test_revenue": float(sum(one.revenue for one in test)),
        "control_revenue": float(sum(one.revenue for one in control)),
        "expected_control_units": float(expected),
        "crossover_units": sum(one.crossed for one in [*test, *control]),
        "reached_control_units": sum(one.reached for one in control),
        "open_units": sum(one.end_ms >= newest for one in [*test, *control]),
    }
    row |= split(n_t, n_c, expected)
    row |= rates(x_t, n_t, x_c, n_c)
    row |= money([one.revenue for one in test], [one.revenue for one in control])
    row["verdict"] = verdict(row)
    return row


def split(n_t: int, n_c: int, expected: Decimal) -> Row:
    """Whether the arms are as large as chance would have made them."""
    total = n_t + n_c
    if not 0 < expected < total:
        return dict.fromkeys(("srm_chi2", "srm_p_value", "srm_flag"))
    e_c = float(expected)
    e_t = total - e_c
    chi2 = (n_c - e_c) ** 2 / e_c + (n_t - e_t) ** 2 / e_t
    return {
        "srm_chi2": chi2,
        "srm_p_value": float(stats.chi2.sf(chi2, 1)),
        "srm_flag": chi2 > SRM_LIMIT,
    }


def wilson(x: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a proportion."""
    p = x / n
    centre = p + Z * Z / (2 * n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (centre - half) / (1 + Z * Z / n), (centre + half) / (1 + Z * Z / n)


def rates(x_t: int, n_t: int, x_c: int, n_c: int) -> Row:
    """What the shares of converters say."""
    names = [
        *bounds("rate_difference"),
        *bounds("incremental_conversions"),
        *bounds("relative_lift"),
        "minimum_detectable_difference",
        "p_value",
    ]
    row: Row = dict.fromkeys(names)
    if not n_t or not n_c:
        return row
    p_t, p_c, pooled = x_t / n_t, x_c / n_c, (x_t + x_c) / (n_t + n_c)
    (l_t, u_t), (l_c, u_c) = wilson(x_t, n_t), wilson(x_c, n_c)
    difference = p_t - p_c
    interval = (
        difference,
        difference - math.hypot(p_t - l_t, u_c - p_c),
        difference + math.hypot(u_t - p_t, p_c - l_c),
    )
    row |= dict(zip(bounds("rate_difference"), interval, strict=True))
    row |= dict(
        zip(bounds("incremental_conversions"), (n_t * bound for bound in interval), strict=True)
    )
    if x_t and x_c:
        error = math.sqrt(1 / x_t - 1 / n_t + 1 / x_c - 1 / n_c)
        ratio = p_t / p_c
        lift = (ratio, ratio * math.exp(-Z * error), ratio * math.exp(Z * error))
        row |= dict(zip(bounds("relative_lift"), (one - 1 for one in lift), strict=True))
    error = math.sqrt(pooled * (1 - pooled) * (1 / n_t + 1 / n_c))
    row["minimum_detectable_difference"] = (Z + Z_POWER) * error
    row["p_value"] = float(2 * stats.norm.sf(abs(difference) / error)) if error else 1.0
    return row


def bounds(name: str) -> tuple[str, str, str]:
    """The columns of an estimate and its interval."""
    return name, f"{name}_low", f"{name}_high"


def money(test: list[Decimal], control: list[Decimal]) -> Row:
    """What the revenue of each unit says."""
    names = bounds("revenue_per_visitor_difference")
    if not test or not control:
        return dict.fromkeys(names)
    means = [Fraction(sum(arm)) / len(arm) for arm in (test, control)]
    difference = float(means[0] - means[1])
    if len(test) < 2 or len(control) < 2:
        return dict(zip(names, (difference, None, None), strict=True))
    parts = [
        float(sum((Fraction(one) - mean) ** 2 for one in arm) / (len(arm) - 1) / len(arm))
        for arm, mean in zip((test, control), means, strict=True)
    ]
    if not any(parts):
        return dict.fromkeys(names, difference)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(arm) - 1) for part, arm in zip(parts, (test, control), strict=True)
    )
    half = float(stats.t.ppf(0.975, freedom)) * math.sqrt(sum(parts))
    return dict(zip(names, (difference, difference - half, difference + half), strict=True))


def verdict(row: Row) -> str:
    """The word for a difference of rates."""
    if row["srm_flag"]:
        return "sample_ratio_mismatch"
    if min(row["test_converters"], row["control_converters"]) < LEAST_CONVERTERS:
        return "too_few_converters"
    if row["rate_difference_low"] > 0:
        return "more"
    return "less" if row["rate_difference_high"] < 0 else "no_difference_seen"


def adjust(rows: Iterable[Row]) -> None:
    """Benjamini and Hochberg over the campaigns of an account, period and start."""
    families: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        row["p_value_adjusted"] = row["p_value"]
        if row["campaign_id"] != ALL and row["p_value"] is not None:
            key = (row["account_id"], row["period"], row["period_start"])
            families.setdefault(key, []).append(row)
    for family in families.values():
        least = 1.0
        ordered = sorted(family, key=lambda row: row["p_value"])
        for rank in range(len(ordered), 0, -1):
            row = ordered[rank - 1]
            least = min(least, row["p_value"] * len(ordered) / rank)
            row["p_value_adjusted"] = least


def compute_experiment(accounts: list[Account]) -> dict[str, list[Row]]:
    """Both marts over all accounts."""
    unit_rows: list[Row] = []
    lift_rows: list[Row] = []
    for account in accounts:
        groups: dict[tuple[str, str, dt.date], list[Unit]] = {}
        for one in units_of(account):
            groups.setdefault((one.campaign, one.period, one.start), []).append(one)
            unit_rows.append(unit_row(account, one))
        lift_rows += [
            lift_row(account, key, units)
            for key, units in groups.items()
            if any(one.arm is not NO_ARM for one in units)
        ]
    adjust(lift_rows)
    return {"experiment_units": unit_rows, "experiment_lift": lift_rows}
