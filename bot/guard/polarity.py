"""Whether a clause affirms or denies an act; the words stand in ``words/polarity.toml``."""

import re

from bot.guard.words import words

_POLARITY = words("polarity")
_NEAR_WORDS = 8
"""A denial further from the act than this many words does not stand beside it."""
_GOVERNED_WORDS = 5
"""A denial reaches over a helping verb to an act at most this many words away."""


def denied(clause: str, at: int, end: int) -> bool:
    """Whether the act at ``at`` is denied: an odd number of denials reaches it."""
    if denies_protection(clause) and not only_aliens(clause):
        return False
    close = _close_denial(clause, at)
    wide = _widely_denied(clause[:at], close)
    if close and wide:
        return False
    return bool(close) or wide or _denied_after(clause[end:])


def denies(text: str) -> bool:
    """Whether the text denies anything at all."""
    return bool(_POLARITY.ANY_DENIAL.search(text))


def denies_all(text: str) -> bool:
    """Whether the text opens with a denial of all that follows, or calls it untrue."""
    return bool(_POLARITY.WIDE_DENIAL.match(text))


def denies_protection(text: str) -> bool:
    """Whether a denial affirms the act: "not immune", "nothing prevents"."""
    return bool(_POLARITY.TURNED_ROUND.search(text))


def only_aliens(text: str) -> bool:
    """Whether the text leaves citizens out: "only noncitizens"."""
    return bool(_POLARITY.ONLY_ALIENS.search(text))


def is_question(text: str) -> bool:
    """Whether the sentence asks."""
    return bool(_POLARITY.ENDS_QUESTION.search(text))


def restricted(text: str) -> bool:
    """Whether a denial holds only in some cases: "not without a warrant", "not every citizen"."""
    return bool(_POLARITY.RESTRICTED.search(text))


def taken_back(text: str) -> bool:
    """Whether a denial is followed by a "but then they can"."""
    turn = _POLARITY.BUT.search(text)
    if not turn or _POLARITY.HARMLESS_BUT.search(turn["rest"]):
        return False
    rest = turn["rest"]
    return bool(_POLARITY.AFFIRMS.search(rest)) and not _POLARITY.RIGHT.search(rest)


def names_exception(text: str) -> bool:
    """Whether the text has an exception of any kind."""
    return bool(_POLARITY.EXCEPTION.search(text))


def unlawful_exception(text: str) -> bool:
    """Whether a denial ends in an exception the law does not know."""
    exception = _POLARITY.EXCEPTION.search(text)
    if not exception:
        return False
    before, tail = text[: exception.start()], text[exception.start() :]
    opens_text = exception.start() < 3
    if not (denies(before) or opens_text) or _lawful_exception(tail):
        return False
    if _POLARITY.EVEN_BEFORE.search(before):
        return False
    plain_condition = tail.startswith(("if ", "si "))
    return not plain_condition or bool(_POLARITY.CRIME_OR_ORDER.search(tail))


def _lawful_exception(tail: str) -> bool:
    """Whether the law knows the exception, and it is not one of punishment as well."""
    if not _POLARITY.LAWFUL_EXCEPTION.search(tail):
        return False
    punitive = _POLARITY.PUNITIVE_EXCEPTION.search(tail)
    return not punitive or bool(_POLARITY.COURT_EXCEPTION.search(tail))


def _widely_denied(before: str, close: re.Match[str] | None) -> bool:
    """Whether a denial other than ``close`` reaches over all that stands before the act."""
    return any(
        close is None or one.end() <= close.start() or close.end() <= one.start()
        for one in _POLARITY.WIDE_DENIAL.finditer(before)
    )


def _denied_after(after: str) -> bool:
    return bool(_POLARITY.DENIED_AFTER.match(after)) and not _POLARITY.NOT_UNLAWFUL.search(after)


def _close_denial(clause: str, at: int) -> re.Match[str] | None:
    """The negation of the helping verb nearest to the act, or one that governs the act."""
    before = clause[:at]
    near = " ".join(before.split()[-_NEAR_WORDS:])
    start = max(0, len(before) - len(near) - 1)
    negatives = list(_POLARITY.CLOSE_NO.finditer(before, start))
    if not negatives:
        return None
    last = negatives[-1]
    modals = list(_POLARITY.MODAL.finditer(before, start))
    modal_at = modals[-1].start() if modals else -1
    if _of_another_verb(before, last, modal_at) or _inside_relative(before, last):
        return None
    if not modals or last.end() >= modal_at - 1:
        return last
    return last if _governs(last[0], before[last.end() :]) else None


def _of_another_verb(before: str, no: re.Match[str], modal_at: int) -> bool:
    """Whether a helping verb after the denial has the act for itself."""
    if modal_at <= no.end():
        return False
    gap = before[no.end() :]
    return bool(_POLARITY.HELPER_NO.search(no[0]) or _POLARITY.RELATIVE.search(gap))


def _inside_relative(before: str, no: re.Match[str]) -> bool:
    """Whether the denial belongs to a clause that only says who somebody is."""
    lead = " ".join(before[: no.start()].split()[-2:])
    return bool(_POLARITY.RELATIVE.search(lead)) and not _POLARITY.REPORTED.search(
        before[: no.start()]
    )


def _governs(no: str, gap: str) -> bool:
    return (
        bool(_POLARITY.GOVERNS.match(no))
        and len(gap.split()) <= _GOVERNED_WORDS
        and not _POLARITY.BREAK.search(gap)
    )
