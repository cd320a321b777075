"""The clauses of a marked sentence and the acts each names; words in ``words/clauses.toml``."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.guard.words import words
from bot.types import DropReason

_CLAUSES = words("clauses")
_CLAIMS = words("claims")


@dataclass(frozen=True)
class NamedAct:
    """Removal or prison abroad named at a place of a clause."""

    words: str
    start: int
    end: int
    reason: DropReason
    """Why the sentence is dropped where the act is claimed of someone protected."""


@dataclass(frozen=True)
class Around:
    """The clause something stands in, and where in it."""

    clause: str
    start: int
    end: int


def named_acts(text: str) -> Iterator[NamedAct]:
    """Give the acts ``text`` names: prisons abroad first, then removals."""
    for match in _CLAIMS.PRISON.finditer(text):
        yield NamedAct(match[0], match.start(), match.end(), "asserts_prison")
    for match in _CLAIMS.REMOVAL.finditer(text):
        yield NamedAct(match[0], match.start(), match.end(), "asserts_removal")


def names_act(text: str) -> bool:
    """Whether ``text`` names removal or prison abroad."""
    return bool(_CLAIMS.REMOVAL.search(text) or _CLAIMS.PRISON.search(text))


def clauses(text: str) -> list[str]:
    """Cut a sentence into clauses; a word that opens one stays with it."""
    out: list[str] = []
    at = 0
    for match in _CLAUSES.CLAUSE.finditer(text):
        out.append(text[at : match.start()])
        at = match.start() if match[0].strip(" ,;:(-") else match.end()
    out.append(text[at:])
    return [clause for clause in out if clause.strip()]


def around(text: str, start: int, end: int) -> Around:
    """Give what stands from the last turn of the sentence before ``start``."""
    left = max((m.end() for m in _CLAUSES.WIDE_CLAUSE.finditer(text[:start])), default=0)
    return Around(text[left:], start - left, end - left)


def is_condition(clause: str) -> bool:
    """Whether the clause opens with "if", "when", "unless"."""
    return bool(_CLAUSES.CONDITION.match(clause))


def opens_with_exception(text: str) -> bool:
    """Whether the sentence opens with an exception: "Except in war, ..."."""
    return bool(_CLAUSES.EXCEPTION_FIRST.match(text))
