"""The invented accounts: campaigns, engagements, skills, agents, and how busy each one is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from zoneinfo import ZoneInfo

from demo.accounts import AccountRow
from demo.liveperson.network import PLANS
from demo.liveperson.plans import AGENT_NAMES, BrandPlan

SECTION_OF_ENTRY_POINT = {
    "Home page": "home",
    "Category pages": "category",
    "Product pages": "product",
    "Basket and checkout": "basket",
    "Help centre": "help",
    "My account": "account",
    "Trade pages": "trade",
    "App screens": "app",
}
GOAL_TYPE_CODES = {"sell": 1, "lead": 2, "service": 3, "url": 4, "abandonment": 5, "interaction": 6}


@dataclass(frozen=True)
class Engagement:
    """An invitation; kind is messaging, content (a banner) or app."""

    id: int
    name: str
    campaign_id: int
    location_id: int
    location_name: str
    section: str
    kind: str
    skill_id: int


@dataclass(frozen=True)
class Campaign:
    """A campaign with its goal and engagements."""

    id: int
    name: str
    lob_id: int
    lob_name: str
    goal_id: int
    goal_kind: str
    engagements: tuple[Engagement, ...]


@dataclass(frozen=True)
class Agent:
    """A person (userType 1) or a bot (userType 2); hours are local, days are weekdays."""

    id: int
    name: str
    login: str
    group_id: int
    skill_id: int
    user_type: str
    shift_start: float
    shift_hours: float
    days: frozenset[int]

    def on_shift(self, weekday: int, hour: float) -> bool:
        """Whether the agent works at this local weekday and hour (shifts may pass midnight)."""
        if self.user_type == "2":
            return True
        end = self.shift_start + self.shift_hours
        today = weekday in self.days and self.shift_start <= hour < end
        return today or ((weekday - 1) % 7 in self.days and hour + 24 < end)


@dataclass
class Brand:
    """One account with everything that its feeds refer to."""

    plan: BrandPlan
    zone: ZoneInfo
    campaigns: list[Campaign] = field(default_factory=list)
    lobs: dict[int, str] = field(default_factory=dict)
    entry_points: dict[int, str] = field(default_factory=dict)
    skills: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    agents: list[Agent] = field(default_factory=list)

    @property
    def account_id(self) -> str:
        """The vendor's account id."""
        return self.plan.account_id

    @property
    def people(self) -> list[Agent]:
        """The human agents."""
        return [agent for agent in self.agents if agent.user_type == "1"]

    @property
    def bots(self) -> list[Agent]:
        """The bots."""
        return [agent for agent in self.agents if agent.user_type == "2"]

    def campaign(self, campaign_id: int) -> Campaign:
        """The campaign with this id."""
        return next(campaign for campaign in self.campaigns if campaign.id == campaign_id)

    def engagement(self, kind: str, section: str) -> Engagement | None:
        """The first engagement of a kind at a section of the site."""
        return next((e for e in self.engagements() if (e.kind, e.section) == (kind, section)), None)

    def engagements(self) -> Iterator[Engagement]:
        """All engagements, campaign by campaign."""
        return (engagement for campaign in self.campaigns for engagement in campaign.engagements)


def _staff(brand: Brand, names: Iterator[str], ids: Iterator[int]) -> None:
    """Hire people in overlapping shifts, and bots."""
    plan = brand.plan
    rng = random.Random(f"staff {plan.account_id}")
    skills, groups = list(brand.skills), list(brand.groups)
    for position in range(plan.agents):
        name = next(names)
        days_off = {position % 7, (position + 3) % 7}
        night = plan.night_shift and position == plan.agents - 1
        start = 19.0 if night else plan.opens + (position % 3) * plan.shift_step
        brand.agents.append(
            Agent(
                id=next(ids),
                name=name,
                login=f"{name.lower().replace(' ', '.')}@{plan.domain}",
                group_id=groups[position % len(groups)],
                skill_id=skills[position % len(skills)],
                user_type="1",
                shift_start=start + rng.choice((0, 0.25, 0.5)),
                shift_hours=8.5,
                days=frozenset(range(7)) - days_off,
            )
        )
    for bot in plan.bots:
        login = f"{bot.lower().replace(' ', '_')}@bots.{plan.domain}"
        new = (next(ids), bot, login, groups[0], skills[0])
        brand.agents.append(Agent(*new, "2", 0.0, 24.0, frozenset(range(7))))


def build_brand(plan: BrandPlan, names: Iterator[str]) -> Brand:
    """Give every entity of a plan its id; ids grow by 10, as the vendor's do."""
    base = 41_000_000_10 + int(plan.account_id[-4:]) * 100_000
    ids = count(base, 10)
    brand = Brand(plan, ZoneInfo(plan.timezone))
    brand.skills = {next(ids): name for name in plan.skills}
    brand.groups = {next(ids): name for name in plan.groups}
    places: dict[str, int] = {}
    skill_ids = list(brand.skills)
    for lob_name, campaigns in plan.lobs:
        lob_id = next(ids)
        brand.lobs[lob_id] = lob_name
        for name, goal_kind, engagements in campaigns:
            campaign_id, goal_id = next(ids), next(ids)
            built = []
            for engagement_name, place, kind in engagements:
                if place not in places:
                    places[place] = next(ids)
                skill_id = skill_ids[(len(brand.lobs) - 1) % len(skill_ids)]
                section = SECTION_OF_ENTRY_POINT[place]
                where = (places[place], place, section)
                built.append(
                    Engagement(next(ids), engagement_name, campaign_id, *where, kind, skill_id)
                )
            goal = (goal_id, goal_kind)
            brand.campaigns.append(
                Campaign(campaign_id, name, lob_id, lob_name, *goal, tuple(built))
            )
    brand.entry_points = {place_id: place for place, place_id in places.items()}
    _staff(brand, names, ids)
    return brand


def build_brands() -> list[Brand]:
    """All accounts, provider and subscribers included."""
    names = iter(AGENT_NAMES)
    return [build_brand(plan, names) for plan in PLANS]


def account_row(plan: BrandPlan) -> AccountRow:
    """The account's line of accounts.csv."""
    return AccountRow(
        account_id=plan.account_id,
        account_name=plan.name,
        system="liveperson",
        timezone=plan.timezone,
        currency=plan.currency,
        provider_account_id=plan.provider,
        transcript_sharing=plan.transcript_sharing,
        cross_session_window_days=plan.window_days,
        touch_rule=plan.touch_rule,
        agent_credit=plan.agent_credit,
        control_group_share=plan.control_share,
        # what the simulation holds out where nothing is said is more than the site's documented default
        site_control_group_share=(
            (0.1 if plan.control_share is None else plan.control_share)
            if plan.control_level == "site"
            else None
        ),
    )
