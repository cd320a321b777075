"""The Slack side, alive against the fake, by either way."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import uvicorn
from aiohttp import ClientSession, TCPConnector

from bot.channels.slack import texts
from bot.channels.slack.desk import Timing
from bot.channels.slack.serve import Slack, slack_app
from bot.channels.slack.words import JOINER
from bot.settings import Settings
from bot.types import Bilingual
from tests.fake_slack import APP_TOKEN, SECRET, TOKEN, Door, FakeSlack, Posted
from tests.serving import FakeEngine

QUICK = Timing(lease=3.0, beat=0.1, sweep=0.1, first_pause=0.05)


@dataclass
class Living:
    """A running app: ``fake`` is Slack, ``door`` how it reaches the app."""

    fake: FakeSlack
    door: Door
    engine: Any
    slack: Slack

    async def send(self, payload: dict, **more: Any) -> Any:
        return await self.door.send(payload, **more)

    async def until(self, met: Callable[[], Any], seconds: float = 10.0) -> Any:
        async with asyncio.timeout(seconds):
            while not (found := met()):  # noqa: ASYNC110 - what is met is no event
                await asyncio.sleep(0.01)
        return found

    async def answer(self, thread: str, number: int = 1) -> Posted:
        """Wait for an answer that is whole."""

        def whole() -> Posted | None:
            done = [one for one in self.fake.seen(thread) if not one.streaming and ended(one)]
            return done[number - 1] if len(done) >= number else None

        return await self.until(whole)

    async def quiet(self, seconds: float = 0.4) -> None:
        """Give the app time to do what it should not."""
        await asyncio.sleep(seconds)


def ended(post: Posted) -> bool:
    return any(one["type"] == "context_actions" for one in post.blocks)


def settings_for(fake: FakeSlack, folder: Path, mode: str, **more: Any) -> Settings:
    given: dict[str, Any] = {"SLACK_BOT_TOKEN": TOKEN, "slack_api_url": f"{fake.url}/api/"}
    given |= (
        {"SLACK_APP_TOKEN": APP_TOKEN} if mode == "socket" else {"SLACK_SIGNING_SECRET": SECRET}
    )
    return Settings(data_dir=folder, **(given | more))


@asynccontextmanager
async def living(
    fake: FakeSlack, folder: Path, mode: str = "http", engine: Any = None, **more: Any
) -> AsyncIterator[Living]:
    settings = settings_for(fake, folder, mode, **more)
    engine = engine or FakeEngine()
    slack = Slack(settings, engine, timing=QUICK)
    if mode == "socket":
        async with slack.running():
            yield Living(fake, Door(fake, "socket"), engine, slack)
        return
    async with (
        served(slack_app(settings, engine, slack)) as url,
        ClientSession(connector=TCPConnector(limit=0)) as session,
    ):
        yield Living(fake, Door(fake, "http", url, session), engine, slack)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    sock = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="on")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([sock]))
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        sock.close()


def plain(text: str) -> str:
    """What a person reads of an answer, without headings and marks of our own."""
    text = unescape(text.replace(JOINER, "")).replace("∗", "*")
    text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    for name in texts.__all__:
        said = getattr(texts, name)
        if isinstance(said, Bilingual) and name != "YOU_SAID":
            for way in (f"{said.en} / {said.es}", said.en, said.es):
                text = re.sub(
                    rf"^(?:\*\*|_)?{re.escape(way)}(?:\*\*|_)?$", "", text, flags=re.MULTILINE
                )
    text = re.sub(rf"^(?:{texts.YOU_SAID.en}|{texts.YOU_SAID.es}).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\[\]]+)\]\(https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*\)", r"\1", text)
    return " ".join(text.replace("**", "").split())
