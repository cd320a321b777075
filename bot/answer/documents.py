"""What a document somebody added may say in an answer: little, after the law, in its own name.

No document reaches a model, and none has a say in facts, rules or openings. Its words are screened
like a model's. A sentence that may not be shown is left out, with what leans on it, and the answer
says so.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, Protocol

from bot.answer.wording import (
    DOCUMENT_LEFT_OUT,
    DOCUMENT_LEFT_OUT_ONE,
    DOCUMENT_PAGE,
    DOCUMENT_SAYS,
    say,
)
from bot.guard import Gate, Reading
from bot.guard.gate import Cited
from bot.retrieve.retriever import Found
from bot.sources.documents import page_of
from bot.text.language import detect
from bot.text.sentences import split
from bot.types import Bilingual, Dropped, Lang, Layer, Note, Verdict

MOST = 2
"""Most passages of documents in one answer."""

_SURE = 0.5
"""How sure a passage must be to be shown: it has half of the words that were asked."""
# What could be read as markup, a link or the end of the quotation, in any channel.
_INERT = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "“": "‘", "”": "’", '"': "’", "$": "＄"}
    | dict.fromkeys("`*_~|#\\{}", " ")
)
_LEFT_OUT = "[…]"
# A sentence that opens so says something of the one before it: what was left out there would be
# guessed from it, or be read into another sentence.
_LEANS = re.compile(
    r"""\W*(?: yes | no | right | true | so | and | but | or | also | too | that | this | these
    | those | it | its | they | them | their | he | she | such | same | likewise | therefore | thus
    | sí | si | cierto | así | y | pero | o | también | eso | esa | ese | esto | esta | este
    | ellos | ellas | él | ella | tal | igual | lo | por | entonces )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Quotation:
    """Words of a document as they may be shown; ``left_out`` is how many sentences were not."""

    text: str
    left_out: int


class Beside(Protocol):
    """What is needed of the search of other layers than the digest."""

    def beside(
        self, layer: Layer, query: str, lang: Lang | None, k: int, history: Sequence[str]
    ) -> Sequence[Found]:
        """Find passages of one layer, best first."""


@dataclass(frozen=True)
class Screening:
    """All that decides whether words of a document may be shown in one conversation."""

    reading: Reading
    verdict: Verdict | None
    citations: Callable[[str], Sequence[Cited]]
    mode: Literal["standard", "strict"]

    def passes(self, text: str) -> bool:
        """Whether every sentence of a text may be shown."""
        lang = detect(text) or self.reading.lang
        gate = Gate(replace(self.reading, lang=lang), self.verdict, self.citations, mode=self.mode)
        return not any(isinstance(one, Dropped) for one in (*gate.feed(text), *gate.close()))

    def quotation(self, text: str) -> Quotation | None:
        """Give what may be shown of a passage, as it is shown; None where nothing may.

        What is left must pass by itself as well: sentences that were apart stand together now.
        """
        pieces: list[str] = []
        left_out, leaning = 0, False
        for one in split(text):
            leaning = not self._sound(one.text) or (leaning and bool(_LEANS.match(one.text)))
            left_out += leaning
            if not leaning:
                pieces.append(one.text)
            elif pieces[-1:] != [_LEFT_OUT]:
                pieces.append(_LEFT_OUT)
        kept = " ".join(one for one in pieces if one != _LEFT_OUT)
        if not kept or not self._sound(kept):
            return None
        shown = " ".join(one if one == _LEFT_OUT else _inert(one) for one in pieces)
        return Quotation(shown, left_out)

    def _sound(self, text: str) -> bool:
        """Whether a text may be shown, as it stands and as it is quoted."""
        return self.passes(text) and self.passes(_inert(text))


def document_notes(hits: Sequence[Found], screening: Screening) -> Iterator[Note]:
    """Give what the best documents say, in their own name."""
    lang = screening.reading.lang
    if lang == "en+es":
        return
    fitting = (hit.passage for hit in hits if hit.sure >= _SURE)
    quoted = (
        (passage, quotation)
        for passage in fitting
        if (quotation := screening.quotation(passage.text.en))
    )
    for passage, quotation in islice(quoted, MOST):
        name = passage.title.en
        # A file's name is somebody else's words too; an id is one word.
        shown = name if screening.passes(name) else passage.authority.unit.path.split("/")[1]
        page = page_of(passage.authority)
        where = DOCUMENT_PAGE if page > 1 else Bilingual("", "")
        told = say(DOCUMENT_SAYS, lang).format(
            name=shown.translate(_INERT),
            page=say(where, lang).format(page=page),
            text=quotation.text,
        )
        yield Note("user_document", " ".join((told, *_left_out(quotation, lang))))


def _left_out(quotation: Quotation, lang: Lang) -> Iterator[str]:
    if quotation.left_out:
        said = DOCUMENT_LEFT_OUT if quotation.left_out > 1 else DOCUMENT_LEFT_OUT_ONE
        yield say(said, lang).format(count=quotation.left_out)


def _inert(text: str) -> str:
    return " ".join(text.replace("://", " ").translate(_INERT).split())
