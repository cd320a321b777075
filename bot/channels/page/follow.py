"""What a person may want to ask next: chosen by the rule and what is missing, never by a model."""

import re

from bot.channels.page import texts
from bot.channels.page.said import name
from bot.channels.page.texts import KIN
from bot.types import Done, Lang

MOST = 3

_ME = re.compile(r"\b(?:I|me|my|myself|yo|m[ií]|soy|estoy|tengo|nací)\b", re.IGNORECASE)


def follow_ups(done: Done, question: str, lang: Lang) -> tuple[str, ...]:
    """Give what to ask or say next, at most a handful."""
    reply = done.reply
    if reply.status in ("out_of_scope", "unavailable"):
        return ()
    missing = _missing(question, lang) if "needs_fact" in reply.flags else ()
    rule = reply.verdict.rule if reply.verdict else "none"
    asked = question.strip().casefold()
    more = (one[lang] for one in texts.FOLLOW_UPS[rule] if one[lang].casefold() != asked)
    return (*missing, *more)[: len(missing) + (MOST if not missing else 1)]


def _missing(question: str, lang: Lang) -> tuple[str, ...]:
    """Give the answers to what the rules still need to know of the person asked about."""
    person = about(question)
    if person == "self":
        return tuple(one[lang] for one in texts.STATUS_SELF)
    who = name(person, lang) or ""
    return tuple(one[lang].format(who=who[:1].upper() + who[1:]) for one in texts.STATUS_OTHER)


def about(question: str) -> str:
    """Say of whom a question is, as far as its words tell: a relation, the one who asks, or any."""
    folded = f" {question.casefold()} "
    named = [
        person for person, said in KIN.items() if re.search(rf"\b(?:{said.en}|{said.es})\b", folded)
    ]
    if named:
        return named[0]
    return "self" if _ME.search(question) or re.search(r"\bme\b", folded) else "someone"
