"""Lets the API answer while the page is still being made: Gradio alone takes seconds to import."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from bot.channels.problems import problem_of, respond
from bot.errors import PageError

_log = logging.getLogger(__name__)

PageState = Literal["starting", "ready", "failed"]


class LatePage:
    """ASGI app: holds requests until the page is made, then hands them on.

    Args:
        load: imports what makes the page, in a thread; what it returns is called in the event loop,
            which Gradio's locks belong to.
    """

    def __init__(self, load: Callable[[], Callable[[], FastAPI]]) -> None:
        self._load = load
        self._page: FastAPI | None = None
        self._settled = asyncio.Event()

    @property
    def state(self) -> PageState:
        """Where the page stands."""
        if self._page is not None:
            return "ready"
        return "failed" if self._settled.is_set() else "starting"

    @property
    def app(self) -> FastAPI | None:
        """The page, once it is made."""
        return self._page

    async def settled(self) -> PageState:
        """Wait until the page is made or has failed."""
        await self._settled.wait()
        return self.state

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Make the page beside whatever else is served; it goes when this ends."""
        over = asyncio.Event()
        task = asyncio.create_task(self._serve(over))
        try:
            yield
        finally:
            over.set()
            await task

    async def _serve(self, over: asyncio.Event) -> None:
        try:
            page = (await asyncio.to_thread(self._load))()
            async with page.router.lifespan_context(page):
                self._page = page
                self._settled.set()
                await over.wait()
        except Exception:  # noqa: BLE001 - whatever Gradio raises, the API goes on
            _log.exception("the page cannot be served; the API goes on")
        finally:
            self._page = None
            self._settled.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; where the page could not be made, say so."""
        await self._settled.wait()
        await (self._page or respond(problem_of(PageError())))(scope, receive, send)
