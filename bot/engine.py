"""The only ways from the law to a person: ``answer``, ``search``, ``read`` and ``guard_draft``."""

import asyncio
import logging
import threading
import time
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from copy import copy
from dataclasses import dataclass, replace

import bot.privacy  # noqa: F401 - before anything that could phone home
from bot.answer.documents import Screening
from bot.answer.render import render
from bot.answer.replay import judge
from bot.answer.run import Asked, Draft, Parts, Retrieved, Run, Trace
from bot.answer.witness import Auditor
from bot.audit import Hashes, Judged, Sink, Told
from bot.errors import (
    BadHistory,
    CorpusIndexError,
    EmptyQuestion,
    HabeasError,
    QuestionTooLong,
    UnknownAuthority,
    UnreadableText,
)
from bot.guard import Gate, decide, opening, read
from bot.index.store import OpenIndex
from bot.live import Live
from bot.opened import Opened, installed_marks, open_all
from bot.settings import Settings
from bot.sources.attachments import Attachment, check_attached, read_attachment
from bot.sources.digest import Digest
from bot.sources.law_text import LawText, read_law
from bot.sources.library import Library, OfficialWords
from bot.text.redact import redact, without_placeholders
from bot.types import (
    Authority,
    Bilingual,
    Dropped,
    Event,
    Hit,
    Lang,
    Passage,
    Turn,
    Verdict,
)

__all__ = [
    "Attachment",
    "Draft",
    "Engine",
    "GuardedDraft",
    "LawText",
    "OfficialWords",
    "Retrieved",
    "Trace",
    "open_engine",
    "read_attachment",
    "render",
]

_log = logging.getLogger(__name__)

# Longer than any answer Habeas gives: a history that holds more was not made here.
_LONGEST_ANSWER = 40_000
# Share of control characters from which text is taken for a binary file.
_BINARY = 0.02
_LOOK_EVERY_S = 2.0
# A disk that was full may have room by then.
_TRY_AGAIN_S = 60.0


@dataclass(frozen=True)
class GuardedDraft:
    """A draft by somebody else, after the guard.

    ``kept`` are its sentences, unchanged and in order; ``text`` is the opening, a blank line and
    what was kept.
    """

    verdict: Verdict | None
    opening: str
    kept: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    text: str


