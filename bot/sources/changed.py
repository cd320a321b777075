"""What changed in a text between two releases, in few words."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_AROUND = 5
"""Unchanged words shown on either side of a change."""
_MOST_PLACES = 4
_MOST_WORDS = 30
_MOST_COMPARED = 3000
"""Words from the first to the last change that are compared one by one; more takes seconds."""


def excerpt(was: str, now: str) -> Iterator[str]:
    """Give the changed words, lines of the old text with ``-`` and of the new with ``+``."""
    old, new = was.split(), now.split()
    before, after = _same_at_the_ends(old, new)
    start = max(0, before - _AROUND)
    old = old[start : len(old) - max(0, after - _AROUND)]
    new = new[start : len(new) - max(0, after - _AROUND)]
    if max(len(old), len(new)) > _MOST_COMPARED:
        yield f"- {_short(old)}"
        yield f"+ {_short(new)}"
        return
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND))
    for group in groups[:_MOST_PLACES]:
        first, last = group[0], group[-1]
        if gone := old[first[1] : last[2]]:
            yield f"- {_short(gone)}"
        if come := new[first[3] : last[4]]:
            yield f"+ {_short(come)}"
    if len(groups) > _MOST_PLACES:
        yield f"  and {len(groups) - _MOST_PLACES} more places"


def _same_at_the_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Count the words that are the same at the start, and of the rest those at the end."""
    most = min(len(old), len(new))
    before = next((n for n in range(most) if old[n] != new[n]), most)
    rest = most - before
    after = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return before, after


def _short(words: Sequence[str]) -> str:
    if len(words) <= _MOST_WORDS:
        return " ".join(words)
    half = _MOST_WORDS // 2
    return f"{' '.join(words[:half])} … {' '.join(words[-half:])}"
