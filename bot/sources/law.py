"""Official text as typed objects: a section, and a provision for each of its authority paths."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bot.types import Authority

Role = Literal["num", "heading", "chapeau", "content", "continuation"]
"""What words of a provision are: its designator, its heading, words before its parts, words where
there are no parts, words after or between its parts."""

LawStatus = Literal["in_force", "repealed", "reserved", "omitted", "transferred"]


@dataclass(frozen=True)
class Words:
    """Words of a provision's own, verbatim; a line break parts the paragraphs."""

    role: Role
    text: str


@dataclass(frozen=True)
class Provision:
    """What stands at one authority path: its own words and, in their place, the parts below it."""

    authority: Authority
    body: tuple[Words | Authority, ...]
    status: LawStatus = "in_force"

    @property
    def num(self) -> str:
        """Designator as printed, ``(b)`` or ``§ 1231.``; empty where it is in the words."""
        return self._said("num")

    @property
    def heading(self) -> str:
        """Heading as printed; empty where it has none."""
        return self._said("heading")

    @property
    def chapeau(self) -> str:
        """Words before the first part."""
        return self._said("chapeau")

    @property
    def continuation(self) -> str:
        """Words after or between the parts."""
        return self._said("continuation")

    @property
    def text(self) -> str:
        """All words of its own, without designator, heading and parts."""
        return self._said("chapeau", "content", "continuation")

    @property
    def children(self) -> tuple[Authority, ...]:
        """The parts below it, in the order of the text."""
        return tuple(one for one in self.body if isinstance(one, Authority))

    def _said(self, *roles: Role) -> str:
        return "\n".join(
            one.text for one in self.body if isinstance(one, Words) and one.role in roles
        )


@dataclass(frozen=True)
class LawNote:
    """A note printed below a section; ``topic`` is as the publisher sorts it (``amendments``)."""

    topic: str
    heading: str
    text: str


@dataclass(frozen=True)
class LawSection:
    """A section, article or named note; its first provision is the whole, the rest in order.

    ``release`` is written as ``as_of`` in the digest: ``P.L. 119-100`` or a day; ``above`` are the
    headings it stands under, ``credit`` the source credit, ``footnotes`` the publisher's.
    """

    authority: Authority
    provisions: tuple[Provision, ...]
    url: str
    release: str = ""
    above: tuple[str, ...] = ()
    credit: str = ""
    notes: tuple[LawNote, ...] = ()
    footnotes: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Heading of the section."""
        return self.provisions[0].heading

    @property
    def status(self) -> LawStatus:
        """Whether the section is in force."""
        return self.provisions[0].status

    @property
    def notes_text(self) -> str:
        """Words of the credit, the footnotes and the notes below the section."""
        notes = (f"{one.heading}\n{one.text}" for one in self.notes)
        return "\n".join([self.credit, *self.footnotes, *notes])

    @cached_property
    def by_path(self) -> Mapping[str, Provision]:
        """Every provision by its authority path."""
        return {one.authority.path: one for one in self.provisions}

    def words(self, authority: Authority, *, designators: bool = True) -> str:
        """Give the whole words at a path, parts included, a line to each.

        Args:
            authority: a path in this section.
            designators: whether designators that the publisher marks as such are given.

        Raises:
            KeyError: the section has no such path.
        """
        return whole_words(authority, self.by_path, designators=designators)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Plain words under each pinpoint, ``""`` the whole, without marked designators."""
        return {
            one.authority.path[len(self.authority.path) + 1 :]: " ".join(
                self.words(one.authority, designators=False).split()
            )
            for one in self.provisions
        }


def whole_words(
    authority: Authority, provisions: Mapping[str, Provision], *, designators: bool = True
) -> str:
    """Give the words of a provision with those of its parts in their places.

    Raises:
        KeyError: it or one of its parts is not among the provisions.
    """
    lines: list[str] = []
    for role, text in _pieces(authority, provisions):
        if role == "num" and not designators:
            continue
        if lines and lines[-1].endswith(" "):
            lines[-1] += text
        else:
            lines.append(text)
        if role == "num":
            lines[-1] += " "
    return "\n".join(line.strip() for line in lines)


def _pieces(
    authority: Authority, provisions: Mapping[str, Provision]
) -> Iterator[tuple[Role, str]]:
    for one in provisions[authority.path].body:
        if isinstance(one, Words):
            yield one.role, one.text
        else:
            yield from _pieces(one, provisions)


def free_path(path: str, taken: Mapping[str, object]) -> str:
    """Name a second provision with the same official designator with ``~2``."""
    if path not in taken:
        return path
    number = 2
    while f"{path}~{number}" in taken:
        number += 1
    return f"{path}~{number}"


def tidy(text: str) -> str:
    """Text with blanks in a row as one and no empty lines; tabs part the cells of a table."""
    lines = ("\t".join(" ".join(c.split()) for c in line.split("\t")) for line in text.split("\n"))
    return "\n".join(stripped for line in lines if (stripped := line.strip()))


def roles_in_order(body: Sequence[Words | Authority]) -> tuple[Words | Authority, ...]:
    """Give bare content the role it has by its place among the parts."""
    first = next((n for n, one in enumerate(body) if isinstance(one, Authority)), None)
    return tuple(
        Words("chapeau" if n < first else "continuation", one.text)
        if first is not None and isinstance(one, Words) and one.role == "content"
        else one
        for n, one in enumerate(body)
    )
