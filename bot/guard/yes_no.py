"""Sentences that open with a yes or a no; the words stand in ``words/yes_no.toml``.

A yes or a no says what the question asked, so it is right only where the rules say so.
"""

from bot.guard.context import Context
from bot.guard.harm import speaks_of_danger
from bot.guard.polarity import denied, denies_protection, names_exception
from bot.guard.safe import denied_plainly, lookalike, may_depend
from bot.guard.whom import by_foreign_state, reaches_asker_too
from bot.guard.words import words
from bot.types import Action, DropReason, Outcome, Verdict

_YES_NO = words("yes_no")
_CLAIMS = words("claims")
_LOSS = words("loss")
_UNNAMED = words("unnamed")
_PLAIN_ACTS = frozenset({Action.REMOVE, Action.DETAIN, Action.REFUSE_ENTRY, Action.UNCLEAR})
_SHORT_WORDS = 4


def wrong_yes_no(context: Context, text: str) -> DropReason | None:
    """Say why a sentence may not open as it does; None when it may, or opens otherwise."""
    verdict = context.verdict
    if verdict is None or verdict.rule == "none":
        return None
    yes, no = _YES_NO.YES.match(text), _YES_NO.NO.match(text)
    opening = yes or no
    if opening is None:
        return None
    rest = text[opening.end() :].strip(" ,.!:-")
    wrong = (
        not _harmless_yes(context, verdict, text, rest)
        if yes
        else _harmful_no(context, verdict, rest)
    )
    return "bare_yes_no" if wrong and _yes_affirms(context, verdict) else None


def _harmless_yes(context: Context, verdict: Verdict, text: str, rest: str) -> bool:
    if may_depend(text) and not context.forbidden:
        return True
    if _yes_is_right(context, verdict) and not (speaks_of_danger(rest) or reaches_asker_too(rest)):
        return True
    if (context.reading.prohibition or lookalike(rest)) and not _turned(rest):
        return True
    return _denies_the_act(rest) or by_foreign_state(rest)


def _harmful_no(context: Context, verdict: Verdict, rest: str) -> bool:
    """Whether a no denies what the law allows, or says too little to tell."""
    if context.reading.prohibition and not _denies_the_act(rest):
        return True
    marked = "xprot" in rest or "xalien" in rest
    short = len(rest.split()) <= _SHORT_WORDS and not marked
    right = context.forbidden and not context.reading.negative
    one_branch = verdict.outcome is Outcome.BRANCH and len(context.reading.cases) == 1
    may_mislead = context.different or one_branch or context.alien
    return short and not right and may_mislead


def _yes_is_right(context: Context, verdict: Verdict) -> bool:
    if context.different:
        return True
    if verdict.rule != "challenge":
        return False
    if context.actions <= {Action.DETAIN}:
        return True
    return context.alien and context.actions <= _PLAIN_ACTS and not context.reading.negative


def _yes_affirms(context: Context, verdict: Verdict) -> bool:
    """Whether a yes would affirm what a rule forbids or binds to conditions."""
    return context.about_removal or verdict.rule != "challenge" or context.asked_protected


def _denies_the_act(rest: str) -> bool:
    if denies_protection(rest) or _YES_NO.CONDITIONED.search(rest):
        return False
    act = _CLAIMS.REMOVAL.search(rest) or _CLAIMS.PRISON.search(rest) or _LOSS.LOSS.search(rest)
    if act and denied(rest, *act.span()):
        return True
    return bool(_YES_NO.UNLAWFUL.search(rest)) and not _YES_NO.SOFTENED.search(rest)


def _turned(rest: str) -> bool:
    """Whether what follows a right yes takes it back."""
    turns = _UNNAMED.ELLIPTIC.search(rest) or names_exception(rest) or _YES_NO.TURNS.search(rest)
    return bool(turns) and not denied_plainly(rest)
