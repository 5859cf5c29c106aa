"""Lines and records that belong in quarantine, one kind for every reason."""

from __future__ import annotations

import json
from typing import Any

from .broken_attentive import broken_event as broken_text_event
from .broken_attentive import broken_order as broken_text_order
from .broken_shops import broken_event, broken_order
from .dice import NAMESPACE, Dice

UNUSABLE = (946_684_799_999, 4_102_444_800_000, 0, 5, "soon", None, "-1", -1, "")
UNUSABLE_TEXT = ("1999-12-31T23:59:59.999Z", "2100-01-01T00:00:00Z", "yesterday", None, "", "NA")
NO_KEY: tuple[Any, ...] = (None, "NA", "null", "undefined", "", -1, "-1")
BAD_ENCODING = (b'{"a": "\xff\xfe"}', b"\xc3\x28", b'{"info": {"x": "\xed\xa0\x80"}}')
NOT_JSON = (b'{"a": ', b"hello", b'{"info" "x"}', b"}{", b'"open', b"{]")
NOT_AN_OBJECT = (b"[]", b'"text"', b"12", b"null", b"true", b"[{}]", b"-1.5")


def broken_line(dice: Dice, feed: str, account: str) -> bytes:
    """A line that is bad as a whole."""
    kind = dice.between(0, 3)
    if kind == 0:
        return dice.pick(BAD_ENCODING)
    if kind == 1:
        return dice.pick(NOT_JSON)
    if kind == 2:
        return dice.pick(NOT_AN_OBJECT)
    return json.dumps(broken_record(dice, feed, account)).encode()


def broken_record(dice: Dice, feed: str, account: str) -> Any:
    """A record without a key or a time, or of a wrong shape."""
    builders = {
        "liveperson/web_sessions": broken_session,
        "liveperson/messaging_interactions": broken_conversation,
        "liveperson/agent_status_changes": broken_change,
        "liveperson/configuration": broken_entity,
        "attentive/events": broken_text_event,
        "attentive/orders": broken_text_order,
        "one_to_one/events": broken_event,
        "one_to_one/orders": broken_order,
    }
    return builders[feed](dice, account)


def broken_session(dice: Dice, account: str) -> Any:
    """A web session nobody can use."""
    good = 1_704_067_200_000

    def line(account_id: Any, visit_id: Any, info_time: Any, meta_time: Any) -> dict[str, Any]:
        header = {"visitId": visit_id, "visitorId": "ann"}
        info = {"header": header, "sessionInfo": {"sessionStartTime": info_time}}
        return {
            "metaData": {"accountId": account_id, "startTime": meta_time},
            "recordCollection": [{"body": {NAMESPACE + "WebSessionInfoData": info}}],
        }

    return dice.pick(
        (
            {**line(account, "9", good, good), "recordCollection": dice.pick(("x", 5, {"a": 1}))},
            {**line(account, "9", good, good), "recordCollection": {"array": "x"}},
            {**line(account, "9", good, good), "recordCollection": dice.pick((None, []))},
            {**line(account, "9", good, good), "metaData": dice.pick((None, "x", []))},
            line(dice.pick(NO_KEY), "9", good, good),
            line(account, dice.pick(NO_KEY), good, good),
            line(account, dice.pick(NO_KEY), 5, good),
            line(account, "9", dice.pick(UNUSABLE[:5]), good),
            line(account, "9", None, dice.pick(UNUSABLE)),
            {},
        )
    )


def broken_conversation(dice: Dice, account: str) -> Any:
    """A conversation nobody can use."""
    good = {"brandId": account, "conversationId": "8", "startTimeL": 1_704_067_200_000}
    return dice.pick(
        (
            {"info": good | {"conversationId": dice.pick(NO_KEY)}},
            {"info": good | {"brandId": dice.pick(NO_KEY), "startTimeL": 5}},
            {"info": good | {"startTimeL": dice.pick(UNUSABLE)}},
            {"info": dice.pick((None, "x", []))},
            {"conversationHistoryRecords": dice.pick(("x", 5, {"info": good}, False))},
            {"conversationHistoryRecords": [dice.pick((None, 5, "x", []))]},
            {},
        )
    )


def broken_change(dice: Dice, _account: str) -> Any:
    """A status change nobody can use."""
    good = {"sessionId": "1", "sequenceNumber": 8, "time": "2024-01-01T00:00:00Z", "agentId": 0}
    return dice.pick(
        (
            good | {"sessionId": dice.pick(NO_KEY)},
            good | {"sequenceNumber": dice.pick((None, ""))},
            good | {"time": dice.pick(UNUSABLE_TEXT)},
            {"stateChanges": dice.pick(("x", 5, good))},
            {"stateChanges": [dice.pick((None, 5, "x", []))]},
            {},
        )
    )


def broken_entity(dice: Dice, account: str) -> Any:
    """A configuration line without a key."""
    good = {"entity": "lob", "accountId": account, "id": "1", "name": "wrong"}
    return good | {dice.pick(("entity", "accountId", "id")): dice.pick(NO_KEY)}
