"""What keeps a sentence harmless where a citizen, a national or someone in danger is at stake.

Each function stands for one reason why a sentence cannot tell a protected person that the act
asked about may be done to them. The words stand in ``words/safe.toml``.
"""

from bot.guard.polarity import denies_protection
from bot.guard.words import words

_SAFE = words("safe")
_YES_NO = words("yes_no")


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


def _permits(text: str) -> bool:
    return bool(_SAFE.PERMISSION.search(text))


def _ends_in_relative(before: str) -> bool:
    """Whether a denial that follows ``before`` only says who somebody is."""
    return bool(_SAFE.RELATIVE_BEFORE.search(before)) and not _SAFE.SAYS.search(before)


def _hard_outcome(text: str) -> bool:
    return bool(_SAFE.HARD_OUTCOME.search(text))
