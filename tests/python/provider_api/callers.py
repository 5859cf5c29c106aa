"""Callers of the service in this process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
from fastapi.testclient import TestClient

from parley.api.app import make_app
from parley.api.settings import Settings
from parley.api.tokens import add_token

from .marts import DAY_MS, NOON_MS

MONTH = {"from": NOON_MS - 20 * DAY_MS, "to": NOON_MS + 20 * DAY_MS}


def make_settings(folder: Path, **others: Any) -> Settings:
    """Settings whose files are in a folder; nobody is refused for asking often."""
    return Settings(
        **{
            "published": folder / "parley_marts.duckdb",
            "tokens": folder / "api_tokens.json",
            "rate_limit": 1_000_000,
            **others,
        }
    )


@dataclass
class Caller:
    """Somebody with a token."""

    client: httpx.Client
    token: str | None
    account: str

    @classmethod
    def of(cls, settings: Settings, account: str) -> Caller:
        """A caller of a service of its own."""
        token = add_token(settings.tokens, account, "test")
        return cls(TestClient(make_app(settings), raise_server_exceptions=False), token, account)

    def ask(self, account: str | None = None, query: str = "", **filters: Any) -> httpx.Response:
        """A search; start is a month around noon where nothing else is said."""
        return self.post({"start": MONTH} | filters, account, query)

    def post(self, body: Any, account: str | None = None, query: str = "") -> httpx.Response:
        """A search with this body: JSON, or bytes as they are."""
        path = f"/messaging_history/api/account/{account or self.account}/conversations/search"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.client.post(f"{path}?{query}" if query else path, headers=headers, **sent)

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """What a search finds, all on one page."""
        answer = self.ask(query="limit=100", **filters)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["conversationHistoryRecords"]
        assert answer.json()["_metadata"]["count"] == len(found)
        return found

    def ids(self, **filters: Any) -> list[str]:
        """The conversations that a search finds."""
        return sorted(record["info"]["conversationId"] for record in self.records(**filters))


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """An error, which has the one shape and tells nothing of the inside."""
    body = answer.json()
    assert body.keys() == {"error"}
    problem: dict[str, Any] = body["error"]
    assert problem.keys() == {"status", "code", "message", "field", "details"}
    assert problem["status"] == answer.status_code
    assert problem["message"].endswith(".")
    assert not [word for word in ("Traceback", "duckdb", "select ", ".py") if word in answer.text]
    return problem


def text_of(record: dict[str, Any]) -> list[str | None]:
    """What a record's messages say."""
    return [item["messageData"]["msg"]["text"] for item in record["messageRecords"]]
