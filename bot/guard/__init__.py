"""The guard: reads the question, decides by rule, opens the answer, screens the model's words."""

from bot.guard.gate import Gate, Kept
from bot.guard.openings import check_openings, openings
from bot.guard.reading import Reading, read
from bot.guard.rules import check_authorities, rule_set
from bot.guard.verdict import answer_kind, decide, opening

__all__ = ["Gate", "Kept", "Reading", "answer_kind", "check_guard", "decide", "opening", "read"]


def check_guard(known: frozenset[str]) -> None:
    """Check rules and texts against each other and the corpus; call it before serving.

    Raises:
        RuleError: a rule rests on an authority not in ``known``, or a text is missing.
    """
    check_authorities(rule_set(), known)
    check_openings(rule_set(), openings())
