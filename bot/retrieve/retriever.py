"""Search: every arm votes, votes are fused, cited provisions come first."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.index.store import OpenIndex
from bot.index.words import LANGS, is_stop, plain_words, stem
from bot.retrieve.arms import DEPTH, Arms, Asked
from bot.retrieve.cited import cited_authorities
from bot.retrieve.confidence import confidence_of
from bot.retrieve.fuse import Fused, Vote, fuse
from bot.retrieve.lexicon import Lexicon, load_lexicon
from bot.settings import Settings
from bot.sources.digest import Digest
from bot.text.citations import CitationIndex
from bot.text.normalise import fold
from bot.types import Arm, Authority, Hit, Lang, Layer, Passage

Cited = Callable[[str], Sequence[Authority]]
"""Finds the authorities a text cites, in order."""

_SHORT = 3
"""A question with at most this many words that carry meaning leans on what was said before."""
_SHORT_AFTER_OPENER = 6
"""The same for one that starts as a follow-up does."""
_EARLIER_WEIGHT = 0.6
_EARLIER_TURNS = 2
_CONTEXT_WEIGHT = 0.3
"""Weight of a whole question read after what was said before."""
_CONTEXT_TURNS = 4
_OPENERS = (
    "and ", "but ", "so ", "what about", "how about", "what if", "then ", "or ", "why", "also ",
    "y ", "¿y ", "pero ", "¿pero ", "entonces", "¿entonces", "o ", "¿o ", "también ", "¿también ",
)  # fmt: skip
_LINKED = 3
_SEE_WEIGHT = 0.8
_SUBJECT_WEIGHT = (0.8, 1.2, 1.5)
"""Weight of a subject that one, two, three or more groups of words name."""
_RULE_WEIGHT = 1.5
"""Vote of what the rules say a question turns on."""
_OFFICIAL_WEIGHT = 0.4
"""Weight of the law's own words for the statement on the same pinpoint."""
_CITED_AHEAD = 3
"""Passages of one cited provision that go ahead when the question is about more than it."""
_PINPOINT = 3
"""Longest part of a pinpoint that looks like a word: ``iii``."""
_CITING = frozenset(
    plain_words(
        "section sections title article part chapter clause paragraph amendment constitution"
        " convention treaty order executive case law code statute regulation act federal"
        " say says said mean means read explain tell decide decided held hold about please usc cfr"
        " ina sección secciones título artículo parte enmienda constitución convención tratado"
        " orden ejecutiva caso ley código reglamento dice decía significa explique explica decidió"
        " contra first second third fourth fifth sixth eighth fourteenth primera cuarta quinta"
        " sexta octava decimocuarta against torture tortura refugees refugiados"
    )
)
"""Words of a question that asks for a provision and nothing else."""


@dataclass(frozen=True)
class Only:
    """Limits of a search: only these arms; None for all."""

    arms: frozenset[Arm] | None = None

    def arm(self, arm: Arm) -> bool:
        """Whether an arm votes."""
        return self.arms is None or arm in self.arms


_EVERYTHING = Only()


@dataclass(frozen=True)
class Found(Hit):
    """A hit that knows how sure it is, 0 to 1; of statements the same for all of one search."""

    sure: float = 0.0


