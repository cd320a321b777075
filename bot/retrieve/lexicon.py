"""The lexicon: lay words to the law's words, English and Spanish."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import CorpusError
from bot.index.words import LANGS, is_stop, plain_words, stem, terms
from bot.types import Lang

LEXICON_FILE = "lexicon.toml"
_GAP = 1
"""Words that may stand between two words of a phrase."""


@dataclass(frozen=True)
class Phrase:
    """Stems of a lay phrase, in order.

    ``telling``: small words are left out, and so they are in what it is compared with.
    """

    stems: tuple[str, ...]
    telling: bool


@dataclass(frozen=True)
class Entry:
    """What people say and what the law says, in each language; stems in order."""

    lay: Mapping[Lang, tuple[Phrase, ...]]
    law: Mapping[Lang, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Widening:
    """What the lexicon adds to a query.

    ``terms`` are the law's stems in each language, ``read`` the places of the query's words that
    an entry covers.
    """

    terms: Mapping[Lang, frozenset[str]]
    read: Mapping[Lang, frozenset[int]]


class Lexicon:
    """Entries, found by the first word of each lay phrase.

    ``outside`` names subjects the corpus says nothing about, to compare questions with.
    """

    def __init__(self, entries: Sequence[Entry], outside: Sequence[str] = ()) -> None:
        self.entries = tuple(entries)
        self.outside = tuple(outside)
        self._first: dict[Lang, dict[str, list[tuple[Phrase, Entry]]]] = {
            lang: {} for lang in LANGS
        }
        for entry in entries:
            for lang in LANGS:
                for phrase in entry.lay[lang]:
                    self._first[lang].setdefault(phrase.stems[0], []).append((phrase, entry))

    def widen(self, query: str) -> Widening:
        """Look up every phrase of a query, in both languages: people mix them."""
        words = plain_words(query)
        added: dict[Lang, set[str]] = {lang: set() for lang in LANGS}
        read: dict[Lang, set[int]] = {lang: set() for lang in LANGS}
        for lang in LANGS:
            for places, entry in self._matches(words, lang):
                read[lang].update(places)
                for target in LANGS:
                    for phrase in entry.law[target]:
                        added[target].update(phrase)
        return Widening(
            {lang: frozenset(found) for lang, found in added.items()},
            {lang: frozenset(found) for lang, found in read.items()},
        )

    def _matches(self, words: Sequence[str], lang: Lang) -> Iterator[tuple[tuple[int, ...], Entry]]:
        whole = [(place, stem(word, lang)) for place, word in enumerate(words)]
        telling = [(place, form) for place, form in whole if not is_stop(words[place], lang)]
        for sequence in (whole, telling):
            for start, (_, first) in enumerate(sequence):
                for phrase, entry in self._first[lang].get(first, ()):
                    if phrase.telling == (sequence is telling):
                        places = _follow(sequence, start, phrase.stems)
                        if places:
                            yield places, entry


def load_lexicon(corpus_dir: Path) -> Lexicon:
    """Read ``lexicon.toml`` of a corpus directory.

    Raises:
        CorpusError: the file is missing or malformed.
    """
    path = corpus_dir / LEXICON_FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        outside = [str(text) for lang in LANGS for text in data["outside"][lang]]
        return Lexicon([_entry(entry) for entry in data["entry"]], outside)
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror})", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise CorpusError(
            f"is malformed ({error}); an entry needs lay.en, lay.es, law.en and law.es,"
            " [outside] needs en and es, each a list of phrases",
            path=path,
        ) from None


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        {lang: tuple(_lay(phrase, lang) for phrase in data["lay"][lang]) for lang in LANGS},
        {lang: tuple(_law(phrase, lang) for phrase in data["law"][lang]) for lang in LANGS},
    )


def _lay(phrase: str, lang: Lang) -> Phrase:
    words = plain_words(phrase)
    telling = terms(phrase, lang)
    if len(telling) > 1:
        return Phrase(tuple(telling), telling=True)
    # One small word would match nearly every question; several in a row may say something.
    if not words or (len(words) < 2 and is_stop(words[0], lang)):
        raise ValueError(f"{phrase!r} has no word that says anything")
    return Phrase(tuple(stem(word, lang) for word in words), telling=False)


def _law(phrase: str, lang: Lang) -> tuple[str, ...]:
    found = tuple(terms(phrase, lang))
    if not found:
        raise ValueError(f"{phrase!r} has no word that says anything")
    return found


def _follow(
    sequence: Sequence[tuple[int, str]], start: int, phrase: Sequence[str]
) -> tuple[int, ...]:
    """Places of the phrase's words in the query, empty where it does not follow from ``start``."""
    places = [sequence[start][0]]
    at = start
    for word in phrase[1:]:
        window = range(at + 1, min(at + 2 + _GAP, len(sequence)))
        found = next((step for step in window if sequence[step][1] == word), None)
        if found is None:
            return ()
        at = found
        places.append(sequence[at][0])
    return tuple(places)
