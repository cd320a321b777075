"""The web page: Gradio around one engine, mounted in one app with the API."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from bot.channels.admin import add_admin
from bot.channels.admission import Admission
from bot.channels.api import add_health, api_app
from bot.channels.auditing import Audit
from bot.channels.calls import Calls
from bot.channels.described import described
from bot.channels.door import Door
from bot.channels.logs import start_log
from bot.channels.metrics import Metrics
from bot.channels.openai_api import openai_app
from bot.channels.page.chat import Chat
from bot.channels.page.keeping import Keeping
from bot.channels.page.late import LatePage
from bot.channels.page.shell import STATIC_DIR, Framed, Shell
from bot.channels.shield import Shield
from bot.engine import Engine, open_engine
from bot.errors import SettingsError
from bot.settings import Settings

_SOCKETS = 16_384

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
    metrics = Metrics(admission)
    audit = Audit(settings, "page", "api", "slack")
    slack = _slack(settings, metrics.heard(audit.heard(opened, "slack"), "slack"), admission)
    heard = metrics.heard(audit.heard(opened, "page"), "page")
    keeping = Keeping(settings) if settings.conversation_days else None
    chat = Chat(heard, admission, settings.max_question_chars, settings.uploads, keeping)
    page = LatePage(partial(_page_maker, chat, settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with opened.following() if engine is None else nullcontext():
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
    app.state.chat = chat
    add_health(app, opened, page, metrics if settings.metrics else None)
    add_admin(app, settings, opened, metrics)
    if slack:
        slack.add_routes(app)
    add_apis(app, audit.heard(opened, "api"), admission, metrics, audit.keep_days)
    app.mount("/page", StaticFiles(directory=STATIC_DIR))
    app.mount("/", page)
    shell = Shell(
        has_model=opened.has_model, uploads=settings.uploads, keep_days=settings.conversation_days
    )
    app.add_middleware(Framed, shell=shell)
    guard_app(app, settings, metrics)
    return app


def add_apis(
    app: FastAPI,
    engine: Engine,
    admission: Admission,
    metrics: Metrics,
    keep_days: int | None = None,
) -> None:
    """Add the API and what OpenAI's clients speak with."""
    api = api_app(metrics.heard(engine, "api"), admission, keep_days)
    openai = openai_app(metrics.heard(engine, "openai"), admission)

    @app.get("/api/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(described(api.openapi(), openai.openapi()))

    app.mount("/api", api)
    app.mount("/v1", openai)


def guard_app(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put around an app what stands between it and the network, innermost first."""
    app.add_middleware(Door, settings=settings)
    app.add_middleware(Shield, upload_mb=settings.upload_mb if settings.uploads else 0)
    app.add_middleware(Calls, responded=metrics.responded)


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
    start_log(settings)
    _allow_sockets()
    sock = _listen(settings)
    app = create_app(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                self.telling = asyncio.create_task(_tell(app.state.page, settings))

    Server(server_config(app, settings)).run([sock])


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Say how an app is served."""
    return uvicorn.Config(
        app,
        # A line of this log would carry what people search for.
        access_log=False,
        log_config=None,
        # Without a proxy anybody could write an address of their own into the header.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=5,
    )


def _allow_sockets() -> None:
    """Let many connections stay open: idle ones must turn nobody away."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = _SOCKETS if most == resource.RLIM_INFINITY else min(most, _SOCKETS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))


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
