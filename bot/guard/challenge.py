"""Sentences that say nobody can challenge a decision; words in ``words/challenge.toml``."""

from bot.guard.sources import attributed
from bot.guard.words import words
from bot.types import DropReason

_CHALLENGE = words("challenge")


def denies_challenge(text: str) -> DropReason | None:
    """Say why a sentence takes away every road to a court; None when it does not."""
    claim = _CHALLENGE.NO_CHALLENGE.search(text)
    if not claim or attributed(text, claim.start()):
        return None
    if _CHALLENGE.CALLED_FALSE.search(text[: claim.start()]) or _CHALLENGE.NO_CHANGE.search(text):
        return None
    if _CHALLENGE.QUALIFIED.search(text) and not _CHALLENGE.UNIVERSAL.search(text):
        return None
    return "asserts_no_challenge"
