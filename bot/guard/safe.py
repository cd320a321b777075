"""What makes a sentence clearly safe where a citizen, a national or someone in danger is at stake.

The screen drops such a sentence unless one of these holds; each stands for one reason why the
sentence cannot tell a protected person that the act asked about may be done to them. The words
stand in ``words/safe.toml``.
"""

from bot.guard.polarity import denies_protection
from bot.guard.words import words

_SAFE = words("safe")
_YES_NO = words("yes_no")


def clearly_safe(text: str) -> bool:
    """Whether a marked sentence that names no forbidden act clearly leaves the protected alone."""
    if denies_protection(text):
        return False
    if denied_plainly(text) or lookalike(text) or _rights_and_choices(text):
        return True
    if _polices(text) and not _SAFE.WITHOUT_END.search(text):
        return True
    permits = _permits(text)
    if not permits and _describes(text):
        return True
    status_or_law = _SAFE.STATUS.search(text) or (not permits and _SAFE.ANCHOR.search(text))
    return bool(status_or_law) and not _SAFE.BAD_OUTCOME.search(text)


def may_depend(text: str) -> bool:
    """Whether a sentence says on which fact of law the answer depends."""
    return bool(_SAFE.DEPENDS.search(text)) and not _SAFE.DEPENDS_WRONGLY.search(text)


def denied_plainly(text: str) -> bool:
    """Whether the sentence is a denial with nothing taken back."""
    no = _SAFE.DENIAL.search(text)
    if no is None or denies_protection(text) or _SAFE.HALF_DENIAL.search(text):
        return False
    before = text[: no.start()]
    if _YES_NO.YES.match(text) or _permits(before) or _ends_in_relative(before):
        return False
    concession = _SAFE.CONCESSION.search(text, no.end())
    return concession is None or bool(_SAFE.SAFE_TAIL.search(text[concession.start() :]))


def lookalike(text: str) -> bool:
    """Whether the sentence speaks of extradition, consent or choice and of nothing else."""
    return bool(_SAFE.LOOKALIKE.search(text)) and not _SAFE.UNLIKE.search(text)


def unsafe_permission(text: str) -> bool:
    """Whether a sentence or clause says that something may be done, and it is not a right."""
    if not _permits(text):
        return False
    if denies_protection(text):
        return True
    if denied_plainly(text) or lookalike(text):
        return False
    harmless = _SAFE.RIGHTS.search(text) or _SAFE.POLICING.search(text)
    return not harmless or _hard_outcome(text)


def _rights_and_choices(text: str) -> bool:
    """Whether the sentence advises, states a right, or leaves it to the person."""
    if _SAFE.LAWFUL_LOSS.search(text) and _meant(text):
        return True
    if _SAFE.SAME_RIGHTS.search(text):
        return True
    own = _SAFE.ADVICE.match(text) or _SAFE.RIGHTS.search(text) or _SAFE.OWN_DECISION.search(text)
    return bool(own) and not _hard_outcome(text)


def _meant(text: str) -> bool:
    return bool(_SAFE.VOLUNTARY.search(text) and _SAFE.INTENT.search(text))


def _polices(text: str) -> bool:
    return bool(_SAFE.POLICING.search(text)) and not _hard_outcome(text)


def _describes(text: str) -> bool:
    """Whether the sentence describes a place or a proposal and speaks to nobody."""
    plain = "xprot" not in text and not _SAFE.ADDRESSES.search(text)
    return plain and bool(_SAFE.DESCRIBES.search(text))


def _permits(text: str) -> bool:
    return bool(_SAFE.PERMISSION.search(text))


def _ends_in_relative(before: str) -> bool:
    """Whether a denial that follows ``before`` only says who somebody is."""
    return bool(_SAFE.RELATIVE_BEFORE.search(before)) and not _SAFE.SAYS.search(before)


def _hard_outcome(text: str) -> bool:
    return bool(_SAFE.HARD_OUTCOME.search(text))
