"""Sentences on the end of citizenship; the words stand in ``words/loss.toml``.

Citizenship ends by one's own free act, 8 U.S.C. 1481, or when a court finds that naturalization
was got illegally or by fraud, 8 U.S.C. 1451; every other way is dropped.
"""

from bot.guard.clauses import Around, around, is_condition
from bot.guard.pattern import Pattern
from bot.guard.polarity import denied, denies_protection, restricted, taken_back, unlawful_exception
from bot.guard.sources import attributed
from bot.guard.words import words
from bot.types import DropReason

_LOSS = words("loss")
_CLAIMS = words("claims")
_SHORT_CONDITION_WORDS = 7


def names_loss(text: str) -> bool:
    """Whether a sentence speaks of the end of citizenship."""
    return bool(_LOSS.LOSS.search(text))


def claims_loss(text: str) -> DropReason | None:
    """Say why a sentence ends citizenship other than by law; None when it does not."""
    loss = _LOSS.LOSS.search(text)
    if not loss or attributed(text, loss.start()) or _known_lawful(text, loss[0]):
        return None
    place = around(text, loss.start(), loss.end())
    if denied(place.clause, place.start, place.end) or _denied_inside(loss[0]):
        half = restricted(text) and not lawful_loss(text)
        return "asserts_loss" if half or unlawful_exception(text) else None
    if _not_claimed(text, loss[0], place):
        return None
    return None if lawful_loss(text) else "asserts_loss"


def lawful_loss(text: str) -> bool:
    """Whether the sentence names a way citizenship can end that the law knows, and no other."""
    own = bool(_LOSS.OWN_ACT.search(text))
    court = bool(_LOSS.COURT.search(text))
    if own:
        return not _punitive(text, court=court, own=True) and not _LOSS.FOR_ANOTHER.search(text)
    if _LOSS.BORN_HERE.search(text) and not _LOSS.ONCE_NATURALIZED.search(text):
        return False
    fraud, naturalized = _LOSS.FRAUD.search(text), _LOSS.NATURALIZED.search(text)
    if (court and (naturalized or fraud)) or (fraud and naturalized):
        return not _punitive(text, court=court, own=False)
    return False


def _known_lawful(text: str, said: str) -> bool:
    """Whether the loss is of another country's citizenship, or one only a court can order."""
    if _LOSS.FOREIGN_CITIZENSHIP.search(said) or _LOSS.ONLY_NATURALIZED.search(text):
        return True
    return bool(_LOSS.ONLY_A_COURT.match(text)) and not taken_back(text)


def _not_claimed(text: str, said: str, place: Around) -> bool:
    """Whether the loss is told as a wrong, an attempt, a word, a condition, or of aliens."""
    before = place.clause[: place.start]
    permits = _CLAIMS.PERMITS.search(text)
    if _CLAIMS.WRONGFUL.search(text) and _CLAIMS.HAPPENED.search(text) and not permits:
        return True
    if "xalien" in text and "xprot" not in text and not _LOSS.CITIZENSHIP.search(said):
        return True
    if _short_condition(place.clause, before) and not _LOSS.AUTOMATIC.search(text):
        return True
    if _CLAIMS.MEANS.search(text) and not _LOSS.PUNITIVE.search(text):
        return True
    return bool(_LOSS.ATTEMPT.search(before)) and not permits


def _short_condition(clause: str, before: str) -> bool:
    short = "," not in before and len(before.split()) <= _SHORT_CONDITION_WORDS
    return short and is_condition(clause)


def _denied_inside(said: str) -> bool:
    return bool(_LOSS.DENIED_INSIDE.search(said)) and not denies_protection(said)


def _punitive(text: str, *, court: bool, own: bool) -> bool:
    """Whether words of punishment or office are left that nothing lawful explains."""
    explained: list[Pattern] = []
    if _LOSS.FRAUD_CONVICTION.search(text):
        explained.append(_LOSS.CRIME_WORD)
    if (court and _LOSS.SUING.search(text)) or _LOSS.CONSULATE.search(text):
        explained.append(_LOSS.OFFICE_WORD)
    if own:
        explained.append(_LOSS.OWN_ACT_WORD)
    if _LOSS.SOME_DENIAL.search(text):
        explained.append(_LOSS.CONDUCT_WORD)
    return any(
        not any(pattern.match(word[0]) for pattern in explained)
        for word in _LOSS.PUNITIVE.finditer(text)
    )
