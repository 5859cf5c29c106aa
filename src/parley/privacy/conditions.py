"""Which rows of a warehouse's tables hold an id that was erased, as conditions of SQL.

They read two tables of the session: `erased_ids` (account, grp, value) and `erased_keys` (account, old).
"""

from __future__ import annotations

from parley.privacy.columns import ADDRESSES, CHANGED, IDS, KEYS, LISTED, OF_AGENTS, ids_of
from parley.privacy.shapes import AGENTS, EVENT, SHORTEST_PART


def is_no_agents(sender: str) -> str:
    """A condition that keeps messages of others than agents, whose ids are no persons' here."""
    return f"coalesce(lower({sender}) not in {AGENTS}, true)"


def holds_erased(table: str, columns: dict[str, str]) -> str | None:
    """Which rows of a table hold an erased id; None where it can hold none."""
    account = (
        "(erased.account = t.account_id or t.account_id is null)"
        if "account_id" in columns
        else "true"
    )
    found = []
    for column, groups in ids_of(table, columns).items():
        names = ", ".join(f"'{group}'" for group in groups)
        # an event keeps its id; it is looked for where a text may stand beside it
        also = " and t.feedback is not null" if groups == (EVENT,) else ""
        if also and "feedback" not in columns:
            continue
        for sender in ("sent_by", "sender"):
            if column == "participant_id" and sender in columns:
                also += f" and {is_no_agents(f't.{sender}')}"
        found.append(
            f"exists (select 1 from erased_ids as erased where erased.grp in ({names})"
            f" and erased.value = t.{column} and {account}){also}"
        )
    of_key = (
        "(erased.account in ('', t.account_id) or t.account_id is null)"
        if "account_id" in columns
        else "true"
    )
    for column in KEYS:
        if columns.get(column) == "VARCHAR":
            found.append(
                "exists (select 1 from erased_keys as erased"
                f" where erased.old = t.{column} and {of_key})"
            )
    if table == CHANGED:
        found = [_changed(account, of_key)]
    for (column, name), group in LISTED.items():
        kind = columns.get(column, "")
        if kind.startswith("STRUCT("):
            listed = f"t.{column}"
            if column == "messages":
                listed = f"list_filter({listed}, lambda one: {is_no_agents('one.sent_by')})"
            listed = f"list_transform({listed}, lambda one: one.{name})"
            found.append(
                "exists (select 1 from erased_ids as erased where"
                f" erased.grp = '{group}' and list_contains({listed}, erased.value) and {account})"
            )
        elif kind == "VARCHAR":
            found.append(
                "exists (select 1 from erased_ids as erased where"
                f" erased.grp = '{group}' and contains(t.{column}, '\"' || erased.value || '\"')"
                f" and {account})"
            )
    return " or ".join(found) or None


def mentions_erased(columns: dict[str, str]) -> str | None:
    """Which rows of a table without ids have an address with an erased one; None where there is no address."""
    found = [
        f"exists (select 1 from erased_ids as erased where length(erased.value) >= {SHORTEST_PART}"
        f" and contains(t.{column}, erased.value) and erased.account = t.account_id)"
        for column in ADDRESSES
        if columns.get(column) == "VARCHAR" and "account_id" in columns
    ]
    return " or ".join(found) or None


def _changed(account: str, of_key: str) -> str:
    """Which values of the ledger of builds were erased: those of the columns that hold such ids."""
    found = []
    for column, groups in IDS.items():
        if groups == (EVENT,):
            continue  # an event keeps its id
        names = ", ".join(f"'{group}'" for group in groups)
        models = " and ".join(f"not starts_with(t.model_name, '{one}')" for one in OF_AGENTS)
        found.append(
            f"t.column_name = '{column}' and {models} and exists (select 1 from erased_ids as erased"
            f" where erased.grp in ({names}) and erased.value = t.changed_value and {account})"
        )
    keys = ", ".join(f"'{column}'" for column in KEYS)
    found.append(
        f"t.column_name in ({keys}) and exists (select 1 from erased_keys as erased"
        f" where erased.old = t.changed_value and {of_key})"
    )
    return " or ".join(f"({one})" for one in found)
