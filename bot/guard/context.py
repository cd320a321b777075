"""What a draft is read against: the question, the rules' answer, and whom the draft spoke of."""

from dataclasses import dataclass
from enum import Enum

from bot.guard.reading import Reading
from bot.guard.verdict import certainly_alien
from bot.types import (
    ANYONE,
    PROTECTED,
    REMOVAL_LIKE,
    Action,
    DropReason,
    Outcome,
    Status,
    Verdict,
)


class Group(Enum):
    """Whom an act falls on."""

    PROTECTED = "protected"
    ALIEN = "alien"
    GENERAL = "general"
    NONE = "none"


@dataclass
class Context:
    """The question and its verdict; ``last`` is whom the sentence before spoke of."""

    reading: Reading
    verdict: Verdict | None
    last: Group = Group.NONE

    def __post_init__(self) -> None:
        self.alien = certainly_alien(self.reading)

    @property
    def on_topic(self) -> bool:
        """Whether the rules say anything of the question."""
        return self.verdict is not None

    @property
    def different(self) -> bool:
        """Whether the act asked about is lawful, and only resembles one that is not."""
        return self.verdict is not None and self.verdict.outcome is Outcome.LAWFUL_BUT_DIFFERENT

    @property
    def forbidden(self) -> bool:
        """Whether the act asked about is forbidden outright."""
        return self.verdict is not None and self.verdict.outcome is Outcome.FORBIDDEN

    @property
    def actions(self) -> frozenset[Action]:
        """Every act the question puts."""
        return frozenset(self.reading.actions)

    @property
    def about_removal(self) -> bool:
        """Whether the question is on removal or on taking citizenship away."""
        decided = self.actions & REMOVAL_LIKE or Action.STRIP_CITIZENSHIP in self.actions
        return self.on_topic and bool(decided)

    @property
    def about_court_review(self) -> bool:
        """Whether the question is on what courts decide: denaturalization, review."""
        return bool({Action.DENATURALIZE, Action.DENY_REVIEW} & self.actions)

    @property
    def asked_protected(self) -> bool:
        """Whether a person the question is about may be a citizen or national."""
        if self.reading.cases:
            return bool(self.reading.possible & PROTECTED)
        known = self.reading.known
        return not known or any(one & PROTECTED for one in known.values())

    @property
    def asker_protected(self) -> bool:
        """Whether the person who asks may be a citizen or national."""
        return bool(self.possible("self") & PROTECTED)

    @property
    def reason(self) -> DropReason:
        """The reason to give where a sentence claims what the question asked."""
        if Action.FOREIGN_PRISON in self.actions:
            return "asserts_prison"
        if {Action.STRIP_CITIZENSHIP, Action.DENATURALIZE} & self.actions:
            return "asserts_loss"
        return "asserts_removal"

    def possible(self, person: str) -> frozenset[Status]:
        """Give what ``person`` may be; anything where nothing was said."""
        return self.reading.known.get(person, ANYONE)

    def side(self, statuses: frozenset[Status]) -> Group:
        """Give the group of someone who may be any of ``statuses``."""
        return Group.PROTECTED if statuses & PROTECTED else Group.ALIEN
