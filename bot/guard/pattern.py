"""A pattern that first looks whether what it cannot match without is there at all.

Most patterns match nothing in most sentences, and looking for a few short texts is ten times
faster than running one. What a match must hold is read off the parsed expression, so that nothing
is found or missed that ``re`` alone would not.
"""

import re
from collections.abc import Callable, Iterator
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

_SHORTEST = 3
"""Shorter texts stand in nearly every sentence, and tell nothing."""
_RARE = 4
"""Texts from this length on stand in few sentences."""
_REPEATS = frozenset({ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT})


class Pattern:
    """The part of ``re.Pattern`` the guard uses, with the same results."""

    __slots__ = ("_needed", "_regex")

    def __init__(self, source: str) -> None:
        self._regex = re.compile(source)
        self._needed = _needed_by(source)

    @property
    def source(self) -> str:
        """The expression as it was written."""
        return self._regex.pattern

    @property
    def needed(self) -> tuple[str, ...]:
        """Texts one of which every match holds; empty when there are none."""
        return self._needed

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Give the first match from ``start`` on."""
        return self._regex.search(text, start) if self._possible(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """Give the match at the beginning."""
        return self._regex.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Give the match of the whole text."""
        return self._regex.fullmatch(text)

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """Give every match from ``start`` on."""
        return self._regex.finditer(text, start) if self._possible(text) else iter(())

    def sub(self, into: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Put ``into`` in place of every match."""
        return self._regex.sub(into, text) if self._possible(text) else text

    def _possible(self, text: str) -> bool:
        if not self._needed:
            return True
        for one in self._needed:  # noqa: SIM110 - `any` is half as fast, and most time goes here
            if one in text:
                return True
        return False


def _needed_by(source: str) -> tuple[str, ...]:
    """Texts one of which every match of ``source`` holds; empty when there are none."""
    tree = parser.parse(source)
    if tree.state.flags & re.IGNORECASE:
        return ()
    found = _needed(tree)
    shorter = (one for one in found if not any(other in one for other in found - {one}))
    return tuple(sorted(shorter))


def _needed(items: parser.SubPattern) -> frozenset[str]:
    """The fewest texts one of which every match of a sequence holds.

    The parser is the one ``re`` itself uses; an expression read twice in two ways could not be
    trusted. What it does not know here needs nothing, which is always right.
    """
    found: list[frozenset[str]] = []
    run = ""
    for op, argument in items:
        if op is ops.LITERAL:
            run += chr(argument)
            continue
        found += [frozenset({run}), _needed_inside(op, argument)]
        run = ""
    found.append(frozenset({run}))
    telling = [one for one in found if one and min(map(len, one)) >= _SHORTEST]
    return min(telling, key=_rank, default=frozenset())


def _needed_inside(op: object, argument: tuple[parser.SubPattern, ...]) -> frozenset[str]:
    if op is ops.SUBPATTERN:
        _, flags_on, flags_off, inside = argument
        return frozenset() if flags_on or flags_off else _needed(inside)
    if op is ops.BRANCH:
        branches = [_needed(branch) for branch in argument[1]]
        return frozenset[str]().union(*branches) if all(branches) else frozenset()
    if op in _REPEATS and argument[0] >= 1:
        return _needed(argument[-1])
    return frozenset()


def _rank(texts: frozenset[str]) -> tuple[bool, int]:
    """Rare texts first, then few."""
    return (min(map(len, texts)) < _RARE, len(texts))
