"""What happens between a question typed on the page and the parts of the page that change."""

import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.channels.admission import Admission
from bot.channels.api import closing
from bot.channels.lines import read_turns, write_turns
from bot.channels.page.html import Exchange, exchange_html, problem_html, sources_html
from bot.channels.page.keeping import Keeping, KeptExchange, NotStoredError
from bot.channels.page.uploads import read_attached
from bot.channels.problems import unexpected
from bot.engine import Engine
from bot.errors import HabeasError
from bot.types import Card, Done, Event, Lang, Opening, Turn

_NAME = re.compile("[0-9a-f]{32}")
_DRAWN = (Opening, Card, Done)
"""Without a model the law follows the opening at once and whole: to draw each statement of it would
cost more than to find them all."""


@dataclass(frozen=True)
class Sent:
    """What the page sends with a question."""

    question: str
    history: str = ""
    """The conversation so far, as ``write_turns`` writes it."""
    chosen: str = ""
    """Language the person chose, or empty."""
    shown: str = ""
    """Language the page is in."""
    attached: str = ""
    """Documents of the conversation, as ``write_attached`` writes them."""
    kept: str = ""
    """Name of the conversation, where it is to be kept."""


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
    """Answers questions of the page. The conversation lives in the browser.

    Where the operator allows it and a person asks for it, ``keeping`` keeps it too.
    """

    engine: Engine
    admission: Admission
    most_chars: int
    uploads: bool = False
    keeping: Keeping | None = None

    async def ask(self, sent: Sent) -> AsyncGenerator[Update, None]:
        """Answer a question."""
        page_lang = _lang(sent.shown) or "en"
        try:
            turns = (*read_turns(sent.history), Turn("user", sent.question))
            documents = read_attached(sent.attached) if self.uploads else ()
            events = self.engine.answer(turns, _lang(sent.chosen), attached=documents)
            self.admission.check()
        except HabeasError as error:
            yield Update(problem=self._problem(error.code, page_lang))
            return
        async with aclosing(self._stream(events, turns, page_lang, sent.kept)) as updates:
            async for update in updates:
                yield update

    async def _stream(
        self, events: AsyncIterator[Event], turns: tuple[Turn, ...], page_lang: Lang, kept: str
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
            if now.done and (fault := await self._keep(kept, now)):
                yield Update(problem=self._problem(fault, page_lang))
        except Exception as error:  # noqa: BLE001 - a person must never see a traceback
            code = error.code if isinstance(error, HabeasError) else unexpected(error).code
            yield Update(
                problem=self._problem(code, page_lang),
                answer=exchange_html(replace(now, state="failed")),
                turns=write_turns(turns[:-1]),
                question=now.question,
            )

    async def _keep(self, name: str, now: Exchange) -> str:
        """Keep a whole answer where that was asked for; give a code where it could not be."""
        if self.keeping is None or now.done is None or not _NAME.fullmatch(name):
            return "kept_no_more" if name else ""
        shown = KeptExchange(
            question=now.question,
            text=now.done.reply.text,
            html=exchange_html(now),
            sources=sources_html(now, self.engine.digest.section),
        )
        try:
            return "" if await self.keeping.add(name, now.number, shown) else "kept_no_more"
        except NotStoredError as error:
            return error.code

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
