"""The invented accounts that text: what they sell, send and say of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from demo.accounts import AccountRow


@dataclass(frozen=True)
class TextBrand:
    """An account of the text messaging vendor."""

    account_id: str
    name: str
    domain: str
    timezone: str
    currency: str
    other_currency: str
    phones: tuple[str, ...]
    subscribers: int
    joining: float
    asking: float
    products: tuple[tuple[str, str, float], ...]
    campaigns: tuple[str, ...]
    journeys: tuple[str, ...]
    agents: tuple[str, ...]
    shop_agents: tuple[str, ...]
    idle_hours: int | None = None
    attribution_days: int | None = None

    def journey_id(self, name: str) -> int:
        """The vendor's number of a journey."""
        return 6100 + self.journeys.index(name)

    def campaign_id(self, number: int) -> str:
        """The vendor's number of the campaign sent as the nth."""
        return str(880_000 + number)


#: Numbers that are nobody's: 555-01xx of ten area codes, and those set aside for drama in Britain.
AREA_CODES = (206, 213, 303, 312, 404, 415, 503, 602, 702, 808)
AMERICA = tuple(f"+1{area}55501{rest:02d}" for area in AREA_CODES for rest in range(100))
BRITAIN = tuple(f"+447700900{rest:03d}" for rest in range(1000))

BRANDS: tuple[TextBrand, ...] = (
    TextBrand(
        "MDc6Q29tcGFueTQxMTI", "Fernwick Apparel", "fernwick-apparel.example",
        "America/Los_Angeles", "USD", "CAD", AMERICA, 620, 4.0, 8.0,
        (("FW-101", "Alder rain shell", 148.0), ("FW-114", "Quill merino tee", 46.5),
         ("FW-127", "Harbour chino", 82.0), ("FW-139", "Tern cardigan", 119.95)),
        ("Rainy season edit", "Members' early access", "Linen week", "Last sizes", "Free hemming"),
        ("Welcome", "Abandoned basket", "After your order", "We miss you"),
        ("Maya Colder", "Jesse Ruiz-Hall", "Orla Finch"), ("Portland shop", "Ballard shop"),
    ),
    TextBrand(
        "MDc6Q29tcGFueTUzODc", "Ostler & Quill", "ostler-quill.example", "Europe/London", "GBP",
        "EUR", BRITAIN, 480, 3.0, 6.0,
        (("OQ-7", "Bridle leather satchel", 245.0), ("OQ-12", "Fountain pen, broad", 68.0),
         ("OQ-19", "Saddle-stitched notebook", 24.5), ("OQ-23", "Ink, moss green", 14.0)),
        ("Stationery Sunday", "Bank holiday post", "Graduation gifts", "Letters of June"),
        ("Welcome", "Abandoned basket", "After your order"),
        ("Hana Brightwater", "Colm Ashdown"), ("Covent Garden counter",),
        idle_hours=24, attribution_days=3,
    ),
)  # fmt: skip


def account_row(brand: TextBrand) -> AccountRow:
    """The line of accounts.csv."""
    return AccountRow(
        account_id=brand.account_id,
        account_name=brand.name,
        system="attentive",
        timezone=brand.timezone,
        currency=brand.currency,
        concierge_idle_hours=brand.idle_hours,
        concierge_attribution_days=brand.attribution_days,
    )
