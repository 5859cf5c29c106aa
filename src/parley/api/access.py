"""Who may read which rows."""

from __future__ import annotations

from dataclasses import dataclass

from parley.api.errors import ApiError
from parley.api.published import Snapshot


@dataclass(frozen=True)
class Scope:
    """The rows of one search: a condition on the accounts' columns, and its values."""

    condition: str
    values: dict[str, str]


def scope_of(snapshot: Snapshot, caller: str, account: str) -> Scope:
    """What a caller reads at an account's path: itself, or a subscriber of its own.

    Below another account's path a provider sees that account as its subscriber, never what the
    account provides to others.
    """
    if account not in snapshot.accounts:
        raise ApiError(404, "This account has no conversations in the published marketplace.")
    if caller == account:
        return Scope(
            "(provider_account_id = $account or account_id = $account)", {"account": account}
        )
    if account in snapshot.subscribers.get(caller, set()):
        return Scope(
            "(provider_account_id = $provider and account_id = $account)",
            {"provider": caller, "account": account},
        )
    raise ApiError(403, "This token belongs to another account, which may not read this one.")
