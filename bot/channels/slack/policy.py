"""Where and to whom the app answers, by the operator's settings."""

from dataclasses import dataclass
from typing import Literal

from bot.settings import Settings
from bot.types import Lang

Place = Literal["thread", "whisper", "elsewhere", "if_known", "silent"]
"""Answer in the thread, to the person only, point to a direct message, answer whoever was answered
in this thread before, or say nothing."""


@dataclass(frozen=True)
class Policy:
    """What the settings allow; no ``channels`` means all."""

    answer: Literal["mentions", "threads", "all"]
    channels: frozenset[str]
    private: bool
    lang: Lang | None

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """Take it from the settings."""
        named = frozenset(one.strip() for one in settings.slack_channels.split(","))
        return cls(
            answer=settings.slack_answer,
            channels=named - {""},
            private=settings.slack_private,
            lang=settings.slack_lang,
        )

    def place(self, channel: str, *, direct: bool, mentioned: bool) -> Place:
        """Say where a message is answered."""
        if direct:
            return "thread"
        allowed = not self.channels or channel in self.channels
        if mentioned:
            return self.surface if allowed else "elsewhere"
        if not allowed or self.answer == "mentions":
            return "silent"
        return self.surface if self.answer == "all" else "if_known"

    @property
    def surface(self) -> Literal["thread", "whisper"]:
        """How a message in a channel is answered."""
        return "whisper" if self.private else "thread"
