"""The chat models a run can put behind Habeas, all through the real chain and gate.

- ``adversary``: a stub that lies on purpose, by a script for each case;
- ``recorded``: replays what a real, named model said; what was never recorded fails the run;
- ``live``: any OpenAI-compatible endpoint, recorded on request.
"""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from evals.problems import RunFailed

CASSETTES = Path(__file__).with_name("cassettes")
Fault = Literal["none", "dies", "no_finish", "cut", "endless"]
_ENDLESS = 2000


@dataclass(frozen=True)
class Speech:
    """What a scripted model says, in the pieces it streams, and how it ends."""

    pieces: tuple[str, ...]
    fault: Fault = "none"


Script = Callable[[Sequence[BaseMessage]], Speech]


class ScriptedModel(BaseChatModel):
    """A chat model that streams what its script says."""

    script: Script

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - langchain's signature
    ) -> ChatResult:
        del stop, run_manager, kwargs
        text = "".join(self.script(messages).pieces)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - langchain's signature
    ) -> AsyncIterator[ChatGenerationChunk]:
        del stop, run_manager, kwargs
        speech = self.script(messages)
        for piece in speech.pieces:
            yield _chunk(piece)
        if speech.fault == "dies":
            raise ConnectionError("the scripted model hung up")
        if speech.fault == "endless":
            for _ in range(_ENDLESS):
                for piece in speech.pieces:
                    yield _chunk(piece)
        if speech.fault != "no_finish":
            yield _chunk("", "length" if speech.fault == "cut" else "stop")


@dataclass(frozen=True)
class Take:
    """One recorded draft; ``key`` is the SHA-256 over model, parameters and messages."""

    key: str
    model: str
    text: str
    finish: str


@dataclass(frozen=True)
class Parameters:
    """What of a request changes the answer, beside its messages."""

    model: str
    temperature: float
    max_tokens: int
    seed: int = 0


def key_of(parameters: Parameters, messages: Sequence[BaseMessage]) -> str:
    """Name a request: the same name, the same request to the byte."""
    request = {
        "parameters": asdict(parameters),
        "messages": [[one.type, str(one.content)] for one in messages],
    }
    whole = json.dumps(request, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def cassette(model: str) -> Path:
    """File of a model's recorded drafts."""
    safe = "".join(char if char.isalnum() or char in "._-" else "_" for char in model)
    return CASSETTES / f"{safe}.jsonl"


class Replayer:
    """A script that says what was recorded and remembers what was not.

    Raises:
        RunFailed: there is no cassette of this model, or it is damaged.
    """

    def __init__(self, parameters: Parameters, path: Path) -> None:
        self._parameters = parameters
        self._path = path
        self._takes = {take.key: take for take in takes(path)}
        self.trouble = ""
        self.finish = ""

    def __call__(self, messages: Sequence[BaseMessage]) -> Speech:
        """Say what was recorded for these messages."""
        key = key_of(self._parameters, messages)
        take = self._takes.get(key)
        if take is None:
            self.trouble = (
                f"{self._path.name} has no draft for this request ({key[:12]}): prompts, corpus or"
                " search changed since; record again with --model live --record"
            )
            return Speech((), "dies")
        self.finish = take.finish
        return Speech((take.text,), "none" if take.finish == "stop" else "cut")


class RecordingModel(BaseChatModel):
    """Passes on what another model streams, and remembers how its last draft ended.

    With a ``path`` each draft that ended is written to that cassette.
    """

    inner: BaseChatModel
    parameters: Parameters
    path: Path | None = None
    finish: str = ""

    @property
    def _llm_type(self) -> str:
        return "recording"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - langchain's signature
    ) -> ChatResult:
        return self.inner._generate(messages, stop, run_manager, **kwargs)  # noqa: SLF001 - a wrapper

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 - langchain's signature
    ) -> AsyncIterator[ChatGenerationChunk]:
        del run_manager
        said: list[str] = []
        self.finish = ""
        async for message in self.inner.astream(messages, stop=stop, **kwargs):
            said.append(str(message.text))
            finish = str(message.response_metadata.get("finish_reason") or "")
            self.finish = finish or self.finish
            if finish and self.path is not None:
                # Before it is passed on: the reader may stop at the end of a draft cut short.
                key = key_of(self.parameters, messages)
                append_take(self.path, Take(key, self.parameters.model, "".join(said), finish))
            yield _chunk(str(message.text), finish)


def takes(path: Path) -> Iterator[Take]:
    """Read a cassette.

    Raises:
        RunFailed: there is none, or a line is damaged.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError:
        raise RunFailed(
            f"there is no cassette {path}; record one with --model live --record"
        ) from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield Take(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise RunFailed(f"{path}:{number}: is no recorded draft ({error})") from None


def append_take(path: Path, take: Take) -> None:
    """Add a draft to a cassette."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(take), ensure_ascii=False) + "\n"
    # One write to a file opened for appending: two workers do not cut into each other's lines.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def _chunk(text: str, finish: str = "") -> ChatGenerationChunk:
    metadata = {"finish_reason": finish} if finish else {}
    return ChatGenerationChunk(message=AIMessageChunk(content=text, response_metadata=metadata))
