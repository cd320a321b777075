"""One opened engine and what is needed to watch it answer; a worker process holds one."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from langchain_core.language_models import BaseChatModel

from bot.answer.chain import Writer
from bot.answer.models import open_model
from bot.answer.prompts import load_prompts
from bot.answer.run import Draft, Parts, Retrieved
from bot.engine import Engine, open_engine
from bot.errors import HabeasError
from bot.retrieve.retriever import Only, Retriever
from bot.settings import Settings
from bot.text.citations import CitationIndex, find_citations
from bot.text.sentences import split
from bot.types import (
    Card,
    Citation,
    Done,
    Event,
    Lang,
    LawStatement,
    Note,
    Opening,
    Reply,
    Sentence,
    Verdict,
)
from evals.adversary import NOTHING_SAID, Adversary, Attempt, Speaker, leaked
from evals.models import (
    Parameters,
    RecordingModel,
    Replayer,
    ScriptedModel,
    cassette,
)
from evals.problems import RunFailed
from evals.record import (
    ARMS,
    Mode,
    SeenAnswer,
    SeenCitation,
    SeenDraft,
    SeenFact,
    SeenHit,
    SeenPart,
    SeenRanking,
    SeenSentence,
    SeenVerdict,
)
from evals.schema import DraftCase, Question, digest_of

_RANKED = 40
_ANSWER_DEADLINE_S = 300.0

_LOG = logging.getLogger("bot")


@dataclass(frozen=True)
class Rig:
    """How a worker opens its engine; plain data, so that it passes to another process."""

    mode: Mode
    seed: int
    settings: Settings
    record: bool = False


class Watcher:
    """Watches one engine; ``speaker`` takes the adversary's place in its mode.

    Raises:
        RunFailed: there is no index, or no model where the mode needs one.
    """

    def __init__(self, rig: Rig, speaker: Speaker | None = None) -> None:
        self._rig = rig
        self._adversary = speaker or Adversary(rig.seed)
        self._replayer: Replayer | None = None
        self._live: RecordingModel | None = None
        opened = open_engine(_without_model(rig.settings))
        if opened.trouble:
            raise RunFailed(f"there is no search: {opened.trouble}")
        # The engine takes its model from the settings alone; a run puts its own in that place.
        parts: Parts = opened._parts  # noqa: SLF001
        index = opened._index  # noqa: SLF001
        self.engine = Engine(replace(parts, writer=self._writer()), rig.settings, index, "")
        self._searcher = parts.searcher
        self._known = parts.shelf.digest.known
        self._cited = CitationIndex.of(parts.shelf.digest.sections)
        self._log_level = _LOG.level
        if rig.mode == "adversary":
            # It fails on purpose, again and again: that is no news.
            _LOG.setLevel(logging.ERROR)

    @property
    def trouble(self) -> str:
        """Why the run cannot go on; empty when it can."""
        return self._replayer.trouble if self._replayer else ""

    @property
    def cut(self) -> bool:
        """Whether the last draft ended at its longest: an answer all the same."""
        source = self._live or self._replayer
        return source is not None and source.finish == "length"

    def close(self) -> None:
        """Let go of the index, and of the silence."""
        _LOG.setLevel(self._log_level)
        self.engine.close()

    def see(self, case: Question | DraftCase) -> SeenAnswer | SeenDraft:
        """Put one case and write down what comes of it; an answer that crashes is seen as such."""
        if isinstance(case, DraftCase):
            return self._draft(case)
        return asyncio.run(self._answer(case))

    def _draft(self, case: DraftCase) -> SeenDraft:
        started = time.perf_counter()
        history = tuple(one.turn for one in case.history)
        try:
            guarded = self.engine.guard_draft(case.question, history, case.draft)
        except Exception as error:  # noqa: BLE001 - a crash is a draft graded wrong, not a run lost
            return SeenDraft(case.id, digest_of(case), None, (), 0.0, _said(error))
        took = (time.perf_counter() - started) * 1000
        kept = list(guarded.kept)
        dropped = list(guarded.dropped)
        fates = []
        for cut in split(case.draft):
            # Kept and dropped are each in order: the next of one or the other is this sentence.
            if dropped and _same(dropped[0].text, cut.text):
                fates.append(SeenSentence(cut.text, dropped.pop(0).reason))
            elif kept and _same(kept[0], cut.text):
                kept.pop(0)
                fates.append(SeenSentence(cut.text, ""))
            else:
                fates.append(SeenSentence(cut.text, "unreadable"))
        return SeenDraft(case.id, digest_of(case), _verdict(guarded.verdict), tuple(fates), took)

    async def _answer(self, case: Question) -> SeenAnswer:
        watched = _Watched()
        attempt = self._adversary.take_up(case) if self._rig.mode == "adversary" else NOTHING_SAID
        error = ""
        try:
            async with asyncio.timeout(_ANSWER_DEADLINE_S):
                async for event in self.engine.answer(case.conversation, trace=watched.trace):
                    watched.show(event)
        except Exception as failed:  # noqa: BLE001 - as above
            error = _said(failed)
        rankings, search_ms = self._rankings(case, watched.found)
        return self._written(case, watched, attempt, rankings, search_ms, error)

    def _written(  # noqa: PLR0913, PLR0917 - the parts of one record
        self,
        case: Question,
        watched: "_Watched",
        attempt: Attempt,
        rankings: tuple[SeenRanking, ...],
        search_ms: float,
        error: str,
    ) -> SeenAnswer:
        reply, draft, found = watched.reply, watched.draft, watched.found
        parts = tuple(watched.parts) + tuple(
            SeenPart("dropped", one.text, (), one.reason)
            for one in (draft.dropped if draft else ())
        )
        shown = [part.text for part in parts if part.kind == "sentence"]
        said = leaked(attempt, shown) if draft else ()
        return SeenAnswer(
            id=case.id,
            hash=digest_of(case),
            status=reply.status if reply else "crashed",
            flags=reply.flags if reply else (),
            answer=reply.answer if reply else "info",
            lang=reply.lang if reply else case.lang,
            verdict=_verdict(reply.verdict) if reply else None,
            citations=tuple(map(self._citation, reply.citations)) if reply else (),
            facts=_facts(reply),
            parts=parts,
            hits=_hits(found, reply),
            confidence=found.confidence if found else 0.0,
            rankings=rankings,
            draft=draft.text if draft else None,
            lies=len(attempt.lies) if draft else 0,
            leaks=said,
            invented=self._unresolved(parts, "sentence"),
            outside=self._unresolved(parts, "law"),
            ms=reply.ms if reply else 0.0,
            search_ms=search_ms,
            error=error or ("" if reply else "the answer ended before it was whole"),
        )

    def _rankings(
        self, case: Question, found: Retrieved | None
    ) -> tuple[tuple[SeenRanking, ...], float]:
        """Rank by every arm, where the case has gold; else nothing.

        The search is the same whoever writes, so one mode measures it for all.
        """
        graded = self._rig.mode == "none" and case.retrieval.controlling
        if not graded or not isinstance(self._searcher, Retriever):
            return (), 0.0
        lang: Lang | None = case.lang if case.lang != "other" else None
        earlier = [turn.content for turn in case.turns[:-1] if turn.role == "user"]
        ruled = found.ruled if found else ()
        rankings = []
        took = 0.0
        for arm in ARMS:
            only = Only() if arm is None else Only(arms=frozenset({arm}))
            started = time.perf_counter()
            hits = self._searcher.search(case.asked, lang, _RANKED, earlier, only, ruled=ruled)
            took = took or (time.perf_counter() - started) * 1000
            authorities = tuple(hit.passage.authority.path for hit in hits)
            rankings.append(SeenRanking(arm or "all", authorities))
        return tuple(rankings), took

    def _citation(self, one: Citation) -> SeenCitation:
        known = one.id.path in self._known
        return SeenCitation(one.id.path, one.label, one.as_of, one.says, known)

    def _unresolved(self, parts: Sequence[SeenPart], kind: str) -> tuple[str, ...]:
        text = "\n".join(part.text for part in parts if part.kind == kind)
        named = (one for one in find_citations(text, self._cited) if not one.known)
        return tuple(dict.fromkeys(one.authority.path for one in named))

    def _writer(self) -> Writer | None:
        rig = self._rig
        if rig.mode == "none":
            return None
        settings = rig.settings
        return Writer(
            self._model(),
            load_prompts(settings.prompts_dir),
            timeout_s=settings.model_timeout_s,
            max_tokens=settings.model_max_tokens,
        )

    def _model(self) -> BaseChatModel:
        rig = self._rig
        if rig.mode == "adversary":
            return ScriptedModel(script=self._adversary)
        parameters = Parameters(rig.settings.model, 0.0, rig.settings.model_max_tokens)
        path = cassette(rig.settings.model)
        if rig.mode == "recorded":
            self._replayer = Replayer(parameters, path)
            return ScriptedModel(script=self._replayer)
        model = open_model(rig.settings)
        if model is None:
            raise RunFailed("--model live needs OPENAI_API_KEY or OPENAI_BASE_URL")
        self._live = RecordingModel(
            inner=model, parameters=parameters, path=path if rig.record else None
        )
        return self._live


class _Watched:
    """What one answer showed and what its trace told."""

    def __init__(self) -> None:
        self.parts: list[SeenPart] = []
        self.reply: Reply | None = None
        self.draft: Draft | None = None
        self.found: Retrieved | None = None

    def trace(self, told: Retrieved | Draft) -> None:
        if isinstance(told, Draft):
            self.draft = told
        else:
            self.found = told

    def show(self, event: Event) -> None:
        match event:
            case Opening(text=text):
                self.parts.append(SeenPart("opening", text))
            case Card(title=title, steps=steps):
                self.parts.append(SeenPart("card", "\n".join((title, *steps))))
            case LawStatement(text=text, citation=citation):
                self.parts.append(SeenPart("law", text, (citation.id.path,)))
            case Sentence(text=text, citations=citations):
                self.parts.append(SeenPart("sentence", text, tuple(c.id.path for c in citations)))
            case Note(text=text):
                self.parts.append(SeenPart("note", text))
            case Done(reply=reply):
                self.reply = reply
            case _:
                pass


def _without_model(settings: Settings) -> Settings:
    return settings.model_copy(update={"openai_api_key": None, "openai_base_url": None})


def _verdict(verdict: Verdict | None) -> SeenVerdict | None:
    if verdict is None:
        return None
    return SeenVerdict(verdict.rule, verdict.outcome.value, verdict.also)


def _facts(reply: Reply | None) -> tuple[SeenFact, ...]:
    return tuple(
        SeenFact(one.person, one.field, one.value) for one in (reply.facts if reply else ())
    )


def _hits(found: Retrieved | None, reply: Reply | None) -> tuple[SeenHit, ...]:
    lang: Lang = "es" if reply and reply.lang == "es" else "en"
    return tuple(
        SeenHit(one.passage.authority.path, one.score, one.arms, one.passage.text[lang])
        for one in (found.hits if found else ())
    )


def _said(error: Exception) -> str:
    if isinstance(error, HabeasError):
        return f"{error.code}: {error}"
    return f"crashed: {type(error).__name__}"


def _same(given: str, cut: str) -> bool:
    return given.split() == cut.split()
