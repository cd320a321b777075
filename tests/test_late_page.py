import asyncio
import threading
from collections.abc import Callable
from functools import partial

import httpx
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from bot.channels.api import add_health
from bot.channels.page.late import LatePage
from bot.channels.shield import Shield
from tests.serving import FakeEngine


def page_that_says(words: str) -> FastAPI:
    page = FastAPI()

    @page.get("/")
    async def index() -> PlainTextResponse:
        return PlainTextResponse(words)

    return page


def around(late: LatePage) -> httpx.AsyncClient:
    app = FastAPI(openapi_url=None)
    add_health(app, FakeEngine(), late)
    app.mount("/", late)
    app.add_middleware(Shield)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://habeas")


async def test_api_answers_while_the_page_is_being_made_and_the_page_waits():
    made = threading.Event()

    def slowly() -> Callable[[], FastAPI]:
        assert made.wait(20)
        return partial(page_that_says, "here")

    late = LatePage(slowly)
    async with around(late) as client, late.running():
        waiting = asyncio.create_task(client.get("/"))
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["page"]) == (200, "starting")
        assert not waiting.done()
        made.set()
        assert (await waiting).text == "here"
        assert (await client.get("/readyz")).json()["page"] == "ready"


async def test_page_that_cannot_be_made_is_said_and_the_api_goes_on(caplog):
    def broken() -> Callable[[], FastAPI]:
        raise ImportError("gradio is broken")

    late = LatePage(broken)
    async with around(late) as client, late.running():
        assert await late.settled() == "failed"
        told = await client.get("/")
        assert told.status_code == 503
        assert told.json()["code"] == "page_unavailable"
        assert "the API at /api goes on" in told.json()["detail"]
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["page"]) == (200, "failed")
    assert "the page cannot be served" in caplog.text


async def test_page_starts_and_ends_with_what_it_is_in():
    seen: list[str] = []

    def made() -> FastAPI:
        page = page_that_says("here")
        page.router.add_event_handler("startup", lambda: seen.append("up"))
        page.router.add_event_handler("shutdown", lambda: seen.append("down"))
        return page

    late = LatePage(lambda: made)
    async with late.running():
        assert await late.settled() == "ready"
        assert seen == ["up"]
    assert seen == ["up", "down"]
    assert late.app is None


async def test_nothing_is_made_before_it_runs():
    assert LatePage(lambda: partial(page_that_says, "here")).state == "starting"
