"""The web page: Gradio around one engine, mounted in one app with the API."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import typer
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from bot.channels.admission import Admission
from bot.channels.api import add_health, api_app
from bot.channels.auditing import Audit
from bot.channels.calls import Calls
from bot.channels.openai_api import openai_app
from bot.channels.page.chat import Chat
from bot.channels.page.late import LatePage
from bot.channels.page.shell import STATIC_DIR, Framed, Shell
from bot.channels.shield import Shield
from bot.engine import Engine, open_engine
from bot.errors import SettingsError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.slack.serve import Slack


def create_app(settings: Settings, engine: Engine | None = None) -> FastAPI:
    """Make the app: the page at ``/``, the API at ``/api``.

    Args:
        settings: all settings.
        engine: an open engine, which the caller closes; None to open one.

    Raises:
        HabeasError: the engine cannot be opened.
    """
    opened = engine or open_engine(settings)
    admission = Admission()
    audit = Audit(settings, "page", "api", "slack")
    slack = _slack(settings, audit.heard(opened, "slack"), admission)
    chat = Chat(audit.heard(opened, "page"), admission, settings.max_question_chars)
    page = LatePage(partial(_page_maker, chat, settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with (
            audit.serving(),
            page.running(),
            slack.running() if slack else nullcontext(),
        ):
            yield
        if engine is None:
            opened.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.page = page
    add_health(app, opened, page)
    if slack:
        slack.add_routes(app)
    heard = audit.heard(opened, "api")
    app.mount("/api", api_app(heard, admission, audit.keep_days))
    app.mount("/v1", openai_app(heard, admission))
    app.mount("/page", StaticFiles(directory=STATIC_DIR))
    app.mount("/", page)
    app.add_middleware(Framed, shell=Shell(has_model=opened.has_model))
    app.add_middleware(Shield)
    app.add_middleware(Calls)
    return app


def _page_maker(chat: Chat, settings: Settings) -> Callable[[], FastAPI]:
    from bot.channels.page.blocks import make_page  # noqa: PLC0415 - it imports gradio, in seconds

    return partial(make_page, chat, settings)


def _slack(settings: Settings, engine: Engine, admission: Admission) -> "Slack | None":
    """Slack beside the page, where its tokens are set."""
    if not settings.has_slack:
        return None
    from bot.channels.slack.serve import Slack  # noqa: PLC0415 - only those who set tokens pay

    return Slack(settings, engine, admission)


def serve(settings: Settings) -> None:
    """Serve the page and the API until stopped.

    Raises:
        SettingsError: the address cannot be listened on.
        HabeasError: the engine cannot be opened.
    """
    import uvicorn  # noqa: PLC0415 - with the rest of the server

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sock = _listen(settings)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        # A line of this log would carry what people search for.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                self.telling = asyncio.create_task(_tell(app.state.page, settings))

    Server(config).run([sock])


async def _tell(page: LatePage, settings: Settings) -> None:
    """Say when the API answers and when the page does."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    typer.echo(f"The API answers at {address}/api; the page follows in some seconds.")
    if await page.settled() == "ready":
        typer.echo(f"Habeas is ready: {address}")


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "set HABEAS_PORT or HABEAS_HOST"
        ) from None
