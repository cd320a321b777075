"""Tells an audit sink of every answer; whatever goes wrong there, the answer goes on."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from bot.answer.replay import judge
from bot.answer.run import Asked, Draft, Parts, Retrieved, Run, Trace
from bot.audit import Entry, Hashes, Judged, Rich, Sink, Told
from bot.text.redact import Redaction, redact
from bot.types import Done, Dropped, DropReason, Event, Lang, Opening, Reply, Turn, Verdict

_log = logging.getLogger(__name__)


class Auditor:
    """Answers as a ``Run`` does, and tells a sink; one serves all questions."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.rich = sink.rich
        self.failed = 0

    def answer(
        self, parts: Parts, hashes: Hashes, asked: Asked, trace: Trace | None
    ) -> AsyncGenerator[Event, None]:
        """Stream an answer made from ``parts``, which ``hashes`` name."""
        seen = _Seen(parts, hashes, asked.lang, trace)
        return self._watched(Run(parts, asked, seen.trace).events(), asked.turns, seen)

    async def _watched(
        self, events: AsyncGenerator[Event, None], turns: Sequence[Turn], seen: "_Seen"
    ) -> AsyncGenerator[Event, None]:
        told = False
        try:
            async with aclosing(events) as stream:
                async for event in stream:
                    seen.event(event)
                    if isinstance(event, Done):
                        # Whoever reads may stop here, so it is told before.
                        told = True
                        await self._tell_whole(turns, seen)
                    yield event
        finally:
            # Broken off: what the person was already shown counts. Whoever leaves may take the loop
            # with them, so nothing is waited for.
            if seen.verdict is not None and not told:
                self._tell(turns, seen)

    async def _tell_whole(self, turns: Sequence[Turn], seen: "_Seen") -> None:
        if self.rich:
            # It reads the question once more.
            await asyncio.to_thread(self._tell, turns, seen)
        else:
            self._tell(turns, seen)

    def _tell(self, turns: Sequence[Turn], seen: "_Seen") -> None:
        try:
            rich = self._rich(turns, seen) if self.rich else None
            verdict = seen.verdict
            entry = Entry(
                hashes=seen.hashes,
                rule=verdict.rule if verdict else None,
                outcome=verdict.outcome if verdict else None,
                dropped=seen.reasons,
                rich=rich,
            )
            self.sink.put(entry)
        except Exception as error:  # noqa: BLE001 - an answer without a row beats none
            self.failed += 1
            # Only its kind: its words may be the person's own.
            kind = type(error).__name__
            _log.warning("audit: an answer was not written down (%s); %d so far", kind, self.failed)

    def _rich(self, turns: Sequence[Turn], seen: "_Seen") -> Rich:
        read = seen.parts.notices.without(turns)
        private = redact([turn.content for turn in read if turn.role == "user"])
        draft = seen.draft
        told = Told(
            turns=private.texts,
            lang=seen.lang,
            mode=seen.parts.mode,
            draft=_hide(draft.text, private) if draft else "",
            finished=draft is None or draft.finished,
            passages=draft.given if draft else (),
        )
        judged = judge(seen.parts, told)
        reply = _hide(seen.reply.text, private) if seen.reply else ""
        return Rich(told, judged, reply, faithful=_same(judged, seen.verdict))


class _Seen:
    """What is seen of one answer."""

    def __init__(
        self, parts: Parts, hashes: Hashes, lang: Lang | None, trace: Trace | None
    ) -> None:
        self.parts = parts
        self.hashes = hashes
        self.lang = lang
        self.verdict: Verdict | None = None
        self.reply: Reply | None = None
        self.draft: Draft | None = None
        self._trace = trace

    @property
    def reasons(self) -> tuple[DropReason, ...]:
        """Why sentences were dropped, in their order."""
        dropped: tuple[Dropped, ...] = ()
        if self.reply is not None:
            dropped = self.reply.dropped
        elif self.draft is not None:
            dropped = self.draft.dropped
        return tuple(one.reason for one in dropped)

    def trace(self, seen: Retrieved | Draft) -> None:
        if isinstance(seen, Draft):
            self.draft = seen
        if self._trace is not None:
            self._trace(seen)

    def event(self, event: Event) -> None:
        if isinstance(event, Opening):
            self.verdict = event.verdict
        elif isinstance(event, Done):
            self.reply = event.reply
            self.verdict = event.reply.verdict


def _same(judged: Judged, verdict: Verdict | None) -> bool:
    if verdict is None:
        return judged.rule is None
    return (judged.rule, judged.outcome) == (verdict.rule, verdict.outcome)


def _hide(text: str, private: Redaction) -> str:
    """Take out what a model's sentence was given back of the person's own."""
    for one in sorted(private.hidden, key=lambda one: -len(one.value)):
        text = text.replace(one.value, one.placeholder)
    return text
