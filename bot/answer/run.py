"""One question, from its turns to the events of its answer."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Literal, Protocol

from bot.answer.cards import Cards
from bot.answer.compose import Shelf
from bot.answer.documents import Beside, Screening, document_notes
from bot.answer.material import NOTHING_FITS, Drafter, Material, Numbered, number
from bot.answer.may import may_search, may_write
from bot.answer.notices import NO_NOTICES, Notices
from bot.answer.official import oldest_text
from bot.answer.premises import NO_PREMISES, Premise, Premises
from bot.answer.render import all_citations, join
from bot.answer.support import Flaw, flaw
from bot.answer.wording import (
    HIGHEST_TITLE,
    NAMED,
    NEEDED,
    NO_SUCH_TITLE,
    NOTES,
    NTH_QUESTION,
    OLD_TEXT,
    UNANSWERED,
    UNSUPPORTED,
    beyond,
    say,
)
from bot.errors import BudgetSpent, ModelError
from bot.guard import Gate, Kept, Reading, answer_kind, decide, opening, read
from bot.guard.gate import Cited
from bot.retrieve.attached import find_attached
from bot.sources.attachments import Attachment, attached_passages
from bot.text.citations import FoundCitation
from bot.text.redact import Redaction, redact, without_placeholders
from bot.text.several import Several, several
from bot.types import (
    Authority,
    Bilingual,
    Citation,
    Done,
    Dropped,
    Event,
    Flag,
    Hit,
    Lang,
    LawStatement,
    Note,
    NoteCode,
    Opening,
    Outcome,
    Passage,
    Reply,
    ReplyStatus,
    Sentence,
    Sources,
    Turn,
    Understood,
    Verdict,
)

_log = logging.getLogger(__name__)

_OPENINGS = 256
_MOST_PASSAGES = 8
_MOST_ABOVE_PROSE = 2
_MOST_EARLIER = 6
_MOST_EARLIER_CHARS = 2000
# What a model adds out of politeness is dropped without a word; what it gets wrong is told.
_POLITE: frozenset[Flaw] = frozenset({"no_passage"})


def _today() -> date:
    return datetime.now(UTC).date()


class Searcher(Protocol):
    """What is needed of retrieval."""

    def search(
        self,
        query: str,
        lang: Lang | None,
        k: int,
        history: Sequence[str],
        *,
        ruled: Sequence[Authority] = (),
    ) -> tuple[Hit, ...]:
        """Find passages, best first; ``ruled`` is the law the rules say the question turns on."""

    def confidence(self, hits: Sequence[Hit]) -> float:
        """Say how likely it is that they answer, from 0 to 1."""


@dataclass(frozen=True)
class Retrieved:
    """What the search found, and the law the rules told it of, for the trace."""

    hits: tuple[Hit, ...]
    confidence: float
    ruled: tuple[Authority, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A model's raw draft, what the guard left out of it, and the ids of what it was given."""

    text: str
    finished: bool
    dropped: tuple[Dropped, ...]
    given: tuple[str, ...] = ()


Trace = Callable[[Retrieved | Draft], None]
"""Sees what no person may see; the eval runner passes one, channels never do."""


@dataclass(frozen=True)
class Parts:
    """What an answer is made from; one set serves all questions.

    ``searcher`` is None where there is no index, ``writer`` where there is no model;
    ``sure`` is the confidence under which nothing found is shown, ``today`` tells the day.
    """

    shelf: Shelf
    cards: Cards
    citations: Callable[[str], Sequence[FoundCitation]]
    searcher: Searcher | None
    writer: Drafter | None
    mode: Literal["standard", "strict"]
    top_k: int
    sure: float
    today: Callable[[], date] = _today
    beside: Beside | None = None
    """The search of documents and official text, where there are any."""
    premises: Premises = NO_PREMISES
    notices: Notices = NO_NOTICES

    def named(self, text: str) -> tuple[Cited, ...]:
        """Give the citations of a text, for the gate."""
        return tuple(Cited(one.authority, one.known) for one in self.citations(text))

    def law_in(self, text: str) -> tuple[Authority, ...]:
        """Give the law a text of our own rests on, in order: what it cites and the corpus has.

        It is kept for each text: never ask it of a person's words.
        """
        return self._law_of(text)

    @cached_property
    def _law_of(self) -> Callable[[str], tuple[Authority, ...]]:
        @lru_cache(maxsize=_OPENINGS)
        def law_of(text: str) -> tuple[Authority, ...]:
            return tuple(dict.fromkeys(one.authority for one in self.citations(text) if one.known))

        return law_of

    def known(self, authority: Authority) -> bool:
        """Whether an authority is in the corpus."""
        return authority.path in self.shelf.digest.known


