"""Read official text at hand: which pinpoints exist, and their plain words.

The folder is laid out as ``usc/title-08/1231.xml`` (USLM), ``cfr/title-08/part-208.xml`` (eCFR),
``constitution/*.md`` and ``treaties/*.md``. Nothing here is shown to a person.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from lxml import etree

from bot.errors import CorpusError
from bot.sources.paragraphs import paragraph_texts
from bot.types import Authority

_NOT_LAW = frozenset({"notes", "note", "sourceCredit", "toc", "num"})
_SPACE = re.compile(r"\s+")
_PUBLIC_LAW = re.compile(r"Pub\. L\. (\d+-\d+)")
_COMMENT_DAY = re.compile(r"as amended to ([A-Z][a-z]+ \d{1,2}, \d{4})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEADING = re.compile(r"^##[ ]+(.*)$", re.MULTILINE)
_ARTICLE = re.compile(r"(Article|Amendment) ([IVXL]+)")
_CONST_SECTION = re.compile(r"^(?:Section|Sec\.|SECTION) ?(\d+)\.? ", re.MULTILINE)
_NUMBERED = re.compile(r"^\((\d+)\) |^(\d+)\. ", re.MULTILINE)
_TREATY_ARTICLE = re.compile(r"Article (\d+|[IVX]+)\b")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
TREATIES: Mapping[str, str] = {
    "cat": "torture",
    "refugee-convention": "convention relating to the status of refugees",
    "refugee-protocol": "protocol relating to the status of refugees",
}
"""Slug of a treaty in authority paths, and words its heading in the folder has (lower case)."""


@dataclass(frozen=True)
class OfficialSection:
    """One official section: ``texts`` gives the plain words under each pinpoint, ``""`` the whole.

    ``notes`` are the words of the notes below it; ``days`` the releases or dates the folder names
    for this text, written as ``as_of`` is in the digest (empty where it names none).
    """

    authority: Authority
    texts: Mapping[str, str]
    notes: str = ""
    days: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """All words of the section, without notes."""
        return self.texts[""]


@dataclass
class OfficialLaw:
    """A folder of official text; each file is parsed once, when first asked for."""

    law_dir: Path
    _sections: dict[str, OfficialSection | None] = field(default_factory=dict)
    _loaded: set[Path] = field(default_factory=set)

    def section(self, authority: Authority) -> OfficialSection | None:
        """Return the official text of the unit an authority is in, None where it is not at hand.

        Raises:
            CorpusError: the official file is there but is not well-formed.
        """
        unit = authority.unit
        if unit.path not in self._sections:
            self._load(unit)
        return self._sections.setdefault(unit.path, None)

    def exists(self, authority: Authority) -> bool | None:
        """Whether a provision is in the official text; None where its unit is not at hand."""
        section = self.section(authority)
        return None if section is None else authority.pinpoint in section.texts

    def _load(self, unit: Authority) -> None:
        parts = unit.path.split("/")
        if unit.kind == "usc" and len(parts) == 3:
            path = self.law_dir / f"usc/title-{parts[1]:0>2}/{parts[2]}.xml"
            self._once(path, _uslm, self._releases)
        elif unit.kind == "cfr" and len(parts) == 3:
            part = parts[2].split(".", 1)[0]
            path = self.law_dir / f"cfr/title-{parts[1]:0>2}/part-{part}.xml"
            self._once(path, _ecfr, self._days_of(path))
        elif unit.kind == "const":
            for path in sorted((self.law_dir / "constitution").glob("*.md")):
                self._once(path, _constitution, frozenset())
        elif unit.kind == "treaty":
            for path in sorted((self.law_dir / "treaties").glob("*.md")):
                self._once(path, _treaties, frozenset())

    def _once(
        self, path: Path, parse: Callable[[Path], Iterator[OfficialSection]], days: frozenset[str]
    ) -> None:
        if path in self._loaded or not path.is_file():
            return
        self._loaded.add(path)
        try:
            for section in parse(path):
                self._sections[section.authority.path] = replace(section, days=days)
        except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
            raise CorpusError(f"is not well-formed ({error}); fetch it again", path=path) from None

    @cached_property
    def _provenance(self) -> str:
        path = self.law_dir / "PROVENANCE.md"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @cached_property
    def _releases(self) -> frozenset[str]:
        return frozenset(f"P.L. {law}" for law in _PUBLIC_LAW.findall(self._provenance))

    def _days_of(self, path: Path) -> frozenset[str]:
        """Day in the file's first comment, and older ones PROVENANCE.md names beside it."""
        if not path.is_file():
            return frozenset()
        with path.open(encoding="utf-8", errors="replace") as file:
            found = _COMMENT_DAY.search(file.read(600))
        if not found:
            return frozenset()
        day = datetime.strptime(found[1], "%B %d, %Y").date().isoformat()  # noqa: DTZ007 - a day
        rows = [row for row in self._provenance.splitlines() if day in row]
        return frozenset({day}.union(*(_ISO_DAY.findall(row) for row in rows)))


