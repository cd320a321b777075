"""What happens between a question typed on the page and the parts of the page that change."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.channels.admission import Admission
from bot.channels.api import closing
from bot.channels.lines import read_turns, write_turns
from bot.channels.page.html import Exchange, exchange_html, problem_html, sources_html
from bot.channels.page.uploads import read_attached
from bot.channels.problems import unexpected
from bot.engine import Engine
from bot.errors import HabeasError
from bot.types import Card, Done, Event, Lang, Opening, Turn

_DRAWN = (Opening, Card, Done)
"""Without a model the law follows the opening at once and whole: to draw each statement of it would
cost more than to find them all."""


@dataclass(frozen=True)
class Update:
    """New content of the page's parts; None leaves a part as it is."""

    problem: str | None = None
    answer: str | None = None
    sources: str | None = None
    turns: str | None = None
    question: str | None = None


@dataclass(frozen=True)
class Chat:
    """Answers questions of the page. It keeps nothing: the conversation lives in the browser."""

    engine: Engine
    admission: Admission
    most_chars: int
    uploads: bool = False

    async def ask(
        self, question: str, history: str, chosen: str, shown: str, attached: str = ""
    ) -> AsyncGenerator[Update, None]:
        """Answer a question.

        Args:
            question: what was asked.
            history: the conversation so far, as ``write_turns`` writes it.
            chosen: language the person chose, or empty.
            shown: language the page is in.
            attached: documents of the conversation, as ``write_attached`` writes them.
        """
        page_lang = _lang(shown) or "en"
        try:
            turns = (*read_turns(history), Turn("user", question))
            documents = read_attached(attached) if self.uploads else ()
            events = self.engine.answer(turns, _lang(chosen), attached=documents)
            self.admission.check()
        except HabeasError as error:
            yield Update(problem=self._problem(error.code, page_lang))
            return
        async with aclosing(self._stream(events, turns, page_lang)) as updates:
            async for update in updates:
                yield update

    async def _stream(
        self, events: AsyncIterator[Event], turns: tuple[Turn, ...], page_lang: Lang
    ) -> AsyncGenerator[Update, None]:
        now = Exchange(
            number=sum(turn.role == "user" for turn in turns),
            question=turns[-1].content,
            page_lang=page_lang,
            turn=len(turns) - 1,
            name=secrets.token_hex(8),
        )
        # The question counts from now on, even if the person stops the answer to it.
        yield Update("", exchange_html(now), "", write_turns(turns), "")
        try:
            async with self.admission.admitted(), closing(events) as stream:
                async for event in stream:
                    now = now.after(event)
                    if self.engine.has_model or isinstance(event, _DRAWN):
                        yield self._shown(now, turns)
        except Exception as error:  # noqa: BLE001 - a person must never see a traceback
            code = error.code if isinstance(error, HabeasError) else unexpected(error).code
            yield Update(
                problem=self._problem(code, page_lang),
                answer=exchange_html(replace(now, state="failed")),
                turns=write_turns(turns[:-1]),
                question=now.question,
            )

    def _shown(self, now: Exchange, turns: tuple[Turn, ...]) -> Update:
        last = now.events[-1]
        if isinstance(last, Done):
            turns = (*turns, Turn("assistant", last.reply.text))
        return Update(
            answer=exchange_html(now),
            sources=sources_html(now, self.engine.digest.section),
            turns=write_turns(turns),
        )

    def _problem(self, code: str, lang: Lang) -> str:
        return problem_html(code, lang, self.most_chars)


def _lang(name: str) -> Lang | None:
    return "es" if name == "es" else "en" if name == "en" else None
