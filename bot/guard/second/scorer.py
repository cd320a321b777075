"""Features of the words of a text, the linear models over them, and both readings together.

Hashed features (Weinberger et al., 2009): every run of one to three words and of four letters in a
word counts at the place its CRC-32 names.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.errors import RuleError
from bot.guard.second.likeness import Likeness

BUCKETS = 1 << 18
"""Places a feature can count at."""

_TOKEN = re.compile(r"\w+|[?!§%]")
_LONGEST_RUN = 3
_LETTERS = 4
_MOST_TOKENS = 400
"""Words of a text that are read; what comes after adds nothing a person would ask."""


@dataclass(frozen=True)
class Features:
    """Places and how much each counts; the length of ``values`` as a vector is 1."""

    places: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Scorer:
    """What looks for the same things twice: by words, and by likeness of meaning.

    The linear models have common features, one row of ``weights`` each: whole numbers that, times
    ``scales``, are what was learnt. ``blend`` holds for each model what its words count, what its
    likeness counts, and what is added. A score is a probability as learnt; ``thresholds`` are
    where it is acted on.
    """

    names: tuple[str, ...]
    weights: NDArray[np.int8]
    scales: NDArray[np.float64]
    biases: NDArray[np.float64]
    likeness: Likeness
    blend: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    sure: NDArray[np.float64]
    """A second threshold, from which more is done than at the first."""
    learnt_from: str
    """Hash of the examples."""

    def scores(self, features: Features, nearness: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give one score a model, 0 to 1.

        Args:
            features: the words of the text.
            nearness: how near each example of ``likeness`` is in meaning.
        """
        sums = self.weights[:, features.places].astype(np.float64) @ features.values
        by_words = sums * self.scales + self.biases
        by_meaning = self.likeness.margins(nearness)
        words, meaning, added = self.blend.T
        scores: NDArray[np.float64] = 1 / (
            1 + np.exp(-(words * by_words + meaning * by_meaning + added))
        )
        return scores


def features(parts: Mapping[str, str], context: str = "") -> Features:
    """Read the features of a text.

    Args:
        parts: folded text by a short name that keeps its features apart from other parts'.
        context: what the words are also read together with; empty for nothing.
    """
    hashes: list[int] = []
    for name, text in parts.items():
        tokens = _TOKEN.findall(text)[:_MOST_TOKENS]
        heads = [f"{name} "] + ([f"{name} {context} "] if context else [])
        for head in heads:
            hashes += _runs_hashed(tokens, crc32(head.encode()))
        hashes += _letters_hashed(tokens, crc32(f"{name}-".encode()))
    if context:
        hashes.append(crc32(context.encode()))
    if not hashes:
        return Features(np.zeros(0, np.int64), np.zeros(0))
    places, counts = np.unique(np.array(hashes, np.int64) % BUCKETS, return_counts=True)
    values = 1 + np.log(counts)
    return Features(places, values / np.linalg.norm(values))


@cache
def load_scorer(name: str) -> Scorer:
    """Load the weights of one reader.

    Raises:
        RuleError: the file is missing or is no such file; the process must not serve.
    """
    file = resources.files("bot.guard.second").joinpath(f"{name}.npz")
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            weights = np.zeros((len(data["names"]), BUCKETS), np.int8)
            weights[:, data["places"]] = data["weights"]
            likeness = Likeness(
                data["directions"].astype(np.float32),
                data["examples"].astype(np.float32),
                data["shares"],
                data["pulls"].astype(np.float64),
                data["margins"],
            )
            return Scorer(
                tuple(map(str, data["names"])),
                weights,
                data["scales"],
                data["biases"],
                likeness,
                data["blend"],
                data["thresholds"],
                data["sure"],
                str(data["learnt_from"]),
            )
    except (OSError, ValueError, KeyError) as error:
        raise RuleError(
            f"{name}.npz of the second reader cannot be read ({error}); run `make second`"
        ) from error


def heaviest_runs(scorer: Scorer, row: int, part: str, text: str, count: int) -> list[str]:
    """Give the runs of words of one part whose weight in one model is greatest, above nothing."""
    runs = dict.fromkeys(_runs(_TOKEN.findall(text)[:_MOST_TOKENS]))
    weights = {run: int(scorer.weights[row, _place(f"{part} {run}")]) for run in runs}
    best = sorted(weights, key=lambda run: -weights[run])[:count]
    return [run for run in best if weights[run] > 0]


def _runs(tokens: list[str]) -> Iterable[str]:
    for length in range(1, _LONGEST_RUN + 1):
        for start in range(len(tokens) - length + 1):
            yield " ".join(tokens[start : start + length])


def _runs_hashed(tokens: list[str], head: int) -> list[int]:
    """Hashes of all runs of words after what ``head`` is the hash of."""
    rests = [f" {token}".encode() for token in tokens]
    hashes = []
    for start, token in enumerate(tokens):
        place = crc32(token.encode(), head)
        hashes.append(place)
        for rest in rests[start + 1 : start + _LONGEST_RUN]:
            place = crc32(rest, place)
            hashes.append(place)
    return hashes


def _letters_hashed(tokens: list[str], head: int) -> list[int]:
    words = [f"<{token}>" for token in tokens]
    return [
        crc32(word[start : start + _LETTERS].encode(), head)
        for word in words
        for start in range(max(1, len(word) - _LETTERS + 1))
    ]


def _place(feature: str) -> int:
    return crc32(feature.encode()) % BUCKETS
