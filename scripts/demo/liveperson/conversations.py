"""Simulating conversations: bots in front of people, transfers, surveys, closes."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from demo.landing import DAY, HOUR, MINUTE
from demo.liveperson import texts
from demo.liveperson.brands import Agent, Brand, Engagement
from demo.liveperson.conversation import Conversation, Message, transfer
from demo.liveperson.visits import new_uuid

SECOND = 1_000
PEOPLE_TRANSFERS = (
    ("Skill", 6),
    ("Agent", 4),
    ("back2Q", 4),
    ("SuggestedAgentTimeout", 2),
    ("TakeOver", 2),
    ("", 82),
)


class Talk:
    """One conversation in the making: a clock and the people in it."""

    def __init__(self, rng: random.Random, conversation: Conversation, goal_kind: str) -> None:
        self.rng = rng
        self.made = conversation
        self.brand = conversation.brand
        self.at = conversation.start
        category, product, _ = rng.choice(self.brand.plan.products)
        self.words = {
            "brand": self.brand.plan.name,
            "domain": self.brand.plan.domain,
            "product": product,
            "order": f"{self.brand.plan.name[:2].upper()}-{rng.randrange(10**7, 10**8)}",
            "category": category,
        }
        self.goal_kind = goal_kind if goal_kind in texts.OPENINGS else "service"

    def wait(self, median_seconds: float, spread: float = 0.8) -> None:
        """Let some time pass."""
        seconds = self.rng.lognormvariate(0, spread) * median_seconds
        self.at += int(min(seconds, 20 * 3600) * SECOND) + 1

    def say(self, lines: tuple[str, ...] | str, sender: Agent | None, survey: bool = False) -> None:
        """Write one of the lines."""
        line = lines if isinstance(lines, str) else self.rng.choice(lines)
        name = sender.name.split()[0] if sender else ""
        text = line.format(agent=name, bot=sender.name if sender else "", **self.words)
        self.made.messages.append(Message(self.at, text, sender, survey))

    def join(self, agent: Agent, permission: str = "ASSIGNED_AGENT") -> None:
        """An agent comes in."""
        self.made.joined.append((self.at, agent, permission))

    def move(self, reason: str, by: Agent, source: Agent | None, **more: object) -> None:
        """Record a transfer; a new skill stays with the conversation."""
        rows = self.made.transfers
        skill = rows[-1]["targetSkillId"] if rows else self.made.skill_id
        rows.append(transfer(self.at, reason, by, source, skill, **more))

    def staff(self, not_this: Agent | None = None) -> Agent | None:
        """Somebody on shift; nobody outside opening hours."""
        local = datetime.fromtimestamp(self.at / 1000, UTC).astimezone(self.brand.zone)
        hour = local.hour + local.minute / 60
        present = [a for a in self.brand.people if a.on_shift(local.weekday(), hour)]
        present = [a for a in present if a is not not_this]
        return self.rng.choice(present) if present else None

    def other_skill(self) -> int:
        """A skill that the conversation is not in."""
        others = [skill for skill in self.brand.skills if skill != self.made.skill_id]
        return self.rng.choice(others) if others else self.made.skill_id


def _bot_part(talk: Talk, bot: Agent) -> bool:
    """The bot's turn; whether it solved the matter."""
    rng = talk.rng
    talk.wait(2, 0.3)
    talk.join(bot)
    talk.say(texts.BOT_GREETINGS, bot)
    replies = texts.REPLIES_TO_GREETING
    for question, next_replies in texts.BOT_QUESTIONS[: rng.choice((1, 2, 2, 3))]:
        talk.wait(25)
        talk.say(replies, None)
        talk.wait(2, 0.3)
        talk.say(question, bot)
        replies = next_replies
    talk.wait(20)
    talk.say(replies, None)
    talk.wait(2, 0.3)
    if rng.random() < 0.36:
        talk.say(texts.BOT_ANSWERS, bot)
        talk.wait(30)
        talk.say(texts.CONSUMER_GOODBYES, None)
        talk.wait(2, 0.3)
        talk.say(texts.BOT_GOODBYE, bot)
        return True
    talk.say(texts.BOT_HANDOVER, bot)
    talk.at += SECOND
    if rng.random() < 0.85:
        talk.move("Skill", bot, bot, target_skill=talk.other_skill())
    elif (person := talk.staff()) is not None:
        talk.move("Agent", bot, bot, assigned=person)
    return False


def _wait_for_person(talk: Talk) -> Agent | None:
    """Queue until somebody takes it; None if the consumer is never answered."""
    give_up = talk.at + talk.rng.choice((20 * MINUTE, 5 * HOUR, DAY, DAY, 3 * DAY))
    talk.wait(talk.brand.plan.queue_seconds, 1.0)
    while (person := talk.staff()) is None:
        talk.at += 30 * MINUTE + talk.rng.randrange(10 * MINUTE)
        if talk.at > give_up:
            return None
    return None if talk.rng.random() < 0.06 else person


