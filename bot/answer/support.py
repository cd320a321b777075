"""Whether the passages a model's sentence cites bear it out, as far as code can tell.

A sentence is kept only when nothing is wrong; dropping is cheap, since the law's own statements
stand above it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from bot.text.numbers import durations, numbers
from bot.text.redact import PLACEHOLDER
from bot.text.sentences import split
from bot.types import Lang, Passage

Flaw = Literal["no_passage", "link", "quote", "number", "date", "negation"]
"""What is wrong with a sentence."""

# A model has no business to link, embed or mark up: citations are written by code.
_LINK = re.compile(r"https?:|www\.|\]\(|!\[|<[a-z/!]|mailto:|tel:", re.IGNORECASE)
_QUOTE = re.compile(r"[“\"«]([^”\"»]{3,})[”\"»]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
# Pronouns and articles in disguise ("one", "una"), and the English word that is Spanish eleven.
_NO_NUMBERS = frozenset({0, 1})
_ONCE = re.compile(r"\bonce\b", re.IGNORECASE)
_MONTHS = (
    ("january", "enero"), ("february", "febrero"), ("march", "marzo"), ("april", "abril"),
    ("may", "mayo"), ("june", "junio"), ("july", "julio"), ("august", "agosto"),
    ("september", "septiembre"), ("october", "octubre"), ("november", "noviembre"),
    ("december", "diciembre"),
)  # fmt: skip
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = re.compile(
    rf"(?:(?<=\d )|(?<=\d de )|(?<=\d of ))({'|'.join(_MONTH_OF)})\b|\b({'|'.join(_MONTH_OF)})"
    rf"(?= \d| de \d| of \d)"
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|nobody|none|without|cannot|unlawful|illegal|forbidden|forbids?"
    r"|prohibit\w*|barred|bars|nunca|jamas|ni|sin|tampoco|nadie|ninguna?|ningun|prohib\w+|ilegal\w*)\b"
    r"|n't\b"
)
# Words that look like a denial and are none.
_NO_DENIAL = re.compile(r"\bno ciudadan\w+|\b(?:no|not) (?:later|more|less|fewer|only)\b")
_EMPTY_WORDS = """
    a an the of to in on at by for from with and or as is are was were be been it its this that
    these those they them their he she his her you your may can must will would could should has
    have had do does did not no if when who which what there here than then so such any el la los
    las un una unos unas de del al en por para con y o u e que se su sus es son fue ser esta estan
    puede pueden debe deben usted ustedes lo le les si no cuando quien como mas esa ese eso
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_ALIKE = 0.6


def flaw(sentence: str, cited: Sequence[Passage], lang: Lang) -> Flaw | None:
    """Name what is wrong with a sentence that rests on ``cited``; None when nothing is found.

    Every number, date and quotation must stand in a cited passage, and a sentence much like one
    of a passage must deny what it denies and affirm what it affirms.
    """
    return next(_flaws(sentence, cited, lang), None)


def _flaws(sentence: str, cited: Sequence[Passage], lang: Lang) -> Iterator[Flaw]:
    if not cited:
        yield "no_passage"
    if _LINK.search(sentence):
        yield "link"
    spoken = PLACEHOLDER.sub(" ", sentence)
    source = " \n ".join(text for passage in cited for text in _words_of(passage))
    said, written = _plain(spoken), _plain(source)
    words = " ".join(_WORD.findall(written))
    if any(" ".join(_WORD.findall(_plain(one))) not in words for one in _QUOTE.findall(sentence)):
        yield "quote"
    if not set(_months(said)) <= set(_months(written)):
        yield "date"
    counted = numbers(_ONCE.sub(" ", spoken) if lang == "en" else spoken) - _NO_NUMBERS
    if not counted <= numbers(source):
        yield "number"
    if not durations(spoken, lang) <= durations(source, "en") | durations(source, "es"):
        yield "number"
    if _flips(said, cited, lang):
        yield "negation"


def _words_of(passage: Passage) -> Iterator[str]:
    yield from (passage.text.en, passage.text.es, passage.title.en, passage.title.es)
    yield passage.official or ""
    for authority in (passage.authority, *passage.see):
        yield authority.path.replace("/", " ")


def _plain(text: str) -> str:
    """Lower case without accents."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _months(text: str) -> Iterator[int]:
    for before, after in _MONTH.findall(text):
        yield _MONTH_OF[before or after]
    for _, month, _ in _ISO.findall(text):
        yield int(month)


def _flips(said: str, cited: Sequence[Passage], lang: Lang) -> bool:
    words = _content(said)
    best, text = 0.0, ""
    for passage in cited:
        for cut in split(passage.text[lang]):
            other = _plain(cut.text)
            alike = len(words & _content(other)) / max(1, len(words))
            if alike > best:
                best, text = alike, other
    return best >= _ALIKE and _denies(said) != _denies(text)


def _denies(text: str) -> bool:
    return _NEGATION.search(_NO_DENIAL.sub(" ", text)) is not None


def _content(text: str) -> frozenset[str]:
    # Six letters stand for a word: enough to tell words apart, too few for endings.
    return frozenset(word[:6] for word in _WORD.findall(text) if word not in _EMPTY)
