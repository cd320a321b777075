"""The request being served: its id, and the shape in which its errors are told."""

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
"""Header that carries a request's id, both ways."""

# What a log line, a header and a problem can carry as it is.
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

OPENAI = "/v1/"
"""Where the paths begin whose clients know OpenAI's errors and no others."""


@dataclass(frozen=True)
class Call:
    """One request."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    shape: Literal["problem", "openai"] = "problem"


_current: ContextVar[Call | None] = ContextVar("call", default=None)


def current() -> Call | None:
    """Give the request being served; None outside of any."""
    return _current.get()


def current_id() -> str | None:
    """Give the id of the request being served; None outside of any."""
    call = _current.get()
    return call.id if call else None


class Calls:
    """ASGI middleware outside of all others: names each request, and says the name in the answer.

    The caller's own ``X-Request-ID`` is kept where it is 8 to 64 letters, digits, dots, dashes and
    underscores.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _call(scope)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = call.id
            await send(message)

        token = _current.set(call)
        try:
            await self._app(scope, receive, named)
        finally:
            _current.reset(token)


def _call(scope: Scope) -> Call:
    shape: Literal["problem", "openai"] = (
        "openai" if scope["path"].startswith(OPENAI) else "problem"
    )
    for name, value in scope["headers"]:
        if name == HEADER.lower().encode() and _SANE.fullmatch(text := value.decode("latin-1")):
            return Call(text, shape)
    return Call(shape=shape)
