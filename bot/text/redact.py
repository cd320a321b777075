"""Takes what identifies a person out of text before it leaves this machine, and puts it back.

Statute numbers, years, case cites, docket numbers and form numbers stay: an answer needs them. When
in doubt a long number goes, since the law has none of nine digits in a row.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "EMAIL",
    "A_NUMBER",
    "RECEIPT",
    "SSN",
    "BIRTH_DATE",
    "PHONE",
    "ADDRESS",
    "DOCUMENT",
    "ID_NUMBER",
    "ZIP",
]
"""What was taken out; the first word of its placeholder."""


@dataclass(frozen=True)
class Hidden:
    """One value taken out and the placeholder that stands for it, such as ``[PHONE_1]``."""

    kind: Kind
    placeholder: str
    value: str


@dataclass(frozen=True)
class Redaction:
    """Texts without what identifies a person, and what is needed to put it back."""

    texts: tuple[str, ...]
    hidden: tuple[Hidden, ...]

    def restore(self, text: str) -> str:
        """Put the person's own values back into ``text``; unknown placeholders stay."""
        values = {one.placeholder: one.value for one in self.hidden}
        return PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text)


PLACEHOLDER = re.compile(r"\[[A-Z]+(?:_[A-Z]+)*_\d+\]")
"""How a placeholder looks."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|"
    r"junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)\.?"
)
_DATE = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|"
    rf"{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:of\s+)?\d{{4}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th|[ºo])?\s+(?:(?:de|of)\s+)?{_MONTH}(?:\s+(?:de(?:l)?|of))?,?\s+\d{{4}})"
)
_BIRTH = (
    r"(?:\bborn\b|\bdob\b|\bd\.o\.b\.|date of birth|birth\s?date|birthday|\bnac[ií]\b|\bnaci[oó]\b|"
    r"\bnacid[oa]\b|fecha de nacimiento|cumplea[nñ]os)"
)
_NOT_IN_ADDRESS_WORDS = """
    a an the of and or in on at to from for with by my his her our your their this that these those
    is are was were be been can may will no not people men women agents officers cops cars days
    years months weeks hours minutes blocks miles times supreme circuit district immigration federal
    superior appeals municipal county high usc cfr el la los las un una de del y o en con por para
    hace que mi su dias días años meses horas agentes personas hombres mujeres
