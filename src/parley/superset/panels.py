"""The business dashboard's panels as datasets of SQL, with every filter.

A panel's dataset is the rows of the marts below the panel, one after another. A row has the filters
that its mart has, and nothing for the others: filtered by an agent group, visits are left out and a
rate that needs them is empty, never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: What rows can be filtered by, beside account and date.
FILTERS = ("initial_device", "source_type", "goal_type", "agent_group_id")
MESSAGING, SELF_SERVICE, CONTROL = (
    f"attribution_group = '{group}'" for group in ("messaging", "self_service", "control")
)
EXPOSURE = f"({SELF_SERVICE} or {MESSAGING} and had_exposure)"


def credited(value: str, *conditions: str) -> str:
    """A value of the conversions that meet the conditions."""
    return f"case when {' and '.join(conditions)} then {value} else 0 end"


def kinds(group: str, prefix: str) -> dict[str, str]:
    """Conversions, sales and revenue of a group, in session and cross session."""
    return {
        f"{prefix}_{session}_{name}": credited(value, group, condition)
        for session, condition in (
            ("in_session", "in_session"),
            ("cross_session", "not in_session"),
        )
        for name, value in (
            ("conversions", "conversions"),
            ("sell", "sell_conversions"),
            ("revenue", "revenue"),
        )
    }


@dataclass(frozen=True)
class Source:
    """A mart below the panels: which filters its rows have, and what is summed of it."""

    mart: str
    filters: tuple[str, ...]
    facts: Mapping[str, str]  # name in the panel's dataset, and the expression

    def __post_init__(self) -> None:
        assert set(self.filters) <= set(FILTERS)


def columns(text: str) -> dict[str, str]:
    """Columns that keep their names."""
    return {name: name for name in text.split()}


WEB = ("initial_device", "source_type")
AGENTS = (*WEB, "agent_group_id")
VISITS = Source("visits_daily", WEB, columns("sessions"))
EXPOSURES = columns(
    "prospects exposed exposed_not_engaged engaged control_visits exposures online_exposures"
)
VIEWS = Source(
    "views_and_accepted_offers_daily",
    WEB,
    columns("engagement_views accepted_offers online_accepted_offers"),
)
CONVERSATIONS = Source(
    "agent_messaging_activity",
    AGENTS,
    columns(
        "opened closed closed_by_agent closed_by_consumer closed_by_system interactive abandoned "
        "transfers skill_transfers queue_transfers csat_good csat_valid mcs_positive mcs_negative "
        "mcs_scored duration_seconds"
    ),
)
REPLIES = Source("consumer_messaging_activity", AGENTS, columns("responses response_seconds"))
CONVERSIONS = Source(
    "conversions_daily",
    (*AGENTS, "goal_type"),
    {
        "messaging_conversions": credited("conversions", MESSAGING),
        **kinds(SELF_SERVICE, "self_service"),
        **kinds(CONTROL, "control"),
        "direct_sell_after_engagement": credited("sell_conversions", "is_direct", MESSAGING),
        "direct_revenue_after_engagement": credited("revenue", "is_direct", MESSAGING),
        "direct_sell_not_engaged": credited("sell_conversions", "is_direct", SELF_SERVICE),
        "direct_revenue_not_engaged": credited("revenue", "is_direct", SELF_SERVICE),
        "direct_sell_after_exposure": credited("sell_conversions", "is_direct", EXPOSURE),
        "direct_revenue_after_exposure": credited("revenue", "is_direct", EXPOSURE),
    },
)
#: Ids, which are counted distinct and not summed.
COUNTED = frozenset(("handled_conversation",))
HANDLED = Source(
    "fct_handled_conversation_days", AGENTS, {"handled_conversation": "conversation_key"}
)
EXPECTED = Source("fct_control_group_expected", WEB, columns("expected_control_visits"))
HOURS = Source(
    "agent_activity_hourly",
    ("agent_group_id",),
    columns("logged_in_hours online_hours away_hours back_soon_hours"),
)


@dataclass(frozen=True)
class Panel:
    """A panel of the business dashboard."""

    level: str
    title: str
    member: str | None  # how a row of a mart finds its member; none for the brand
    sources: tuple[Source, ...]

    @property
    def dataset(self) -> str:
        """The name of its dataset."""
        return f"business_dashboard_{self.level}_with_filters"

    @property
    def name_column(self) -> str:
        """The column that names its members."""
        return "account_name" if self.member is None else f"{self.level}_name"

    @property
    def facts(self) -> list[str]:
        """What can be summed."""
        return [name for source in self.sources for name in source.facts]

    def sql(self) -> str:
        """The rows of its marts, with names."""
        parts = "\n    union all\n".join(map(self._part, self.sources))
        joins, named = [], ["accounts.account_name", "accounts.currency"]
        if self.member is not None:
            named.append(f"coalesce(member.entity_name, 'unknown') as {self.level}_name")
            joins.append(self._names("member", self.level, "member_id"))
        named.append(
            "case when facts.agent_group_id is not null "
            "then coalesce(agent_group.entity_name, 'unknown') end as agent_group_name"
        )
        joins.append(self._names("agent_group", "agent_group", "agent_group_id"))
        chosen = ",\n    ".join(["facts.*", *named])
        return (
            f"with facts as (\n{parts}\n)\nselect\n    {chosen}\nfrom facts\n"
            "inner join marts.accounts as accounts on facts.account_id = accounts.account_id\n"
            + "\n".join(joins)
        )

    @staticmethod
    def _names(alias: str, entity: str, column: str) -> str:
        return (
            f"left join marts.dim_members as {alias} on facts.account_id = {alias}.account_id "
            f"and {alias}.entity = '{entity}' and facts.{column} = {alias}.entity_id"
        )

    def _part(self, source: Source) -> str:
        told = [
            name if name in source.filters else f"cast(null as varchar) as {name}"
            for name in FILTERS
        ]
        if self.member is not None:
            told.append(f"{self.member} as member_id")
        told += [
            f"cast({source.facts.get(name, 'null')} as "
            f"{'varchar' if name in COUNTED else 'double precision'}) as {name}"
            for name in self.facts
        ]
        where = f"\n    where {self.member} is not null" if self.member is not None else ""
        chosen = ",\n        ".join(["account_id", "date_day", *told])
        return f"    select\n        {chosen}\n    from marts.{source.mart}{where}"


def exposures(level: str) -> Source:
    """The mart of exposures that counts a level distinct."""
    return Source(f"exposures_daily_{level}", WEB, EXPOSURES)


CAMPAIGN = "coalesce(nullif(campaign_id, 'none'), 'unknown')"
TALKED = (CONVERSATIONS, HANDLED, REPLIES, CONVERSIONS)
PANELS = (
    Panel("brand", "Brand", None, (VISITS, exposures("brand"), EXPECTED, VIEWS, *TALKED, HOURS)),
    Panel("lob", "LoB", "lob_id", (exposures("lob"), VIEWS)),
    Panel("campaign", "Campaign", CAMPAIGN, (exposures("campaign"), VIEWS, *TALKED)),
    Panel(
        "engagement",
        "Engagement",
        "nullif(engagement_id, 'none')",
        (exposures("engagement"), VIEWS, *TALKED),
    ),
    Panel(
        "entry_point",
        "Entry Point",
        "nullif(entry_point_id, 'none')",
        (exposures("entry_point"), VIEWS),
    ),
)
