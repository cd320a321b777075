"""The Bolt app: what Slack sends goes to the desk, clicks and the home tab are answered here."""

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
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
from bot.channels.slack.blocks import (
    Message,
    Under,
    answer_blocks,
    gone_view,
    read_citations,
    sources_view,
    wrong_block,
)
from bot.channels.slack.client import RefusedError, ReplyTo, SlackDownError, quiet, reply
from bot.channels.slack.desk import Desk
from bot.channels.slack.events import (
    Asked,
    Clicked,
    Commanded,
    Deleted,
    Incoming,
    Opened,
    Source,
    Stopped,
    Uninstalled,
    read_payload,
)
from bot.channels.slack.home import Health, home_view, prompts
from bot.channels.slack.manifest import CHECK, COMMAND
from bot.channels.slack.policy import Policy
from bot.channels.slack.private import MOST_REPLIES
from bot.channels.slack.render import heading_language, pieces
from bot.channels.slack.words import written
from bot.store import Answered, Feedback, Question, Store, StoreError
from bot.types import About, Bilingual, Lang, ReplyLang

_log = logging.getLogger(__name__)

_KEY = "habeas_incoming"
_ANY = re.compile(r".*", re.DOTALL)
_EXAMPLE = re.compile(r"example-\d+-(en|es)")
_PRESS = re.compile(r"(ask|say)-\d+")
_A_DAY_S = 86_400.0

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
    rules: str
    """Hash of the rules in force, kept with what people say of an answer."""

    async def inbox(
        self,
        body: dict[str, Any],
        context: AsyncBoltContext,
        next: Next,  # noqa: A002 - Bolt passes arguments by name
    ) -> BoltResponse | None:
        """Write down what came, before Slack is told that it arrived.

        It stands before Bolt asks Slack who the app is: a question is not lost where that fails.
        """
        if body.get("type") == "app_rate_limited":
            # Slack left events out, and tells so outside of any event.
            _log.warning("Slack sent fewer events than there were: too many in a minute")
            return BoltResponse(status=200, body="")
        incoming = read_payload(body)
        match incoming:
            case Commanded() if incoming.wants_help:
                context[_KEY] = incoming
            case Asked():
                context[_KEY] = await self.desk.take(incoming)
            case Commanded():
                context[_KEY] = await self._take_private(incoming)
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

    async def _take_private(self, asked: Commanded) -> Question | Commanded | None:
        try:
            return await self.desk.take_private(asked)
        except StoreError as error:
            # Slack does not send a command again: the person must hear that it failed.
            _log.warning("a private question was not taken: the database failed (%s)", error)
            return asked

    async def begin(self, context: AsyncBoltContext) -> None:
        """Answer what was written down."""
        if isinstance(question := context.get(_KEY), Question):
            self.desk.start(question)

    async def command(self, ack: Ack, context: AsyncBoltContext) -> None:
        """Say at once that the answer is coming, then bring it; or say how to ask."""
        match context.get(_KEY):
            case Question() as question:
                place = question.conversation
                lang = await self._known_lang(place.team, place.person)
                if lang == "en+es":
                    lang = heading_language(question.text, None)
                await ack(text=texts.say(texts.WORKING, lang), response_type="ephemeral")
                self.desk.start(question)
            case Commanded() as asked:
                lang = await self._known_lang(asked.source.team, asked.person)
                told = texts.WAYS if asked.wants_help else texts.PROBLEMS["error"]
                await ack(text=texts.say(told, lang, "\n\n"), response_type="ephemeral")
            case _:
                await ack()

    async def check(self, ack: Ack, context: AsyncBoltContext) -> None:
        """Rule on a message somebody chose."""
        await ack()
        if isinstance(asked := context.get(_KEY), Commanded):
            lang = await self._known_lang(asked.source.team, asked.person)
            failed = Message(texts.say(texts.PROBLEMS["error"], lang, "\n\n"))
            await reply(self.session, ReplyTo(asked.reply_url), failed)
        await self.begin(context)

    async def opened(self, context: AsyncBoltContext) -> None:
        """Show the home tab, or suggest questions."""
        match context.get(_KEY):
            case Opened(tab="home") as opened:
                await self._show_home(opened.source, opened.person)
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
            await self._say_again(click)
        except StoreError as error:
            _log.warning("a click was not answered: the database failed (%s)", error)
            await self._say_again(click)

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
            case "wrong_citation" | "wrong_law" as about:
                await self._keep_feedback(click, click.value, about)
            case "stop":
                await self.desk.stop_one(click.value, click.person)
            case press if found := _PRESS.fullmatch(press):
                await self._press(click, mine=found[1] == "say")
            case "language" | "forget":
                await self._at_home(click)
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
        elif not self.policy.shares(click.channel):
            await self._tell(click, texts.NOT_HERE, answer.lang)
        elif not await self.store.first_time(f"share:{answer.id}"):
            await self._tell(click, texts.SHARED_ALREADY, answer.lang)
        else:
            await self._show_all(click, answer)

    async def _show_all(self, click: Clicked, answer: Answered) -> None:
        to = ReplyTo(click.reply_url, everybody=True)
        parts = list(pieces(f"_{texts.SHARED[answer.lang]}_\n\n{answer.text}"))
        if len(parts) > MOST_REPLIES:
            del parts[MOST_REPLIES:]
            parts[-1] += f"\n\n_{texts.SHARED_CUT[answer.lang]}_"
        listed = read_citations(answer.citations)
        under = answer_blocks(answer.id, listed, answer.lang, Under())
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            try:
                await reply(self.session, to, Message(part, under if last else ()))
            except (RefusedError, SlackDownError) as error:
                if number == 0 and not getattr(error, "perhaps_done", False):
                    # Nothing of it was shown: it can be pressed again.
                    await self.store.take_back(f"share:{answer.id}", _A_DAY_S)
                raise

    async def _feedback(self, click: Clicked) -> None:
        vote, _, name = click.value.partition(":")
        await self._keep_feedback(click, name, "good" if vote == "good" else "bad")

    async def _keep_feedback(self, click: Clicked, name: str, about: About) -> None:
        answer = await self.store.answer(name, click.source.team)
        if answer is None:
            await self._tell(click, texts.GONE, None)
            return
        # The answer's own random name keeps one person's votes from being put together.
        voter = hashlib.sha256(f"{click.source.team}:{click.person}:{name}".encode()).hexdigest()
        await self.store.tell(
            Feedback(
                answer=answer.id,
                voter=voter,
                about=about,
                rule=answer.rule,
                status=answer.status,
                lang=answer.lang,
                corpus=answer.corpus,
                rules=self.rules,
            )
        )
        if about == "bad":
            asks = f"{texts.THANKS_BAD[answer.lang]}\n\n{texts.WHAT_WRONG[answer.lang]}"
            more = (wrong_block(name, answer.lang),)
            await self._send(click, Message(written(asks), more))
        else:
            await self._tell(click, texts.THANKS, answer.lang)

    async def _press(self, click: Clicked, *, mine: bool) -> None:
        person, _, text = click.value.partition(" ") if mine else (click.person, "", click.value)
        if person != click.person:
            await self._tell(click, texts.NOT_YOURS, None)
        else:
            await self.desk.press(click, text)

    async def _at_home(self, click: Clicked) -> None:
        forget = click.action == "forget"
        if forget:
            await self.store.unsay_all(click.source.team, click.person)
        else:
            lang: Lang | None = (
                "es" if click.value == "es" else "en" if click.value == "en" else None
            )
            await self.store.choose(click.source.team, click.person, lang)
        await self._show_home(click.source, click.person, forgotten=forget)

    async def _show_home(self, source: Source, person: str, *, forgotten: bool = False) -> None:
        web = await self.webs.web(source.enterprise, source.team)
        if web is not None:
            chosen = await self.store.chosen(source.team, person)
            await web.publish(person, home_view(self.health(), chosen, forgotten=forgotten))

    async def _suggest(self, opened: Opened) -> None:
        web = await self.webs.web(opened.source.enterprise, opened.source.team)
        if web is not None and opened.channel:
            lang = await self._lang(opened.source.team, opened.person)
            await web.prompts(opened.channel, prompts(lang))

    async def _tell(self, click: Clicked, text: Bilingual, lang: Lang | None) -> None:
        await self._send(click, Message(written(texts.say(text, lang or "en+es"))))

    async def _send(self, click: Clicked, message: Message) -> None:
        if click.reply_url:
            await reply(self.session, ReplyTo(click.reply_url, thread=click.thread), message)

    async def _say_again(self, click: Clicked) -> None:
        with suppress(RefusedError, SlackDownError):
            await self._tell(click, texts.CLICK_AGAIN, None)

    async def _known_lang(self, team: str, person: str) -> ReplyLang:
        try:
            return await self._lang(team, person) or "en+es"
        except StoreError:
            return self.policy.lang or "en+es"

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
