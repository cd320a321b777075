"""Read eCFR XML, whole titles and single parts; its nested paragraphs are flat in the markup."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from lxml import etree

from bot.errors import CorpusError
from bot.sources.law import (
    LawNote,
    LawSection,
    LawStatus,
    Provision,
    Words,
    free_path,
    roles_in_order,
    tidy,
)
from bot.sources.markup import elements, missing, name_of
from bot.sources.paragraphs import Segment, segments
from bot.types import Authority

# fmt: off
_INLINE = frozenset({
    "I", "E", "B", "U", "SU", "SUB", "SUP", "AC", "FR", "XREF", "BR",
    "a", "em", "i", "b", "strong", "span", "sup", "sub", "img", "br",
})
# fmt: on
_CREDITS = frozenset({"CITA", "SECAUTH", "APPRO"})
_NOTES = frozenset({"EDNOTE", "EFFDNOT", "CROSSREF"})
_CELLS = frozenset({"TD", "TH", "ENT", "CHED"})
_NUMBER = re.compile(r"\d+[A-Za-z]*\.\d+[A-Za-z]*(?:-\d+[A-Za-z]*)?")
# "Appendix A to Part 50", "Appendix to Subpart B of Part 5", "Appendix II to § 103.2".
_APPENDIX = re.compile(
    r"Appendi(?:x|ces)(?: (?P<name>[0-9A-Z][0-9A-Za-z.-]*))? to"
    r"(?: Subpart (?P<subpart>[A-Z]+) of)? (?:Part|§) ?(?P<of>\d[0-9A-Za-z.]*)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+[A-Za-z]*)\.(\d+)-(?:\1\.)?(\d+)")
_MOST_IN_RANGE = 200
_FOLDER = re.compile(r"title-0*(\d+)")
_COMMENT_DAY = re.compile(r"as amended to ([A-Z][a-z]+ \d{1,2}, \d{4})")
_COMMENT_CHARS = 600
_HEAD_NUMBER = re.compile(r"^§§? ?[\d.A-Za-z-]+(?:[-–][\d.A-Za-z]+)?\s+")
_DESIGNATOR = re.compile(r"\([A-Za-z0-9]{1,5}\)\s*")
_RESERVED = re.compile(r"\[(?:Reserved|Removed)[^\]]*\]\.?$")
# "(b)-(d) [Reserved]": the first of them holds only the hyphen.
_RANGE_GOES_ON = re.compile(r"[-–—]|through|and")
_ITALIC_TYPES = ("03", "04", "05")
_END_OF_HEADING = re.compile(r"[.:?]?\s*—?")
_CONTENTS = re.compile(r"Table \d+ to .*\bContents$")
# What the eCFR's editors say of a change to come stands in plain paragraphs at times.
_EDITORS = re.compile(r"Link to an amendment published at|This amendment was (?:further )?delayed")
_SPACE = re.compile(r"\s+")


def read_ecfr(path: Path) -> Iterator[LawSection]:
    """Give every section and appendix of a file; a part that is reserved as a whole has none.

    Raises:
        CorpusError: the file is not eCFR XML, or is broken; names it.
    """
    release, found = "", False
    taken: dict[str, None] = {}
    for element in elements(path, ("DIV9", "DIV8", "DIV5", "DIV1")):
        release, found = release or comment_day(path), True
        # An appendix inside a section is read with the section.
        inside = next(element.iterancestors("DIV8", "DIV9"), None)
        if element.tag not in {"DIV8", "DIV9"} or inside is not None:
            continue
        title = _title(element) or (named[1] if (named := _FOLDER.match(path.parent.name)) else "")
        if not title:
            raise CorpusError(
                "neither it nor its folder says of which title it is; put it into a folder such"
                " as title-08, or fetch it again: habeas corpus fetch",
                path=path,
            )
        if element.tag == "DIV9":
            unit = free_path(f"cfr/{title}/{_appendix(element)}", taken)
            taken[unit] = None
            yield _whole_appendix(element, Authority(unit), release)
        for number in _numbers(element.get("N") or "") if element.tag == "DIV8" else ():
            yield _section(element, title, number, release)
        element.clear()
    if not found:
        raise missing(path, "part of the CFR")


def comment_day(path: Path) -> str:
    """Day in a file's first comment to which its text is amended; empty where none is named."""
    with path.open(encoding="utf-8", errors="replace") as file:
        found = _COMMENT_DAY.search(file.read(_COMMENT_CHARS))
    if not found:
        return ""
    return datetime.strptime(found[1], "%B %d, %Y").date().isoformat()  # noqa: DTZ007 - a day


