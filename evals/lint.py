"""Check the question set as a whole: what no single line can show.

A question must not test the index with its own words, name law the corpus does not hold, stand
without its other half, or ask what another asks already.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.errors import HabeasError
from bot.sources.digest import Digest, load_digest
from bot.types import Authority
from evals.cases import CaseSet
from evals.grade import plain
from evals.problems import RunFailed
from evals.schema import SCHEMA_FILE, Place, Question, json_schema

COPY = 0.8
"""Share of word pairs two texts have in common from which one is a copy of the other."""
_SHORTEST = 4
"""Words under which two questions are told apart by equality alone."""
_WORD = re.compile(r"\w+")
_GUARD_STRATA = frozenset({"guard", "search"})


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the set; ``stops`` when a run on it would mean nothing."""

    place: Place
    id: str
    message: str
    stops: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.id}: {self.message}"


def stoppers(cases: CaseSet, corpus_dir: Path) -> tuple[Fault, ...]:
    """Give the faults that make a run worthless.

    Raises:
        RunFailed: the digest cannot be read.
    """
    return tuple(one for one in faults(cases, corpus_dir) if one.stops)


def faults(cases: CaseSet, corpus_dir: Path) -> tuple[Fault, ...]:
    """Give everything wrong with the questions of the set; the guard's own lines are exempt.

    Raises:
        RunFailed: the digest cannot be read.
    """
    linter = _Linter(cases, corpus_dir)
    found = linter.check(own(cases))
    return tuple(sorted(found, key=lambda one: (str(one.place.path), one.place.line)))


def own(cases: CaseSet) -> tuple[Question, ...]:
    """Give the questions of the set without the lines of the guard and of the search."""
    return tuple(one for one in cases.questions if not _GUARD_STRATA & set(one.stratum))


@cache
def digest_at(corpus_dir: Path) -> Digest:
    """Read the digest, once in a process.

    Raises:
        RunFailed: it cannot be read.
    """
    try:
        return load_digest(corpus_dir)
    except HabeasError as error:
        raise RunFailed(str(error)) from None


@cache
def _asked(corpus_dir: Path) -> "Likeness":
    return Likeness(
        (statement.authority.path, ask)
        for section in digest_at(corpus_dir).sections
        for statement in section.statements
        for ask in (*statement.ask.en, *statement.ask.es)
    )


class _Linter:
    def __init__(self, cases: CaseSet, corpus_dir: Path) -> None:
        self._cases = cases
        self._by_id = {one.id: one for one in cases.questions}
        self._digest = digest_at(corpus_dir)
        self._asked = _asked(corpus_dir)

    def check(self, questions: Sequence[Question]) -> Iterator[Fault]:
        for one in questions:
            yield from self._authorities(one)
            yield from self._links(one)
            yield from self._copies_index(one)
        yield from self._duplicates(questions)

    def _fault(self, one: Question, message: str, *, stops: bool = False) -> Fault:
        return Fault(self._cases.places[one.id], one.id, message, stops)

    def _authorities(self, one: Question) -> Iterator[Fault]:
        expect, gold = one.expect, one.retrieval
        wanted = [path for group in expect.must_cite_any for path in group]
        named = (*wanted, *expect.must_not_cite, *gold.controlling, *gold.supporting)
        for path in dict.fromkeys(named):
            if path in self._digest.known:
                continue
            unit = Authority(path).unit.path
            if unit not in self._digest.known:
                yield self._fault(one, f"{path} is unknown: the corpus has no {unit}", stops=True)
            elif path not in expect.must_not_cite:
                yield self._fault(
                    one, f"{path} is outside the corpus: {unit} has no statement on that pinpoint"
                )

    def _links(self, one: Question) -> Iterator[Fault]:
        pair, root = one.variants.pair, one.variants.paraphrase_of
        if pair is not None:
            yield from self._pair(one, pair)
        if root is not None:
            first = self._by_id.get(root)
            if first is None:
                yield self._fault(one, f"paraphrases {root}, which does not exist", stops=True)
            elif first.lang != one.lang or first.variants.paraphrase_of is not None:
                yield self._fault(
                    one, f"paraphrases {root}: name a first wording, in the same language"
                )

    def _pair(self, one: Question, pair: str) -> Iterator[Fault]:
        other = self._by_id.get(pair)
        if other is None:
            yield self._fault(one, f"its pair {pair} does not exist", stops=True)
            return
        if other.variants.pair != one.id:
            yield self._fault(one, f"its pair {pair} does not name it back")
        if other.lang == one.lang:
            yield self._fault(one, f"its pair {pair} is in the same language")
        if other.expect.verdict != one.expect.verdict:
            yield self._fault(one, f"its pair {pair} expects another verdict")

    def _copies_index(self, one: Question) -> Iterator[Fault]:
        # Only what grades the search can test the index with the index's own words.
        if not one.retrieval.controlling:
            return
        for found in self._asked.like(one.asked):
            yield self._fault(
                one, f"copies a question of the index ({found.name}: {found.text!r}); reword it"
            )
            return

    def _duplicates(self, questions: Sequence[Question]) -> Iterator[Fault]:
        first: dict[str, Question] = {}
        for one in questions:
            words = " / ".join(" ".join(_WORD.findall(plain(t.content))) for t in one.turns)
            # Attacks hide the same words under other characters: those count as they are written.
            key = "\n".join(t.content for t in one.turns) if one.variants.attack else words
            before = first.setdefault(key, one)
            if before is not one:
                place = self._cases.places[before.id]
                yield self._fault(one, f"asks word for word what {before.id} ({place}) asks")


