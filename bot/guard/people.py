"""Who a text speaks of: the person asking, their relations, and people in general."""

import re
from dataclasses import dataclass
from typing import Literal

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
    "uncle": Bilingual("the uncle", "el tío"),
    "aunt": Bilingual("the aunt", "la tía"),
    "cousin": Bilingual("the cousin", "el primo o la prima"),
    "nephew": Bilingual("the nephew or niece", "el sobrino o la sobrina"),
    "in-law": Bilingual("the in-law", "el familiar político"),
    "friend": Bilingual("the friend", "la amistad"),
    "neighbor": Bilingual("the neighbor", "el vecino o la vecina"),
    "client": Bilingual("the client", "el cliente o la clienta"),
    "coworker": Bilingual("the coworker", "el compañero o la compañera"),
    "family": Bilingual("the family", "la familia"),
    "self": Bilingual("you", "usted"),
    "someone": Bilingual("the person", "la persona"),
    "someone-2": Bilingual("the other person", "la otra persona"),
}
"""Every person a fact or an opening can name, and how an opening names them."""

_NOUNS: dict[str, str] = {
    "wife": "wife|esposa|mujer|senora",
    "husband": "husband|hubby|esposo|marido",
    "spouse": "spouse|conyuge",
    "partner": "partner|fiancee?|boyfriend|girlfriend|bf|gf|pareja|novi[oa]|prometid[oa]",
    "mother": "mother|mom|mum|mommy|mama|madre|stepmother|stepmom|jefita|ma",
    "father": "father|dad|daddy|papa|padre|stepfather|stepdad|pa",
    "parents": "parents|padres|papas|folks",
    "son": "son|stepson|hijo|hijastro|boy|sons",
    "daughter": "daughter|stepdaughter|hija|hijastra|girl|daughters|hijas",
    "child": r"(?:\d+|one|two|three|four|five)[- ]year[- ]old|child|children|kids?|baby|babies|newborn|toddler|hijos|nin[oa]s?|bebes?|hijit[oa]s?|menor",
    "brother": "brothers?|bro|hermanos?|stepbrother|carnal",
    "sister": "sisters?|sis|hermanas?|stepsister",
    "grandparent": "grandmother|grandma|granny|nana|abue|grandfather|grandpa|grandparents?|abuel[oa]s?|abuelit[oa]s?",
    "uncle": "uncle|tio",
    "aunt": "aunt|auntie|tia",
    "cousin": "cousins?|prim[oa]s?",
    "nephew": "nephews?|nieces?|sobrin[oa]s?",
    "in-law": "(?:mother|father|brother|sister|son|daughter)-in-law|suegr[oa]s?|cunad[oa]s?|yerno|nuera",
    "friend": "(?:best )?friends?|buddy|amig[oa]s?",
    "neighbor": "neighbou?rs?|vecin[oa]s?",
    "client": "clients?|client[ea]s?|compadre|comadre",
    "coworker": "co-?workers?|colleagues?|boss|employees?|employers?|students?|roommates?|companer[oa]s?|jef[ea]|alumn[oa]s?",
    "family": "family|familia|relatives?|familiar(?:es)?",
}
_ALL_NOUNS = "|".join(sorted(_NOUNS.values(), key=len, reverse=True))
_BY_NOUN = [(re.compile(rf"(?:{nouns})"), person) for person, nouns in _NOUNS.items()]

MentionKind = Literal["self", "relation", "pronoun", "someone"]


_FEMALE = frozenset({"wife", "mother", "daughter", "sister", "aunt"})
_MALE = frozenset({"husband", "father", "son", "brother", "uncle"})
_SHE = frozenset({"she", "her", "hers", "shes", "she's", "ella", "la", "ellas"})
_HE = frozenset({"he", "him", "his", "hes", "he's", "el", "lo", "ellos"})


def fits(pronoun: str, person: str) -> bool:
    """Whether a pronoun can stand for a relation; neutral words fit every one."""
    return not (pronoun in _SHE and person in _MALE or pronoun in _HE and person in _FEMALE)


@dataclass(frozen=True)
class Mention:
    """A person named at a place of folded text."""

    kind: MentionKind
    person: str
    start: int
    end: int
    plural: bool = False
    word: str = ""


