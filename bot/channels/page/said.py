"""What was understood of a person's own words, and the words that take it back.

A correction is a sentence a person could have typed. It says no more than that something is not
so: what is so instead, only they can say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.channels.page import texts
from bot.channels.page.texts import KIN
from bot.types import Bilingual, Fact, Lang

_BORN = re.compile(r"\s*(?:born|naci\w*|nací|nació)\s+(?:in|en)\s+(.+)", re.IGNORECASE)
_BORN_SELF = Bilingual("No, I was not born in {place}.", "No, no nací en {place}.")
_BORN_KIN = Bilingual("No, {who} was not born in {place}.", "No, {who} no nació en {place}.")
_CITIZEN_SELF = Bilingual("No, I am not a U.S. citizen.", "No, no soy ciudadano.")
_CITIZEN_KIN = Bilingual("No, {who} is not a U.S. citizen.", "No, {who} no es ciudadano.")
_HERE = frozenset({"united_states", "american_samoa"})


@dataclass(frozen=True)
class Chip:
    """One fact to show: ``gone`` where the person has said otherwise since."""

    fact: Fact
    gone: bool


def chips(facts: Sequence[Fact]) -> tuple[Chip, ...]:
    """Give each thing a person said once, the newest of what cannot both be true unmarked."""
    newest = {(one.person, one.field): one for one in facts}
    found: dict[tuple[str, str, str], Chip] = {}
    for one in facts:
        if one.quote.strip():
            last = newest[one.person, one.field]
            chip = Chip(one, gone=last.value != one.value and last.turn > one.turn)
            found.setdefault((one.person, one.field, one.quote.strip().casefold()), chip)
    return tuple(found.values())


def correction(fact: Fact, lang: Lang) -> str:
    """Give the sentence that takes a fact back; empty where only the person has the words."""
    who = name(fact.person, lang)
    if who is None:
        return ""
    mine = fact.person == "self"
    if fact.field == "birthplace" and fact.value in _HERE and (born := _BORN.fullmatch(fact.quote)):
        said = (_BORN_SELF if mine else _BORN_KIN)[lang]
        return said.format(who=who, place=born[1].strip(" .,;"))
    if fact.field == "status" and fact.value == "citizen":
        return (_CITIZEN_SELF if mine else _CITIZEN_KIN)[lang].format(who=who)
    return ""


def name(person: str, lang: Lang) -> str | None:
    """Give how the person asking would name somebody; None where it is not told for certain."""
    if person == "self":
        return ""
    kin = KIN.get(person)
    return kin[lang] if kin else None


def understood_html(facts: Sequence[Fact], lang: Lang, turn: int) -> str:
    """Write what was taken from a person's words, each with a button to correct it.

    ``turn`` is the place of the last question in the conversation.
    """
    shown = chips(facts)
    if not shown:
        return ""
    items = "".join(f"<li>{_chip(one, lang, turn)}</li>" for one in shown)
    return (
        f'<div class="understood" role="group" aria-label="{texts.UNDERSTOOD[lang]}">'
        f'<p class="whose">{texts.YOU_SAID[lang]}</p><ul>{items}</ul></div>'
    )


def _chip(chip: Chip, lang: Lang, turn: int) -> str:
    fact = chip.fact
    who = "" if fact.person == "self" else (name(fact.person, lang) or "")
    # A space at the end of a flex item is not drawn.
    said = f'{escape(who)}:&nbsp;<q dir="auto">' if who else '<q dir="auto">'
    said += f"{escape(fact.quote.strip())}</q>"
    if chip.gone:
        return f'<span class="chip gone"><s>{said}</s> {texts.TAKEN_BACK[lang]}</span>'
    words = correction(fact, lang)
    if words:
        does = f'data-do="correct" data-words="{escape(words)}" title="{escape(words)}"'
    elif fact.turn == turn:
        does = 'data-do="edit"'
    else:
        does = 'data-do="amend"'
    return (
        f'<span class="chip">{said}<button type="button" {does}>{texts.NOT_SO[lang]}'
        f'<span class="unseen">: {escape(fact.quote.strip())}</span></button></span>'
    )
