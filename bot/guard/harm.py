"""Sentences on torture, persecution and danger; the words stand in ``words/harm.toml``."""

import re
from dataclasses import dataclass

from bot.guard.clauses import clauses
from bot.guard.context import Context
from bot.guard.polarity import denied, denies, denies_all, denies_protection
from bot.guard.sources import attributed
from bot.guard.words import words
from bot.types import Danger, DropReason

_HARM = words("harm")
_CLAIMS = words("claims")
_UNNAMED = words("unnamed")


def speaks_of_danger(text: str) -> bool:
    """Whether the text speaks of danger of any kind."""
    return bool(_HARM.DANGER.search(text))


def permits_harm(text: str) -> DropReason | None:
    """Say why a sentence lets someone be sent to torture or persecution; None when it does not."""
    harm = _HARM.HARM.search(text)
    if not harm or attributed(text, harm.start()):
        return None
    if _HARM.NO_BAR.search(text):
        return "asserts_torture"
    if _still_protected(text):
        return None
    torture = "tortur" in harm[0]
    reason: DropReason = "asserts_torture" if torture else "asserts_persecution"
    if torture and _HARM.NO_PROTECTION.search(text) and not denies_all(text):
        return reason
    if not _HARM.SENDING.search(text) or _sending_denied(text):
        return None
    return reason if _sends(text) else None


def dismisses_danger(context: Context, text: str) -> DropReason | None:
    """Say why a sentence waves danger aside, or says "they can" of what is feared."""
    verdict = context.verdict
    sending = _HARM.SENDING.search(text) or _CLAIMS.REMOVAL.search(text)
    if verdict is None and not sending:
        return None
    if attributed(text, sending.start() if sending else len(text)):
        return None
    said = _Said(
        text,
        sending,
        spoken=speaks_of_danger(text),
        fears=context.reading.danger is not Danger.NONE_STATED,
        elsewhere=verdict is not None and "third_country" in {verdict.rule, *verdict.also},
    )
    return _reason(context, said) if _waved_aside(said) else None


@dataclass(frozen=True)
class _Said:
    """A sentence, its words of sending, and where danger comes in.

    ``spoken``: the sentence speaks of danger. ``fears``: the person asking does. ``elsewhere``:
    the question is on a third country.
    """

    text: str
    sending: re.Match[str] | None
    spoken: bool
    fears: bool
    elsewhere: bool

    @property
    def concerns(self) -> bool:
        return self.fears or self.elsewhere

    @property
    def dismissed(self) -> bool:
        return bool(_HARM.DISMISSED.search(self.text))

    @property
    def permits(self) -> bool:
        return bool(_CLAIMS.PERMITS.search(self.text))


def _reason(context: Context, said: _Said) -> DropReason:
    if context.reading.danger is Danger.TORTURE:
        return "asserts_torture"
    return "asserts_persecution" if said.fears or said.spoken else "asserts_no_challenge"


def _still_protected(text: str) -> bool:
    return bool(_HARM.STILL_STANDS.search(text)) and not _CLAIMS.EVEN_IF.search(text)


def _sending_denied(text: str) -> bool:
    for clause in clauses(text):
        act = _HARM.SENDING.search(clause)
        if act and denied(clause, *act.span()) and not denies_protection(clause):
            return True
    return False


def _sends(text: str) -> bool:
    """Whether the sending a sentence names is told as lawful or as a fact."""
    if (
        _CLAIMS.EVEN_IF.search(text)
        or denies_protection(text)
        or (_HARM.MAY_SEND.search(text) and not _HARM.UNLESS.search(text))
    ):
        return True
    if _HARM.PROTECTIVE.search(text):
        return False
    return bool(_CLAIMS.PERMITS.search(text) or _HARM.PLAIN_VERB.search(text))


def _waved_aside(said: _Said) -> bool:
    text = said.text
    if said.concerns and _HARM.UNHEARD.search(text) and not denies_all(text):
        return True
    if said.spoken and said.dismissed and not _HARM.CONVICTION.search(text):
        return True
    if said.sending and (said.concerns or said.spoken):
        if denied(text, *said.sending.span()) and not said.dismissed:
            return False
        if said.permits and _aside_or_unheard(said):
            return True
    return said.fears and _elliptic_claim(text)


def _aside_or_unheard(said: _Said) -> bool:
    """Whether a permission to send waves reasons aside, or leaves out that anyone is heard."""
    if said.dismissed or _CLAIMS.EVEN_IF.search(said.text):
        return True
    return said.fears and said.spoken and not _HARM.HEARD.search(said.text)


def _elliptic_claim(text: str) -> bool:
    return (
        bool(_UNNAMED.ELLIPTIC.search(text))
        and not denies(text)
        and not _HARM.PROTECTIVE.search(text)
    )
