"""The lexicon: lay words to the law's words, and subjects to the provisions they turn on."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import CorpusError
from bot.index.words import LANGS, plain_words, terms
from bot.retrieve.phrases import Phrase, PhraseBook, by_language
from bot.types import Authority, Lang

LEXICON_FILE = "lexicon.toml"
SUBJECTS_FILE = "subjects.toml"

_T = TypeVar("_T")


@dataclass(frozen=True)
class Entry:
    """What people say, and the stems of what the law says, in each language."""

    lay: tuple[tuple[Lang, Phrase], ...]
    law: Mapping[Lang, frozenset[str]]


@dataclass(frozen=True)
class Subject:
    """Groups of words that stand in a question together, and the provisions it turns on."""

    groups: frozenset[str]
    see: tuple[Authority, ...]


@dataclass(frozen=True)
class Widening:
    """What the lexicon adds to a query.

    ``terms`` are the law's stems in each language, ``read`` the places of the query's words that
    an entry covers.
    """

    terms: Mapping[Lang, frozenset[str]]
    read: Mapping[Lang, frozenset[int]]


class SubjectIndex:
    """Subjects, found by the words of their groups."""

    def __init__(
        self, groups: Mapping[str, Sequence[tuple[Lang, Phrase]]], subjects: Sequence[Subject]
    ) -> None:
        self.subjects = tuple(subjects)
        self._book = PhraseBook(
            (lang, known, name) for name, phrases in groups.items() for lang, known in phrases
        )

    def find(self, query: str) -> tuple[Subject, ...]:
        """Subjects of a query, those that more of its words name first."""
        present = {match.value for match in self._book.find(plain_words(query))}
        found = [subject for subject in self.subjects if subject.groups <= present]
        return tuple(sorted(found, key=lambda subject: -len(subject.groups)))


class Lexicon:
    """Entries, and subjects.

    ``outside`` names subjects the corpus says nothing about, to compare questions with.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        outside: Sequence[str] = (),
        subjects: SubjectIndex | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.outside = tuple(outside)
        self.subjects = subjects or SubjectIndex({}, ())
        self._book = PhraseBook(
            (lang, known, entry) for entry in entries for lang, known in entry.lay
        )

    def widen(self, query: str) -> Widening:
        """Look up every phrase of a query, in both languages: people mix them."""
        added: dict[Lang, set[str]] = {lang: set() for lang in LANGS}
        read: dict[Lang, set[int]] = {lang: set() for lang in LANGS}
        for match in self._book.find(plain_words(query)):
            read[match.lang].update(match.places)
            for lang in LANGS:
                added[lang].update(match.value.law[lang])
        return Widening(
            {lang: frozenset(found) for lang, found in added.items()},
            {lang: frozenset(found) for lang, found in read.items()},
        )


def load_lexicon(corpus_dir: Path) -> Lexicon:
    """Read ``lexicon.toml`` and ``subjects.toml`` of a corpus directory.

    Raises:
        CorpusError: a file is missing or malformed.
    """
    subjects = _read(
        corpus_dir / SUBJECTS_FILE,
        _subjects,
        "a group needs en and es, a subject all (names of groups) and see (authority paths)",
    )
    return _read(
        corpus_dir / LEXICON_FILE,
        lambda data: _lexicon(data, subjects),
        "an entry needs lay.en, lay.es, law.en and law.es, [outside] needs en and es,"
        " each a list of phrases",
    )


def _read(path: Path, parse: Callable[[Mapping[str, Any]], _T], mend: str) -> _T:
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror})", path=path) from None
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        CorpusError,
        KeyError,
        TypeError,
        ValueError,
    ) as error:
        raise CorpusError(f"is malformed ({error}); {mend}", path=path) from None


def _lexicon(data: Mapping[str, Any], subjects: SubjectIndex) -> Lexicon:
    outside = [str(text) for lang in LANGS for text in data["outside"][lang]]
    return Lexicon([_entry(entry) for entry in data["entry"]], outside, subjects)


def _entry(data: Mapping[str, Any]) -> Entry:
    law = {
        lang: frozenset(word for text in data["law"][lang] for word in _law(text, lang))
        for lang in LANGS
    }
    return Entry(tuple(by_language(data["lay"])), law)


def _law(text: str, lang: Lang) -> list[str]:
    found = terms(text, lang)
    if not found:
        raise ValueError(f"{text!r} has no word that says anything")
    return found


def _subjects(data: Mapping[str, Any]) -> SubjectIndex:
    groups = {str(name): tuple(by_language(words)) for name, words in data["group"].items()}
    subjects = [
        Subject(frozenset(entry["all"]), tuple(Authority(path) for path in entry["see"]))
        for entry in data["subject"]
    ]
    for subject in subjects:
        unknown = sorted(subject.groups - groups.keys())
        if unknown or not subject.groups:
            raise ValueError(f"a subject names no group or unknown ones: {unknown}")
    return SubjectIndex(groups, subjects)
