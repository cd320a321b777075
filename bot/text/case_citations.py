"""Citations of cases: by the parties' names, by report, by the name people use for short."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.text.citation_index import (
    REPORTER,
    CaseName,
    CitationIndex,
    FoundCitation,
    report_of,
    reports,
    series_key,
)
from bot.types import Authority, Section

_VERSUS = re.compile(r"\s(?:v|vs|contra)\.?\s", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w.’'&-]*")
_MATTER = re.compile(
    r"\b(?:Matter\sof|In\sre)\s[A-Z][\w’'-]{0,40}(?:\s(?:and\s|&\s)?[A-Z][\w’'-]{0,40}){0,4}"
)
_SHORT_REPORT = re.compile(
    r"(?<![0-9.])([0-9]{1,4})\s(U\.\s?S\.|S\.\s?Ct\.|F\.[23]d)\sat\s([0-9]{1,5})(?![0-9])"
)
_DOCKET = re.compile(r",?\s?No\.\s?[0-9]{2}[-–][0-9A-Z-]{1,9}")
_JOINT = re.compile(r"\s?,?\s?")
_PAGE = re.compile(r"(?:,\s?|,?\sat\s)([0-9]{1,5})(?:[-–][0-9]{1,5})?(?![0-9])(?!\s[A-Z]\.)")
_YEAR = re.compile(r",?\s?\((?:[A-Za-z0-9.,\s]{0,30}\s)?[12][0-9]{3}\)")
_CASE_AFTER = re.compile(r"\s(?:case|decision|ruling|opinion)\b", re.IGNORECASE)
_CASE_BEFORE = re.compile(
    r"\b(?:caso|fallo|sentencia|decisi[oó]n)\s(?:de(?:l)?\s)?$", re.IGNORECASE
)
_REACH = 120
"""Characters on each side of "v." in which a party's name is looked for."""
_WORDS = 9
"""Words a party's name may have."""
_INSIDE = frozenset(["of", "and", "the", "for", "ex", "rel", "de", "del", "la", "las", "los", "y"])
_SIGNALS = frozenset(
    [
        "in",
        "see",
        "under",
        "the",
        "also",
        "and",
        "but",
        "as",
        "per",
        "case",
        "cases",
        "court",
        "supreme",
        "since",
        "after",
        "when",
        "compare",
        "en",
        "el",
        "la",
        "los",
        "las",
        "según",
        "ver",
        "véase",
        "caso",
        "bajo",
        "corte",
        "para",
        "así",
        "decision",
        "cf",
        "accord",
        "citing",
        "from",
        "by",
        "with",
        "both",
        "that",
        "did",
        "does",
        "is",
        "was",
        "what",
        "holding",
        "held",
        "like",
        "y",
        "o",
    ]
)
_ABBREVIATED: Mapping[str, str] = {
    "ins": "immigration-and-naturalization-service",
    "i-n-s": "immigration-and-naturalization-service",
    "ice": "immigration-and-customs-enforcement",
    "dhs": "department-of-homeland-security",
    "us": "united-states",
    "u-s": "united-states",
    "usa": "united-states",
    "united-states-of-america": "united-states",
    "estados-unidos": "united-states",
}
_DISTINCTIVE = frozenset(
    [
        "afroyim", "bilokumsky", "boumediene", "cardoza-fonseca", "d-v-d", "demore", "fedorenko",
        "gorbach", "hamdi", "j-g-g", "kungys", "kwong-hai-chew", "lopez-mendoza", "ludecke",
        "maslenjak", "mezei", "monasky", "morales-santana", "munaf", "nasrallah", "neidecker",
        "ng-fung-ho", "niz-chavez", "nken", "plyler", "schneiderman", "st-cyr", "stevic",
        "terrazas", "thuraissigiam", "trop", "wong-kim-ark", "woodby", "zadvydas",
    ]
)  # fmt: skip
"""Names that stand for a case wherever they occur. Any other may be a person who asks or is asked
about: it is a case only where it is called one."""


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_inside(self) -> bool:
        return self.text.rstrip(".") in _INSIDE

    @property
    def ends_sentence(self) -> bool:
        """Whether its last dot is the sentence's: not that of ``D.V.D.`` or ``Inc.``."""
        return self.text.endswith(".") and len(self.text) > 5 and "." not in self.text[:-1]


