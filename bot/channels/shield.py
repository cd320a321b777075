"""What stands between the network and the app: closed paths, size limits, headers, quiet errors."""

import asyncio
import re
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.problems import Problem, problem_of_status, respond, unexpected

SLOWEST_BODY_S = 30.0
"""Longest time a request's body may take to come in."""

SLOWEST_UPLOAD_S = 120.0
"""The same for a file."""

MOST_BYTES = 1_000_000
"""Largest request body: a conversation of the greatest length, with room to spare."""


def content_security_policy(nonce: str = "") -> str:
    """Say what a page may load: nothing from anywhere else, and no script that stands in it.

    Args:
        nonce: what marks the scripts that the page itself was written with.
    """
    # Gradio builds its templates with Function(), and sets styles on elements.
    scripts = f"'self' 'nonce-{nonce}' 'unsafe-eval'" if nonce else "'self'"
    return (
        f"default-src 'self'; script-src {scripts}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
        "object-src 'none'; frame-src 'none'; "
        "frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
    )


_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": content_security_policy(),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# Gradio opens many more paths than the page needs (upload, run, file, proxy, stream …). What is not
# named here is not there.
_OPEN = re.compile(
    r"""
      /
    | /(?:healthz|readyz|metrics|admin|config|theme\.css|favicon\.ico|robots\.txt)
    | /(?:api|v1)/.*
    | /slack/(?:events|install|oauth_redirect)
    | /feedback/
    | /upload/
    | /kept/
    | /page/[a-z]+\.(?:css|js|svg)
    | /(?:assets|static)/(?!.*\.\.)[\w./@~-]+
    | /gradio_api/(?:queue/(?:join|data)|cancel|reset|app_id|startup-events)
    | /gradio_api/heartbeat/[\w-]+
    """,
    re.VERBOSE,
)
_LASTING = re.compile(r"/(?:assets|static|page)/")


_UPLOAD = "/upload/"


class Shield:
    """ASGI middleware around everything.

    Args:
        app: what it stands before.
        upload_mb: largest file that is taken, in MB; 0 where none is.
    """

    def __init__(self, app: ASGIApp, upload_mb: int = 0) -> None:
        self._app = app
        self._upload_bytes = upload_mb * 2**20

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        sender = _Sender(send, lasting=bool(_LASTING.match(scope["path"])))
        upload = scope["path"] == _UPLOAD
        most = self._upload_bytes if upload else MOST_BYTES
        if not _OPEN.fullmatch(scope["path"]) or not most:
            await _refuse(problem_of_status(404), scope, receive, sender)
        elif _length(scope) > most:
            await _refuse(problem_of_status(413), scope, receive, sender)
        else:
            slowest = SLOWEST_UPLOAD_S if upload else SLOWEST_BODY_S
            await self._pass(scope, _Body(receive, most, slowest), sender)

    async def _pass(self, scope: Scope, receive: Receive, sender: "_Sender") -> None:
        try:
            await self._app(scope, receive, sender)
        except Exception as error:  # noqa: BLE001 - a server's own traceback could quote a person
            problem = unexpected(error)
            if not sender.started:
                await _refuse(problem, scope, receive, sender)


class _Body:
    """Counts what comes in: a body may say it is short and be long, or come for ever."""

    def __init__(self, receive: Receive, most: int, slowest_s: float) -> None:
        self._receive = receive
        self._most = most
        self._bytes = 0
        self._until: float | None = asyncio.get_running_loop().time() + slowest_s

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        if not message.get("more_body"):
            self._until = None
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._most:
            # Of a kind that the apps inside hand on unchanged.
            raise HTTPException(413)
        return message


class _Sender:
    """Adds the headers."""

    def __init__(self, send: Send, *, lasting: bool) -> None:
        self._send = send
        self._lasting = lasting
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                # The page says its own policy.
                headers.setdefault(name, value)
            if not self._lasting:
                # Neither a browser's disk nor a proxy may keep what somebody asked.
                headers["Cache-Control"] = "no-store"
        await self._send(message)


async def _refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    await respond(problem)(scope, receive, send)


def _length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else MOST_BYTES + 1
    return 0