class Retriever:
    """Search over one open index; safe to share between threads."""

    def __init__(self, index: OpenIndex, lexicon: Lexicon, cited: Cited) -> None:
        self._index = index
        self._passages = index.digest.passages
        self._lexicon = lexicon
        self._arms = {
            name: Arms(layer, index.embedder, lexicon) for name, layer in index.layers.items()
        }
        self._cited = cited
        self._below = _places_below(self._passages)

    def search(  # noqa: PLR0913, PLR0917 - what a search is of, and what it may look at
        self,
        query: str,
        lang: Lang | None,
        k: int,
        history: Sequence[str] = (),
        only: Only = _EVERYTHING,
        ruled: Sequence[Authority] = (),
    ) -> tuple[Found, ...]:
        """Find the statements of the digest that answer a question, each authority once.

        The law's own words, where installed, vote for the statement of the same pinpoint; no
        other layer has a say.

        Args:
            query: the question.
            lang: language of the page; None if unknown. Questions in the other are read too.
            k: most hits to return, best first.
            history: what the person said before, oldest first; used when the question is elliptic.
            only: limits of the search.
            ruled: what the rules say the question turns on, most telling first.

        Raises:
            CorpusIndexError: the index or the embedding model failed.
        """
        if not query.strip():
            return ()
        asked_as = readings(query, history)
        votes: list[Vote] = []
        sure = 0.0
        official: list[tuple[Fused, ...]] = []
        for text, weight in asked_as:
            asked = self._asked(text, lang)
            ballot = self._arms["digest"].ballot(asked)
            votes += [_weighed(v, weight) for v in ballot.votes if only.arm(v.arm)]
            sure = max(sure, confidence_of(self._arms["digest"].evidence(asked, ballot)))
            if "official" in self._arms and only.arm("official"):
                official.append(fuse(self._arms["official"].ballot(asked).votes))
        if official:
            votes += self._by_official(asked_as, official, fuse(votes))
        if only.arm("see"):
            votes += self._by_subject(asked_as, fuse(votes))
            votes.append(self._linked(fuse(votes)))
        if ruled and only.arm("rule"):
            votes.append(Vote("rule", _RULE_WEIGHT, self._fitting(ruled, fuse(votes))))
        fused = fuse(votes)
        ahead = self._ahead(query, fused, k) if only.arm("citation") else ()
        order = self._each_authority_once((*ahead, *fused))[:k]
        return tuple(
            Found(self._passages[found.place], found.score, found.arms, found.ruled, sure)
            for found in order
        )

    def beside(
        self, layer: Layer, query: str, lang: Lang | None, k: int, history: Sequence[str] = ()
    ) -> tuple[Found, ...]:
        """Find passages of another layer than the digest, best first; see ``search``.

        How sure each is, is the share of the question's own words that it has.

        Raises:
            CorpusIndexError: the index or the embedding model failed.
        """
        arms = self._arms.get(layer)
        if arms is None or not query.strip():
            return ()
        votes: list[Vote] = []
        for text, weight in readings(query, history):
            votes += [_weighed(vote, weight) for vote in arms.ballot(self._asked(text, lang)).votes]
        passages = self._index.layers[layer].passages
        return tuple(
            Found(
                passages[found.place],
                found.score,
                found.arms,
                found.ruled,
                shared_words(query, passages[found.place].text.en),
            )
            for found in fuse(votes)[:k]
        )

    def _asked(self, text: str, lang: Lang | None) -> Asked:
        vector = self._index.embedder.embed_queries([text])
        return Asked(text, lang, self._lexicon.widen(text), vector)

    def confidence(self, hits: Sequence[Hit]) -> float:
        """How sure it is that the corpus has an answer, 0 to 1; below ``ABSTAIN`` it has none."""
        if not hits:
            return 0.0
        if any("citation" in hit.arms for hit in hits):
            return 1.0
        return max((hit.sure for hit in hits if isinstance(hit, Found)), default=0.0)

    def _ahead(self, query: str, fused: Sequence[Fused], k: int) -> tuple[Fused, ...]:
        cited = tuple(dict.fromkeys(self._cited(query)))
        if not cited:
            return ()
        by_place = {found.place: found for found in fused}
        bare = _is_bare(query, cited)
        taken: dict[int, None] = {}
        for authority in cited:
            places = list(self._places(authority))
            if not bare:
                places.sort(key=lambda p: -by_place[p].score if p in by_place else 0.0)
                places = places[:_CITED_AHEAD]
            taken.update(dict.fromkeys(places[:k]))
        top = fused[0].score if fused else 0.0
        return tuple(
            Fused(
                place,
                top + 1.0 - rank * 1e-3,
                ("citation", *(by_place[place].arms if place in by_place else ())),
            )
            for rank, place in enumerate(taken)
        )

    def _places(self, authority: Authority) -> tuple[int, ...]:
        """Passages of a provision; where none is as deep as the citation, those it is part of."""
        path = authority.path
        while path:
            found = self._below.get(path, ())
            if found:
                exact = [p for p in found if self._passages[p].authority.path == path]
                return tuple(found) if path == authority.path else tuple(exact or found)
            if path == authority.unit.path:
                break
            path = path.rpartition("/")[0]
        return ()

    def _by_official(
        self,
        readings: Sequence[tuple[str, float]],
        official: Sequence[Sequence[Fused]],
        fused: Sequence[Fused],
    ) -> list[Vote]:
        """Votes of the law's own words; of each pinpoint the statement that fits best."""
        rank = {found.place: number for number, found in enumerate(fused)}
        votes = []
        for (_, weight), found in zip(readings, official, strict=True):
            places = [
                min(parts, key=lambda place: rank.get(place, len(rank)))
                for one in found[:DEPTH]
                if (parts := self._said_of(self._index.layers["official"].passages[one.place]))
            ]
            votes.append(Vote("official", weight * _OFFICIAL_WEIGHT, tuple(dict.fromkeys(places))))
        return votes

    def _said_of(self, official: Passage) -> Sequence[int]:
        """Statements on the pinpoint of official words, or on the nearest one it is part of."""
        path = official.authority.path
        if found := self._below.get(path):
            return found
        while path != official.authority.unit.path:
            path = path.rpartition("/")[0]
            found = self._below.get(path, ())
            if exact := [p for p in found if self._passages[p].authority.path == path]:
                return exact
        return ()

    def _by_subject(
        self, readings: Sequence[tuple[str, float]], fused: Sequence[Fused]
    ) -> list[Vote]:
        """Votes of the subject index; of each provision the part that fits the question best."""
        votes = []
        for text, weight in readings:
            for subject in self._lexicon.subjects.find(text):
                places = self._fitting(subject.see, fused)
                sure = _SUBJECT_WEIGHT[min(len(subject.groups), len(_SUBJECT_WEIGHT)) - 1]
                votes.append(Vote("see", weight * sure, places))
        return votes

    def _fitting(self, authorities: Sequence[Authority], fused: Sequence[Fused]) -> tuple[int, ...]:
        """Of each provision the part that fits the question best, in the order given."""
        rank = {found.place: number for number, found in enumerate(fused)}
        places = [
            min(parts, key=lambda place: rank.get(place, len(rank)))
            for authority in authorities
            if (parts := self._places(authority))
        ]
        return tuple(dict.fromkeys(places))

    def _linked(self, fused: Sequence[Fused]) -> Vote:
        targets = [
            place
            for found in fused[:_LINKED]
            for authority in self._passages[found.place].see
            for place in self._places(authority)[:1]
        ]
        return Vote("see", _SEE_WEIGHT, tuple(dict.fromkeys(targets)))

    def _each_authority_once(self, fused: Iterable[Fused]) -> list[Fused]:
        """First the best passage of each authority, then what else there is."""
        first: dict[str, Fused] = {}
        more: dict[int, Fused] = {}
        seen: set[int] = set()
        for found in fused:
            if found.place in seen:
                continue
            seen.add(found.place)
            path = self._passages[found.place].authority.path
            if path in first:
                more[found.place] = found
            else:
                first[path] = found
        return [*first.values(), *more.values()]


