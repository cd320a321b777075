"""Official words beside our own: what of them is quoted, and how old a text an answer rests on."""

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot.sources.library import Library
from bot.text.sentences import split
from bot.types import Authority, Citation, OfficialChange, Section

MOST_QUOTED = 1500
"""Longest quotation, in characters; what is cut off is marked."""
OLD = timedelta(days=90)
"""A text older than this may have changed: the answer says so."""

_CUT = " […]"
_KEPT = 512
_MOST_LEAD = 600
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
# Cases and treaties have the date of an event; only of these is there a newer text to read.
_AGEING = frozenset({"usc", "cfr"})


@dataclass(frozen=True)
class Quote:
    """Official words as an answer shows them; ``fetched_on`` is None where it is not known.

    ``change`` compares with the release before, where one is installed; ``lead`` is what stands
    above them, which they go on from.
    """

    words: str
    as_of: str
    fetched_on: date | None
    change: OfficialChange | None = None
    lead: str = ""


Quotes = Callable[[Authority], Quote | None]
"""Gives the official words at a path, None where there are none."""


def no_quotes(authority: Authority) -> Quote | None:  # noqa: ARG001 - the shape of ``Quotes``
    """Quote nothing: no official text is installed."""
    return None


def quotes_from(library: Library) -> Quotes:
    """Quote from the official text that is installed."""

    @lru_cache(maxsize=_KEPT)
    def quote(authority: Authority) -> Quote | None:
        found = library.lookup(authority)
        if found is None:
            return None
        change = library.changed(authority)
        lead = _ending("\n".join(found.lead))
        return Quote(shortened(found.words), found.release, found.fetched_on, change, lead)

    return quote


def shortened(words: str) -> str:
    """Words up to the last line, sentence or word that fits, with ``[…]`` for what is left out."""
    if len(words) <= MOST_QUOTED:
        return words
    within = words[:MOST_QUOTED]
    ends = [cut.end for cut in split(within, whole=False)]
    # A heading before one long sentence would be all that is left.
    end = ends[-1] if ends and ends[-1] > MOST_QUOTED // 2 else within.rfind(" ")
    return within[: end if end > 0 else None].rstrip() + _CUT


def _ending(lead: str) -> str:
    """Give the end of a text, from a word on, with ``[…]`` for what is left out."""
    if len(lead) <= _MOST_LEAD:
        return lead
    return f"[…] {lead[-_MOST_LEAD:].partition(' ')[2]}"


def oldest_text(
    citations: Iterable[Citation], section: Callable[[Authority], Section | None], today: date
) -> str:
    """Name the oldest text, as ``as_of``, that is older than ``OLD`` today; empty where none is.

    A statement rests on the official words beside it, or without any on the text it was read in.
    """
    old: list[tuple[date, str]] = []
    for one in citations:
        if one.id.kind not in _AGEING:
            continue
        digest = section(one.id)
        as_of = one.quote_as_of or one.as_of
        # A release of the Code has no day: it was current when it was fetched or read.
        current = date.fromisoformat(one.quote_fetched_on) if one.quote_fetched_on else None
        day = _day(as_of) or current or (digest.checked_on if digest else None)
        if day and today - day > OLD:
            old.append((day, as_of))
    return min(old)[1] if old else ""


def _day(as_of: str) -> date | None:
    """Day an ``as_of`` names; of a month the last."""
    found = _DAY.fullmatch(as_of)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
