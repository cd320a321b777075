"""Of whom an act is asked; the words stand in ``words/targets.toml``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.guard.acts import Act
from bot.guard.memory import AskedAct, Memory, NamedGroup, Sentence
from bot.guard.owners import related_before, resolve
from bot.guard.people import Mention, other_clitic, self_clitic
from bot.guard.words import words
from bot.types import ANYONE, Action, Status

_TARGETS = words("targets")
_CLITIC_REACH = 22
"""How far before an act a Spanish pronoun can stand, in characters."""
_OBJECT_REACH = 45
"""How far after an act its object can stand, in characters."""
_SELF_REACH = 8


@dataclass(frozen=True)
class Target:
    """A person an act is asked of; ``statuses`` where the question itself gives them."""

    person: str
    statuses: frozenset[Status] | None = None


def targets(
    memory: Memory, asked: AskedAct, groups: Sequence[NamedGroup], joined: str
) -> list[Target]:
    """Say of whom an act is asked.

    Args:
        memory: the conversation so far.
        asked: the act and its sentence.
        groups: people the turn names by a status alone.
        joined: the whole turn, folded.
    """
    place = _place(memory, asked, groups)
    if _TARGETS.LIKE_ME.search(place.text):
        return [Target("self")]
    if _TARGETS.BOTH.search(place.text) and memory.heard:
        return [Target("self"), Target(memory.heard[-1])]
    return (
        _on_speaker(place)
        or _on_speaker_by_clitic(place)
        or _on_other_by_clitic(place)
        or _named(place)
        or [_spoken_of(memory, asked.act, groups, joined)]
    )


def third_country_named(text: str) -> bool:
    """Whether a country is named that takes people who are not its own."""
    return bool(_TARGETS.THIRD_COUNTRY.search(text))


@dataclass(frozen=True)
class _Candidate:
    """Someone named beside the act; ``statuses`` for a group named by its status."""

    mention: Mention
    statuses: frozenset[Status] | None = None

    @property
    def is_relation(self) -> bool:
        return self.mention.kind == "relation"


@dataclass(frozen=True)
class _Place:
    """An act where it stands, and who is named around it, in order."""

    memory: Memory
    sentence: Sentence
    act: Act
    groups: Sequence[_Candidate]
    around: Sequence[_Candidate]

    @property
    def text(self) -> str:
        return self.sentence.folded.text

    @property
    def clitic(self) -> str:
        return self.text[max(0, self.act.start - _CLITIC_REACH) : self.act.end]

    def relations_after(self) -> list[_Candidate]:
        """Relations named behind the start of the act."""
        return [c for c in self.around if c.is_relation and c.mention.start > self.act.start]


def _place(memory: Memory, asked: AskedAct, groups: Iterable[NamedGroup]) -> _Place:
    sentence = asked.sentence
    mine = [_Candidate(g.mention, g.statuses) for g in groups if g.sentence is sentence]
    spans = [(c.mention.start, c.mention.end) for c in mine]
    others = [
        _Candidate(m)
        for m in sentence.people
        if not any(start <= m.start < end for start, end in spans)
    ]
    text = sentence.folded.text
    around = [
        one
        for one in sorted([*mine, *others], key=lambda c: c.mention.start)
        if not _merely_related(text, one.mention)
        and not _TARGETS.ASIDE.search(text[asked.act.end : one.mention.start])
    ]
    return _Place(memory, sentence, asked.act, mine, around)


def _merely_related(text: str, mention: Mention) -> bool:
    """Whether a group is named only as somebody's relation: "married to a US citizen"."""
    return mention.kind == "someone" and related_before(text[: mention.start]) is not None


def _on_speaker(place: _Place) -> list[Target]:
    """Such as "deport me", and whoever is joined to "me"."""
    text, act = place.text, place.act
    if not (
        _TARGETS.SELF_ACT.search(text[act.start : act.end])
        or _TARGETS.SELF_ACT.search(text[act.start : act.end + _SELF_REACH])
    ):
        return []
    more = [c for c in place.around if c.mention.start >= act.start and _joined_to_me(text, c)]
    return [Target("self"), *(_target(place, one) for one in more)]


