"""Citations of law that has a name: Constitution, treaties, orders, directives, public laws."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from bot.text.case_citations import slug
from bot.text.citation_index import CitationIndex, FoundCitation
from bot.types import Authority

_ONES_EN = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ONES_ES = "primera segunda tercera cuarta quinta sexta septima octava novena".split()
ROMANS = (
    "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
    " XXI XXII XXIII XXIV XXV XXVI XXVII"
).split()
"""Roman numerals of the amendments, from the first."""


def _ordinals() -> Mapping[str, int]:
    found = {name: number for number, name in enumerate(_ONES_EN, 1)}
    found |= {f"twenty{name}": 20 + number for number, name in enumerate(_ONES_EN[:7], 1)}
    found |= {name: number for number, name in enumerate(_ONES_ES, 1)}
    found |= {"decima": 10, "undecima": 11, "duodecima": 12, "vigesima": 20}
    for number, name in enumerate(_ONES_ES, 1):
        found |= {f"decima{name}": 10 + number, f"decimo{name}": 10 + number}
        found |= {f"vigesima{name}": 20 + number, f"vigesimo{name}": 20 + number}
    return found


_ORDINALS = _ordinals()
_ORDINAL = (
    r"(?:[0-9]{1,2}(?:st|nd|rd|th|ª|a\.?|º)|(?:twenty|d[eé]cim[ao]|vig[eé]sim[ao])[-\s]?[a-zé]{4,8}|"
    r"(?:first|second|third|fourth|(?:fif|six|seven|eigh|nin|ten|eleven|twelf|twentie)th|"
    r"[a-z]{3,6}teenth|primera|segunda|tercera|cuarta|quinta|sexta|s[eé]ptima|octava|novena|"
    r"d[eé]cima|und[eé]cima|duod[eé]cima|vig[eé]sima))"
)
_ROMAN_OR_DIGITS = r"(?:[0-9]{1,2}|[IVX]{1,6})"
_SECTION_AFTER = r"(?:,?\s{0,2}(?:§|s(?:ec(?:tion|ci[oó]n)?|ecs?)?\.?)\s{0,2}(?P<section>[0-9]{1,2})(?![0-9]))?"
_SECTION_BEFORE = r"(?:\b(?:§|section|secci[oó]n)\s{0,2}(?P<before>[0-9])\s(?:of|de)\s(?:the|la)\s)?"
_CONST = r"(?:(?:U\.?\s?S\.?\s)?Const(?:\.|itution|ituci[oó]n(?:\sde\s(?:los\s)?(?:EE\.?\s?UU\.?|Estados\sUnidos))?),?\s{1,2})?"
_AMENDMENT_EN = re.compile(
    rf"{_SECTION_BEFORE}\b(?P<ordinals>{_ORDINAL}(?:(?:,\s|,?\s(?:and|or|y|e|o)\s){_ORDINAL}){{0,4}})"
    rf"\s(?:Amendments?|Enmiendas?)\b{_SECTION_AFTER}",
    re.IGNORECASE,
)
_AMENDMENT_NUMBER = re.compile(
    rf"{_SECTION_BEFORE}{_CONST}\b(?:Amend(?:ment|\.|s\.)?|Enm(?:ienda|\.))\s{{0,2}}"
    rf"(?P<number>{_ROMAN_OR_DIGITS}|{_ORDINAL})(?![A-Za-z0-9]){_SECTION_AFTER}",
    re.IGNORECASE,
)