def _section(element: etree._Element, title: str, number: str, release: str) -> LawSection:
    parts = _Parts()
    parts.read(element)
    authority = Authority(f"cfr/{title}/{number}")
    return LawSection(
        authority,
        _provisions(authority, parts.heading, parts.paragraphs),
        f"https://www.ecfr.gov/current/title-{title}/section-{number}",
        release,
        tuple(_above(element)),
        "\n".join(parts.credit),
        tuple(parts.notes),
        tuple(parts.footnotes),
    )


def _whole_appendix(element: etree._Element, authority: Authority, release: str) -> LawSection:
    """An appendix as one provision: its numbering follows no rule that could be read from it."""
    parts = _Parts()
    parts.read(element)
    words = [Words("heading", parts.heading)] if parts.heading else []
    words += [Words("content", one.text) for one in parts.paragraphs]
    part = next((one.get("N") for one in element.iterancestors("DIV5")), "")
    title = authority.path.split("/")[1]
    return LawSection(
        authority,
        (_with_status(Provision(authority, tuple(words))),),
        f"https://www.ecfr.gov/current/title-{title}/part-{part}/appendix-"
        f"{quote((element.get('N') or '').strip())}",
        release,
        tuple(_above(element)),
        "\n".join(parts.credit),
        tuple(parts.notes),
        tuple(parts.footnotes),
    )


def _appendix(element: etree._Element) -> str:
    """Name an appendix after what it belongs to: ``50-appendix-A``, ``5-B-appendix``."""
    name = " ".join((element.get("N") or "").split())
    if found := _APPENDIX.match(name):
        pieces = [found["of"].rstrip("."), found["subpart"], "appendix", found["name"]]
    else:
        part = next((one.get("N") for one in element.iterancestors("DIV5")), "")
        pieces = [part, "appendix", re.sub(r"[^0-9A-Za-z]+", "-", name).strip("-")]
    return "-".join(one for one in pieces if one)


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph's words and the stretches of them that are in italics.

    ``row`` says that it is a row of a table: a designator in it opens no paragraph.
    """

    text: str
    italics: tuple[tuple[int, int], ...] = ()
    row: bool = False


@dataclass
class _Parts:
    """What a section's element holds, sorted."""

    heading: str = ""
    paragraphs: list[_Paragraph] = field(default_factory=list)
    credit: list[str] = field(default_factory=list)
    notes: list[LawNote] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)

    def read(self, element: etree._Element) -> None:
        in_section = name_of(element) in {"DIV8", "DIV9"}
        self._say(_Paragraph(tidy(element.text or "")))
        for child in element:
            self._child(child, name_of(child), in_section=in_section)
            self._say(_Paragraph(tidy(child.tail or "")))

    def _child(self, child: etree._Element, name: str, *, in_section: bool) -> None:
        words = tidy("".join(map(str, child.itertext()))) if name else ""
        if name == "HEAD" and not self.heading and in_section:
            self.heading = " ".join(words.split())
        elif name in _CREDITS:
            self.credit.append(words)
        elif name in _NOTES:
            self.notes.append(LawNote(name.lower(), "", words))
        elif name == "FTNT":
            self.footnotes.append(words)
        elif name == "TR":
            self._say(_Paragraph(tidy("\t".join(map(_cell, child))), row=True))
        elif all(name_of(one) in _INLINE or not name_of(one) for one in child.iterdescendants()):
            self._say(_paragraph(child))
        else:
            self.read(child)

    def _say(self, paragraph: _Paragraph) -> None:
        if _EDITORS.match(paragraph.text):
            self.notes.append(LawNote("effdnot", "", paragraph.text))
        elif paragraph.text:
            self.paragraphs.append(paragraph)


def _cell(cell: etree._Element) -> str:
    return " ".join("".join(map(str, cell.itertext())).split())


def _paragraph(element: etree._Element) -> _Paragraph:
    text = ""
    italics: list[tuple[int, int]] = []
    for piece, italic in _runs(element):
        more = _SPACE.sub(" ", piece)
        if not text or text.endswith(" "):
            more = more.lstrip()
        if italic:
            italics.append((len(text), len(text) + len(more)))
        text += more
    return _Paragraph(text.rstrip(), tuple(italics))