@dataclass(frozen=True)
class Known:
    """A text to compare with, and whose it is."""

    name: str
    text: str


class Likeness:
    """Finds texts that share most of their word pairs with another."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._known = [Known(name, text) for name, text in texts]
        self._pairs = [pairs(one.text) for one in self._known]
        self._holds: dict[str, list[int]] = defaultdict(list)
        for number, found in enumerate(self._pairs):
            for pair in found:
                self._holds[pair].append(number)

    def like(self, text: str) -> tuple[Known, ...]:
        """Give the texts that are copies of this one, the closest first."""
        own = pairs(text)
        if not own:
            return ()
        shared = Counter(number for pair in own for number in self._holds.get(pair, ()))
        scored = [
            (2 * count / (len(own) + len(self._pairs[number])), number)
            for number, count in shared.items()
        ]
        return tuple(
            self._known[number]
            for score, number in sorted(scored, key=lambda one: (-one[0], one[1]))
            if score >= COPY
        )


def pairs(text: str) -> frozenset[str]:
    """Neighbouring words of a text, two by two; a short one is one piece."""
    words = _WORD.findall(plain(text))
    if len(words) < _SHORTEST:
        return frozenset({" ".join(words)}) if words else frozenset()
    return frozenset(f"{a} {b}" for a, b in pairwise(words))


@dataclass(frozen=True)
class Count:
    """Cases and problems of one stratum; near-duplicates are counted once."""

    stratum: str
    cases: int
    seeds: int
    distinct: int


def counts(cases: CaseSet) -> tuple[Count, ...]:
    """Count the set, stratum by stratum, and the whole of it under ``all``."""
    groups: Mapping[str, list[Question]] = defaultdict(list)
    for one in cases.questions:
        for stratum in ("all", *one.stratum):
            groups[stratum].append(one)
    return tuple(
        Count(name, len(members), len({one.seed for one in members}), _distinct(members))
        for name, members in sorted(groups.items())
    )


def _distinct(members: Sequence[Question]) -> int:
    """Count wordings that are no copy of one before."""
    likeness = Likeness((one.id, " ".join(t.content for t in one.turns)) for one in members)
    order = {one.id: number for number, one in enumerate(members)}
    return sum(
        all(
            order[found.name] >= order[one.id]
            for found in likeness.like(" ".join(t.content for t in one.turns))
        )
        for one in members
    )


def stale_schema() -> bool:
    """Whether ``question.schema.json`` is not what the code says."""
    return not SCHEMA_FILE.exists() or SCHEMA_FILE.read_text(encoding="utf-8") != json_schema()