def _joined_to_me(text: str, candidate: _Candidate) -> bool:
    before = text[: candidate.mention.start]
    if _TARGETS.ME_AND.search(before):
        return True
    return candidate.is_relation and bool(_TARGETS.ME_AND_RELATION.search(before))


def _on_speaker_by_clitic(place: _Place) -> list[Target]:
    """Such as "deportarme", "me pueden deportar"."""
    if place.groups or not self_clitic(place.clitic):
        return []
    before = [c.mention for c in place.around if c.mention.end <= place.act.start]
    if before and before[-1].kind == "pronoun":
        return []
    others = place.relations_after()
    if not others or _TARGETS.A_MI_Y.search(place.text):
        return [Target("self"), *(Target(one.mention.person) for one in others)]
    return [Target("self")] if _TARGETS.ME_VERB.search(place.clitic) else []


def _on_other_by_clitic(place: _Place) -> list[Target]:
    """Such as "deportarlo", "los pueden deportar"."""
    if place.groups or not other_clitic(place.clitic):
        return []
    before = [c for c in place.around if c.is_relation and c.mention.end <= place.act.start]
    if before:
        return [Target(before[-1].mention.person)]
    last = place.memory.last_other
    if last is None or place.relations_after():
        return []
    several = _TARGETS.SEVERAL.search(place.clitic)
    people = dict.fromkeys(place.memory.heard) if several else {}
    return [Target(person) for person in people] or [Target(last)]


def _named(place: _Place) -> list[Target]:
    """Whoever stands before, in or after the act, as its form has it."""
    chosen = _chosen(place)
    if not chosen:
        return []
    chosen = [*chosen, *_joined_with(place, chosen[0])]
    first = chosen[0].mention
    if first.kind == "pronoun" and place.groups and place.memory.last_other is None:
        group = place.groups[0]
        return [Target(group.mention.person, group.statuses)]
    everyone = dict.fromkeys(place.memory.heard)
    if first.word == "them" and len(everyone) > 1:
        return [Target(person) for person in everyone]
    return [_target(place, one) for one in chosen]


def _chosen(place: _Place) -> list[_Candidate]:
    act, around = place.act, place.around
    inside = [
        c for c in around if act.start <= c.mention.start < act.end and c.mention.kind != "self"
    ]
    after = [c for c in around if act.start <= c.mention.start <= act.end + _OBJECT_REACH]
    before = [c for c in around if c.mention.end <= act.start]
    if _TARGETS.PASSIVE.search(place.text[: act.start]):
        return before[-1:] or inside or after[:1]
    return inside[:1] or after[:1] or before[-1:]


def _joined_with(place: _Place, first: _Candidate) -> list[_Candidate]:
    """Further persons joined to the first by "and", "or"."""
    following = [c for c in place.around if c.mention.start >= first.mention.start]
    more: list[_Candidate] = []
    for left, right in pairwise(following):
        between = place.text[left.mention.end : right.mention.start]
        if not _TARGETS.JOINER.fullmatch(between):
            break
        more.append(right)
    return more


def _target(place: _Place, candidate: _Candidate) -> Target:
    mention, memory = candidate.mention, place.memory
    if candidate.statuses is not None:
        return Target(mention.person, candidate.statuses)
    if mention.kind == "someone":
        known = memory.statuses("someone") if memory.known.get("someone") else ANYONE
        return Target("someone", known)
    person = resolve(memory, mention, place.sentence)
    if person == "child" and not memory.known.get("child"):
        person = next((p for p in ("son", "daughter") if memory.known.get(p)), person)
    return Target(person)


def _spoken_of(memory: Memory, act: Act, groups: Sequence[NamedGroup], joined: str) -> Target:
    """Whoever the turn or the conversation is about, where nobody stands beside the act."""
    if groups:
        return Target(groups[-1].mention.person, groups[-1].statuses)
    if act.action is Action.UNCLEAR and memory.last_other:
        return Target(memory.last_other)
    if _TARGETS.SPEAKER_NAMED.search(joined) or self_clitic(joined):
        return Target("self")
    last = memory.last_other or memory.last_person
    return Target(last or ("self" if memory.known.get("self") else "someone"))
