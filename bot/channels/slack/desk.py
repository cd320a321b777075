"""Takes questions in and sees to it that each is answered once, across restarts and replicas.

A question is written down before Slack is told that it arrived. One conversation is answered in
the order it was written; a lease says who answers, and whoever finds one run out takes over.
"""

import asyncio
import logging
import uuid
from bisect import insort
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bot.channels.problems import unexpected
from bot.channels.slack import texts
from bot.channels.slack.answering import Answering, Interrupted
from bot.channels.slack.client import RefusedError, SlackDownError, Thread
from bot.channels.slack.events import (
    Asked,
    Clicked,
    Commanded,
    Deleted,
    Source,
    Stopped,
    message_key,
)
from bot.channels.slack.policy import Policy
from bot.channels.slack.words import courtesy, typed, written
from bot.store import Conversation, Question, State, Store, StoreError
from bot.types import Lang

_log = logging.getLogger(__name__)

LEASE_S = 20.0
"""How long a question is ours without a sign of life."""

GIVE_UP_S = 3600.0
"""How long a question is tried while Slack is down; later an answer would only confuse."""

_HEAD_START_S = 10.0
_BEAT_S = 2.0
_SWEEP_S = 5.0
_PURGE_S = 1800.0
_MOST_DUE = 50
_LONGEST_PAUSE_S = 120.0
_LONGEST_CALM_S = 2.0
_CALM_STEP_S = 0.02
_STATUS_AT_ONCE = 4
_LONGEST_CLOSING_S = 5.0


_NOT_DELETED: tuple[State, ...] = ("waiting", "running", "done", "stopped", "dead")


@dataclass(frozen=True)
class Timing:
    """Seconds between signs of life and between looks for work; tests are impatient."""

    lease: float = LEASE_S
    beat: float = _BEAT_S
    sweep: float = _SWEEP_S
    first_pause: float = 2.0


