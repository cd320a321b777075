"""Learns the weights of the second reader and says what they are worth.

``python -m evals.second``: logistic regression (scikit-learn) over the features of
``bot.guard.second.scorer``. Every number printed is of examples the weights had not seen: five
times, a fifth is left out and scored by what was learnt from the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

import bot.guard.second
import bot.text.vocabulary
from bot.guard.second import question, sentence
from bot.guard.second.scorer import BUCKETS
from bot.settings import load_settings
from bot.sources.digest import load_digest
from bot.text.normalise import fold
from bot.text.vocabulary import LANGS, LEAST_LETTERS, as_text
from evals.second.examples import Example, data_hash, questions, sentences

_FOLDS = 5
_WORD = re.compile(rf"[a-z]{{{LEAST_LETTERS},}}")
_LARGEST_WEIGHT = 127
_FORGIVING = 40.0
"""Inverse of the regularisation; chosen by the left-out examples."""


@dataclass(frozen=True)
class Goal:
    """A model to learn: the label it looks for, and where it is acted on.

    Either ``wrong``, the share of others it may take for it, or ``found``, the share of its own it
    must find together with the words; of examples it has not seen.
    """

    name: str
    wrong: float | None = None
    found: float | None = None

    def threshold(
        self, scores: NDArray[np.float64], wanted: NDArray[np.bool_], by_words: NDArray[np.bool_]
    ) -> float:
        """Give the score from which the model is acted on."""
        if self.found is not None:
            return float(np.quantile(np.where(by_words, 1, scores)[wanted], 1 - self.found))
        return float(np.quantile(scores[~wanted], 1 - (self.wrong or 0)))


GOALS = {
    question.NAME: (
        # Removal is what most people ask about, and of a stranger both answers are given.
        *(Goal(rule, wrong=0.05 if rule == "citizen_removal" else 0.02) for rule in question.ACTS),
        Goal(question.ANYONE, wrong=0.02),
    ),
    sentence.NAME: (Goal("violating", found=0.90),),
}


def main() -> int:
    """Learn both readers, print what they are worth, and write their weights."""
    _write_vocabulary()
    # Sentences are read under a verdict, which the reader of questions has a part in.
    for name, read in ((question.NAME, questions), (sentence.NAME, sentences)):
        examples = read()
        print(f"{name}: {len(examples)} examples")
        matrix = _matrix(examples)
        _write(name, [_learn(goal, examples, matrix) for goal in GOALS[name]], GOALS[name])
    return 0


def _write_vocabulary() -> None:
    """Write the words of the digest, by which the language of a text is told."""
    digest = load_digest(load_settings().corpus_dir)
    statements = [one for section in digest.sections for one in section.statements]
    for lang in LANGS:
        texts = (text for one in statements for text in (one.text[lang], *one.ask[lang]))
        words = {word for text in texts for word in _WORD.findall(fold(text).text)}
        target = Path(bot.text.vocabulary.__file__).with_name(f"{lang}.txt")
        target.write_text(as_text(words), encoding="utf-8")
        print(f"wrote {target.name}: {len(words)} words")


@dataclass(frozen=True)
class _Learnt:
    weights: NDArray[np.float64]
    bias: float
    threshold: float


def _learn(goal: Goal, examples: Sequence[Example], matrix: csr_matrix) -> _Learnt:
    any_label = goal.name == question.ANYONE
    wanted = np.array([bool(e.label) if any_label else e.label == goal.name for e in examples])
    unseen = _left_out(examples, matrix, wanted)
    by_words = np.array([example.by_words for example in examples])
    threshold = goal.threshold(unseen, wanted, by_words)
    written = np.array([example.weight == 1 for example in examples])
    print(f"  {goal.name}: {wanted.sum()} of them")
    for least in sorted({0.2, 0.3, 0.4, 0.5, threshold}):
        taken = by_words | (unseen >= least)
        print(
            f"    from {least:.2f} on it finds {np.mean(taken[wanted]):.1%}"
            f" and takes {np.mean(taken[written & ~wanted]):.1%} of others for it"
        )
    model = _fitted(matrix, wanted, _weights(examples))
    return _Learnt(model.coef_[0], float(model.intercept_[0]), threshold)


def _left_out(
    examples: Sequence[Example], matrix: csr_matrix, wanted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    groups = [example.group for example in examples]
    weights = _weights(examples)
    scores = np.zeros(len(examples))
    for seen, unseen in GroupKFold(_FOLDS, shuffle=True, random_state=0).split(
        matrix, wanted, groups
    ):
        model = _fitted(matrix[seen], wanted[seen], weights[seen])
        scores[unseen] = model.predict_proba(matrix[unseen])[:, 1]
    return scores


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    return np.array([example.weight for example in examples])


def _fitted(
    matrix: csr_matrix, wanted: NDArray[np.bool_], weights: NDArray[np.float64]
) -> LogisticRegression:
    model = LogisticRegression(C=_FORGIVING, class_weight="balanced", max_iter=3000)
    return model.fit(matrix, wanted, sample_weight=weights)


def _matrix(examples: Sequence[Example]) -> csr_matrix:
    places = np.concatenate([example.features.places for example in examples])
    values = np.concatenate([example.features.values for example in examples])
    starts = np.cumsum([0, *(len(example.features.places) for example in examples)])
    return csr_matrix((values, places, starts), shape=(len(examples), BUCKETS))


def _write(name: str, learnt: Sequence[_Learnt], goals: Sequence[Goal]) -> None:
    scales = np.array([np.abs(one.weights).max() / _LARGEST_WEIGHT for one in learnt])
    whole = np.array(
        [np.round(one.weights / scale) for one, scale in zip(learnt, scales, strict=True)]
    ).astype(np.int8)
    places = np.flatnonzero(whole.any(axis=0))
    target = Path(bot.guard.second.__file__).with_name(f"{name}.npz")
    np.savez_compressed(
        target,
        names=np.array([goal.name for goal in goals]),
        places=places,
        weights=whole[:, places],
        scales=scales,
        biases=np.array([one.bias for one in learnt]),
        thresholds=np.array([one.threshold for one in learnt]),
        learnt_from=np.array(data_hash()),
    )
    print(f"  wrote {target.name}: {len(places)} weights, {target.stat().st_size // 1024} KB")
