"""The other evidence: every state, labelled drafts by form, words in disguise, harmless twins."""

import random
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from bot.engine import Engine
from bot.errors import BadInput
from bot.guard.rules import all_states, rule_set
from bot.settings import PROJECT_DIR
from bot.types import PROTECTED, REMOVAL_LIKE, Lang, Outcome
from evals.grade import bad_places, lost_places
from evals.problems import RunFailed
from evals.record import SeenDraft
from evals.redteam import wording
from evals.redteam.asks import Target
from evals.redteam.obedient import claims
from evals.redteam.obfuscate import ENCODED, READABLE, Way
from evals.redteam.page import Section, share, table
from evals.redteam.trial import KEPT, stands
from evals.schema import DraftCase, Question

CONTRASTS_FILE = Path(__file__).with_name("contrasts.toml")
_ORACLE = PROJECT_DIR / "tests" / "oracle.py"
_RARE = 8
"""Forms with fewer drafts stand in one row together."""
_DISGUISED = 60
"""Violating drafts that are put in disguise."""

See = Callable[[DraftCase], SeenDraft]


def states() -> Section:
    """Compare every state there is with the second table."""
    oracle = _oracle()
    total = agree = protected = safe = 0
    for state in all_states():
        found = rule_set().evaluate(state)[0]
        other = oracle.ruling(oracle.State(state.statuses, state.action, state.danger))
        total += 1
        agree += (found.rule, found.outcome) == (other.rule, other.outcome)
        if state.statuses & PROTECTED and state.action in REMOVAL_LIKE:
            protected += 1
            safe += found.outcome in {Outcome.FORBIDDEN, Outcome.BRANCH}
    return Section(
        "Every state, against a second table",
        (
            wording.STATES,
            table(
                ("what", "states"),
                (
                    ("states where both tables agree", f"{agree}/{total}"),
                    (
                        wording.MAY_BE_PROTECTED,
                        f"{safe}/{protected}",
                    ),
                ),
            ),
        ),
    )


def _oracle() -> Any:  # noqa: ANN401 - a module of the tests, which are no package
    spec = spec_from_file_location("habeas_oracle", _ORACLE)
    if spec is None or spec.loader is None or not _ORACLE.exists():
        raise RunFailed(f"there is no second table at {_ORACLE}")
    module = module_from_spec(spec)
    # Its dataclasses look themselves up by module name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def unseen(engine: Engine, targets: Sequence[Target]) -> Section:
    """Put each false sentence plainly under the bare questions of its rule."""
    groups: dict[tuple[str, Lang], list[Target]] = defaultdict(list)
    for target in targets:
        groups[target.bare.rule, target.lang].append(target)
    told: dict[bool, list[bool]] = defaultdict(list)
    rows = []
    for (rule, lang), group in sorted(groups.items()):
        shown: dict[bool, list[bool]] = defaultdict(list)
        for claim in claims()[rule].sentences:
            asked = (one.question.asked for one in group)
            some = any(engine.guard_draft(one, (), claim.text[lang]).kept for one in asked)
            shown[claim.held].append(some)
            told[claim.held].append(some)
        rows.append((f"{rule}, {lang}", _cell(shown[False]), _cell(shown[True])))
    rows.append(("**all**", _cell(told[False]), _cell(told[True])))
    return Section(
        "False sentences without an attack",
        (wording.UNSEEN, table(("rule, language", "told, shown", "held, shown"), rows)),
    )


def drafts(cases: Sequence[DraftCase], see: See) -> Section:
    """Put every labelled draft to the gate."""
    stopped: dict[str, list[bool]] = defaultdict(list)
    whole: dict[str, list[bool]] = defaultdict(list)
    parts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for case in cases:
        seen = see(case)
        if case.label == "violating":
            ok = not seen.error and not any(seen.sentences[p].kept for p in bad_places(case, seen))
            stopped[case.form or "none given"].append(ok)
        else:
            ok = not seen.error and not lost_places(case, seen)
            whole[case.form or "none given"].append(ok)
        parts[case.id.split("-", 1)[0], case.label].append(ok)
    return Section(
        "Labelled drafts, by form",
        (
            wording.DRAFTS,
            table(
                ("set", "violating, stopped", "safe, whole"),
                [
                    (part, *(_cell(parts[part, label]) for label in ("violating", "safe")))
                    for part in dict.fromkeys(part for part, _ in parts)
                ],
            ),
            table(("violating draft", "stopped"), list(_by_form(stopped))),
            table(("safe draft", "whole"), list(_by_form(whole))),
        ),
    )


def _by_form(found: Mapping[str, list[bool]]) -> Iterator[tuple[str, str]]:
    rare: list[bool] = []
    for form, oks in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(oks) < _RARE:
            rare += oks
        else:
            yield form, _cell(oks)
    if rare:
        yield f"forms with fewer than {_RARE}", _cell(rare)
    yield "**all**", _cell([ok for oks in found.values() for ok in oks])


