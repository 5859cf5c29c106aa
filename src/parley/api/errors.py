"""Errors as callers see them: one JSON shape, one sentence, the field where there is one."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

log = logging.getLogger("parley.api")

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    429: "too_many_requests",
    499: "caller_left",
    500: "internal_error",
    503: "unavailable",
}
MOST_DETAILS = 20  # a body can be wrong in thousands of places; nobody reads more
LONGEST_NAME = 100  # of a field that the caller made up

#: Filters that the vendor documents and this service does not have.
NOT_SERVED = frozenset(
    {
        "agentSurveySearch",
        "alertedMcsValues",
        "annotationStates",
        "answerText",
        "conversationsWithStepUpOnly",
        "fcr",
        "fullDialogEndTime",
        "intentConfidenceScore",
        "intentName",
        "invalidFreeTextAnswer",
        "latestConversationQueueState",
        "nps",
        "questionBrick",
        "questionTypeAndFormatToRetrieve",
        "responseTime",
        "sdeSearch",
        "selectedIntentOnly",
        "summary",
        "surveyBotConversations",
        "surveyIds",
    }
)


class Detail(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(description="Where it is, from the body's or the query's top: `start.to`.")
    message: str = Field(description="What is wrong there.")


class Problem(BaseModel):
    """What is wrong."""

    status: int = Field(description="The response's status code.")
    code: str = Field(description="The same as a word.")
    message: str = Field(description="One sentence for a person.")
    field: str | None = Field(default=None, description="The first field that is wrong.")
    details: list[Detail] = Field(default=[], description="All fields that are wrong.")


class ErrorResponse(BaseModel):
    """The body of every response that is not 200."""

    error: Problem


class ApiError(Exception):
    """An answer that is not 200."""

    def __init__(
        self,
        status: int,
        message: str,
        details: Sequence[Detail] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = list(details)
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The answer itself."""
        problem = Problem(
            status=self.status,
            code=CODES.get(self.status, "error"),
            message=self.message,
            field=self.details[0].field if self.details else None,
            details=self.details,
        )
        return JSONResponse(
            ErrorResponse(error=problem).model_dump(), self.status, headers=self.headers
        )


def field_name(location: Sequence[str | int]) -> str:
    """A field's name as the caller writes it."""
    return ".".join(str(piece) for piece in location)[:LONGEST_NAME] or "body"


def sentence(kind: str, field: str, message: str) -> str:
    """What is wrong with a field."""
    if kind == "extra_forbidden" and field in NOT_SERVED:
        return "The vendor documents this filter, but this service does not have it."
    if kind == "extra_forbidden":
        return "There is no such field."
    if kind == "missing":
        return "This field is required."
    return message.removeprefix("Value error, ").rstrip(".") + "."


def bad_request(errors: Sequence[Mapping[str, Any]], skip: int = 0) -> ApiError:
    """400 for what pydantic found; `skip` leaves out the location's first pieces."""
    details = []
    for error in errors[:MOST_DETAILS]:
        field = field_name(error["loc"][skip:])
        details.append(Detail(field=field, message=sentence(error["type"], field, error["msg"])))
    first = details[0]
    return ApiError(400, f"{first.field}: {first.message}", details)


def bad_body(error: ValidationError) -> ApiError:
    """400 for a body."""
    return bad_request(error.errors(include_url=False, include_context=False, include_input=False))


def add_handlers(app: FastAPI) -> None:
    """Let every error of an app leave it in the one shape."""

    @app.exception_handler(ApiError)
    async def known(_: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return bad_request(error.errors(), skip=1).response()

    @app.exception_handler(HTTPException)
    async def routing(_: Request, error: HTTPException) -> JSONResponse:
        sentences = {
            404: "There is nothing at this path; /openapi.json says what there is.",
            405: "This path does not take this method; /openapi.json says which it takes.",
        }
        message = sentences.get(error.status_code, "The request cannot be answered.")
        return ApiError(error.status_code, message, headers=error.headers).response()

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        # The server's log gets the traceback, the caller nothing of it.
        log.error("%s %r failed: %s", request.method, request.url.path, type(error).__name__)
        return ApiError(500, "The service failed; its log says why.").response()
