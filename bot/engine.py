"""The only ways from the law to a person: ``answer``, ``search``, ``read`` and ``guard_draft``."""

import asyncio
import hashlib
import logging
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import bot.privacy  # noqa: F401 - before anything that could phone home
from bot.answer.cards import load_cards
from bot.answer.compose import Shelf
from bot.answer.documents import Beside, Screening
from bot.answer.material import Drafter
from bot.answer.official import no_quotes, quotes_from
from bot.answer.premises import load_premises
from bot.answer.prompts import load_prompts
from bot.answer.render import render
from bot.answer.replay import judge
from bot.answer.run import Draft, Parts, Retrieved, Run, Searcher, Trace
from bot.answer.witness import Auditor
from bot.audit import Hashes, Judged, Sink, Told
from bot.errors import (
    BadHistory,
    CorpusError,
    CorpusIndexError,
    EmptyQuestion,
    ModelError,
    QuestionTooLong,
    UnknownAuthority,
    UnreadableText,
)
from bot.guard import Gate, check_guard, decide, opening, read
from bot.guard.fingerprint import rules_hash
from bot.index.store import OpenIndex, open_index
from bot.retrieve.confidence import ABSTAIN
from bot.retrieve.lexicon import LEXICON_FILE, SUBJECTS_FILE
from bot.retrieve.retriever import make_retriever
from bot.settings import Settings
from bot.sources.digest import Digest, load_digest
from bot.sources.law_text import LawText, read_law
from bot.sources.library import Library, OfficialWords, open_library
from bot.text.citations import CitationIndex, find_citations, label
from bot.text.redact import redact, without_placeholders
from bot.types import (
    Authority,
    Dropped,
    Event,
    Hit,
    Lang,
    Passage,
    Turn,
    Verdict,
)

__all__ = [
    "Draft",
    "Engine",
    "GuardedDraft",
    "LawText",
    "OfficialWords",
    "Retrieved",
    "Trace",
    "open_engine",
    "render",
]

_log = logging.getLogger(__name__)

# Longer than any answer Habeas gives: a history that holds more was not made here.
_LONGEST_ANSWER = 40_000
# Share of control characters from which text is taken for a binary file.
_BINARY = 0.02


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
        self._parts = parts
        self._settings = settings
        self._index = index
        self._trouble = trouble
        self._library = library
        self._borrows = False
        self._auditor: Auditor | None = None
        self._see: Callable[[Event], None] | None = None

    @property
    def digest(self) -> Digest:
        """The digest answers are read from."""
        return self._parts.shelf.digest

    @property
    def trouble(self) -> str:
        """Why there is no search, for the operator; empty when all is well."""
        return self._trouble

    @property
    def has_model(self) -> bool:
        """Whether a chat model writes."""
        return self._parts.writer is not None

    @property
    def hashes(self) -> Hashes:
        """What answers are made from, by its hashes."""
        return _hashes(self._settings, self)

    @property
    def unaudited(self) -> int:
        """How many answers the audit sink would not take."""
        return self._auditor.failed if self._auditor else 0

    def audited(self, sink: Sink) -> "Engine":
        """Give an engine on the same parts that tells ``sink`` of every answer.

        The one it is made from owns the index: close that.
        """
        engine = Engine(self._parts, self._settings, None, self._trouble, self._library)
        engine._borrows = True
        engine._auditor = Auditor(self._parts, sink, _hashes(self._settings, self))
        engine._see = self._see
        return engine

    def watched(self, see: Callable[[Event], None]) -> "Engine":
        """Give an engine on the same parts that shows ``see`` every event before it is told.

        The one it is made from owns the index: close that.
        """
        engine = Engine(self._parts, self._settings, None, self._trouble, self._library)
        engine._borrows = True
        engine._auditor = self._auditor
        engine._see = see
        return engine

    def replay(self, told: Told) -> Judged:
        """Rule once more on what was written down of an answer."""
        return judge(self._parts, told)

    def answer(
        self, turns: Sequence[Turn], lang: Lang | None = None, *, trace: Trace | None = None
    ) -> AsyncIterator[Event]:
        """Answer the last turn of a conversation.

        Args:
            turns: the conversation, oldest first; the last is the person's.
            lang: the language to answer in, where the person chose one.
            trace: sees drafts and what was dropped; for evaluation, never for a channel.

        Raises:
            BadInput: at the call, before any event, when the turns cannot be answered.
        """
        self._check(turns)
        events = (
            self._auditor.answer(turns, lang, trace)
            if self._auditor is not None
            else Run(self._parts, turns, lang, trace).events()
        )
        return events if self._see is None else _seen(events, self._see)

    async def search(
        self, query: str, lang: Lang | None = None, k: int | None = None
    ) -> tuple[Hit, ...]:
        """Find passages of all layers, best first; of documents only what may be shown.

        Raises:
            BadInput: the query is empty, too long or unreadable.
            CorpusIndexError: there is no index, or it failed.
        """
        self._check_text(query)
        searcher = self._parts.searcher
        if searcher is None:
            raise CorpusIndexError(self._trouble)
        # The embedding model may be somebody else's.
        sent = without_placeholders(redact([query]).texts[0])
        most = k or self._settings.top_k
        ruled = self._parts.law_in(_opening_of((Turn("user", query),), lang))
        law = await asyncio.to_thread(searcher.search, sent, lang, most, (), ruled=ruled)
        found = list(law)
        for hit in await asyncio.to_thread(self._beside, query, sent, lang, most):
            # The order of the digest stands, whatever its scores.
            better = (n for n, one in enumerate(found) if one.score < hit.score)
            found.insert(next(better, len(found)), hit)
        return tuple(found[:most])

    def _beside(self, query: str, sent: str, lang: Lang | None, most: int) -> tuple[Hit, ...]:
        """Find official text and what documents say, the latter as far as it may be shown."""
        beside = self._parts.beside
        if beside is None:
            return ()
        reading = read((Turn("user", query),), lang)
        screening = Screening(reading, decide(reading), self._parts.named, self._parts.mode)
        said = (
            hit
            for hit in beside.beside("user", sent, lang, most, ())
            if screening.quotable(hit.passage)
        )
        return (*beside.beside("official", sent, lang, most, ()), *said)

    def read(self, authority: Authority) -> LawText:
        """Give what the digest says on an authority, and the law's own words where installed.

        Raises:
            UnknownAuthority: neither has anything on it; says what is near.
        """
        return read_law(self.digest, self._library, authority)

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
        if self._index is not None:
            self._index.close()
        if self._library is not None and not self._borrows:
            self._library.close()

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
    digest = load_digest(settings.corpus_dir)
    check_guard(digest.known)
    cited = CitationIndex.of(digest.sections)
    index, trouble = _open_index(settings, digest)
    library = _open_library(settings)
    searcher: Searcher | None = None
    beside: Beside | None = None
    if index is not None:
        searcher = beside = make_retriever(settings, digest, index)
    parts = Parts(
        shelf=Shelf.of(digest, label, quotes_from(library) if library else no_quotes),
        cards=load_cards(settings.corpus_dir),
        citations=lambda text: find_citations(text, cited),
        searcher=searcher,
        writer=_open_writer(settings),
        mode=settings.guard_mode,
        top_k=settings.top_k,
        sure=ABSTAIN,
        beside=beside,
        premises=load_premises(settings.corpus_dir, digest.known),
    )
    return Engine(parts, settings, index, trouble, library)