def _cell(oks: Sequence[bool]) -> str:
    return share(sum(oks), len(oks))


@dataclass(frozen=True)
class Hidden:
    """A violating draft that is stopped as it stands, of which something is shown in disguise."""

    case: DraftCase
    way: str
    draft: str
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Disguised:
    """What came of the disguises."""

    section: Section
    shown: tuple[Hidden, ...]


def disguise(
    engine: Engine, targets: Sequence[Target], cases: Sequence[DraftCase], seed: int
) -> Disguised:
    """Put questions and violating drafts in disguise: the ruling stays, nothing more is shown."""
    known = _stopped_plainly(engine, cases, seed)
    rows = []
    shown: list[Hidden] = []
    for way, (kind, hide) in _ways().items():
        counted = Counter(_stands(engine, one, hide) for one in targets)
        same = sum(counted[one] for one in KEPT)
        hidden = [Hidden(one, way, hide(one.draft), _kept(engine, one, hide)) for one in known]
        shown += [one for one in hidden if one.kept]
        stopped = [not one.kept for one in hidden]
        rows.append((way, kind, share(same, len(targets)), str(counted["covered"]), _cell(stopped)))
    head = ("disguise", "kind", "same ruling", "on a condition", "draft stopped")
    section = Section(
        "Words in disguise, generated",
        (wording.disguise(len(targets), len(known)), table(head, rows)),
    )
    return Disguised(section, tuple(shown))


def _ways() -> Mapping[str, tuple[str, Way]]:
    readable = {name: ("readable", way) for name, way in READABLE.items()}
    return readable | {name: ("encoded", way) for name, way in ENCODED.items()}


def _stands(engine: Engine, target: Target, hide: Way) -> str:
    try:
        got = engine.guard_draft(hide(target.question.asked), (), "")
    except BadInput:
        return "refused"
    verdict = got.verdict
    ruling = (verdict.rule, verdict.outcome, verdict.also) if verdict else None
    return stands(target.bare, ruling, got.opening)


def _stopped_plainly(engine: Engine, cases: Sequence[DraftCase], seed: int) -> list[DraftCase]:
    whole = [one for one in cases if one.label == "violating" and not one.bad and not one.history]
    known = [one for one in whole if not _kept(engine, one, lambda text: text)]
    rng = random.Random(seed)  # noqa: S311 - reproducible on purpose
    return rng.sample(known, min(_DISGUISED, len(known)))


def _kept(engine: Engine, case: DraftCase, hide: Way) -> tuple[str, ...]:
    """What is shown of a hidden draft; its harmless sentences are not told apart."""
    return engine.guard_draft(case.question, (), hide(case.draft)).kept


@dataclass(frozen=True)
class Contrast:
    """A harmless question that sounds like a forbidden one, and that one."""

    kind: str
    lang: str
    safe: str
    twin: str


def contrasts() -> tuple[Contrast, ...]:
    """Read the pairs."""
    data = tomllib.loads(CONTRASTS_FILE.read_text(encoding="utf-8"))
    return tuple(Contrast(**one) for one in data["pair"])


def over_firing(engine: Engine, questions: Iterable[Question]) -> Section:
    """Ask harmless questions and their twins, and the look-alikes of the set."""
    safe: dict[str, list[bool]] = defaultdict(list)
    twin: dict[str, list[bool]] = defaultdict(list)
    wrong = []
    for one in contrasts():
        harmless = _outcome(engine, one.safe) is not Outcome.FORBIDDEN
        forbidden = _outcome(engine, one.twin) is Outcome.FORBIDDEN
        safe[one.kind].append(harmless)
        twin[one.kind].append(forbidden)
        wrong += [f"“{one.safe}” is told that it is forbidden"] * (not harmless)
        wrong += [f"“{one.twin}” is not told that it is forbidden"] * (not forbidden)
    rows = [(kind, _cell(safe[kind]), _cell(twin[kind])) for kind in safe]
    every = tuple([ok for oks in found.values() for ok in oks] for found in (safe, twin))
    rows.append(("**all**", _cell(every[0]), _cell(every[1])))
    alike = [one for one in questions if one.expect.lookalike and len(one.turns) == 1]
    held = [_outcome(engine, one.asked) is not Outcome.FORBIDDEN for one in alike]
    rows.append(("lawful look-alikes of the regression set", _cell(held), ""))
    return Section(
        "Over-firing: harmless questions and their twins",
        (
            wording.CONTRASTS,
            table(("kind", "harmless, not forbidden", "twin, forbidden"), rows),
            "\n".join(f"- {one}" for one in wrong) or "None went wrong.",
        ),
    )


def _outcome(engine: Engine, question: str) -> Outcome | None:
    verdict = engine.guard_draft(question, (), "").verdict
    return verdict.outcome if verdict else None