def make_retriever(settings: Settings, digest: Digest, index: OpenIndex) -> Retriever:
    """Make the retriever of a digest and the index built from it.

    Raises:
        CorpusError: the lexicon cannot be read.
    """
    citations = CitationIndex.of(digest.sections)
    lexicon = load_lexicon(settings.corpus_dir)
    return Retriever(index, lexicon, lambda text: cited_authorities(text, citations))


def _places_below(passages: Sequence[Passage]) -> Mapping[str, Sequence[int]]:
    below: dict[str, list[int]] = {}
    for place, passage in enumerate(passages):
        path = passage.authority.path
        stop = passage.authority.unit.path
        while True:
            below.setdefault(path, []).append(place)
            if path == stop:
                break
            path = path.rpartition("/")[0]
    return below


def _weighed(vote: Vote, weight: float) -> Vote:
    return Vote(vote.arm, vote.weight * weight, vote.places)


def readings(query: str, history: Sequence[str]) -> list[tuple[str, float]]:
    """What is searched for a question, each with its weight; see ``_with_earlier``."""
    return _with_earlier(_readable(query), [_readable(turn) for turn in history])


def _with_earlier(query: str, history: Sequence[str]) -> list[tuple[str, float]]:
    """The question, and with less weight the same after what was said before.

    An elliptic question is also read after each of the last turns by itself.
    """
    earlier = [turn for turn in history if turn.strip()][-_CONTEXT_TURNS:]
    if not earlier:
        return [(query, 1.0)]
    found = [(query, 1.0), ("\n".join((*earlier, query)), _CONTEXT_WEIGHT)]
    if _is_elliptic(query):
        found += [
            (f"{turn}\n{query}", _EARLIER_WEIGHT / age)
            for age, turn in enumerate(reversed(earlier[-_EARLIER_TURNS:]), 1)
        ]
    return found


def _readable(text: str) -> str:
    """The text itself, or where its letters are disguised, what they spell."""
    folded = fold(text).text
    plain = text.replace(".", "")
    return text if plain_words(folded.replace(".", "")) == plain_words(plain) else folded


def _is_elliptic(query: str) -> bool:
    opens = query.strip().lower().startswith(_OPENERS)
    return len(_meaning(query)) <= (_SHORT_AFTER_OPENER if opens else _SHORT)


def _meaning(text: str) -> list[str]:
    return [w for w in plain_words(text) if not any(is_stop(w, lang) for lang in LANGS)]


def shared_words(query: str, text: str) -> float:
    """Share of a question's words that a text has, in the language where it has more."""
    words = _meaning(query)
    have = plain_words(text)
    shares = [
        len({stem(word, lang) for word in words} & {stem(word, lang) for word in have})
        / len({stem(word, lang) for word in words})
        for lang in LANGS
        if words
    ]
    return max(shares, default=0.0)


def _is_bare(query: str, cited: Sequence[Authority]) -> bool:
    """Whether nothing is asked but what the cited provisions say."""
    named = {part for authority in cited for part in re.findall(r"[a-z]+", authority.path)}
    return all(
        word in _CITING or word in named or len(word) <= _PINPOINT or not word.isalpha()
        for word in _meaning(query)
    )
