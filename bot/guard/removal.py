"""Sentences on removal and foreign prisons; the words stand in ``words/removal.toml``.

Every act a sentence names must be denied, be about aliens, or be laid to someone else.
"""

from dataclasses import dataclass

from bot.guard.clauses import (
    NamedAct,
    clauses,
    is_condition,
    named_acts,
    opens_with_exception,
)
from bot.guard.context import Context, Group
from bot.guard.polarity import (
    denied,
    denies,
    denies_protection,
    only_aliens,
    restricted,
    unlawful_exception,
)
from bot.guard.safe import lookalike
from bot.guard.shieldless import denies_shield
from bot.guard.sources import attributed
from bot.guard.stake import at_stake
from bot.guard.whom import (
    by_foreign_state,
    carry,
    concerns_aliens,
    group_of,
    reaches_asker_too,
)
from bot.guard.words import words
from bot.types import Action, DropReason

_REMOVAL = words("removal")
_CLAIMS = words("claims")


@dataclass(frozen=True)
class _Claim:
    """One act of a sentence and whom it falls on."""

    context: Context
    text: str
    clause: str
    act: NamedAct
    group: Group


def claims_removal(context: Context, text: str) -> DropReason | None:
    """Say why a sentence claims removal or prison abroad of someone protected; else None."""
    acts = list(named_acts(text))
    if acts and "xprot" in text and opens_with_exception(text) and denies(text):
        return "asserts_removal"
    found = _first_claimed(context, text)
    if found is not None:
        return found
    if acts and _reaches_citizens_too(context, text, acts[0]):
        return "asserts_removal"
    return "asserts_removal" if denies_shield(context, text, names_act=bool(acts)) else None


def _first_claimed(context: Context, text: str) -> DropReason | None:
    carried = Group.NONE
    for clause in clauses(text):
        for act in named_acts(clause):
            group = group_of(context, clause, act, carried)
            if group is not Group.NONE:
                carried = group
            if _claimed(_Claim(context, text, clause, act, group)):
                return act.reason
        carried = carry(clause, carried)
    return None


def _reaches_citizens_too(context: Context, text: str, first: NamedAct) -> bool:
    """Whether an act said of others is said of citizens as well: "even citizens", "you too"."""
    if _REMOVAL.NOT_ONLY_ALIENS.search(text):
        return True
    if denies(text):
        return False
    if reaches_asker_too(text) and context.asker_protected:
        return True
    included = _CLAIMS.INCLUDES.search(text) and not lookalike(text)
    return bool(included) and not attributed(text, first.start)


def _claimed(claim: _Claim) -> bool:
    """Whether the act is claimed to be lawful for someone protected."""
    if _falls_on_others(claim) or _off_topic_and_vague(claim) or _other_matter(claim):
        return False
    if denied(claim.clause, claim.act.start, claim.act.end):
        half = restricted(claim.text) and not _takes_naturalization(claim)
        return half or unlawful_exception(claim.text)
    if _denied_as_a_whole(claim):
        return unlawful_exception(claim.text)
    return not (_told_or_supposed(claim) or _after_a_court(claim) or _only_explained(claim))


def _falls_on_others(claim: _Claim) -> bool:
    if claim.group is Group.ALIEN:
        return True
    if only_aliens(claim.text) and not denies_protection(claim.text):
        return True
    if claim.group is Group.NONE:
        return concerns_aliens(claim.clause) or not at_stake(claim.context, claim.text)
    return claim.group is Group.GENERAL and claim.context.alien and "xprot" not in claim.text


def _off_topic_and_vague(claim: _Claim) -> bool:
    """Whether, off topic, the words are too everyday to be meant as the act."""
    if claim.context.on_topic:
        return False
    if claim.group is Group.GENERAL and not _REMOVAL.PLAIN_DEPORTATION.search(claim.text):
        return True
    if "xprot" in claim.clause and not _REMOVAL.PLAIN_EXILE.search(claim.text):
        return True
    return (
        claim.group is not Group.PROTECTED
        and claim.act.reason == "asserts_removal"
        and not _REMOVAL.FROM_THE_COUNTRY.search(claim.text)
    )


def _other_matter(claim: _Claim) -> bool:
    """Whether it is extradition, a prison here, another state's act, a journey, a quotation."""
    prison = claim.act.reason == "asserts_prison"
    if prison and _REMOVAL.INSIDE_US.search(claim.text):
        return True
    if Action.DENATURALIZE in claim.context.actions and _REMOVAL.ONLY_THEN.match(claim.text):
        return True
    extradites = prison or _CLAIMS.EXTRADITES.search(claim.clause)
    if (extradites and lookalike(claim.text)) or by_foreign_state(claim.clause):
        return True
    if _REMOVAL.OWN_MOVE.match(claim.act.words) and not denies(claim.clause):
        return True
    return attributed(claim.text, claim.text.find(claim.act.words))


def _denied_as_a_whole(claim: _Claim) -> bool:
    """Whether the whole sentence opens with a denial that reaches this clause."""
    opens = _REMOVAL.OPENS_DENYING.match(claim.text) and claim.text.find(claim.clause) > 0
    if not (opens or _REMOVAL.CALLED_WRONG.search(claim.text)) or denies_protection(claim.text):
        return False
    own = _REMOVAL.OWN_DENIAL.search(claim.clause)
    return not own or bool(_REMOVAL.OPENS_WITH_NO.match(claim.clause))


def _told_or_supposed(claim: _Claim) -> bool:
    """Whether the act is told as a wrong or as history, or only supposed."""
    text, clause = claim.text, claim.clause
    if _CLAIMS.WRONGFUL.search(text) and _CLAIMS.HAPPENED.search(text):
        without = _CLAIMS.WRONGFUL.sub(" ", text)
        if not _CLAIMS.PERMITS.search(without):
            return True
    if _CLAIMS.HISTORY.search(text) and not _CLAIMS.PERMITS.search(text):
        return True
    supposed = is_condition(clause) and not _CLAIMS.EVEN_IF.search(clause)
    return supposed and not _REMOVAL.MAY_IN_CONDITION.search(clause)


def _after_a_court(claim: _Claim) -> bool:
    """Whether it follows when a court took naturalization away, 8 U.S.C. 1451."""
    return (
        bool(_REMOVAL.AFTER_COURT.search(claim.text))
        and _takes_naturalization(claim)
        and bool(_REMOVAL.COURT.search(claim.text))
        and not _REMOVAL.BORN_OR_AT_ONCE.search(claim.text)
    )


def _only_explained(claim: _Claim) -> bool:
    """Whether the act is only explained, or only feared or alleged."""
    if _CLAIMS.MEANS.search(claim.text) and not _REMOVAL.MAY_REMOVE.search(claim.text):
        return True
    before = claim.clause[: claim.act.start]
    return bool(_REMOVAL.FEARED.search(before)) and not _REMOVAL.MAY_BEFORE.search(before)


def _takes_naturalization(claim: _Claim) -> bool:
    return bool(_REMOVAL.TAKES_NATURALIZATION.search(claim.text))
