"""What the report shows beside the gates: search by arm, sentences by fate, answers by kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.types import Outcome
from evals.grade import bad_places, ranking
from evals.measure import Answered, Measure, Results, Screened, found_within


@dataclass(frozen=True)
class ArmRow:
    """How one arm searches: shares over the questions with gold, and means of the graded ranks."""

    arm: str
    recall: Mapping[int, Measure]
    ndcg: tuple[float, ...]
    reciprocal: tuple[float, ...]
    complete: Measure


def arm_row(found: Results, arm: str, lang: str | None = None) -> ArmRow:
    """Measure one arm, in one language or in all."""
    chosen = tuple(one for one in found.answered if lang in (None, one.question.lang))
    ranked = [(one, r) for one in chosen if (r := ranking(one.question, one.seen, arm))]
    return ArmRow(
        arm,
        {
            depth: Measure(
                f"recall_{depth}", f"R@{depth}", "none", tuple(found_within(chosen, arm, depth))
            )
            for depth in (1, 5, 10)
        },
        tuple(r.ndcg for _, r in ranked),
        tuple(r.reciprocal for _, r in ranked),
        Measure(
            "complete", "all found", "none", tuple(one.item(ok=r.complete) for one, r in ranked)
        ),
    )


@dataclass(frozen=True)
class Confusion:
    """Sentences of labelled drafts: what was kept and what was dropped of each kind."""

    bad_kept: int
    bad_dropped: int
    safe_kept: int
    safe_dropped: int


def confusion(screened: Iterable[Screened]) -> Confusion:
    """Count sentences by label and fate."""
    counts = {"bad_kept": 0, "bad_dropped": 0, "safe_kept": 0, "safe_dropped": 0}
    for one in screened:
        bad = set(bad_places(one.case, one.seen))
        for place, sentence in enumerate(one.seen.sentences):
            if place not in bad and one.case.label == "violating" and not one.case.bad:
                continue
            kind = "bad" if place in bad else "safe"
            counts[f"{kind}_{'kept' if sentence.kept else 'dropped'}"] += 1
    return Confusion(**counts)


OUTCOMES = {
    Outcome.FORBIDDEN: "forbidden",
    Outcome.BRANCH: "both ways",
    Outcome.CONDITIONS: "on conditions",
    Outcome.LAWFUL_BUT_DIFFERENT: "lawful, another act",
    Outcome.NOT_COVERED: "no rule fits",
}
"""What an outcome is called where people read it."""
_OFF = "off topic"


def outcomes(answered: Iterable[Answered]) -> Mapping[str, Mapping[str, int]]:
    """Count what was wanted by what came, by outcome; of several accepted ones the one that came.

    An answer of the wanted outcome under another rule counts as wanted here.
    """
    names = (*OUTCOMES.values(), _OFF)
    grid = {wanted: dict.fromkeys(names, 0) for wanted in names}
    for one in answered:
        accepted = [each and each.outcome for each in one.question.expect.verdict]
        if not accepted:
            continue
        got = Outcome(one.seen.verdict.outcome) if one.seen.verdict else None
        wanted = got if got in accepted else accepted[0]
        grid[OUTCOMES[wanted] if wanted else _OFF][OUTCOMES[got] if got else _OFF] += 1
    return grid


@dataclass(frozen=True)
class Triad:
    """Answers by the three kinds of the Stanford study, on our own questions.

    ``hallucinated``: something false is said or cited; ``incomplete``: nothing false, but what
    was needed is missing; ``accurate``: neither. An answer for both cases, each under its
    condition, where the law has one answer, or one that only informs, is incomplete.
    """

    accurate: int
    incomplete: int
    hallucinated: int

    @property
    def n(self) -> int:
        """Answers counted."""
        return self.accurate + self.incomplete + self.hallucinated


_FALSE = frozenset({"override", "leak", "invented", "must_not_cite", "must_not_say"})
_OPEN = frozenset({Outcome.BRANCH.value, Outcome.NOT_COVERED.value})
"""Outcomes that claim nothing of the person: the rule stands, under a condition or beside."""


def triad(answered: Iterable[Answered]) -> Triad:
    """Sort answers to questions that have one into the three kinds."""
    accurate = incomplete = hallucinated = 0
    for one in answered:
        expect = one.question.expect
        if not (expect.must_cite_any or expect.must_say or any(expect.verdict)):
            continue
        failed = {check.name for check in one.grade.checks if not check.ok}
        came = one.seen.verdict
        wrong_rule = "verdict" in failed and came is not None and came.outcome not in _OPEN
        wrong_word = "answer" in failed and one.seen.answer in ("yes", "no")
        if failed & _FALSE or wrong_rule or wrong_word:
            hallucinated += 1
        elif failed & {"verdict", "answer", "status", "cite", "must_say", "answered"}:
            incomplete += 1
        else:
            accurate += 1
    return Triad(accurate, incomplete, hallucinated)
