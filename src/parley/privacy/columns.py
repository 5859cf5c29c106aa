"""What the columns of the warehouse hold of persons, by their names, which mean the same in every table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from parley.privacy import json_text
from parley.privacy.masking import Mask
from parley.privacy.records import is_agents
from parley.privacy.shapes import (
    ANSWER,
    CONSUMER,
    CONVERSATION,
    EVENT,
    ORDER,
    PAGE,
    PART,
    PHONE,
    REQUEST,
    TEXT,
    WEB,
)

#: Columns with ids of persons, and the groups one may be of.
IDS: dict[str, tuple[str, ...]] = {
    "visit_id": (WEB,),
    "touch_visit_id": (WEB,),
    "visitor_id": (WEB,),
    "session_id": (WEB,),
    "conversation_id": (CONVERSATION,),
    "participant_id": (CONSUMER,),
    "request_id": (REQUEST,),
    "earning_request_id": (REQUEST,),
    "phone": (PHONE,),
    "thread_phone": (PHONE,),
    "order_id": (ORDER,),
    "event_id": (EVENT,),
    "record_id": (WEB, CONVERSATION, REQUEST, EVENT, ORDER),
}
#: Columns that repeat the first of these columns of their row that has a value; other values are no person's.
REPEATED: dict[str, tuple[str, ...]] = {
    "unit_id": ("visit_id", "conversation_id"),
    "survey_key": ("request_id",),
}
#: Columns with a key that is made of other values.
KEYS = ("event_id", "order_key")
#: The ledger of builds, which holds values of columns that it names.
CHANGED = "changed_values"
#: Columns with other things of a person.
OTHERS = {
    "message_id": PART,
    "dialog_id": PART,
    "engagement_instance_id": PART,
    "goal_event_id": PART,
    "conversion_id": PART,
    "auto_message_url": PART,
    "url": PART,
    "message_text": TEXT,
    "feedback": TEXT,
    "page_url": PAGE,
    "answer_text": ANSWER,
    "answer": ANSWER,
}
#: Addresses, in which an erased id may stand where the row has no id of its own: reports count by them.
ADDRESSES = ("url", "page_url")
#: Lists in which ids are looked for, and the field that holds them.
LISTED = {
    ("consumer_participants", "participant_id"): CONSUMER,
    ("messages", "participant_id"): CONSUMER,
    ("goals", "order_id"): ORDER,
}
#: Tables whose sessions are agents'.
OF_AGENTS = ("int_agents__", "stg_liveperson__agent_status_")


def ids_of(table: str, columns: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The columns of a table with ids of persons."""
    if table.startswith(OF_AGENTS):
        return {}
    return {name: IDS[name] for name, kind in columns.items() if name in IDS and kind == "VARCHAR"}


class RowMask:
    """Writes the values of a row anew."""

    def __init__(
        self, lookup: Callable[[str, str], str | None], mask: Mask, is_emptied: bool
    ) -> None:
        self._lookup = lookup
        self._mask = mask
        self._is_emptied = is_emptied

    def of(self, name: str, value: Any, siblings: dict[str, Any]) -> Any:
        """What is left of a value in a column or a field of that name."""
        if value is None:
            return None
        if isinstance(value, dict):
            return {key: self.of(key, inner, value) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(name, item, siblings) for item in value]
        if name in REPEATED:
            # two ids may read alike, so the row says which of them this is
            own = next((one for one in REPEATED[name] if siblings.get(one) is not None), None)
            return value if own is None else self.of(own, value, siblings)
        if name in IDS and isinstance(value, str):
            if is_agents(name, siblings):
                return value
            tokens = (self._lookup(group, value) for group in IDS[name])
            return next((token for token in tokens if token is not None), value)
        kind = OTHERS.get(name)
        if kind is None:
            return self._list_text(value, siblings)
        if kind != PART and not self._is_emptied:
            return value
        if kind == ANSWER:
            return self._mask.answer(value, siblings.get("question_type"))
        return self._mask.leaf(value, kind)

    def _list_text(self, value: Any, siblings: dict[str, Any]) -> Any:
        """A list that is stored as JSON text."""
        if not isinstance(value, str) or not value.startswith("[{"):
            return value
        try:
            found = json_text.read(value)
        except (ValueError, RecursionError):
            return value
        changed = self.of("", found, siblings)
        return value if changed == found else json_text.write(changed)


def answer_number(text: Any) -> float | None:
    """The number that staging reads in an answer."""
    try:
        return float(json.loads(str(text)))
    except (TypeError, ValueError):
        return None
