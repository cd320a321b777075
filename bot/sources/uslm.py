"""Read USLM, the XML of the US Code: whole titles, and files of a single section."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from bot.sources.law import (
    LawNote,
    LawSection,
    LawStatus,
    Provision,
    Role,
    Words,
    free_path,
    roles_in_order,
    tidy,
)
from bot.sources.markup import elements, name_of
from bot.types import Authority

# fmt: off
_LEVELS = frozenset({
    "subsection", "paragraph", "subparagraph", "clause", "subclause", "item", "subitem",
    "subsubitem", "level",
})
# fmt: on
_ROLES: Mapping[str, Role] = {
    "num": "num",
    "heading": "heading",
    "chapeau": "chapeau",
    "content": "content",
    "continuation": "continuation",
    "proviso": "continuation",
}
_APART = frozenset({"notes", "note", "sourceCredit", "toc"})
_BLOCKS = frozenset({"p", "tr", "quotedContent", "table", "signature", "name", "li", "caption"})
_CELLS = frozenset({"td", "th"})
_SECTION = re.compile(r"/us/usc/t(\d+[a-zA-Z]*)/s(\d[A-Za-z0-9–-]*)")
_NUMBER = re.compile(r"\d+[A-Za-z]*(?:[-–]\d+[A-Za-z]*)?")
_RANGE = re.compile(r"(\d+) to (\d+)")
_MOST_IN_RANGE = 200
_DESIGNATOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_DEAD = re.compile(r"\s*\[?(Repealed|Omitted|Transferred|Renumbered|Reserved|Vacant)\b")
_DEAD_STATUS: Mapping[str, LawStatus] = {
    "repealed": "repealed",
    "omitted": "omitted",
    "transferred": "transferred",
    "renumbered": "transferred",
    "reserved": "reserved",
    "vacant": "reserved",
}
_RELEASE = re.compile(r"@(\d+)-(\d+)")


@dataclass(frozen=True)
class NamedNote:
    """A law that is printed only as a note, and has an authority path of its own."""

    authority: Authority
    section: str
    marks: tuple[str, ...]


NAMED_NOTES = (
    NamedNote(Authority("note/farra-2242"), "usc/8/1231", ("Pub. L. 105–277", "§ 2242")),
)


def read_uslm(path: Path) -> Iterator[LawSection]:
    """Give every section of a file, and after it the named notes below it.

    Raises:
        CorpusError: the file is not USLM of the US Code, or is broken; names it.
    """
    release = ""
    for element in elements(path, "{*}section", "section of the US Code"):
        place = _SECTION.match(element.get("identifier") or "")
        if place is None or _inside_a_section(element):
            continue
        release = release or _release(element)
        title = place[1].lower()
        for number in _numbers(place[2], _num(element)):
            authority = Authority(f"usc/{title}/{number}")
            section = _section(element, authority, _url(title, number), release)
            yield section
            yield from _named_notes(element, section)
        element.clear()


def _section(element: etree._Element, authority: Authority, url: str, release: str) -> LawSection:
    reader = _Reader()
    reader.read(element, authority.path)
    credit = [tidy(_text(one)) for one in element if name_of(one) == "sourceCredit"]
    notes = [one for one in element if name_of(one) in ("notes", "note")]
    return LawSection(
        authority,
        tuple(reader.found.values()),
        url,
        release,
        tuple(_above(element)),
        "\n".join(credit),
        tuple(note for one in notes for note in _notes(one)),
        tuple(reader.footnotes),
    )


@dataclass
class _Reader:
    """Walks one section; ``found`` is in the order of the text."""

    found: dict[str, Provision] = field(default_factory=dict)
    footnotes: list[str] = field(default_factory=list)
    quoted: bool = False

    def read(self, element: etree._Element, path: str) -> None:
        authority = Authority(path)
        # Takes its place before its parts do.
        self.found[path] = Provision(authority, ())
        body: list[Words | Authority] = []
        self._walk(element, "content", _Open(path, element.get("identifier") or "", body))
        # Where words are chapeau and continuation stands in the markup, or else in the order.
        found = Provision(authority, roles_in_order(body))
        status = _status(element, found)
        self.found[path] = Provision(authority, found.body, status)

    def _walk(self, element: etree._Element, role: Role, at: "_Open") -> None:
        at.buffer.append(element.text or "")
        for child in element:
            name = name_of(child)
            if name == "note" and child.get("type") == "footnote":
                self.footnotes.append(tidy(_text(child)))
            elif name and name not in _APART and child.get("class") != "footnoteRef":
                self._child(child, name, role, at)
            at.buffer.append(child.tail or "")

    def _child(self, child: etree._Element, name: str, role: Role, at: "_Open") -> None:
        path = self._place(child, name, at)
        if path:
            at.flush(role)
            at.body.append(Authority(path))
            self.read(child, path)
        elif name in _ROLES:
            at.flush(role)
            self._walk(child, _ROLES[name], at)
            at.flush(_ROLES[name])
        else:
            edge = _edge(name)
            at.buffer.append(edge)
            self._walk(child, role, at)
            at.buffer.append(edge)

    def _place(self, child: etree._Element, name: str, at: "_Open") -> str:
        """Path of a level; empty for what is none."""
        if name not in _LEVELS:
            return ""
        own = (child.get("identifier") or "").replace("–", "-")
        within = at.identifier.replace("–", "-") + "/"
        if own.startswith(within) and len(within) > 1:
            tail = own[len(within) :]
        else:
            num = next((one for one in child if name_of(one) == "num"), None)
            tail = "" if num is None else num.get("value") or ""
        if not all(_DESIGNATOR.fullmatch(part) for part in tail.split("/")):
            return ""
        return free_path(f"{at.path}/{tail}", self.found)


@dataclass
class _Open:
    """A provision that is being read."""

    path: str
    identifier: str
    body: list[Words | Authority]
    buffer: list[str] = field(default_factory=list)

    def flush(self, role: Role) -> None:
        text = tidy("".join(self.buffer))
        self.buffer.clear()
        if text:
            self.body.append(Words(role, text))


def _edge(name: str) -> str:
    if name in _BLOCKS or name == "br":
        return "\n"
    return "\t" if name in _CELLS else ""


def _text(element: etree._Element) -> str:
    """All words below an element, blocks on lines of their own, footnote marks left out."""
    pieces = [element.text or ""]
    for child in element:
        name = name_of(child)
        if name and child.get("class") != "footnoteRef":
            block = name in _LEVELS or name in _ROLES.keys() - {"num"} or name == "note"
            edge = "\n" if block and name != "content" else _edge(name)
            pieces += [edge, _text(child), " " if name == "num" else edge]
        pieces.append(child.tail or "")
    return "".join(pieces)


def _status(element: etree._Element, found: Provision) -> LawStatus:
    marked = element.get("status") or ""
    if marked in _DEAD_STATUS:
        return _DEAD_STATUS[marked]
    said = _DEAD.match(found.heading or found.text)
    return _DEAD_STATUS[said[1].lower()] if said and not found.children else "in_force"


def _notes(element: etree._Element) -> Iterator[LawNote]:
    if name_of(element) == "notes":
        for child in element:
            yield from _notes(child)
        return
    if not name_of(element):
        return
    heading = next((one for one in element if name_of(one) == "heading"), None)
    head = "" if heading is None else tidy(_text(heading))
    body = tidy(_text(element))
    yield LawNote(element.get("topic") or "", head, body.removeprefix(head).lstrip("\n"))


def _named_notes(element: etree._Element, section: LawSection) -> Iterator[LawSection]:
    for named in NAMED_NOTES:
        if named.section != section.authority.path:
            continue
        for note in element.iter("{*}note"):
            text = " ".join("".join(map(str, note.itertext())).split())
            if (
                all(mark in text for mark in named.marks)
                and next(note.iter("{*}quotedContent"), None) is not None
            ):
                yield _named(note, named, section)
                break


def _named(note: etree._Element, named: NamedNote, section: LawSection) -> LawSection:
    reader = _Reader()
    reader.read(note, named.authority.path)
    found = tuple(
        Provision(one.authority, tuple(map(_unquoted, one.body)), one.status)
        for one in reader.found.values()
    )
    return LawSection(named.authority, found, section.url, section.release)


def _unquoted(one: Words | Authority) -> Words | Authority:
    """Words without the marks of quotation around a law and at its paragraphs: not the law's."""
    if isinstance(one, Authority):
        return one
    if one.role == "num":
        return Words("num", one.text.lstrip("“"))
    unbalanced = one.text.endswith("”") and one.text.count("”") > one.text.count("“")
    return Words(one.role, one.text[:-1]) if unbalanced else one