def _people_part(talk: Talk, person: Agent) -> Agent:
    """People talk; the last of them is returned."""
    rng = talk.rng
    talk.join(person)
    if rng.random() < 0.05:
        talk.made.joined.append((talk.at + 5 * SECOND, rng.choice(talk.brand.people), "READER"))
    talk.wait(20)
    talk.say(texts.AGENT_GREETINGS, person)
    names, weights = zip(*PEOPLE_TRANSFERS, strict=True)
    reason = str(rng.choices(names, weights)[0])
    rounds = min(1 + int(rng.expovariate(0.35)), 10)
    if rng.random() < 0.07:
        return person  # the consumer never comes back: not interactive
    for turn in range(rounds):
        talk.wait(rng.choice((40, 70, 70, 2400)), 0.9)
        talk.say(texts.CONSUMER_LINES, None)
        if rng.random() < 0.2:
            talk.wait(6, 0.4)
            talk.say(texts.CONSUMER_LINES, None)
        if reason and turn == 0:
            talk.wait(50)
            follower = talk.staff(not_this=person) or person
            known: dict[str, object] = {"assigned": follower} if reason != "back2Q" else {}
            if reason == "Skill":
                known = {"target_skill": talk.other_skill()}
            talk.move(reason, follower if reason == "TakeOver" else person, person, **known)
            talk.wait(60)
            person = follower
            talk.join(person)
            talk.say(texts.AGENT_GREETINGS, person)
        talk.wait(45)
        talk.say(texts.AGENT_LINES, person)
        if rng.random() < 0.25:
            talk.wait(9, 0.4)
            talk.say(texts.AGENT_LINES, person)
    if rng.random() < 0.6:
        talk.wait(50)
        talk.say(texts.CONSUMER_GOODBYES, None)
    return person


def _survey_part(talk: Talk, last: Agent) -> None:
    """Questions after the close, asked by the bot where there is one."""
    rng, made = talk.rng, talk.made
    asker = talk.brand.bots[0] if talk.brand.bots else last
    made.survey_at = talk.at
    rows: list[dict[str, object]] = []
    mood = rng.gauss(4.1 if last.user_type == "1" else 3.4, 1.1)
    for kind, question in texts.SURVEY_QUESTIONS.items():
        if kind != "csat" and rng.random() < 0.4:
            continue
        talk.wait(4, 0.3)
        talk.say(question, asker, survey=True)
        answers = {
            "csat": str(min(5, max(1, round(mood)))),
            "nps": str(min(10, max(0, round(mood * 2)))),
            "fcr": "yes" if mood > 3 else "no",
            "custom": rng.choice(texts.SURVEY_COMMENTS),
        }
        valid = rng.random() > 0.06
        answer = answers[kind] if valid else "what?"
        talk.wait(15)
        talk.say(answer, None, survey=True)
        typed: object = int(answer) if answer.isdigit() and rng.random() < 0.5 else answer
        row = {"question": question, "answer": typed, "questionType": kind}
        rows.append({**row, "answerId": str(len(rows) + 1), "isValidAnswer": valid})
        if kind == "csat" and valid:
            made.csat = int(answer)
        if rng.random() < 0.12:
            break  # the consumer walks away from the survey
    made.survey = {
        "surveyType": "OMNI_CHANNEL",
        "surveyStatus": "COMPLETED" if len(rows) > 1 else "PARTIAL",
        "surveyId": f"sv-{made.id[:8]}",
        "surveyData": rows,
    }
    talk.wait(5, 0.3)


def simulate_conversation(
    rng: random.Random,
    brand: Brand,
    start: int,
    source: str,
    *,
    engagement: Engagement | None = None,
    session_id: str | None = None,
    device: str = "MOBILE",
) -> Conversation:
    """One conversation from its first word to its close."""
    skill_id = engagement.skill_id if engagement else rng.choice(list(brand.skills))
    consumer_id = new_uuid(rng)
    made = Conversation(new_uuid(rng), brand, start, source, consumer_id, skill_id)
    made.engagement, made.session_id, made.device = engagement, session_id, device
    made.first = rng.random() < 0.7
    kind = brand.campaign(engagement.campaign_id).goal_kind if engagement else "service"
    talk = Talk(rng, made, kind)
    last: Agent | None = None
    proactive = source in ("SMS", "AGENT") and rng.random() < 0.2 and talk.staff() is not None
    if proactive:
        last = talk.staff()
        assert last is not None
        talk.join(last)
        talk.say(texts.PROACTIVE, last)
        talk.wait(1800, 1.2)
    if not proactive or rng.random() < 0.7:
        talk.wait(12)
        talk.say(texts.OPENINGS[talk.goal_kind], None)
        share = 0.8 if brand.plan.provider else 0.55
        solved = False
        if brand.bots and not proactive and rng.random() < share:
            last = brand.bots[0]
            solved = _bot_part(talk, last)
        if not solved:
            person = _wait_for_person(talk)
            last = _people_part(talk, person) if person else last
    _close(talk, last)
    return made


def _close(talk: Talk, last: Agent | None) -> None:
    """Close the conversation, with a survey or not, and score it."""
    rng, made = talk.rng, talk.made
    draw = rng.random()
    if last is None:
        made.close_reason = "CONSUMER" if draw < 0.45 else "SYSTEM"
    else:
        made.close_reason = "AGENT" if draw < 0.64 else "CONSUMER" if draw < 0.83 else "SYSTEM"
    talk.at += DAY if made.close_reason == "SYSTEM" else rng.randrange(20, 900) * SECOND
    if last and made.close_reason != "SYSTEM" and rng.random() < 0.42:
        _survey_part(talk, last)
    made.end = talk.at
    spoke = any(m.sender is None for m in made.messages)
    if spoke and rng.random() < 0.9:
        made.mcs = max(-100, min(100, round(rng.gauss(22 if last else -25, 38))))
    made.partial = rng.random() < 0.004
