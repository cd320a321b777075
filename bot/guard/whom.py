"""Whom an act in a draft falls on; the words stand in ``words/whom.toml``."""

from bot.guard.clauses import NamedAct, is_condition
from bot.guard.context import Context, Group
from bot.guard.people import mentions
from bot.guard.words import words

_WHOM = words("whom")
_CLAIMS = words("claims")
_NEXT = 28
"""How far behind an act its object is looked for, in characters."""


def group_of(context: Context, clause: str, act: NamedAct, carried: Group) -> Group:
    """Say whom an act falls on: who stands next to it, else who was spoken of.

    Args:
        context: the question and the draft so far.
        clause: the clause the act stands in.
        act: the act.
        carried: whom the clauses before it spoke of.
    """
    after = clause[act.end : act.end + _NEXT]
    if _WHOM.PROTECTED_NEXT.match(after):
        return Group.PROTECTED
    if _WHOM.ALIEN_NEXT.match(after):
        return Group.ALIEN
    found = _in_clause(context, clause, act, carried)
    return found or _spoken_of(context, clause, act, carried)


def remember(context: Context, text: str) -> None:
    """Note whom a sentence spoke of, for the next one."""
    if "xprot" in text:
        context.last = Group.PROTECTED
    elif "xalien" in text:
        context.last = Group.ALIEN
    elif _WHOM.IN_GENERAL.search(text):
        context.last = Group.GENERAL


def carry(clause: str, carried: Group) -> Group:
    """Say whom the clauses after ``clause`` go on speaking of."""
    if "xprot" in clause:
        return Group.PROTECTED
    if "xalien" in clause:
        theirs = is_condition(clause) and _WHOM.PARENT_OR_SPOUSE.search(clause)
        return carried if theirs else Group.ALIEN
    return carried


def minors(context: Context, before: str) -> Group | None:
    """Say whom "the children" stands for, where the act follows; None where they are not named."""
    if not _WHOM.THE_CHILDREN.search(before):
        return None
    known = [
        one
        for person, one in context.reading.known.items()
        if person in {"child", "son", "daughter"}
    ]
    if known:
        return context.side(frozenset().union(*known))
    return Group.PROTECTED if context.asked_protected else None


def speaks_to_asker(text: str) -> bool:
    """Whether the person who asked is addressed."""
    return bool(_WHOM.YOU.search(text))


def speaks_of_other(text: str) -> bool:
    """Whether a third person is spoken of."""
    return bool(_WHOM.THEY.search(text))


def reaches_asker_too(text: str) -> bool:
    """Whether the text says "you too", "both of you"."""
    return bool(_WHOM.ALSO_YOU.search(text))


def if_alien(text: str) -> bool:
    """Whether the text has the condition of being an alien."""
    return bool(_WHOM.IF_ALIEN.search(text))


def gives_reason(text: str) -> bool:
    """Whether the text has a "so", a "because"."""
    return bool(_CLAIMS.CAUSE.search(text))


def concerns_aliens(text: str) -> bool:
    """Whether the text has words of removal law that concern aliens only."""
    return bool(_WHOM.ALIEN_CONTEXT.search(text))


def by_foreign_state(text: str) -> bool:
    """Whether another state or a tribe is said to act, and not the United States."""
    return bool(_WHOM.FOREIGN_STATE.search(text)) and not _WHOM.US.search(text)


def _near(clause: str, act: NamedAct) -> str:
    return clause[max(0, act.start - 25) : act.end + 12]


def _in_clause(context: Context, clause: str, act: NamedAct, carried: Group) -> Group | None:
    """Whom the marks and the address in the clause itself point to."""
    before = clause[: act.start]
    children = minors(context, before)
    if children is not None:
        return children
    if "xprot" in before and before.rfind("xprot") > before.rfind("xalien"):
        return Group.PROTECTED
    told = speaks_to_asker(_near(clause, act))
    if told and carried is not Group.ALIEN and not if_alien(clause):
        return context.side(context.possible("self"))
    return _marked(context, clause, act, told=told)


def _marked(context: Context, clause: str, act: NamedAct, *, told: bool) -> Group | None:
    """Whom the marks anywhere in the clause point to."""
    if "xprot" in clause:
        return Group.PROTECTED
    if "xrel" in clause:
        return Group.ALIEN
    return _beside_aliens(context, clause, act, told=told) if "xalien" in clause else None


def _beside_aliens(context: Context, clause: str, act: NamedAct, *, told: bool) -> Group:
    """Aliens, unless they are only the reason why someone else suffers the act."""
    other = (told or speaks_of_other(_near(clause, act))) and gives_reason(clause)
    reached = other and not if_alien(clause) and context.asked_protected
    return Group.PROTECTED if reached else Group.ALIEN


def _spoken_of(context: Context, clause: str, act: NamedAct, carried: Group) -> Group:
    """Whom relations, the clauses before, pronouns and people in general point to."""
    for mention in mentions(clause):
        if mention.kind == "relation" and mention.person in context.reading.known:
            return context.side(context.possible(mention.person))
    if carried is not Group.NONE:
        return carried
    if speaks_of_other(_near(clause, act)):
        if context.last in {Group.PROTECTED, Group.ALIEN}:
            return context.last
        return Group.PROTECTED if context.asked_protected else Group.ALIEN
    if _WHOM.IN_GENERAL.search(clause):
        alien = context.last is Group.ALIEN or concerns_aliens(clause)
        return Group.ALIEN if alien else Group.GENERAL
    return Group.NONE
