"""Whether a conversation asks about someone protected, as the second reader sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

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

SHARES = (1.0, 0.25)
"""How far two conversations are apart, and how far their last turns."""


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
    scores = _scores(tuple(turns))
    over = (scores - scorer.thresholds)[: len(ACTS)]
    best = int(over.argmax())
    act, sure = ACTS[scorer.names[best]], bool(scores[best] >= scorer.sure[best])
    # A greeting is near to many short questions: less than sure of removal, both must see it.
    alone = act is Action.REMOVE and not sure and not asks_of_anyone(turns)
    return None if over[best] < 0 or alone else Seen(act, sure)


def asks_of_anyone(turns: Sequence[str]) -> bool:
    """Whether a conversation asks about removal, detention or danger of anyone at all.

    Args:
        turns: the person's own turns, folded, oldest first.
    """
    scorer = load_scorer(NAME)
    row = scorer.names.index(ANYONE)
    return bool(_scores(tuple(turns))[row] >= scorer.thresholds[row])


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


def question_parts(turns: Sequence[str]) -> tuple[str, str]:
    """Give what is read for its meaning: all of the turns, and the last one."""
    return " ".join(turns), turns[-1] if turns else ""


@lru_cache(maxsize=1)
def _scores(turns: tuple[str, ...]) -> NDArray[np.float64]:
    """Score a conversation; it is asked for twice in a row."""
    scorer = load_scorer(NAME)
    near = [scorer.likeness.nearness(i, one) for i, one in enumerate(question_parts(turns))]
    return scorer.scores(question_features(turns), near[0] * near[1])
