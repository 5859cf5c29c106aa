"""From what happened to what arrives when: pulls, repeats, late files, pages and forms."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from demo.landing import DAY, HOUR, MINUTE, Landing, file_name, to_line
from demo.liveperson import agents, conversation, faults
from demo.liveperson.brands import Brand
from demo.liveperson.traffic import Traffic
from demo.liveperson.visit import Dresser

Json = dict[str, Any]
WEB_SESSIONS = "liveperson/web_sessions"
CONVERSATIONS = "liveperson/messaging_interactions"
STATUS_CHANGES = "liveperson/agent_status_changes"
OTHER_FORM = {
    "production": "documentation",
    "documentation": "production",
    "bare": "production",
}
LAST_PULL = 1_782_864_000_000  # 2026-07-01: what is open then stays open


def month_of(at: int) -> str:
    """The UTC month, as a folder name."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")


def chunks(rows: list[Any], size: int) -> Iterable[list[Any]]:
    """Pieces of at most `size` rows."""
    return (rows[at : at + size] for at in range(0, len(rows), size))


class Delivery:
    """Writes the files of one account. Faults go to accounts that are not subscribers."""

    def __init__(self, landing: Landing, seed: int, brand: Brand) -> None:
        self.landing = landing
        self.brand = brand
        self.rng = random.Random(f"{seed} delivery {brand.account_id}")
        self.faulty = brand.plan.provider is None
        self.shortest = 7 * DAY if brand.plan.weekly else DAY if brand.plan.provider else 0
        self.lag = int(brand.account_id) % 13 * MINUTE  # pulls of accounts are not in step

    def _write(
        self, feed: str, tag: str, folder: str, span: int, files: dict[int, list[bytes]]
    ) -> None:
        """One file a pull; some pulls come as plain text, some with Windows line ends."""
        for slot in sorted(files):
            lines = files[slot]
            start = slot * span
            to_ms = start + span + self.lag + self.rng.randrange(2 * MINUTE, 9 * MINUTE)
            gz = slot % 6 != 0
            end = b"\r\n" if slot % 40 == 6 else b"\n"
            where = f"{folder}/{month_of(to_ms)}/"
            parts = [lines]
            if slot % 10 == 3 and len(lines) > 3:
                parts = [lines[: len(lines) // 2], lines[len(lines) // 2 :]]
            for number, part in enumerate(parts):
                name = file_name(tag, start, to_ms, f"part-{number:05d}", gz=gz)
                self.landing.write(feed, where + name, part, end=end)

    def visits(self, traffic: Traffic) -> None:
        """Closed visits: most within six hours, some days later, some twice."""
        rng, form = self.rng, self.brand.plan.form
        span = self.shortest or 6 * HOUR
        dress, other = Dresser(form), Dresser(OTHER_FORM[form])
        arrivals: list[tuple[int, bytes]] = []
        for visit in traffic.visits:
            at = visit.end + 30 * MINUTE + rng.randrange(10 * MINUTE, 5 * HOUR)
            if rng.random() < 0.02:
                at += rng.randrange(DAY, 6 * DAY)
            arrivals.append((at, to_line(dress.visit(visit))))
            if rng.random() < 0.03:
                arrivals.append((at + span, to_line(other.visit(visit))))
        files: dict[int, list[bytes]] = defaultdict(list)
        for at, line in sorted(arrivals, key=lambda arrival: arrival[0]):
            files[at // span].append(line)
        if self.faulty:
            broken = faults.visit_faults(dress.visit(traffic.visits[0]))
            faults.scatter(rng, list(files.values()), broken)
            self.landing.count("faulty web session lines", len(broken))
            files[max(files) + 1] = []  # the pull after the last visit brought an empty file
        self._write(WEB_SESSIONS, "WebSession", self.brand.account_id, span, files)

    def conversations(self, traffic: Traffic) -> None:
        """Every pull brings what changed since the last, as it stands at that moment."""
        rng = self.rng
        span = self.shortest or 12 * HOUR
        older = self.brand.plan.form == "documentation"
        due: dict[int, list[conversation.Conversation]] = defaultdict(list)
        for made in traffic.conversations:
            moments = [made.start, made.end or made.start, *(m.at for m in made.messages)]
            # Pull windows are rounded outward by ten minutes, so the edges arrive twice.
            slots = {moment // span for moment in moments}
            slots |= {(moment + 10 * MINUTE) // span for moment in moments}
            if rng.random() < 0.02:
                slots.add(max(slots) + rng.randrange(3, 9))
            for slot in slots:
                if made.start <= (slot + 1) * span:
                    due[slot].append(made)
        files: dict[int, list[bytes]] = {}
        for slot in range(min(due), min(max(due), LAST_PULL // span) + 1):
            as_of = (slot + 1) * span
            rows = [conversation.record(made, as_of, older) for made in due.get(slot, [])]
            if not rows and slot % 14:
                continue
            single = self.brand.plan.form == "bare" or (older and slot % 2 == 1)
            if rows and single:
                files[slot] = [to_line(row) for row in rows]
            else:
                pages = [
                    conversation.page(part, self.brand.account_id) for part in chunks(rows, 20)
                ]
                files[slot] = [to_line(each) for each in pages] or [
                    to_line(conversation.page([], self.brand.account_id))
                ]
        if self.faulty:
            first = min(traffic.conversations, key=lambda made: made.start)
            broken = faults.conversation_faults(conversation.record(first, first.last_event))
            faults.scatter(rng, list(files.values()), broken)
            self.landing.count("faulty conversation lines", len(broken))
            files[max(files) + 1] = [
                to_line({"conversationHistoryRecords": None}),
                to_line(conversation.page([], self.brand.account_id)),
            ]
        folder = self.brand.account_id
        self._write(CONVERSATIONS, "MessagingInteractions", folder, span, files)

    def status_changes(self, traffic: Traffic) -> None:
        """Daily pages that reach two hours back, so the evening's changes come again."""
        span = 3 * DAY if self.brand.plan.provider else DAY
        due: dict[int, list[agents.Change]] = defaultdict(list)
        for change in traffic.changes:
            for slot in {change.at // span, (change.at + 2 * HOUR) // span}:
                due[slot].append(change)
        files: dict[int, list[bytes]] = {}
        for slot, changes in due.items():
            # A pull reaches back, never ahead.
            start, end = slot * span - 2 * HOUR, (slot + 1) * span
            known = [change for change in changes if start <= change.at < end]
            if self.brand.plan.form == "bare":
                files[slot] = [to_line(change.row) for change in known]
            else:
                parts = chunks(known, 50)
                files[slot] = [to_line(agents.page(part, start, end)) for part in parts]
        if self.faulty:
            broken = faults.change_faults(traffic.changes[0].row)
            faults.scatter(self.rng, list(files.values()), broken)
            self.landing.count("faulty status change lines", len(broken))
            files[max(files) + 1] = [to_line({"stateChanges": []})]
        folder = f"account_id={self.brand.account_id}"
        self._write(STATUS_CHANGES, "AgentActivity", folder, span, files)
