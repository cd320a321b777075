"""Whether a sentence of a draft is doubtful, as the second reader sees it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.guard.second.scorer import Features, features, load_scorer
from bot.types import Outcome, Verdict

NAME = "sentence"
SHARES = (1.0, 0.25)
"""How far two sentences are apart, and how far the questions they answer."""


@dataclass(frozen=True)
class Doubter:
    """Reads the sentences of an answer to one question.

    ``question``: the person's last turn, folded.
    """

    question: str
    verdict: Verdict | None

    def doubts(self, marked: str, plain: str, *, lenient: bool = False) -> bool:
        """Say whether a sentence reads like what the rules forbid to say.

        Args:
            marked: the sentence with its persons marked.
            plain: the same, folded only.
            lenient: the words say that nobody protected is spoken of; more is let pass.
        """
        scorer = load_scorer(NAME)
        outcome = None if self.verdict is None else self.verdict.outcome
        nearness = scorer.likeness.nearness(0, plain) * self._asked_alike
        score = scorer.scores(sentence_features(marked, outcome), nearness)[0]
        return bool(score >= (scorer.sure if lenient else scorer.thresholds)[0])

    @cached_property
    def _asked_alike(self) -> NDArray[np.float64]:
        """How near the questions are that the examples answer."""
        return load_scorer(NAME).likeness.nearness(1, self.question)


def sentence_features(text: str, outcome: Outcome | None) -> Features:
    """Read a marked sentence, also together with the outcome: who is asked about decides."""
    return features({"s": text}, "none" if outcome is None else outcome.value)
