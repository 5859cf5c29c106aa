"""Stories to trace through the warehouse, written by hand among the simulated traffic.

Every visit id, visitor id, order id and goal id of a story begins with `story-<name>`.

midnight        Harrowgate Home. A visit starts on 14 May 23:30 New York time, is eligible at
                23:35, is shown an invitation on 15 May 00:10, accepts at 00:15 and talks at 00:16.
                All of the funnel belongs to 14 May; the conversation was opened on 15 May.
window-edge     Tamsin & Vale (7 days, first touch). A Show on 4 May 10:00:00.000 UTC, a purchase
                of 120.00 in another visit on 11 May 10:00:00.000: inside, cross-session,
                self-service, credited to 4 May.
window-missed   The same, bought one millisecond later: unattributed.
reload          Billabrook Outfitters. Order story-reload-order (549.00) on 3 June; the thank-you
                page is opened again in a visit on 5 June, with a new goal id: one order.
holdout         Harrowgate Home. A visitor of the site's CONTROL group is a prospect, is shown
                nothing, and buys for 329.50: group control, kind holdout.
app-session     Harrowgate Home. A conversation from the mobile app that began in a visit; the order
                of 84.90 follows four hours later in another visit: in session all the same.
first-then-last Tamsin & Vale. Two Shows, of two campaigns, before one purchase: the account credits
                the first. Under touch_rule `last` it would be the other campaign.
messaging-wins  Billabrook Outfitters. A conversation, then a later Show, then a purchase of 289.95:
                messaging comes before self-service, however old.
escalated       Cobbleford Pets, subscriber of Meridian Reach. The bot hands over by skill at
                15:01:00 UTC on 9 June, a person answers at 15:02:35: 95 seconds.
contained       Lumen & Oak, subscriber of Meridian Reach. The bot answers alone and the consumer closes
                on 11 June at 10:06 UTC: contained, no escalation. Its texts are shared.
not-shared      Kestrel Tea Traders, subscriber without consent. The bot hands over to a person on
                12 June at 06:01:00 UTC, who answers at 06:05:00: 240 seconds, and no text for the
                provider to read.
no-visitor      Harrowgate Home. A visit without visitor id: it is its own visitor.
no-session-info Saltmarsh Soapworks, old schema. No session info, so metaData's start counts, and
                impressions without engagement id and time: exposed, but no exposure.
                The impression comes twice and is one.
unlisted        Account 99120044 is in no accounts.csv: it gets every default (UTC, USD, ...).
"""

from __future__ import annotations

from datetime import datetime

from demo.landing import HOUR, MINUTE
from demo.liveperson import texts
from demo.liveperson.brands import Brand, Campaign, Engagement
from demo.liveperson.conversation import Conversation, Message, transfer
from demo.liveperson.traffic import Traffic
from demo.liveperson.visit import Eligibility, Goal, Impression, Page, Visit

NUMBER = 14
UNLISTED_ACCOUNT = "99120044"


