"""From the acts of a turn to cases: which person, which states."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.guard.acts import journey
from bot.guard.memory import AskedAct, Case, Memory, NamedGroup, Sentence
from bot.guard.rules import State
from bot.guard.targets import targets, third_country_named
from bot.guard.words import words
from bot.types import ANYONE, CITIZENS, REMOVAL_LIKE, Action, Status

_TURNS = words("turns")
_VAGUE = frozenset({Action.UNCLEAR, Action.DENY_REVIEW})
_LOSING = frozenset({Action.STRIP_CITIZENSHIP, Action.DENATURALIZE, Action.RELINQUISH})

_OWN_PARENTS = ("mother", "father", "parents")
_OF_A_CHILD = ("self", "spouse", "wife", "husband")
_PARENTS_OF: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("self", "brother", "sister"), _OWN_PARENTS),
    **dict.fromkeys(("son", "daughter", "child"), _OF_A_CHILD),
}


def cases_of(
    memory: Memory, found: Sequence[AskedAct], groups: Sequence[NamedGroup], joined: str
) -> tuple[Case, ...]:
    """Say of whom each act is asked, and put the states."""
    asked: dict[str, _Asked] = {}
    for one in _questions(found):
        for target in targets(memory, one, groups, joined):
            of_person = asked.setdefault(target.person, _Asked([]))
            of_person.actions.append(one.act.action)
            if target.statuses is not None:
                of_person.statuses = target.statuses
    meant = _elsewhere(joined)
    return tuple(
        case(memory, person, [meant.get(a, a) for a in one.actions], one.statuses)
        for person, one in asked.items()
    )


def cases_again(
    memory: Memory, sentences: Sequence[Sentence], groups: Sequence[NamedGroup], text: str
) -> tuple[Case, ...]:
    """Put the acts asked about before to the person this turn names."""
    if groups:
        return tuple(case(memory, g.mention.person, memory.actions, g.statuses) for g in groups)
    person = _person_asked_now(memory, sentences, text)
    if person is None:
        return _same_cases(memory)
    unknown_self = person == "self" and not any(f.person == "self" for f in memory.facts)
    if unknown_self and memory.cases[0].person != "someone":
        return _same_cases(memory)
    return (case(memory, person, memory.actions),)


def case(
    memory: Memory,
    person: str,
    actions: Iterable[Action],
    group: frozenset[Status] | None = None,
) -> Case:
    """Put the states of one person; ``group`` where the question itself says what they are."""
    known = group if group is not None else _perhaps_derived(memory, person)
    kept = _answered(person, tuple(dict.fromkeys(actions)), known)
    return Case(
        person,
        tuple(State(_presupposed(known, action), action, memory.danger) for action in kept),
        conflict=group is None and memory.conflicting(person),
    )


def _perhaps_derived(memory: Memory, person: str) -> frozenset[Status]:
    """A resident with a parent who is a citizen may be one too (8 U.S.C. 1431)."""
    known = memory.statuses(person)
    if known != {Status.PERMANENT_RESIDENT}:
        return known
    parents = _PARENTS_OF.get(person, ())
    citizens = any(_citizen(memory.statuses(parent)) for parent in parents)
    return known | {Status.CITIZEN_DERIVED} if citizens else known


def _citizen(statuses: frozenset[Status]) -> bool:
    return bool(statuses) and statuses <= CITIZENS


@dataclass
class _Asked:
    """The acts asked of one person, and what the question says they are."""

    actions: list[Action]
    statuses: frozenset[Status] | None = None


def _questions(found: Sequence[AskedAct]) -> list[AskedAct]:
    """The acts of the sentences that ask; more of them where those ask vaguely."""
    asking = [one for one in found if _TURNS.ASKS.search(one.sentence.folded.text)]
    asking = asking or list(found)
    if any(one.act.action is Action.STRIP_CITIZENSHIP for one in asking):
        # It may be asked of what the person did themselves.
        asking += [one for one in found if one.act.action is Action.RELINQUISH]
    if all(one.act.action in _VAGUE for one in asking):
        told = {*_VAGUE, Action.DETAIN}
        asking += [one for one in found if one.act.action not in told]
    return asking


def _elsewhere(joined: str) -> Mapping[Action, Action]:
    """What acts mean where the country named is not the person's own."""
    way = journey(joined)
    if way is not None and way.to_another:
        return {Action.REMOVE: Action.THIRD_COUNTRY}
    if third_country_named(joined):
        return dict.fromkeys((Action.REMOVE, Action.UNCLEAR), Action.THIRD_COUNTRY)
    return {}


def _person_asked_now(memory: Memory, sentences: Sequence[Sentence], text: str) -> str | None:
    """The person a turn names while it asks again; None where it asks of the same."""
    people = [mention for sentence in sentences for mention in sentence.people]
    about = [m.person for m in people if m.kind == "relation"]
    about = about or [m.person for m in people if m.kind == "self"]
    if not about and memory.last_other and any(m.kind == "pronoun" for m in people):
        about = [memory.last_other]
    asks = _TURNS.ASKS.search(text) or _TURNS.WHAT_ABOUT.search(text)
    return about[-1] if about and asks else None


def _same_cases(memory: Memory) -> tuple[Case, ...]:
    """The cases of the question before, with what has been learnt since."""
    return tuple(
        case(
            memory,
            one.person,
            memory.actions,
            None if memory.known.get(one.person) else one.states[0].statuses,
        )
        for one in memory.cases
    )


def _answered(
    person: str, actions: tuple[Action, ...], known: frozenset[Status]
) -> tuple[Action, ...]:
    """Leave the acts that get an answer of their own."""
    if Action.RELINQUISH in actions:
        actions = _without(actions, {Action.STRIP_CITIZENSHIP})
    if Action.DENATURALIZE in actions and known != {Status.CITIZEN_BY_BIRTH}:
        # A removal would only follow after a court took naturalization away.
        return _without(actions, REMOVAL_LIKE | {Action.STRIP_CITIZENSHIP})
    if len(actions) > 1:
        actions = _without(actions, {Action.OTHER, Action.UNCLEAR}) or actions[:1]
    anyone = person == "someone" and known == ANYONE
    stronger = {Action.FOREIGN_PRISON, Action.THIRD_COUNTRY}.intersection(actions)
    if stronger or (anyone and Action.DENY_REVIEW in actions):
        actions = _without(actions, {Action.REMOVE})
    return actions


def _without(actions: tuple[Action, ...], left_out: Iterable[Action]) -> tuple[Action, ...]:
    gone = frozenset(left_out)
    return tuple(action for action in actions if action not in gone)


def _presupposed(known: frozenset[Status], action: Action) -> frozenset[Status]:
    """Asking whether citizenship can be taken or given up says that there is some."""
    if action in _LOSING:
        return (known & CITIZENS) or known
    return known
