"""Citations of numbered law: United States Code, CFR, Immigration and Nationality Act."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.text.citation_index import CitationIndex, FoundCitation
from bot.types import Authority

_I = re.IGNORECASE
_MARK = r"(?:(?P<mark>§{1,2}|sections?|secs?\.|ss?\.|secci[oó]n(?:es)?|parts?|partes?)\s{0,2})"
_USC = r"U\.?\s?S\.?\s?(?:C\.?(?:\s?A\.?)?|Code)(?![A-Za-z])"
_CFR = r"C\.?\s?F\.?\s?R\.?(?![A-Za-z])"
_CODE_HEAD = re.compile(
    rf"(?<![0-9.§/])(?P<title>[0-9]{{1,2}})\s{{0,2}}(?:(?P<usc>{_USC})|{_CFR}),?\s{{0,2}}{_MARK}?",
    _I,
)
_TITLE_HEAD = re.compile(
    r"\bt[ií]t(?:le|ulo)\s{1,2}(?P<title>[0-9]{1,2})"
    r"(?:\s(?:of|del?)\s(?:the\s)?(?:U\.S\.\sCode|United\sStates\sCode|CFR|"
    r"Code\sof\sFederal\sRegulations|C[oó]digo\sde\s(?:los\s)?Estados\sUnidos))?"
    rf"\s?,?\s{{0,2}}{_MARK}",
    _I,
)
_INA_HEAD = re.compile(
    r"\b(?:I\.?N\.?A\.?|Immigration\sand\sNationality\sAct|"
    r"Ley\sde\sInmigraci[oó]n\sy\sNacionalidad)(?![A-Za-z])"
    rf",?\s{{0,2}}{_MARK}?(?=[0-9])",
    _I,
)
_BARE_HEAD = re.compile(
    r"(?<![A-Za-z])(?P<mark>§{1,2}|sections?|secs\.|sec\.|secci[oó]n(?:es)?)\s{0,2}(?=[0-9])", _I
)
_TAIL_TITLE = re.compile(r"\s?,?\s?(?:of|del?)\s(?:the\s)?t[ií]t(?:le|ulo)\s([0-9]{1,2})\b", _I)
_TAIL_INA = re.compile(
    r"\s?,?\s(?:of|de)\s(?:the|la)\s(?:I\.?N\.?A\b\.?|Immigration\sand\sNationality\sAct\b|"
    r"Ley\sde\sInmigraci[oó]n\sy\sNacionalidad\b|Act\b)",
    _I,
)
_TAIL_FARRA = re.compile(
    r"\s?,?\s(?:of|de)\s(?:the|la)\s(?:FARRA\b|Foreign\sAffairs\sReform(?:\sand\sRestructuring)?)",
    _I,
)
_TAIL_ACT = re.compile(
    r"\s(?:of|de)\s(?:the|la)\s"
    r"((?:[A-Z][\w’'-]{0,30}\s(?:(?:and|of|for|on)\s)?){1,8}?"
    r"(?:Act|Code|Law)\b"
    r"|Ley(?:\s[\w’'-]{1,30}){1,6})"
)
_NUMBER = re.compile(r"([0-9]{1,5}[A-Za-z]{0,2}(?:\.[0-9]{1,4}[a-z]?)?)(?![A-Za-z0-9])")
_DASH_SUFFIX = re.compile(r"[-–‑]([0-9]{1,3}[a-z]?)(?![A-Za-z0-9])")
_PIN = re.compile(r"\s?\(([0-9]{1,3}|[A-Za-z]|([a-z])\2{1,2}|([A-Z])\3|[ivxl]{2,7}|[IVXL]{2,7})\)")
_LIST = re.compile(r"\s?[,;]\s?(?:(?:and|or|y|e|o|u)\s)?|\s(?:and|or|y|e|o|u|&)\s", _I)
_RANGE = re.compile(r"\s?[-–—]\s?|\s(?:to|through|thru|al?|hasta)\s(?:la\s)?", _I)
_AGAIN = re.compile(r"(?:§{1,2}|sections?|secci[oó]n(?:es)?)\s{0,2}", _I)
_COUNTED = re.compile(
    r"\s{0,2}(?:U\.?\s?S|C\.?\s?F\.?\s?R|F\.|S\.\s?Ct|L\.\s?Ed|I\.?\s?&|Fed\.|Stat\.|"
    r"(?:days?|hours?|months?|years?|weeks?|people|persons?|d[ií]as?|horas?|mes(?:es)?|"
    r"años?|semanas?|personas?)\b)",
    _I,
)
_DEEPEST = 8
_WIDEST = 60
"""Sections a range may name one by one."""


@dataclass(frozen=True)
class _Law:
    """Whose numbers they are: usc, cfr, title (either), ina, farra, act, or bare (not said)."""

    name: str
    of: str = ""


@dataclass(frozen=True)
class _Item:
    """One number with its pinpoint; ``closes``: it ends a range the item before it began."""

    number: str
    pins: tuple[str, ...]
    start: int
    end: int
    closes: bool = False


def section_citations(text: str, index: CitationIndex) -> Iterator[tuple[FoundCitation, ...]]:
    """Yield each citation of numbered law; a list or range gives one for each provision."""
    for head in _CODE_HEAD.finditer(text):
        law = _Law("usc" if head["usc"] else "cfr", head["title"])
        yield _Reader(text, index, law, head).found()
    for head in _TITLE_HEAD.finditer(text):
        yield _Reader(text, index, _Law("title", head["title"]), head).found()
    for head in _INA_HEAD.finditer(text):
        yield _Reader(text, index, _Law("ina"), head).found()
    for head in _BARE_HEAD.finditer(text):
        yield _Reader(text, index, _Law("bare"), head).found()


class _Reader:
    """Reads the numbers that stand after one head."""

    def __init__(self, text: str, index: CitationIndex, law: _Law, head: re.Match[str]) -> None:
        self.text = text
        self.index = index
        self.law = law
        self.start = head.start()
        mark = (head["mark"] or "").casefold()
        self.sign = mark.startswith("§")
        self.plural = mark in ("§§", "ss.", "secs.") or mark.endswith(("sections", "es", "parts"))
        self.items = self.read(head.end())
        self.end = self.items[-1].end if self.items else head.end()
        if law.name == "bare" and self.items:
            self.look_behind()

    def look_behind(self) -> None:
        """Let what follows the numbers say whose they are: "section 241 of the INA"."""
        for pattern, name in ((_TAIL_TITLE, "title"), (_TAIL_INA, "ina"), (_TAIL_FARRA, "farra")):
            if tail := pattern.match(self.text, self.end):
                self.law = _Law(name, tail[1] if name == "title" else "")
                self.end = tail.end()
                return
        if tail := _TAIL_ACT.match(self.text, self.end):
            self.law = _Law("act", re.sub(r"[^a-z0-9]+", "-", tail[1].casefold()).strip("-"))
            self.end = tail.end()

    def read(self, at: int) -> list[_Item]:
        first = self.item(at, None, closes=False)
        items = [first] if first and not _COUNTED.match(self.text, first.end) else []
        while items and len(items) < _WIDEST:
            before = items[-1]
            range_ = _RANGE.match(self.text, before.end)
            joint = range_ or _LIST.match(self.text, before.end)
            if joint is None:
                break
            again = _AGAIN.match(self.text, joint.end())
            start = again.end() if again else joint.end()
            item = self.item(start, before, closes=range_ is not None)
            if item is None or _COUNTED.match(self.text, item.end):
                break
            # After a single "§" a further number may be anything: days, a year, a volume.
            sure = self.plural or self.text.startswith("(", start) or (again and item.pins)
            if not sure and self.authority(item).unit.path not in self.index.units:
                break
            items.append(item)
        return items

    def item(self, at: int, before: _Item | None, *, closes: bool) -> _Item | None:
        """Read a number with its pinpoint, or a further pinpoint of the number before."""
        found = _NUMBER.match(self.text, at)
        if found is None:
            pins, end = _pins(self.text, at)
            if before is None or not pins:
                return None
            # "(a)(1)-(3)" ends at (a)(3), "(b)(3)(A) and (B)" at (b)(3)(B).
            pins = (*before.pins[: _level(before.pins, pins[0])], *pins)
            return _Item(before.number, pins, at, end, closes)
        number, end = found[1], found.end()
        suffix = _DASH_SUFFIX.match(self.text, end)
        if suffix and self.is_one(number, suffix[1]):
            number, end = f"{number}-{suffix[1]}", suffix.end()
        if before and closes and number.isdigit() and len(number) < len(before.number):
            # "1401-09" ends at 1409.
            number = before.number[: len(before.number) - len(number)] + number
        pins, end = _pins(self.text, end)
        return _Item(number, pins, at, end, closes)

    def is_one(self, number: str, suffix: str) -> bool:
        """Whether the dash is a part of the number, as in 1440-1, and not "to"."""
        if self.index.by_number.get(f"{number}-{suffix}".casefold()):
            return True
        return not self.plural and "." not in number and len(suffix) < len(number) - 1

    def unit(self, number: str) -> str:
        match self.law.name:
            case "title":
                return f"{'cfr' if '.' in number else 'usc'}/{self.law.of}/{number}"
            case "ina":
                return self.index.ina.get(number.casefold(), f"usc/8/ina-{number}")
            case "farra":
                return f"note/farra-{number}"
            case "act":
                return f"note/{self.law.of}-{number}"
            case "bare":
                return self.bare_unit(number)
            case kind:
                return f"{kind}/{self.law.of}/{number}"

    def bare_unit(self, number: str) -> str:
        """A number without its law: title 8 first, then the INA, then what only one title has."""
        kind = "cfr" if "." in number else "usc"
        default = f"{kind}/8/{number}"
        homes = [
            home
            for home in self.index.by_number.get(number.casefold(), ())
            if home.startswith(f"{kind}/")
        ]
        if default.casefold() in (home.casefold() for home in homes):
            return default
        if number.casefold() in self.index.ina:
            return self.index.ina[number.casefold()]
        return homes[0] if len(homes) == 1 else default

    def authority(self, item: _Item) -> Authority:
        return self.index.resolve("/".join([self.unit(item.number), *item.pins]))

    def found(self) -> tuple[FoundCitation, ...]:
        """Make the citations: the first takes in the head, the last what follows the numbers."""
        found: list[FoundCitation] = []
        for number, item in enumerate(self.items):
            left = self.start if number == 0 else item.start
            right = self.end if number == len(self.items) - 1 else item.end
            if item.closes:
                whole = (found[-1].span[0] if found else left, right)
                found += (
                    FoundCitation(between, whole, self.text[slice(*whole)], known=True)
                    for between in self.between(self.items[number - 1], item)
                )
            authority = self.authority(item)
            known = self.index.is_known(authority)
            if known or self.looks_legal(item):
                found.append(FoundCitation(authority, (left, right), self.text[left:right], known))
        return tuple(found)

    def looks_legal(self, item: _Item) -> bool:
        """Whether a bare number that the corpus does not hold claims to be law."""
        return bool(
            self.law.name != "bare" or self.sign or item.pins or len(item.number.rstrip("abc")) > 2
        )

    def between(self, first: _Item, last: _Item) -> Iterator[Authority]:
        """What the corpus holds between the two ends of a range."""
        if first.number != last.number:
            one, two = _steps(first.number), _steps(last.number)
            if one and two and one[0] == two[0]:
                for step in range(one[1] + 1, min(two[1], one[1] + _WIDEST)):
                    authority = self.index.resolve(self.unit(f"{one[0]}{step}"))
                    if authority.path in self.index.known:
                        yield authority
        elif (first.pins and last.pins) and (first.pins[-1] + last.pins[-1]).isdigit():
            for step in range(int(first.pins[-1]) + 1, int(last.pins[-1])):
                pins = (*first.pins[:-1], str(step))
                authority = self.index.resolve("/".join([self.unit(first.number), *pins]))
                if authority.path in self.index.known:
                    yield authority


def _level(pins: Sequence[str], pin: str) -> int:
    """Depth of the pin that another one stands beside: of its kind, the deepest first."""
    for depth in range(len(pins) - 1, -1, -1):
        if _kind(pins[depth]) == _kind(pin):
            return depth
    return 0


def _kind(pin: str) -> str:
    if pin.isdigit():
        return "1"
    numeral = set(pin.casefold()) <= set("ivx")
    return ("I" if pin.isupper() else "i") if numeral else ("A" if pin.isupper() else "a")


def _pins(text: str, at: int) -> tuple[tuple[str, ...], int]:
    pins: list[str] = []
    while len(pins) < _DEEPEST and (found := _PIN.match(text, at)):
        pins.append(found[1])
        at = found.end()
    return tuple(pins), at


def _steps(number: str) -> tuple[str, int] | None:
    """Split a number into what stays and what counts on in a range: 208. and 16."""
    head, dot, last = number.rpartition(".")
    return (head + dot, int(last)) if last.isdigit() else None
