"""Runs the Slack side: Socket Mode, or HTTP beside the web page or alone."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing

import aiohttp
import typer
from fastapi import FastAPI
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.admission import Admission
from bot.channels.api import add_health
from bot.channels.auditing import audited
from bot.channels.problems import unexpected
from bot.channels.shield import MOST_BYTES
from bot.channels.slack.answering import Answering, Webs
from bot.channels.slack.app import SlackSide, bolt_app
from bot.channels.slack.client import TIMEOUT_S, RefusedError, check_tokens, quiet, web_client
from bot.channels.slack.desk import Desk, Timing
from bot.channels.slack.home import Health
from bot.channels.slack.manifest import EVENTS_PATH
from bot.channels.slack.oauth import (
    INSTALL_PATH,
    REDIRECT_PATH,
    AuthorizeOne,
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
from bot.store import Store, open_store

_PING_S = 5.0

# Calls to Slack at a time; each workspace has limits of its own besides.
_MOST_CALLS = 50
_READY = "Habeas is ready in Slack"
_WAITING = "Slack cannot be reached; Habeas goes on trying and connects by itself"
_PATIENCE_S = 5.0


class Slack:
    """The Slack side of one process.

    Args:
        settings: all settings.
        engine: an open engine.
        admission: the door it shares with other ways to the engine.
        timing: how patient it is.

    Raises:
        SettingsError: the settings have no way to talk with Slack, or name no channel.
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        admission: Admission | None = None,
        timing: Timing | None = None,
    ) -> None:
        _need_tokens(settings)
        self._settings = settings
        self._policy = Policy.of(settings)
        self._engine = engine
        self._admission = admission or Admission()
        self._timing = timing
        self._handler: AsyncSlackRequestHandler | None = None
        self.connected = asyncio.Event()
        """Set as soon as Slack can reach the app; over HTTP that is Slack's to know."""

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
        app.router.routes.append(Route(EVENTS_PATH, self._handle, methods=["POST"]))
        if self.installs:
            for path in (INSTALL_PATH, REDIRECT_PATH):
                app.router.routes.append(Route(path, self._handle, methods=["GET"]))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until left.

        Raises:
            SettingsError: the database or a token cannot be used.
        """
        async with AsyncExitStack() as stack:
            store = await open_store(self._settings)
            stack.push_async_callback(store.close)
            session = await stack.enter_async_context(_session())
            client = web_client(session, self._settings.slack_api_url, self._bot_token)
            await self._check(client)
            # Bolt takes a client that has a token for an app of one workspace, and asks about it.
            bolt_client = web_client(session, self._settings.slack_api_url)
            webs: Webs = OneWorkspace(client)
            way_in: AsyncAuthorize | AsyncOAuthFlow = AuthorizeOne(self._bot_token or "")
            if self.installs:
                installations = Installations(store, Seal.of(self._settings))
                webs = ManyWorkspaces(installations, session, self._settings.slack_api_url)
                way_in = oauth_flow(self._settings, store, installations, bolt_client)
            side = self._side(store, session, webs)
            secret = _open(self._settings.slack_signing_secret) or ""
            app = bolt_app(side, bolt_client, secret, way_in)
            await stack.enter_async_context(side.desk.running())
            if self.by_socket:
                await stack.enter_async_context(self._connected(app, client))
            else:
                self._handler = AsyncSlackRequestHandler(app)
            yield

    @property
    def _bot_token(self) -> str | None:
        return None if self.installs else _open(self._settings.slack_bot_token)

    @property
    def _app_token(self) -> str | None:
        return _open(self._settings.slack_app_token) if self.by_socket else None

    async def check(self) -> None:
        """Open the database, and ask Slack whether the tokens are good.

        Fine also while Slack cannot be asked.

        Raises:
            SettingsError: the database or a token cannot be used.
        """
        await (await open_store(self._settings)).close()
        async with _session() as session:
            await self._check(web_client(session, self._settings.slack_api_url, self._bot_token))

    async def _check(self, client: AsyncWebClient) -> None:
        try:
            await check_tokens(client, self._app_token)
        except RefusedError as error:
            raise SettingsError(
                f"Slack refuses SLACK_BOT_TOKEN or SLACK_APP_TOKEN ({error.code}); "
                "copy them again from the app's page, docs/slack.md says where"
            ) from None

    def _side(self, store: Store, session: aiohttp.ClientSession, webs: Webs) -> SlackSide:
        settings = self._settings
        answering = Answering(
            engine=self._engine,
            store=store,
            webs=webs,
            session=session,
            policy=self._policy,
            admission=self._admission,
            most_chars=settings.max_question_chars,
            most_turns=settings.max_turns,
            keep_hours=settings.slack_keep_hours,
        )
        return SlackSide(
            store=store,
            desk=Desk(store, answering, self._policy, self._timing),
            webs=webs,
            session=session,
            policy=self._policy,
            health=self._health,
            rules=self._engine.hashes.rules,
        )

    @asynccontextmanager
    async def _connected(self, app: AsyncApp, client: AsyncWebClient) -> AsyncIterator[None]:
        handler = AsyncSocketModeHandler(
            app, self._app_token, logger=quiet, web_client=client, ping_interval=_PING_S
        )
        # It tries until it is connected: whatever else this process serves does not wait for it.
        connecting = asyncio.create_task(self._connect(handler))
        try:
            yield
        finally:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            await _disconnect(handler)

    async def _connect(self, handler: AsyncSocketModeHandler) -> None:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        self.connected.set()

    async def _handle(self, request: Request) -> Response:
        if self._handler is None:
            return Response(status_code=503)
        if request.method == "POST":
            length = request.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > MOST_BYTES:
                return Response(status_code=413)
            if not await self._is_slack(request):
                return Response(status_code=401)
        try:
            return await self._handler.handle(request)
        except Exception as error:  # noqa: BLE001 - Bolt reads a payload before it handles errors
            unexpected(error)
            return Response(status_code=400)

    async def _is_slack(self, request: Request) -> bool:
        """Say whether a request is signed: before anything in it is looked at."""
        secret = _open(self._settings.slack_signing_secret)
        try:
            body = (await request.body()).decode()
            return secret is not None and SignatureVerifier(secret).is_valid_request(
                body, dict(request.headers)
            )
        except (ValueError, TypeError):
            # Not text, a timestamp that is no number, a signature that is no ASCII.
            return False

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
    _need_tokens(settings)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with (
        closing(open_engine(settings)) as opened,
        opened.following(),
        audited(opened, settings, "slack") as engine,
    ):
        slack = Slack(settings, engine)
        if slack.by_socket:
            asyncio.run(_stay(slack))
        else:
            # A server that cannot start would show where, not why.
            asyncio.run(slack.check())
            _serve_http(settings, engine, slack)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        connector=aiohttp.TCPConnector(limit=_MOST_CALLS),
    )


def _need_tokens(settings: Settings) -> None:
    if not settings.has_slack:
        raise SettingsError(
            "set SLACK_BOT_TOKEN with SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET "
            "(HTTP); or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET for "
            "several workspaces; docs/slack.md says how"
        )


async def _disconnect(handler: AsyncSocketModeHandler) -> None:
    await handler.close_async()  # type: ignore[no-untyped-call]


def _open(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


async def _stay(slack: Slack) -> None:
    stopped = asyncio.Event()
    # So that an answer under way is left where the next start finds it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with slack.running():
        telling = asyncio.create_task(_tell_when_ready(slack))
        await stopped.wait()
        telling.cancel()


async def _tell_when_ready(slack: Slack) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await slack.connected.wait()
    except TimeoutError:
        typer.echo(_WAITING)
        await slack.connected.wait()
    typer.echo(_READY)


def _serve_http(settings: Settings, engine: Engine, slack: Slack) -> None:
    import uvicorn  # noqa: PLC0415 - Socket Mode needs no server

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                typer.echo(f"{_READY}: {settings.host}:{settings.port}{EVENTS_PATH}")

    config = uvicorn.Config(
        slack_app(settings, engine, slack),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    Server(config).run()