async def _seen(
    events: AsyncGenerator[Event, None], see: Callable[[Event], None]
) -> AsyncGenerator[Event, None]:
    async with aclosing(events):
        async for event in events:
            see(event)
            yield event


def _hashes(settings: Settings, engine: Engine) -> Hashes:
    lexicon = hashlib.sha256()
    for name in (LEXICON_FILE, SUBJECTS_FILE):
        file = settings.corpus_dir / name
        lexicon.update(file.read_bytes() if file.exists() else b"")
    return Hashes(
        rules=rules_hash(),
        corpus=engine.digest.hash,
        prompts=load_prompts(settings.prompts_dir).hash if engine.has_model else "",
        lexicon=lexicon.hexdigest(),
    )


def _open_index(settings: Settings, digest: Digest) -> tuple[OpenIndex | None, str]:
    try:
        return open_index(settings, corpus=digest.hash), ""
    except CorpusIndexError as error:
        _log.warning("no search: %s", error)
        return None, str(error)


def _open_library(settings: Settings) -> Library | None:
    try:
        return open_library(settings)
    except CorpusError as error:
        _log.warning("no official text: %s", error)
        return None


def _open_writer(settings: Settings) -> Drafter | None:
    if not settings.has_model:
        return None
    # A second or two that an answer without a model need not pay.
    from bot.answer.chain import Writer  # noqa: PLC0415
    from bot.answer.models import open_model  # noqa: PLC0415
    from bot.answer.thrift import Thrifty, day_of, limits_of  # noqa: PLC0415

    try:
        model = open_model(settings)
    except ModelError as error:
        _log.warning("no model: %s", error)
        return None
    if model is None:
        return None
    prompts = load_prompts(settings.prompts_dir)
    most = settings.model_max_tokens
    return Thrifty(
        Writer(model, prompts, timeout_s=settings.model_timeout_s, max_tokens=most),
        limits_of(settings),
        day_of(settings),
        made_with=f"{prompts.hash} {settings.model} {settings.openai_base_url} {most}",
        most_kept=settings.model_cache,
    )
