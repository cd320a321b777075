"""The answer with a model: a LangChain chain that streams a draft, sentence marks included.

What comes out of here is a draft: nothing of it may reach a person but through the gate.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableGenerator

from bot.answer.material import Material, Numbered
from bot.answer.prompts import Prompt, Prompts
from bot.errors import ModelError
from bot.types import Lang, Passage

_LANGUAGE: dict[Lang, str] = {"en": "English", "es": "Spanish (usted)"}
_MARK = re.compile(r"p(\d{1,2})")
_MARK_TYPED = re.compile(r"\[\s*(p\d+)", re.IGNORECASE)
_MOST_OFFICIAL = 1200
# A model that goes on without end is cut off: no language needs more characters for a token.
_CHARS_PER_TOKEN = 12


class Writer:
    """Puts questions to a chat model.

    Args:
        model: the chat model.
        prompts: the prompt files.
        timeout_s: longest wait for a whole draft, in seconds.
        max_tokens: longest draft, in tokens.
    """

    def __init__(
        self, model: BaseChatModel, prompts: Prompts, *, timeout_s: float, max_tokens: int
    ) -> None:
        self._answer = _chain(prompts.answer_system, prompts.answer_question, model)
        self._pick = _chain(prompts.pick_system, prompts.pick_question, model)
        self._timeout_s = timeout_s
        self._max_chars = max_tokens * _CHARS_PER_TOKEN

    def draft(self, material: Material) -> AsyncGenerator[str, None]:
        """Stream a draft in the pieces in which it arrives.

        Raises:
            ModelError: the model failed, stalled, broke off or went on without end; what came
                before is whole only up to its last finished sentence.
        """
        return self._run(
            self._answer,
            {
                "language": _LANGUAGE[material.lang],
                "already_shown": _inert(material.already_shown),
                **_shared(material),
            },
        )

    async def pick(self, material: Material, most: int) -> tuple[Passage, ...]:
        """Let the model choose up to ``most`` passages; empty when it names none that was given.

        Raises:
            ModelError: as ``draft``.
        """
        run = self._run(self._pick, {"most": str(most), **_shared(material)})
        reply = "".join([piece async for piece in run])
        given = {one.mark: one.passage for one in material.passages}
        marks = dict.fromkeys(found[0] for found in _MARK.finditer(reply))
        return tuple(given[mark] for mark in marks if mark in given)[:most]

    async def _run(
        self, chain: Runnable[dict[str, str], str], values: dict[str, str]
    ) -> AsyncGenerator[str, None]:
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        left = self._max_chars
        running = cast("AsyncGenerator[str, None]", chain.astream(values))
        async with aclosing(running) as stream:
            while True:
                try:
                    # Never open across a yield: it would time the reader, in the reader's task.
                    async with asyncio.timeout_at(deadline):
                        piece = await anext(stream)
                except StopAsyncIteration:
                    return
                except Exception as error:  # noqa: BLE001 - whatever a server makes a client raise
                    raise ModelError(f"the chat model failed ({type(error).__name__})") from None
                left -= len(piece)
                if left < 0:
                    raise ModelError("the chat model went on without end")
                yield piece


def _chain(system: Prompt, question: Prompt, model: BaseChatModel) -> Runnable[dict[str, str], str]:
    prompt = ChatPromptTemplate.from_messages([("system", system.text), ("human", question.text)])
    return cast("Runnable[dict[str, str], str]", prompt | model | RunnableGenerator(_text))


async def _text(chunks: AsyncIterator[AIMessage]) -> AsyncIterator[str]:
    finish = ""
    async for chunk in chunks:
        finish = chunk.response_metadata.get("finish_reason") or finish
        if chunk.text:
            yield str(chunk.text)
    # A connection cut half-way ends the stream without any error.
    if finish != "stop":
        raise ModelError(f"the draft broke off ({finish or 'no finish'})")


def _shared(material: Material) -> dict[str, str]:
    return {
        "earlier": _inert("\n".join(material.earlier)),
        "passages": "\n\n".join(_shown(one, material.lang) for one in material.passages),
        "question": _inert(material.question),
    }


def _shown(one: Numbered, lang: Lang) -> str:
    passage = one.passage
    lines = [_inert(f"{one.label}, {passage.title[lang]}"), _inert(passage.text[lang])]
    if passage.official:
        lines.append("Official words: " + _inert(passage.official[:_MOST_OFFICIAL]))
    return f"[{one.mark}] " + "\n".join(lines)


def _inert(text: str) -> str:
    """Make text unable to close its delimiters or to pose as a numbered passage."""
    return _MARK_TYPED.sub(r"(\1", text.replace("<", "‹").replace(">", "›"))
