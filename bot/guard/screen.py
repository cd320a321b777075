"""Whether a sentence of a draft may be shown: dropped unless it is clearly safe.

The opening has already said the law, so dropping is cheap; but safe sentences are worth keeping,
and who "he" is decides, so a sentence is read with the question and with the draft so far. This
module gives the order of the checks; each check has a module of its own.
"""

from bot.guard.challenge import denies_challenge
from bot.guard.context import Context
from bot.guard.form import language_reason, reads_better, shape_reason
from bot.guard.harm import dismisses_danger, permits_harm
from bot.guard.loss import claims_loss
from bot.guard.marks import mark
from bot.guard.polarity import is_question, restricted
from bot.guard.reading import Reading
from bot.guard.removal import claims_removal
from bot.guard.safe import denied_plainly
from bot.guard.second import Doubter
from bot.guard.unnamed import elliptic_claim, rhetorical
from bot.guard.whom import remember
from bot.guard.yes_no import wrong_yes_no
from bot.text.normalise import fold, views
from bot.types import Action, Danger, DropReason, Verdict

_PLAIN_WORDS = 12
_DENIAL_WORDS = 5


class Screen:
    """Reads the sentences of one draft in order; remembers whom it spoke of."""

    def __init__(
        self, reading: Reading, verdict: Verdict | None, *, by_words: bool = False
    ) -> None:
        """Start a draft; ``by_words`` leaves the second reader out, to measure and teach it."""
        self._context = Context(reading, verdict)
        self._by_words = by_words
        self._doubter = Doubter(reading.question, verdict)

    def reason(self, sentence: str) -> DropReason | None:
        """Say why ``sentence`` may not be shown; None when it may."""
        context = self._context
        folded = fold(sentence)
        found = shape_reason(sentence) or language_reason(
            sentence, folded, context.reading.lang, on_topic=context.on_topic
        )
        if found is not None:
            return found
        text = mark(folded.text)
        found = (
            wrong_yes_no(context, text)
            or _named(context, text)
            or elliptic_claim(context, text)
            or self._hidden(views(sentence, folded), folded.text)
            or self._doubted(text, folded.text)
        )
        remember(context, text)
        return found

    def _doubted(self, text: str, plain: str) -> DropReason | None:
        """The reason where only the second reader objects."""
        context = self._context
        if self._by_words or _plain_denial(text):
            return None
        lenient = of_aliens_only(context, text)
        return context.reason if self._doubter.doubts(text, plain, lenient=lenient) else None

    def _hidden(self, readings: tuple[str, ...], plain: str) -> DropReason | None:
        """The reason a decoded or cleaned reading of the sentence gives."""
        for reading in readings:
            text = mark(reading)
            found = _named(self._context, text)
            if found is None and reads_better(reading, plain):
                found = self._doubted(text, reading)
            if found is not None:
                return found
        return None


def of_aliens_only(context: Context, text: str) -> bool:
    """Whether a sentence speaks of nobody who may be a citizen, or in danger."""
    if "xprot" in text or context.reading.danger is not Danger.NONE_STATED:
        return False
    named = "xalien" in text or "xrel" in text
    return named or (context.alien and Action.DENY_REVIEW not in context.actions)


def _plain_denial(text: str) -> bool:
    """Whether a sentence only says no, or is too short to deny and take back."""
    words = len(text.split())
    if words > _PLAIN_WORDS or "," in text or restricted(text):
        return False
    return denied_plainly(text) and (words == 1 or words >= _DENIAL_WORDS)


def _named(context: Context, text: str) -> DropReason | None:
    """The reason why an act the sentence names is claimed of someone protected."""
    if is_question(text) and not rhetorical(text):
        return None
    return (
        permits_harm(text)
        or dismisses_danger(context, text)
        or denies_challenge(text)
        or claims_loss(text)
        or claims_removal(context, text)
    )
