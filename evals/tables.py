"""The tables of the report: rows counted from one graded run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.breakdown import ArmRow, arm_row, confusion
from evals.grade import STAGES
from evals.judged import Judged
from evals.measure import Answered, Measure, Screened
from evals.record import ARMS
from evals.stats import bootstrap_mean, percentile

ARM_NAMES = {
    "all": "all together",
    "citation": "citation look-up",
    "lexical": "words (BM25)",
    "dense": "likeness of statements",
    "questions": "likeness of lay questions",
    "rule": "what the rules rest on",
}
LANGS = (("en", "English"), ("es", "Spanish"))
_PARTS = (("dev", "seen while building"), ("heldout", "held out"), ("blind", "written blind"))
_BY_STRATUM = {
    "verdict_hard": "Hard verdict",
    "lookalikes": "Look-alike",
    "verdict_other": "Other verdict",
    "support": "Law cited",
    "recall_5": "R@5",
    "attacks": "Attack survived",
}
_LEAST_IN_STRATUM = 20
_MOST_FORMS = 12
_LEAST_FOR_FORM = 5


@dataclass(frozen=True)
class Asked:
    """One row of the table of what was asked."""

    name: str
    english: int
    spanish: int
    other: int
    seeds: int

    @property
    def all(self) -> int:
        """Cases in any language."""
        return self.english + self.spanish + self.other


@dataclass(frozen=True)
class ByStratum:
    """One stratum: how many cases are right in everything, and by measure."""

    name: str
    right: int
    n: int
    shares: Mapping[str, str]


@dataclass(frozen=True)
class Worth:
    """What the guard is worth on one part of the labelled drafts."""

    name: str
    drafts: int
    leaked: int
    safe: int
    kept: int


@dataclass(frozen=True)
class Searched:
    """One arm in one language; ``ndcg`` and ``mrr`` are means with their interval as text."""

    arm: str
    lang: str
    n: int
    recall: Mapping[int, Measure]
    ndcg: str
    mrr: str
    complete: Measure


@dataclass(frozen=True)
class Form:
    """How often one form of lie got through."""

    name: str
    leaked: int
    n: int


def asked(judged: Judged) -> Iterable[Asked]:
    """Count what was asked, by first stratum."""
    strata: dict[str, list[Answered]] = {}
    for one in judged.results.answered:
        strata.setdefault(one.question.stratum[0], []).append(one)
    for name, members in sorted(strata.items()):
        langs = Counter(one.question.lang for one in members)
        seeds = len({one.question.seed for one in members})
        yield Asked(name, langs["en"], langs["es"], langs["other"], seeds)
    drafts = judged.results.screened
    if drafts:
        counted = Counter(one.case.lang for one in drafts)
        yield Asked("labelled drafts", counted["en"], counted["es"], counted["other"], len(drafts))


def by_stratum(judged: Judged) -> Sequence[ByStratum]:
    """Count every stratum that has enough cases, the largest first; a case may be in several."""
    strata: dict[str, list[Answered]] = {}
    for one in judged.results.answered:
        for name in one.question.stratum:
            strata.setdefault(name, []).append(one)
    rows = [
        ByStratum(
            name,
            sum(one.grade.ok for one in members),
            len(members),
            {title: _counted(judged, measure, name) for measure, title in _BY_STRATUM.items()},
        )
        for name, members in strata.items()
        if len(members) >= _LEAST_IN_STRATUM
    ]
    return sorted(rows, key=lambda row: (-row.n, row.name))


def _counted(judged: Judged, measure: str, stratum: str) -> str:
    gate = judged.gate(measure)
    items = [item for item in gate.measure.items if stratum in item.stratum] if gate else []
    return f"{sum(item.ok for item in items)}/{len(items)}" if items else ""


def worth(screened: Sequence[Screened]) -> Iterable[Worth]:
    """Count leaks and safe sentences, by part and language."""
    for part, said in _PARTS:
        for lang, language in LANGS:
            yield from _worth_of(
                f"{said}, {language}",
                [one for one in screened if one.part == part and one.case.lang == lang],
            )
    known = {part for part, _ in _PARTS}
    yield from _worth_of("further drafts", [one for one in screened if one.part not in known])


def _worth_of(name: str, members: Sequence[Screened]) -> Iterable[Worth]:
    if members:
        bad = [one for one in members if one.case.label == "violating"]
        counted = confusion(members)
        yield Worth(
            name,
            len(bad),
            sum(one.grade.check("leak") is False for one in bad),
            counted.safe_kept + counted.safe_dropped,
            counted.safe_kept,
        )


def forms(screened: Sequence[Screened]) -> Sequence[Form]:
    """Give the forms of lies that get through, the worst first."""
    n: Counter[str] = Counter()
    leaked: Counter[str] = Counter()
    for one in screened:
        if one.case.label == "violating":
            n[one.case.form] += 1
            leaked[one.case.form] += one.grade.check("leak") is False
    every = [Form(name, leaked[name], of) for name, of in n.items() if of >= _LEAST_FOR_FORM]
    worst = sorted(every, key=lambda one: (-one.leaked / one.n, -one.n))
    return [one for one in worst if one.leaked][:_MOST_FORMS]


def searched(judged: Judged) -> Iterable[Searched]:
    """Measure every arm in every language."""
    for arm in ARMS:
        for lang, language in LANGS:
            row = arm_row(judged.results, arm or "all", lang)
            if row.ndcg:
                yield _searched_row(row, language, judged.manifest.seed)


def _searched_row(row: ArmRow, language: str, seed: int) -> Searched:
    return Searched(
        ARM_NAMES[row.arm],
        language,
        len(row.ndcg),
        row.recall,
        _mean(row.ndcg, seed),
        _mean(row.reciprocal, seed),
        row.complete,
    )


def _mean(values: Sequence[float], seed: int) -> str:
    limits = bootstrap_mean(values, seed)
    return f"{sum(values) / len(values):.2f} [{limits.low:.2f}, {limits.high:.2f}]"


def stages(answered: Sequence[Answered]) -> Mapping[str, int]:
    """Count misses by the first part that failed."""
    counted = Counter(one.grade.stage for one in answered if one.grade.stage)
    return {stage.value: counted[stage] for stage in STAGES}


def misses(judged: Judged) -> Sequence[Answered | Screened]:
    """Give what is not right in everything, by stage and name."""
    every: list[Answered | Screened] = [*judged.results.answered, *judged.results.screened]
    wrong = [one for one in every if not one.grade.ok]
    order = {stage: number for number, stage in enumerate(STAGES)}
    return sorted(
        wrong,
        key=lambda one: (order[one.grade.stage or STAGES[0]], one.grade.id),
    )


def times(answered: Sequence[Answered]) -> Mapping[str, float]:
    """Give 50th, 95th and 99th percentile of whole answers and of searches, in ms."""
    whole = [one.seen.ms for one in answered if one.seen.ms]
    search = [one.seen.search_ms for one in answered if one.seen.search_ms]
    return {
        f"{name}_{percent}": percentile(values, percent / 100)
        for name, values in (("whole", whole), ("search", search))
        for percent in (50, 95, 99)
    }
