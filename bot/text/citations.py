"""Find legal citations in running text, English and Spanish, and write them for people."""

from collections.abc import Iterable

from bot.text.case_citations import case_citations
from bot.text.citation_index import CitationIndex, FoundCitation
from bot.text.labels import label
from bot.text.named_citations import named_citations
from bot.text.section_citations import section_citations

__all__ = ["CitationIndex", "FoundCitation", "find_citations", "label"]


def find_citations(text: str, index: CitationIndex) -> tuple[FoundCitation, ...]:
    """Return every citation of a text, in order; a list or range gives one for each provision.

    What looks like a citation but is not in the corpus is found too, with ``known`` False.
    """
    groups: list[tuple[FoundCitation, ...]] = []
    taken = bytearray(len(text))
    for source in (named_citations, section_citations, case_citations):
        found = [group for group in source(text, index) if group]
        for group in sorted(found, key=_breadth):
            start, end = _span(group)
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                groups.append(group)
    return tuple(sorted((one for group in groups for one in group), key=lambda one: one.span))


def _span(group: Iterable[FoundCitation]) -> tuple[int, int]:
    spans = [found.span for found in group]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _breadth(group: tuple[FoundCitation, ...]) -> tuple[int, int]:
    """Longer before shorter, then from left to right: the fuller reading wins."""
    start, end = _span(group)
    return start - end, start