@dataclass(frozen=True)
class _Tail:
    """What follows a name: where it ends, the page, and whether the report is the case's own."""

    end: int
    page: str
    fits: bool


def case_citations(text: str, index: CitationIndex) -> Iterator[tuple[FoundCitation, ...]]:
    """Yield each case cited; a name or report the corpus does not hold is not known."""
    for versus in _VERSUS.finditer(text):
        yield _by_parties(text, versus, index)
    for found in _MATTER.finditer(text):
        path = f"case/{slug(found[0])}"
        tail = _tail(text, found.end(), index.units.get(path))
        known = path in index.units and tail.fits
        yield (_found(text, path, tail.page, (found.start(), tail.end), known=known),)
    for found in REPORTER.finditer(text):
        yield _by_report(text, found, index)
    for found in _SHORT_REPORT.finditer(text):
        yield _by_short_report(text, found, index)
    for found in index.party_pattern.finditer(text):
        yield _by_short_name(text, found, index)


def slug(name: str) -> str:
    """Name in the form of authority paths: ``D.V.D.`` is ``d-v-d``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def _found(text: str, path: str, page: str, span: tuple[int, int], *, known: bool) -> FoundCitation:
    authority = Authority(f"{path}/{page}" if page else path)
    return FoundCitation(authority, span, text[slice(*span)], known)


def _by_parties(
    text: str, versus: re.Match[str], index: CitationIndex
) -> tuple[FoundCitation, ...]:
    left = _before(text, versus.start())
    right = _after(text, versus.end())
    for first, second in ((index.lefts, index.rights), (index.rights, index.lefts)):
        # A case may change sides on its way up: D.V.D. v. DHS became DHS v. D.V.D.
        starts = _places(left[::-1], first, forward=False)
        ends = _places(right, second, forward=True)
        both = starts.keys() & ends.keys()
        if not both:
            continue
        case = min(both, key=lambda each: (starts[each] - ends[each], each.section.id))
        tail = _tail(text, ends[case], case.section)
        span = (starts[case], tail.end)
        found = _found(text, case.section.id.path, tail.page, span, known=True)
        return (_checked(found, index, fits=tail.fits),)
    if "c" in versus[0].casefold():
        return ()
    return _unknown(text, left, right)


def _unknown(text: str, left: Sequence[_Word], right: Sequence[_Word]) -> tuple[FoundCitation, ...]:
    """A case the corpus does not hold, if both sides look like names."""
    first = list(_names(reversed(left)))[::-1]
    while first and (first[0].is_inside or slug(first[0].text) in _SIGNALS):
        first = first[1:]
    second = list(_names(right))
    while second and second[-1].is_inside:
        second = second[:-1]
    names = [slug(" ".join(word.text for word in side)) for side in (first, second)]
    if not all(names):
        return ()
    end = second[-1].end - second[-1].ends_sentence
    tail = _tail(text, end, None)
    path = f"case/{names[0]}-v-{names[1]}"
    return (_found(text, path, tail.page, (first[0].start, tail.end), known=False),)


def _names(words: Iterator[_Word] | Sequence[_Word]) -> Iterator[_Word]:
    for number, word in enumerate(words):
        if not word.is_name and not (word.is_inside and number and word.text not in ("and", "y")):
            return
        if word.ends_sentence and number:
            # Going back, the sentence before; going on, the last word of this one.
            if word.start > 0:
                yield word
            return
        yield word


def _before(text: str, end: int) -> list[_Word]:
    start = max(0, end - _REACH)
    words = [
        _Word(found[0], start + found.start(), start + found.end())
        for found in _WORD.finditer(text[start:end])
    ]
    return _adjoining(text, [*words, _Word("", end, end)][::-1])[1:][::-1]


def _after(text: str, start: int) -> list[_Word]:
    words = [
        _Word(found[0], start + found.start(), start + found.end())
        for found in _WORD.finditer(text[start : start + _REACH])
    ]
    return _adjoining(text, [_Word("", start, start), *words])[1:]


def _adjoining(text: str, words: Sequence[_Word]) -> list[_Word]:
    """Words from the first on, until something other than blanks or a comma stands between."""
    kept = [words[0]]
    for word in words[1 : _WORDS + 1]:
        one, two = sorted((kept[-1], word), key=lambda each: each.start)
        if text[one.end : two.start].strip(" \t\n\xa0") not in ("", "&", ","):
            break
        if word.text.rstrip(".") in ("v", "vs"):
            break
        kept.append(word)
    return kept


def _places(
    words: Sequence[_Word], cases: Mapping[str, frozenset[CaseName]], *, forward: bool
) -> Mapping[CaseName, int]:
    """Where the longest run of words that names each case's party ends (or, backward, starts)."""
    places: dict[CaseName, int] = {}
    slugs = [slug(word.text) for word in words]
    for size in range(1, len(words) + 1):
        run = words[:size] if forward else words[:size][::-1]
        name = "-".join(filter(None, slugs[:size] if forward else slugs[:size][::-1]))
        for case in cases.get(_ABBREVIATED.get(name, name), ()):
            # The dot after a surname is the sentence's; after an initial it is the name's.
            places[case] = run[-1].end - run[-1].ends_sentence if forward else run[0].start
    return places


