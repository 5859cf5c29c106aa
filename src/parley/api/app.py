"""The service: two paths over the published file."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError

from parley.api.access import scope_of
from parley.api.errors import ApiError, ErrorResponse, add_handlers, bad_body
from parley.api.limits import RateLimit, read_body
from parley.api.links import metadata
from parley.api.published import NotPublishedError, PublishedFile
from parley.api.records import record
from parley.api.request import Paging, SearchRequest
from parley.api.request_log import RequestLog
from parley.api.response import Health, SearchResponse
from parley.api.search import Key, Reader, key_of
from parley.api.searches import Row, Search, Searches
from parley.api.settings import Settings
from parley.api.tokens import TokenFile, TokenFileError

log = logging.getLogger("parley.api")

SEARCH = "/messaging_history/api/account/{account}/conversations/search"
SENTENCES = {
    400: "A field is wrong; the answer names it.",
    401: "There is no token, or none that is valid.",
    403: "The token belongs to an account that may not read this one.",
    404: "The account has no conversations in the marketplace.",
    413: "The body is too large.",
    429: "The token sends too many requests, or has too many waiting; Retry-After says when to come back.",
    500: "The service failed.",
    503: "There is no answer now; the answer says why.",
}

ROUTER = APIRouter()
BEARER = HTTPBearer(auto_error=False, description="A token of `parley.api.tokens add`.")
BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/SearchRequest"}}}

Responses = dict[int | str, dict[str, Any]]


def errors(*statuses: int) -> Responses:
    """The documentation of answers that are not 200."""
    return {
        status: {"model": ErrorResponse, "description": SENTENCES[status]} for status in statuses
    }


@dataclass(frozen=True)
class Service:
    """What requests share."""

    settings: Settings
    published: PublishedFile
    tokens: TokenFile
    rate_limit: RateLimit
    searches: Searches

    def caller(self, credentials: HTTPAuthorizationCredentials | None, request: Request) -> str:
        """The account that a request comes from."""
        challenge = {"WWW-Authenticate": "Bearer"}
        if credentials is None:
            message = "Send a token: the header Authorization: Bearer <token>."
            raise ApiError(401, message, headers=challenge)
        try:
            token = self.tokens.owner(credentials.credentials)
        except TokenFileError as error:
            log.error("%s", error)
            raise ApiError(503, "The tokens cannot be read; the service's log says why.") from None
        if token is None:
            raise ApiError(401, "This token is not valid (any more).", headers=challenge)
        request.state.token_id = token.token_id
        self.rate_limit.check(token.token_id)
        return token.account_id

    def address(self, request: Request, account: str) -> str:
        """The address of an account's searches, as callers reach it.

        Without a setting it is the one at which this request arrived. Its header Host is whatever
        the caller likes.
        """
        base = self.settings.base_url
        if not base:
            host, port = request.scope.get("server") or ("127.0.0.1", self.settings.port)
            base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        return base + SEARCH.format(account=quote(account, safe=""))

    def check_access(self, caller: str, account: str) -> None:
        """Refuse who may not read an account."""
        try:
            with self.published.snapshot() as snapshot:
                scope_of(snapshot, caller, account)
        except NotPublishedError as error:
            raise ApiError(503, error.told) from None

    def search(
        self,
        search: Search,
        caller: str,
        account: str,
        wanted: SearchRequest,
        paging: Paging,
        address: str,
    ) -> bytes:
        """The response to a search, all of it from one published file."""
        try:
            with self.published.snapshot() as snapshot, snapshot.reader() as connection:
                scope = scope_of(snapshot, caller, account)
                reader = Reader(search, connection, self.settings.answer_limits)
                count, rows = reader.find_conversations(scope, wanted, paging)
                messages: dict[Key, list[Row]] = {}
                if rows and "messageRecords" in wanted.content:
                    rows, messages = reader.find_messages(rows)
        except NotPublishedError as error:
            raise ApiError(503, error.told) from None
        answer = {
            "_metadata": metadata(address, paging, count, len(rows)),
            "conversationHistoryRecords": [
                record(row, messages.get(key_of(row), []), wanted.content) for row in rows
            ],
        }
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

    def health(self) -> Health:
        """Whether there is something to serve."""
        try:
            with self.published.snapshot() as snapshot:
                published_at = snapshot.published_at.strftime("%Y-%m-%d %H:%M:%S+0000")
        except NotPublishedError as error:
            raise ApiError(503, error.told) from None
        return Health(status="ok", published_at=published_at)


def parse_body(body: bytes) -> SearchRequest:
    """The body of a search."""
    if not body.strip():
        raise ApiError(
            400, "The request has no body; send JSON with at least start.from, start.to."
        )
    try:
        return SearchRequest.model_validate_json(body)
    except ValidationError as error:
        raise bad_body(error) from None


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service


async def reader(
    account: str,
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
) -> str:
    """The account that asks; it may read the one that it asks for."""
    service = service_of(request)
    caller = service.caller(credentials, request)
    await run_in_threadpool(service.check_access, caller, account)
    return caller


@ROUTER.post(
    SEARCH,
    operation_id="searchConversations",
    summary="Search conversations",
    response_model=SearchResponse,
    responses=errors(400, 401, 403, 404, 413, 429, 500, 503),
    openapi_extra={"requestBody": {"required": True, "content": BODY}},
)
async def search(
    account: str,
    request: Request,
    caller: Annotated[str, Depends(reader)],
    paging: Annotated[Paging, Query()],
) -> Response:
    """Conversations of an account: of a provider, those of all its subscribers together."""
    service = service_of(request)
    body = await read_body(request, service.settings.body_limit)
    wanted = parse_body(body)
    address = service.address(request, account)
    content = await service.searches.run(
        request.state.token_id,
        request,
        lambda search: service.search(search, caller, account, wanted, paging, address),
    )
    return Response(content, media_type="application/json")


@ROUTER.get("/health", operation_id="health", summary="Health", responses=errors(500, 503))
def health(request: Request) -> Health:
    """Whether there is something to serve; needs no token."""
    return service_of(request).health()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the published file before the first request, and close it in the end."""
    with suppress(ApiError):  # it says in the log what has to be done, and is tried again
        await run_in_threadpool(app.state.service.health)
    yield
    await app.state.service.searches.close()
    app.state.service.published.close()


def make_app(settings: Settings) -> FastAPI:
    """The service with some settings."""
    app = FastAPI(
        title="Parley provider API",
        description="Conversations of a marketplace, as the Messaging Interactions API gives them.",
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = Service(
        settings,
        PublishedFile(
            settings.published, settings.search_memory, settings.threads, settings.searches
        ),
        TokenFile(settings.tokens),
        RateLimit(settings.rate_limit, settings.rate_seconds),
        Searches(settings.searches, settings.searches_of_a_token, settings.search_seconds),
    )
    app.add_middleware(RequestLog)
    add_handlers(app)
    app.include_router(ROUTER)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the body that is read only after the token is checked."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        schema = SearchRequest.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = made["components"]["schemas"]
        schemas |= schema.pop("$defs") | {"SearchRequest": schema}
        for operations in made["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)  # here it is 400
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = made
    return app.openapi_schema
