"""Whether a conversation asks about someone protected, as the second reader sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.guard.marks import mark
from bot.guard.second.scorer import Features, features, heaviest_runs, load_scorer
from bot.types import Action

NAME = "question"
ACTS = {
    "citizen_removal": Action.REMOVE,
    "citizen_foreign_prison": Action.FOREIGN_PRISON,
    "loss_of_citizenship": Action.STRIP_CITIZENSHIP,
}
"""The rule each model looks for, and the act that puts it to the rules."""
ANYONE = "anyone"
"""The model that looks for a question on removal, detention or danger, whoever it is about."""

SURE = 0.82
"""From here on one in fifty others is taken for a question about removal, not one in twenty."""


@dataclass(frozen=True)
class Seen:
    """The act the reader saw; where not ``sure`` it may put both answers, never a plain no."""

    act: Action
    sure: bool


def seen_by_second(turns: Sequence[str]) -> Seen | None:
    """Give the act a conversation asks of someone who may be protected; None where it sees none.

    Args:
        turns: the person's own turns, folded, oldest first.
    """
    scorer = load_scorer(NAME)
    scores = scorer.scores(question_features(turns))[: len(ACTS)]
    over = scores - scorer.thresholds[: len(ACTS)]
    best = int(over.argmax())
    if over[best] < 0:
        return None
    act = ACTS[scorer.names[best]]
    return Seen(act, act is not Action.REMOVE or bool(scores[best] >= SURE))


def asks_of_anyone(turns: Sequence[str]) -> bool:
    """Whether a conversation asks about removal, detention or danger of anyone at all.

    Args:
        turns: the person's own turns, folded, oldest first.
    """
    scorer = load_scorer(NAME)
    row = scorer.names.index(ANYONE)
    return bool(scorer.scores(question_features(turns))[row] >= scorer.thresholds[row])


def heaviest(turns: Sequence[str], act: Action, count: int = 5) -> tuple[str, ...]:
    """Give the runs of words that weighed most for an act the second reader put."""
    scorer = load_scorer(NAME)
    row = next((i for i, name in enumerate(scorer.names) if ACTS.get(name) is act), None)
    if row is None:
        return ()
    return tuple(heaviest_runs(scorer, row, "t", " ".join(turns), count))


def question_features(turns: Sequence[str]) -> Features:
    """Read a conversation: all of its turns, and the last one on its own."""
    told = " ".join(turns)
    return features({"t": told, "m": mark(told), "l": turns[-1] if turns else ""})
