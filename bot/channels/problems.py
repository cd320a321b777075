"""Errors of the API: application/problem+json (RFC 9457) with a stable code and what to do."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bot.channels.admission import BusyError
from bot.errors import (
    BadHistory,
    BadInput,
    CorpusIndexError,
    EmptyQuestion,
    HabeasError,
    PageError,
    QuestionTooLong,
    UnknownAuthority,
    UnreadableText,
)

_log = logging.getLogger(__name__)

_RETRY_AFTER_S = "30"


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    what_to_do: str


@dataclass(frozen=True)
class _Way:
    status: HTTPStatus
    what_to_do: str


# The first class an error belongs to counts, so the narrow ones stand first.
_WAYS: Mapping[type[HabeasError], _Way] = {
    EmptyQuestion: _Way(HTTPStatus.UNPROCESSABLE_ENTITY, "Send a question in words."),
    QuestionTooLong: _Way(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Shorten the question to the part that matters."
    ),
    UnreadableText: _Way(HTTPStatus.UNPROCESSABLE_ENTITY, "Send plain text in UTF-8."),
    BadHistory: _Way(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Send the turns oldest first, the person's question last; or start a new conversation.",
    ),
    BadInput: _Way(HTTPStatus.UNPROCESSABLE_ENTITY, "Mend the request; see /api/openapi.json."),
    UnknownAuthority: _Way(
        HTTPStatus.NOT_FOUND, "Use a path as the citations of an answer give it."
    ),
    CorpusIndexError: _Way(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Whoever runs this server builds the index with: habeas corpus build",
    ),
    PageError: _Way(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Whoever runs this server finds the reason in its log and starts it again.",
    ),
    BusyError: _Way(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a minute."),
    HabeasError: _Way(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Try again; if it stays, tell who runs it."
    ),
}

_HTTP_CODES: Mapping[int, str] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "not_json",
}
_HTTP_WAYS: Mapping[int, str] = {
    404: "See /api/openapi.json for the paths there are.",
    405: "See /api/openapi.json for the method of this path.",
    413: "Send less: a question, and only the turns before it that matter.",
}


def problem_of(error: HabeasError) -> Problem:
    """Describe an error raised on purpose; its text is fit to be shown."""
    way = next(way for kind, way in _WAYS.items() if isinstance(error, kind))
    return Problem(
        title=way.status.phrase,
        status=way.status,
        code=error.code,
        detail=str(error),
        what_to_do=way.what_to_do,
    )


def problem_of_status(status: int, detail: str = "") -> Problem:
    """Describe a bare HTTP error."""
    phrase = HTTPStatus(status).phrase
    return Problem(
        title=phrase,
        status=status,
        code=_HTTP_CODES.get(status, "error"),
        detail=detail or phrase,
        what_to_do=_HTTP_WAYS.get(status, "See /api/openapi.json."),
    )


SORRY = Problem(
    title="Internal Server Error",
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    code="error",
    detail="something went wrong on our side",
    what_to_do="Try again; if it stays, tell who runs this server.",
)
"""An error nobody raised on purpose: its own text could repeat what a person wrote."""


def unexpected(error: BaseException) -> Problem:
    """Log where an error happened that nobody raised on purpose, without its text."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{one.filename}:{one.lineno}" for one in reversed(frames))
    _log.error("unexpected %s at %s", type(error).__name__, where)
    return SORRY


def respond(problem: Problem) -> JSONResponse:
    """Send a problem."""
    busy = problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse(
        problem.model_dump(),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"Retry-After": _RETRY_AFTER_S} if busy else None,
    )


def handle_errors(app: FastAPI) -> None:
    """Make every error of an app a problem."""

    async def habeas(_: Request, error: Exception) -> JSONResponse:
        return respond(problem_of(error) if isinstance(error, HabeasError) else SORRY)

    async def http(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            return respond(SORRY)
        response = respond(problem_of_status(error.status_code, str(error.detail)))
        response.headers.update(error.headers or {})
        return response

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        return respond(_invalid(error) if isinstance(error, RequestValidationError) else SORRY)

    # The shield logs what is handled here and raised again.
    app.add_exception_handler(Exception, habeas)
    app.add_exception_handler(HabeasError, habeas)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def _invalid(error: RequestValidationError) -> Problem:
    """Say where a request is wrong without repeating what it says."""
    problems = error.errors()
    if any(one["type"] == "json_invalid" for one in problems):
        return problem_of_status(HTTPStatus.BAD_REQUEST, "the body is not JSON")
    said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
    return problem_of(BadInput(said))