def plain(text: str) -> str:
    """Text with every run of white space as one blank."""
    return _SPACE.sub(" ", text).strip()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


# United States Code


def _uslm(path: Path) -> Iterator[OfficialSection]:
    root = etree.parse(str(path), _parser()).getroot()
    for element in root.iter("{*}section"):
        place = (element.get("identifier") or "").replace("–", "-").split("/")
        if len(place) == 5 and place[1:3] == ["us", "usc"]:
            texts: dict[str, str] = {}
            _walk(element, element.get("identifier") or "", "", texts)
            yield OfficialSection(
                Authority(f"usc/{place[3][1:]}/{place[4][1:]}"), texts, _notes(element)
            )


def _walk(element: etree._Element, identifier: str, pinpoint: str, texts: dict[str, str]) -> str:
    """Collect the words under each identifier below an element; return those of the element."""
    texts.setdefault(pinpoint, "")
    pieces = [element.text or ""]
    for child in element:
        name = _local(child)
        own = child.get("identifier")
        if name and name not in _NOT_LAW:
            if own and own.startswith(identifier + "/") and name != "quotedContent":
                tail = own[len(identifier) + 1 :].replace("–", "-")
                place = _free(f"{pinpoint}/{tail}".lstrip("/"), texts)
                pieces.append(_walk(child, own, place, texts))
            else:
                pieces.append(_walk(child, identifier, pinpoint, texts))
        pieces.append(child.tail or "")
    texts[pinpoint] = plain(" ".join(pieces))
    return texts[pinpoint]


def _free(place: str, taken: Mapping[str, str]) -> str:
    """Name a second provision with the same official identifier with ``~2``."""
    if place not in taken:
        return place
    number = 2
    while f"{place}~{number}" in taken:
        number += 1
    return f"{place}~{number}"


def _notes(section: etree._Element) -> str:
    found = [el for el in section if _local(el) in ("notes", "note", "sourceCredit")]
    return plain(" ".join(" ".join(map(str, element.itertext())) for element in found))


# Code of Federal Regulations


def _ecfr(path: Path) -> Iterator[OfficialSection]:
    root = etree.parse(str(path), _parser()).getroot()
    title = re.sub(r"\D", "", path.parent.name).lstrip("0")
    for element in root.iter("DIV8"):
        number = (element.get("N") or "").replace("–", "-").strip("§ ")
        if not re.fullmatch(r"[A-Za-z0-9.-]+", number):
            continue
        paragraphs = [
            plain("".join(map(str, p.itertext()))) for p in element.iter("HEAD", "P", "FP")
        ]
        heading = plain("".join(map(str, element.findtext("HEAD") or "")))
        texts = paragraph_texts(paragraphs[1:] if heading else paragraphs)
        texts[""] = plain(f"{heading} {texts['']}")
        yield OfficialSection(Authority(f"cfr/{title}/{number}"), texts)


def _words(element: etree._Element) -> str:
    return plain("".join(map(str, element.itertext())))


# Constitution and treaties


def _constitution(path: Path) -> Iterator[OfficialSection]:
    for heading, body in _chapters(path):
        found = _ARTICLE.match(heading)
        if not found:
            continue
        number = _from_roman(found[2])
        sections = _split(_CONST_SECTION, body)
        if found[1] == "Amendment":
            texts = {"": plain(body)} | {str(n): plain(text) for n, text in sections.items()}
            yield OfficialSection(Authority(f"const/amend/{number}"), texts)
            continue
        units = sections or _split(_NUMBERED, body)
        yield OfficialSection(Authority(f"const/art/{number}"), {"": plain(body)})
        for name, text in units.items():
            yield OfficialSection(
                Authority(f"const/art/{number}/{name}"), {"": plain(text)} | _numbered(text)
            )


def _treaties(path: Path) -> Iterator[OfficialSection]:
    for heading, body in _chapters(path):
        article = _TREATY_ARTICLE.search(heading)
        if not article:
            continue
        number = article[1] if article[1].isdigit() else str(_from_roman(article[1]))
        for slug, words in TREATIES.items():
            if words in heading.lower():
                unit = Authority(f"treaty/{slug}/{number}")
                yield OfficialSection(unit, {"": plain(body)} | _numbered(body))


def _chapters(path: Path) -> Iterator[tuple[str, str]]:
    pieces = _HEADING.split(path.read_text(encoding="utf-8"))
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def _split(pattern: re.Pattern[str], body: str) -> dict[str, str]:
    starts = list(pattern.finditer(body))
    ends = [*(start.start() for start in starts[1:]), len(body)][: len(starts)]
    return {
        next(filter(None, start.groups())): body[start.end() : end]
        for start, end in zip(starts, ends, strict=True)
    }


def _numbered(text: str) -> dict[str, str]:
    return {name: plain(words) for name, words in _split(_NUMBERED, text).items()}


def _from_roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-v if v < n else v for v, n in zip(values, [*values[1:], 0], strict=True))
