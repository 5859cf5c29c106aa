"""Conversions: deduplicated goals, each credited once to the touch that earned it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import values as v
from .conversations import Conversation
from .members import Configuration, Members
from .settings import Settings
from .visits import Goal, Visit

APP_SESSION_MS = 6 * v.HOUR_MS
ARM_ORDER = {"TEST": 2, "CONTROL": 1}


@dataclass(frozen=True)
class Touch:
    """Something that may have earned a conversion."""

    kind: str
    time_ms: int
    order: tuple[str | int, ...]
    visit: Visit
    members: Members
    goal: str | None
    conversation: Conversation | None = None
    arm: str = "unknown"


@dataclass(frozen=True)
class Conversion:
    """A conversion with its touch, or without one."""

    goal: Goal
    visit: Visit
    touch: Touch | None
    had_exposure: bool
    in_session: bool | None
    is_direct: bool | None

    @property
    def group(self) -> str:
        """The attribution group."""
        return self.touch.kind if self.touch else "unattributed"

    @property
    def control_kind(self) -> str | None:
        """How a conversion of group control was held back."""
        if self.touch is None or self.touch.kind != "control":
            return None
        held = "CONTROL" in (self.touch.visit.site_arm, self.touch.arm)
        return "holdout" if held else "unexposed_prospect"


def deduplicated_goals(visits: Iterable[Visit]) -> list[tuple[Goal, Visit]]:
    """One goal an id (earliest, then lesser visit), then one sale an order (then lesser id)."""
    by_id: dict[str, tuple[Goal, Visit]] = {}
    for visit in sorted(visits, key=lambda one: one.visit_id):
        for goal in visit.goals:
            if goal.goal_id not in by_id or goal.time_ms < by_id[goal.goal_id][0].time_ms:
                by_id[goal.goal_id] = (goal, visit)
    orders: set[str] = set()
    kept = []
    for goal, visit in sorted(by_id.values(), key=lambda pair: (pair[0].time_ms, pair[0].goal_id)):
        if goal.order is not None:
            if goal.order in orders:
                continue
            orders.add(goal.order)
        kept.append((goal, visit))
    return kept


def touches_of(visits: list[Visit], linked: dict[str, list[Conversation]]) -> list[Touch]:
    """Every touch of one visitor's visits."""
    found = []
    for visit in visits:
        for talk in linked.get(visit.visit_id, []):
            order = (talk.conversation_id,)
            found.append(
                Touch("messaging", talk.start_ms, order, visit, talk.members, talk.goal, talk)
            )
        for show in visit.shows:
            members = show.members
            where = (members.campaign or "", members.engagement or "", show.goal or "")
            tie = (show.instance or "", *where, show.state or "", visit.visit_id)
            found.append(Touch("self_service", show.time_ms, tie, visit, members, show.goal))
        for eligible in visit.eligibilities:
            members = eligible.members
            where = (members.campaign or "", members.engagement or "", eligible.goal or "")
            order_of_arm = ARM_ORDER.get(eligible.arm, 0)
            found.append(
                Touch(
                    "control",
                    eligible.time_ms,
                    (*where, order_of_arm, visit.visit_id),
                    visit,
                    members,
                    eligible.goal,
                    arm=eligible.arm,
                )
            )
    return found


def credited(touches: list[Touch], rule: str) -> Touch | None:
    """The one touch of the strongest kind that earns the conversion."""
    for kind in ("messaging", "self_service", "control"):
        rivals = [touch for touch in touches if touch.kind == kind]
        if rivals:
            times = [touch.time_ms for touch in rivals]
            when = min(times) if rule == "first" else max(times)
            return max((t for t in rivals if t.time_ms == when), key=lambda t: t.order)
    return None


def is_in_session(goal: Goal, visit: Visit, touch: Touch) -> bool:
    """Same visit; for a conversation in a mobile app, within six hours."""
    if touch.conversation is not None and touch.conversation.source_type == "brand_app":
        return goal.time_ms <= touch.time_ms + APP_SESSION_MS
    return touch.visit.visit_id == visit.visit_id


def attribute(
    visits: dict[str, Visit],
    linked: dict[str, list[Conversation]],
    configuration: Configuration,
    settings: Settings,
) -> list[Conversion]:
    """Every deduplicated conversion of an account, with what earned it."""
    by_visitor: dict[str, list[Visit]] = {}
    for visit in visits.values():
        by_visitor.setdefault(visit.visitor_id, []).append(visit)
    touches = {who: touches_of(theirs, linked) for who, theirs in by_visitor.items()}
    window_ms = settings.window_days * v.DAY_MS
    found = []
    for goal, visit in deduplicated_goals(visits.values()):
        inside = [
            touch
            for touch in touches[visit.visitor_id]
            if goal.time_ms - window_ms <= touch.time_ms <= goal.time_ms
        ]
        touch = credited(inside, settings.touch_rule)
        direct = in_session = None
        if touch is not None:
            configured = configuration.setting("campaign", touch.members.campaign, "goalId")
            aim = touch.goal or configured
            direct = aim is not None and aim == goal.campaign_goal
            in_session = is_in_session(goal, visit, touch)
        exposed = any(t.kind == "self_service" for t in inside)
        found.append(Conversion(goal, visit, touch, exposed, in_session, direct))
    return found
