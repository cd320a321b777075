"""Sentences that name no act, yet may claim one; the words stand in ``words/unnamed.toml``."""

import re

from bot.guard.clauses import clauses
from bot.guard.context import Context
from bot.guard.polarity import denies, denies_protection, is_question
from bot.guard.safe import lookalike
from bot.guard.sources import attributed
from bot.guard.stake import at_stake
from bot.guard.whom import gives_reason
from bot.guard.words import words
from bot.types import Action, DropReason

_UNNAMED = words("unnamed")
_SHORT_WORDS = 6


def rhetorical(text: str) -> bool:
    """Whether a question means a claim: "what stops them?"."""
    return bool(_UNNAMED.RHETORICAL.search(text))


def elliptic_claim(context: Context, text: str) -> DropReason | None:
    """Say why a sentence claims the act without its verb: "They can do that", "Citizens, too"."""
    if not context.on_topic or context.different:
        return None
    if is_question(text):
        claimed = rhetorical(text) and at_stake(context, text)
    elif attributed(text, len(text)) or not (context.about_removal or context.about_court_review):
        return None
    else:
        claimed = (
            _names_citizens_only(context, text)
            or _ends_with_yes(context, text)
            or _verb_left_out(context, text)
        )
    return context.reason if claimed else None


def _verb_left_out(context: Context, text: str) -> bool:
    """Whether the text claims that "it" may be done, and means the act asked about."""
    claim = _UNNAMED.ELLIPTIC.search(text)
    if claim is None or _of_someone_else(context, text, claim):
        return False
    spoken = next((one for one in clauses(text) if _UNNAMED.ELLIPTIC.search(one)), text)
    if denies(spoken) and not denies_protection(text):
        return False
    return not (_right_of_a_person(text) or lookalike(text))


def _names_citizens_only(context: Context, text: str) -> bool:
    """Whether a few words name citizens and nothing else: "Citizens, too."."""
    return (
        len(text.split()) <= _SHORT_WORDS
        and "xprot" in text
        and context.asked_protected
        and not denies(text)
        and not _UNNAMED.IS_PROTECTED.search(text)
    )


def _ends_with_yes(context: Context, text: str) -> bool:
    yes = _UNNAMED.ENDS_YES.search(text) and "xalien" not in text
    return bool(yes) and context.asked_protected


def _of_someone_else(context: Context, text: str, claim: re.Match[str]) -> bool:
    """Whether an elliptic claim is of a court's power or of aliens."""
    if Action.DENATURALIZE in context.actions and _UNNAMED.ONLY_A_COURT.search(text):
        return True
    if "xprot" in text:
        return False
    verdict = context.verdict
    if context.alien and verdict is not None and verdict.rule in {"challenge", "none"}:
        return True
    return "xalien" in text[: claim.start()] and not gives_reason(text)


def _right_of_a_person(text: str) -> bool:
    return bool(_UNNAMED.HAS_RIGHT.search(text)) and not _UNNAMED.OFFICIAL.search(text)
