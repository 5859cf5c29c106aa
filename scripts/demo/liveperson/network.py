"""The provider's small subscribers: shops with a few conversations a week. All are made up."""

from __future__ import annotations

from demo.liveperson.plans import BRAND_PLANS, REACH, BrandPlan, shop

#: Account, name, domain, time zone, currency, conversations, median seconds in the queue, consent.
SHOPS = (
    ("36422660", "Marlow Rope Works", "marlow-rope.example", "Europe/London", "GBP", 34, 40, "yes"),
    ("36422771", "Tidewrack Surf", "tidewrack.example", "America/Los_Angeles", "USD", 46, 55, "1"),
    ("36422882", "Holm Oak Honey", "holmoak-honey.example", "Europe/Madrid", "EUR", 22, 70, "true"),
    ("36422993", "Ada Finch Paper", "adafinch.example", "America/New_York", "USD", 38, 45, "TRUE"),
    ("36423104", "Corriebrae Knits", "corriebrae.example", "Europe/London", "GBP", 28, 90, None),
    ("36423215", "Sable Ridge Knives", "sable-ridge.example", "America/Boise", "USD", 18, 120, "no"),
    ("36423326", "Juniper Nursery", "juniper-beds.example", "Europe/Dublin", "EUR", 26, 60, "yes"),
    ("36423437", "Oriel Frames", "oriel-frames.example", "Europe/Paris", "EUR", 30, 150, "Yes"),
    ("36423548", "Banyan Spice House", "banyan-spice.example", "Asia/Kolkata", "INR", 42, 35, "1"),
    ("36423659", "Two Herons Bakery", "twoherons.example", "Australia/Hobart", "AUD", 24, 80, "0"),
    ("36423770", "Galley Row Pans", "galleyrow.example", "America/Chicago", "USD", 36, 65, "true"),
    ("36423881", "Fenwick Fly Fishing", "fenwick-fly.example", "America/Denver", "USD", 20, 240, ""),
    ("36423992", "Lanark Light Tents", "lanark-tents.example", "Europe/London", "GBP", 16, 300, "yes"),
    ("36424103", "Petra Ceramics", "petra-clay.example", "Europe/Lisbon", "EUR", 25, 110, "true"),
    ("36424214", "Kauri Toys", "kauri-toys.example", "Pacific/Auckland", "NZD", 21, 95, "false"),
    ("36424325", "Mistral Sails", "mistral-sails.example", "Europe/Paris", "EUR", 14, 600, "yes"),
    ("36424436", "Nine Elms Records", "nine-elms.example", "Europe/London", "GBP", 32, 50, "1"),
    ("36424547", "Yarrow & Daughters", "yarrow-tea.example", "America/Toronto", "CAD", 27, 75, None),
)  # fmt: skip
PRODUCTS = {
    "36422660": (("rope", "Three-strand manila rope 20 m", 36.0), ("kits", "Splicing kit", 24.5)),
    "36422771": (("boards", "Pelican 7'2 mid-length", 640.0), ("suits", "4/3 winter suit", 279.0)),
    "36422882": (("honey", "Holm oak honey 1 kg", 21.0), ("gifts", "Beekeeper's box", 48.0)),
    "36422993": (("paper", "Cotton letter set", 32.0), ("cards", "Linocut card dozen", 27.5)),
    "36423104": (("knits", "Cabled lambswool snood", 58.0), ("yarn", "Aran yarn 500 g", 44.0)),
    "36423215": (("knives", "Drop-point camp knife", 165.0), ("care", "Whetstone pair", 62.0)),
    "36423326": (("plants", "Hedge bundle of 25", 74.0), ("beds", "Oak raised bed", 129.0)),
    "36423437": (("frames", "Ash frame 50x70", 68.0), ("prints", "Harbour print", 39.0)),
    "36423548": (("spices", "Five-tin masala set", 980.0), ("tools", "Stone mortar", 2150.0)),
    "36423659": (("bread", "Sourdough starter kit", 35.0), ("tins", "Loaf tin pair", 46.0)),
    "36423770": (("pans", "Carbon steel skillet 28 cm", 79.0), ("lids", "Copper lid", 54.0)),
    "36423881": (("rods", "Four-piece 5 weight rod", 310.0), ("flies", "Caddis box of 40", 65.0)),
    "36423992": (("tents", "One-person ridge tent", 385.0), ("pegs", "Titanium peg set", 29.0)),
    "36424103": (("bowls", "Ribbed serving bowl", 52.0), ("cups", "Espresso cup pair", 31.0)),
    "36424214": (("toys", "Stacking tuatara", 49.0), ("puzzles", "Map of the islands", 38.0)),
    "36424325": (("sails", "Day-sailer jib", 720.0), ("repair", "Sail tape roll", 18.0)),
    "36424436": (("records", "Mono reissue box", 94.0), ("gear", "Record brush", 16.0)),
    "36424547": (("tea", "Spruce tip blend 250 g", 19.0), ("ware", "Travel infuser", 34.0)),
}  # fmt: skip


def _small_shop(
    number: str,
    name: str,
    domain: str,
    zone: str,
    currency: str,
    talks: int,
    queue: int,
    sharing: str | None,
) -> BrandPlan:
    """A shop that is pulled once a week, and one of whose people answers with the provider's bot."""
    return BrandPlan(
        account_id=number, name=name, domain=domain, timezone=zone, currency=currency,
        visits=2 * talks, direct_conversations=talks, agents=1,
        lobs=shop("Shop Advice", "Basket Help", "Order Care"), products=PRODUCTS[number],
        skills=("Concierge", "Escalations"), groups=("Reach pod",), bots=("Reach Assistant",),
        sources=(("SMS", 2), ("FACEBOOK", 3), ("WHATSAPP", 4), ("GMB", 1)), opens=9.0,
        provider=REACH, transcript_sharing=sharing, weekly=True, queue_seconds=float(queue),
    )  # fmt: skip


PLANS = (*BRAND_PLANS, *(_small_shop(*row) for row in SHOPS))