def _inside_a_section(element: etree._Element) -> bool:
    return any(name_of(one) == "section" for one in element.iterancestors())


def _num(element: etree._Element) -> str:
    num = next((one for one in element if name_of(one) == "num"), None)
    return "" if num is None else tidy("".join(map(str, num.itertext())))


def _numbers(tail: str, num: str) -> tuple[str, ...]:
    """Numbers a section stands for: repealed ones are printed together, ``§§ 1484 to 1487``."""
    if "§§" not in num:
        return (tail.replace("–", "-").rstrip("-"),)
    numbers = [one.replace("–", "-") for one in _NUMBER.findall(num)]
    for first, last in _RANGE.findall(num):
        if 0 < int(last) - int(first) <= _MOST_IN_RANGE:
            numbers += [str(number) for number in range(int(first), int(last))]
    return tuple(dict.fromkeys(numbers))


def _above(element: etree._Element) -> list[str]:
    found: list[str] = []
    for one in element.iterancestors():
        heads = [tidy(_text(part)) for part in one if name_of(part) in ("num", "heading")]
        if heads:
            found.insert(0, "".join(heads))
    return found


def _release(element: etree._Element) -> str:
    root = element.getroottree().getroot()
    meta = next((one for one in root if name_of(one) == "meta"), None)
    for one in () if meta is None else meta:
        if name_of(one) == "docPublicationName" and (
            release := _RELEASE.search("".join(map(str, one.itertext())))
        ):
            return f"P.L. {release[1]}-{release[2]}"
    return ""


def _url(title: str, number: str) -> str:
    return (
        "https://uscode.house.gov/view.xhtml?req=granuleid:"
        f"USC-prelim-title{title}-section{number}&num=0&edition=prelim"
    )
