"""Phrases people use, found in a question by their stems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.index.words import LANGS, is_stop, plain_words, stem, terms
from bot.types import Lang

_GAP = 1
"""Words that may stand between two words of a phrase."""

T = TypeVar("T")


@dataclass(frozen=True)
class Phrase:
    """Stems of a phrase, in order.

    ``telling``: small words are left out, and so they are in what it is compared with.
    """

    stems: tuple[str, ...]
    telling: bool


@dataclass(frozen=True)
class Match(Generic[T]):
    """What a phrase stands for, and which words of the question it took."""

    lang: Lang
    places: tuple[int, ...]
    value: T


def phrase(text: str, lang: Lang) -> Phrase:
    """Read one phrase.

    Raises:
        ValueError: it has no word that says anything.
    """
    words = plain_words(text)
    telling = terms(text, lang)
    if len(telling) > 1:
        return Phrase(tuple(telling), telling=True)
    # One small word would match nearly every question; several in a row may say something.
    if not words or (len(words) < 2 and is_stop(words[0], lang)):
        raise ValueError(f"{text!r} has no word that says anything")
    return Phrase(tuple(stem(word, lang) for word in words), telling=False)


class PhraseBook(Generic[T]):
    """Values, found by the phrases that stand for them; both languages at once."""

    def __init__(self, phrases: Iterable[tuple[Lang, Phrase, T]]) -> None:
        self._first: dict[Lang, dict[str, list[tuple[Phrase, T]]]] = {lang: {} for lang in LANGS}
        for lang, known, value in phrases:
            self._first[lang].setdefault(known.stems[0], []).append((known, value))

    def find(self, words: Sequence[str]) -> Iterator[Match[T]]:
        """Yield every phrase that stands in the folded words of a question."""
        for lang in LANGS:
            whole = [(place, stem(word, lang)) for place, word in enumerate(words)]
            telling = [one for one in whole if not is_stop(words[one[0]], lang)]
            for sequence in (whole, telling):
                for start, (_, first) in enumerate(sequence):
                    for known, value in self._first[lang].get(first, ()):
                        if known.telling != (sequence is telling):
                            continue
                        places = _follow(sequence, start, known.stems)
                        if places:
                            yield Match(lang, places, value)


def by_language(data: Mapping[str, Sequence[str]]) -> Iterator[tuple[Lang, Phrase]]:
    """Read the lists ``en`` and ``es`` of a table.

    Raises:
        KeyError, ValueError: a language is missing, or a phrase says nothing.
    """
    for lang in LANGS:
        for text in data[lang]:
            yield lang, phrase(text, lang)


def _follow(
    sequence: Sequence[tuple[int, str]], start: int, stems: Sequence[str]
) -> tuple[int, ...]:
    """Places of the phrase's words in the question, empty where it does not go on so."""
    places = [sequence[start][0]]
    at = start
    for word in stems[1:]:
        window = range(at + 1, min(at + 2 + _GAP, len(sequence)))
        found = next((step for step in window if sequence[step][1] == word), None)
        if found is None:
            return ()
        at = found
        places.append(sequence[at][0])
    return tuple(places)
