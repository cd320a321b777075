"""Citations of law that has a name: Constitution, treaties, orders, directives, public laws."""

import re
from collections.abc import Iterator, Mapping

from bot.errors import UnknownAuthority
from bot.text.case_citations import slug
from bot.text.citation_index import CitationIndex, FoundCitation
from bot.types import Authority

ROMANS = [
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
    "XIX",
    "XX",
    "XXI",
    "XXII",
    "XXIII",
    "XXIV",
    "XXV",
    "XXVI",
    "XXVII",
]
"""Roman numerals of articles and amendments, from the first."""

_I = re.IGNORECASE
_EN = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ES = ["primera", "segunda", "tercera", "cuarta", "quinta", "sexta", "septima", "octava", "novena"]
_TENS_ES = {"decima": 10, "decimo": 10, "vigesima": 20, "vigesimo": 20}
_ORDINALS: Mapping[str, int] = (
    {name: number for number, name in enumerate(_EN, 1)}
    | {f"twenty-{name}": 20 + number for number, name in enumerate(_EN[:7], 1)}
    | {name: number for number, name in enumerate(_ES, 1)}
    | {"decima": 10, "undecima": 11, "duodecima": 12, "vigesima": 20}
    | {
        f"{ten}{dash}{name}": more + number
        for ten, more in _TENS_ES.items()
        for number, name in enumerate(_ES, 1)
        for dash in ("", "-")
    }
    | {roman.casefold(): number for number, roman in enumerate(ROMANS, 1)}
)
_NUMBER_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|ª|º|a|va|ta|na|ma|da|ra)?\.?")
_WORD_BEFORE = re.compile(r"([\wª]{1,20})(-?)\s?$")
_AND_BEFORE = re.compile(r"(?:,\s?|,?\s(?:and|or|y|e|o)\s)(?:the\s|la\s)?$", _I)
_AND_AFTER = re.compile(r",\s|,?\s(?:and|or|y|e|o)\s", _I)
_AMENDMENT = re.compile(r"\b(?:amend(?:ments?\b|s?\.)|enm(?:iendas?\b|\.))", _I)
_CONST_BEFORE = re.compile(
    r"(?:U\.?\s?S\.?\s)?Const(?:\.|itution|ituci[oó]n)"
    r"(?:\sde\s(?:EE\.\s?UU\.|(?:los\s)?Estados\sUnidos))?,?\s{0,2}$",
    _I,
)
_CONST_AFTER = re.compile(
    r"\s(?:of|to|de|a)\s(?:the|la)\s(?:U\.?\s?S\.?\s|United\sStates\s)?Const", _I
)
_SECTION = r",?\s{0,2}(?:§|secci[oó]n|section|secs?\.|ss?\.)\s{0,2}([0-9]{1,2})(?![0-9])"
_SECTION_AFTER = re.compile(_SECTION, _I)
_SECTION_BEFORE = re.compile(
    r"(?:§|secci[oó]n|section)\s{0,2}([0-9]{1,2})\s(?:of|de)\s(?:the\s|la\s)?$", _I
)
_NUMBER_AFTER = re.compile(r"\s{0,2}([0-9]{1,2}(?![0-9])|[\wé]{1,20})", _I)
_ARTICLE = re.compile(
    r"\bart(?:icle|[ií]culo|\.)\s{0,2}(?P<number>I{1,3}|IV|VI{0,2}|[1-7])(?![\w(])"
    rf"(?:{_SECTION})?(?:,?\s{{0,2}}cl(?:ause|[aá]usula|\.)\s{{0,2}}(?P<clause>[0-9]{{1,2}}))?",
    _I,
)
_PINS = r"((?:\([0-9a-z]{1,3}\)){0,4})"
_OF_ARTICLE = rf"art(?:icle|[ií]culo|\.)\s{{0,2}}(?P<before>[0-9]{{1,3}}){_PINS}\s"
_TREATY = re.compile(
    rf"(?:\b{_OF_ARTICLE}(?:(?:of|del?)\s)?(?:(?:the|la|el)\s)?)?"
    r"(?:\bUN\s|\bU\.N\.\s|\b(?:1951|1967)\s)?"
    r"(?:(?P<cat>\bConvention\sagainst\sTorture|\bConvenci[oó]n\scontra\sla\sTortura"
    r"|\b(?-i:CAT)\b(?!\sscan))"
    r"|(?P<refugee>\bRefugees?\sConvention|\bConvention\s(?:on|relating\sto)\sthe\sStatus\sof"
    r"\sRefugees|\bConvenci[oó]n\s(?:de|sobre)\s(?:el\sEstatuto\sde\s)?(?:los\s)?Refugiados)"
    r"|(?P<protocol>\bRefugees?\sProtocol|\bProtocol\srelating\sto\sthe\sStatus\sof\sRefugees"
    r"|\bProtocolo\s(?:sobre|de)\s(?:el\sEstatuto\sde\s)?(?:los\s)?Refugiados)"
    r"|(?P<vienna>\bVienna\sConvention(?:\son\sConsular\sRelations)?|\bVCCR\b"
    r"|\bConvenci[oó]n\sde\sViena(?:\ssobre\sRelaciones\sConsulares)?)"
    r"|(?P<other>(?<=of\sthe\s)(?:[A-Z][\w’'-]{0,30}\s){0,6}(?:Convention|Covenant|Treaty)\b))"
    rf"(?:,?\s{{0,2}}art(?:icle|[ií]culo|\.)\s{{0,2}}(?P<after>[0-9]{{1,3}}){_PINS})?",
    _I,
)
_SLUGS: Mapping[str, tuple[str, ...]] = {
    "cat": ("cat",),
    "refugee": ("refugee-convention", "refugees", "refugee"),
    "protocol": ("refugee-protocol", "protocol"),
    "vienna": ("vccr", "vienna-consular", "vienna-convention"),
}
_ORDER = re.compile(
    r"\b(?:Executive\sOrder|E\.O\.|EO|Orden\sEjecutiva)\s(?:No\.?\s|n[úu]m(?:\.|ero)\s)?"
    r"([0-9]{4,5})(?![0-9])",
    _I,
)
_DIRECTIVE = re.compile(
    r"\b(?:ICE\s)?(?:Directive|Directiva)\s(?:(?:de(?:l)?\s)?ICE\s|No\.\s)?([0-9]{4,5}\.[0-9]{1,2})"
    r"(?![0-9])",
    _I,
)
_FARRA = re.compile(rf"\bFARRA,?\s(?:§|s\.|sec\.|section|secci[oó]n)?\s?(2242){_PINS}", _I)
_LAW = re.compile(
    r"\b(?:Pub(?:\.|lic)\s?L(?:\.|aw)|P\.\s?L\.|Ley\sP[uú]blica)\s(?:No\.\s)?([0-9]{1,3}[-–][0-9]{1,4})",
    _I,
)
_PRINTED = re.compile(r"(?<![0-9.])([0-9]{1,3})\s(Fed\.\s?Reg\.|Stat\.)\s([0-9]{1,6})(?![0-9])")
_PATH = re.compile(
    r"(?<![\w/.-])(?:usc|cfr|const|case|treaty|note|eo|directive|guide|report)"
    r"(?:/[A-Za-z0-9][A-Za-z0-9.~-]{0,80}){1,10}"
)


