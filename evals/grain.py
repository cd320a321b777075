"""When a citation or a hit counts as the authority that was asked for.

Pinpoints of the law are deep and questions are not: unless the gold is given deeper on purpose,
a section and its first subsection decide.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.types import Authority

DEPTH = 10
"""Rank down to which search is graded."""


def grain(authority: Authority) -> str:
    """Name of section and first subsection: ``usc/8/1231/b``."""
    first = authority.pinpoint.split("/", 1)[0]
    return f"{authority.unit}/{first}" if first else authority.unit.path


def counts_as(found: Authority, gold: Authority) -> bool:
    """Whether a find is the gold one, at the grain of section and first subsection.

    A gold without pinpoint is met by any part of its section; a find without one, the section as
    a whole, meets every gold in it.
    """
    if found.unit != gold.unit:
        return False
    if not gold.pinpoint or not found.pinpoint:
        return True
    return found.pinpoint.split("/", 1)[0] == gold.pinpoint.split("/", 1)[0]


def pinpoints(found: Authority, gold: Authority) -> bool:
    """Whether a find is as deep as the gold, or deeper in the same branch."""
    return found.within(gold)


@dataclass(frozen=True)
class Ranking:
    """How well one ranking serves one question, among distinct grains.

    ``first`` is the rank of the first controlling find, 0 where there is none in the first ten;
    ``ndcg`` gains 2 for a controlling and 1 for a supporting find; ``complete`` when every
    controlling one is among the first ten.
    """

    first: int
    ndcg: float
    complete: bool

    @property
    def reciprocal(self) -> float:
        """One over the rank of the first controlling find, 0 where there is none."""
        return 1 / self.first if self.first else 0.0

    def within(self, depth: int) -> bool:
        """Whether a controlling find stands at this rank or before."""
        return 0 < self.first <= depth


def rank(
    found: Sequence[Authority], controlling: Sequence[Authority], supporting: Sequence[Authority]
) -> Ranking:
    """Judge the first ten distinct grains of a ranking; each gold gains once."""
    top = _distinct(found)[:DEPTH]
    open_golds = dict.fromkeys(controlling, 2.0)
    open_golds.update({gold: 1.0 for gold in supporting if gold not in open_golds})
    ideal = sorted(open_golds.values(), reverse=True)
    first = 0
    gained: list[float] = []
    for place, one in enumerate(top, 1):
        met = [gold for gold in open_golds if counts_as(one, gold)]
        if not first and any(counts_as(one, gold) for gold in controlling):
            first = place
        gained.append(max((open_golds[gold] for gold in met), default=0.0))
        for gold in met:
            del open_golds[gold]
    complete = all(any(counts_as(one, gold) for one in top) for gold in controlling)
    best = _discounted(ideal[:DEPTH])
    return Ranking(first, _discounted(gained) / best if best else 0.0, complete)


def _distinct(found: Iterable[Authority]) -> list[Authority]:
    first: dict[str, Authority] = {}
    for one in found:
        first.setdefault(grain(one), one)
    return list(first.values())


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
