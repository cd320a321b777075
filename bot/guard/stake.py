"""Whether a sentence may be taken to speak of a citizen's or national's removal or loss."""

import re

from bot.guard.clauses import names_act
from bot.guard.context import Context, Group
from bot.guard.loss import names_loss
from bot.guard.safe import lookalike, unsafe_permission
from bot.guard.whom import gives_reason, if_alien, minors, speaks_of_other, speaks_to_asker
from bot.types import ANYONE, PROTECTED

_ALIEN_OR_RELATIVE = re.compile(r"\bxalien\b|\bxrel\b")


def at_stake(context: Context, text: str) -> bool:
    """Say whether a marked sentence may be taken to speak of someone protected."""
    if not context.on_topic and not _someone_known_protected(context):
        return False
    if "xprot" in text:
        return True
    if _undecided(context) and not _claims_something(text):
        return False
    if _ALIEN_OR_RELATIVE.search(text):
        return _aliens_as_reason(context, text)
    return not _speaks_of_aliens(context, text) and _touches_the_question(context, text)


def _touches_the_question(context: Context, text: str) -> bool:
    if context.different:
        return unsafe_permission(text) and not lookalike(text)
    return context.about_removal or context.about_court_review or unsafe_permission(text)


def _someone_known_protected(context: Context) -> bool:
    return any(one & PROTECTED and one != ANYONE for one in context.reading.known.values())


def _undecided(context: Context) -> bool:
    return context.verdict is None or context.verdict.rule == "none"


def _claims_something(text: str) -> bool:
    return unsafe_permission(text) or names_act(text) or names_loss(text)


def _aliens_as_reason(context: Context, text: str) -> bool:
    """Whether aliens are only the reason why the person asked about suffers the act."""
    told = speaks_to_asker(text) or speaks_of_other(text)
    return told and gives_reason(text) and not if_alien(text) and context.asked_protected


def _speaks_of_aliens(context: Context, text: str) -> bool:
    """Whether whoever the sentence means is known to be an alien."""
    told = speaks_to_asker(text)
    asker_only = told and not speaks_of_other(text)
    if asker_only and not context.asker_protected and minors(context, text + " ") is None:
        return True
    if context.last is Group.ALIEN and not told:
        return True
    return not context.asked_protected and not (told and _asker_known_protected(context))


def _asker_known_protected(context: Context) -> bool:
    return context.asker_protected and context.possible("self") != ANYONE
