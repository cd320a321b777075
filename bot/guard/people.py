"""Who a text speaks of: the person asking, their relations, and people in general."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.guard.pattern import Pattern
from bot.guard.words import words
from bot.types import Bilingual

RELATIONS: dict[str, Bilingual] = {
    "wife": Bilingual("your wife", "su esposa"),
    "husband": Bilingual("your husband", "su esposo"),
    "spouse": Bilingual("the spouse", "el cónyuge"),
    "partner": Bilingual("your partner", "su pareja"),
    "mother": Bilingual("your mother", "su madre"),
    "father": Bilingual("your father", "su padre"),
    "parents": Bilingual("the parents", "los padres"),
    "son": Bilingual("the son", "el hijo"),
    "daughter": Bilingual("the daughter", "la hija"),
    "child": Bilingual("the child", "el niño o la niña"),
    "brother": Bilingual("the brother", "el hermano"),
    "sister": Bilingual("the sister", "la hermana"),
    "grandparent": Bilingual("the grandparent", "el abuelo o la abuela"),
    "grandchild": Bilingual("the grandchild", "el nieto o la nieta"),
    "uncle": Bilingual("the uncle", "el tío"),
    "aunt": Bilingual("the aunt", "la tía"),
    "cousin": Bilingual("the cousin", "el primo o la prima"),
    "nephew": Bilingual("the nephew or niece", "el sobrino o la sobrina"),
    "in-law": Bilingual("the in-law", "el familiar político"),
    "friend": Bilingual("the friend", "la amistad"),
    "neighbor": Bilingual("the neighbor", "el vecino o la vecina"),
    "client": Bilingual("the client", "el cliente o la clienta"),
    "coworker": Bilingual("the coworker", "el compañero o la compañera"),
    "acquaintance": Bilingual("the person you speak of", "la persona de quien habla"),
    "family": Bilingual("the family", "la familia"),
    "self": Bilingual("you", "usted"),
    "someone": Bilingual("the person", "la persona"),
    "someone-2": Bilingual("the other person", "la otra persona"),
}
"""Every person a fact or an opening can name, and how an opening names them."""

_PEOPLE = words("people")

MentionKind = Literal["self", "relation", "pronoun", "someone"]


_FEMALE = frozenset({"wife", "mother", "daughter", "sister", "aunt"})
_MALE = frozenset({"husband", "father", "son", "brother", "uncle"})
_SHE = frozenset({"she", "her", "hers", "shes", "she's", "ella", "la", "ellas"})
_HE = frozenset({"he", "him", "his", "hes", "he's", "el", "lo", "ellos"})


_SINGULAR_IN_S = frozenset({"boss", "spouse", "sis"})
_OTHERS: tuple[tuple[MentionKind, Pattern], ...] = (
    ("self", _PEOPLE.SELF),
    ("pronoun", _PEOPLE.PRONOUN),
    ("someone", _PEOPLE.SOMEONE),
)


def fits(pronoun: str, person: str) -> bool:
    """Whether a pronoun can stand for a relation; neutral words fit every one."""
    she_of_him = pronoun in _SHE and person in _MALE
    he_of_her = pronoun in _HE and person in _FEMALE
    return not (she_of_him or he_of_her)


@dataclass(frozen=True)
class Mention:
    """A person named at a place of folded text."""

    kind: MentionKind
    person: str
    start: int
    end: int
    plural: bool = False
    word: str = ""


def mentions(text: str) -> tuple[Mention, ...]:
    """Find the persons named in folded ``text``, in order; a relation hides what it contains."""
    relations = [
        _relation(match)
        for match in _PEOPLE.RELATION.finditer(text)
        if not _PEOPLE.SPEAKER_IS.search(text[: match.start()])
    ]
    found = list(relations)
    for kind, pattern in _OTHERS:
        found += [
            Mention(kind, kind, match.start(), match.end(), word=match[0])
            for match in pattern.finditer(text)
            if not any(r.start <= match.start() < r.end for r in relations)
        ]
    return tuple(sorted(found, key=lambda m: m.start))


def self_clitic(text: str) -> bool:
    """Whether an act in ``text`` falls on the speaker by a Spanish clitic or "my deportation"."""
    return bool(_PEOPLE.SELF_CLITIC.search(text))


def other_clitic(text: str) -> bool:
    """Whether an act in ``text`` falls on a third person by a Spanish clitic."""
    return bool(_PEOPLE.OTHER_CLITIC.search(text))


def _relation(match: re.Match[str]) -> Mention:
    noun = next(said for said in match.groups() if said is not None)
    person = next(row.name for row in _PEOPLE.rows("relations") if row.pattern.fullmatch(noun))
    plural = noun.endswith("s") and noun not in _SINGULAR_IN_S
    return Mention("relation", person, match.start(), match.end(), plural, noun)
