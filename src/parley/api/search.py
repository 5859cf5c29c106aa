"""The search as SQL over the published marts.

The text of a statement is put together from the fixed conditions of this module; whatever a caller
sent is bound as a value, never pasted into the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from parley.api.access import Scope
from parley.api.published import COLUMNS, CONVERSATIONS, MESSAGE_COLUMNS, MESSAGES, TIES
from parley.api.request import Paging, SearchRequest, TimeRange, round_down, search_terms
from parley.api.searches import Row, Search
from parley.api.settings import AnswerLimits

Key = tuple[str, str, str]  # provider, account, conversation

NO_ID = "-1"  # how the vendor writes that there is no skill or group
NO_DEVICE = "NA"  # … and that the device is not known, which the marts write
UNKNOWN = "unknown"

#: Every order is total, so that pages neither repeat nor leave out a conversation.
ORDERS = {
    "start:asc": "started_at",
    "start:desc": "started_at desc",
    "end:asc": "ended_at nulls last, started_at",
    "end:desc": "ended_at desc nulls last, started_at desc",
}

#: Columns that may be of any length.
LISTS = (
    "agent_participants",
    "consumer_participants",
    "transfer_records",
    "interactions",
    "survey_answers",
    "dialogs",
    "message_scores",
)

#: A participant's fields that filters look at.
PARTICIPANTS = """
    from_json(
        agent_participants,
        '[{"agent_id":"VARCHAR","permission":"VARCHAR","agent_group_id":"VARCHAR"}]'
    )
