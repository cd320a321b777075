"""Learns the weights of the second reader and says what they are worth.

``python -m evals.second``: logistic regression over the words, support vector machines over the
meaning, and a logistic regression over the two (scikit-learn). Every number printed is of examples
the models had not seen: five times, a fifth is left out and scored by what the rest taught.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import SVC

import bot.guard.second
import bot.text.vocabulary
from bot.guard.second import question, sentence
from bot.guard.second.likeness import DIRECTIONS, GRID, LONGEST, placed
from bot.guard.second.scorer import BUCKETS
from bot.settings import load_settings
from bot.sources.digest import load_digest
from bot.text.meaning import meanings
from bot.text.normalise import fold
from bot.text.vocabulary import LANGS, LEAST_LETTERS, as_text
from evals.second.examples import Example, data_hash, questions, sentences

_FOLDS = 5
_WORD = re.compile(rf"[a-z]{{{LEAST_LETTERS},}}")
_LARGEST_WEIGHT = 127
_FORGIVING = 40.0
"""Inverse of the regularisation of the words; chosen by the left-out examples."""
_STRICT = 5.0
"""What an example on the wrong side costs the machines; chosen by writers left out whole."""


@dataclass(frozen=True)
class Goal:
    """A model to learn: the label it looks for, and where it is acted on.

    Either ``wrong``, the share of others it may take for it, or ``found``, the share of its own it
    must find together with the words; of examples it has not seen. ``sure`` is the same for the
    second threshold: of ``found`` goals among sentences where the words see nobody protected.
    """

    name: str
    sure: float
    wrong: float | None = None
    found: float | None = None

    def thresholds(
        self, scores: NDArray[np.float64], wanted: NDArray[np.bool_], examples: Sequence[Example]
    ) -> tuple[float, float]:
        """Give the score from which the model is acted on, and the second one."""
        if self.wrong is not None:
            others = scores[~wanted]
            first, second = np.quantile(others, [1 - self.wrong, 1 - self.sure])
            return float(first), float(second)
        taken = np.where([example.by_words for example in examples], 1, scores)
        spared = np.array([example.lenient for example in examples])
        first = np.quantile(taken[wanted], 1 - (self.found or 1))
        return float(first), float(np.quantile(taken[wanted & spared], 1 - self.sure))


GOALS = {
    question.NAME: (
        # Of a stranger both answers are given, which harms nobody; a plain no asks for more.
        Goal("citizen_removal", wrong=0.08, sure=0.02),
        Goal("citizen_foreign_prison", wrong=0.02, sure=0.01),
        Goal("loss_of_citizenship", wrong=0.02, sure=0.01),
        Goal(question.ANYONE, wrong=0.04, sure=0.04),
    ),
    sentence.NAME: (Goal("violating", found=0.90, sure=0.72),),
}
SHARES = {question.NAME: question.SHARES, sentence.NAME: sentence.SHARES}


def main() -> int:
    """Learn both readers, print what they are worth, and write their weights."""
    _write_vocabulary()
    # Sentences are read under a verdict, which the reader of questions has a part in.
    for name, read in ((question.NAME, questions), (sentence.NAME, sentences)):
        examples = read()
        print(f"{name}: {len(examples)} examples")
        table = _table(examples, SHARES[name])
        _write(name, [_learn(goal, table) for goal in GOALS[name]], table)
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
class _Table:
    """Examples in numbers, one row each; ``read`` says which have a meaning to read.

    ``places``: whole numbers by part, row of those, and direction.
    """

    examples: Sequence[Example]
    words: csr_matrix
    read: NDArray[np.intp]
    directions: NDArray[np.float32]
    places: NDArray[np.float32]
    shares: tuple[float, ...]

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """What each example weighs."""
        return np.array([example.weight for example in self.examples])

    @cached_property
    def meaning(self) -> NDArray[np.float64]:
        """The places as one row an example, scaled so that squares add up to the distance."""
        scaled = [np.sqrt(s) / GRID * p for s, p in zip(self.shares, self.places, strict=True)]
        return np.hstack(scaled).astype(np.float64)


@dataclass(frozen=True)
class _Learnt:
    name: str
    weights: NDArray[np.float64]
    bias: float
    pulls: NDArray[np.float64]
    margin: float
    blend: NDArray[np.float64]
    threshold: float
    sure: float


def _table(examples: Sequence[Example], shares: tuple[float, ...]) -> _Table:
    read = np.array([i for i, example in enumerate(examples) if example.parts])
    parts = [[examples[i].parts[part] for i in read] for part in range(len(shares))]
    spread = np.cov(meanings([text[-LONGEST:] for text in parts[0]]).T)
    # Sorted by how far the examples differ along them, the furthest last.
    directions = np.linalg.eigh(spread)[1][:, : -DIRECTIONS - 1 : -1].astype(np.float32)
    directions = directions.astype(np.float16).astype(np.float32)
    places = np.array([placed(texts, directions) for texts in parts])
    return _Table(examples, _matrix(examples), read, directions, places, shares)


def _learn(goal: Goal, table: _Table) -> _Learnt:
    examples = table.examples
    any_label = goal.name == question.ANYONE
    wanted = np.array([bool(e.label) if any_label else e.label == goal.name for e in examples])
    margins = _left_out(table, wanted)
    read = table.read
    blender = LogisticRegression(class_weight="balanced").fit(margins[read], wanted[read])
    unseen = blender.predict_proba(margins)[:, 1]
    threshold, sure = goal.thresholds(unseen, wanted, examples)
    _report(goal, table, wanted, unseen, {threshold, sure})
    by_words = _by_words(table.words, wanted, table.weights)
    machine = _machine(table.meaning, wanted[read])
    pulls = np.zeros(len(read))
    pulls[machine.support_] = machine.dual_coef_[0]
    return _Learnt(
        goal.name,
        by_words.coef_[0],
        float(by_words.intercept_[0]),
        pulls,
        float(machine.intercept_[0]),
        np.array([*blender.coef_[0], blender.intercept_[0]]),
        threshold,
        sure,
    )


def _report(
    goal: Goal,
    table: _Table,
    wanted: NDArray[np.bool_],
    unseen: NDArray[np.float64],
    thresholds: set[float],
) -> None:
    by_words = np.array([example.by_words for example in table.examples])
    spared = np.array([example.lenient for example in table.examples])
    written = table.weights == 1
    print(f"  {goal.name}: {wanted.sum()} of them")
    for least in sorted({0.1, 0.2, 0.3, 0.4, 0.5, 0.6} | thresholds):
        taken = by_words | (unseen >= least)
        print(
            f"    from {least:.2f} on it finds {np.mean(taken[wanted]):.1%}"
            f" and takes {np.mean(taken[written & ~wanted]):.1%} of others for it"
            + (
                f"; where the words see nobody protected {np.mean(taken[wanted & spared]):.1%}"
                f" and {np.mean(taken[written & ~wanted & spared]):.1%}"
                if spared.any()
                else ""
            )
        )


def _left_out(table: _Table, wanted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Margins by words and by meaning, by what was learnt from other groups; no meaning, none."""
    groups = [example.group for example in table.examples]
    scores = np.zeros((len(groups), 2))
    place = np.full(len(groups), -1)
    place[table.read] = np.arange(len(table.read))
    for seen, unseen in GroupKFold(_FOLDS, shuffle=True, random_state=0).split(
        table.words, wanted, groups
    ):
        model = _by_words(table.words[seen], wanted[seen], table.weights[seen])
        scores[unseen, 0] = model.decision_function(table.words[unseen])
        near, far = seen[place[seen] >= 0], unseen[place[unseen] >= 0]
        machine = _machine(table.meaning[place[near]], wanted[near])
        scores[far, 1] = machine.decision_function(table.meaning[place[far]])
    return scores