def _tail(text: str, end: int, case: Section | None) -> _Tail:
    """Read report, docket, page and year after a name."""
    page, fits = "", True
    start = _JOINT.match(text, end)
    report = REPORTER.match(text, start.end() if start else end)
    if report:
        end = report.end()
        if case is not None:
            own = reports(case.citation)
            cited = report_of(report)
            fits = cited in own or cited.series not in {each.series for each in own}
    elif docket := _DOCKET.match(text, end):
        end = docket.end()
    found = _PAGE.match(text, end)
    # Without a report "Afroyim, 262" could be any number, "Afroyim at 262" could not.
    if found and (report or found[0].lstrip(", ").startswith("at")):
        page, end = found[1], found.end()
    if year := _YEAR.match(text, end):
        end = year.end()
    return _Tail(end, page, fits)


def _checked(found: FoundCitation, index: CitationIndex, *, fits: bool) -> FoundCitation:
    known = fits and index.is_known(found.authority)
    return FoundCitation(found.authority, found.span, found.text, known)


def _by_report(text: str, found: re.Match[str], index: CitationIndex) -> tuple[FoundCitation, ...]:
    section = index.reports.get(report_of(found))
    tail = _tail(text, found.start(), section)
    if section is None:
        path = f"case/{found['volume']}-{series_key(found['series'])}-{found['page']}"
        path = path.replace("&", "")
        return (_found(text, path, "", (found.start(), tail.end), known=False),)
    made = _found(text, section.id.path, tail.page, (found.start(), tail.end), known=True)
    return (_checked(made, index, fits=True),)


def _by_short_report(
    text: str, found: re.Match[str], index: CitationIndex
) -> tuple[FoundCitation, ...]:
    page = int(found[3])
    cases = [
        section
        for report, section in index.reports.items()
        if (report.volume, report.series) == (found[1], series_key(found[2]))
        and report.page <= page
    ]
    nearest = max(cases, key=lambda case: reports(case.citation)[0].page, default=None)
    path = nearest.id.path if nearest else f"case/{found[1]}-{series_key(found[2])}"
    made = _found(text, path, found[3], found.span(), known=nearest is not None)
    return (_checked(made, index, fits=True),) if nearest else (made,)


def _by_short_name(
    text: str, found: re.Match[str], index: CitationIndex
) -> tuple[FoundCitation, ...]:
    name = slug(found[0])
    called_a_case = _CASE_AFTER.match(text, found.end()) or _CASE_BEFORE.search(
        text[max(0, found.start() - 25) : found.start()]
    )
    if name not in _DISTINCTIVE and not (called_a_case and found[0][0].isupper()):
        return ()
    # "trop" in lower case may be a slip of the keyboard, "zadvydas" is not.
    if not found[0][0].isupper() and len(name) < 6:
        return ()
    section = index.parties[name]
    tail = _tail(text, found.end(), section)
    made = _found(text, section.id.path, tail.page, (found.start(), tail.end), known=True)
    return (_checked(made, index, fits=tail.fits),)