class Engine:
    """Answers questions; one serves all channels and any number of questions at once.

    Open one with ``open_engine``; close it when done.
    """

    def __init__(
        self,
        parts: Parts,
        settings: Settings,
        index: OpenIndex | None,
        trouble: str,
        library: Library | None = None,
    ) -> None:
        self._live = Live(Opened(parts, settings, index, trouble, library), Opened.close)
        self._settings = settings
        self._refused: tuple[str, ...] = ()
        self._refused_until = 0.0
        self._borrows = False
        self._auditor: Auditor | None = None
        self._see: Callable[[Event], None] | None = None

    @classmethod
    def of(cls, opened: Opened) -> "Engine":
        """Make one of all that was opened."""
        engine = cls(opened.parts, opened.settings, opened.index, opened.trouble, opened.library)
        engine._live = Live(opened, Opened.close)
        return engine

    @property
    def digest(self) -> Digest:
        """The digest answers are read from."""
        return self._parts.shelf.digest

    @property
    def trouble(self) -> str:
        """Why there is no search, for the operator; empty when all is well."""
        return self._live.now.trouble

    @property
    def has_model(self) -> bool:
        """Whether a chat model writes."""
        return self._parts.writer is not None

    @property
    def hashes(self) -> Hashes:
        """What answers are made from, by its hashes."""
        return self._live.now.hashes

    @property
    def unaudited(self) -> int:
        """How many answers the audit sink would not take."""
        return self._auditor.failed if self._auditor else 0

    @property
    def _parts(self) -> Parts:
        return self._live.now.parts

    @property
    def _index(self) -> OpenIndex | None:
        return self._live.now.index

    def audited(self, sink: Sink) -> "Engine":
        """Give an engine on the same parts that tells ``sink`` of every answer.

        The one it is made from owns the index: close that.
        """
        return self._borrowing(_auditor=Auditor(sink))

    def watched(self, see: Callable[[Event], None]) -> "Engine":
        """Give an engine on the same parts that shows ``see`` every event before it is told.

        The one it is made from owns the index: close that.
        """
        return self._borrowing(_see=see)

    def _borrowing(self, **changed: object) -> "Engine":
        engine = copy(self)
        vars(engine).update(changed, _borrows=True)
        return engine

    def refresh(self) -> bool:
        """Take up what was built or fetched since it was opened; say whether there was anything.

        Questions that are being answered are answered to the end from what they began with. What
        cannot be opened is left, with a warning in the log, and what serves goes on.
        """
        now = self._live.now
        marks = installed_marks(self._settings)
        tired = time.monotonic() < self._refused_until
        if marks == now.marks or (marks == self._refused and tired):
            return False
        try:
            opened = open_all(self._settings, now)
        except HabeasError as error:
            _log.warning("what is new cannot be opened, what was serves on: %s", error)
            return self._refuse(marks)
        if opened.trouble and not now.trouble:
            _log.warning("the new index cannot be opened, the old one serves on")
            opened.close()
            return self._refuse(marks)
        self._live.replace(opened)
        return True

    def _refuse(self, marks: tuple[str, ...]) -> bool:
        self._refused, self._refused_until = marks, time.monotonic() + _TRY_AGAIN_S
        return False

    @contextmanager
    def following(self, every_s: float = _LOOK_EVERY_S) -> Iterator[None]:
        """Take up what is built or fetched, while this lasts, some seconds after it is there."""
        over = threading.Event()

        def follow() -> None:
            while not over.wait(every_s):
                self.refresh()

        thread = threading.Thread(target=follow, name="habeas-follow", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def replay(self, told: Told) -> Judged:
        """Rule once more on what was written down of an answer."""
        return judge(self._parts, told)

    def answer(
        self,
        turns: Sequence[Turn],
        lang: Lang | None = None,
        *,
        attached: Sequence[Attachment] = (),
        trace: Trace | None = None,
    ) -> AsyncIterator[Event]:
        """Answer the last turn of a conversation.

        Args:
            turns: the conversation, oldest first; the last is the person's.
            lang: the language to answer in, where the person chose one.
            attached: documents of this conversation, quoted after the law and then forgotten.
            trace: sees drafts and what was dropped; for evaluation, never for a channel.

        Raises:
            BadInput: at the call, before any event, when the turns cannot be answered.
        """
        self._check(turns)
        check_attached(attached)
        events = self._answered(Asked(tuple(turns), lang, tuple(attached)), trace)
        return events if self._see is None else _seen(events, self._see)

    async def _answered(self, asked: Asked, trace: Trace | None) -> AsyncGenerator[Event, None]:
        with self._live.lease() as now:
            events = (
                self._auditor.answer(now.parts, now.hashes, asked, trace)
                if self._auditor is not None
                else Run(now.parts, asked, trace).events()
            )
            async with aclosing(events):
                async for event in events:
                    yield event

    async def search(
        self, query: str, lang: Lang | None = None, k: int | None = None
    ) -> tuple[Hit, ...]:
        """Find passages of all layers, best first; of documents only what may be shown.

        Raises:
            BadInput: the query is empty, too long or unreadable.
            CorpusIndexError: there is no index, or it failed.
        """
        self._check_text(query)
        with self._live.lease() as now:
            return await self._found(now, query, lang, k or self._settings.top_k)

    async def _found(
        self, now: Opened, query: str, lang: Lang | None, most: int
    ) -> tuple[Hit, ...]:
        searcher = now.parts.searcher
        if searcher is None:
            raise CorpusIndexError(now.trouble)
        # The embedding model may be somebody else's.
        sent = without_placeholders(redact([query]).texts[0])
        ruled = now.parts.law_in(_opening_of((Turn("user", query),), lang))
        law = await asyncio.to_thread(searcher.search, sent, lang, most, (), ruled=ruled)
        found = list(law)
        for hit in await asyncio.to_thread(_beside, now.parts, query, sent, lang, most):
            # The order of the digest stands, whatever its scores.
            better = (n for n, one in enumerate(found) if one.score < hit.score)
            found.insert(next(better, len(found)), hit)
        return tuple(found[:most])

    def read(self, authority: Authority) -> LawText:
        """Give what the digest says on an authority, and the law's own words where installed.

        Raises:
            UnknownAuthority: neither has anything on it; says what is near.
        """
        with self._live.lease() as now:
            return read_law(now.parts.shelf.digest, now.library, authority)

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """Give the digest's passages with these ids, or on these authority paths.

        Raises:
            UnknownAuthority: an id is malformed or names nothing.
        """
        found: list[Passage] = []
        for name in ids:
            path, _, _ = name.partition("@")
            under = self._parts.shelf.under(Authority(path))
            exact = tuple(one for one in under if one.id == name) if "@" in name else under
            if not exact:
                raise UnknownAuthority(f"{name!r} is not in the corpus")
            found += exact
        return tuple(found)

    def guard_draft(
        self,
        question: str,
        history: Sequence[Turn],
        draft: str,
        lang: Lang | None = None,
        passages: Sequence[Passage] | None = None,
    ) -> GuardedDraft:
        """Put a draft written elsewhere through the guard.

        Args:
            question: what the person asked last.
            history: the conversation before it.
            draft: the answer to guard.
            lang: the language to answer in, where the person chose one.
            passages: what the draft may cite, as ``p1``, ``p2`` …; None to check only that what
                it cites exists.

        Raises:
            BadInput: question, history or draft cannot be read.
        """
        turns = (*history, Turn("user", question))
        self._check(turns)
        reading = read(turns, lang)
        verdict = decide(reading)
        first = opening(reading, verdict)
        given = None if passages is None else {f"p{n}": p for n, p in enumerate(passages, 1)}
        gate = Gate(reading, verdict, self._parts.named, given, self._parts.mode)
        results = (*gate.feed(draft), *gate.close())
        dropped = tuple(one for one in results if isinstance(one, Dropped))
        kept = tuple(one.text for one in results if not isinstance(one, Dropped))
        text = "\n\n".join(part for part in (first, " ".join(kept)) if part)
        return GuardedDraft(verdict, first, kept, dropped, text)

    def close(self) -> None:
        """Let go of the index; more than once does no harm."""
        if not self._borrows:
            self._live.close()

    def _check(self, turns: Sequence[Turn]) -> None:
        if not turns:
            raise EmptyQuestion
        if len(turns) > self._settings.max_turns:
            raise BadHistory(
                f"the conversation has {len(turns)} turns, the most is {self._settings.max_turns}; "
                "start a new one"
            )
        if turns[-1].role != "user":
            raise BadHistory("the last turn must be the person's question")
        for turn in turns:
            if turn.role not in ("user", "assistant") or not isinstance(turn.content, str):
                raise BadHistory("a turn is a text by `user` or `assistant`")
            if turn.role == "assistant" and len(turn.content) > _LONGEST_ANSWER:
                raise BadHistory("an earlier answer is longer than any that is given here")
            if turn.role == "user":
                self._check_readable(turn.content)
        self._check_text(turns[-1].content)

    def _check_text(self, text: str) -> None:
        self._check_readable(text)
        if not any(char.isalnum() for char in text):
            raise EmptyQuestion

    def _check_readable(self, text: str) -> None:
        most = self._settings.max_question_chars
        longer = self._settings.max_notice_chars
        if most < len(text) <= longer and self._parts.notices.find(text):
            most = longer
        if len(text) > most:
            raise QuestionTooLong(
                f"the text has {len(text)} characters, the most is {most}; "
                "shorten it, or ask in parts"
            )
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise UnreadableText("the text is binary or broken; send plain UTF-8 text")
        odd = sum(
            char == "�" or (unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\v")
            for char in text
        )
        if odd > _BINARY * len(text):
            raise UnreadableText("the text is binary or broken; send plain UTF-8 text")


def _beside(parts: Parts, query: str, sent: str, lang: Lang | None, most: int) -> tuple[Hit, ...]:
    """Find official text and what documents say, the latter as far as it may be shown."""
    if parts.beside is None:
        return ()
    reading = read((Turn("user", query),), lang)
    screening = Screening(reading, decide(reading), parts.named, parts.mode)
    said = (
        replace(hit, passage=replace(hit.passage, text=Bilingual(shown.text, shown.text)))
        for hit in parts.beside.beside("user", sent, lang, most, ())
        if (shown := screening.quotation(hit.passage.text.en))
    )
    return (*parts.beside.beside("official", sent, lang, most, ()), *said)


def _opening_of(turns: Sequence[Turn], lang: Lang | None) -> str:
    reading = read(turns, lang)
    return opening(reading, decide(reading))


def open_engine(settings: Settings) -> Engine:
    """Open everything an answer needs; builds and downloads nothing.

    A missing or stale index does not stop it: rulings come from the digest, and answers say that
    the search is down. A model that cannot be opened is left out, with a warning in the log.

    Raises:
        CorpusError: the digest, a card or a prompt is wrong.
        RuleError: the rules contradict themselves or the corpus.
        SettingsError: a setting cannot be used.
    """
    return Engine.of(open_all(settings))


async def _seen(
    events: AsyncGenerator[Event, None], see: Callable[[Event], None]
) -> AsyncGenerator[Event, None]:
    async with aclosing(events):
        async for event in events:
            see(event)
            yield event
