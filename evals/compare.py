"""A run against the blessed baseline: what changed, by name, and what that means for the build."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any, Literal

from evals.measure import Measure
from evals.problems import RunFailed
from evals.stats import ALPHA, mcnemar

BASELINE = Path(__file__).with_name("baseline.json")
_SCHEMA = 1


class Exit(IntEnum):
    """What a command ends with."""

    FINE = 0
    SOFT = 1
    HARD = 2
    FAILED = 3


@dataclass(frozen=True)
class Blessed:
    """What was accepted for one model; ``cases`` are the cases it was measured on.

    ``failed`` names the items that were wrong then, by measure; ``under`` the soft gates whose
    lower limit was under its floor; ``because`` says why failures of hard gates were accepted.
    """

    cases: frozenset[str]
    failed: Mapping[str, frozenset[str]]
    shares: Mapping[str, str]
    under: frozenset[str]
    on: str
    corpus: str
    code: str
    because: str


@dataclass(frozen=True)
class Flips:
    """Items of one measure whose grade changed since the baseline.

    ``new`` are wrong and of cases the baseline does not know.
    """

    worse: tuple[str, ...]
    better: tuple[str, ...]
    new: tuple[str, ...]
    p: float
    """Chance of as many losses, or more, were nothing changed."""


State = Literal["holds", "known", "under", "new", "regressed", "broken", "reported"]


@dataclass(frozen=True)
class Gate:
    """One measure against its baseline.

    ``state``: ``holds``; ``known``: wrong where the baseline is wrong too; ``under``: its lower
    limit is under the floor, as it was; ``new``: a soft gate with nothing to compare;
    ``regressed``: a soft gate lost; ``broken``: a hard gate has a new failure; ``reported``:
    nothing to gate.
    """

    measure: Measure
    flips: Flips
    state: State
    reason: str


@dataclass(frozen=True)
class Comparison:
    """All gates of one run; ``exit`` is what the build ends with."""

    gates: tuple[Gate, ...]
    blessed: bool

    @property
    def exit(self) -> Exit:
        """The worst of the gates."""
        states = {gate.state for gate in self.gates}
        if "broken" in states:
            return Exit.HARD
        return Exit.SOFT if "regressed" in states else Exit.FINE


NOTHING = Blessed(frozenset(), {}, {}, frozenset(), "", "", "", "")
"""What is blessed before anything is: every failure is new."""


def compare(measures: Iterable[Measure], blessed: Blessed) -> Comparison:
    """Judge every measure."""
    gates = tuple(_gate(one, blessed) for one in measures)
    return Comparison(gates, blessed is not NOTHING)


def _gate(measure: Measure, blessed: Blessed) -> Gate:
    flips = _flips(measure, blessed)
    if measure.gate == "none":
        return Gate(measure, flips, "reported", "")
    return (_hard if measure.gate == "hard" else _soft)(measure, flips, blessed)


def _hard(measure: Measure, flips: Flips, blessed: Blessed) -> Gate:
    del blessed
    new = (*flips.worse, *flips.new)
    if new:
        return Gate(measure, flips, "broken", f"{len(new)} new, the first {new[0]}")
    return Gate(measure, flips, "known" if measure.failed else "holds", "")


def _soft(measure: Measure, flips: Flips, blessed: Blessed) -> Gate:
    if flips.worse and flips.p < ALPHA:
        reason = f"{len(flips.worse)} worse, {len(flips.better)} better, p = {flips.p:.3f}"
        return Gate(measure, flips, "regressed", reason)
    if is_under(measure):
        reason = f"lower limit {measure.interval.low:.1%} under {measure.floor:.0%}"
        known = measure.name in blessed.under
        return Gate(measure, flips, "under" if known else "regressed", reason)
    if blessed is NOTHING and measure.floor is None:
        return Gate(measure, flips, "new", "")
    return Gate(measure, flips, "holds", "")


def is_under(measure: Measure) -> bool:
    """Whether the lower 95 % limit is under the floor."""
    return measure.floor is not None and measure.interval.low < measure.floor


def _flips(measure: Measure, blessed: Blessed) -> Flips:
    before = blessed.failed.get(measure.name, frozenset())
    now = set(measure.failed)
    # What was not measured then has nothing to flip from.
    paired = {item.id for item in measure.items if item.case in blessed.cases}
    worse = tuple(sorted((now - before) & paired))
    better = tuple(sorted((before - now) & paired))
    new = tuple(sorted(now - before - paired))
    return Flips(worse, better, new, mcnemar(len(worse), len(better)))


def read_baseline(model: str, path: Path = BASELINE) -> Blessed:
    """Read what is blessed for a model; ``NOTHING`` where nothing is.

    Raises:
        RunFailed: the file is damaged.
    """
    if not path.exists():
        return NOTHING
    raw = _read(path)["models"].get(model)
    if raw is None:
        return NOTHING
    try:
        return Blessed(
            cases=frozenset(raw["cases"]),
            failed={name: frozenset(ids) for name, ids in raw["failed"].items()},
            shares=raw["shares"],
            under=frozenset(raw["under"]),
            on=raw["on"],
            corpus=raw["corpus"],
            code=raw["code"],
            because=raw["because"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RunFailed(f"{path}: {model} is damaged ({error!r}); bless a run again") from None


@dataclass(frozen=True)
class Blessing:
    """Who blesses what: ``because`` is asked for where a hard gate fails."""

    model: str
    corpus: str
    code: str
    on: date
    because: str = ""


def bless(
    measures: Sequence[Measure], cases: Iterable[str], how: Blessing, path: Path = BASELINE
) -> None:
    """Make a run the baseline of its model.

    Raises:
        RunFailed: a hard gate fails and no reason is given, or the file is damaged.
    """
    failing = [one.name for one in measures if one.gate == "hard" and one.failed]
    if failing and not how.because.strip():
        raise RunFailed(
            f"hard gates fail ({', '.join(failing)}); to accept that, say why: --because TEXT"
        )
    whole: dict[str, Any] = {"schema": _SCHEMA, "models": {}}
    if path.exists():
        whole = _read(path)
    whole["models"][how.model] = {
        "on": how.on.isoformat(),
        "corpus": how.corpus,
        "code": how.code,
        "because": how.because,
        "shares": {one.name: f"{one.hits}/{one.n}" for one in measures},
        "under": sorted(one.name for one in measures if is_under(one)),
        "failed": {one.name: list(one.failed) for one in measures if one.failed},
        "cases": sorted(cases),
    }
    whole["models"] = dict(sorted(whole["models"].items()))
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunFailed(f"{path} is damaged ({error}); bless a run again") from None
    if isinstance(raw, dict) and raw.get("schema") == _SCHEMA and "models" in raw:
        return raw
    raise RunFailed(f"{path} is no baseline of schema {_SCHEMA}; bless a run again")


def lines(comparison: Comparison) -> Sequence[str]:
    """Give the comparison as lines for a terminal, flips by name, worse first."""
    out = []
    for gate in comparison.gates:
        one = gate.measure
        interval = one.interval
        share = one.hits / one.n
        out.append(
            f"{gate.state:<9} {one.hits:>6}/{one.n:<6} {share:7.2%}"
            f"  [{interval.low:.1%}, {interval.high:.1%}]  {one.title}"
            + (f": {gate.reason}" if gate.reason else "")
        )
    for gate in sorted(comparison.gates, key=lambda one: -len(one.flips.worse)):
        out += [f"  worse   {gate.measure.name}: {name}" for name in gate.flips.worse]
        if gate.state == "broken":
            out += [f"  new     {gate.measure.name}: {name}" for name in gate.flips.new]
    for gate in comparison.gates:
        out += [f"  better  {gate.measure.name}: {name}" for name in gate.flips.better]
    return out
