"""The Bolt app: what Slack sends goes to the desk, clicks and the home tab are answered here."""

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.problems import unexpected
from bot.channels.slack import texts
from bot.channels.slack.answering import Webs
from bot.channels.slack.blocks import Message, gone_view, read_citations, sources_view
from bot.channels.slack.client import RefusedError, ReplyTo, SlackDownError, quiet, reply
from bot.channels.slack.desk import Desk
from bot.channels.slack.events import (
    Asked,
    Clicked,
    Commanded,
    Deleted,
    Incoming,
    Opened,
    Stopped,
    Uninstalled,
    read_payload,
)
from bot.channels.slack.home import Health, home_view, prompts
from bot.channels.slack.manifest import CHECK, COMMAND
from bot.channels.slack.policy import Policy
from bot.channels.slack.render import pieces
from bot.channels.slack.words import written
from bot.store import Store
from bot.types import Bilingual, Lang

_log = logging.getLogger(__name__)

_KEY = "habeas_incoming"
_ANY = re.compile(r".*", re.DOTALL)
_EXAMPLE = re.compile(r"example-\d+-(en|es)")

Next = Callable[[], Awaitable[BoltResponse]]
Ack = Callable[..., Awaitable[BoltResponse]]


@dataclass(frozen=True)
class SlackSide:
    """The handlers; they share everything."""

    store: Store
    desk: Desk
    webs: Webs
    session: aiohttp.ClientSession
    policy: Policy
    health: Callable[[], Health]

    async def inbox(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Next,  # noqa: A002 - Bolt passes arguments by name
    ) -> BoltResponse | None:
        """Write down what came, before Slack is told that it arrived.

        It stands before Bolt asks Slack who the app is: a question is not lost where that fails.
        """
        incoming = read_payload(body)
        match incoming:
            case Asked():
                context[_KEY] = await self.desk.take(incoming)
            case Commanded():
                context[_KEY] = await self.desk.take_private(incoming)
            case Deleted():
                await self.desk.delete(incoming)
            case Uninstalled():
                await self.store.forget_workspace(incoming.source.enterprise, incoming.source.team)
                return BoltResponse(status=200, body="")
            case _:
                context[_KEY] = incoming
                return await next()
        if context.get(_KEY) is None:
            return BoltResponse(status=200, body="")
        return await next()

    async def begin(self, context: AsyncBoltContext) -> None:
        """Answer what was written down."""
        if (question := context.get(_KEY)) is not None:
            self.desk.start(question)

    async def command(self, ack: Ack, context: AsyncBoltContext) -> None:
        """Say at once that the answer is coming, then bring it."""
        question = context.get(_KEY)
        if question is None:
            await ack()
            return
        lang = await self._lang(question.conversation.team, question.conversation.person)
        await ack(text=texts.say(texts.WORKING, lang or "en+es"), response_type="ephemeral")
        self.desk.start(question)

    async def check(self, ack: Ack, context: AsyncBoltContext) -> None:
        """Rule on a message somebody chose."""
        await ack()
        await self.begin(context)

    async def opened(self, context: AsyncBoltContext) -> None:
        """Show the home tab, or suggest questions."""
        match context.get(_KEY):
            case Opened(tab="home") as opened:
                await self._show_home(opened.source.enterprise, opened.source.team, opened.person)
            case Opened() as opened:
                await self._suggest(opened)
            case _:
                pass

    async def stopped(self, context: AsyncBoltContext) -> None:
        """Stop answers."""
        incoming: Incoming | None = context.get(_KEY)
        if isinstance(incoming, Stopped):
            await self.desk.stop(incoming)

    async def clicked(self, ack: Ack, context: AsyncBoltContext) -> None:
        """Do what a button or choice says."""
        await ack()
        click: Incoming | None = context.get(_KEY)
        if not isinstance(click, Clicked):
            return
        try:
            await self._do(click)
        except (RefusedError, SlackDownError) as error:
            _log.warning("a click was not answered: %s", error.code)

    async def nothing(self, ack: Ack) -> None:
        """Take note of what the app has nothing to do with."""
        await ack()

    async def _do(self, click: Clicked) -> None:
        match click.action:
            case "sources":
                await self._sources(click)
            case "share":
                await self._share(click)
            case "feedback":
                await self._feedback(click)
            case "stop":
                await self.desk.stop_one(click.value, click.person)
            case "language":
                await self._choose(click)
            case example if found := _EXAMPLE.fullmatch(example):
                lang: Lang = "es" if found[1] == "es" else "en"
                if await self.store.first_time(f"click:{click.trigger}"):
                    await self.desk.ask_for(click.source, click.person, click.value, lang)
            case _:
                pass

    async def _sources(self, click: Clicked) -> None:
        web = await self.webs.web(click.source.enterprise, click.source.team)
        if web is None:
            return
        answer = await self.store.answer(click.value, click.source.team)
        if answer is None:
            lang = await self._lang(click.source.team, click.person)
            await web.open_view(click.trigger, gone_view(lang or "en"))
            return
        view = sources_view(read_citations(answer.citations), answer.lang)
        await web.open_view(click.trigger, view)

    async def _share(self, click: Clicked) -> None:
        answer = await self.store.answer(click.value, click.source.team)
        if answer is None:
            await self._tell(click, texts.GONE, None)
        elif not await self.store.first_time(f"share:{answer.id}"):
            await self._tell(click, texts.SHARED_ALREADY, answer.lang)
        else:
            text = f"_{texts.SHARED[answer.lang]}_\n\n{answer.text}"
            to = ReplyTo(click.reply_url, everybody=True)
            for part in pieces(text):
                await reply(self.session, to, Message(part))

    async def _feedback(self, click: Clicked) -> None:
        vote, _, name = click.value.partition(":")
        answer = await self.store.answer(name, click.source.team)
        if answer is None:
            await self._tell(click, texts.GONE, None)
            return
        # The answer's own random name keeps one person's votes from being put together.
        voter = hashlib.sha256(f"{click.source.team}:{click.person}:{name}".encode()).hexdigest()
        await self.store.vote(answer, voter, "good" if vote == "good" else "bad")
        await self._tell(click, texts.THANKS if vote == "good" else texts.THANKS_BAD, answer.lang)

    async def _choose(self, click: Clicked) -> None:
        lang: Lang | None = "es" if click.value == "es" else "en" if click.value == "en" else None
        await self.store.choose(click.source.team, click.person, lang)
        await self._show_home(click.source.enterprise, click.source.team, click.person)

    async def _show_home(self, enterprise: str, team: str, person: str) -> None:
        web = await self.webs.web(enterprise, team)
        if web is not None:
            await web.publish(
                person, home_view(self.health(), await self.store.chosen(team, person))
            )

    async def _suggest(self, opened: Opened) -> None:
        web = await self.webs.web(opened.source.enterprise, opened.source.team)
        if web is not None and opened.channel:
            lang = await self._lang(opened.source.team, opened.person)
            await web.prompts(opened.channel, prompts(lang))

    async def _tell(self, click: Clicked, text: Bilingual, lang: Lang | None) -> None:
        if click.reply_url:
            to = ReplyTo(click.reply_url, thread=click.thread)
            await reply(self.session, to, Message(written(texts.say(text, lang or "en+es"))))

    async def _lang(self, team: str, person: str) -> Lang | None:
        return await self.store.chosen(team, person) or self.policy.lang


