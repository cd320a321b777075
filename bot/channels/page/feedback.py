"""Takes what people say of an answer on the page, and keeps it with the answer's hashes.

Their question and the answer are kept only where they agreed to that; numbers and addresses in
what they write are replaced first.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Self

from fastapi import FastAPI
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.channels.admission import BusyError
from bot.channels.page.html import MOST_COMMENT
from bot.channels.problems import handle_errors
from bot.engine import Engine
from bot.errors import HabeasError
from bot.settings import Settings
from bot.text.redact import redact
from bot.types import About, Lang, ReplyStatus, RuleId

if TYPE_CHECKING:
    from bot.store import Feedback, Store

_log = logging.getLogger(__name__)
_PAUSE_S = 3600

A_MINUTE = 60
"""Most comments taken in a minute, over all people: a flood must not fill the disk."""

_Name = Annotated[str, Field(pattern=r"[0-9a-f]{16}")]
_Hash = Annotated[str, Field(pattern=r"[0-9a-f]{64}")]


class NotKeptError(HabeasError):
    """The database is down: what was said could not be kept."""

    code = "not_kept"


class FeedbackLine(BaseModel):
    """What the page sends: which answer, what is said of it, and what may be kept of the words."""

    model_config = ConfigDict(extra="forbid", strict=True)

    answer: _Name
    about: About
    rule: RuleId
    status: ReplyStatus
    lang: Lang
    corpus: _Hash
    digest: _Hash
    comment: Annotated[str, Field(max_length=MOST_COMMENT)] = ""
    agreed: bool = False
    question: Annotated[str, Field(max_length=100_000)] = ""
    reply: Annotated[str, Field(max_length=100_000)] = ""

    @model_validator(mode="after")
    def _only_with_agreement(self) -> Self:
        if not self.agreed and (self.question or self.reply):
            raise ValueError("`question` and `reply` are sent only with `agreed`")
        return self

    def kept(self, rules: str) -> "Feedback":
        """Give what is kept of it; ``rules`` is the hash of the rules in force."""
        from bot.store import Feedback  # noqa: PLC0415 - a database is loaded when it is needed

        comment, question = redact([self.comment, self.question]).texts
        return Feedback(
            answer=self.answer,
            # An answer of the page is seen by one person: the answer's own name is enough.
            voter="page",
            about=self.about,
            rule=self.rule,
            status=self.status,
            lang=self.lang,
            corpus=self.corpus,
            rules=rules,
            digest=self.digest,
            comment=comment,
            question=question,
            reply=self.reply,
        )


class FeedbackDesk:
    """Keeps feedback; the store is opened when the first comes, so that none is made before."""

    def __init__(
        self, settings: Settings, engine: Engine, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._taken: deque[float] = deque(maxlen=A_MINUTE)
        self._opening = asyncio.Lock()
        self._store: Store | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Forget old words meanwhile, and close the store in the end."""
        days = self._settings.feedback_days
        forgetting = asyncio.create_task(self._forget()) if days else None
        try:
            yield
        finally:
            if forgetting is not None:
                forgetting.cancel()
                await asyncio.gather(forgetting, return_exceptions=True)
            if self._store is not None:
                await self._store.close()

    async def take(self, line: FeedbackLine) -> None:
        """Keep what somebody says.

        Raises:
            BusyError: too much came in the last minute.
            NotKeptError: the database would not take it.
        """
        from bot.store import StoreError  # noqa: PLC0415 - the same

        now = self._clock()
        if len(self._taken) == A_MINUTE and now - self._taken[0] < 60:
            raise BusyError("too much feedback came at once; try again in a minute")
        self._taken.append(now)
        try:
            await (await self._opened()).tell(line.kept(self._engine.hashes.rules))
        except (StoreError, HabeasError):
            raise NotKeptError("the feedback could not be kept; try again later") from None

    async def _forget(self) -> None:
        """Forget old words each hour, from a database that is there."""
        from bot.store import StoreError, has_database  # noqa: PLC0415 - the same

        while True:
            try:
                if has_database(self._settings):
                    await (await self._opened()).forget_words(self._settings.feedback_days)
            except (StoreError, HabeasError) as error:
                _log.warning("old words of feedback were not deleted: %s", error)
            await asyncio.sleep(_PAUSE_S)

    async def _opened(self) -> "Store":
        from bot.store import open_store  # noqa: PLC0415 - the same

        async with self._opening:
            if self._store is None:
                self._store = await open_store(self._settings)
            return self._store


def feedback_app(desk: FeedbackDesk) -> FastAPI:
    """Make the app that is mounted at ``/feedback``."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.post("/")
    async def take(line: FeedbackLine) -> Response:
        await desk.take(line)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    handle_errors(app)
    return app
