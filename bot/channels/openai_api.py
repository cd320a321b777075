"""OpenAI's chat completions, spoken by Habeas: what drives a model drives it unchanged."""

import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Annotated, Any, Literal

from fastapi import Body, FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from bot.channels.admission import Admission
from bot.channels.api import closing, while_there
from bot.channels.calls import Call, current
from bot.channels.lines import Json, reply_line
from bot.channels.problems import (
    BadPart,
    NoSuchModelError,
    handle_errors,
    problem_of,
    unexpected,
)
from bot.channels.written import Written
from bot.engine import Engine
from bot.errors import HabeasError
from bot.types import Done, Event, Reply, Turn

MODEL = "habeas"
"""The one model there is."""

IGNORED = "X-Habeas-Ignored"
"""Header that names what was sent and has no effect."""

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_MOST_NAMES = 20
_NO_EFFECT = "Accepted, without effect."


class Part(BaseModel):
    """One part of a message; only text is read."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """One message. Those by `system` and `developer` are not read: nobody instructs Habeas."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class StreamOptions(BaseModel):
    """How a stream ends."""

    include_usage: Annotated[
        bool | None, Field(description="Whether a last piece carries `usage`.")
    ] = None


class ChatRequest(BaseModel):
    """A conversation, as OpenAI's clients send it.

    Whatever else a client sends has no effect and is named in `X-Habeas-Ignored`.
    """

    model_config = ConfigDict(extra="allow")

    model: Annotated[str, Field(description="`habeas`", examples=[MODEL])]
    messages: Annotated[list[Message], Field(description="Oldest first, the last by `user`.")]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, Field(description="1 or nothing: there is one answer.")] = None
    tools: Annotated[JsonValue, Field(description="Refused unless empty.")] = None
    functions: Annotated[JsonValue, Field(description="Refused unless empty.")] = None
    response_format: Annotated[
        JsonValue, Field(description="Refused unless its type is `text`.")
    ] = None
    modalities: Annotated[JsonValue, Field(description='Refused unless `["text"]`.')] = None
    audio: Annotated[JsonValue, Field(description="Refused unless empty.")] = None
    logprobs: Annotated[JsonValue, Field(description="Refused unless false.")] = None
    max_tokens: Annotated[
        JsonValue, Field(description=f"{_NO_EFFECT} Law cut short may say its opposite.")
    ] = None
    max_completion_tokens: Annotated[JsonValue, Field(description=_NO_EFFECT)] = None
    stop: Annotated[
        JsonValue, Field(description=f"{_NO_EFFECT} Law cut short may say its opposite.")
    ] = None
    temperature: Annotated[JsonValue, Field(description=_NO_EFFECT)] = None
    top_p: Annotated[JsonValue, Field(description=_NO_EFFECT)] = None
    seed: Annotated[JsonValue, Field(description=_NO_EFFECT)] = None


_READ = {"model", "messages", "stream", "stream_options"}
# What changes what a caller gets and cannot be had, with the values that ask for nothing.
_REFUSED: Mapping[str, Callable[[Any], bool]] = {
    "n": lambda value: value == 1,
    "tools": lambda value: not value,
    "functions": lambda value: not value,
    "response_format": lambda value: isinstance(value, dict) and value.get("type") == "text",
    "modalities": lambda value: value == ["text"],
    "audio": lambda value: not value,
    "logprobs": lambda value: not value,
}

_ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream`, its pieces as server-sent events",
        "content": {
            "application/json": {
                "example": {
                    "object": "chat.completion",
                    "model": MODEL,
                    "choices": [
                        {
                            "index": 0,
                            "message": {"role": "assistant", "content": "A U.S. citizen …"},
                            "finish_reason": "stop",
                        }
                    ],
                }
            },
            "text/event-stream": {"example": 'data: {"object": "chat.completion.chunk"}\n\n'},
        },
    },
}
_EXAMPLES: dict[str, Any] = {
    "question": {
        "summary": "One question",
        "value": {
            "model": MODEL,
            "messages": [{"role": "user", "content": "Can a U.S. citizen be deported?"}],
        },
    },
}


class OpenAIError(BaseModel):
    """An error as OpenAI's clients read it."""

    error: Annotated[
        dict[str, str | None], Field(description="`message`, `type`, `param` and `code`")
    ]


_ERROR = {"model": OpenAIError, "description": "What went wrong and what to do"}
_ERRORS: dict[int | str, dict[str, Any]] = dict.fromkeys((400, 401, 404, 429, 500, 503), _ERROR)


@dataclass(frozen=True)
class _OpenAI:
    """The handlers."""

    engine: Engine
    admission: Admission
    since: int = field(default_factory=lambda: int(time.time()))

    async def complete(
        self, request: Request, line: Annotated[ChatRequest, Body(openapi_examples=_EXAMPLES)]
    ) -> Response:
        """Answer the last message of a conversation.

        The content is Markdown: the opening written by code, steps where life is in danger, the
        statements of the law, a model's sentences after the guard, the sources, the notes. `habeas`
        beside `choices` has the same as data. `usage` counts words: there is no tokeniser here.
        """
        turns = _turns(line)
        # Bad input must be refused before a stream begins, so the engine is called here.
        events = self.engine.answer(turns)
        told = _Told(turns, self.engine.digest.hash)
        headers = _ignored(line)
        if line.stream:
            self.admission.check()
            usage = bool(line.stream_options and line.stream_options.include_usage)
            return StreamingResponse(
                self._stream(events, told, usage=usage),
                media_type="text/event-stream",
                headers={**headers, "X-Accel-Buffering": "no"},
            )
        answer = await while_there(request, self._whole(events, told))
        return JSONResponse(answer, headers=headers)

    async def models(self) -> JSONResponse:
        """List the one model there is."""
        return JSONResponse({"object": "list", "data": [self._model()]})

    async def model(self, name: str) -> JSONResponse:
        """Describe the one model there is."""
        _known(name)
        return JSONResponse(self._model())

    def _model(self) -> Json:
        return {"id": MODEL, "object": "model", "created": self.since, "owned_by": MODEL}

    async def _whole(self, events: AsyncIterator[Event], told: "_Told") -> Json:
        async with self.admission.admitted(), closing(events) as stream:
            async for event in stream:
                told.piece(event)
        return told.whole()

    async def _stream(
        self, events: AsyncIterator[Event], told: "_Told", *, usage: bool
    ) -> AsyncIterator[str]:
        try:
            async with self.admission.admitted(), closing(events) as stream:
                yield _sent(told.chunk({"role": "assistant", "content": ""}))
                async for event in stream:
                    if piece := told.piece(event):
                        yield _sent(told.chunk({"content": piece}))
            yield _sent(told.last())
            if usage:
                yield _sent(told.usage_chunk())
            yield "data: [DONE]\n\n"
        except HabeasError as error:
            yield _sent(problem_of(error).body)
        except Exception as error:  # noqa: BLE001 - the stream has begun: its end must say why
            yield _sent(unexpected(error).body)


class _Told:
    """One answer on its way into OpenAI's shapes."""

    def __init__(self, turns: Sequence[Turn], corpus: str) -> None:
        call = current() or Call()
        self._head: Json = {
            "id": f"chatcmpl-{call.id}",
            "created": int(time.time()),
            "model": MODEL,
            "system_fingerprint": f"corpus-{corpus[:12]}",
        }
        self._asked = sum(len(turn.content.split()) for turn in turns)
        self._written = Written()
        self._pieces: list[str] = []
        self._reply: Reply | None = None

    def piece(self, event: Event) -> str:
        """Give the text an event adds."""
        if isinstance(event, Done):
            self._reply = event.reply
        piece = self._written.after(event)
        self._pieces.append(piece)
        return piece

    def whole(self) -> Json:
        """Give the whole answer."""
        message = {"role": "assistant", "content": "".join(self._pieces), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        head = self._head | {"object": "chat.completion", "choices": [choice]}
        return head | {"usage": self._usage(), "habeas": self._data()}

    def chunk(self, delta: Json, finish: str | None = None) -> Json:
        """Give one piece of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return self._head | {"object": "chat.completion.chunk", "choices": [choice]}

    def last(self) -> Json:
        """Give the piece that says that the answer is whole."""
        return self.chunk({}, "stop") | {"habeas": self._data()}

    def usage_chunk(self) -> Json:
        """Give the piece after the last."""
        head = self._head | {"object": "chat.completion.chunk", "choices": []}
        return head | {"usage": self._usage()}

    def _usage(self) -> Json:
        wrote = len("".join(self._pieces).split())
        return {
            "prompt_tokens": self._asked,
            "completion_tokens": wrote,
            "total_tokens": self._asked + wrote,
        }

    def _data(self) -> Json:
        if self._reply is None:
            raise RuntimeError("the engine ended without a reply")
        line = reply_line(self._reply)
        return {key: value for key, value in line.items() if key not in ("id", "text")}


def openai_app(engine: Engine, admission: Admission) -> FastAPI:
    """Make the app that is mounted at ``/v1``."""
    app = FastAPI(
        title="Habeas, for OpenAI's clients",
        version=version("habeas"),
        description="Chat completions of the one model `habeas`."
        " Information about the law, not legal advice.",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": "/v1"}],
    )
    api = _OpenAI(engine, admission)
    app.post("/chat/completions", responses={**_ANSWERED, **_ERRORS})(api.complete)
    app.get("/models", responses=_ERRORS)(api.models)
    app.get("/models/{name}", responses=_ERRORS)(api.model)
    handle_errors(app)
    return app


def _known(model: str) -> None:
    if model != MODEL:
        raise NoSuchModelError(f"there is one model here: {MODEL}")


def _turns(line: ChatRequest) -> tuple[Turn, ...]:
    """Read a conversation, and refuse what it asks for that cannot be had."""
    _known(line.model)
    for name, asks_nothing in _REFUSED.items():
        value = getattr(line, name)
        if value is not None and not asks_nothing(value):
            raise BadPart(f"`{name}` cannot be had here: {_REASON.get(name, _TEXT_ONLY)}", name)
    turns = (_turn(number, one) for number, one in enumerate(line.messages))
    return tuple(turn for turn in turns if turn is not None)


_TEXT_ONLY = "an answer is one text"
_REASON: Mapping[str, str] = {
    "n": "there is one answer to a question, the same each time",
    "tools": "Habeas calls no tools; leave them out",
    "functions": "Habeas calls no functions; leave them out",
    "logprobs": "an answer has no probabilities",
}


def _turn(number: int, message: Message) -> Turn | None:
    where = f"messages.{number}"
    match message.role:
        case "system" | "developer":
            return None
        case "user" | "assistant" as role:
            return Turn(role, _text(message.content, where))
        case role:
            raise BadPart(f"{where} is by `{role}`; Habeas calls no tools", f"{where}.role")


def _text(content: str | list[Part] | None, where: str) -> str:
    if isinstance(content, str):
        return content
    if content is None:
        raise BadPart(f"{where} has no content; send a text", f"{where}.content")
    for number, part in enumerate(content):
        if part.type != "text" or part.text is None:
            raise BadPart(
                f"{where} has a part that is no text; Habeas reads neither images, sound nor files:"
                " write in words what they say",
                f"{where}.content.{number}",
            )
    return "\n".join(part.text or "" for part in content)


def _ignored(line: ChatRequest) -> dict[str, str]:
    """Name what was sent and has no effect; a system message counts as one."""
    sent = {name for name in line.model_fields_set if getattr(line, name) is not None}
    found = sorted(one for one in sent - _READ - set(_REFUSED) if _NAME.fullmatch(one))
    if any(one.role in ("system", "developer") for one in line.messages):
        found.insert(0, "messages.system")
    return {IGNORED: ", ".join(found[:_MOST_NAMES])} if found else {}


def _sent(data: Json) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