"""


@dataclass
class Conditions:
    """The conditions of a search and the values bound to them."""

    texts: list[str]
    values: dict[str, Any]

    def add(self, text: str, **values: Any) -> None:
        """One more condition, which every conversation found fulfils."""
        self.texts.append(text)
        self.values.update(values)


def add_times(conditions: Conditions, request: SearchRequest) -> None:
    """When it started, ended and was updated."""

    def between(column: str, name: str, times: TimeRange) -> None:
        first, last = times.bounds
        conditions.add(
            f"{column} >= epoch_ms($first_{name}::bigint) "
            f"and {column} <= epoch_ms($last_{name}::bigint)",
            **{f"first_{name}": first, f"last_{name}": last},
        )

    between("started_at", "start", request.start)
    if request.end is not None:
        between("ended_at", "end", request.end)
    if request.latest_update_time is not None:
        conditions.add(
            "updated_at >= epoch_ms($updated_since::bigint)",
            updated_since=round_down(request.latest_update_time.from_ms),
        )


def add_numbers(conditions: Conditions, request: SearchRequest) -> None:
    """Ranges of numbers; who has no such number is in no range."""
    ranges = {
        "mcs": request.mcs,
        "csat": request.csat,
        "duration_seconds": request.duration,
    }
    for column, limits in ranges.items():
        if limits is not None and limits.lowest is not None:
            conditions.add(
                f"{column} >= $least_{column}::double", **{f"least_{column}": limits.lowest}
            )
        if limits is not None and limits.highest is not None:
            conditions.add(
                f"{column} <= $most_{column}::double", **{f"most_{column}": limits.highest}
            )


def add_words(conditions: Conditions, request: SearchRequest) -> None:
    """Fields of the conversation that take one of some values."""
    if request.status is not None:
        conditions.add(
            "list_contains($statuses::varchar[], status)",
            statuses=["open" if status == "OPEN" else "closed" for status in request.status],
        )
    if request.source is not None:
        conditions.add(
            "list_contains($sources::varchar[], upper(source))",
            sources=[word.upper() for word in request.source],
        )
    if request.device is not None:
        conditions.add(
            "list_contains($devices::varchar[], upper(coalesce(nullif(initial_device, $unknown), $no_device)))",
            devices=[word.upper() for word in request.device],
            unknown=UNKNOWN,
            no_device=NO_DEVICE,
        )


def add_skills(conditions: Conditions, request: SearchRequest) -> None:
    """Skills: the latest, or one of the whole flow."""
    if request.latest_skill_ids is not None:
        conditions.add(
            "list_contains($latest_skills::varchar[], coalesce(latest_skill_id, $no_id))",
            latest_skills=request.latest_skill_ids,
            no_id=NO_ID,
        )
    if request.skill_ids is not None:
        # A transfer that goes to no skill, to an agent say, leaves the skill as it was.
        conditions.add(
            """(
                list_contains($skills::varchar[], coalesce(latest_skill_id, $no_id))
                or list_has_any(
                    $skills::varchar[],
                    list_concat(
                        list_transform(
                            json_extract_string(transfer_records, '$[*].source_skill_id'),
                            lambda skill: coalesce(skill, $no_id)
                        ),
                        json_extract_string(transfer_records, '$[*].target_skill_id')
                    )
                )
            )""",
            skills=request.skill_ids,
            no_id=NO_ID,
        )


def add_agents(conditions: Conditions, request: SearchRequest) -> None:
    """Agents and their groups: the latest, or any participant."""
    if request.latest_agent_ids is not None:
        conditions.add(
            "list_contains($latest_agents::varchar[], latest_agent_id)",
            latest_agents=request.latest_agent_ids,
        )
    if request.agent_ids is not None or request.user_permissions is not None:
        conditions.add(
            f"""(
                len(list_filter(
                    {PARTICIPANTS},
                    lambda participant: (
                        ($agents::varchar[] is null
                            or list_contains($agents::varchar[], participant.agent_id))
                        and list_contains($permissions::varchar[], participant.permission)
                    )
                )) > 0
                or ($is_assigned::boolean and list_contains($agents::varchar[], latest_agent_id))
            )""",
            agents=request.agent_ids,
            permissions=request.user_permissions or ["ASSIGNED_AGENT"],
            is_assigned=request.user_permissions is None,
        )
    if request.agent_group_ids is not None:
        conditions.add(
            f"""(
                list_contains($groups::varchar[], coalesce(latest_agent_group_id, $no_id))
                or len(list_filter(
                    {PARTICIPANTS},
                    lambda participant: list_contains($groups::varchar[], participant.agent_group_id)
                )) > 0
            )""",
            groups=request.agent_group_ids,
            no_id=NO_ID,
        )


def message_conditions(request: SearchRequest) -> Conditions:
    """What stands in the messages. A text that is not shared is null in the mart: no match."""
    conditions = Conditions([], {})
    if request.keyword is not None:
        terms = search_terms(request.keyword)
        # Some letters have several small forms: σ and ς are one only by way of Σ.
        found = [
            f"bool_or(contains(lower(upper(text)), lower(upper($term_{n}))))"
            for n in range(len(terms))
        ]
        conditions.add(
            f"""({TIES}) in (
                select ({TIES})
                from {MESSAGES}
                semi join candidates using ({TIES})
                where text is not null
                group by {TIES}
                having {" and ".join(found)}
            )""",
            **{f"term_{n}": term for n, term in enumerate(terms)},
        )
    if request.message_content_types is not None:
        conditions.add(
            f"""({TIES}) in (
                select ({TIES})
                from {MESSAGES}
                semi join candidates using ({TIES})
                where list_contains($message_types::varchar[], message_type)
            )""",
            message_types=request.message_content_types,
        )
    return conditions


def search_conditions(scope: Scope, request: SearchRequest) -> Conditions:
    """The conditions on the conversations themselves."""
    conditions = Conditions([scope.condition], dict(scope.values))
    add_times(conditions, request)
    add_numbers(conditions, request)
    add_words(conditions, request)
    add_skills(conditions, request)
    add_agents(conditions, request)
    return conditions


@dataclass(frozen=True)
class Reader:
    """Reads what one search finds, as far as an answer may hold it."""

    search: Search
    connection: duckdb.DuckDBPyConnection
    limits: AnswerLimits

    def find_conversations(
        self, scope: Scope, request: SearchRequest, paging: Paging
    ) -> tuple[int, list[Row]]:
        """How many conversations there are, and those of the page."""
        conditions = search_conditions(scope, request)
        in_messages = message_conditions(request)
        order = f"{ORDERS[paging.sort]}, {TIES}"
        # The filters read few columns; a row's place in the file brings the others for the page alone.
        statement = f"""
            with candidates as materialized (
                select rowid as place, {TIES}, started_at, ended_at
                from {CONVERSATIONS}
                where {" and ".join(conditions.texts)}
            ),
            matched as materialized (
                select *
                from candidates
                where {" and ".join(in_messages.texts or ["true"])}
            ),
            counted as (
                select count(*) as matches
                from matched
            ),
            page as (
                select place
                from matched
                order by {order}
                limit $limit offset $offset
            )
            select counted.matches, {COLUMNS}
            from counted
            left join page on true
            left join {CONVERSATIONS} as conversations on page.place = conversations.rowid
            order by {order}
        """
        values = conditions.values | in_messages.values
        values |= {"limit": paging.limit, "offset": paging.offset}
        matches, characters = 0, 0
        found: list[Row] = []
        for row in self.search.rows(self.connection, statement, values):
            matches = row["matches"]
            characters += sum(len(row[name] or "") for name in LISTS)
            if row["conversation_id"] is None or (found and characters > self.limits.characters):
                break
            found.append(row)
        return matches, found

    def find_messages(self, page: Sequence[Row]) -> tuple[list[Row], dict[Key, list[Row]]]:
        """The messages of a page's conversations, in their order, and the page as far as it may go."""
        found: dict[Key, list[Row]] = {key_of(row): [] for row in page}
        # Faster than a join; of two accounts' conversations with one id, the other's is left out here.
        statement = f"""
            select
                {MESSAGE_COLUMNS},
                list_position($conversations::varchar[], conversation_id) as place
            from {MESSAGES}
            where list_contains($conversations::varchar[], conversation_id)
            order by place, {TIES}, message_number, message_id
        """
        values = {"conversations": [key[2] for key in found]}
        messages, characters = 0, 0
        for row in self.search.rows(self.connection, statement, values):
            if key_of(row) not in found:
                continue
            messages += 1
            characters += len(row["text"] or "")
            # The page's first conversation has place 1, and what stands before this one is whole.
            is_full = messages > self.limits.messages or characters > self.limits.characters
            if is_full and row["place"] > 1:
                return list(page[: row["place"] - 1]), found
            found[key_of(row)].append(row)
        return list(page), found


def key_of(row: Row) -> Key:
    """A row's conversation."""
    return row["provider_account_id"], row["account_id"], row["conversation_id"]
