"""What the store keeps: frozen, and without a thought of how it is stored."""

from dataclasses import dataclass
from typing import Literal

from bot.types import About, Lang, ReplyStatus, RuleId

State = Literal["waiting", "running", "done", "stopped", "deleted", "dead"]
"""How far a question is: ``dead`` could not be delivered."""

Surface = Literal["thread", "whisper", "reply", "elsewhere"]
"""How it is answered: in its thread, seen by the person only, to a response URL, or not here."""

Vote = Literal["good", "bad"]

BUTTON = "button"
"""Stands in the key of a question that was asked with a button."""


@dataclass(frozen=True)
class Conversation:
    """Whose words belong together: those of one person in one thread, of nobody else."""

    team: str
    channel: str
    thread: str
    person: str


@dataclass(frozen=True)
class Question:
    """A question from its arrival to its answer.

    ``quoted`` are words in it that are somebody else's. ``posted`` are the messages that hold the
    answer, in order. ``version`` grows with every edit and every worker that takes it over.
    """

    key: str
    conversation: Conversation
    ts: str
    text: str
    surface: Surface = "thread"
    enterprise: str = ""
    quoted: str = ""
    files: bool = False
    alone: bool = False
    """Whether it stands outside any conversation: nothing is remembered of it."""
    checking: bool = False
    """Whether it is a message, perhaps somebody else's, that a person wants checked."""
    reply_url: str = ""
    edited: str = ""
    state: State = "waiting"
    version: int = 0
    tries: int = 0
    posted: tuple[str, ...] = ()
    created: float = 0.0

    @property
    def direct(self) -> bool:
        """Whether only the person and the app read the channel."""
        return self.conversation.channel.startswith("D")

    @property
    def pressed(self) -> bool:
        """Whether it was asked with a button: then no message says what was asked."""
        return f":{BUTTON}:" in self.key


@dataclass(frozen=True)
class Said:
    """One message of a conversation."""

    role: Literal["user", "assistant", "quoted"]
    ts: str
    content: str


@dataclass(frozen=True)
class Answered:
    """An answer that was given: ``citations`` is JSON; it has no words of the one who asked."""

    id: str
    team: str
    text: str
    citations: str
    lang: Lang
    rule: RuleId
    status: ReplyStatus
    corpus: str


@dataclass(frozen=True)
class Feedback:
    """What somebody says of an answer, and which answer: by hashes, not by its words.

    ``comment`` is what they wrote to be kept; ``question`` and ``reply`` are there only where they
    agreed to that. ``voter`` must not tell who it is. ``rules`` and ``corpus`` are the hashes of
    what the answer was made from, ``digest`` that of its text.
    """

    answer: str
    voter: str
    about: About
    rule: RuleId
    status: ReplyStatus
    lang: Lang
    corpus: str
    rules: str = ""
    digest: str = ""
    comment: str = ""
    question: str = ""
    reply: str = ""
    created: float = 0.0

    @property
    def vote(self) -> Vote:
        """For or against."""
        return "good" if self.about == "good" else "bad"


@dataclass(frozen=True)
class Voted:
    """One vote, and the rule the answer went by."""

    rule: RuleId
    vote: Vote


class StoreError(Exception):
    """The database could not be read or written; its own message may quote what was written."""
