"""The two invented shops with a One-to-One widget, as data. Every company and person is made up."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from demo.accounts import AccountRow

AutoMessage = tuple[str, str, str]  # id, name, path of the page it asks to


@dataclass(frozen=True)
class ShopPlan:
    """What a shop sells, who answers, and in which spelling its collector writes events."""

    account_id: str
    name: str
    domain: str
    timezone: str
    currency: str
    visits_a_day: int
    window_days: int | None
    prefix: str  # before every event name
    numbers_as_text: bool
    agents: tuple[tuple[str, str], ...]  # id, name
    pages: tuple[tuple[str, float], ...]  # path of a product, its price
    auto_messages: tuple[AutoMessage, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The shop's clock."""
        return ZoneInfo(self.timezone)

    @property
    def row(self) -> AccountRow:
        """The shop's line of accounts.csv."""
        return AccountRow(
            self.account_id,
            self.name,
            "one_to_one",
            self.timezone,
            self.currency,
            one_to_one_attribution_days=self.window_days,
        )


SHOPS = (
    ShopPlan(
        account_id="oto-3107",
        name="Marisol Skin Studio",
        domain="marisolskin.example",
        timezone="America/Los_Angeles",
        currency="USD",
        visits_a_day=150,
        window_days=None,
        prefix="fw:live-helper:",
        numbers_as_text=True,
        agents=(
            ("ag-11", "Noor Haddad"),
            ("ag-12", "Elodie Marchetti"),
            ("ag-13", "Tom Akana"),
            ("ag-14", "Beatriz Lund"),
        ),
        pages=(
            ("/serums/dew-drop", 48.0),
            ("/serums/night-shift", 62.0),
            ("/creams/harbour", 39.5),
            ("/sets/first-routine", 118.0),
            ("/sun/mineral-50", 29.0),
        ),
        auto_messages=(
            ("am-1", "Find your routine", "/quiz"),
            ("am-2", "Questions about this serum?", "/serums?from=auto#ask"),
            ("am-3", "Sun care, explained", "/sun/guide"),
        ),
    ),
    ShopPlan(
        account_id="88412",
        name="Hollin & Byrd Watches",
        domain="hollinbyrd.example",
        timezone="Europe/London",
        currency="GBP",
        visits_a_day=110,
        window_days=14,
        prefix="",
        numbers_as_text=False,
        agents=(("501", "Priya Anand"), ("502", "Callum Reid"), ("503", "Ines Duarte")),
        pages=(
            ("/field/no-4", 365.0),
            ("/field/no-7", 420.0),
            ("/dress/linden", 780.0),
            ("/straps/harness-tan", 55.0),
        ),
        auto_messages=(
            ("1", "See it on a wrist", "/video/field"),
            ("2", "Engraving ends on Sunday", "/engraving?code=MAY"),
        ),
    ),
)
