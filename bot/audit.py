"""What is written down of an answer: the nouns that pass from the engine to the audit.

An ``Entry`` says nothing about a person: no words, no status, no facts, no conversation, no time.
What somebody wrote goes into ``Rich``, and is made only for a sink that asks for it.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.types import DropReason, Lang, Outcome, RuleId

Channel = Literal["page", "api", "slack", "cli"]
"""Where a question came from."""

Mode = Literal["standard", "strict"]
"""How the guard treats model prose."""


@dataclass(frozen=True)
class Hashes:
    """What decided and could be cited, each as SHA-256 in hex; empty where it had no part.

    ``rules`` covers the rules, the words they look for and the openings.
    """

    rules: str
    corpus: str
    prompts: str
    lexicon: str


@dataclass(frozen=True)
class Told:
    """All that a ruling depends on: the person's turns, redacted, and the model's draft.

    ``passages`` are the ids of what the model was given, ``p1`` first; ``finished`` says whether
    the draft came to its end.
    """

    turns: tuple[str, ...]
    lang: Lang | None
    mode: Mode
    draft: str = ""
    finished: bool = True
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What rules and screen make of a ``Told``; ``rule`` is None when it is off topic."""

    rule: RuleId | None
    outcome: Outcome | None
    opening: str
    kept: tuple[str, ...]

    def differences(self, other: "Judged") -> tuple[str, ...]:
        """Name the parts in which another is not the same."""
        parts = {
            "verdict": (self.rule, self.outcome) == (other.rule, other.outcome),
            "opening": self.opening == other.opening,
            "kept sentences": self.kept == other.kept,
        }
        return tuple(name for name, same in parts.items() if not same)


@dataclass(frozen=True)
class Rich:
    """The words of one answer, for evaluation.

    ``judged`` is of the redacted turns: a replay can do no better. ``faithful`` says whether the
    person, who was answered from the turns as they wrote them, got the same verdict.
    """

    told: Told
    judged: Judged
    reply: str
    faithful: bool


@dataclass(frozen=True)
class Entry:
    """One answer as the audit has it; ``rule`` is None when it was off topic."""

    hashes: Hashes
    rule: RuleId | None
    outcome: Outcome | None
    dropped: tuple[DropReason, ...]
    rich: Rich | None = None


class Sink(Protocol):
    """Takes entries and returns at once; it may fail, an answer goes on without it."""

    @property
    def rich(self) -> bool:
        """Whether it wants the words too."""

    def put(self, entry: Entry) -> None:
        """Take an entry."""