def named_citations(text: str, index: CitationIndex) -> Iterator[tuple[FoundCitation, ...]]:
    """Yield each citation of law that is cited by name."""
    for found in _PATH.finditer(text):
        yield _path(text, found, index)
    for found in _TREATY.finditer(text):
        yield _treaty(text, found, index)
    for found in _AMENDMENT.finditer(text):
        yield _amendments(text, found, index)
    for found in _ARTICLE.finditer(text):
        yield _article(text, found, index)
    for found in _ORDER.finditer(text):
        yield _one(text, f"eo/{found[1]}", found.span(), index)
    for found in _DIRECTIVE.finditer(text):
        yield _one(text, f"directive/ice-{found[1]}", found.span(), index)
    for found in _FARRA.finditer(text):
        yield _one(text, f"note/farra-{found[1]}{_tail(found[2])}", found.span(), index)
    for found in _LAW.finditer(text):
        number = found[1].replace("–", "-")
        yield _one(text, _cited(f"L. {number}", f"note/pub-l-{number}", index), found.span(), index)
    for found in _PRINTED.finditer(text):
        yield _one(text, _cited(found[0], f"note/{slug(found[0])}", index), found.span(), index)


def _one(
    text: str, path: str, span: tuple[int, int], index: CitationIndex
) -> tuple[FoundCitation, ...]:
    authority = index.resolve(path)
    return (FoundCitation(authority, span, text[slice(*span)], index.is_known(authority)),)


def _cited(words: str, otherwise: str, index: CitationIndex) -> str:
    """Path of the section that is cited so, as FARRA is by its public law."""
    pattern = re.compile(rf"{re.escape(words)}(?![0-9])")
    return next(
        (section.id.path for section in index.sections if pattern.search(section.citation)),
        otherwise,
    )


def _tail(pins: str) -> str:
    return "".join(f"/{pin}" for pin in re.findall(r"\w+", pins))


def _path(text: str, found: re.Match[str], index: CitationIndex) -> tuple[FoundCitation, ...]:
    path = found[0].rstrip(".-~")
    try:
        return _one(text, path, (found.start(), found.start() + len(path)), index)
    except UnknownAuthority:
        return ()


# Treaties


