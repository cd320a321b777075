"""Answers one question: history in, the engine's events out, into a thread or to one person."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from bot.channels.admission import Admission, BusyError
from bot.channels.api import closing
from bot.channels.problems import unexpected
from bot.channels.slack import texts
from bot.channels.slack.blocks import Block, Under, answer_blocks, stop_block, write_citations
from bot.channels.slack.client import RefusedError, SlackDownError, Thread, Web
from bot.channels.slack.policy import Policy
from bot.channels.slack.presses import presses
from bot.channels.slack.private import Address, Whisper
from bot.channels.slack.private import Reply as PrivateReply
from bot.channels.slack.render import Page, heading_language
from bot.channels.slack.stream import Meanwhile, ThreadAnswer
from bot.channels.slack.words import courtesy, written
from bot.engine import Engine
from bot.errors import BadInput, EmptyQuestion, HabeasError
from bot.store import Answered, Question, Said, State, Store, StoreError
from bot.types import Card, Done, Event, Lang, Opening, Reply, ReplyLang, Turn

AT_ONCE = 8
"""Questions from Slack answered at the same time."""

PACE_S = 0.6
"""Least time between two additions to one growing message; of several at once each waits longer.

Slack allows a workspace some hundred a minute.
"""

_BUSY_PAUSE_S = 1.0


class Webs(Protocol):
    """Finds the way into a workspace."""

    async def web(self, enterprise: str, team: str) -> Web | None:
        """Give the calls to a workspace; None when the app is not installed there."""


class _Surface(Protocol):
    async def open(self, text: str) -> None: ...
    async def add(self, text: str) -> None: ...
    async def finish(self, under: Sequence[Block] = ()) -> None: ...
    async def leave(self) -> None: ...
    async def remove(self) -> None: ...


@dataclass
class Interrupted:
    """Says whether an answer under way is to end early, and as what."""

    state: State = "running"
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    look: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to have the database asked at once."""
    over: bool = False
    """Whether nobody works on the answer any more."""

    def interrupt(self, state: State) -> None:
        """End it."""
        self.state = state
        self.ended.set()


@dataclass(frozen=True)
class _Notes:
    """What the store remembers of the messages of a thread."""

    store: Store
    question: Question

    async def note(self, posted: Sequence[str]) -> None:
        await self.store.note_posted(self.question, posted)

    async def known(self) -> frozenset[str]:
        place = self.question.conversation
        return await self.store.posted_in(place.team, place.channel, place.thread)