def at(text: str) -> int:
    """A UTC time as epoch milliseconds."""
    return int(datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


class Story:
    """Builds the visits and conversations of one story."""

    def __init__(self, name: str, brand: Brand, traffic: Traffic) -> None:
        self.name = f"story-{name}"
        self.brand = brand
        self.traffic = traffic

    def visit(self, number: int, start: int) -> Visit:
        """An otherwise empty visit of the story's visitor, one page long."""
        _, device, system, agent = texts.DEVICES[2]
        visit = Visit(
            self.brand.account_id,
            f"{self.name}-visit-{number}",
            f"{self.name}-visitor",
            start,
            start + 10 * MINUTE,
        )
        visit.device, visit.device_os, visit.user_agent = device, system, agent
        visit.site_arm = "TEST" if self.brand.plan.control_level == "site" else "NA"
        visit.pages.append(Page(start, f"https://www.{self.brand.plan.domain}/", "", ["home"]))
        self.traffic.visits.append(visit)
        return visit

    def place(self, section: str, kind: str = "messaging") -> tuple[Campaign, Engagement]:
        """The engagement of a section, with its campaign."""
        engagement = self.brand.engagement(kind, section)
        assert engagement is not None, (self.name, section)
        return self.brand.campaign(engagement.campaign_id), engagement

    def eligible(self, visit: Visit, when: int, section: str) -> None:
        """The visit is eligible for the engagement of a section."""
        campaign, engagement = self.place(section)
        arm = "TEST" if self.brand.plan.control_level == "campaign" else "NA"
        visit.eligibility.append(Eligibility(when, [(campaign, [engagement], arm)]))

    def impression(self, visit: Visit, when: int, section: str, kind: str = "Show") -> None:
        """Something happens to the invitation of a section."""
        campaign, engagement = self.place(section)
        row = Impression(str(engagement.id % 1000), kind, "1", engagement, campaign, when)
        visit.impressions.append(row)
        visit.end = max(visit.end, when + MINUTE)

    def buy(self, visit: Visit, when: int, total: float, number: int = 1) -> None:
        """The story's order; number tells apart the goals that report it."""
        campaign = next(c for c in self.brand.campaigns if c.goal_kind == "sell")
        meta = {"total": total, "orderId": f"{self.name}-order", "cartStatus": "PURCHASED"}
        goal = Goal(f"{self.name}-goal-{number}", when, "sell", campaign.goal_id, meta)
        visit.goals.append(goal)
        visit.end = max(visit.end, when + MINUTE)

    def talk(
        self, number: int, start: int, engagement: Engagement | None, source: str = "SHARK"
    ) -> Conversation:
        """A short conversation between the consumer and the account's first agent."""
        agent = self.brand.people[0]
        id_ = f"{self.name}-conversation-{number}"
        consumer = f"{self.name}-consumer"
        skill = engagement.skill_id if engagement else agent.skill_id
        made = Conversation(id_, self.brand, start, source, consumer, skill)
        made.engagement = engagement
        made.joined.append((start + 30_000, agent, "ASSIGNED_AGENT"))
        lines = (("Hello, may I ask something?", None), ("Of course!", agent), ("Thanks!", None))
        for position, (text, sender) in enumerate(lines):
            made.messages.append(Message(start + 1_000 + position * MINUTE, text, sender))
        made.end, made.mcs = start + 6 * MINUTE, 20
        self.traffic.conversations.append(made)
        return made


def _home(brand: Brand, traffic: Traffic) -> None:
    story = Story("midnight", brand, traffic)
    visit = story.visit(1, at("2026-05-15T03:30:00"))
    story.eligible(visit, visit.start + 5 * MINUTE, "product")
    story.impression(visit, visit.start + 40 * MINUTE, "product")
    story.impression(visit, visit.start + 45 * MINUTE, "product", "Accept")
    made = story.talk(1, visit.start + 46 * MINUTE, story.place("product")[1])
    made.session_id = visit.visit_id
    visit.end = visit.start + 70 * MINUTE

    story = Story("holdout", brand, traffic)
    visit = story.visit(1, at("2026-05-20T15:00:00"))
    visit.site_arm = "CONTROL"
    story.eligible(visit, visit.start + MINUTE, "product")
    story.buy(visit, visit.start + 8 * MINUTE, 329.5)

    story = Story("app-session", brand, traffic)
    visit = story.visit(1, at("2026-06-10T14:00:00"))
    made = story.talk(1, visit.start + 5 * MINUTE, story.place("app", "app")[1], "APP")
    made.session_id = visit.visit_id
    later = story.visit(2, visit.start + 4 * HOUR)
    story.buy(later, later.start + 5 * MINUTE, 84.9)

    story = Story("no-visitor", brand, traffic)
    visit = story.visit(1, at("2026-04-22T16:00:00"))
    visit.visitor_id = None
    story.eligible(visit, visit.start + MINUTE, "category")


def _fashion(brand: Brand, traffic: Traffic) -> None:
    for name, late in (("window-edge", 0), ("window-missed", 1)):
        story = Story(name, brand, traffic)
        shown = at("2026-05-04T10:00:00")
        visit = story.visit(1, shown - 2 * MINUTE)
        story.eligible(visit, shown - MINUTE, "product")
        story.impression(visit, shown, "product")
        bought = at("2026-05-11T10:00:00") + late
        story.buy(story.visit(2, bought - 6 * MINUTE), bought, 120.0)

    story = Story("first-then-last", brand, traffic)
    first = story.visit(1, at("2026-06-01T09:00:00"))
    story.eligible(first, first.start + MINUTE, "category")
    story.impression(first, first.start + 2 * MINUTE, "category")
    second = story.visit(2, at("2026-06-03T09:00:00"))
    story.eligible(second, second.start + MINUTE, "basket")
    story.impression(second, second.start + 2 * MINUTE, "basket")
    story.buy(second, second.start + 9 * MINUTE, 89.0)


def _outdoor(brand: Brand, traffic: Traffic) -> None:
    story = Story("reload", brand, traffic)
    first = story.visit(1, at("2026-06-03T01:00:00"))
    story.eligible(first, first.start + MINUTE, "product")
    story.impression(first, first.start + 2 * MINUTE, "product")
    story.buy(first, first.start + 9 * MINUTE, 549.0)
    again = story.visit(2, at("2026-06-05T02:00:00"))
    story.buy(again, again.start + 1_000, 549.0, number=2)

    story = Story("messaging-wins", brand, traffic)
    first = story.visit(1, at("2026-05-06T02:00:00"))
    story.eligible(first, first.start + MINUTE, "product")
    story.impression(first, first.start + 2 * MINUTE, "product")
    story.impression(first, first.start + 3 * MINUTE, "product", "Accept")
    made = story.talk(1, first.start + 4 * MINUTE, story.place("product")[1])
    made.session_id = first.visit_id
    second = story.visit(2, at("2026-05-09T02:00:00"))
    story.eligible(second, second.start + MINUTE, "category")
    story.impression(second, second.start + 2 * MINUTE, "category")
    story.buy(second, second.start + 9 * MINUTE, 289.95)

    visit = Story("unlisted", brand, traffic).visit(1, at("2026-05-02T12:00:00"))
    visit.account_id = UNLISTED_ACCOUNT


def _pets(brand: Brand, traffic: Traffic) -> None:
    story = Story("escalated", brand, traffic)
    start, bot, person = at("2026-06-09T15:00:00"), brand.bots[0], brand.people[0]
    made = story.talk(1, start, None, "SMS")
    handover = start + MINUTE
    made.joined = [(start, bot, "ASSIGNED_AGENT"), (handover + 60_000, person, "ASSIGNED_AGENT")]
    made.messages = [
        Message(start, "My kibble is late, order story-escalated-order", None),
        Message(start + 3_000, "I am sorry to hear that. One moment please.", bot),
        Message(handover + 95_000, "Hi, I have found your parcel.", person),
        Message(handover + 130_000, "Thank you!", None),
    ]
    skills = list(brand.skills)
    made.skill_id = skills[0]
    made.transfers = [transfer(handover, "Skill", bot, bot, skills[0], target_skill=skills[1])]


def _lamps(brand: Brand, traffic: Traffic) -> None:
    story = Story("contained", brand, traffic)
    start, bot = at("2026-06-11T10:00:00"), brand.bots[0]
    made = story.talk(1, start, None, "WHATSAPP")
    made.joined = [(start, bot, "ASSIGNED_AGENT")]
    made.close_reason = "CONSUMER"
    made.messages = [
        Message(start, "Is the Kilbride lamp dimmable?", None),
        Message(start + 3_000, "Yes, with the dimmer that is in the box.", bot),
        Message(start + MINUTE, "That's all, thank you", None),
    ]


def _tea(brand: Brand, traffic: Traffic) -> None:
    story = Story("not-shared", brand, traffic)
    start, bot, person = at("2026-06-12T06:00:00"), brand.bots[0], brand.people[0]
    made = story.talk(1, start, None, "WHATSAPP")
    handover = start + MINUTE
    made.joined = [(start, bot, "ASSIGNED_AGENT"), (handover + 30_000, person, "ASSIGNED_AGENT")]
    made.messages = [
        Message(start, "story-not-shared: my card was charged twice", None),
        Message(start + 3_000, "I am sorry about that. I will find somebody for you.", bot),
        Message(handover + 4 * MINUTE, "Hello, I have cancelled the second charge.", person),
        Message(handover + 5 * MINUTE, "Thank you so much", None),
    ]
    made.end = handover + 6 * MINUTE
    made.transfers = [transfer(handover, "Agent", bot, bot, made.skill_id, assigned=person)]


def _soap(brand: Brand, traffic: Traffic) -> None:
    visit = Story("no-session-info", brand, traffic).visit(1, at("2026-04-10T08:00:00"))
    visit.without_session_info, visit.old_schema = True, True
    story = Story("no-session-info", brand, traffic)
    story.impression(visit, visit.start + MINUTE, "product")
    story.impression(visit, visit.start + MINUTE, "product")


TELLERS = {
    "36410101": _home,
    "36411212": _fashion,
    "36412323": _outdoor,
    "36421105": _pets,
    "36421216": _lamps,
    "36421327": _soap,
    "36421549": _tea,
}


def add_stories(brand: Brand, traffic: Traffic) -> None:
    """Add the stories of an account to its traffic."""
    teller = TELLERS.get(brand.account_id)
    if teller:
        teller(brand, traffic)
