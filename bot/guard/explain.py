"""Why a question was ruled as it was, line by line, for whoever reviews the guard."""

from collections.abc import Iterator

from bot.guard.memory import Case
from bot.guard.reading import Reading
from bot.guard.rules import State, rule_set
from bot.guard.second import heaviest
from bot.types import Action, Status, Verdict


def explain(reading: Reading, verdict: Verdict | None) -> Iterator[str]:
    """Give what was read, which states follow, what excludes the others, and the row that rules."""
    if verdict is None:
        yield "off topic    no rule of the guard is asked about"
        return
    yield f"rule         {verdict.rule}"
    yield f"outcome      {verdict.outcome}"
    yield f"also         {', '.join(verdict.also) or '-'}"
    yield f"kind         {verdict.kind}{', contested' if verdict.contested else ''}"
    yield f"as of        {verdict.as_of}"
    yield f"authorities  {', '.join(one.path for one in verdict.authorities) or '-'}"
    for fact in verdict.facts:
        start, end = fact.span
        yield (
            f"fact         {fact.person}: {fact.field} = {fact.value}"
            f" ({fact.quote!r}, turn {fact.turn}, characters {start} to {end})"
        )
    for case in reading.cases:
        yield from _case(case)
    if reading.second is not None:
        yield f"second       put {reading.second}; what weighed most: {_weighed(reading)}"


def _case(case: Case) -> Iterator[str]:
    for state in case.states:
        yield f"state        {case.person}: {state.action}, danger {state.danger}"
        yield f"  may be     {_names(state.statuses)}"
        yield f"  excluded   {_names(frozenset(Status) - state.statuses)}"
        yield from _rows(state)


def _rows(state: State) -> Iterator[str]:
    for row in rule_set().rows:
        if row.fits(state):
            yield f"  met        {row.rule}, {row.outcome}: {row.why}"


def _names(statuses: frozenset[Status]) -> str:
    return ", ".join(status for status in Status if status in statuses) or "-"


def _weighed(reading: Reading) -> str:
    found = heaviest(reading.told, reading.second or Action.OTHER)
    return ", ".join(f"{run!r}" for run in found)