"""
_NOT_IN_ADDRESS = frozenset(_NOT_IN_ADDRESS_WORDS.split())
_STREET = (
    r"(?:street|avenue|ave|boulevard|blvd|road|rd|lane|ln|highway|hwy|parkway|pkwy|"
    r"[Ss]t|[Dd]r|Drive|Court|Ct|Place|Pl|Way|Terrace|Circle|Trail|Square)"
)
_UNIT = r"(?:,?\s*(?:apt|apartment|unit|suite|ste|apto|depto|#)\.?\s*#?\s*[A-Za-z]?\d*[A-Za-z]?\b)?"
_CITY = r"(?:,\s*(?:[A-Z][\w.'-]*\s?){1,3},?\s*[A-Z]{2}\b(?:\s+\d{5}(?:-\d{4})?)?)?"
_LAW_BEFORE = re.compile(
    r"(?:§+|\bsecs?\.|\bsections?|\bsecci[oó]n(?:es)?|\bart(?:s|\.|[ií]culos?|icles?)?|"
    r"U\.?\s?S\.?(?:\s?C\.?)?|C\.?\s?F\.?\s?R\.?|\bINA|\bF\.\s?\dd|\bNos?\.|\bL\.|\$)\s*$",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?:phone|tel[eé]?f?o?n?o?|cell?|celular|call(?:ed)?|text|ll[aá]m[ae]\w*|whats\s?app|m[oó]vil)"
    r"(?:\s+\w+){0,3}[\s.:#]*$",
    re.IGNORECASE,
)


def _always(_match: re.Match[str]) -> bool:
    return True


def _before(match: re.Match[str], size: int) -> str:
    start = match.start("value")
    return match.string[max(0, start - size) : start]


def _not_law(match: re.Match[str]) -> bool:
    return _LAW_BEFORE.search(_before(match, 24)) is None


def _after_phone_word(match: re.Match[str]) -> bool:
    return _PHONE_WORD.search(_before(match, 40)) is not None


def _has_digits(match: re.Match[str]) -> bool:
    return len(re.findall(r"\d", match["value"])) >= 6


def _names_street(match: re.Match[str]) -> bool:
    words = match["words"].casefold().replace(".", " ").split()
    return not _NOT_IN_ADDRESS.intersection(words)


@dataclass(frozen=True)
class _Pattern:
    kind: Kind
    regex: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool] = _always


def _pattern(
    kind: Kind,
    regex: str,
    holds: Callable[[re.Match[str]], bool] = _always,
    *,
    cased: bool = False,
) -> _Pattern:
    return _Pattern(kind, re.compile(regex, 0 if cased else re.IGNORECASE), holds)


# Earlier patterns win where two overlap.
_PATTERNS: tuple[_Pattern, ...] = (
    _pattern("EMAIL", r"(?P<value>[\w.+%-]+@[\w-]+(?:\.[\w-]+)+)"),
    _pattern(
        "BIRTH_DATE",
        rf"{_BIRTH}[^.;?!\d]{{0,30}}?(?P<value>(?<![\w]){_DATE})(?!\w)",
    ),
    _pattern(
        "A_NUMBER",
        r"(?<![\w-])(?P<value>A[-\s#]{0,2}\d{2,3}[-\s]\d{3}[-\s]\d{3}|A[-\s#]{0,2}\d{7,9})(?![\w-])",
    ),
    _pattern(
        "A_NUMBER",
        r"(?:\balien|\bA[-\s]?|uscis|extranjero)\s*(?:registration\s*)?(?:number|n[uú]mero|no\.?|#)\s*"
        r"(?:is|es|:)?\s*(?P<value>#?\d[\d\s-]{5,11}\d)(?!\w)",
        _has_digits,
    ),
    _pattern("RECEIPT", r"(?<!\w)(?P<value>[A-Z]{3}[-*]?\d{10})(?!\w)"),
    _pattern(
        "RECEIPT",
        r"(?<!\w)(?P<value>(?:EAC|WAC|LIN|SRC|NBC|MSC|IOE|YSC|TSC|VSC|NSC|CSC)[-\s]?"
        r"(?:\d{10}|\d{2}[-\s]?\d{3}[-\s]?\d{5}))(?!\w)",
    ),
    _pattern("ID_NUMBER", r"(?<![\w-])(?P<value>\d{4}[-\s]\d{4}[-\s]\d{4}[-\s]\d{4})(?![\w-])"),
    _pattern("SSN", r"(?<![\w.-])(?P<value>\d{3}[-\s]\d{2}[-\s]\d{4})(?![\w-])", _not_law),
    _pattern(
        "PHONE",
        r"(?<![\w.-])(?P<value>(?:\+?1[-.\s]?)?(?:\(\d{3}\)\s?|\d{3}[-.\s])\d{3}[-.\s]\d{4})(?![\w-])",
        _not_law,
    ),
    _pattern(
        "PHONE",
        r"(?<![\w])(?P<value>\+\d{1,3}(?:[-.\s]?\(?\d{1,4}\)?){2,5})(?![\w-])",
        _has_digits,
    ),
    _pattern("PHONE", r"(?<![\w.-])(?P<value>\d{3,4}[-.\s]\d{4})(?![\w-])", _after_phone_word),
    _pattern(
        "DOCUMENT",
        r"(?:passport|pasaporte|licen[cs]e|licencia|receipt|recibo|visa|green card|I-94|ITIN|SSN|"
        r"social security|seguro social|naturali[sz]ation certificate|certificado|matr[ií]cula)\s*"
        r"(?:card|book)?\s*(?:number|n[uú]mero|num\.?|no\.?|nro\.?|#)?\s*(?:is|es|:|#)?\s*"
        r"(?P<value>[A-Z]{0,3}-?\d[\dA-Z-]{4,14})(?!\w)",
        _has_digits,
    ),
    _pattern("DOCUMENT", r"(?<![\w-])(?P<value>[A-Z]{1,2}\d{7,9})(?![\w-])"),
    _pattern("ID_NUMBER", r"(?<![\w.,-])(?P<value>\d{9,20}[A-Z]?\d?)(?![\w,])", _not_law),
    _pattern("ADDRESS", r"(?P<value>\b(?:P\.?\s?O\.?\s*Box|apartado postal)\s+#?\d+)"),
    _pattern(
        "ADDRESS",
        rf"(?<![\w.,/-])(?P<value>\d{{1,6}}[A-Za-z]?\s+(?P<words>(?:[NSEW]\.?\s+)?"
        rf"(?:(?:[A-Z][\w.'-]*|\d{{1,3}}(?:st|nd|rd|th))\s+){{1,4}}?)(?i:{_STREET})\b\.?(?i:{_UNIT}){_CITY})",
        _names_street,
        cased=True,
    ),
    _pattern(
        "ADDRESS",
        rf"(?<![\w.,/-])(?P<value>\d{{1,6}}[a-z]?\s+(?P<words>(?:[\w'-]+\s+){{1,3}}?)"
        rf"(?:street|avenue|ave|boulevard|blvd|road|rd|lane|ln|highway|hwy|parkway|pkwy)\b\.?{_UNIT})",
        _names_street,
    ),
    _pattern(
        "ADDRESS",
        r"(?<!\w)(?P<value>(?i:calle|avenida|av\.|avda\.|carrera|bulevar|calzada)\s+"
        r"(?P<words>(?:(?:de la |de los |de |del )?[A-ZÁÉÍÓÚÑ][\w'-]*\s+){1,4}?)"
        r"(?:#|No\.?|[Nn][uú]m(?:ero)?\.?)?\s*\d{1,5}\b)",
        cased=True,
    ),
    _pattern(
        "ADDRESS",
        r"(?<!\w)(?P<value>(?:calle|avenida|carrera)\s+\w+\s*(?:#|no\.?|n[uú]m(?:ero)?\.?)\s*\d[\d-]*)",
    ),
    _pattern("ZIP", r"(?<=\b[A-Z]{2}\s)(?P<value>\d{5}(?:-\d{4})?)(?![\w-])", cased=True),
)


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    kind: Kind


def _spans(text: str) -> list[_Span]:
    taken: list[_Span] = []
    for pattern in _PATTERNS:
        for match in pattern.regex.finditer(text):
            start, end = match.span("value")
            free = all(end <= one.start or start >= one.end for one in taken)
            if free and pattern.holds(match):
                taken.append(_Span(start, end, pattern.kind))
    return sorted(taken, key=lambda one: one.start)


def redact(texts: Sequence[str]) -> Redaction:
    """Replace what identifies a person by placeholders.

    One value has one placeholder in all ``texts``, so that a model can follow who is meant.

    Args:
        texts: what the person wrote, oldest first.
    """
    # A person may type something that looks like a placeholder: numbers in use are skipped.
    in_use = {found for text in texts for found in PLACEHOLDER.findall(text)}
    hidden: dict[str, Hidden] = {}
    counts: dict[Kind, int] = {}
    out: list[str] = []
    for text in texts:
        parts: list[str] = []
        last = 0
        for span in _spans(text):
            value = text[span.start : span.end]
            key = re.sub(r"\W", "", value).casefold()
            if key not in hidden:
                hidden[key] = Hidden(span.kind, _next(span.kind, counts, in_use), value)
            parts += [text[last : span.start], hidden[key].placeholder]
            last = span.end
        out.append("".join([*parts, text[last:]]))
    return Redaction(tuple(out), tuple(hidden.values()))


def _next(kind: Kind, counts: dict[Kind, int], in_use: set[str]) -> str:
    while True:
        counts[kind] = counts.get(kind, 0) + 1
        placeholder = f"[{kind}_{counts[kind]}]"
        if placeholder not in in_use:
            return placeholder


def without_placeholders(text: str) -> str:
    """Drop placeholders, for a search query they would only blur."""
    return re.sub(r"\s{2,}", " ", PLACEHOLDER.sub(" ", text)).strip()
