"""Nest the paragraphs of the CFR: its XML is flat, the order ``(a)(1)(i)(A)`` is in the words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_DESIGNATOR = re.compile(r"\(([a-z]{1,5}|[A-Z]{1,2}|\d{1,3})\)(?=[\s—–(\[-]|$)")
_RESERVED = re.compile(r"\s*(?:[-–—]|through|and)\s*\(([a-z]{1,5}|[A-Z]{1,2}|\d{1,3})\)\s*\[Res")
# A heading that runs into its first sub-paragraph: "(a) Notice—(1) Form. (i) The officer …".
_RUN_IN = re.compile(r"(?:—|[.:?] )\((1|i|A)\)(?=[\s—(])")
_RUN_IN_REACH = 250
_ORDER = ("a", "1", "i", "A", "1", "i", "A")
_FIRST = {"2": "1", "ii": "i", "B": "A"}
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN_TENS = ("", "x", "xx", "xxx", "xl", "l")


@dataclass(frozen=True)
class _Mark:
    """One designator: paragraph number in the section, where its words start."""

    paragraph: int
    value: str
    start: int
    run_in: bool = False


@dataclass(frozen=True)
class Segment:
    """Words that stand at one pinpoint: characters ``start`` to ``end`` of one paragraph.

    ``paragraph`` is its number in the section; ``path`` is empty before the first designator;
    ``opens`` says that a designator stands first.
    """

    path: tuple[str, ...]
    paragraph: int
    start: int
    end: int
    opens: bool = False


def segments(paragraphs: Sequence[str]) -> Iterator[Segment]:
    """Cut a section's paragraphs at their designators, in order; nothing is left out.

    Where a designator could be a letter or a Roman numeral, what follows it decides.
    """
    cuts: dict[int, list[tuple[int, list[str]]]] = {}
    stack: list[str] = []
    marks = list(_marks(paragraphs))
    for number, mark in enumerate(marks):
        following = [other.value for other in marks[number + 1 : number + 4]]
        placed = _place(stack, mark, following)
        if placed is not None:
            stack = placed
            cuts.setdefault(mark.paragraph, []).append((mark.start, stack))
    current: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        here = cuts.get(number, [])
        before = [] if here and not here[0][0] else [Segment(tuple(current), number, 0, 0)]
        starts = [*before, *(Segment(tuple(path), number, at, 0, opens=True) for at, path in here)]
        ends = [one.start for one in starts[1:]] + [len(paragraph)]
        for one, end in zip(starts, ends, strict=True):
            yield replace(one, end=end)
        current = here[-1][1] if here else current


def _marks(paragraphs: Sequence[str]) -> Iterator[_Mark]:
    for number, paragraph in enumerate(paragraphs):
        position, run_in = 0, False
        while found := _DESIGNATOR.match(paragraph, position):
            yield _Mark(number, found[1], found.start(), run_in)
            position = found.end()
            if reserved := _RESERVED.match(paragraph, position):
                yield _Mark(number, reserved[1], found.start())
            while position < len(paragraph) and paragraph[position] == " ":
                position += 1
            run_in = not _DESIGNATOR.match(paragraph, position)
            if run_in and (
                heading := _RUN_IN.search(paragraph, position, position + _RUN_IN_REACH)
            ):
                position = heading.start(1) - 1


def _place(stack: list[str], mark: _Mark, following: Sequence[str]) -> list[str] | None:
    """Return the path of a designator that comes after ``stack``, None where it fits nowhere."""
    value = mark.value
    child = [*stack, value]
    if mark.run_in:
        # After a heading only a first sub-paragraph of the kind that is due is not a reference.
        return child if value == _kind(len(stack)) else None
    siblings = [
        [*stack[:depth], value]
        for depth in range(len(stack) - 1, -1, -1)
        if value in _after(stack[depth], depth)
    ]
    if value == "i" and stack and siblings:
        return child if _roman_follows(stack, following) else siblings[0]
    if siblings:
        return siblings[0]
    if value in ("a", "1", "i", "A"):
        return ["a"] if value == "a" else child
    return _after_a_gap(stack, value)


def _after_a_gap(stack: list[str], value: str) -> list[str] | None:
    # Numbers are skipped where paragraphs are reserved or repealed.
    for depth in range(len(stack) - 1, -1, -1):
        if _later(stack[depth], value, depth):
            return [*stack[:depth], value]
    child = [*stack, value]
    # The first sub-paragraph is at times in the middle of a sentence.
    return child if value in ("2", "ii", "B") and _kind(len(stack)) == _FIRST[value] else None


def _roman_follows(stack: Sequence[str], following: Sequence[str]) -> bool:
    if _kind(len(stack)) != "i" or not following:
        return False
    for value in following:
        if value in ("ii", "A"):
            return True
        if value in ("j", "1"):
            return False
    return True


def _kind(depth: int) -> str:
    return _ORDER[depth] if depth < len(_ORDER) else ""


def _later(before: str, value: str, depth: int) -> bool:
    if value.isdigit() or before.isdigit():
        return value.isdigit() and before.isdigit() and int(value) > int(before)
    if _kind(depth) == "i" and before in _ROMANS:
        return value in _ROMANS and _ROMANS.index(value) > _ROMANS.index(before)
    return (
        len(set(value)) == 1
        and value not in _ROMANS
        and value.isupper() == before.isupper()
        and (len(value), value) > (len(before), before)
    )


def _after(value: str, depth: int) -> tuple[str, ...]:
    """What may come next after a designator at a depth."""
    if value.isdigit():
        return (str(int(value) + 1),)
    if value.isupper():
        return (_next_letter(value),)
    if _kind(depth) == "i" and value in _ROMANS:
        return (_ROMANS[_ROMANS.index(value) + 1],)
    letters = (_next_letter(value),)
    if value in _ROMANS and depth:
        return (*letters, _ROMANS[_ROMANS.index(value) + 1])
    return letters


def _next_letter(value: str) -> str:
    last = value[-1]
    if last in "zZ":
        return ("a" if last == "z" else "A") * (len(value) + 1)
    return chr(ord(last) + 1) * len(value)


_ROMANS = tuple(tens + ones for tens in _ROMAN_TENS for ones in _ROMAN)[1:]
