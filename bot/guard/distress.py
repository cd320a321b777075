"""Whether someone may die: of their own hand, or of what others do at this minute.

The words stand in ``words/distress.toml``. These two come before everything else in an answer, so
they are read with care on both sides: a person in despair must not be missed, and one who tells
of the dead, of statistics or of what waits in another country must not be told to call.
"""

from typing import Literal

from bot.guard.words import words

Distress = Literal["self_harm", "danger_now"]
"""Emergencies whose card comes before the opening."""

_DISTRESS = words("distress")


def distress_in(text: str) -> Distress | None:
    """Give the distress folded ``text`` tells of; despair before danger."""
    if _DISTRESS.SELF_HARM.search(text):
        return "self_harm"
    return "danger_now" if _in_danger(text) else None


def forced_entry(text: str) -> bool:
    """Whether officers force their way in: a matter for the card on officers at the door."""
    return bool(_DISTRESS.BREAKING_IN.search(text) and _DISTRESS.OFFICERS.search(text))


def without_despair(text: str) -> str:
    """Blank out words of self-harm, so that they are not read as fear of others."""
    return _DISTRESS.SELF_HARM.sub(lambda match: " " * len(match[0]), text)


def _in_danger(text: str) -> bool:
    elsewhere = _DISTRESS.ELSEWHERE.search(text)
    # Officers are armed, use force and may hold a warrant: that has a card of its own.
    unnamed = not _DISTRESS.OFFICERS.search(text)
    if (unnamed and _DISTRESS.HARM_NOW.search(text)) or _DISTRESS.HARMS_ME.search(text):
        return not elsewhere
    if unnamed and (_DISTRESS.BREAKING_IN.search(text) or _DISTRESS.HELD.search(text)):
        return not elsewhere
    threat = _DISTRESS.THREAT.search(text) or (unnamed and _DISTRESS.WEAPON.search(text))
    spoken = (threat and _DISTRESS.AT_ONCE.search(text)) or _DISTRESS.NEAR_KILLER.search(text)
    return bool(spoken and not elsewhere and not _DISTRESS.FAR.search(text))
