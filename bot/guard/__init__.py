"""The guard: reads the question, decides by rule, opens the answer, screens the model's words.

What to read, in the order a question goes through it; the words each step looks for stand in
``words/<step>.toml``, so that they can be read and mended without the code:

1. ``reading``: from the turns to a ``Reading``. ``turns`` takes them in one by one: ``statuses``
   (what someone is), ``places``, ``people`` (who is named), ``owners`` (of whom a status is said,
   ``words/binding.toml``), ``fears`` (danger stated), ``acts`` (what is asked about), ``targets``
   (of whom it is asked), ``cases`` (the states that follow); ``memory`` carries them on;
   ``foreign`` reads languages Habeas does not speak, ``second`` puts an act no word list saw;
   ``question`` says what kind of question it is, ``distress`` whether a life is in danger.
2. ``rules`` with ``rules.toml``: what the law says of every state there is. ``verdict`` puts a
   reading to them; ``openings`` with ``openings.toml`` gives the text that opens the answer;
   ``rulebook`` writes both as one page for a lawyer.
3. ``gate``: the one way a model's sentences reach a person, each through ``screen``, which gives
   the order of the checks: ``form``, ``marks`` (who is named, as one word each), ``yes_no``,
   ``harm``, ``challenge``, ``loss``, ``removal`` with ``shieldless``, ``unnamed``, and last what
   ``second`` doubts. They share
   ``context`` (the question), ``clauses``, ``whom`` (on whom an act falls), ``polarity`` (whether
   it is denied), ``sources`` (whether it is laid to somebody), ``stake`` and ``safe``.

``explain`` says why a question was ruled as it was, ``fingerprint`` which rules ruled it;
``words`` says how the tables are written and checks them; ``pattern`` keeps them fast.
"""

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
