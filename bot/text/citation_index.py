"""What a citation can mean: the provisions, INA numbers and cases the corpus holds."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.types import Authority, Section

_LONGEST_OPINION = 150
"""Pages; a pinpoint further from the first page is another case (eyecite uses the same bound)."""

REPORTER = re.compile(
    r"(?<![0-9.])(?P<volume>[0-9]{1,4})\s{1,2}"
    r"(?P<series>U\.?\s?S\.?|S\.\s?Ct\.|L\.\s?Ed\.(?:\s?2d)?|F\.\s?App[’']x\.?|"
    r"F\.\s?(?:2d|3d|4th)|F\.\s?Supp\.(?:\s?[23]d)?|F\.|I\.?\s?&\s?N\.?\s?Dec\.)"
    r"\s{1,2}(?P<page>[0-9]{1,5})(?![0-9])"
)
"""Where a case is printed: ``387 U.S. 253``."""


@dataclass(frozen=True)
class FoundCitation:
    """A citation in running text, as it stands at ``span`` (code points, end exclusive).

    ``known`` says whether the corpus holds the provision; a citation that looks right but names
    nothing there has a path of the form it would have.
    """

    authority: Authority
    span: tuple[int, int]
    text: str
    known: bool


@dataclass(frozen=True)
class Report:
    """Where a case is printed: ``387 U.S. 253``; ``series`` has no blanks or dots."""

    volume: str
    series: str
    page: int


@dataclass(frozen=True)
class CaseName:
    """A case by its parties, as they stand in its path: ``afroyim`` and ``rusk``."""

    left: str
    right: str
    section: Section = field(compare=False)

    @property
    def parties(self) -> frozenset[str]:
        """Both parties, also without the "United States ex rel." before a person's name."""
        ends = {party.rpartition("-ex-rel-")[2] for party in (self.left, self.right)}
        return frozenset({self.left, self.right} | ends)


def _forms(party: str) -> Iterator[str]:
    """Ways a party is named: in full, without "ex rel.", without its last words."""
    words = party.split("-")
    yield party
    yield party.rpartition("-ex-rel-")[2]
    for size in range(1, len(words)):
        form = "-".join(words[:size])
        if len(form) > 3 and form != "united-states":
            yield form


@dataclass(frozen=True)
class CitationIndex:
    """The known provisions, in the shapes citations name them.

    ``official`` says whether a pinpoint exists in official text, None where it cannot be told.
    """

    sections: tuple[Section, ...]
    known: frozenset[str]
    official: Callable[[Authority], bool | None] | None = None

    @classmethod
    def of(
        cls,
        sections: Iterable[Section],
        official: Callable[[Authority], bool | None] | None = None,
    ) -> "CitationIndex":
        """Index the provisions of these sections."""
        held = tuple(sections)
        known = {section.id.path for section in held}
        for section in held:
            for statement in section.statements:
                path = statement.authority.path
                while len(path) > len(section.id.path):
                    known.add(path)
                    path = path.rpartition("/")[0]
        return cls(held, frozenset(known), official)

    @cached_property
    def units(self) -> Mapping[str, Section]:
        """Sections by the path of their unit."""
        return {section.id.path: section for section in self.sections}

    @cached_property
    def ina(self) -> Mapping[str, str]:
        """Path of the unit for each INA section number, in lower case."""
        return {s.ina.casefold(): s.id.path for s in self.sections if s.ina}

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {path.casefold(): path for path in sorted(self.known, reverse=True)}

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(path.split(".", 1)[0] for path in self.units if path.startswith("cfr/"))

    @cached_property
    def reports(self) -> Mapping[Report, Section]:
        """Cases by the reports in their citation."""
        cases = (section for section in self.sections if section.id.kind == "case")
        return {report: case for case in cases for report in reports(case.citation)}

    @cached_property
    def by_number(self) -> Mapping[str, tuple[str, ...]]:
        """Units of the code and the CFR by their section number, in lower case."""
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self.units):
            if path.startswith(("usc/", "cfr/")):
                number = path.split("/")[2].casefold()
                found[number] = (*found.get(number, ()), path)
        return found

    @cached_property
    def cases(self) -> tuple[CaseName, ...]:
        """Cases that are named by two parties."""
        found = []
        for section in self.sections:
            left, versus, right = section.id.path.removeprefix("case/").partition("-v-")
            if section.id.kind == "case" and versus:
                found.append(CaseName(left, right, section))
        return tuple(found)

    @cached_property
    def lefts(self) -> Mapping[str, frozenset[CaseName]]:
        """Cases by what their first party may be called."""
        return _by_form((form, case) for case in self.cases for form in _forms(case.left))

    @cached_property
    def rights(self) -> Mapping[str, frozenset[CaseName]]:
        """Cases by what their second party may be called."""
        return _by_form((form, case) for case in self.cases for form in _forms(case.right))

    @cached_property
    def parties(self) -> Mapping[str, Section]:
        """Cases by the name of a party that is in no other case."""
        owners: dict[str, list[Section]] = {}
        for case in self.cases:
            for party in case.parties:
                owners.setdefault(party, []).append(case.section)
        return {party: owned[0] for party, owned in owners.items() if len(owned) == 1}

    @cached_property
    def party_pattern(self) -> re.Pattern[str]:
        """Any of those names in running text."""
        names = sorted((name for name in self.parties if len(name) > 3), key=len, reverse=True)
        joined = "|".join(r"[\W_]{1,2}".join(map(re.escape, name.split("-"))) for name in names)
        return re.compile(rf"(?<![\w.-])(?:{joined or '(?!)'})(?![\w-])", re.IGNORECASE)

    def resolve(self, path: str) -> Authority:
        """Give a path its official letter case, as far down as the corpus holds it."""
        head, tail = path, ""
        while head:
            held = head if head in self.known else self._folded.get(head.casefold())
            if held:
                return Authority(held + tail)
            head, _, last = head.rpartition("/")
            tail = f"/{last}{tail}"
        return Authority(path)

    def is_known(self, authority: Authority) -> bool:
        """Whether the corpus holds a provision, or the unit it is plausibly a part of."""
        if authority.path in self.known:
            return True
        section = self.units.get(authority.unit.path)
        if section is None:
            # "8 CFR part 208" names every section of the part.
            return authority.path in self._parts
        if authority.kind == "case":
            return _in_opinion(section, authority.pinpoint)
        return self.official is None or self.official(authority) is not False


def _by_form(pairs: Iterable[tuple[str, CaseName]]) -> Mapping[str, frozenset[CaseName]]:
    found: dict[str, frozenset[CaseName]] = {}
    for form, case in pairs:
        found[form] = found.get(form, frozenset()) | {case}
    return found


def reports(citation: str) -> tuple[Report, ...]:
    """Every report named in a citation."""
    return tuple(report_of(found) for found in REPORTER.finditer(citation))


def report_of(found: re.Match[str]) -> Report:
    """The report a match of ``REPORTER`` names."""
    return Report(found["volume"], series_key(found["series"]), int(found["page"]))


def series_key(series: str) -> str:
    """Name of a reporter without blanks and dots: ``U. S.`` and ``US`` are one."""
    return re.sub(r"[^a-z0-9&]", "", series.casefold())


def _in_opinion(case: Section, pinpoint: str) -> bool:
    if not pinpoint.isdigit():
        return False
    firsts = [report.page for report in reports(case.citation)]
    return not firsts or any(first <= int(pinpoint) <= first + _LONGEST_OPINION for first in firsts)
