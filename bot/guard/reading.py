"""Read a conversation: who is asked about, what they said of themselves, what is asked.

Only the person's own turns are read. What is not known stays unknown; what contradicts itself
widens what is possible; on doubt the topic is on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.guard.acts import resembles
from bot.guard.foreign import read_foreign
from bot.guard.memory import Case, Memory, Said
from bot.guard.question import (
    Emergency,
    asks_for_deceit,
    asks_negatively,
    asks_prohibition,
    asks_yes_no,
    emergency_in,
)
from bot.guard.rules import State, rule_set
from bot.guard.second import asks_of_anyone, seen_by_second
from bot.guard.second.question import Seen
from bot.guard.turns import read_turn
from bot.text.language import Heard, hear
from bot.text.normalise import MAX_FOLD_CHARS, fold
from bot.types import (
    ANYONE,
    PROTECTED,
    REMOVAL_LIKE,
    Action,
    Danger,
    Fact,
    Lang,
    Outcome,
    ReplyLang,
    Status,
    Tongue,
    Turn,
)

__all__ = ["Case", "Emergency", "Reading", "read"]

_ANSWERED = frozenset({Outcome.FORBIDDEN, Outcome.BRANCH, Outcome.LAWFUL_BUT_DIFFERENT})
_UNKNOWN = "someone-2"


@dataclass(frozen=True)
class Reading:
    """What a conversation says and asks, as far as the rules need it."""

    lang: ReplyLang
    on_topic: bool
    cases: tuple[Case, ...]
    facts: tuple[Fact, ...]
    actions: tuple[Action, ...]
    danger: Danger
    yes_no: bool
    negative: bool
    """The question asks whether the act is not to be: "can't they", "is it illegal to"."""
    prohibition: bool
    """The question asks whether the law forbids the act, or protects from it: yes is then right."""
    emergency: Emergency | None
    out_of_scope: bool
    question: str
    """The last question, folded, for matching only."""
    known: Mapping[str, frozenset[Status]] = field(default_factory=dict)
    """What each person the conversation says something of may be."""
    told: tuple[str, ...] = ()
    """The person's own turns, folded, for matching only."""
    second: Action | None = None
    """The act the second reader put, where the words named none."""
    tongue: Tongue | None = None
    """Language of the last turn where Habeas does not speak it: no fact was read from that turn."""

    @property
    def possible(self) -> frozenset[Status]:
        """Everything any person the question is about may be."""
        sets = (state.statuses for case in self.cases for state in case.states)
        return frozenset[Status]().union(*sets) or ANYONE

    @property
    def needs(self) -> Literal["status", "birth"] | None:
        """The one fact that would decide, where a question about a certain person lacks it."""
        certain = (case for case in self.cases if not case.person.startswith("someone"))
        lacking = (_lacking(state) for case in certain for state in case.states)
        return next((one for one in lacking if one is not None), None)


def read(turns: Sequence[Turn], lang: Lang | None = None) -> Reading:
    """Read a conversation that ends with the person's question.

    Args:
        turns: the conversation; only turns of role ``user`` are read.
        lang: the language to reply in, where the person chose one.
    """
    said = [_said(number, turn.content) for number, turn in enumerate(turns) if turn.role == "user"]
    memory = Memory()
    for one in said:
        (read_foreign if one.heard.tongue else read_turn)(memory, one)
    second = _read_again(memory, said)
    question = said[-1].folded.text.strip() if said else ""
    unknown = bool(said) and said[-1].heard.is_other
    tongue = said[-1].heard.tongue if said else None
    reply_lang = lang or _reply_lang([one.heard for one in said])
    return Reading(
        lang=reply_lang,
        on_topic=memory.topic or (reply_lang == "en+es" and unknown),
        cases=memory.cases,
        facts=tuple(memory.facts),
        actions=memory.actions,
        danger=memory.danger,
        yes_no=tongue is None and asks_yes_no(question),
        negative=asks_negatively(question),
        prohibition=asks_prohibition(question),
        emergency=emergency_in(question),
        out_of_scope=asks_for_deceit(question),
        question=question,
        known={person: memory.statuses(person) for person in memory.known},
        told=tuple(one.folded.text for one in said),
        second=second,
        tongue=tongue,
    )


def _read_again(memory: Memory, said: Sequence[Said]) -> Action | None:
    """Let the second reader put an act where the words left nobody protected; give the act."""
    if not said or said[-1].heard.tongue or resembles(said[-1].folded.text):
        return None
    turns = [one.folded.text for one in said if not one.heard.tongue]
    seen = seen_by_second(turns)
    if seen and _settled(memory.cases) and not _of_loss_by_aliens(seen, memory.cases):
        seen = None
    if seen is None and _uncovered(memory.cases) and asks_of_anyone(turns):
        seen = Seen(Action.REMOVE, sure=False)
    if seen is None or (not seen.sure and _only_an_emergency(memory, said[-1])):
        return None
    known = [person for person in memory.known if memory.statuses(person) != ANYONE]
    person = known[0] if len(known) == 1 else _UNKNOWN
    if seen.act is Action.STRIP_CITIZENSHIP and not memory.statuses(person) & PROTECTED:
        person = _UNKNOWN
    statuses = memory.statuses(person)
    if statuses <= PROTECTED and not seen.sure:
        return None
    memory.topic = True
    memory.actions = (*memory.actions, seen.act)
    doubted = Case(person, (State(statuses, seen.act, memory.danger),))
    memory.cases = (*(one for one in memory.cases if not _empty(one)), doubted)
    return seen.act


def _only_an_emergency(memory: Memory, last: Said) -> bool:
    """Whether someone tells of an emergency and the words ask of no act: the steps come first."""
    return emergency_in(last.folded.text) is not None and _uncovered(memory.cases)


def _of_loss_by_aliens(seen: Seen, cases: Sequence[Case]) -> bool:
    """Whether it surely asks of lost citizenship, and the words only say who is no citizen then."""
    states = [state for case in cases for state in case.states]
    aliens = not any(state.statuses & PROTECTED for state in states)
    return aliens and seen.act is Action.STRIP_CITIZENSHIP and seen.sure


def _settled(cases: Sequence[Case]) -> bool:
    """Whether the words give an answer that protects, or leave nobody to protect."""
    states = [state for case in cases for state in case.states]
    if states and not any(state.statuses & PROTECTED for state in states):
        return True
    found = [rule_set().evaluate(state)[0] for state in states]
    return any(one.outcome in _ANSWERED or one.rule == "loss_of_citizenship" for one in found)


def _uncovered(cases: Sequence[Case]) -> bool:
    """Whether no rule says anything of what was asked."""
    states = [state for case in cases for state in case.states]
    return all(rule_set().evaluate(state)[0].rule == "none" for state in states)


def _empty(case: Case) -> bool:
    """Whether a case says no more than that something was asked."""
    return all(state.action is Action.OTHER for state in case.states)


def _said(number: int, content: str) -> Said:
    content = content[:MAX_FOLD_CHARS]
    folded = fold(content)
    return Said(number, content, folded, hear(content, folded))


def _reply_lang(heard: Sequence[Heard]) -> ReplyLang:
    """The language of the last turn that has one."""
    for one in reversed(heard):
        if one.lang is not None:
            return one.lang
        if one.is_other:
            return "en+es"
    return "en"


def _lacking(state: State) -> Literal["status", "birth"] | None:
    undecided = state.statuses & PROTECTED and state.statuses - PROTECTED
    if state.action in REMOVAL_LIKE and undecided:
        return "status"
    if state.action is Action.DENATURALIZE and len(state.statuses) > 1:
        return "birth"
    return None
