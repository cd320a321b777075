"""The answer without a model: which statements of the law answer a question, in which order."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answer.official import Quote, Quotes, no_quotes
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
    Outcome,
    Passage,
    ReplyLang,
    Section,
    Verdict,
)

MOST = 5
"""Most statements of one answer: what a frightened person on a phone will read."""

_MOST_RULED = 3
_MOST_OF_UNIT = 2
# Hits that score less than this share of the best one rarely answer.
_NEAR = 0.7
# Where these lead, the law that decides comes before what the search found; elsewhere the rule
# is only the frame, and its law would be the same few statements for every question.
_LEADS = frozenset({Outcome.FORBIDDEN, Outcome.BRANCH})
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
    quotes: Quotes = no_quotes

    @classmethod
    def of(cls, digest: Digest, label: Label, quotes: Quotes = no_quotes) -> "Shelf":
        """Put a digest on the shelf, with the official words that stand beside it."""
        return cls(digest, passages(digest), label, quotes)

    def under(self, authority: Authority) -> tuple[Passage, ...]:
        """Give the passages on an authority or parts of it; else those of what it is a part of."""
        in_unit = self._by_unit.get(authority.unit, ())
        # A title or chapter is wider than any unit.
        exact = tuple(one for one in in_unit or self.all if one.authority.within(authority))
        return exact or tuple(one for one in in_unit if authority.within(one.authority))

    @cached_property
    def _by_unit(self) -> Mapping[Authority, tuple[Passage, ...]]:
        found: dict[Authority, list[Passage]] = defaultdict(list)
        for one in self.all:
            found[one.authority.unit].append(one)
        return {unit: tuple(its) for unit, its in found.items()}

    def name(self, authority: Authority, lang: ReplyLang) -> str:
        """Give the citation of an authority for people."""
        return self.label(authority, self.digest.section(authority), first_language(lang))

    def citation(self, passage: Passage, lang: ReplyLang) -> Citation:
        """Cite a passage; official words and ours are told apart."""
        ours = passage.layer == "digest"
        quote = self.quotes(passage.authority) if ours else None
        return Citation(
            id=passage.authority,
            label=self.name(passage.authority, lang),
            url=passage.url,
            as_of=passage.as_of,
            quote=(quote.words if quote else None) if ours else passage.text.en,
            says=say(passage.text, lang) if ours else "",
            confidence=passage.confidence,
            contested=passage.contested,
            quote_as_of=quote.as_of if quote else "",
            quote_fetched_on=_fetched(quote),
            quote_change=quote.change if quote else None,
            quote_lead=quote.lead if quote else "",
        )

    def with_official(self, passage: Passage) -> Passage:
        """Give a passage of the digest with the official words beside it, where there are any."""
        quote = self.quotes(passage.authority) if passage.layer == "digest" else None
        return replace(passage, official=quote.words) if quote else passage

    def cite(self, authority: Authority, lang: ReplyLang) -> Citation | None:
        """Cite an authority by its path; None where the digest has nothing on it."""
        section = self.digest.section(authority)
        if section is None:
            return None
        for passage in self._by_unit.get(authority.unit, ()):
            if passage.authority == authority:
                return self.citation(passage, lang)
        quote = self.quotes(authority)
        return Citation(
            id=authority,
            label=self.name(authority, lang),
            url=section.url,
            as_of=section.as_of,
            quote=quote.words if quote else None,
            says=say(section.title, lang),
            quote_as_of=quote.as_of if quote else "",
            quote_fetched_on=_fetched(quote),
            quote_change=quote.change if quote else None,
            quote_lead=quote.lead if quote else "",
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

    def stating(self, text: Bilingual, law: Authority, lang: ReplyLang) -> Iterator[LawStatement]:
        """Show a text of ours that rests on an authority, marked as what that says is marked."""
        for passage in self.under(law)[:1]:
            marks = [f"({say(mark, lang, ' / ')})" for mark in _marks(passage)]
            yield LawStatement(" ".join([say(text, lang), *marks]), self.citation(passage, lang))

    def choose(
        self, verdict: Verdict | None, hits: Sequence[Hit], most: int = MOST
    ) -> tuple[Passage, ...]:
        """Choose what to show.

        Where a rule forbids or branches, what it rests on comes first, then what the search
        found; elsewhere what the search found.

        Args:
            verdict: what the rules say, None when they say nothing.
            hits: what the search found, best first; empty when it is not to be trusted.
            most: most passages chosen.
        """
        # What a verdict rests on has a place of its own below: here the question's words decide.
        near = sorted(
            (hit for hit in hits if all(hit.asked >= _NEAR * other.asked for other in hits)),
            # Our words first: they are plain, bilingual, and each true when read alone.
            key=lambda hit: (hit.passage.layer != "digest", -hit.asked),
        )
        cited = [hit.passage for hit in near if "citation" in hit.arms]
        found = [hit.passage for hit in near]
        ruled = self._ruled(verdict)
        resting = {passage.id for group in ruled for passage in group}
        agreed = [passage for passage in (*cited, *found) if passage.id in resting]
        chosen: list[Passage] = []
        if verdict and verdict.outcome in _LEADS:
            _add(chosen, (*agreed, *(group[0] for group in ruled)), min(most, _MOST_RULED))
        _add(chosen, agreed, min(most, _MOST_RULED))
        _add(chosen, cited, most)
        _add(chosen, found, most, of_unit=_MOST_OF_UNIT)
        if not chosen:
            _add(chosen, (group[0] for group in ruled), min(most, _MOST_RULED))
        return tuple(chosen)

    def _ruled(self, verdict: Verdict | None) -> list[tuple[Passage, ...]]:
        """Give what a verdict rests on, a group for each authority the digest speaks of."""
        authorities = verdict.authorities if verdict else ()
        return [group for authority in authorities if (group := self.under(authority))]


def _fetched(quote: Quote | None) -> str:
    return quote.fetched_on.isoformat() if quote and quote.fetched_on else ""


def _add(
    chosen: list[Passage], more: Iterable[Passage], up_to: int, *, of_unit: int = MOST
) -> None:
    """Add passages that say something new until there are ``up_to``."""
    for passage in more:
        unit = sum(one.authority.unit == passage.authority.unit for one in chosen)
        if len(chosen) < up_to and unit < of_unit and not _told(passage, chosen):
            chosen.append(passage)


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