class Desk:
    """All questions from Slack. Use within ``running``."""

    def __init__(
        self, store: Store, answering: Answering, policy: Policy, timing: Timing | None = None
    ) -> None:
        self._store = store
        self._answering = answering
        self._policy = policy
        self._timing = timing or Timing()
        self._owner = uuid.uuid4().hex
        # Keys that wait, oldest first, by the conversation they belong to.
        self._lines: dict[Conversation | str, list[tuple[str, str]]] = {}
        self._runs: dict[str, Interrupted] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self._arriving = 0
        self._status_room = asyncio.Semaphore(_STATUS_AT_ONCE)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer, and look for questions that were left behind."""
        self._spawn(self._sweep())
        try:
            yield
        finally:
            # What is broken off in the middle could not say how far it came.
            self._closing.set()
            for run in self._runs.values():
                run.interrupt("waiting")
            if self._tasks:
                _, late = await asyncio.wait(self._tasks, timeout=_LONGEST_CLOSING_S)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    # What comes in

    async def take(self, asked: Asked) -> Question | None:
        """Write a message down as a question, or as new words for one.

        Gives what is to be answered now; None for what is known, or not for the app.
        """
        known = await self._store.question(asked.key) if asked.edited else None
        place = self._policy.place(asked.channel, direct=asked.direct, mentioned=asked.mentioned)
        if place == "if_known":
            before = await self._store.said(asked.conversation)
            place = self._policy.surface if before else "silent"
        if place == "silent" and known is None:
            return None
        words = typed(asked.text, asked.source.me)
        addressed = asked.direct or asked.mentioned or known is not None
        if not addressed and courtesy(words.own):
            # Among people it is rarely meant for the app.
            return None
        question = Question(
            key=asked.key,
            conversation=asked.conversation,
            ts=asked.ts,
            text=words.own,
            quoted=words.quoted,
            surface=self._policy.surface if place == "silent" else place,
            enterprise=asked.source.enterprise,
            files=asked.files,
            # What somebody else said is no word of a conversation with the one who passes it on.
            alone=words.borrowed,
            checking=words.borrowed,
            edited=asked.edited,
        )
        if known is not None:
            return await self._edit(question)
        return question if await self._take(question) else None

    async def take_private(self, asked: Commanded) -> Question | None:
        """Write down a question asked by command, or a message to be checked."""
        words = typed(asked.text)
        question = Question(
            key=asked.key,
            conversation=Conversation(asked.source.team, asked.channel, "", asked.person),
            ts="",
            text=f"{words.quoted}\n{words.own}".strip(),
            surface="reply",
            enterprise=asked.source.enterprise,
            alone=True,
            checking=asked.checking,
            reply_url=asked.reply_url,
        )
        return question if await self._take(question) else None

    async def press(self, click: Clicked, text: str) -> None:
        """Put what a button says to the app, in the thread it stands in, as if it was written."""
        direct = click.channel.startswith("D")
        surface = self._policy.asked_at(click.channel, direct=direct)
        question = Question(
            key=click.key,
            conversation=Conversation(click.source.team, click.channel, click.thread, click.person),
            ts=click.at,
            text=text,
            surface=surface,
            enterprise=click.source.enterprise,
        )
        if await self._take(question):
            self.start(question)

    async def ask_for(self, source: Source, person: str, text: str, lang: Lang) -> None:
        """Put an example to the app in a person's direct messages, as if they had asked it."""
        web = await self._answering.webs.web(source.enterprise, source.team)
        if web is None:
            return
        begun = await web.begin_direct(person, f"{texts.YOU_ASKED[lang]} {written(text)}")
        question = Question(
            key=message_key(source.team, begun.channel, begun.ts),
            conversation=Conversation(source.team, begun.channel, begun.ts, person),
            ts=begun.ts,
            text=text,
            enterprise=source.enterprise,
        )
        if await self._take(question):
            self.start(question)

    async def delete(self, deleted: Deleted) -> None:
        """Take the answer to a message that is gone back, and forget both."""
        before = await self._store.end(deleted.key, "deleted", _NOT_DELETED)
        if before is None:
            return
        await self._store.unsay(before.conversation, before.ts)
        self._nudge(deleted.key)
        if deleted.key not in self._runs:
            self._spawn(self._unsay(before))

    async def stop(self, stopped: Stopped) -> None:
        """Stop what a person asked in a thread, and whatever Slack stopped there itself."""
        here = await self._store.under_way(stopped.source.team, stopped.channel, stopped.thread)
        for question in here:
            theirs = question.conversation.person == stopped.person
            if theirs or set(question.posted) & set(stopped.streams):
                await self._stop(question)
        thread = Thread(stopped.source.team, stopped.channel, stopped.thread, stopped.person)
        self._spawn(self._rest(thread, stopped.source.enterprise))

    async def stop_one(self, key: str, person: str) -> None:
        """Stop one question, for the person who asked it only."""
        question = await self._store.question(key)
        if question is not None and question.conversation.person == person:
            await self._stop(question)

    def start(self, question: Question) -> None:
        """Answer a question that was taken, after all that its conversation waits for."""
        if question.surface == "thread":
            self._spawn(self._show_working(question))
        self._line_up(question.key, question)

    # What is done

    async def _take(self, question: Question) -> bool:
        self._arriving += 1
        try:
            return await self._store.take(question, self._owner, _HEAD_START_S)
        finally:
            self._arriving -= 1

    async def _calm(self) -> None:
        """Let what arrives be written down first: Slack waits for that, and not for long."""
        waited = 0.0
        while self._arriving and waited < _LONGEST_CALM_S:
            await asyncio.sleep(_CALM_STEP_S)
            waited += _CALM_STEP_S

    async def _edit(self, question: Question) -> Question | None:
        edited = await self._store.edit(question, self._owner, _HEAD_START_S)
        if edited is not None:
            self._nudge(question.key)
        return edited

    async def _stop(self, question: Question) -> None:
        await self._store.end(question.key, "stopped", ("waiting", "running"))
        self._nudge(question.key)

    def _nudge(self, key: str) -> None:
        if run := self._runs.get(key):
            run.look.set()

    def _line_up(self, key: str, question: Question) -> None:
        line = key if question.alone else question.conversation
        waiting = self._lines.get(line)
        if waiting is None:
            self._lines[line] = [(question.ts, key)]
            self._spawn(self._serve(line))
        elif all(key != other for _, other in waiting):
            insort(waiting, (question.ts, key))

    async def _serve(self, line: Conversation | str) -> None:
        waiting = self._lines[line]
        try:
            while waiting and not self._closing.is_set():
                _, key = waiting.pop(0)
                await self._work(key)
        finally:
            del self._lines[line]

    async def _work(self, key: str) -> None:
        async with self._answering.room:
            await self._calm()
            if self._closing.is_set():
                return
            try:
                question = await self._store.claim(key, self._owner, self._timing.lease)
            except StoreError as error:
                _log.warning("a question waits: the database failed (%s)", error)
                return
            if question is None:
                return
            run = self._runs[key] = Interrupted()
            if self._closing.is_set():
                run.interrupt("waiting")
            beat = asyncio.create_task(self._beat(question, run))
            try:
                await self._answer(question, run)
            finally:
                run.over = True
                run.look.set()
                await beat
                del self._runs[key]
            if self._closing.is_set():
                with suppress(StoreError):
                    await self._store.postpone(question, 0.0)

    async def _beat(self, question: Question, run: Interrupted) -> None:
        """Say that we still live, and hear whether the question is still ours."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.beat):
                    await run.look.wait()
            run.look.clear()
            if run.over:
                return
            try:
                state = await self._store.renew(question, self._timing.lease)
            except StoreError:
                continue
            if state != "running":
                run.interrupt(state)
                return

    async def _answer(self, question: Question, run: Interrupted) -> None:
        try:
            await self._answering.answer(question, run)
        except RefusedError as error:
            # Nobody can be told. Only the code is logged: it has nothing of the question.
            _log.warning("Slack refused an answer for good: %s", error.code)
            await self._end(question)
        except SlackDownError as error:
            await self._put_back(question, error)
        except StoreError as error:
            _log.warning("an answer broke off: the database failed (%s)", error)
        except Exception as error:  # noqa: BLE001 - one question must not stop the others
            unexpected(error)
            await self._end(question)

    async def _end(self, question: Question) -> None:
        try:
            await self._store.finish(question, "dead")
        except StoreError as error:
            _log.warning("the database failed (%s)", error)

    async def _put_back(self, question: Question, error: SlackDownError) -> None:
        if self._store.age(question) > GIVE_UP_S:
            _log.warning("gave up on an answer: Slack is down (%s)", error.code)
            await self._end(question)
            return
        pause = min(self._timing.first_pause * 2**question.tries, _LONGEST_PAUSE_S)
        _log.warning("an answer waits %.0f s: Slack is down (%s)", pause, error.code)
        try:
            await self._store.postpone(question, pause)
        except StoreError as failed:
            _log.warning("the database failed (%s)", failed)

    async def _sweep(self) -> None:
        since = _PURGE_S
        while not self._closing.is_set():
            try:
                for key in await self._store.due(_MOST_DUE):
                    question = await self._store.question(key)
                    if question is not None and key not in self._runs:
                        self._line_up(key, question)
                if since >= _PURGE_S:
                    await self._store.purge(self._answering.keep_hours)
                    since = 0.0
            except StoreError as error:
                _log.warning("the database failed (%s)", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.sweep):
                    await self._closing.wait()
            since += self._timing.sweep

    async def _show_working(self, question: Question) -> None:
        await self._calm()
        async with self._status_room:
            await self._answering.show_working(question, working=True)

    async def _rest(self, thread: Thread, enterprise: str) -> None:
        web = await self._answering.webs.web(enterprise, thread.team)
        if web is not None:
            await web.status(thread, "", working=False)

    async def _unsay(self, question: Question) -> None:
        place = question.conversation
        web = await self._answering.webs.web(question.enterprise, place.team)
        if web is None:
            return
        for ts in question.posted:
            # Refused: gone already. Down: it cannot be helped, the words are forgotten here.
            with suppress(RefusedError, SlackDownError):
                await web.delete(place.channel, ts)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            unexpected(error)
