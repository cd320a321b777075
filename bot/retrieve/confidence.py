"""How sure it is that the corpus has an answer to a question."""

import math
from dataclasses import dataclass

ABSTAIN = 0.1
"""Confidence below which the corpus has no answer."""

_BIAS = -7.8
_BY_QUESTIONS = 8.2
_BY_TEXT = 10.7
_BY_WORDS = 6.8
_BY_LEXICON = 4.2
"""Fitted by logistic regression on development questions and held-out digest questions."""


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against an answer in the corpus.

    ``text``, ``ask`` and ``outside`` are the best cosines of the question to a statement, to a
    question of the digest and to a subject outside it; ``words`` is the largest share of its words
    in one passage, by rarity; ``lay`` the share of its words the lexicon knows.
    """

    text: float
    ask: float
    outside: float
    words: float
    lay: float


def confidence_of(evidence: Evidence) -> float:
    """Probability, on as many questions inside as outside the field, that it is inside."""
    logit = (
        _BIAS
        + _BY_QUESTIONS * (evidence.ask - evidence.outside)
        + _BY_TEXT * (evidence.text - evidence.outside)
        + _BY_WORDS * evidence.words
        + _BY_LEXICON * evidence.lay
    )
    return 1.0 / (1.0 + math.exp(-logit))
