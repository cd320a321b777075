"""The arms: each ranks passages for one query on its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.index.embed import Embedder
from bot.index.store import OpenLayer
from bot.index.vectors import Kind, Near
from bot.index.words import LANGS, is_stop, plain_words, stem
from bot.retrieve.confidence import Evidence
from bot.retrieve.fuse import Vote
from bot.retrieve.lexicon import Lexicon, Widening
from bot.text.meaning import Vectors
from bot.types import Arm, Lang

DEPTH = 60
"""Passages an arm ranks at most."""

_ROWS: Mapping[Kind, int] = {"text": 120, "ask": 160}
_ARM: Mapping[Kind, Arm] = {"text": "dense", "ask": "questions"}
_WEIGHT: Mapping[Arm, float] = {"lexical": 1.5, "dense": 0.7, "questions": 1.2}
_LAW_WORD = 0.3
"""Weight in BM25 of a word the lexicon added; the person's own words weigh 1."""
_READS = 0.6
"""Share of a query's words a lexical index must know to have a full vote."""
_MAY_READ = 0.4
"""The same share for an index whose words count as evidence."""
_ONLY_LAW = 0.25
"""Vote of a lexical index that reads the query only through the lexicon."""


@dataclass(frozen=True)
class Asked:
    """One query as the arms of every layer need it; ``vector`` has one row."""

    text: str
    lang: Lang | None
    widening: Widening
    vector: Vectors


@dataclass(frozen=True)
class Ballot:
    """All votes of one layer on one query, and the best cosine of each kind of row."""

    votes: tuple[Vote, ...]
    best: Mapping[Kind, float]


@dataclass(frozen=True)
class Reading:
    """How well one language's lexical index reads a query, and what it searches for."""

    lang: Lang
    vote: float
    terms: Mapping[str, float]


class Arms:
    """The arms that search one layer by words and by likeness."""

    def __init__(self, layer: OpenLayer, embedder: Embedder, lexicon: Lexicon) -> None:
        self._layer = layer
        self._embedder = embedder
        self._lexicon = lexicon

    @cached_property
    def _outside(self) -> Vectors:
        return self._embedder.embed_queries(self._lexicon.outside)

    def ballot(self, asked: Asked) -> Ballot:
        """Let every arm vote on one query.

        Raises:
            CorpusIndexError: the index failed.
        """
        readings = self.readings(asked.text, asked.lang, asked.widening)
        votes = [self._lexical(reading) for reading in readings]
        best: dict[Kind, float] = {}
        for kind in _ROWS:
            near = self._near(kind, asked.vector)
            best[kind] = max(0.0, near[0].cosine) if near else 0.0
            arm = _ARM[kind]
            votes.append(Vote(arm, _WEIGHT[arm], [found.place for found in near[:DEPTH]]))
        return Ballot(tuple(votes), best)

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

    def evidence(self, asked: Asked, ballot: Ballot) -> Evidence:
        """Say what speaks for and against an answer in this layer.

        Raises:
            CorpusIndexError: the embedding model failed.
        """
        words = plain_words(asked.text)
        shares = [
            self._layer.lexical[lang].best_share(
                [stem(word, lang) for word in words if not is_stop(word, lang)]
            )
            for lang in LANGS
            if self._known(words, lang) >= _MAY_READ
        ]
        outside = self._outside @ asked.vector[0] if len(self._outside) else np.zeros(1)
        read = max(len(asked.widening.read[lang]) for lang in LANGS)
        return Evidence(
            text=ballot.best["text"],
            ask=ballot.best["ask"],
            outside=max(0.0, float(outside.max())),
            words=max(shares, default=0.0),
            lay=read / len(words) if words else 0.0,
        )

    def _known(self, words: Sequence[str], lang: Lang) -> float:
        """Share of the words that are small words of the language or words of its index."""
        lexical = self._layer.lexical[lang]
        known = sum(is_stop(word, lang) or lexical.knows(stem(word, lang)) for word in words)
        return known / len(words) if words else 0.0

    def _lexical(self, reading: Reading) -> Vote:
        scores = self._layer.lexical[reading.lang].scores(reading.terms)
        order = np.lexsort((np.arange(len(scores)), -scores))
        places = [int(place) for place in order[:DEPTH] if scores[place] > 0]
        return Vote("lexical", _WEIGHT["lexical"] * reading.vote, places)

    def _near(self, kind: Kind, vector: Vectors) -> tuple[Near, ...]:
        have = self._layer.about.rows(kind)
        return self._layer.vectors.nearest(kind, vector, min(_ROWS[kind], have)) if have else ()
