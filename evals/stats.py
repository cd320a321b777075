"""The few statistics a pass rate needs, by their textbook definitions."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

ALPHA = 0.05
"""Error rate at which a paired loss counts as a regression."""


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of a share, both ends between 0 and 1."""

    low: float
    high: float


def wilson(hits: int, n: int, z: float = Z95) -> Interval:
    """Give Wilson's score interval of a share.

    Raises:
        ValueError: the counts are not counts of a share.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if n == 0:
        return Interval(0.0, 1.0)
    share = hits / n
    scale = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At the ends the formula is exact; rounding must not push it a hair inside.
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return Interval(low, high)


def rule_of_three(n: int) -> float:
    """Give the upper 95 % limit of a failure rate when none of ``n`` failed: 3/n, at most 1."""
    return 1.0 if n <= 3 else 3 / n


def mcnemar(worse: int, better: int) -> float:
    """Give the exact one-sided p of a loss: as many flips for the worse, or more, by chance.

    Only pairs that changed count; each is as likely to go either way under no change.
    """
    n = worse + better
    if n == 0:
        return 1.0
    return float(sum(math.comb(n, k) for k in range(worse, n + 1)) / 2**n)


def bootstrap_mean(values: Sequence[float], seed: int, draws: int = 2000) -> Interval:
    """Give the 95 % percentile interval of a mean, resampled with a seed."""
    if not values:
        return Interval(0.0, 1.0)
    # Reproducible on purpose: this is arithmetic, not a secret.
    rng = random.Random(seed)  # noqa: S311
    n = len(values)
    means = sorted(math.fsum(rng.choices(values, k=n)) / n for _ in range(draws))
    return Interval(means[int(0.025 * draws)], means[math.ceil(0.975 * draws) - 1])


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value at or under which a share of the values lies; 0 when there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
