"""Conversations kept on the server, where the operator allows it and the person asks for it.

The browser makes a random name, which stays with the person. What is kept is found by a hash of it
and sealed with another, so whoever takes the database can read nothing. Only answers this server
gave are kept, as it gave them: what a browser sends back could say anything.
"""

import asyncio
import hashlib
import logging
import secrets
import time
import zlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import FastAPI, Header
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from bot.channels.admission import BusyError
from bot.channels.problems import handle_errors, problem_of_status, respond
from bot.errors import HabeasError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store import Kept

_log = logging.getLogger(__name__)
_PAUSE_S = 3600
_NONCE = 12

A_MINUTE = 60
"""Most conversations begun to be kept in a minute, over all people: a flood must not fill the
disk."""

Name = Annotated[str, Header(alias="X-Conversation", pattern=r"^[0-9a-f]{32}$")]
"""The name a browser gave: in a header, since addresses are written into logs."""


class NotStoredError(HabeasError):
    """The database is down: the conversation is not kept, or not deleted; try again."""

    code = "not_stored"


class KeptExchange(BaseModel):
    """A question, its answer as text, and both as the page showed them."""

    question: str
    text: str
    html: str
    sources: str


class Keeping:
    """Keeps, gives back and deletes conversations, and deletes by itself those that are old.

    The database is opened when it is needed, so that none is made before.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.days = settings.conversation_days
        self._settings = settings
        self._clock = clock
        self._begun: deque[float] = deque(maxlen=A_MINUTE)
        self._opening = asyncio.Lock()
        self._store: Kept | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Delete what is old meanwhile, and close the database in the end."""
        forgetting = asyncio.create_task(self._forget())
        try:
            yield
        finally:
            forgetting.cancel()
            await asyncio.gather(forgetting, return_exceptions=True)
            if self._store is not None:
                await self._store.close()

    async def begin(self, name: str) -> str:
        """Keep a conversation from now on; give the last day it is kept.

        Raises:
            BusyError: too many were begun in the last minute.
            NotStoredError: the database would not take it.
        """
        now = time.monotonic()
        if len(self._begun) == A_MINUTE and now - self._begun[0] < 60:
            raise BusyError("too many conversations were begun at once; try again in a minute")
        self._begun.append(now)
        async with self._opened() as store:
            await store.begin(_key(name))
            return (store.today + timedelta(days=self.days)).isoformat()

    async def add(self, name: str, number: int, exchange: KeptExchange) -> bool:
        """Keep the exchange of that number; False where the conversation is kept no more.

        Raises:
            NotStoredError: the database would not take it.
        """
        sealed = _seal(name, exchange)
        async with self._opened() as store:
            return await store.add(_key(name), number, sealed)

    async def read(self, name: str) -> JSONResponse | None:
        """Give a conversation; None where none of that name is kept.

        Raises:
            NotStoredError: the database would not give it.
        """
        async with self._opened() as store:
            found = await store.read(_key(name), self.days)
        if found is None:
            return None
        try:
            exchanges = [_unseal(name, one).model_dump() for one in found.exchanges]
        except InvalidTag:
            raise NotStoredError("what was kept is damaged") from None
        until = (found.begun + timedelta(days=self.days)).isoformat()
        return JSONResponse({"until": until, "exchanges": exchanges})

    async def delete(self, name: str) -> None:
        """Delete a conversation now.

        Raises:
            NotStoredError: the database would not do it.
        """
        async with self._opened() as store:
            await store.delete(_key(name))

    async def _forget(self) -> None:
        from bot.store import has_database  # noqa: PLC0415 - a database is loaded when it is needed

        while True:
            try:
                if has_database(self._settings):
                    async with self._opened() as store:
                        await store.forget(self.days)
            except NotStoredError:
                _log.warning("old conversations were not deleted; tried again in an hour")
            await asyncio.sleep(_PAUSE_S)

    @asynccontextmanager
    async def _opened(self) -> "AsyncIterator[Kept]":
        from bot.store import StoreError, open_kept  # noqa: PLC0415 - the same

        try:
            async with self._opening:
                self._store = self._store or await open_kept(self._settings, self._clock)
            yield self._store
        except (StoreError, HabeasError):
            raise NotStoredError("the database of conversations is down") from None


def keeping_app(keeping: Keeping) -> FastAPI:
    """Make the app that is mounted at ``/kept``."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.put("/")
    async def begin(name: Name) -> JSONResponse:
        return JSONResponse({"until": await keeping.begin(name)})

    @app.get("/")
    async def read(name: Name) -> Response:
        return await keeping.read(name) or respond(problem_of_status(HTTPStatus.NOT_FOUND))

    @app.delete("/")
    async def delete(name: Name) -> Response:
        await keeping.delete(name)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    handle_errors(app)
    return app


def _key(name: str) -> str:
    return hashlib.sha256(f"habeas row {name}".encode()).hexdigest()


def _cipher(name: str) -> AESGCM:
    # The name is random, 128 bits of it: nothing to slow down who guesses is needed.
    return AESGCM(hashlib.sha256(f"habeas seal {name}".encode()).digest())


def _seal(name: str, exchange: KeptExchange) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    packed = zlib.compress(exchange.model_dump_json().encode())
    return nonce + _cipher(name).encrypt(nonce, packed, None)


def _unseal(name: str, sealed: bytes) -> KeptExchange:
    packed = _cipher(name).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    return KeptExchange.model_validate_json(zlib.decompress(packed))
