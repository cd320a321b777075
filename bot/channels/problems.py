"""Errors of the API: application/problem+json (RFC 9457) with a stable code and what to do."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from bot.channels.admission import BusyError
from bot.channels.calls import current, current_id
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

_HEADERS: Mapping[int, dict[str, str]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "30"},
}


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    type: str = "about:blank"
    title: str
    status: int
    code: Annotated[str, Field(description="Stable, for programs.")]
    detail: str
    what_to_do: str
    param: Annotated[str | None, Field(description="The part of the request it is about.")] = None
    parts: Annotated[
        dict[str, str] | None, Field(description="Of `/readyz`: how each part is.")
    ] = None
    request_id: str | None = Field(
        default_factory=current_id,
        description="As in `X-Request-ID`; the server's log names it, without your words.",
    )

    @property
    def body(self) -> dict[str, object]:
        """As it is sent: problem+json, or what OpenAI's clients read."""
        call = current()
        if call is None or call.shape == "problem":
            return self.model_dump(exclude_none=True)
        error = {
            "message": f"{self.detail.rstrip('.')}. {self.what_to_do}",
            "type": _openai_type(self.status),
            "param": self.param,
            "code": self.code,
        }
        return {"error": error}


class BadPart(BadInput):
    """One part of a request cannot be taken; ``param`` says which."""

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param


class NoSuchModelError(HabeasError):
    """A model is asked for that is not here."""

    code = "model_not_found"


class WrongKeyError(HabeasError):
    """No key was sent, or one that is not known; the two must not be told apart."""

    code = "invalid_api_key"

    def __init__(self) -> None:
        super().__init__("a key is needed here, and none that is known was sent")


class ClosedError(HabeasError):
    """Something is asked for that is for whoever runs this server."""

    code = "closed"

    def __init__(self) -> None:
        super().__init__("this is for whoever runs this server")


class RateLimitedError(HabeasError):
    """A key or an address has asked as often as it may; ``after_s`` is when it may again."""

    code = "rate_limit_exceeded"

    def __init__(self, most: int, after_s: int) -> None:
        super().__init__(f"more than {most} requests in a minute; wait {after_s} seconds")
        self.after_s = after_s


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
    NoSuchModelError: _Way(HTTPStatus.NOT_FOUND, "Ask for the model `habeas`."),
    WrongKeyError: _Way(
        HTTPStatus.UNAUTHORIZED,
        "Send `Authorization: Bearer` and a key that whoever runs this server gave you.",
    ),
    ClosedError: _Way(
        HTTPStatus.FORBIDDEN, "Set HABEAS_API_KEYS and send one as `Authorization: Bearer`."
    ),
    RateLimitedError: _Way(HTTPStatus.TOO_MANY_REQUESTS, "Ask less often; see Retry-After."),
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
    408: "too_slow",
    413: "body_too_large",
    415: "not_json",
}
_HTTP_WAYS: Mapping[int, str] = {
    404: "See /api/openapi.json for the paths there are.",
    405: "See /api/openapi.json for the method of this path.",
    408: "Send the whole request at once.",
    413: "Send less: a question, and only the turns before it that matter.",
}


# OpenAI's clients know these by the code alone.
_OPENAI_STATUS: Mapping[int, int] = {413: 400, 422: 400}


def _openai_type(status: int) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "server_error"
    return "rate_limit_error" if status == 429 else "invalid_request_error"


def problem_of(error: HabeasError) -> Problem:
    """Describe an error raised on purpose; its text is fit to be shown."""
    way = next(way for kind, way in _WAYS.items() if isinstance(error, kind))
    return Problem(
        title=way.status.phrase,
        status=way.status,
        code=error.code,
        detail=str(error),
        what_to_do=way.what_to_do,
        param=error.param if isinstance(error, BadPart) else None,
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


def sorry() -> Problem:
    """Describe an error nobody raised on purpose: its own text could repeat what a person wrote."""
    return Problem(
        title="Internal Server Error",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        code="error",
        detail="something went wrong on our side",
        what_to_do="Try again; if it stays, tell who runs this server the request's id.",
    )


def unexpected(error: BaseException) -> Problem:
    """Log where an error happened that nobody raised on purpose, without its text."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{one.filename}:{one.lineno}" for one in reversed(frames))
    _log.error("unexpected %s at %s", type(error).__name__, where)
    return sorry()


def respond(problem: Problem) -> JSONResponse:
    """Send a problem, in the shape the caller knows."""
    call = current()
    openai = call is not None and call.shape == "openai"
    return JSONResponse(
        problem.body,
        status_code=_OPENAI_STATUS.get(problem.status, problem.status)
        if openai
        else problem.status,
        media_type="application/json" if openai else "application/problem+json",
        headers=_HEADERS.get(problem.status),
    )


def handle_errors(app: FastAPI) -> None:
    """Make every error of an app a problem."""

    async def habeas(_: Request, error: Exception) -> JSONResponse:
        return respond(problem_of(error) if isinstance(error, HabeasError) else sorry())

    async def http(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            return respond(sorry())
        response = respond(problem_of_status(error.status_code, str(error.detail)))
        response.headers.update(error.headers or {})
        return response

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        return respond(_invalid(error) if isinstance(error, RequestValidationError) else sorry())

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
    said = "; ".join(
        f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
        for one in problems
    )
    return problem_of(BadPart(said, _where(problems[0]["loc"])))


def _where(loc: tuple[int | str, ...]) -> str:
    """Name a part of a request as a person would write it, without `body` before it."""
    return ".".join(str(one) for one in loc if one != "body") or "body"
