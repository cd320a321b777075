"""Words that citizenship does not protect: "no shield", "makes no difference"."""

from bot.guard.clauses import clauses, named_acts
from bot.guard.context import Context
from bot.guard.polarity import denied, denies_protection
from bot.guard.words import words

_REMOVAL = words("removal")
_CLAIMS = words("claims")


def denies_shield(context: Context, text: str, *, names_act: bool) -> bool:
    """Whether a sentence says that citizenship or its papers do not protect from the act."""
    if not (names_act or context.about_removal) or not _REMOVAL.CITIZENSHIP.search(text):
        return False
    if not denies_protection(text) or _right_to_say(text):
        return False
    return not (names_act and _every_act_denied(text))


def _right_to_say(text: str) -> bool:
    """Whether what does not protect is a relative or second passport, or the act is lawful."""
    if "xprot" not in text and _REMOVAL.THROUGH_A_RELATIVE.search(text):
        return True
    if _REMOVAL.CALLED_FALSE.search(text):
        return True
    if _REMOVAL.POLICING.search(text) and not _CLAIMS.REMOVAL.search(text):
        return True
    return bool(_REMOVAL.OTHER_CITIZENSHIP.search(text)) and not _REMOVAL.PROTECTS.search(text)


def _every_act_denied(text: str) -> bool:
    return all(
        denied(clause, act.start, act.end) for clause in clauses(text) for act in named_acts(clause)
    )
