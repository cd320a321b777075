"""The lexical index: BM25 over the words of each passage, one index a language."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.index.words import terms
from bot.types import Lang, Passage

_K1 = 1.2
_B = 0.6
_TEXT, _TITLE, _ASK = 1.0, 0.5, 0.6
"""Weight of one occurrence in the statement, in its section's title and in its questions."""


@dataclass(frozen=True)
class Bm25:
    """Inverted index of one language; a posting holds the whole BM25 weight of term and passage.

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

    def knows(self, term: str) -> bool:
        """Whether any passage has this term."""
        return term in self._place

    @cached_property
    def _rarity(self) -> NDArray[np.float32]:
        return np.asarray(_idf(self.size, np.diff(self.starts)), np.float32)

    def best_share(self, terms: Collection[str]) -> float:
        """Largest share of the terms, by rarity, that any one passage has; 0 to 1.

        A term no passage has counts as the rarest.
        """
        unknown = float(_idf(self.size, np.zeros(1))[0])
        have = np.zeros(self.size, np.float32)
        total = 0.0
        for term in set(terms):
            place = self._place.get(term)
            if place is None:
                total += unknown
            else:
                total += float(self._rarity[place])
                have[self.docs[self.starts[place] : self.starts[place + 1]]] += self._rarity[place]
        return float(have.max(initial=0.0)) / total if total else 0.0

    def scores(self, query: Mapping[str, float]) -> NDArray[np.float32]:
        """Score of every passage for weighted query terms."""
        out = np.zeros(self.size, np.float32)
        for term, weight in query.items():
            place = self._place.get(term)
            if place is not None:
                span = slice(self.starts[place], self.starts[place + 1])
                out[self.docs[span]] += np.float32(weight) * self.weights[span]
        return out


def build_bm25(passages: Sequence[Passage], lang: Lang) -> Bm25:
    """Index one language of the passages, by their place in the sequence."""
    counts = [_counts(passage, lang) for passage in passages]
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
        idf = float(_idf(len(passages), np.array([len(found)]))[0])
        docs += [doc for doc, _ in found]
        weights += [idf * saturated for _, saturated in found]
        starts[place + 1] = len(docs)
    return Bm25(
        names, starts, np.array(docs, np.int32), np.array(weights, np.float32), len(passages)
    )


def save_bm25(path: Path, index: Bm25) -> None:
    """Write one index to a file without code in it."""
    with path.open("wb") as file:
        np.savez(
            file,
            terms=np.frombuffer(json.dumps(index.terms).encode(), np.uint8),
            starts=index.starts,
            docs=index.docs,
            weights=index.weights,
            size=np.array(index.size),
        )


def load_bm25(path: Path) -> Bm25:
    """Read what ``save_bm25`` wrote.

    Raises:
        OSError, ValueError, KeyError: the file is missing or damaged.
    """
    with np.load(path, allow_pickle=False) as data:
        return Bm25(
            tuple(json.loads(data["terms"].tobytes())),
            data["starts"],
            data["docs"],
            data["weights"],
            int(data["size"]),
        )


def _idf(size: int, having: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.log1p((size - having + 0.5) / (having + 0.5)), np.float64)


def _counts(passage: Passage, lang: Lang) -> Counter[str]:
    """Weighted count of each term; float values, which ``Counter`` allows."""
    counts: Counter[str] = Counter()
    fields = (
        (_TEXT, passage.text[lang]),
        (_TITLE, passage.title[lang]),
        *((_ASK, question) for question in passage.ask[lang]),
    )
    for weight, text in fields:
        for term in terms(text, lang):
            counts[term] += weight  # type: ignore[assignment]
    if passage.official and lang == "en":
        for term in terms(passage.official, lang):
            counts[term] += _TEXT  # type: ignore[assignment]
    return counts