_RELATION = re.compile(
    r"\b(?:my|our|mi|mis|nuestr[oa]s?|m[iy]|his|her|their|your|su|sus|tu|tus)\s+"
    rf"(?:own |(?!(?:is|was|are|has|be|es|son)\b)[\w.'-]+\s+){{0,4}}?(?P<noun>{_ALL_NOUNS})\b"
    rf"|\b(?:asking for|a|an|the|un|una|al|el|la|los|las|one of my|these|those|both)\s+(?P<bare>friends?(?! of)|amig[oa]|client[ea]?|bab(?:y|ies)|kids|children|bebes?|ninos|nina|nino)\b"
    r"|(?:(?<=^)|(?<=[.!?] ))(?P<led3>clienta?|client)\b"
    rf"|(?:(?<=^)|(?<=[.!?] )|(?<=, )|(?<=\n))(?P<led>{_ALL_NOUNS})\b(?= (?:is|was|has|got|had|may|might|came|born|fue|es|nacio|tiene|\())"
    rf"|\b(?P<led2>{_NOUNS['mother']}|{_NOUNS['father']})\b(?= (?:is|was|has|fue|es|nacio|tiene)\b)"
)
_SELF = re.compile(
    r"\b(?:i|i'm|im|ive|i've|i'd|id(?= (?:be|like))|me|myself|mine|we|us(?= (?:be|out|back|away|from|to))|yo|conmigo|nosotr[oa]s"
    r"|soy|naci|tengo|estoy|fui|vivo|llegue|entre|somos|nacimos|tenemos|me hice|hice|cruce|vine)\b(?!\.)"
)
_SELF_CLITIC = re.compile(r"\w(?:ar|er|ir)me\b|\w(?:ar|er|ir)nos\b|\bme\b|\bnos\b|\bmy (?:deportation|removal|expulsion)\b|\bmi (?:deportacion|expulsion)\b")
_OTHER_CLITIC = re.compile(r"\w(?:ar|er|ir)l[oae]s?\b|\b(?:lo|los|la|las|le|les) (?:pueden?|podrian?|van?|quieren?|deport|expuls|mand|envi|echar|sacar|pudieran?)\w*")
_PRONOUN = re.compile(r"\b(?:he|him|his|hes|he's|she|her|hers|shes|she's|they(?= (?:came|have|are(?! (?:deport|send|tak|com|go|put|say|try))|were|don't|do not|never|crossed|entered|overstayed|got)\b)|them|ella|ellos|ellas|el(?= (?:es|nacio|tiene|fue|era|puede)\b))\b")
_SOMEONE = re.compile(
    r"\b(?:someone|somebody|anyone|anybody|everyone|everybody|a person|person|people|persons|any person"
    r"|a man|a woman|a kid|a teen(?:ager)?|a guy|individuals?|prisoners?|inmates?|criminals?|felons?|convicts?"
    r"|protest[eo]rs?|veterans?|students?|a child|children|adults?|those|whoever|alguien|cualquiera|una persona"
    r"|personas?|gente|un nino|una nina|un hombre|una mujer|un joven|pres[oa]s|reos?|delincuentes?|quienes?|todos|uno)\b"
)


def mentions(text: str) -> tuple[Mention, ...]:
    """Find the persons named in folded ``text``, in order; a relation hides what it contains."""
    found: list[Mention] = []
    for match in _RELATION.finditer(text):
        noun = match["noun"] or match["bare"] or match["led"] or match["led2"] or match["led3"]
        plural = noun.endswith("s") and noun not in {"boss", "spouse", "sis"}
        found.append(Mention("relation", _relation(noun), match.start(), match.end(), plural, noun))
    taken = [(m.start, m.end) for m in found]
    for kind, pattern in (("self", _SELF), ("pronoun", _PRONOUN), ("someone", _SOMEONE)):
        for match in pattern.finditer(text):
            if not any(a <= match.start() < b for a, b in taken):
                person = {"self": "self", "pronoun": "pronoun", "someone": "someone"}[kind]
                found.append(
                    Mention(kind, person, match.start(), match.end(), False, match[0])  # type: ignore[arg-type]
                )
    return tuple(sorted(found, key=lambda m: m.start))


def self_clitic(text: str) -> bool:
    """Whether an act in ``text`` falls on the speaker by a Spanish clitic or "my deportation"."""
    return bool(_SELF_CLITIC.search(text))


def other_clitic(text: str) -> bool:
    """Whether an act in ``text`` falls on a third person by a Spanish clitic."""
    return bool(_OTHER_CLITIC.search(text))


def _relation(noun: str) -> str:
    return next(person for pattern, person in _BY_NOUN if pattern.fullmatch(noun))
