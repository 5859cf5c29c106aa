"""The plans of the invented accounts, as data. Every company, person and address is made up."""

from __future__ import annotations

from dataclasses import dataclass

EngagementPlan = tuple[str, str, str]  # name, entry point, kind
CampaignPlan = tuple[str, str, tuple[EngagementPlan, ...]]  # name, goal kind, engagements
LobPlan = tuple[str, tuple[CampaignPlan, ...]]


@dataclass(frozen=True)
class BrandPlan:
    """What an account sells, who answers, how it is set up, and how busy it is."""

    account_id: str
    name: str
    domain: str
    timezone: str
    currency: str
    visits: int
    direct_conversations: int  # those that do not begin in a monitored visit
    agents: int
    lobs: tuple[LobPlan, ...]
    products: tuple[tuple[str, str, float], ...]  # category, product, price
    skills: tuple[str, ...] = ("Sales", "Service")
    groups: tuple[str, ...] = ("Day team",)
    bots: tuple[str, ...] = ()
    sources: tuple[tuple[str, int], ...] = (("APP", 5), ("SMS", 2), ("WHATSAPP", 3))
    opens: float = 8.0
    shift_step: float = 3.5
    night_shift: bool = False
    control_level: str = "site"  # site | campaign | none
    window_days: int | None = None
    touch_rule: str | None = None
    agent_credit: str | None = None
    control_share: float | None = None
    provider: str | None = None
    transcript_sharing: str | None = None
    form: str = "production"
    weekly: bool = False  # pulled once a week; its people's states are the provider's business
    queue_seconds: float = 75.0  # median time until somebody on shift answers


def shop(first: str, second: str, care: str) -> tuple[LobPlan, ...]:
    """The two lines of business of a small shop."""
    advice: CampaignPlan = (
        first,
        "sell",
        ((f"{first} - sticky button", "Product pages", "messaging"),),
    )
    basket: CampaignPlan = (
        second,
        "sell",
        ((f"{second} - slide-out", "Basket and checkout", "messaging"),),
    )
    help_: CampaignPlan = (care, "service", ((f"{care} - embedded", "Help centre", "messaging"),))
    return (("Shop", (advice, basket)), ("Aftercare", (help_,)))


HOME_LOBS: tuple[LobPlan, ...] = (
    (
        "Furniture and Decor",
        (
            (
                "Room Advice",
                "sell",
                (
                    ("Ask a designer - sticky button", "Product pages", "messaging"),
                    ("Browse together - invitation", "Category pages", "messaging"),
                ),
            ),
            (
                "Basket Rescue",
                "sell",
                (("Questions before you order? - slide-out", "Basket and checkout", "messaging"),),
            ),
            ("Porch Season", "url", (("Porch season - banner", "Home page", "content"),)),
        ),
    ),
    (
        "Customer Care",
        (
            (
                "Delivery Help",
                "service",
                (
                    ("Help centre - embedded button", "Help centre", "messaging"),
                    ("Where is my order - toaster", "My account", "messaging"),
                ),
            ),
            ("App Care", "service", (("App - help tab", "App screens", "app"),)),
        ),
    ),
    (
        "Trade Desk",
        (
            (
                "Trade Sign-up",
                "lead",
                (("Trade pages - invitation", "Trade pages", "messaging"),),
            ),
        ),
    ),
)
FASHION_LOBS: tuple[LobPlan, ...] = (
    (
        "Womenswear and Menswear",
        (
            (
                "Fit and Style",
                "sell",
                (
                    ("Size question - sticky button", "Product pages", "messaging"),
                    ("Personal shopper - overlay", "Category pages", "messaging"),
                ),
            ),
            (
                "Checkout Help",
                "sell",
                (("Checkout - slide-out", "Basket and checkout", "messaging"),),
            ),
            ("Linen Weekend", "url", (("Linen weekend - banner", "Home page", "content"),)),
        ),
    ),
    (
        "Returns and Orders",
        (
            (
                "Returns Desk",
                "service",
                (
                    ("Returns - embedded button", "Help centre", "messaging"),
                    ("Order status - toaster", "My account", "messaging"),
                ),
            ),
            ("App Returns", "service", (("App - returns tab", "App screens", "app"),)),
        ),
    ),
)
OUTDOOR_LOBS: tuple[LobPlan, ...] = (
    (
        "Gear",
        (
            (
                "Gear Guide",
                "sell",
                (
                    ("Talk to a guide - sticky button", "Product pages", "messaging"),
                    ("Pack list help - invitation", "Category pages", "messaging"),
                ),
            ),
            (
                "Trail Basket",
                "sell",
                (("Trail basket - toaster", "Basket and checkout", "messaging"),),
            ),
        ),
    ),
    (
        "Workshop and Warranty",
        (
            (
                "Warranty Help",
                "service",
                (("Warranty - embedded button", "Help centre", "messaging"),),
            ),
            ("App Workshop", "service", (("App - workshop tab", "App screens", "app"),)),
        ),
    ),
    (
        "Clubs and Schools",
        (("Group Quote", "lead", (("Group quote - invitation", "Trade pages", "messaging"),)),),
    ),
)
REACH_LOBS: tuple[LobPlan, ...] = (
    (
        "New Clients",
        (("Book a Demo", "lead", (("Demo - sticky button", "Product pages", "messaging"),)),),
    ),
)

