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
    kinds = ((Danger.TORTURE, _FEARS.TORTURE), (Danger.PERSECUTION, _FEARS.PERSECUTION))
    for danger, pattern in kinds:
        for match in pattern.finditer(text):
            if not _FEARS.NOT_FEARED.search(text[: match.start()]):
                return Fear(danger, match.start(), match.end())
    return None
