"""From a reading to a verdict and its opening: pure and total."""

from collections.abc import Mapping

from bot.guard.openings import Leading, PersonLine, openings
from bot.guard.reading import Case, Reading
from bot.guard.rules import STRENGTH, Finding, rule_set
from bot.types import ALIENS, BESIDE_REMOVAL, Action, AnswerKind, Outcome, RuleId, Status, Verdict

_PLAIN_ANSWERS: Mapping[Outcome, AnswerKind] = {
    Outcome.FORBIDDEN: "no",
    Outcome.LAWFUL_BUT_DIFFERENT: "yes",
    Outcome.NOT_COVERED: "info",
}
_ORDER: dict[RuleId, int] = {}
for _row in rule_set().rows:
    _ORDER.setdefault(_row.rule, len(_ORDER))


def decide(reading: Reading) -> Verdict | None:
    """Say what the rules say of everything a question puts; None when it is off topic."""
    if not reading.on_topic:
        return None
    rules = rule_set()
    leading = _leading(reading)
    also: list[RuleId] = []
    for case in reading.cases:
        for state in case.states:
            also += [f.rule for f in rules.evaluate(state) if f.rule != leading.rule]
    rule = rules.rules[leading.rule]
    return Verdict(
        rule=leading.rule,
        outcome=leading.outcome,
        also=tuple(r for r in dict.fromkeys(also) if r != "none"),
        authorities=rule.authorities,
        facts=reading.facts,
        kind="policy" if rule.kind == "policy" else "hard",
        contested=rule.contested,
        as_of=rules.as_of,
    )


def opening(reading: Reading, verdict: Verdict | None) -> str:
    """Give the text that opens the answer; empty when there is no verdict."""
    if verdict is None:
        return ""
    lines = tuple(
        PersonLine(case.person, found.rule, found.outcome)
        for case in reading.cases
        if (found := _strongest(case)) is not None
    )
    different = len({(line.rule, line.outcome) for line in lines}) > 1
    leading = Leading(
        verdict.rule,
        verdict.outcome,
        _leading_action(reading, verdict),
        verdict.also,
        lines if different else (),
    )
    return openings().compose(leading, reading.lang)


def answer_kind(reading: Reading, verdict: Verdict | None) -> AnswerKind:
    """Say whether the act asked about may lawfully be done."""
    if verdict is None or not reading.yes_no:
        return "info"
    if verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT and BESIDE_REMOVAL & set(reading.actions):
        return "depends"
    if verdict.outcome in _PLAIN_ANSWERS:
        return _PLAIN_ANSWERS[verdict.outcome]
    if verdict.rule == "challenge" and set(reading.actions) <= {Action.REMOVE}:
        return "yes"
    # Of someone naturalized, by a court; who is a citizen through a parent may be one from birth.
    by_court = verdict.rule == "loss_of_citizenship" and verdict.outcome is Outcome.CONDITIONS
    return "yes" if by_court and Status.CITIZEN_DERIVED not in reading.possible else "depends"


def _leading(reading: Reading) -> Finding:
    """The strongest finding; several people with different answers make a branch."""
    found = [f for case in reading.cases if (f := _strongest(case)) is not None]
    if not found:
        return Finding("none", Outcome.NOT_COVERED)
    best = min(found, key=_rank)
    if best.outcome is Outcome.FORBIDDEN and any(f.outcome is not Outcome.FORBIDDEN for f in found):
        return Finding(best.rule, Outcome.BRANCH)
    return best


def _strongest(case: Case) -> Finding | None:
    findings = [rule_set().evaluate(state)[0] for state in case.states]
    return min(findings, key=_rank, default=None)


def _rank(finding: Finding) -> tuple[int, int]:
    """Strongest outcome first, then the rule whose row stands first."""
    return (STRENGTH[finding.outcome], _ORDER[finding.rule])


def _leading_action(reading: Reading, verdict: Verdict) -> Action:
    """The action the leading rule answers, so that its exact text is taken."""
    met = [
        state.action
        for case in reading.cases
        for state in case.states
        if Finding(verdict.rule, verdict.outcome) in rule_set().evaluate(state)
    ]
    if not met:
        met = [state.action for case in reading.cases for state in case.states]
    if verdict.rule == "challenge":
        for action in (Action.REMOVE, Action.REFUSE_ENTRY, Action.DENY_REVIEW, Action.DETAIN):
            if action in met:
                return action
    return met[0] if met else Action.OTHER


def certainly_alien(reading: Reading) -> bool:
    """Whether no person the question is about can be a citizen or national."""
    return reading.possible <= ALIENS