HOME = (
    ("sofas", "Wexcombe three-seat sofa", 1149.0),
    ("lighting", "Fernhill arc floor lamp", 189.0),
    ("rugs", "Loomis wool rug 5x8", 329.5),
    ("tables", "Alder trestle table", 699.0),
    ("bedding", "Stonewash linen duvet set", 214.25),
    ("storage", "Millrace wall shelf", 84.9),
)
FASHION = (
    ("dresses", "Isla tie-waist linen dress", 89.0),
    ("knitwear", "Rowan lambswool crew", 65.0),
    ("coats", "Harbour trench", 179.0),
    ("shirts", "Poplin stripe shirt", 45.5),
    ("shoes", "Corran leather loafer", 120.0),
)
OUTDOOR = (
    ("tents", "Currawong two-person tent", 549.0),
    ("packs", "Ridgeback 45L pack", 289.95),
    ("footwear", "Saltbush trail shoe", 219.0),
    ("sleeping", "Snowgum down bag", 429.0),
    ("cooking", "Billy stove kit", 118.5),
)
SERVICES = (("plans", "Concierge evening cover", 900.0), ("plans", "Weekend cover", 450.0))
REACH = "36415504"


def _subscriber(
    number: str,
    name: str,
    domain: str,
    zone: str,
    currency: str,
    visits: int,
    campaigns: tuple[str, str, str],
    products: tuple[tuple[str, str, float], ...],
    sharing: str | None,
    form: str = "production",
) -> BrandPlan:
    """A shop that buys its answering from the provider."""
    return BrandPlan(
        account_id=number, name=name, domain=domain, timezone=zone, currency=currency,
        visits=visits, direct_conversations=190, agents=2, lobs=shop(*campaigns),
        products=products, skills=("Concierge", "Escalations"), groups=("Reach pod",),
        bots=("Reach Assistant",),
        sources=(("SMS", 3), ("FACEBOOK", 3), ("WHATSAPP", 3), ("GMB", 1)),
        opens=9.0, shift_step=4.0, provider=REACH, transcript_sharing=sharing, form=form,
    )  # fmt: skip


