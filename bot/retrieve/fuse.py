"""Weighted reciprocal rank fusion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.types import Arm

_K = 5
"""How much the first ranks count: smaller is steeper."""


@dataclass(frozen=True)
class Vote:
    """One arm's ranking of passages, by their places in the index, best first."""

    arm: Arm
    weight: float
    places: Sequence[int]


@dataclass(frozen=True)
class Fused:
    """A passage after fusion, with the arms that found it in the order they voted.

    ``ruled`` is the part of the score that the arm ``rule`` gave.
    """

    place: int
    score: float
    arms: tuple[Arm, ...]
    ruled: float = 0.0


def fuse(votes: Iterable[Vote]) -> tuple[Fused, ...]:
    """Add up weight / (k + rank) over all votes; best first, ties by place."""
    scores: dict[int, float] = {}
    ruled: dict[int, float] = {}
    arms: dict[int, dict[Arm, None]] = {}
    for vote in votes:
        if vote.weight <= 0:
            continue
        for rank, place in enumerate(vote.places, 1):
            share = vote.weight / (_K + rank)
            scores[place] = scores.get(place, 0.0) + share
            if vote.arm == "rule":
                ruled[place] = ruled.get(place, 0.0) + share
            arms.setdefault(place, {})[vote.arm] = None
    order = sorted(scores, key=lambda place: (-scores[place], place))
    return tuple(
        Fused(place, scores[place], tuple(arms[place]), ruled.get(place, 0.0)) for place in order
    )
