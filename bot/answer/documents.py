"""What a document somebody added may say in an answer: little, after the law, in its own name.

No document reaches a model, and none has a say in facts, rules or openings. Its words are screened
like a model's, a passage as a whole: one sentence that may not be shown hides those around it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, Protocol

from bot.answer.wording import DOCUMENT_PAGE, DOCUMENT_SAYS, say
from bot.guard import Gate, Reading
from bot.guard.gate import Cited
from bot.retrieve.retriever import Found
from bot.sources.documents import page_of
from bot.text.language import detect
from bot.types import Bilingual, Dropped, Lang, Layer, Note, Passage, Verdict

MOST = 2
"""Most passages of documents in one answer."""

_SURE = 0.5
"""How sure a passage must be to be shown: it has half of the words that were asked."""
# What could be read as markup, a link or the end of the quotation, in any channel.
_INERT = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "“": "‘", "”": "’", '"': "’", "$": "＄"}
    | dict.fromkeys("`*_~|#\\{}", " ")
)


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

    def quotable(self, passage: Passage) -> bool:
        """Whether a passage of a document may be shown, as it stands and as it is quoted."""
        text = passage.text.en
        return self.passes(text) and self.passes(_quoted(text))


def document_notes(hits: Sequence[Found], screening: Screening) -> Iterator[Note]:
    """Give what the best documents say, in their own name."""
    lang = screening.reading.lang
    if lang == "en+es":
        return
    fitting = (hit.passage for hit in hits if hit.sure >= _SURE)
    for passage in islice(filter(screening.quotable, fitting), MOST):
        name = passage.title.en
        # A file's name is somebody else's words too; an id is one word.
        shown = name if screening.passes(name) else passage.authority.unit.path.split("/")[1]
        page = page_of(passage.authority)
        where = DOCUMENT_PAGE if page > 1 else Bilingual("", "")
        told = say(DOCUMENT_SAYS, lang).format(
            name=shown.translate(_INERT),
            page=say(where, lang).format(page=page),
            text=_quoted(passage.text.en),
        )
        yield Note("user_document", told)


def _quoted(text: str) -> str:
    return " ".join(text.replace("://", " ").translate(_INERT).split())
