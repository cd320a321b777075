"""Whether a sentence of a draft is doubtful, as the second reader sees it."""

from bot.guard.second.scorer import Features, features, load_scorer
from bot.types import Outcome, Verdict

NAME = "sentence"


LENIENT = 0.4
"""The threshold where the words say that nobody protected is spoken of."""


def doubts(text: str, verdict: Verdict | None, *, lenient: bool = False) -> bool:
    """Say whether marked ``text`` reads like what the rules forbid to say under ``verdict``."""
    scorer = load_scorer(NAME)
    outcome = None if verdict is None else verdict.outcome
    score = scorer.scores(sentence_features(text, outcome))[0]
    return bool(score >= (LENIENT if lenient else scorer.thresholds[0]))


def sentence_features(text: str, outcome: Outcome | None) -> Features:
    """Read a marked sentence, also together with the outcome: who is asked about decides."""
    return features({"s": text}, "none" if outcome is None else outcome.value)
