"""Whether a sentence of a draft may be shown: dropped unless it is clearly safe.

The opening has already said the law, so dropping is cheap; but safe sentences are worth keeping,
and who "he" is decides, so a sentence is read with the question and with the draft so far. This
module gives the order of the checks; each check has a module of its own.
"""

from bot.guard.challenge import denies_challenge
from bot.guard.context import Context
from bot.guard.form import language_reason, shape_reason
from bot.guard.harm import dismisses_danger, permits_harm
from bot.guard.loss import claims_loss
from bot.guard.marks import mark
from bot.guard.polarity import is_question
from bot.guard.reading import Reading
from bot.guard.removal import claims_removal
from bot.guard.unnamed import elliptic_claim, not_clearly_safe, rhetorical
from bot.guard.whom import remember
from bot.guard.yes_no import wrong_yes_no
from bot.text.normalise import fold, views
from bot.types import DropReason, Verdict


class Screen:
    """Reads the sentences of one draft in order; remembers whom it spoke of."""

    def __init__(self, reading: Reading, verdict: Verdict | None) -> None:
        self._context = Context(reading, verdict)

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
            or not_clearly_safe(context, text)
            or self._hidden(views(sentence, folded))
        )
        remember(context, text)
        return found

    def _hidden(self, readings: tuple[str, ...]) -> DropReason | None:
        """The reason a decoded or cleaned reading of the sentence gives."""
        found = (_named(self._context, mark(reading)) for reading in readings)
        return next((reason for reason in found if reason is not None), None)


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