def _by_words(
    matrix: csr_matrix, wanted: NDArray[np.bool_], weights: NDArray[np.float64]
) -> LogisticRegression:
    model = LogisticRegression(C=_FORGIVING, class_weight="balanced", max_iter=3000)
    return model.fit(matrix, wanted, sample_weight=weights)


def _machine(rows: NDArray[np.float64], wanted: NDArray[np.bool_]) -> SVC:
    return SVC(C=_STRICT, gamma=1.0, class_weight="balanced", cache_size=800).fit(rows, wanted)


def _matrix(examples: Sequence[Example]) -> csr_matrix:
    places = np.concatenate([example.features.places for example in examples])
    values = np.concatenate([example.features.values for example in examples])
    starts = np.cumsum([0, *(len(example.features.places) for example in examples)])
    return csr_matrix((values, places, starts), shape=(len(examples), BUCKETS))


def _write(name: str, learnt: Sequence[_Learnt], table: _Table) -> None:
    scales = np.array([np.abs(one.weights).max() / _LARGEST_WEIGHT for one in learnt])
    whole = np.array(
        [np.round(one.weights / scale) for one, scale in zip(learnt, scales, strict=True)]
    ).astype(np.int8)
    places = np.flatnonzero(whole.any(axis=0))
    pulls = np.array([one.pulls for one in learnt])
    kept = np.flatnonzero(pulls.any(axis=0))
    target = Path(bot.guard.second.__file__).with_name(f"{name}.npz")
    np.savez_compressed(
        target,
        names=np.array([one.name for one in learnt]),
        places=places,
        weights=whole[:, places],
        scales=scales,
        biases=np.array([one.bias for one in learnt]),
        directions=table.directions.astype(np.float16),
        examples=table.places[:, kept].astype(np.int8),
        shares=np.array(table.shares),
        pulls=pulls[:, kept].astype(np.float32),
        margins=np.array([one.margin for one in learnt]),
        blend=np.array([one.blend for one in learnt]),
        thresholds=np.array([one.threshold for one in learnt]),
        sure=np.array([one.sure for one in learnt]),
        learnt_from=np.array(data_hash()),
    )
    print(
        f"  wrote {target.name}: {len(places)} weights, {len(kept)} examples,"
        f" {target.stat().st_size // 1024} KB"
    )
