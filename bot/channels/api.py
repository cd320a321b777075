"""The API: ask, search and read as JSON or as a stream of server-sent events."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any, TypeVar

from fastapi import Body, FastAPI, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from bot.channels.admission import Admission
from bot.channels.lines import (
    AskLine,
    Json,
    LineId,
    SearchLine,
    event_line,
    law_line,
    reply_line,
    search_line,
)
from bot.channels.metrics import Metrics
from bot.channels.page.late import LatePage
from bot.channels.problems import Problem, handle_errors, problem_of, respond, unexpected
from bot.engine import Engine
from bot.errors import CorpusIndexError, HabeasError
from bot.types import Authority, Done, Event, Lang, Reply

_SSE = "text/event-stream"
_PATH = "usc/8/1231/b/3"

_EXAMPLES: dict[str, Any] = {
    "question": {
        "summary": "One question",
        "value": {"question": "Can a U.S. citizen be deported?"},
    },
    "conversation": {
        "summary": "A conversation, answered in Spanish",
        "value": {
            "turns": [
                {"role": "user", "content": "Nací en Guam."},
                {"role": "assistant", "content": "…"},
                {"role": "user", "content": "¿Entonces me puede deportar ICE?"},
            ],
            "lang": "es",
        },
    },
}
_SEARCHES: dict[str, Any] = {
    "search": {"summary": "A search", "value": {"q": "bond hearing", "lang": "en", "k": 5}},
}
_PROBLEM = {
    "description": "What went wrong and what to do",
    "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
}
_PROBLEMS: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (400, 401, 413, 422, 429, 500, 503), _PROBLEM
)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `Accept: text/event-stream` its events as they come",
        "content": {
            "application/json": {"example": {"status": "ruled", "answer": "no", "lang": "en"}},
            _SSE: {"example": 'event: opening\ndata: {"text": "A U.S. citizen …"}\n\n'},
        },
    },
}

_T = TypeVar("_T")


class ClientLeftError(HabeasError):
    """The one who asked is gone; nobody is left to read an answer."""

    code = "client_left"


@dataclass(frozen=True)
class _Api:
    """The handlers; they share one engine and one door."""

    engine: Engine
    admission: Admission

    async def ask(
        self, request: Request, line: Annotated[AskLine, Body(openapi_examples=_EXAMPLES)]
    ) -> Response:
        """Answer the last turn of a conversation.

        With `Accept: text/event-stream` each event is sent as it comes: `opening`, `understood`,
        `card`, `statement`, `sentence`, `sources`, `note`, and `done` with the whole answer;
        `error` where it broke off.
        """
        # Bad input must be refused before a stream begins, so the engine is called here.
        events = self.engine.answer(line.conversation, line.lang)
        if _SSE in request.headers.get("accept", ""):
            self.admission.check()
            return StreamingResponse(
                self._stream(events, line.id), media_type=_SSE, headers={"X-Accel-Buffering": "no"}
            )
        reply = await while_there(request, self._reply(events))
        return JSONResponse(reply_line(reply, line.id))

    async def search(
        self,
        request: Request,
        q: Annotated[str, Query(description="What to look for")],
        lang: Annotated[Lang | None, Query(description="Language of the passages")] = None,
        k: Annotated[int | None, Query(ge=1, le=50, description="Most passages")] = None,
    ) -> JSONResponse:
        """Find passages of the law, best first."""
        return await self._found(request, SearchLine(q=q, lang=lang, k=k))

    async def search_unseen(
        self, request: Request, line: Annotated[SearchLine, Body(openapi_examples=_SEARCHES)]
    ) -> JSONResponse:
        """Do the same without the words in the address, which proxies and histories keep."""
        return await self._found(request, line)

    async def _found(self, request: Request, line: SearchLine) -> JSONResponse:
        async def found() -> Json:
            async with self.admission.admitted():
                hits = await self.engine.search(line.q, line.lang, line.k)
                return search_line(hits, line.q, line.lang, line.id)

        return JSONResponse(await while_there(request, found()))

    async def authority(
        self, path: Annotated[str, Path(description="As citations give it", examples=[_PATH])]
    ) -> JSONResponse:
        """Give what the digest says on a provision, case or guide, in both languages."""
        return JSONResponse(law_line(self.engine.read(Authority(path))))

    async def _reply(self, events: AsyncIterator[Event]) -> Reply:
        async with self.admission.admitted(), closing(events) as stream:
            async for event in stream:
                if isinstance(event, Done):
                    return event.reply
        raise RuntimeError("the engine ended without a reply")

    async def _stream(self, events: AsyncIterator[Event], line_id: LineId) -> AsyncIterator[str]:
        try:
            async with self.admission.admitted(), closing(events) as stream:
                async for event in stream:
                    line = event_line(event, line_id)
                    yield _sent(line.name, line.data)
        except HabeasError as error:
            yield _sent("error", problem_of(error).body)
        except Exception as error:  # noqa: BLE001 - the stream has begun: its end must say why
            yield _sent("error", unexpected(error).body)


def api_app(engine: Engine, admission: Admission, keep_days: int | None = None) -> FastAPI:
    """Make the app that is mounted at ``/api``; ``keep_days`` is how long questions are kept."""
    kept = f"kept for {keep_days} days, redacted" if keep_days else "not stored"
    app = FastAPI(
        title="Habeas",
        version=version("habeas"),
        description="What United States law says about citizenship and removal."
        f" Information about the law, not legal advice. Questions are {kept}.",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": "/api"}],
    )
    api = _Api(engine, admission)
    app.post("/ask", responses={**_STREAM, **_PROBLEMS})(api.ask)
    app.get("/search", responses=_PROBLEMS)(api.search)
    app.post("/search", responses=_PROBLEMS)(api.search_unseen)
    app.get("/authorities/{path:path}", responses={**_PROBLEMS, 404: _PROBLEM})(api.authority)
    handle_errors(app)
    return app


def add_health(
    app: FastAPI, engine: Engine, page: LatePage | None = None, metrics: Metrics | None = None
) -> None:
    """Add ``/healthz``, the process lives, and ``/readyz``, it can answer in full.

    ``readyz`` is about answers: it tells how each part is, but waits neither for the page nor for
    a model, without which answers go on. With metrics it adds ``/metrics``.
    """

    def parts() -> dict[str, str]:
        told = {"law": "ready", "search": "down" if engine.trouble else "ready"}
        told["model"] = "none" if not engine.has_model else metrics.model if metrics else "set"
        return told | ({"page": page.state} if page else {})

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        if engine.trouble:
            down = problem_of(CorpusIndexError(engine.trouble))
            return respond(down.model_copy(update={"parts": parts()}))
        told = {"status": "ready", "model": engine.has_model, "corpus": engine.digest.hash}
        return JSONResponse(told | ({"page": page.state} if page else {}) | {"parts": parts()})

    if metrics is not None:
        app.get("/metrics", include_in_schema=False)(metrics.response)


@asynccontextmanager
async def closing(events: AsyncIterator[Event]) -> AsyncIterator[AsyncIterator[Event]]:
    """Stop the engine's work when nobody reads on."""
    try:
        yield events
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()


async def while_there(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """Do the work, but only while the one who asked is there.

    Raises:
        ClientLeftError: the connection was closed; the work has been cancelled.
    """
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientLeftError
    finally:
        task.cancel()
        gone.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _sent(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
