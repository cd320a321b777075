"""Provisions a question names."""

import re
from collections.abc import Sequence

from bot.text.citations import CitationIndex, find_citations
from bot.types import Authority

_NUMBER_ALONE = re.compile(
    r"(?<![\w.(])(?P<number>\d{3,4}[A-Za-z]?|\d{1,4}\.\d{1,3}[a-z]?)"
    r"(?P<pinpoint>(?:\s?\([A-Za-z0-9]{1,5}\))+)"
)
"""``212(a)(6)(A)(i)`` without the law it is from, as notices and charging papers print it."""


def cited_authorities(text: str, index: CitationIndex) -> tuple[Authority, ...]:
    """Give the provisions of the corpus that a text cites or names, in order, each once.

    A number alone counts as well, if it has a pinpoint and the corpus holds it: here a wrong guess
    only puts one passage too many before the reader.
    """
    found = [cite.authority for cite in find_citations(text, index) if cite.known]
    if not found:
        found = [a for match in _NUMBER_ALONE.finditer(text) for a in _by_number(match, index)]
    return tuple(dict.fromkeys(found))


def _by_number(match: re.Match[str], index: CitationIndex) -> Sequence[Authority]:
    number = match["number"].casefold()
    parts = re.findall(r"[A-Za-z0-9]+", match["pinpoint"])
    # Papers of the immigration agencies count by the Act, not by the Code.
    units = (index.ina[number],) if number in index.ina else index.by_number.get(number, ())
    return [index.resolve("/".join((unit, *parts))) for unit in units[:1]]
