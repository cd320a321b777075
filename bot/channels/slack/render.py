"""An answer as Slack's Markdown: event by event, in pieces that joined are the whole."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.channels.slack import texts
from bot.channels.slack.words import safe, written
from bot.text.language import detect
from bot.text.sentences import split
from bot.types import (
    Bilingual,
    Card,
    Citation,
    Done,
    Event,
    Lang,
    LawStatement,
    Note,
    Opening,
    ReplyLang,
    Sentence,
    Sources,
    Understood,
)

MOST_CHARS = 9_000
"""Longest text of one message: Slack refuses blocks of some 13 000 characters in all, and 12 000 of
text at a time."""

_Kind = Literal["", "rule", "understood", "card", "law", "prose", "note"]


@dataclass
class Page:
    """Turns events into the next piece of Markdown.

    Args:
        lang: language of the headings.
        checking: whether the words answered are a message somebody else may have written.
        shared: whether to leave out what was taken from the person's words.
        direct: whether it is written where every message of the person is read.
        asked: the question, where no message of the person's shows it.
    """

    lang: ReplyLang
    checking: bool = False
    shared: bool = False
    direct: bool = True
    asked: str = ""
    _last: _Kind = field(default="", init=False)

    def add(self, event: Event) -> str:
        """Give what an event adds; empty for an event that shows nothing."""
        kind, text = self._shown(event)
        if not text:
            return ""
        between = " " if kind == self._last == "prose" else "\n\n"
        if not self._last:
            between = f"{self._say(texts.PRESSED)} {safe(self.asked)}\n\n" if self.asked else ""
        self._last = kind
        return between + text

    def _shown(self, event: Event) -> tuple[_Kind, str]:
        shown: tuple[_Kind, str] = ("", "")
        match event:
            case Opening():
                shown = "rule", self._rule(event)
            case Understood():
                shown = "understood", "" if self.shared else self._understood(event)
            case Card(title=title, steps=steps):
                listed = (f"{n}. {written(step)}" for n, step in enumerate(steps, 1))
                shown = "card", "\n".join([f"**{written(title)}**", "", *listed])
            case LawStatement(text=text, citation=citation):
                head = self._head("law", texts.LAW_SAYS)
                shown = "law", f"{head}{safe(text)} ({safe(citation.label)})"
            case Sentence(text=text, citations=citations):
                head = self._head("prose", texts.EXPLAINED, texts.EXPLAINED_BY)
                shown = "prose", f"{head}{safe(text)} ({_labels(citations)})"
            case Note(text=text):
                shown = "note", f"{self._head('note', texts.GOOD_TO_KNOW)}{written(text)}"
            case Sources() | Done():
                pass
        return shown

    def _rule(self, opening: Opening) -> str:
        mark = texts.NO_RULE if opening.verdict.rule == "none" else texts.RULE
        head = [f"**{self._say(mark)}**"]
        if opening.verdict.contested:
            head.append(f"_{self._say(texts.CONTESTED)}_")
        # A quote bar sets the rule apart from all that follows.
        lines = (f"> {line}" if line else ">" for line in written(opening.text).split("\n"))
        return "\n".join([*head, *lines])

    def _understood(self, understood: Understood) -> str:
        quotes = dict.fromkeys(one.quote.strip() for one in understood.facts if one.quote.strip())
        if not quotes:
            return ""
        said = " ".join(f"“{safe(quote)}”" for quote in quotes)
        if self.checking:
            return f"{self._say(texts.MESSAGE_SAYS)} {said}"
        correct = texts.CORRECT if self.direct else texts.CORRECT_IN_CHANNEL
        return f"{self._say(texts.YOU_SAID)} {said} {self._say(correct)}"

    def _head(self, kind: _Kind, title: Bilingual, more: Bilingual | None = None) -> str:
        if self._last == kind:
            return ""
        return f"**{self._say(title)}**\n" + (f"{self._say(more)}\n" if more else "")

    def _say(self, text: Bilingual) -> str:
        return texts.say(text, self.lang, " / ")


def heading_language(question: str, chosen: Lang | None) -> ReplyLang:
    """Give the language of the headings: they stand before the answer's own is known."""
    return chosen or detect(question) or "en+es"


def pieces(text: str, most: int = MOST_CHARS) -> Iterable[str]:
    """Cut text into pieces no longer than ``most``: at paragraphs, sentences, spaces, anywhere."""
    while len(text) > most:
        cut = _cut(text, most)
        yield text[:cut]
        text = text[cut:].lstrip("\n ")
    if text:
        yield text


def _cut(text: str, most: int) -> int:
    head = text[:most]
    if (paragraph := head.rfind("\n\n")) > most // 4:
        return paragraph
    ends = [one.end for one in split(head)[:-1]]
    if ends and ends[-1] > most // 4:
        return ends[-1]
    space = head.rfind(" ")
    return space if space > most // 4 else most


def _labels(citations: Iterable[Citation]) -> str:
    return "; ".join(safe(one.label) for one in citations)