BRAND_PLANS: tuple[BrandPlan, ...] = (
    BrandPlan(
        "36410101", "Harrowgate Home", "harrowgate-home.example", "America/New_York", "USD",
        11_200, 560, 10, HOME_LOBS, HOME, ("Design advice", "Delivery care", "Trade desk"),
        ("Boston studio", "Evening team"), ("Porter",),
        (("APP", 5), ("SMS", 3), ("ABC", 2), ("FACEBOOK", 1)), night_shift=True,
        window_days=31, touch_rule="last", agent_credit="last", control_share=0.1,
    ),
    BrandPlan(
        "36411212", "Tamsin & Vale", "tamsinandvale.example", "Europe/London", "GBP",
        8_600, 480, 8, FASHION_LOBS, FASHION, ("Style", "Returns"),
        ("Leeds studio", "Home workers"), ("Vale Assistant",),
        (("APP", 4), ("WHATSAPP", 4), ("FACEBOOK", 2), ("ABC", 1)), control_level="campaign",
        window_days=7, touch_rule="first", agent_credit="first", control_share=0.2,
    ),
    BrandPlan(
        "36412323", "Billabrook Outfitters", "billabrook.example", "Australia/Sydney", "AUD",
        6_300, 330, 7, OUTDOOR_LOBS, OUTDOOR, ("Guides", "Workshop"),
        ("Sydney guides", "Perth guides"), (),
        (("APP", 4), ("SMS", 3), ("LINE", 1), ("AGENT", 1)), form="bare",
    ),
    BrandPlan(
        REACH, "Meridian Reach Concierge", "meridian-reach.example", "Asia/Kolkata", "USD",
        600, 25, 5, REACH_LOBS, SERVICES, ("New clients",), ("Pune floor",), (),
        (("SMS", 1),), control_level="none", control_share=0.0, window_days=14,
    ),
    _subscriber(
        "36421105", "Cobbleford Pets", "cobbleford-pets.example", "America/Chicago", "USD", 1_500,
        ("Pet Advice", "Treat Basket", "Order Care"),
        (("dogs", "Oat and salmon kibble 12 kg", 64.0), ("cats", "Window perch", 39.5)), "true",
    ),
    _subscriber(
        "36421216", "Lumen & Oak", "lumenandoak.example", "Europe/Dublin", "EUR", 1_200,
        ("Lighting Advice", "Basket Help", "Order Care"),
        (("lamps", "Kilbride oak lamp", 145.0), ("bulbs", "Filament bulb set", 28.0)), "yes",
    ),
    _subscriber(
        "36421327", "Saltmarsh Soapworks", "saltmarsh-soap.example", "Europe/London", "GBP", 1_000,
        ("Skin Advice", "Gift Basket", "Order Care"),
        (("soap", "Samphire soap trio", 18.5), ("gifts", "Tidal gift box", 42.0)), None,
        "documentation",
    ),
    _subscriber(
        "36421438", "Pinyon Cycle Works", "pinyon-cycles.example", "America/Denver", "USD", 1_300,
        ("Fit Advice", "Build Basket", "Service Desk"),
        (("bikes", "Mesa gravel frame", 890.0), ("parts", "Sealed hub pair", 210.0)), "1",
    ),
    _subscriber(
        "36421549", "Kestrel Tea Traders", "kestrel-tea.example", "Asia/Kolkata", "INR", 1_000,
        ("Tea Advice", "Tasting Basket", "Order Care"),
        (("tea", "First flush sampler", 1450.0), ("ware", "Clay tasting set", 2600.0)), "false",
    ),
)  # fmt: skip

AGENT_NAMES = (
    "Maren Oakes", "Dario Flint", "Priscilla Wynn", "Tobias Leary", "Anouk Barrow",
    "Jonas Pell", "Rhea Sandoval", "Callum Dray", "Bettina Moss", "Ivo Kessler",
    "Harriet Stoke", "Omar Lindqvist", "Freya Tandy", "Gwil Prosser", "Nadia Corran",
    "Edwin Marsh", "Saoirse Blythe", "Theo Rudge", "Kiah Wilder", "Brendan Toohill",
    "Mirri Falk", "Luca Penhall", "Tess Arundel", "Jarrah Stone", "Dev Marlow",
    "Asha Kulkarne", "Rohit Vaidyan", "Meera Josalin", "Kabir Dhanu", "Leela Rathod",
    "Nikhil Borade", "Sana Mirchel", "Arjun Tavde", "Pooja Salvin", "Farah Deshmor",
    "Vikram Jolen", "Anita Gokhre", "Rahul Sabnik", "Divya Kelmar", "Imran Shettigar",
    "Sunil Parvek", "Lata Morghade", "Gauri Tambere", "Faisal Unwalla", "Neha Rasquin",
    "Yusuf Bandiwal", "Chitra Ovhal", "Mohan Dandge", "Rekha Solvi", "Ketan Furia",
    "Zoya Merchande", "Anand Ghorpe", "Sarita Lonkar", "Deepak Vartel", "Hina Qazwar",
    "Prakash Udgir", "Tara Minoche", "Wasim Kadge",
)  # fmt: skip
