"""What a page has to know before it asks for figures: accounts, dates, members, metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from parley.dashboards.publication import Publication
from parley.dashboards.registry import Board
from parley.dashboards.state import Choices
from parley.marts import identifier

#: How the page says what the figures' keys say in one word.
WORDS = {
    "DESKTOP": "Desktop or laptop",
    "MOBILE": "Mobile smartphone",
    "TABLET": "Mobile tablet",
    "sell": "Sell product or service",
    "lead": "Generate leads",
    "service": "Complete a service activity",
    "web": "Web",
    "brand_app": "Brand app",
    "twilio_sms": "Twilio SMS",
    "facebook": "Facebook",
    "apple_business_chat": "Apple Business Chat",
    "google": "Google",
    "whatsapp": "WhatsApp",
    "line": "Line",
    "agent": "Opened by an agent",
    "unknown": "Unknown",
    "none": "None",
}
#: Where the values of a filter are found that no list of members names.
VALUES = {
    "initial_device": ("visits_daily", "agent_messaging_activity", "conversions_daily"),
    "source_type": ("visits_daily", "agent_messaging_activity", "conversions_daily"),
    "goal_type": ("conversions_daily",),
}


@dataclass(frozen=True)
class Metric:
    """What the catalogue says of a metric."""

    metric_id: str
    label: str
    surface: str
    section: str
    definition: str
    formula: str
    unit: str
    additivity: str
    time_base: str
    marts: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """Whose figures a page shows."""

    id: str
    name: str
    time_zone: str
    currency: str
    first: date  # first and newest date with figures
    last: date
    window: int | None = None  # of accounts whose dates become final
    first_open: date | None = None
    last_event: date | None = None  # where orders may be newer than everything else

    def until(self, time_base: str = "") -> date:
        """The newest date with figures that are dated like this: a later 0 is not known to be one."""
        return self.last if "order" in time_base else min(self.last, self.last_event or self.last)

    @property
    def final(self) -> date | None:
        """The newest final date."""
        return self.first_open - timedelta(days=1) if self.first_open else None

    def final_on(self, day: date) -> date:
        """The date that has to be delivered for this one to be final."""
        return day + timedelta(days=(self.window or 0) + 1)


def records(publication: Publication, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of a query."""
    found: list[dict[str, Any]] = publication.rows(sql, parameters).to_pylist()
    return found


def read_metrics(publication: Publication) -> dict[str, Metric]:
    """The catalogue's metrics by id."""
    rows = records(
        publication,
        """
        select
            metric_id, label, surface, section, definition, formula, unit, additivity, time_base,
            list(mart order by mart) as marts
        from marts.metric_catalog
        group by all
        order by metric_id
        """,
    )
    return {row["metric_id"]: Metric(**{**row, "marts": tuple(row["marts"])}) for row in rows}


def read_accounts(publication: Publication, board: Board) -> dict[str, str]:
    """Names of the accounts that a dashboard has figures of, by name; a provider's subscribers last."""
    key = "provider_account_id" if board.scope == "provider" else "account_id"
    rows = records(
        publication,
        f"""
        select figures.{key} as id, coalesce(any_value(accounts.account_name), 'unknown') as name
        from marts.{identifier(board.mart)} as figures
        left join marts.accounts as accounts on accounts.account_id = figures.{key}
        group by figures.{key}
        order by any_value(accounts.provider_account_id) nulls first, name = 'unknown', name, id
        """,
    )
    return {row["id"]: row["name"] for row in rows}


def read_account(publication: Publication, board: Board, account: str) -> Account:
    """An account, and the dates that the dashboard has figures of."""
    key = "provider_account_id" if board.scope == "provider" else "account_id"
    row = records(
        publication,
        f"""
        select
            min(figures.date_day) as first,
            max(figures.date_day) as last,
            any_value(accounts.account_name) as name,
            any_value(accounts.time_zone) as time_zone,
            any_value(accounts.currency) as currency,
            any_value(accounts.cross_session_window_days) as window,
            any_value(accounts.first_open_date) as first_open
        from marts.{identifier(board.mart)} as figures
        left join marts.accounts as accounts on accounts.account_id = figures.{key}
        where figures.{key} = $account
        """,
        account=account,
    )[0]
    if board.events:
        union = " union all ".join(
            f"select account_id, date_day from marts.{mart}" for mart in board.events
        )
        sql = f"select max(date_day) as last_event from ({union}) where account_id = $account"
        row |= records(publication, sql, account=account)[0]
    if not board.finality:
        row |= {"window": None, "first_open": None}
    if board.scope == "provider":
        row["currency"] = ""
    row["name"] = row["name"] or "unknown"
    return Account(id=account, **row)


def read_values(publication: Publication, name: str, account: str) -> dict[str, str]:
    """The values of a filter, in the account's data."""
    union = " union ".join(
        f"select {name} as value from marts.{mart} where account_id = $account"
        for mart in VALUES[name]
    )
    rows = records(publication, f"{union} order by value", account=account)
    return {row["value"]: WORDS.get(row["value"], row["value"]) for row in rows}


def read_members(
    publication: Publication, board: Board, entity: str, account: str
) -> dict[str, str]:
    """Names of the account's members of a kind."""
    if entity == "subscriber":
        sql = """
            select account_id as id, account_name as name from marts.accounts
            where provider_account_id = $account order by name, id
        """
        rows = records(publication, sql, account=account)
    elif entity == "journey":
        sql = """
            select journey_id as id, journey_name as name from marts.dim_concierge_journeys
            where account_id = $account and journey_id <> 'none' order by name = 'unknown', name, id
        """
        rows = records(publication, sql, account=account)
    elif board.id == "one_to_one":
        sql = """
            select agent_id as id, agent_name as name from marts.dim_one_to_one_agents
            where account_id = $account order by name, id
        """
        rows = records(publication, sql, account=account)
    else:
        sql = """
            select entity_id as id, entity_name as name from marts.dim_members
            where account_id = $account and entity = $entity and entity_id <> 'none'
            order by entity_name = 'unknown', name, id
        """
        rows = records(publication, sql, account=account, entity=entity)
    return {row["id"]: row["name"] or "unknown" for row in rows if row["id"] is not None}


def read_choices(
    publication: Publication, board: Board, accounts: Mapping[str, str], account: Account
) -> Choices:
    """What there is to choose on a dashboard for an account."""
    filters = {
        name: read_values(publication, name, account.id)
        if name in VALUES
        else read_members(publication, board, name, account.id)
        for name in board.filters
    }
    members = {
        panel.id: read_members(publication, board, panel.member, account.id)
        for panel in board.panels
        if panel.member
    }
    newest = account.final if board.finality else account.until()
    return Choices(accounts, account.first, account.last, newest, filters, members)
