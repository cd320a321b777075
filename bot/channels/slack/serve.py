"""Runs the Slack side: Socket Mode, or HTTP beside the web page or alone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import typer
from fastapi import FastAPI
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.admission import Admission
from bot.channels.api import add_health
from bot.channels.slack.answering import Answering, Webs
from bot.channels.slack.app import SlackSide, bolt_app
from bot.channels.slack.client import TIMEOUT_S, quiet, web_client
from bot.channels.slack.desk import Desk, Timing
from bot.channels.slack.home import Health
from bot.channels.slack.manifest import EVENTS_PATH
from bot.channels.slack.oauth import (
    INSTALL_PATH,
    REDIRECT_PATH,
    Installations,
    ManyWorkspaces,
    OneWorkspace,
    Seal,
    oauth_flow,
)
from bot.channels.slack.policy import Policy
from bot.engine import Engine, open_engine
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store import open_store

_PING_S = 5.0
_READY = "Habeas is ready in Slack"


class Slack:
    """The Slack side of one process.

    Args:
        settings: all settings.
        engine: an open engine.
        admission: the door it shares with other ways to the engine.
        timing: how patient it is.

    Raises:
        SettingsError: the settings have no way to talk with Slack.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        admission: Admission | None = None,
        timing: Timing | None = None,
    ) -> None:
        if not settings.has_slack:
            raise SettingsError(
                "set SLACK_BOT_TOKEN with SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET "
                "(HTTP); or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET for "
                "several workspaces; docs/slack.md says how"
            )
        self._settings = settings
        self._engine = engine
        self._admission = admission or Admission()
        self._timing = timing
        self._handler: AsyncSlackRequestHandler | None = None

    @property
    def installs(self) -> bool:
        """Whether any workspace can install the app."""
        return bool(self._settings.slack_client_id and self._settings.slack_client_secret)

    @property
    def by_socket(self) -> bool:
        """Whether Slack is reached by Socket Mode; installing needs a public address anyway."""
        return self._settings.slack_app_token is not None and not self.installs

    def add_routes(self, app: FastAPI) -> None:
        """Add the paths Slack calls; none in Socket Mode. Add them before a mount at ``/``."""
        if self.by_socket:
            return
        app.add_api_route(EVENTS_PATH, self._handle, methods=["POST"], include_in_schema=False)
        if self.installs:
            for path in (INSTALL_PATH, REDIRECT_PATH):
                app.add_api_route(path, self._handle, methods=["GET"], include_in_schema=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until left.

        Raises:
            SettingsError: the database or a token cannot be used.
        """
        settings = self._settings
        async with AsyncExitStack() as stack:
            store = await open_store(settings)
            stack.push_async_callback(store.close)
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            session = await stack.enter_async_context(
                # As many calls at a time as there are people; each workspace has its own limits.
                aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=50))
            )
            token = (
                settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
            )
            client = web_client(session, settings.slack_api_url, None if self.installs else token)
            webs: Webs = OneWorkspace(client)
            flow = None
            if self.installs:
                installations = Installations(store, Seal.of(settings))
                webs = ManyWorkspaces(installations, session, settings.slack_api_url)
                flow = oauth_flow(settings, store, installations, client)
            policy = Policy.of(settings)
            answering = Answering(
                engine=self._engine,
                store=store,
                webs=webs,
                session=session,
                policy=policy,
                admission=self._admission,
                most_chars=settings.max_question_chars,
                most_turns=settings.max_turns,
                keep_hours=settings.slack_keep_hours,
            )
            desk = Desk(store, answering, policy, self._timing)
            side = SlackSide(store, desk, webs, session, policy, self._health)
            secret = settings.slack_signing_secret
            app = bolt_app(side, client, secret.get_secret_value() if secret else "", flow)
            await stack.enter_async_context(desk.running())
            if self.by_socket and settings.slack_app_token is not None:
                socket = AsyncSocketModeHandler(
                    app,
                    settings.slack_app_token.get_secret_value(),
                    logger=quiet,
                    web_client=client,
                    ping_interval=_PING_S,
                )
                stack.push_async_callback(socket.close_async)
                await socket.connect_async()
            else:
                self._handler = AsyncSlackRequestHandler(app)
            yield

    async def _handle(self, request: Request) -> Response:
        if self._handler is None:
            return Response(status_code=503)
        return await self._handler.handle(request)

    def _health(self) -> Health:
        return Health(
            searches=not self._engine.trouble,
            has_model=self._engine.has_model,
            corpus=self._engine.digest.hash,
            keep_hours=self._settings.slack_keep_hours,
        )


def slack_app(settings: Settings, engine: Engine, slack: Slack | None = None) -> FastAPI:
    """Make an app that serves Slack alone, over HTTP."""
    side = slack or Slack(settings, engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with side.running():
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    add_health(app, engine)
    side.add_routes(app)
    return app


def run_slack(settings: Settings) -> None:
    """Serve Slack until stopped.

    Raises:
        SettingsError: a token is missing.
        HabeasError: the engine cannot be opened.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    engine = open_engine(settings)
    try:
        slack = Slack(settings, engine)
        if slack.by_socket:
            asyncio.run(_stay(slack))
            return
        import uvicorn  # noqa: PLC0415 - Socket Mode needs no server

        typer.echo(f"{_READY}: {settings.host}:{settings.port}{EVENTS_PATH}")
        uvicorn.run(
            slack_app(settings, engine, slack),
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_level="warning",
            server_header=False,
        )
    finally:
        engine.close()


async def _stay(slack: Slack) -> None:
    async with slack.running():
        typer.echo(_READY)
        await asyncio.Event().wait()
