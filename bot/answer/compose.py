"""The answer without a model: which statements of the law answer a question, in which order."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answer.wording import (
    DISAGREE,
    NOT_CHECKED,
    NOT_CHECKED_CASE,
    OFFICIAL,
    first_language,
    say,
)
from bot.sources.digest import Digest, passages
from bot.types import (
    Authority,
    Bilingual,
    Citation,
    Hit,
    Lang,
    LawStatement,
    Passage,
    ReplyLang,
    Section,
    Verdict,
)

MOST = 5
"""Most statements of one answer: what a frightened person on a phone will read."""

_MOST_RULED = 3
_MOST_OF_UNIT = 2
_ALIKE = 0.6
_MOST_OFFICIAL = 700
_WORD = re.compile(r"\w{3,}")

Label = Callable[[Authority, Section | None, Lang], str]
"""Formats a citation for people: ``8 U.S.C. 1231(b)(3)(A)``."""


@dataclass(frozen=True)
class Shelf:
    """The digest's passages, findable by authority."""

    digest: Digest
    all: tuple[Passage, ...]
    label: Label

    @classmethod
    def of(cls, digest: Digest, label: Label) -> "Shelf":
        """Put a digest on the shelf."""
        return cls(digest, passages(digest), label)

    def under(self, authority: Authority) -> tuple[Passage, ...]:
        """Give the passages on an authority or parts of it; else those of what it is a part of."""
        exact = tuple(one for one in self.all if one.authority.within(authority))
        return exact or tuple(
            one
            for one in self.all
            if authority.within(one.authority) and one.authority.unit == authority.unit
        )

    def name(self, authority: Authority, lang: ReplyLang) -> str:
        """Give the citation of an authority for people."""
        return self.label(authority, self.digest.section(authority), first_language(lang))

    def citation(self, passage: Passage, lang: ReplyLang) -> Citation:
        """Cite a passage; official words and ours are told apart."""
        ours = passage.layer == "digest"
        return Citation(
            id=passage.authority,
            label=self.name(passage.authority, lang),
            url=passage.url,
            as_of=passage.as_of,
            quote=passage.official if ours else passage.text.en,
            says=say(passage.text, lang) if ours else "",
            confidence=passage.confidence,
            contested=passage.contested,
        )

    def cite(self, authority: Authority, lang: ReplyLang) -> Citation | None:
        """Cite an authority by its path; None where the digest has nothing on it."""
        section = self.digest.section(authority)
        if section is None:
            return None
        for passage in self.all:
            if passage.authority == authority:
                return self.citation(passage, lang)
        return Citation(
            id=authority,
            label=self.name(authority, lang),
            url=section.url,
            as_of=section.as_of,
            quote=None,
            says=say(section.title, lang),
        )

    def statement(self, passage: Passage, lang: ReplyLang) -> LawStatement:
        """Show a passage, with what a reader must know of how sure it is."""
        if passage.layer == "digest":
            text = say(passage.text, lang)
        else:
            quote = passage.text[first_language(lang)]
            shown = quote if len(quote) <= _MOST_OFFICIAL else f"{quote[:_MOST_OFFICIAL]}…"
            text = f"“{shown}” ({say(OFFICIAL, lang, ' / ')})"
        marks = [f"({say(mark, lang, ' / ')})" for mark in _marks(passage)]
        return LawStatement(" ".join([text, *marks]), self.citation(passage, lang))

    def choose(
        self, verdict: Verdict | None, hits: Sequence[Hit], most: int = MOST
    ) -> tuple[Passage, ...]:
        """Choose what to show: what the verdict rests on first, then what the search found.

        Args:
            verdict: what the rules say, None when they say nothing.
            hits: what the search found, best first; empty when it is not to be trusted.
            most: most passages chosen.
        """
        found = [hit.passage for hit in sorted(hits, key=lambda hit: -hit.score)]
        # Our words first: they are plain, bilingual, and each true when read alone.
        found.sort(key=lambda passage: passage.layer != "digest")
        chosen: list[Passage] = []
        ruled = self._ruled(verdict, found) if verdict else ()
        for passage in ruled:
            if len(chosen) < min(most, _MOST_RULED) and not _told(passage, chosen):
                chosen.append(passage)
        for passage in found:
            unit = sum(one.authority.unit == passage.authority.unit for one in chosen)
            if len(chosen) < most and unit < _MOST_OF_UNIT and not _told(passage, chosen):
                chosen.append(passage)
        return tuple(chosen)

    def _ruled(self, verdict: Verdict, found: Sequence[Passage]) -> Iterator[Passage]:
        """Give what a verdict rests on: first where the search agrees, then in the rule's order."""
        under = {authority: self.under(authority) for authority in verdict.authorities}
        resting = {passage.id for group in under.values() for passage in group}
        yield from (passage for passage in found if passage.id in resting)
        for group in under.values():
            yield from group[:1]


def _marks(passage: Passage) -> Iterator[Bilingual]:
    if passage.contested:
        yield DISAGREE
    if passage.confidence == "knowledge":
        yield NOT_CHECKED_CASE if passage.authority.kind == "case" else NOT_CHECKED


def _told(passage: Passage, chosen: Iterable[Passage]) -> bool:
    """Whether something chosen already says this."""
    words = _words(passage.text.en)
    for other in chosen:
        if other.id == passage.id:
            return True
        theirs = _words(other.text.en)
        if len(words & theirs) >= _ALIKE * max(1, len(words | theirs)):
            return True
    return False


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return frozenset(word[:6] for word in _WORD.findall(plain))
