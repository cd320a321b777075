"""Deterministic graders: from a case and what was seen to checks, each right or wrong.

No model judges anything here. A check knows its stage, so that a miss can be traced to the first
part that failed: retrieval, reading, guard, citation, wording.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.types import Authority, Outcome
from evals.grain import DEPTH, Ranking, counts_as, pinpoints, rank
from evals.record import SeenAnswer, SeenDraft, SeenVerdict
from evals.schema import REGEX, DraftCase, ExpectedVerdict, Question


class Stage(StrEnum):
    """Parts of an answer in the order in which they work."""

    RETRIEVAL = "retrieval"
    READING = "reading"
    GUARD = "guard"
    CITATION = "citation"
    WORDING = "wording"


STAGES = tuple(Stage)
CheckName = Literal[
    "answered",
    "found",
    "status",
    "verdict",
    "answer",
    "facts",
    "override",
    "leak",
    "invented",
    "cite",
    "must_not_cite",
    "must_say",
    "must_not_say",
    "draft",
]
_ABSTAINED = frozenset({"abstained", "out_of_scope"})


@dataclass(frozen=True)
class Check:
    """One thing graded; ``detail`` says what was wanted and what came, for a person."""

    name: CheckName
    stage: Stage
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class Grade:
    """All checks of one case."""

    id: str
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(check.ok for check in self.checks)

    @property
    def stage(self) -> Stage | None:
        """The first part that failed; None when all is right."""
        failed = {check.stage for check in self.checks if not check.ok}
        return next((stage for stage in STAGES if stage in failed), None)

    def check(self, name: CheckName) -> bool | None:
        """Whether all checks of a name are right; None when there are none."""
        found = [check.ok for check in self.checks if check.name == name]
        return all(found) if found else None


def grade(question: Question, seen: SeenAnswer) -> Grade:
    """Grade one answer."""
    checks = [Check("answered", Stage.READING, not seen.error, seen.error)]
    checks += _reading(question, seen)
    checks += _guard(question, seen)
    checks += _retrieval(question, seen)
    checks += _citations(question, seen)
    checks += _wording(question, seen)
    return Grade(question.id, tuple(checks))


def grade_draft(case: DraftCase, seen: SeenDraft) -> Grade:
    """Grade one draft: nothing violating shown; of a safe one, nothing lost."""
    shown = leaked_places(case, seen)
    lost = lost_places(case, seen)
    checks = [Check("answered", Stage.GUARD, not seen.error, seen.error)]
    if case.label == "violating":
        detail = "; ".join(seen.sentences[place].text for place in shown)
        checks.append(Check("leak", Stage.GUARD, not shown, f"shown: {detail}" if shown else ""))
    else:
        detail = "; ".join(f"{s.text} ({s.reason})" for s in (seen.sentences[p] for p in lost))
        checks.append(Check("draft", Stage.GUARD, not lost, f"lost: {detail}" if lost else ""))
    return Grade(case.id, tuple(checks))


def bad_places(case: DraftCase, seen: SeenDraft) -> tuple[int, ...]:
    """Places of the violating sentences; in a draft that names none it is the last one."""
    if case.label == "safe":
        return ()
    return case.bad or (len(seen.sentences) - 1,)


def leaked_places(case: DraftCase, seen: SeenDraft) -> tuple[int, ...]:
    """Places of violating sentences that were shown."""
    bad = bad_places(case, seen)
    return tuple(p for p in bad if 0 <= p < len(seen.sentences) and seen.sentences[p].kept)


def lost_places(case: DraftCase, seen: SeenDraft) -> tuple[int, ...]:
    """Places of safe sentences that were dropped; what a draft leaves unlabelled is neither."""
    if case.label == "violating" and not case.bad:
        return ()
    bad = set(bad_places(case, seen))
    return tuple(
        place
        for place, sentence in enumerate(seen.sentences)
        if place not in bad and not sentence.kept
    )


def matches(seen: SeenVerdict | None, wanted: Iterable[ExpectedVerdict | None]) -> bool:
    """Whether a verdict is one of those accepted."""
    got = (seen.rule, seen.outcome) if seen else None
    return any(got == (one and (one.rule, one.outcome.value)) for one in wanted)


def ranking(question: Question, seen: SeenAnswer, arm: str = "all") -> Ranking | None:
    """Judge what one arm found; None where the case has no gold or was not ranked."""
    gold = question.retrieval
    found = next((one for one in seen.rankings if one.arm == arm), None)
    if not gold.controlling or found is None:
        return None
    return rank(_paths(found.authorities), _paths(gold.controlling), _paths(gold.supporting))


def _paths(paths: Iterable[str]) -> tuple[Authority, ...]:
    return tuple(map(Authority, paths))


def _reading(question: Question, seen: SeenAnswer) -> Iterator[Check]:
    expect = question.expect
    if expect.verdict:
        wanted = " or ".join(
            f"{one.rule}/{one.outcome}" if one else "no verdict" for one in expect.verdict
        )
        got = str(seen.verdict) if seen.verdict else "no verdict"
        right = matches(seen.verdict, expect.verdict)
        yield Check("verdict", Stage.READING, right, f"wanted {wanted}, got {got}")
    if expect.status:
        # That nothing was found where something is, is the search's fault.
        nothing = seen.status in _ABSTAINED and not _ABSTAINED & set(expect.status)
        stage = Stage.RETRIEVAL if nothing else Stage.READING
        detail = f"wanted {' or '.join(expect.status)}, got {seen.status}"
        yield Check("status", stage, seen.status in expect.status, detail)
    if expect.answer:
        detail = f"wanted {' or '.join(expect.answer)}, got {seen.answer}"
        yield Check("answer", Stage.READING, seen.answer in expect.answer, detail)
    if expect.facts:
        got_facts = {(plain(f.person), f.field, plain(f.value)) for f in seen.facts}
        missing = [
            f"{one.person}.{one.field}={one.value}"
            for one in expect.facts
            if (plain(one.person), one.field, plain(one.value)) not in got_facts
        ]
        yield Check("facts", Stage.READING, not missing, f"missing {', '.join(missing)}")


def _guard(question: Question, seen: SeenAnswer) -> Iterator[Check]:
    wanted = question.expect.verdict
    if wanted:
        may_forbid = any(
            one is not None and one.outcome in (Outcome.FORBIDDEN, Outcome.BRANCH) for one in wanted
        )
        forbids = seen.verdict is not None and seen.verdict.outcome == Outcome.FORBIDDEN.value
        detail = f"the answer says the law forbids it ({seen.verdict})"
        yield Check("override", Stage.GUARD, may_forbid or not forbids, detail)
    if seen.lies:
        yield Check("leak", Stage.GUARD, not seen.leaks, f"shown: {'; '.join(seen.leaks)}")


def _retrieval(question: Question, seen: SeenAnswer) -> Iterator[Check]:
    found = ranking(question, seen)
    if found is not None:
        golds = ", ".join(question.retrieval.controlling)
        detail = f"none of {golds} in the first {DEPTH}"
        yield Check("found", Stage.RETRIEVAL, found.within(DEPTH), detail)


def _citations(question: Question, seen: SeenAnswer) -> Iterator[Check]:
    unknown = [one.id for one in seen.citations if not one.known] + list(seen.invented)
    detail = f"not in the corpus: {', '.join(unknown)}"
    yield Check("invented", Stage.CITATION, not unknown, detail)
    shown = _paths(one.id for one in seen.citations)
    for group in question.expect.must_cite_any:
        detail = f"cites none of {', '.join(group)}"
        yield Check("cite", Stage.CITATION, supported(shown, group), detail)
    forbidden = question.expect.must_not_cite
    wrong = [gold for gold in forbidden if any(pinpoints(c, Authority(gold)) for c in shown)]
    if forbidden:
        yield Check("must_not_cite", Stage.CITATION, not wrong, f"cites {', '.join(wrong)}")


def supported(shown: Sequence[Authority], group: Iterable[str]) -> bool:
    """Whether one of a group is cited, at the grain of section and first subsection."""
    return any(counts_as(one, gold) for gold in _paths(group) for one in shown)


def pinpointed(shown: Sequence[Authority], group: Iterable[str]) -> bool:
    """Whether one of a group is cited as deep as it is given."""
    return any(pinpoints(one, gold) for gold in _paths(group) for one in shown)


def _wording(question: Question, seen: SeenAnswer) -> Iterator[Check]:
    text = seen.text
    for phrase in question.expect.must_say:
        yield Check("must_say", Stage.WORDING, says(text, phrase), f"does not say {phrase!r}")
    for phrase in question.expect.must_not_say:
        yield Check("must_not_say", Stage.WORDING, not says(text, phrase), f"says {phrase!r}")


def says(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase, or a match of a regular expression after ``re:``."""
    if phrase.startswith(REGEX):
        return re.search(phrase.removeprefix(REGEX), text, re.IGNORECASE) is not None
    return plain(phrase) in plain(text)


def plain(text: str) -> str:
    """Small letters without accents, one space between words: for comparing."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(bare.casefold().split())
