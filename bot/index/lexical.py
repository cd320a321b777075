"""The lexical index: BM25 over the words of each passage, one index a language."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.index.words import terms
from bot.types import Lang, Passage

_K1 = 1.2
_B = 0.75
_TEXT, _TITLE, _ASK = 1.0, 1.0, 0.6
"""Weight of one occurrence in the statement, in its section's title and in its questions."""
_SECTION = 0.4
"""How much the whole section counts beside the statement itself."""


@dataclass(frozen=True)
class Bm25:
    """Inverted index; a posting holds the whole BM25 weight of term and document.

    ``starts[i]:starts[i + 1]`` are the postings of ``terms[i]``.
    """

    terms: tuple[str, ...]
    starts: NDArray[np.int64]
    docs: NDArray[np.int32]
    weights: NDArray[np.float32]
    size: int

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    @cached_property
    def _rarity(self) -> NDArray[np.float64]:
        return _idf(self.size, np.diff(self.starts))

    def knows(self, term: str) -> bool:
        """Whether any document has this term."""
        return term in self._place

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Score of every document for weighted query terms."""
        out = np.zeros(self.size, np.float32)
        for term, weight in query.items():
            place = self._place.get(term)
            if place is not None:
                span = slice(self.starts[place], self.starts[place + 1])
                out[self.docs[span]] += np.float32(weight) * self.weights[span]
        return out

    def best_share(self, words: Collection[str]) -> float:
        """Largest share of the terms, by rarity, that any one document has; 0 to 1.

        A term no document has counts as the rarest.
        """
        unknown = float(_idf(self.size, np.zeros(1))[0])
        have = np.zeros(self.size)
        total = 0.0
        for term in set(words):
            place = self._place.get(term)
            if place is None:
                total += unknown
            else:
                total += float(self._rarity[place])
                have[self.docs[self.starts[place] : self.starts[place + 1]]] += self._rarity[place]
        return float(have.max(initial=0.0)) / total if total else 0.0


@dataclass(frozen=True)
class Lexical:
    """One language: its passages, and the sections they are in.

    A statement is short and says once what its section is about; so the section's own score is
    added to that of each passage that has a word of the query. ``section_of`` gives the section's
    place for each passage.
    """

    passages: Bm25
    sections: Bm25
    section_of: NDArray[np.int32]

    def knows(self, term: str) -> bool:
        """Whether any passage has this term."""
        return self.passages.knows(term)

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Score of every passage for weighted query terms; 0 for one that has none of them."""
        own = self.passages.scores(query)
        around = self.sections.scores(query)[self.section_of]
        return np.asarray(np.where(own > 0, own + _SECTION * around, 0.0), np.float32)

    def best_share(self, words: Collection[str]) -> float:
        """See ``Bm25.best_share``, over passages."""
        return self.passages.best_share(words)


def build_lexical(passages: Sequence[Passage], lang: Lang) -> Lexical:
    """Index one language of the passages, by their place in the sequence."""
    counts = [_counts(passage, lang) for passage in passages]
    places: dict[str, int] = {}
    section_of = [places.setdefault(p.authority.unit.path, len(places)) for p in passages]
    sections: list[Counter[str]] = [Counter() for _ in places]
    for count, section in zip(counts, section_of, strict=True):
        sections[section].update(count)
    return Lexical(_bm25(counts), _bm25(sections), np.array(section_of, np.int32))


def save_lexical(path: Path, index: Lexical) -> None:
    """Write one language's index to a file without code in it."""
    arrays: dict[str, Any] = {
        "section_of": index.section_of,
        **_arrays("passages", index.passages),
        **_arrays("sections", index.sections),
    }
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load_lexical(path: Path) -> Lexical:
    """Read what ``save_lexical`` wrote.

    Raises:
        OSError, ValueError, KeyError: the file is missing or damaged.
    """
    with np.load(path, allow_pickle=False) as data:
        return Lexical(
            _from_arrays("passages", data), _from_arrays("sections", data), data["section_of"]
        )


def _counts(passage: Passage, lang: Lang) -> Counter[str]:
    """Weighted count of each term; float values, which ``Counter`` allows."""
    if passage.layer == "official" and lang != "en":
        # The law's own words are English: read as Spanish they would only mislead.
        return Counter()
    fields: Iterable[tuple[float, str]] = (
        (_TEXT, passage.text[lang]),
        (_TITLE, passage.title[lang]),
        *((_ASK, question) for question in passage.ask[lang]),
        (_TEXT, (passage.official or "") if lang == "en" else ""),
    )
    counts: Counter[str] = Counter()
    for weight, text in fields:
        for term in terms(text, lang):
            counts[term] += weight  # type: ignore[assignment]
    return counts


def _bm25(counts: Sequence[Mapping[str, float]]) -> Bm25:
    lengths = np.array([sum(count.values()) for count in counts], np.float64)
    mean = float(lengths.mean()) if len(lengths) and lengths.any() else 1.0
    postings: dict[str, list[tuple[int, float]]] = {}
    for doc, count in enumerate(counts):
        norm = _K1 * (1 - _B + _B * lengths[doc] / mean)
        for term, times in count.items():
            postings.setdefault(term, []).append((doc, times * (_K1 + 1) / (times + norm)))
    names = tuple(sorted(postings))
    starts = np.zeros(len(names) + 1, np.int64)
    docs: list[int] = []
    weights: list[float] = []
    for place, term in enumerate(names):
        found = postings[term]
        idf = float(_idf(len(counts), np.array([len(found)]))[0])
        docs += [doc for doc, _ in found]
        weights += [idf * saturated for _, saturated in found]
        starts[place + 1] = len(docs)
    return Bm25(names, starts, np.array(docs, np.int32), np.array(weights, np.float32), len(counts))


def _idf(size: int, having: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.log1p((size - having + 0.5) / (having + 0.5)), np.float64)


def _arrays(name: str, index: Bm25) -> dict[str, NDArray[Any]]:
    return {
        f"{name}.terms": np.frombuffer(json.dumps(index.terms).encode(), np.uint8),
        f"{name}.starts": index.starts,
        f"{name}.docs": index.docs,
        f"{name}.weights": index.weights,
        f"{name}.size": np.array(index.size),
    }


def _from_arrays(name: str, data: Mapping[str, NDArray[Any]]) -> Bm25:
    return Bm25(
        tuple(json.loads(data[f"{name}.terms"].tobytes())),
        data[f"{name}.starts"],
        data[f"{name}.docs"],
        data[f"{name}.weights"],
        int(data[f"{name}.size"]),
    )
