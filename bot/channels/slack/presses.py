"""What can be pressed under an answer: what to ask next, and what takes back an understood fact."""

from dataclasses import dataclass
from typing import Literal

from bot.channels.page.follow import follow_ups
from bot.channels.page.said import chips, correction
from bot.channels.slack import texts
from bot.store import Question
from bot.types import Done, Lang

MOST_LABEL = 75
"""Longest label of a button Slack takes."""

_MOST_TAKEN_BACK = 3
_MOST_OTHERS = 5


@dataclass(frozen=True)
class Press:
    """One button: ``say`` is something about whoever asked, and theirs alone to press."""

    kind: Literal["ask", "say"]
    label: str
    text: str


def presses(done: Done, question: Question, lang: Lang) -> tuple[Press, ...]:
    """Give the buttons under an answer, those that correct it first.

    What people are is for them to say: in a channel, where all can read it, nothing offers to.
    """
    if question.surface != "thread" or question.alone:
        return ()
    more = follow_ups(done, question.text, lang)
    asks = {one[lang] for every in texts.FOLLOW_UPS.values() for one in every}
    others = tuple(_press("ask" if text in asks else "say", text, text) for text in more)
    if not question.direct:
        return tuple(one for one in others if one.kind == "ask")
    return (*_taken_back(done, lang), *others[:_MOST_OTHERS])


def _taken_back(done: Done, lang: Lang) -> tuple[Press, ...]:
    found: list[Press] = []
    for chip in chips(done.reply.facts):
        words = "" if chip.gone else correction(chip.fact, lang)
        if words:
            found.append(_press("say", f"{texts.NOT_SO[lang]}: “{chip.fact.quote.strip()}”", words))
    return tuple(found[:_MOST_TAKEN_BACK])


def _press(kind: Literal["ask", "say"], label: str, text: str) -> Press:
    short = label if len(label) <= MOST_LABEL else f"{label[: MOST_LABEL - 1]}…"
    return Press(kind, short, text)
