"""Where and to whom the app answers, by the operator's settings."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.errors import SettingsError
from bot.settings import Settings
from bot.types import Lang

Place = Literal["thread", "whisper", "elsewhere", "if_known", "silent"]
"""Answer in the thread, to the person only, point to a direct message, answer whoever was answered
in this thread before, or say nothing."""


_CHANNEL = re.compile(r"[CG][A-Z0-9]+")


@dataclass(frozen=True)
class Policy:
    """What the settings allow; no ``channels`` means all."""

    answer: Literal["mentions", "threads", "all"]
    channels: frozenset[str]
    private: bool
    lang: Lang | None

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """Take it from the settings.

        Raises:
            SettingsError: a channel is given by its name.
        """
        named = frozenset(one.strip() for one in settings.slack_channels.split(",")) - {""}
        # A name can change, and a policy must not change with it.
        wrong = sorted(one for one in named if not _CHANNEL.fullmatch(one))
        if wrong:
            raise SettingsError(
                f"HABEAS_SLACK_CHANNELS has {wrong[0]!r}, which is no channel ID; write IDs like "
                "C012AB3CD, shown at the bottom of a channel's details in Slack"
            )
        return cls(
            answer=settings.slack_answer,
            channels=named,
            private=settings.slack_private,
            lang=settings.slack_lang,
        )

    def place(self, channel: str, *, direct: bool, mentioned: bool) -> Place:
        """Say where a message is answered."""
        asked = self.asked_at(channel, direct=direct)
        if direct or mentioned:
            return asked
        if asked == "elsewhere" or self.answer == "mentions":
            return "silent"
        return asked if self.answer == "all" else "if_known"

    def asked_at(self, channel: str, *, direct: bool) -> Literal["thread", "whisper", "elsewhere"]:
        """Say where somebody is answered who turned to the app."""
        if direct:
            return "thread"
        return self.surface if not self.channels or channel in self.channels else "elsewhere"

    @property
    def surface(self) -> Literal["thread", "whisper"]:
        """How a message in a channel is answered."""
        return "whisper" if self.private else "thread"

    def shares(self, channel: str) -> bool:
        """Say whether somebody may show all in a channel what they were told alone."""
        named = not self.channels or channel in self.channels or channel.startswith("D")
        return named and not self.private
