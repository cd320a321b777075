"""What each chart of the report shows, counted from one graded run."""

from dataclasses import dataclass

from evals import charts, published
from evals.breakdown import Triad, arm_row, outcomes, triad
from evals.compare import Gate
from evals.judged import Judged
from evals.measure import Measure, Results
from evals.record import ARMS
from evals.stats import percentile
from evals.tables import ARM_NAMES, LANGS, worth

_NARROW = 0.5
"""Share above which all intervals must lie for an axis to start there."""


@dataclass(frozen=True)
class Charts:
    """SVG of each chart; empty where there is nothing to draw."""

    gates: str
    verdicts: str
    guard: str
    search: str
    languages: str
    triads: str
    times: str


def draw(judged: Judged) -> Charts:
    """Draw every chart of one run."""
    found = judged.results
    return Charts(
        gates=_gates(judged),
        verdicts=_verdicts(found),
        guard=_guard(found),
        search=_search(found),
        languages=_languages(judged),
        triads=_triads(triad(found.answered)),
        times=_times(found),
    )


def _gates(judged: Judged) -> str:
    rows = [_gate(gate) for gate in judged.comparison.gates if gate.measure.gate != "none"]
    if not rows:
        return ""
    lowest = min(row.low for row in rows)
    return charts.forest("gates", rows, _NARROW if lowest >= _NARROW else 0.0)


def _gate(gate: Gate) -> charts.Share:
    one = gate.measure
    good = gate.state not in ("broken", "regressed")
    return _share(one, f"{one.title}  {one.hits}/{one.n}", good=good)


def _share(one: Measure, label: str = "", *, good: bool = True) -> charts.Share:
    return charts.Share(label, one.hits / one.n, one.interval.low, one.interval.high, good)


def _verdicts(found: Results) -> str:
    grid = outcomes(found.settled)
    if not any(map(any, grid.values())):
        return ""
    counts = tuple(tuple(row.values()) for row in grid.values())
    return charts.heat(
        "verdicts", charts.Grid(tuple(grid), counts), "what was answered", "what the law says"
    )


def _guard(found: Results) -> str:
    rows = [
        charts.Pair(
            row.name,
            charts.Share("all shown", 1.0, 1.0, 1.0),
            charts.Share(f"{row.leaked} of {row.drafts}", row.leaked / row.drafts, 0.0, 0.0),
        )
        for row in worth(found.screened)
        if row.drafts
    ]
    return charts.before_after("guard", rows, ("without the guard", "with it")) if rows else ""


def _search(found: Results) -> str:
    rows = [arm_row(found, arm or "all") for arm in ARMS]
    lines = [
        charts.Line(ARM_NAMES[row.arm], tuple(m.hits / m.n for m in row.recall.values()))
        for row in rows
        if row.ndcg
    ]
    return charts.depths("search", lines, ("first", "first 5", "first 10")) if lines else ""


def _times(found: Results) -> str:
    whole = [one.seen.ms for one in found.answered if one.seen.ms]
    if not whole:
        return ""
    marks = [charts.Mark(f"p{p}", percentile(whole, p / 100)) for p in (50, 95, 99)]
    return charts.times("times", whole, marks)


def _languages(judged: Judged) -> str:
    rows = []
    for gate in judged.comparison.gates:
        one = gate.measure
        halves = [one.in_lang(lang) for lang, _ in LANGS]
        if one.gate == "none" or one.name == "languages" or not all(half.n for half in halves):
            continue
        rows.append(charts.Pair(one.title, _share(halves[0]), _share(halves[1])))
    return charts.side_by_side("languages", rows, ("English", "Spanish")) if rows else ""


def _triads(ours: Triad) -> str:
    if not ours.n:
        return ""
    parts = (ours.accurate, ours.incomplete, ours.hallucinated)
    own = tuple(100 * part / ours.n for part in parts)
    rows = [
        charts.Bar(f"Habeas, own questions (n = {ours.n})", own, ours=True),
        *(
            charts.Bar(
                f"{one.name} (n = {one.n})", (one.accurate, one.incomplete, one.hallucinated)
            )
            for one in published.STANFORD
        ),
    ]
    return charts.stacked("triads", rows, ("accurate", "incomplete", "hallucinated"))
