"""Three months of an account: who joins, what is sent, who answers, and what they buy."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from demo.attentive import texts
from demo.attentive.brands import TextBrand
from demo.attentive.records import Happened, Json, Subscriber
from demo.landing import DAY, HOUR, MINUTE

FIRST_DAY = date(2026, 4, 1)
DAYS = 91
CAMPAIGN_WEEKDAYS = (1, 3, 6)
SENT_A_CAMPAIGN = 140
HOURS = (0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 8, 8, 9, 8, 7, 7, 8, 9, 11, 12, 11, 8, 4, 1)


def simulate(seed: int, brand: TextBrand) -> Happened:
    """Everything that happened."""
    return Months(seed, brand).run()


class Months:
    """The three months, day by day."""

    def __init__(self, seed: int, brand: TextBrand) -> None:
        self.rng = random.Random(f"{seed} texts {brand.account_id}")
        self.brand = brand
        self.zone = ZoneInfo(brand.timezone)
        self.happened = Happened(brand)
        self.phones = self.rng.sample(brand.phones, len(brand.phones))
        self.people = [self._person() for _ in range(brand.subscribers)]
        self.campaigns = 0
        self.orders = 0

    def _person(self) -> Subscriber:
        phone = self.phones.pop()
        external_id = 480_000_000_000_000 + int(phone[-9:])
        email = f"kim.{phone[-5:]}@mail.example" if self.rng.random() < 0.4 else None
        return Subscriber(phone, external_id, email)

    def run(self) -> Happened:
        """Day by day."""
        for number in range(DAYS):
            day = FIRST_DAY + timedelta(days=number)
            self._joins(day)
            if day.weekday() in CAMPAIGN_WEEKDAYS:
                self._campaigns(day)
            self._journeys(day)
            for _ in range(self._times(self.brand.asking)):
                self.thread(self._moment(day), self.rng.choice(self.people))
            for _ in range(self._times(4)):
                self._order(self._moment(day), self.rng.choice(self.people))
        return self.happened

    def _times(self, mean: float) -> int:
        return round(self.rng.gauss(mean, mean / 4))

    def _moment(self, day: date, hour: int | None = None) -> int:
        if hour is None:
            hour = self.rng.choices(range(24), HOURS)[0]
        local = datetime(day.year, day.month, day.day, hour, tzinfo=self.zone)
        return int(local.timestamp()) * 1000 + self.rng.randrange(HOUR)

    def _product(self) -> tuple[str, str, float]:
        return self.rng.choice(self.brand.products)

    def _say(self, text: str, **more: object) -> str:
        sku, name, price = self._product()
        words = {"product": name, "sku": sku, "price": f"{price:.2f}", "brand": self.brand.name}
        who = self.rng.choice(texts.NAMES)
        return text.format(**words, domain=self.brand.domain, name=who, **more)

    def _joins(self, day: date) -> None:
        for _ in range(self._times(self.brand.joining)):
            if not self.phones:
                return
            who, at = self._person(), self._moment(day)
            self.people.append(who)
            if self.rng.random() < 0.6:
                self.happened.keyword(at - 4_000, who, self.rng.choice(texts.KEYWORDS))
            self.happened.event(at, "sms.subscribed", who)
            self.journey(at + 20_000, who, "Welcome")
            if self.rng.random() < 0.3:
                self.happened.event(at + MINUTE, "custom_attribute.set", who, {"size": "M"})
            if who.email:
                self.happened.event(at + MINUTE, "email.subscribed", who)

    def _campaigns(self, day: date) -> None:
        self.campaigns += 1
        begin = self._moment(day, 10)
        for place, who in enumerate(self.rng.sample(self.people, SENT_A_CAMPAIGN)):
            at = begin + place * 5_000
            self.campaign(at, who, self.campaigns)
            if self.rng.random() < 0.006:
                self._leaves(at + self.rng.randrange(HOUR), who)

    def campaign(self, at: int, who: Subscriber, number: int) -> None:
        """A campaign's text, and what comes of it."""
        title = self.brand.campaigns[number % len(self.brand.campaigns)]
        text = self._say(texts.CAMPAIGN, title=title, number=number)
        self.happened.campaign(at, who, number, title, text)
        self.reaction(at, who, f"c/{number}", 0.06)

    def _leaves(self, at: int, who: Subscriber) -> None:
        self.happened.keyword(at, who, "STOP")
        self.happened.event(at + 800, "sms.unsubscribed", who)
        self.people.remove(who)

    def reaction(self, at: int, who: Subscriber, path: str, talks: float) -> None:
        """Some open the link, some of them buy; some text back."""
        if self.rng.random() < 0.09:
            clicked = at + self.rng.randrange(MINUTE, 9 * HOUR)
            self.happened.click(clicked, who, path)
            if self.rng.random() < 0.12:
                self._order(clicked + self.rng.randrange(2 * MINUTE, HOUR), who)
        if self.rng.random() < talks:
            # most at once; a few when the text is too old to be why they write
            late = min(self.rng.lognormvariate(0.4, 1.3), 60) * HOUR
            self.thread(at + int(late), who)

    def _journeys(self, day: date) -> None:
        for name, mean in (("Abandoned basket", 9), ("We miss you", 3)):
            if name not in self.brand.journeys:
                continue
            for _ in range(self._times(mean)):
                self.journey(self._moment(day), self.rng.choice(self.people), name)

    def journey(self, at: int, who: Subscriber, name: str) -> None:
        """A journey's text, and what comes of it."""
        self.happened.journey(at, who, name, self._say(texts.JOURNEYS[name]))
        self.reaction(at, who, "j", 0.15)

    def thread(self, at: int, who: Subscriber) -> None:
        """A conversation, line by line; now and then somebody takes a day over it."""
        rng, brand = self.rng, self.brand
        topic = rng.choices(texts.TOPICS, [topic.weight for topic in texts.TOPICS])[0]
        in_shop = rng.random() < 0.22
        program = "LIVE_SMS" if in_shop else rng.choice((None, None, "CONCIERGE"))
        names = brand.shop_agents if in_shop else brand.agents
        number = rng.randrange(len(names))
        agent = (40 + number + 10 * in_shop, names[number])
        self.happened.threads += 1
        start = at
        for place, line in enumerate(topic.lines):
            if place % 2 == 0:
                self.happened.asks(at, who, self._say(line), program)
            elif place == 1 and rng.random() < 0.04:
                break  # nobody answered
            else:
                self.happened.answers(at, who, self._say(line), agent, program)
            wait = rng.lognormvariate(0.9, 1.0) * MINUTE
            at += int(wait if rng.random() < 0.95 else rng.uniform(5, 50) * HOUR) + 4_000
        if rng.random() < topic.escalates:
            self.happened.hands_over(at, who, topic.reason, program)
        if rng.random() < topic.buys:
            later = min(rng.lognormvariate(1.6, 1.4), 150) * HOUR
            self._order(start + int(later) + 5 * MINUTE, who)

    def _order(self, at: int, who: Subscriber) -> None:
        """An order, the texts that follow it, and sometimes its correction."""
        rng, brand = self.rng, self.brand
        self.orders += 1
        chosen = rng.sample(brand.products, rng.choice((1, 1, 1, 2, 3)))
        items = [self._item(*product) for product in chosen]
        # an order that comes through the interface without an id is known by its content alone
        order_id = f"{brand.name[:2].upper()}-{self.orders:05d}" if rng.random() < 0.8 else None
        record = self.happened.buys(at, who, items, order_id)
        if order_id and rng.random() < 0.03:
            kept = [
                item | {"quantity": 0} if place == 0 else item for place, item in enumerate(items)
            ]
            correction = record | {"items": kept}
            self.happened.corrections.append((at + rng.randrange(DAY, 4 * DAY), correction))
        self.happened.notice(at + rng.randrange(12, 30) * HOUR, who, "Your order is on its way 📦")
        if rng.random() < 0.5:
            self.journey(at + 2 * DAY, who, "After your order")

    def _item(self, sku: str, name: str, price: float) -> Json:
        brand = self.brand
        prices: list[Json] = [{"value": price, "currency": brand.currency}]
        if self.rng.random() < 0.3:
            prices.append({"value": round(price * 1.3, 2), "currency": brand.other_currency})
        item: Json = {"productId": sku, "productVariantId": f"{sku}-1", "name": name}
        if self.rng.random() < 0.25:
            return item | {"price": [{**prices[0], "value": f"{price:.2f}"}, *prices[1:]]}
        return item | {"price": prices, "quantity": self.rng.choice((1, 1, 1, 2, "1"))}
