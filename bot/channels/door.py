"""Who may use the API and how often: keys, and limits per key and per address."""

import hashlib
import hmac
import ipaddress
import math
import re
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.problems import (
    ClosedError,
    RateLimitedError,
    WrongKeyError,
    problem_of,
    respond,
)
from bot.errors import HabeasError
from bot.settings import Settings

_GUARDED = re.compile(r"/(?:(?:api|v1)/.*|metrics|admin)")
# What describes the API holds no answer; a client may need it before it has a key.
_DESCRIPTIONS = frozenset({"/api/openapi.json", "/api/docs", "/v1/openapi.json"})
_METRICS = "/metrics"
# It has a token of its own: here those who try many are counted.
_ADMIN = "/admin"
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip"})
_BEARER = re.compile(rb"[Bb]earer +(\S+)")


class Door:
    """ASGI middleware around the API.

    Where keys are set, a request needs one. A known key is counted by itself, whoever else is
    at its address; all others are counted by address, wrong keys too, so that nobody can try many.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._keys = {_digest(key.encode()) for key in settings.keys}
        self._others = settings.serves_others
        per_minute = settings.most_per_minute
        self._limit = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http" or not self._is_guarded(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            await self._check(scope)
        except RateLimitedError as error:
            response = respond(problem_of(error))
            response.headers["Retry-After"] = str(error.after_s)
            await response(scope, receive, send)
        except HabeasError as error:
            await respond(problem_of(error))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_guarded(self, path: str) -> bool:
        return bool(_GUARDED.fullmatch(path)) and path not in _DESCRIPTIONS

    async def _check(self, scope: Scope) -> None:
        key = self._key(scope)
        await self._count(f"key {key}" if key else f"address {_address(scope)}")
        if self._keys and not key and scope["path"] != _ADMIN:
            raise WrongKeyError
        # A proxy on this machine comes from this machine's own address.
        forwarded = any(name in _FORWARDED for name, _ in scope["headers"])
        if scope["path"] == _METRICS and not key and (self._others or forwarded):
            raise ClosedError

    def _key(self, scope: Scope) -> str | None:
        """Give what stands for the key of a request; None without a known one."""
        for name, value in scope["headers"]:
            if name == b"authorization" and (found := _BEARER.fullmatch(value.strip())):
                digest = _digest(found[1])
                if any([hmac.compare_digest(digest, one) for one in self._keys]):  # noqa: C419 - all, so that the time tells nothing
                    return digest
        return None

    async def _count(self, who: str) -> None:
        if self._limit is None or await self._counted.hit(self._limit, who):
            return
        free = (await self._counted.get_window_stats(self._limit, who)).reset_time
        raise RateLimitedError(self._limit.amount, max(1, math.ceil(free - time.time())))


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _address(scope: Scope) -> str:
    """Give the caller's address; of IPv6 the network, since each household has a whole one."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