def bolt_app(
    side: SlackSide,
    client: AsyncWebClient,
    signing_secret: str,
    way_in: AsyncAuthorize | AsyncOAuthFlow,
) -> AsyncApp:
    """Make the app and put the handlers in their places."""
    app = AsyncApp(
        name="habeas",
        logger=quiet,
        client=client,
        # None would have Bolt look for one in the environment.
        signing_secret=signing_secret,
        before_authorize=side.inbox,
        authorize=way_in if isinstance(way_in, AsyncAuthorize) else None,  # type: ignore[arg-type]
        oauth_flow=way_in if isinstance(way_in, AsyncOAuthFlow) else None,
        attaching_conversation_kwargs_enabled=False,
    )
    app.event("message")(side.begin)
    app.event("app_mention")(side.begin)
    app.event("app_home_opened")(side.opened)
    app.event("agent_session_stopped")(side.stopped)
    app.event(_ANY)(side.nothing)
    app.command(COMMAND)(side.command)
    app.shortcut(CHECK)(side.check)
    app.action(_ANY)(side.clicked)
    for anything in (app.command, app.shortcut, app.view, app.options):
        anything(_ANY)(side.nothing)
    app.error(_failed)
    return app


async def _failed(error: Exception) -> None:
    """Log where something broke, not what was said; Bolt tells Slack, which sends it again."""
    if isinstance(error, RefusedError | SlackDownError):
        _log.warning("an event was not handled: %s", error.code)
    else:
        unexpected(error)
