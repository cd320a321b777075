"""How like labelled examples a text is in meaning: support vector machines over sentence vectors.

Boser, Guyon and Vapnik (1992), with radial basis functions. The vectors are put on a grid of whole
numbers first, so that a last digit that differs between machines changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.text.meaning import meanings

GRID = 254
"""Steps of the grid a length of 1 is divided into."""
DIRECTIONS = 192
"""Directions of the sentence vectors that are kept, those along which the examples differ most."""
LONGEST = 600
"""Characters of a text that are read, the last ones."""
_FURTHEST = 127


@dataclass(frozen=True)
class Likeness:
    """Machines with common examples, one row of ``pulls`` each.

    A text has as many parts as an example. How near the two are is ``exp(-distance)``, where
    ``distance`` sums the squares over the parts, each times its ``shares``.
    """

    directions: NDArray[np.float32]
    examples: NDArray[np.float32]
    """Whole numbers, by part, example and direction."""
    shares: NDArray[np.float64]
    pulls: NDArray[np.float64]
    biases: NDArray[np.float64]

    def margins(self, nearness: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give one margin a machine: above 0 the text is more like what it looks for."""
        margins: NDArray[np.float64] = self.pulls @ nearness + self.biases
        return margins

    def nearness(self, part: int, text: str) -> NDArray[np.float64]:
        """Give how near one part of a text is to that of each example, 0 to 1."""
        place = placed([text], self.directions)[0]
        examples = self.examples[part]
        # Whole numbers this small have exact sums in single precision.
        crossed = (examples @ place).astype(np.float64)
        squares = (examples**2).sum(axis=1) + (place**2).sum() - 2 * crossed
        near: NDArray[np.float64] = np.exp(-self.shares[part] * squares / GRID**2)
        return near


def placed(texts: Sequence[str], directions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Put texts on the grid: whole numbers, one row a text."""
    vectors = meanings([text[-LONGEST:] for text in texts]) @ directions
    grid: NDArray[np.float32] = np.clip(np.rint(vectors * GRID), -_FURTHEST, _FURTHEST)
    return grid
