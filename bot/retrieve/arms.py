"""The arms: each ranks passages for one query on its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.index.embed import Vectors
from bot.index.store import OpenIndex
from bot.index.vectors import Kind, Near
from bot.index.words import LANGS, is_stop, plain_words, stem
from bot.retrieve.confidence import Evidence
from bot.retrieve.fuse import Vote
from bot.retrieve.lexicon import Lexicon, Widening
from bot.types import Arm, Lang, Layer

DEPTH = 60
"""Passages an arm ranks at most."""

_ROWS: Mapping[Kind, int] = {"text": 120, "ask": 160}
_ARM: Mapping[Kind, Arm] = {"text": "dense", "ask": "questions"}
_WEIGHT: Mapping[Arm, float] = {"lexical": 1.5, "dense": 0.7, "questions": 0.9}
_LAW_WORD = 0.3
"""Weight in BM25 of a word the lexicon added; the person's own words weigh 1."""
_READS = 0.6
"""Share of a query's words a lexical index must know to have a full vote."""
_MAY_READ = 0.4
"""The same share for an index whose words count as evidence."""
_ONLY_LAW = 0.25
"""Vote of a lexical index that reads the query only through the lexicon."""


@dataclass(frozen=True)
class Ballot:
    """All votes on one query."""

    votes: tuple[Vote, ...]
    evidence: Evidence


@dataclass(frozen=True)
class Reading:
    """How well one language's lexical index reads a query, and what it searches for."""

    lang: Lang
    vote: float
    terms: Mapping[str, float]


class Arms:
    """The arms that search by words and by likeness."""

    def __init__(self, index: OpenIndex, lexicon: Lexicon) -> None:
        self._index = index
        self._lexicon = lexicon

    @cached_property
    def _outside(self) -> Vectors:
        return self._index.embedder.embed_queries(self._lexicon.outside)

    def ballot(self, query: str, lang: Lang | None, layers: frozenset[Layer] | None) -> Ballot:
        """Let every arm vote on one query.

        Raises:
            CorpusIndexError: the index or the embedding model failed.
        """
        widening = self._lexicon.widen(query)
        votes = [self._lexical(reading, layers) for reading in self.readings(query, lang, widening)]
        vector = self._index.embedder.embed_queries([query])
        best: dict[Kind, float] = {}
        for kind in _ROWS:
            near = self._near(kind, vector, layers)
            best[kind] = max(0.0, near[0].cosine) if near else 0.0
            arm = _ARM[kind]
            votes.append(Vote(arm, _WEIGHT[arm], [found.place for found in near[:DEPTH]]))
        return Ballot(tuple(votes), self._evidence(query, widening, vector, best))

    def readings(self, query: str, lang: Lang | None, widening: Widening) -> tuple[Reading, ...]:
        """Judge which lexical indexes can read a query, and weight their words."""
        words = plain_words(query)
        known = {each: self._known(words, each) for each in LANGS}
        best = max(known.values(), default=0.0)
        found = []
        for each in LANGS:
            reads = known[each] >= _READS and (known[each] == best or lang == each)
            law = widening.terms[each]
            if not reads and not law:
                continue
            terms = dict.fromkeys(law, _LAW_WORD)
            if reads:
                terms.update((stem(word, each), 1.0) for word in words if not is_stop(word, each))
            found.append(Reading(each, 1.0 if reads else _ONLY_LAW, terms))
        return tuple(found)

    def _evidence(
        self, query: str, widening: Widening, vector: Vectors, best: Mapping[Kind, float]
    ) -> Evidence:
        words = plain_words(query)
        shares = [
            self._index.lexical[lang].best_share(
                [stem(word, lang) for word in words if not is_stop(word, lang)]
            )
            for lang in LANGS
            if self._known(words, lang) >= _MAY_READ
        ]
        outside = self._outside @ vector[0] if len(self._outside) else np.zeros(1)
        read = max(len(widening.read[lang]) for lang in LANGS)
        return Evidence(
            text=best["text"],
            ask=best["ask"],
            outside=max(0.0, float(outside.max())),
            words=max(shares, default=0.0),
            lay=read / len(words) if words else 0.0,
        )

    def _known(self, words: Sequence[str], lang: Lang) -> float:
        """Share of the words that are small words of the language or words of its index."""
        lexical = self._index.lexical[lang]
        known = sum(is_stop(word, lang) or lexical.knows(stem(word, lang)) for word in words)
        return known / len(words) if words else 0.0

    def _lexical(self, reading: Reading, layers: frozenset[Layer] | None) -> Vote:
        scores = self._index.lexical[reading.lang].scores(reading.terms)
        order = np.lexsort((np.arange(len(scores)), -scores))
        passages = self._index.passages
        places = [
            int(place)
            for place in order[: DEPTH if layers is None else len(order)]
            if scores[place] > 0 and (layers is None or passages[place].layer in layers)
        ]
        return Vote("lexical", _WEIGHT["lexical"] * reading.vote, places[:DEPTH])

    def _near(
        self, kind: Kind, vector: Vectors, layers: frozenset[Layer] | None
    ) -> tuple[Near, ...]:
        if not self._index.manifest.rows(kind):
            return ()
        limit = min(_ROWS[kind], self._index.manifest.rows(kind))
        return self._index.vectors.nearest(kind, vector, limit, layers)
