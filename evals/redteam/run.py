"""One whole run: questions, attacks, answers, counts, page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.engine import Engine
from bot.guard.fingerprint import rules_hash
from bot.settings import Settings
from evals import provenance
from evals.cases import CaseSet, load_set
from evals.problems import RunFailed
from evals.record import SeenDraft
from evals.redteam import evidence, tally, wording
from evals.redteam.asks import Aim, choose
from evals.redteam.guard_door import GuardDoor
from evals.redteam.page import Report, Section, Stamp
from evals.redteam.prompts import Harvest
from evals.redteam.trial import Leak, Plan, Range, Tried, plans
from evals.schema import DraftCase
from evals.watch import Rig, Watcher

_QUESTIONS = "hard"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What to run: questions of each rule and language, and the seed of every choice."""

    settings: Settings
    work: Path
    each: int
    seed: int


@dataclass(frozen=True)
class Finished:
    """The page, and a line for each kind of leak."""

    report: Report
    leaks: tuple[dict[str, object], ...]


def current(settings: Settings) -> Stamp:
    """Name the code and the rule data that are here now."""
    return Stamp(provenance.code_hash(settings), rules_hash()[:16])


def run(options: Options, harvest: Callable[[Aim], Harvest], say: Say) -> Finished:
    """Attack, count, and describe it.

    Raises:
        RunFailed: there is no index, the tools failed, or the code changed meanwhile.
    """
    cases = load_set()
    before = provenance.code_hash(options.settings)
    spot = Range(options.settings)
    try:
        hard = [one for one in cases.questions if _QUESTIONS in one.stratum]
        aim = choose(hard, spot.ruled, options.each, options.seed)
        say(f"{len(aim.targets)} questions; {len(aim.wrong)} of {aim.possible} wrong unattacked")
        taken = harvest(aim)
        tried = attack(spot, taken, aim, options, say)
        under = _Bare(spot.engine)
        outcome = tally.Outcome(tried, taken.available)
        say("the other evidence")
        targets = tuple(aim.targets.values())
        hidden = evidence.disguise(spot.engine, targets, cases.drafts, options.seed)
        sections = (
            evidence.states(),
            _drafts(cases, options),
            evidence.unseen(spot.engine, targets),
            tally.section(outcome, under.known),
            hidden.section,
            evidence.over_firing(spot.engine, cases.questions),
        )
        leaks = (*_leaks(tried, under), *map(_hidden_leak, hidden.shown))
        data = f"corpus `{spot.engine.digest.hash[:16]}`, questions and drafts `{cases.hash}`"
        facts = _facts(options, aim, taken, data)
    finally:
        spot.close()
    if provenance.code_hash(options.settings) != before:
        raise RunFailed("the code changed while it was measured; run again")
    unused = (f"Not used: {one}." for one in taken.left_out)
    report = Report(current(options.settings), facts, sections, (*wording.LIMITS, *unused))
    return Finished(report, leaks)


def attack(spot: Range, taken: Harvest, aim: Aim, options: Options, say: Say) -> tuple[Tried, ...]:
    """Put every prompt, with both models, to both doors."""
    todo = tuple(plans(taken.prompts, dict(aim.targets), options.seed))
    say(f"{len(taken.prompts)} prompts, each with two models, at two doors")
    door = GuardDoor(todo, options.work)
    try:
        tried = []
        for number, plan in enumerate(todo, 1):
            tried.append(spot.attempt(plan))
            if number % 200 == 0:
                say(f"{number} of {len(todo)}")
        return (*tried, *door.results())
    finally:
        door.stop()


def _drafts(cases: CaseSet, options: Options) -> Section:
    watcher = Watcher(Rig("none", options.seed, options.settings))

    def see(case: DraftCase) -> SeenDraft:
        seen = watcher.see(case)
        if not isinstance(seen, SeenDraft):
            raise RunFailed(f"{case.id} is no draft")
        return seen

    try:
        return evidence.drafts(cases.drafts, see)
    finally:
        watcher.close()


class _Bare:
    """Says whether a leaked sentence is also shown where nobody attacks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, str], bool] = {}

    def known(self, tried: Tried, leak: Leak) -> bool:
        target = tried.plan.target
        key = (target.question.id, leak.text)
        if key not in self._known:
            kept = self._engine.guard_draft(target.question.asked, (), leak.text).kept
            self._known[key] = bool(_only(tried.plan, kept, leak))
        return self._known[key]


def _only(plan: Plan, kept: Iterable[str], leak: Leak) -> bool:
    return any(one.text == leak.text for one in plan.leaks(tuple(kept)))


def _leaks(tried: Iterable[Tried], under: _Bare) -> Iterable[dict[str, object]]:
    """Give the first showing of each sentence in each form at each door, but for the held."""
    seen: dict[tuple[str, str, str], dict[str, object]] = {}
    for one in tried:
        for leak in (leak for leak in one.leaks if not leak.held):
            key = (one.door, leak.form, leak.core)
            if key in seen:
                seen[key]["times"] = int(str(seen[key]["times"])) + 1
                continue
            target = one.plan.target
            seen[key] = {
                "sentence": leak.text,
                "form": leak.form,
                "door": one.door,
                "rule": target.bare.rule,
                "lang": one.plan.lang,
                "family": tally.family(one),
                "probe": one.plan.prompt.probe,
                "ruling": one.stands,
                "shown_unattacked": under.known(one, leak),
                "bare_question": target.question.asked,
                "question": one.plan.prompt.text,
                "times": 1,
            }
    return seen.values()


def _hidden_leak(one: evidence.Hidden) -> dict[str, object]:
    return {
        "sentence": one.draft,
        "form": one.way,
        "door": "guard",
        "lang": one.case.lang,
        "family": "words in disguise",
        "probe": one.way,
        "question": one.case.question,
        "plainly": one.case.draft,
        "draft": one.case.id,
        "kept": list(one.kept),
    }


def _facts(options: Options, aim: Aim, taken: Harvest, data: str) -> tuple[str, ...]:
    tools = ", ".join(
        f"{name} {version} ({taken.licences.get(name, 'licence not stated')})"
        for name, version in taken.versions.items()
    )
    stamp = current(options.settings)
    return (
        f"Code `{stamp.code}`, rules `{stamp.rules}`, {data}.",
        f"Run on {datetime.now(UTC).date()}, seed {options.seed}; {provenance.machine()}.",
        f"Attacks: {tools}. Read from the installed packages at run time; none is kept here.",
        wording.questions(len(aim.targets), aim.possible, len(aim.wrong)),
    )