def _treaty(text: str, found: re.Match[str], index: CitationIndex) -> tuple[FoundCitation, ...]:
    number = found["before"] or found["after"]
    kind = found.lastgroup if found.lastgroup in _SLUGS else ""
    kind = kind or next((name for name in (*_SLUGS, "other") if found[name]), "other")
    if kind == "other":
        if not number or not found["other"][0].isupper():
            return ()
        path = f"treaty/{slug(found['other'])}"
    else:
        slugs = _SLUGS[kind]
        path = next(
            (f"treaty/{name}" for name in slugs if _articles(index, name)), f"treaty/{slugs[0]}"
        )
    if number:
        pins = found[2] if found["before"] else found[found.re.groups]
        return _one(text, f"{path}/{number}{_tail(pins or '')}", found.span(), index)
    units = _articles(index, path.removeprefix("treaty/"))
    authority = Authority(units[0] if len(units) == 1 else path)
    return (FoundCitation(authority, found.span(), found[0], bool(units)),)


def _articles(index: CitationIndex, name: str) -> list[str]:
    return [unit for unit in index.units if unit.startswith(f"treaty/{name}/")]


# Constitution


def _amendments(text: str, found: re.Match[str], index: CitationIndex) -> tuple[FoundCitation, ...]:
    before, start, certain = _ordinals_before(text, found.start())
    end = found.end()
    if not before:
        before, end = _numbers_after(text, end)
        start, certain = found.start(), True
        if not before:
            return ()
        if const := _CONST_BEFORE.search(text[max(0, start - 60) : start]):
            start -= len(const[0])
    if section := _SECTION_AFTER.match(text, end):
        end = section.end()
    elif section := _SECTION_BEFORE.search(text[max(0, start - 30) : start]):
        start -= len(section[0])
    citations: list[FoundCitation] = []
    for number in before:
        path = f"const/amend/{number}" + (f"/{section[1]}" if section else "")
        citations += _one(text, path, (start, end), index)
    # "a second amendment to the complaint" is none of the Constitution's.
    return tuple(one for one in citations if one.known or certain)


def _numbers_after(text: str, end: int) -> tuple[list[int], int]:
    """Numbers that stand after "Amendment" (XIV, 14, Decimocuarta), and where they end."""
    numbers: list[int] = []
    while len(numbers) < 5:
        joint = _AND_AFTER.match(text, end) if numbers else None
        after = _NUMBER_AFTER.match(text, joint.end() if joint else end)
        if after is None or (numbers and not joint):
            break
        word = after[1]
        number = _ordinal(word)
        # "the amendment first proposed" has no number; Spanish ordinals may follow.
        if number is None or not (word[0].isdigit() or word[0].isupper()) or word.lower() in _EN:
            break
        numbers.append(number)
        end = after.end()
    return numbers, end


def _ordinals_before(text: str, end: int) -> tuple[list[int], int, bool]:
    """Ordinals that stand before "Amendment": their numbers, start, and if written as a name."""
    numbers: list[int] = []
    start, certain = end, False
    while len(numbers) < 5:
        window = text[max(0, start - 60) : start]
        if numbers:
            joint = _AND_BEFORE.search(window)
            if joint is None:
                break
            window = window[: joint.start()]
        last = _WORD_BEFORE.search(window)
        if last is None:
            break
        first = _WORD_BEFORE.search(window[: last.start()])
        place = max(0, start - 60) + last.start()
        number = None
        if first and window[: last.start()][-1] in " -":
            number = _ORDINALS.get(f"{slug(first[1])}-{slug(last[1])}")
            place = place if number is None else max(0, start - 60) + first.start()
        if number is None:
            number = _ordinal(last[1])
            place = max(0, start - 60) + last.start()
        if number is None or last[1].casefold() in ("i", "v", "x"):
            break
        numbers.insert(0, number)
        start = place
        certain = text[start].isupper() or text[start].isdigit()
    return numbers, start, certain


def _ordinal(word: str) -> int | None:
    if number := _NUMBER_ORDINAL.fullmatch(word):
        value = int(number[1])
    else:
        value = _ORDINALS.get(slug(word), 0)
    return value if 1 <= value <= len(ROMANS) else None


def _article(text: str, found: re.Match[str], index: CitationIndex) -> tuple[FoundCitation, ...]:
    start, end = found.span()
    number = _ordinal(found["number"])
    section = found[2]
    const = _CONST_BEFORE.search(text[max(0, start - 60) : start])
    before = None if section else _SECTION_BEFORE.search(text[max(0, start - 30) : start])
    if const:
        start -= len(const[0])
    if before:
        section, start = before[1], start - len(before[0])
    of_const = _CONST_AFTER.match(text, end)
    named = found["number"].isupper() and index.units.get(f"const/art/{number}")
    if number is None or not (section or found["clause"] or const or of_const or named):
        return ()
    parts = [f"const/art/{number}", section, found["clause"]]
    return _one(text, "/".join(part for part in parts if part), (start, end), index)
