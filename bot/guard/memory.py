"""What is carried from turn to turn while a conversation is read."""

from dataclasses import dataclass, field
from typing import Literal

from bot.guard.acts import Act
from bot.guard.people import Mention
from bot.guard.rules import State
from bot.guard.statuses import FactField, StatusPhrase
from bot.text.language import Heard
from bot.text.normalise import Folded
from bot.types import ANYONE, Action, Danger, Fact, Status


@dataclass(frozen=True)
class Case:
    """One person a question is about and the states it puts, one for each act."""

    person: str
    states: tuple[State, ...]
    conflict: bool = False


@dataclass(frozen=True)
class Said:
    """One turn of the person: its place in the conversation, its text, its language."""

    number: int
    content: str
    folded: Folded
    heard: Heard


@dataclass(frozen=True)
class Sentence:
    """One sentence of a turn and what it names; ``at`` is where it stands in the turn."""

    text: str
    folded: Folded
    at: int
    people: tuple[Mention, ...]
    phrases: tuple[StatusPhrase, ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class NamedGroup:
    """People named by a status alone: "US citizens"."""

    sentence: Sentence
    mention: Mention
    statuses: frozenset[Status]


@dataclass(frozen=True)
class AskedAct:
    """An act and the sentence that names it."""

    sentence: Sentence
    act: Act


@dataclass(frozen=True)
class Stated:
    """What a place of a folded sentence states."""

    field: FactField | Literal["danger"]
    value: str
    start: int
    end: int


@dataclass
class Memory:
    """Facts, persons and the last question, as far as the conversation has been read."""

    facts: list[Fact] = field(default_factory=list)
    known: dict[str, list[frozenset[Status]]] = field(default_factory=dict)
    last_person: str | None = None
    last_other: str | None = None
    told_now: str | None = None
    heard: list[str] = field(default_factory=list)
    """Relations named one by one, in order."""
    cases: tuple[Case, ...] = ()
    actions: tuple[Action, ...] = ()
    danger: Danger = Danger.NONE_STATED
    topic: bool = False

    def statuses(self, person: str) -> frozenset[Status]:
        """Give what ``person`` may be; what contradicts itself widens it."""
        values = {fact.value for fact in self.facts if fact.person == person}
        if {"elsewhere", "united_states"} <= values:
            return ANYONE
        said = self.known.get(person, [])
        agreed = ANYONE.intersection(*said)
        return agreed or frozenset().union(*(one for one in said if one != ANYONE))

    def conflicting(self, person: str) -> bool:
        """Whether what was said of ``person`` cannot all be true."""
        return not ANYONE.intersection(*self.known.get(person, []))

    def add_fact(self, person: str, sentence: Sentence, said: Stated, turn: int) -> None:
        """Note a fact with the person's own words for it."""
        start, end = sentence.folded.span(said.start, said.end)
        self.facts.append(
            Fact(
                person=person,
                field=said.field,
                value=said.value,
                turn=turn,
                span=(sentence.at + start, sentence.at + end),
                quote=sentence.text[start:end],
            )
        )
