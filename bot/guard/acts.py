"""Which acts a question names; the words stand in ``words/acts.toml``."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.guard.places import country_index
from bot.guard.statuses import status_phrases
from bot.guard.words import words
from bot.types import BESIDE_REMOVAL, Action

_ACTS = words("acts")
_EXACT_FIRST = tuple((Action(row.fields["action"]), row.pattern) for row in _ACTS.rows("acts"))


@dataclass(frozen=True)
class Act:
    """One act asked about and where folded text names it."""

    action: Action
    start: int
    end: int


@dataclass(frozen=True)
class Journey:
    """From which country to which, as places in the list of countries; -1 where unknown."""

    origin: int
    target: int

    @property
    def to_another(self) -> bool:
        """Whether both are known and differ."""
        return -1 not in {self.origin, self.target} and self.origin != self.target


def acts(text: str, *, topical: bool = False) -> tuple[Act, ...]:
    """Find the acts folded ``text`` names; where two overlap, the more exact one stands.

    Everyday verbs ("me sacan") count only where the conversation is about status: ``topical``.
    """
    if resembles(text):
        return ()
    found = _overlapping_none(text)
    alike = [act for act in found if act.action in BESIDE_REMOVAL]
    if alike and not _ACTS.ASKED_OUTRIGHT.search(text):
        return tuple(alike[:1])
    if any(act.action is Action.OTHER for act in found) and not _ACTS.STRONG.search(text):
        return ()
    found = _without_stories(text, found, topical=topical)
    named = [act for act in found if act.action is not Action.OTHER]
    named = [act for act in named if not _in_if_clause(text, act)] or named
    named = named or _vague(text, topical=topical)
    return tuple(sorted(named, key=lambda act: act.start))


def journey(text: str) -> Journey | None:
    """Give which country a person is said to be from and which they would be sent to."""
    origin, target = _ACTS.ORIGIN.search(text), _ACTS.TARGET.search(text)
    if not origin or not target:
        return None
    return Journey(country_index(origin["c"]), country_index(target["c"] or target["c2"]))


def resembles(text: str) -> bool:
    """Whether folded ``text`` is about what only looks like removal and has no rule of its own."""
    return bool(_ACTS.DIFFERENT.search(text)) and not _ACTS.ASKED_OUTRIGHT.search(text)


def only_resembles(turn: str, found: Iterable[Act]) -> bool:
    """Whether a folded turn is about an act that people take for removal, and about no removal."""
    alike = any(act.action in BESIDE_REMOVAL for act in found)
    return alike and bool(_ACTS.WHOLE_TURN.search(turn)) and not _ACTS.ASKED_OUTRIGHT.search(turn)


def touches_topic(text: str) -> bool:
    """Whether folded ``text`` is about citizenship, removal or what surrounds them."""
    return bool(_ACTS.TOPIC.search(text))


def _overlapping_none(text: str) -> list[Act]:
    found: list[Act] = []
    for action, pattern in _EXACT_FIRST:
        for match in pattern.finditer(text):
            if not any(a.start < match.end() and match.start() < a.end for a in found):
                found.append(Act(action, match.start(), match.end()))
    return found


def _without_stories(text: str, found: list[Act], *, topical: bool) -> list[Act]:
    """Drop what is told of history, or only counted or described."""
    opening = text.strip()
    if _ACTS.STORY.match(opening) and not _about_status(text, topical=topical):
        found = [act for act in found if act.action is not Action.REMOVE]
    if _ACTS.COUNTS.match(opening) and not _ACTS.MOVES.search(text):
        found = [act for act in found if act.action is not Action.FOREIGN_PRISON]
    return found


def _vague(text: str, *, topical: bool) -> list[Act]:
    """What is meant where no act is named exactly."""
    kinds = [(Action.THIRD_COUNTRY, _ACTS.ELSEWHERE), (Action.UNCLEAR, _ACTS.UNCLEAR)]
    if _about_status(text, topical=topical):
        kinds.insert(0, (Action.REMOVE, _ACTS.WEAK))
    for action, pattern in kinds:
        if named := [Act(action, m.start(), m.end()) for m in pattern.finditer(text)]:
            return named
    return []


def _about_status(text: str, *, topical: bool) -> bool:
    return topical or touches_topic(text) or bool(status_phrases(text))


def _in_if_clause(text: str, act: Act) -> bool:
    """Whether the act only stands in a condition: "If they deport him, can I go with him?"."""
    return any(
        m.start() <= act.start and act.end <= m.end() for m in _ACTS.IF_CLAUSE.finditer(text)
    )
