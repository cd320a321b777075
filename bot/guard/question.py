"""What kind of question it is; the words stand in ``words/question.toml``."""

from typing import Literal, cast, get_args

from bot.errors import RuleError
from bot.guard.distress import Distress, distress_in, forced_entry
from bot.guard.words import Row, words

LegalEmergency = Literal["ice_at_door", "on_a_plane", "detained"]
Emergency = Distress | LegalEmergency

_QUESTION = words("question")


def asks_yes_no(text: str) -> bool:
    """Whether folded ``text`` can be answered with yes or no."""
    return bool(_QUESTION.YES_NO.search(text))


def asks_negatively(text: str) -> bool:
    """Whether it asks that the act is not to be: "can't they", "is it illegal to"."""
    return bool(_QUESTION.NEGATIVE.search(text))


def asks_prohibition(text: str) -> bool:
    """Whether it asks that the law forbids the act or protects from it."""
    return bool(_QUESTION.PROHIBITION.search(text))


def asks_for_deceit(text: str) -> bool:
    """Whether it asks for help with forgery or lies."""
    return bool(_QUESTION.DISHONEST.search(text))


def emergency_in(text: str) -> Emergency | None:
    """Give the emergency folded ``text`` tells of: danger to life, else the first row that fits."""
    if distress := distress_in(text):
        return distress
    if forced_entry(text):
        return "ice_at_door"
    found = (row for row in _QUESTION.rows("emergencies") if row.pattern.search(text))
    return next(map(_emergency, found), None)


def _emergency(row: Row) -> LegalEmergency:
    return cast(LegalEmergency, row.name)


if strange := {row.name for row in _QUESTION.rows("emergencies")} ^ set(get_args(LegalEmergency)):
    raise RuleError(f"words/question.toml: emergencies do not match: {sorted(strange)}")