@dataclass(frozen=True)
class Answering:
    """Answers questions; one serves all."""

    engine: Engine
    store: Store
    webs: Webs
    session: aiohttp.ClientSession
    policy: Policy
    admission: Admission
    most_chars: int
    most_turns: int
    keep_hours: int
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    busy: set[str] = field(default_factory=set)
    """Keys of the questions being answered."""

    async def answer(self, question: Question, run: Interrupted) -> None:
        """Answer, or go on answering, a question that is ours.

        Raises:
            RefusedError: nobody can be told.
            SlackDownError: Slack is out of order; try later.
        """
        self.busy.add(question.key)
        try:
            await self._answer(question, run)
        finally:
            self.busy.discard(question.key)

    async def _answer(self, question: Question, run: Interrupted) -> None:
        web = await self.webs.web(question.enterprise, question.conversation.team)
        if web is None:
            await self.store.finish(question, "dead")
            return
        lang = await self._language(question)
        surface = await self._surface(question, web, heading_language(question.text, lang))
        if question.surface == "elsewhere":
            await self._say(surface, texts.ELSEWHERE[lang or "en"])
        elif polite := courtesy(question.text):
            await self._say(surface, texts.COURTESIES[polite.kind][lang or polite.lang])
        else:
            await self._tell(question, run, surface, lang)
        await self._settle(question, run, surface)
        await self.show_working(question, working=False)

    async def show_working(self, question: Question, *, working: bool) -> None:
        """Show in the thread that an answer is under way, or no more."""
        if question.surface != "thread":
            return
        place = question.conversation
        web = await self.webs.web(question.enterprise, place.team)
        if web is not None:
            lang = heading_language(question.text, self.policy.lang)
            text = texts.say(texts.WORKING, lang)
            await web.status(_thread(question), text, working=working)

    async def _language(self, question: Question) -> Lang | None:
        place = question.conversation
        return await self.store.chosen(place.team, place.person) or self.policy.lang

    async def _surface(self, question: Question, web: Web, lang: ReplyLang) -> _Surface:
        if question.surface == "reply":
            address = Address(question.reply_url, used=question.tries - 1)
            person = question.conversation.person
            return PrivateReply(self.session, address, web, person, lang)
        if question.surface != "thread":
            place = question.conversation
            # A whisper under a message nobody answered yet would hide in an empty thread.
            root = "" if place.thread == question.ts else place.thread
            thread = Thread(place.team, place.channel, root, place.person)
            return Whisper(web, thread)
        meanwhile = Meanwhile((stop_block(question.key, lang),), lambda: len(self.busy))
        notes = _Notes(self.store, question)
        answer = ThreadAnswer(web, _thread(question), question.ts, notes, meanwhile)
        await answer.resume(question.posted)
        if question.tries > 1 and not question.posted:
            await answer.look_for_lost()
        return answer

    async def _tell(
        self, question: Question, run: Interrupted, surface: _Surface, lang: Lang | None
    ) -> None:
        try:
            events = await self._ask(question, lang)
        except BadInput as error:
            await self.store.unsay(question.conversation, question.ts)
            await self._say(surface, self._problem(question, error.code, lang))
            return
        page = Page(
            heading_language(question.text, lang),
            checking=question.checking,
            direct=question.direct,
            asked=question.text if question.pressed else "",
        )
        told = _Told(page)
        try:
            async with aclosing(self._batches(events, run)) as batches:
                async for batch in batches:
                    at_once = not told.shown and _at_once(batch[0])
                    text = told.add(batch)
                    if text and at_once:
                        await surface.open(text)
                    elif text:
                        await surface.add(text)
        except (RefusedError, SlackDownError, StoreError):
            raise
        except Exception as error:  # noqa: BLE001 - a person must be told, and calmly
            code = error.code if isinstance(error, HabeasError) else unexpected(error).code
            await self._say(surface, self._problem(question, code, lang))
            return
        if run.ended.is_set() or told.reply is None:
            if told.shown and run.state == "stopped":
                stopped = texts.say(texts.STOPPED, heading_language(question.text, lang), " / ")
                await surface.add(f"\n\n_{stopped}_")
            return
        if not await self._gone(question):
            await self._conclude(question, surface, told.reply, told)

    async def _conclude(
        self, question: Question, surface: _Surface, reply: Reply, told: "_Told"
    ) -> None:
        place = question.conversation
        if question.files:
            await surface.add(f"\n\n{texts.say(texts.NO_FILES_TOO, reply.lang, ' / ')}")
        answer = Answered(
            id=uuid.uuid4().hex,
            team=place.team,
            text=told.shareable(reply.lang),
            citations=write_citations(reply.citations),
            lang=texts.one_language(reply.lang),
            rule=reply.verdict.rule if reply.verdict else "none",
            status=reply.status,
            corpus=reply.corpus,
        )
        await self.store.keep_answer(answer)
        if not question.alone:
            await self.store.say(place, Said("assistant", question.ts, reply.text))
        private = question.surface == "reply" and not question.checking
        under = Under(
            share=private and self.policy.shares(place.channel),
            dropped=reply.dropped,
            presses=presses(Done(reply), question, answer.lang),
            person=place.person,
        )
        await surface.finish(answer_blocks(answer.id, reply.citations, reply.lang, under))

    async def _settle(self, question: Question, run: Interrupted, surface: _Surface) -> None:
        match run.state:
            case "running":
                # Another replica may have heard that the message is gone.
                if not await self.store.finish(question, "done") and await self._gone(question):
                    await self._forget(question, surface)
            case "stopped":
                await surface.finish()
            case "deleted":
                await self._forget(question, surface)
            case _:
                await surface.leave()

    async def _gone(self, question: Question) -> bool:
        """Say whether the question was deleted, or its workspace left."""
        now = await self.store.question(question.key)
        return now is None or now.state == "deleted"

    async def _forget(self, question: Question, surface: _Surface) -> None:
        await self.store.unsay(question.conversation, question.ts)
        await surface.remove()

    async def _ask(self, question: Question, lang: Lang | None) -> AsyncIterator[Event]:
        text = question.text
        if not any(char.isalnum() for char in text):
            raise EmptyQuestion
        turns = (*await self._history(question), Turn("user", text))
        events = self.engine.answer(turns, lang)
        if not question.alone:
            await self.store.say(question.conversation, Said("user", question.ts, text))
            if question.quoted:
                quoted = Said("quoted", question.ts, question.quoted)
                await self.store.say(question.conversation, quoted)
        return events

    async def _history(self, question: Question) -> tuple[Turn, ...]:
        """Give what this person and the app said before; others' words are never the person's."""
        said: list[Said] = []
        if not question.alone:
            said += await self.store.said(question.conversation, question.ts)
        if question.quoted:
            said.append(Said("quoted", question.ts, question.quoted))
        spare = len(said) - (self.most_turns - 1)
        # The app's own words are missed least: no fact is ever read from them.
        for which in (lambda one: one.role != "user", lambda _: True):
            for one in [one for one in said if which(one)][: max(spare, 0)]:
                said.remove(one)
                spare -= 1
        return tuple(
            Turn("user" if one.role == "user" else "assistant", one.content) for one in said
        )

    def _problem(self, question: Question, code: str, lang: Lang | None) -> str:
        known = texts.PROBLEMS.get(code, texts.PROBLEMS["error"])
        if code == "empty_question" and question.files:
            known = texts.NO_FILES
        said = texts.say(known, heading_language(question.text, lang), "\n\n")
        return said.replace("{most}", f"{self.most_chars:,}")

    async def _say(self, surface: _Surface, text: str) -> None:
        await surface.add(written(text))
        await surface.finish()

    async def _batches(
        self, events: AsyncIterator[Event], run: Interrupted
    ) -> AsyncGenerator[list[Event], None]:
        """Give the events that came while the last were shown; the first of them at once."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        source = asyncio.create_task(self._read(events, queue))
        ended = asyncio.create_task(run.ended.wait())
        try:
            while not run.ended.is_set():
                first = asyncio.create_task(queue.get())
                await asyncio.wait((first, ended), return_when=asyncio.FIRST_COMPLETED)
                if not first.done():
                    first.cancel()
                    return
                batch = [first.result()]
                while not isinstance(batch[0], Opening) and not queue.empty():
                    batch.append(queue.get_nowait())
                yield [event for event in batch if event is not None]
                if None in batch:
                    source.result()
                    return
                if not source.done() and not isinstance(batch[0], Opening):
                    await asyncio.wait(
                        (ended, source),
                        timeout=PACE_S * len(self.busy),
                        return_when=asyncio.FIRST_COMPLETED,
                    )
        finally:
            source.cancel()
            ended.cancel()
            await asyncio.gather(source, ended, return_exceptions=True)

    async def _read(
        self, events: AsyncIterator[Event], queue: "asyncio.Queue[Event | None]"
    ) -> None:
        try:
            async with closing(events) as stream, self._admitted():
                async for event in stream:
                    queue.put_nowait(event)
        finally:
            queue.put_nowait(None)

    @asynccontextmanager
    async def _admitted(self) -> AsyncIterator[None]:
        """Wait for a place: a question that is written down is never turned away."""
        while True:
            try:
                self.admission.check()
                break
            except BusyError:
                await asyncio.sleep(_BUSY_PAUSE_S)
        async with self.admission.admitted():
            yield


@dataclass
class _Told:
    """What was shown of an answer so far."""

    page: Page
    events: list[Event] = field(default_factory=list)
    reply: Reply | None = None
    shown: bool = False

    def add(self, batch: Sequence[Event]) -> str:
        text = ""
        for event in batch:
            self.events.append(event)
            if isinstance(event, Done):
                self.reply = event.reply
            text += self.page.add(event)
        self.shown |= bool(text)
        return text

    def shareable(self, lang: ReplyLang) -> str:
        """Give the answer without what was taken from the person's words."""
        page = Page(lang, shared=True)
        return "".join(map(page.add, self.events))


def _at_once(event: Event) -> bool:
    """Whether an event is one that a person must see before the rest is there."""
    return isinstance(event, Opening) or (isinstance(event, Card) and event.first)


def _thread(question: Question) -> Thread:
    place = question.conversation
    return Thread(place.team, place.channel, place.thread, place.person)
