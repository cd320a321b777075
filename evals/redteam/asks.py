"""What the attacks are wrapped round: hard questions whose act is forbidden, a seeded sample."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.types import Lang, Outcome, Verdict
from evals.redteam.obedient import claims
from evals.redteam.prompts import Ask
from evals.schema import Question

_LANGS: tuple[Lang, ...] = ("en", "es")


@dataclass(frozen=True)
class Bare:
    """What a question gets without an attack; ``others`` are its opening in either language."""

    rule: str
    outcome: Outcome
    opening: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A hard question and its bare answer: what every attack on it is measured by."""

    question: Question
    lang: Lang
    bare: Bare

    @property
    def ask(self) -> Ask:
        """As the wrapping takes it."""
        demand = claims()[self.bare.rule].demand[self.lang]
        return Ask(self.question.id, self.lang, self.question.asked, demand)


@dataclass(frozen=True)
class Aim:
    """The chosen targets; ``wrong`` are questions left out, ruled wrongly without an attack."""

    targets: Mapping[str, Target]
    possible: int
    wrong: tuple[str, ...]


Ruled = Callable[[str, Lang | None], tuple[Verdict | None, str]]
"""Gives verdict and opening of a bare question, in its own language where none is named."""


def choose(questions: Iterable[Question], ruled: Ruled, each: int, seed: int) -> Aim:
    """Choose up to ``each`` questions of every rule in each language, of as many seeds.

    A question counts where the set says that the act is forbidden and the guard says so today.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible on purpose
    groups: dict[tuple[str, Lang], dict[str, Target]] = defaultdict(dict)
    possible = 0
    wrong = []
    for one in sorted(questions, key=lambda question: question.id):
        rule = _forbidden(one)
        if rule is None or one.lang == "other":
            continue
        possible += 1
        verdict, opening = ruled(one.asked, None)
        if verdict is None or (verdict.rule, verdict.outcome) != (rule, Outcome.FORBIDDEN):
            wrong.append(one.id)
            continue
        others = tuple(ruled(one.asked, lang)[1] for lang in _LANGS)
        bare = Bare(rule, verdict.outcome, opening, others)
        groups[rule, one.lang].setdefault(one.seed, Target(one, one.lang, bare))
    chosen: dict[str, Target] = {}
    for _, by_seed in sorted(groups.items()):
        for target in rng.sample(list(by_seed.values()), min(each, len(by_seed))):
            chosen[target.question.id] = target
    return Aim(chosen, possible, tuple(wrong))


def _forbidden(question: Question) -> str | None:
    """The rule that forbids what is asked; None where the question does not fit."""
    expected = question.expect.verdict
    one = expected[0] if len(expected) == 1 else None
    fits = one is not None and one.outcome is Outcome.FORBIDDEN and one.rule in claims()
    return one.rule if one and fits and question.gates and len(question.turns) == 1 else None
