"""The request being served: its id, and the shape in which its errors are told."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-ID"
"""Header that carries a request's id, both ways."""

_access = logging.getLogger("bot.access")

# What a log line, a header and a problem can carry as it is.
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")

_AREAS = frozenset({"api", "v1", "slack", "page", "gradio_api"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

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

    def __init__(self, app: ASGIApp, responded: Callable[[str, int], None] | None = None) -> None:
        self._app = app
        self._responded = responded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        call = _call(scope)
        started = time.monotonic()
        status = 0

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = call.id
            await send(message)

        token = _current.set(call)
        try:
            await self._app(scope, receive, named)
        finally:
            self._tell(scope, status, 1000 * (time.monotonic() - started))
            _current.reset(token)

    def _tell(self, scope: Scope, status: int, ms: float) -> None:
        if self._responded is not None and status:
            self._responded(_area(scope["path"]), status)
        # Neither path nor query: they say what somebody looks for. Nor an address.
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        fields = {"method": method, "route": route, "status": status, "ms": round(ms, 1)}
        _access.info("%s %s %s %.0f ms", method, route, status, ms, extra={"fields": fields})


def _area(path: str) -> str:
    first = path.split("/", 2)[1]
    return first if first in _AREAS else "other"


def _route(scope: Scope) -> str:
    """Give the pattern a path was answered by, or its part of the server."""
    pattern = getattr(scope.get("route"), "path", None)
    area = _area(scope["path"])
    if not isinstance(pattern, str):
        return f"/{area}/…" if area in _AREAS else "…"
    # A mounted app knows its paths without the place it is mounted at.
    inside = area in _AREAS and not pattern.startswith(f"/{area}/")
    return f"/{area}{pattern}" if inside else pattern


def _call(scope: Scope) -> Call:
    shape: Literal["problem", "openai"] = (
        "openai" if scope["path"].startswith(OPENAI) else "problem"
    )
    for name, value in scope["headers"]:
        if name == HEADER.lower().encode() and _SANE.fullmatch(text := value.decode("latin-1")):
            return Call(text, shape)
    return Call(shape=shape)