def _runs(element: etree._Element) -> Iterator[tuple[str, bool]]:
    yield element.text or "", False
    for child in element:
        if name_of(child):
            italic = name_of(child) in ("I", "em", "i") or child.get("T") in _ITALIC_TYPES
            yield "".join(map(str, child.itertext())), italic
        yield child.tail or "", False


def _provisions(
    unit: Authority, heading: str, paragraphs: Sequence[_Paragraph]
) -> tuple[Provision, ...]:
    bodies: dict[str, list[Words | Authority]] = {unit.path: list(_head(heading))}
    paths: dict[tuple[str, ...], str] = {(): unit.path}
    rows = _rows(paragraphs)
    for one in segments(
        ["" if n in rows else paragraph.text for n, paragraph in enumerate(paragraphs)]
    ):
        if one.opens:
            parent = paths[one.path[:-1]]
            path = free_path(f"{parent}/{one.path[-1]}", bodies)
            paths[one.path] = path
            bodies[parent].append(Authority(path))
            bodies[path] = []
        paragraph = paragraphs[one.paragraph]
        if one.paragraph in rows:
            bodies[paths[one.path]].append(Words("content", paragraph.text))
        else:
            bodies[paths[one.path]] += _words(paragraph, one)
    return tuple(
        _with_status(Provision(Authority(path), roles_in_order(body)))
        for path, body in bodies.items()
    )


def _rows(paragraphs: Sequence[_Paragraph]) -> frozenset[int]:
    """Numbers of the paragraphs that are rows: of a table, or of a list of contents in words."""
    rows: set[int] = set()
    in_contents = False
    for number, one in enumerate(paragraphs):
        contents = _CONTENTS.match(one.text) is not None
        in_contents = contents or (in_contents and one.text.startswith("("))
        if one.row or in_contents:
            rows.add(number)
    return frozenset(rows)


def _head(heading: str) -> Iterator[Words]:
    number = _HEAD_NUMBER.match(heading)
    if number:
        yield Words("num", number[0].strip())
    rest = heading[number.end() if number else 0 :]
    if rest:
        yield Words("heading", rest)


def _words(paragraph: _Paragraph, segment: Segment) -> Iterator[Words]:
    start, end = segment.start, segment.end
    if segment.opens and (designator := _DESIGNATOR.match(paragraph.text, start, end)):
        yield Words("num", designator[0].strip())
        start = designator.end()
        italic = next((span for span in paragraph.italics if span[0] == start), None)
        if italic and (after := _END_OF_HEADING.match(paragraph.text, min(italic[1], end), end)):
            yield Words("heading", paragraph.text[start : after.end()].strip())
            start = after.end()
    if text := tidy(paragraph.text[start:end]):
        yield Words("content", text)


def _with_status(provision: Provision) -> Provision:
    said = f"{provision.heading} {provision.text}".strip()
    reserved = _RESERVED.search(said) or (provision.num and _RANGE_GOES_ON.fullmatch(said))
    dead: LawStatus = "reserved"
    return replace(provision, status=dead) if reserved and not provision.children else provision


def _title(element: etree._Element) -> str:
    """Number of the title: of the nearest element that names it."""
    for one in element.iterancestors():
        number = (one.get("N") or "") if one.get("TYPE") == "TITLE" else one.get("TITLE") or ""
        if number.isdigit():
            return number.lstrip("0")
    node = (element.get("NODE") or "").split(":")[0]
    return node if node.isdigit() else ""


def _numbers(name: str) -> tuple[str, ...]:
    """Numbers a section stands for: reserved ones are printed together, ``212.8-212.9``."""
    plain = name.replace("–", "-").strip("§ ")
    if (found := _RANGE.fullmatch(plain)) and 0 < int(found[3]) - int(found[2]) <= _MOST_IN_RANGE:
        return tuple(f"{found[1]}.{n}" for n in range(int(found[2]), int(found[3]) + 1))
    return (plain,) if _NUMBER.fullmatch(plain) else ()


def _above(element: etree._Element) -> list[str]:
    heads = (one.findtext("HEAD") for one in element.iterancestors())
    return [" ".join(head.split()) for head in heads if head][::-1]