@dataclass(frozen=True)
class Asked:
    """A conversation whose last turn is to be answered.

    ``lang`` is the language the person chose, ``attached`` the documents that belong to it.
    """

    turns: tuple[Turn, ...]
    lang: Lang | None = None
    attached: tuple[Attachment, ...] = ()


class Run:
    """Answers one question; use once."""

    def __init__(self, parts: Parts, asked: Asked, trace: Trace | None) -> None:
        self._parts = parts
        # What a pasted paper alleges is nobody's own word: it is read apart.
        self._notice = parts.notices.find(asked.turns[-1].content)
        self._turns = parts.notices.without(asked.turns)
        self._asked_lang = asked.lang
        self._attached = asked.attached
        self._trace = trace or (lambda _: None)
        self._started = time.perf_counter()
        self._shown: list[Event] = []
        self._passages: list[Passage] = []
        self._dropped: list[Dropped] = []
        self._flaws: set[Flaw] = set()
        self._documents: tuple[Note, ...] = ()
        self._down: set[Literal["search", "model"]] = set()
        self._over_budget = False
        self._reading: Reading
        self._verdict: Verdict | None
        self._private: Redaction
        self._cited: tuple[FoundCitation, ...]
        self._premises: tuple[Premise, ...] = ()
        self._opening = ""
        self._answers: dict[str, list[int]] = {}
        """Which of several questions a passage answers, by its id."""
        self._unanswered: list[int] = []

    async def events(self) -> AsyncGenerator[Event, None]:
        """Stream the answer. Closing the stream stops everything that still runs for it."""
        first = await asyncio.to_thread(self._read)
        for event in self._parts.cards.above(self._reading, first):
            yield self._show(event)
        if self._notice:
            yield self._show(self._notice.card(self._reading.lang))
        for statement in self._corrections():
            yield self._show(statement)
        hits = await self._search() if may_search(self._reading) else ()
        if may_search(self._reading):
            self._documents = await asyncio.to_thread(self._said_by_documents)
        # Statements must be chosen off the loop too: they are compared with each other.
        chosen = await asyncio.to_thread(self._choose, hits)
        async with aclosing(self._law(chosen, hits)) as law:
            async for event in law:
                yield self._show(event)
        yield self._show(Sources(self._citations()))
        for note in self._notes():
            yield self._show(note)
        yield Done(self._reply())

    def _choose(self, hits: tuple[Hit, ...]) -> tuple[Passage, ...]:
        """Choose what to show; of several questions the best statement on each."""
        if not self._answers:
            return self._parts.shelf.choose(self._verdict, hits)
        asked = tuple(hit.passage for hit in hits)
        ruled = self._parts.shelf.choose(self._verdict, (), _MOST_ABOVE_PROSE)
        return (*(one for one in ruled if one.id not in self._answers), *asked)

    def _show(self, event: Event) -> Event:
        self._shown.append(event)
        return event

    def _read(self) -> tuple[Event, ...]:
        self._reading = read(self._turns, self._asked_lang)
        self._verdict = decide(self._reading)
        self._private = redact([turn.content for turn in self._turns if turn.role == "user"])
        self._cited = tuple(self._parts.citations(self._turns[-1].content))
        events: list[Event] = []
        self._opening = opening(self._reading, self._verdict)
        if self._verdict and self._opening:
            events.append(Opening(self._opening, self._verdict))
        if self._reading.facts:
            events.append(Understood(self._reading.facts))
        return tuple(events)

    def _corrections(self) -> Iterator[LawStatement]:
        """Say what is right where the question takes something for the law that is not."""
        if may_search(self._reading) and self._reading.tongue is None:
            outcome = self._verdict.outcome if self._verdict else None
            self._premises = self._parts.premises.of(self._turns[-1].content, outcome)
        for premise in self._premises:
            yield from self._parts.shelf.stating(
                premise.correction, premise.law[0], self._reading.lang
            )

    async def _search(self) -> tuple[Hit, ...]:
        searcher = self._parts.searcher
        if searcher is None:
            return self._without_search()
        *earlier, query = (without_placeholders(text) for text in self._private.texts)
        if not query:
            return ()
        if self._notice:
            query = f"{query} {say(self._notice.kind.what, self._reading.lang)}"
        lang = None if self._reading.lang == "en+es" else self._reading.lang
        top = self._parts.top_k
        try:
            ruled = self._parts.law_in(self._opening)
            ruled += self._notice.kind.law if self._notice else ()
            if apart := several(query):
                return await asyncio.to_thread(self._search_each, searcher, apart)
            hits = await asyncio.to_thread(searcher.search, query, lang, top, earlier, ruled=ruled)
            confidence = searcher.confidence(hits)
        except Exception as error:  # noqa: BLE001 - an answer without search beats none
            _log.warning("search failed: %s", type(error).__name__)
            return self._without_search()
        self._trace(Retrieved(hits, confidence, ruled))
        return hits if confidence >= self._parts.sure else ()

    def _search_each(self, searcher: Searcher, apart: Several) -> tuple[Hit, ...]:
        """Find the best passage on each of several questions, in their order."""
        lang = None if self._reading.lang == "en+es" else self._reading.lang
        best: dict[str, Hit] = {}
        for place, question in enumerate(apart.questions, 1):
            # What the message tells besides stands before each, as an earlier turn would.
            hits = searcher.search(question, lang, self._parts.top_k, (apart.told,))
            self._trace(Retrieved(hits, confidence := searcher.confidence(hits)))
            ours = [hit for hit in hits if hit.passage.layer == "digest"]
            if confidence < self._parts.sure or not ours:
                self._unanswered.append(place)
                continue
            best.setdefault(ours[0].passage.id, ours[0])
            self._answers.setdefault(ours[0].passage.id, []).append(place)
        return tuple(best.values())

    def _said_by_documents(self) -> tuple[Note, ...]:
        """Give what documents say: apart from all else, so that nothing else can hang on it."""
        *earlier, query = (without_placeholders(text) for text in self._private.texts)
        parts, lang = self._parts, self._reading.lang
        if not query or lang == "en+es" or not (self._attached or parts.beside):
            return ()
        screening = Screening(self._reading, self._verdict, parts.named, parts.mode)
        try:
            hits = list(
                find_attached(attached_passages(self._attached), query, parts.top_k, earlier)
            )
            if parts.beside:
                hits += parts.beside.beside("user", query, lang, parts.top_k, earlier)
            return tuple(document_notes(hits, screening))
        except Exception as error:  # noqa: BLE001 - the law is told whatever becomes of documents
            _log.warning("search of documents failed: %s", type(error).__name__)
            return ()

    def _without_search(self) -> tuple[Hit, ...]:
        """Give what the question cites by name: that needs no search."""
        self._down.add("search")
        shelf = self._parts.shelf
        named = (
            passage for one in self._cited if one.known for passage in shelf.under(one.authority)
        )
        return tuple(Hit(passage, 1.0, ("citation",)) for passage in named)

    async def _law(
        self, chosen: tuple[Passage, ...], hits: tuple[Hit, ...]
    ) -> AsyncGenerator[Event, None]:
        writer = self._parts.writer
        lang = self._reading.lang
        if (
            writer is None
            or lang == "en+es"
            or not may_write(self._reading)
            or not (chosen or hits)
        ):
            for passage in chosen:
                yield self._state(passage)
            return
        given = self._number(chosen, hits)
        if self._parts.mode == "strict" and self._reading.on_topic:
            for passage in await self._picked(writer, given, lang) or chosen:
                yield self._state(passage)
            return
        above = chosen[:_MOST_ABOVE_PROSE] if self._verdict else ()
        for passage in above:
            yield self._state(passage)
        spoke = False
        async with aclosing(self._prose(writer, given, lang)) as prose:
            async for sentence in prose:
                spoke = True
                yield sentence
        # What the model left unsaid, the law says: after its sentences, for those are out already.
        if "model" in self._down or not spoke:
            for passage in chosen[len(above) :]:
                yield self._state(passage)

    def _state(self, passage: Passage) -> LawStatement:
        self._passages.append(passage)
        statement = self._parts.shelf.statement(passage, self._reading.lang)
        if numbers := self._answers.get(passage.id):
            which = say(NTH_QUESTION, self._reading.lang, " / ").format(
                ", ".join(map(str, numbers))
            )
            return replace(statement, text=f"{which} {statement.text}")
        return statement

    def _number(self, chosen: Sequence[Passage], hits: Sequence[Hit]) -> tuple[Numbered, ...]:
        every = {one.id: one for one in (*chosen, *(hit.passage for hit in hits))}
        shelf = self._parts.shelf
        passages = tuple(map(shelf.with_official, tuple(every.values())[:_MOST_PASSAGES]))
        lang = self._reading.lang
        return number(passages, [shelf.name(one.authority, lang) for one in passages])

    def _material(self, given: tuple[Numbered, ...], lang: Lang) -> Material:
        *earlier, question = self._private.texts
        before = tuple(text[:_MOST_EARLIER_CHARS] for text in earlier[-_MOST_EARLIER:])
        return Material(question, before, join(self._shown), given, lang, self._private.texts)

    async def _picked(
        self, writer: Drafter, given: tuple[Numbered, ...], lang: Lang
    ) -> tuple[Passage, ...]:
        try:
            return await writer.pick(self._material(given, lang), 5)
        except ModelError as error:
            self._model_failed(error)
            return ()

    async def _prose(
        self, writer: Drafter, given: tuple[Numbered, ...], lang: Lang
    ) -> AsyncGenerator[Sentence, None]:
        by_mark = {one.mark: one.passage for one in given}
        parts = self._parts
        gate = Gate(self._reading, self._verdict, parts.named, by_mark, parts.mode)
        draft: list[str] = []
        finished = False
        try:
            async with aclosing(writer.draft(self._material(given, lang))) as pieces:
                async for piece in pieces:
                    draft.append(piece)
                    for sentence in self._released(gate.feed(piece), by_mark, lang):
                        yield sentence
            # Only now is the last sentence known to be whole.
            for sentence in self._released(gate.close(), by_mark, lang):
                yield sentence
            finished = True
        except ModelError as error:
            self._model_failed(error)
        finally:
            ids = tuple(one.passage.id for one in given)
            self._trace(Draft("".join(draft), finished, tuple(self._dropped), ids))

    def _released(
        self,
        results: Sequence[Kept | Dropped],
        given: dict[str, Passage],
        lang: Lang,
    ) -> Iterator[Sentence]:
        for result in results:
            if isinstance(result, Dropped):
                self._dropped.append(result)
                continue
            cited = [given[mark] for mark in result.passage_ids if mark in given]
            wrong = flaw(result.text, cited, lang)
            if wrong or len(cited) < len(result.passage_ids):
                self._dropped.append(Dropped(result.text, "uncited"))
                self._flaws.add(wrong or "link")
                continue
            self._passages.extend(cited)
            citations = tuple(self._parts.shelf.citation(one, lang) for one in cited)
            yield Sentence(self._private.restore(result.text), citations)

    def _model_failed(self, error: ModelError) -> None:
        _log.warning("model failed: %s", error)
        self._down.add("model")
        self._over_budget = isinstance(error, BudgetSpent)

    def _citations(self) -> tuple[Citation, ...]:
        """Give all citations in order of first use: the opening rests on the verdict's own."""
        lang = self._reading.lang
        ruled = self._verdict.authorities if self._verdict else ()
        ruled += tuple(law for premise in self._premises for law in premise.law)
        ruled += self._notice.kind.law if self._notice else ()
        found = [cited for one in ruled if (cited := self._parts.shelf.cite(one, lang))]
        by_id: dict[tuple[Authority, str], Citation] = {}
        for citation in (*found, *all_citations(self._shown)):
            by_id.setdefault((citation.id, citation.says), citation)
        return tuple(by_id.values())

    def _notes(self) -> Iterator[Note]:
        yield from self._draft_notes()
        if "model" in self._down:
            yield self._note("budget" if self._over_budget else "model_down")
        if "search" in self._down:
            yield self._note("search_down")
        if not self._shown_law() and may_search(self._reading) and "search" not in self._down:
            yield self._note("abstained", more=self._parts.cards.help_line(self._reading.lang))
        elif self._unanswered:
            yield self._note("abstained", _numbered(UNANSWERED, self._unanswered))
        if self._reading.out_of_scope:
            yield self._note("out_of_scope")
        flags = self._flags()
        if "contested" in flags:
            yield self._note("contested")
        if self._reading.needs:
            yield self._note("needs_fact", NEEDED[self._reading.needs])
        yield from self._age_notes()
        if strange := [one.authority for one in self._cited if not one.known]:
            yield self._note("unknown_citation", more=self._strange(strange))
        if self._reading.lang == "en+es" or self._reading.tongue:
            yield self._note("language")
        yield from self._documents
        yield self._note("not_advice")

    def _strange(self, cited: Sequence[Authority]) -> str:
        """Name provisions the corpus does not have; titles no code has are said not to exist."""
        lang = self._reading.lang
        # A case has names in it, which are the person's words: not for us to repeat.
        coded = [one for one in cited if one.kind in HIGHEST_TITLE]
        told = [self._parts.shelf.name(one, lang) for one in dict.fromkeys(coded)]
        said = [f"{say(NAMED, lang, ' / ')} {'; '.join(told[:5])}."] if told else []
        if any(beyond(one) for one in coded):
            said.append(say(NO_SUCH_TITLE, lang))
        return " ".join(said)

    def _age_notes(self) -> Iterator[Note]:
        if self._repealed():
            yield self._note("outdated")
        if as_of := self._old_text():
            old = Bilingual(*(text.format(as_of=as_of) for text in (OLD_TEXT.en, OLD_TEXT.es)))
            yield self._note("outdated", old)

    def _draft_notes(self) -> Iterator[Note]:
        against = any(one.reason.startswith(("asserts", "bare")) for one in self._dropped)
        unsupported = self._flaws - _POLITE or any(
            one.reason == "unknown_citation" for one in self._dropped
        )
        if against and self._ruled():
            yield self._note("dropped")
        elif against or unsupported:
            yield self._note("dropped", UNSUPPORTED)

    def _note(self, code: NoteCode, text: Bilingual | None = None, more: str = "") -> Note:
        said = say(text or NOTES[code], self._reading.lang)
        return Note(code, f"{said} {more}".strip())

    def _shown_law(self) -> bool:
        return bool(self._passages or self._premises or self._notice) or self._ruled()

    def _ruled(self) -> bool:
        """Whether a rule was met: that none fits is a verdict on the rules, not on the question."""
        return self._verdict is not None and self._verdict.outcome is not Outcome.NOT_COVERED

    def _status(self) -> ReplyStatus:
        if self._ruled():
            return "ruled"
        if "search" in self._down:
            return "unavailable"
        if self._reading.out_of_scope:
            return "out_of_scope"
        told = self._passages or self._premises or self._notice or self._reading.emergency
        return "answered" if told else "abstained"

    def _flags(self) -> tuple[Flag, ...]:
        verdict = self._verdict
        met: dict[Flag, bool] = {
            "contested": bool(verdict and verdict.contested)
            or any(one.contested for one in self._passages),
            "outdated": self._repealed() or bool(self._old_text()),
            "needs_fact": self._reading.needs is not None,
            "emergency": self._reading.emergency is not None,
            "degraded": bool(self._down),
            "false_premise": bool(self._premises),
            "user_document": bool(self._documents),
        }
        return tuple(flag for flag, holds in met.items() if holds)

    def _repealed(self) -> bool:
        """Whether a law that is shown is no longer in force."""
        digest = self._parts.shelf.digest
        sections = (digest.section(one.authority) for one in self._passages)
        return any(one is not None and one.status == "repealed" for one in sections)

    def _old_text(self) -> str:
        """Release or day of the oldest text shown that is too old to rely on; empty for none.

        What only the opening names does not count: openings are reviewed against the law by hand.
        """
        shelf, lang = self._parts.shelf, self._reading.lang
        shown = (shelf.citation(one, lang) for one in self._passages)
        return oldest_text(shown, shelf.digest.section, self._parts.today())

    def _reply(self) -> Reply:
        # The words of a dropped sentence go to the trace only: a channel could show or log them.
        dropped = tuple(replace(one, text="") for one in self._dropped if not _nothing(one))
        return Reply(
            status=self._status(),
            flags=self._flags(),
            answer=answer_kind(self._reading, self._verdict),
            lang=self._reading.lang,
            verdict=self._verdict,
            text=join(self._shown),
            citations=self._citations(),
            facts=self._reading.facts,
            dropped=dropped,
            corpus=self._parts.shelf.digest.hash,
            ms=(time.perf_counter() - self._started) * 1000,
        )


def _numbered(text: Bilingual, numbers: Sequence[int]) -> Bilingual:
    told = ", ".join(map(str, numbers))
    return Bilingual(text.en.format(told), text.es.format(told))


def _nothing(dropped: Dropped) -> bool:
    return dropped.text.strip(" .\n").upper() == NOTHING_FITS
