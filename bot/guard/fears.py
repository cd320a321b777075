"""Which danger a person states in their own words; the words stand in ``words/fears.toml``."""

from dataclasses import dataclass

from bot.guard.distress import distress_in, without_despair
from bot.guard.words import words
from bot.types import Danger

_FEARS = words("fears")


@dataclass(frozen=True)
class Fear:
    """A danger and where folded text states it."""

    danger: Danger
    start: int
    end: int


def fear(text: str) -> Fear | None:
    """Give the danger folded ``text`` states; torture is the stronger.

    Who wants to die, or is attacked at this minute, has not said what waits in another country.
    """
    if _stated(text) is None or distress_in(text) == "danger_now":
        return None
    return _stated(without_despair(text))


def _stated(text: str) -> Fear | None:
    if match := _FEARS.TORTURE.search(text):
        return Fear(Danger.TORTURE, match.start(), match.end())
    if match := _FEARS.PERSECUTION.search(text):
        return Fear(Danger.PERSECUTION, match.start(), match.end())
    return None
