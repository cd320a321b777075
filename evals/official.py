"""Check what the set says of the law against the official text, where that is at hand.

Two things can be told by code: whether a provision exists, and whether the numbers an answer must
say (30 days, 5 years, 30 grams) stand in the law that decides the question. What they mean there
is for whoever writes the case.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import HabeasError
from bot.sources.official import OfficialLaw, law_files
from bot.text.citations import CitationIndex, find_citations
from bot.text.numbers import numbers
from bot.types import Authority
from evals.cases import CaseSet
from evals.lint import Fault, digest_at, own
from evals.problems import RunFailed
from evals.schema import REGEX, Question

_SEPARATOR = re.compile(r"\[\.,\]\?")
_CHOICE = re.compile(r"\(([^()]*)\)")
_REPORTED = frozenset({"case", "guide", "report", "eo", "directive"})
"""Kinds of authorities that are in no folder of official text."""


@dataclass
class Agreement:
    """What a check against official text found; ``absent`` are units that are not at hand."""

    provisions: int = 0
    figures: int = 0
    absent: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def against_law(cases: CaseSet, corpus_dir: Path, law_dir: Path) -> Agreement:
    """Check every provision and must-say number of the set's own questions.

    Raises:
        RunFailed: there is no official text in the folder, or it or the digest is broken.
    """
    if not law_files(law_dir):
        raise RunFailed(
            f"{law_dir} holds no official text; `habeas corpus fetch` installs it, and"
            " docs/official-text.md says how the folder is laid out"
        )
    try:
        return _Reader(cases, corpus_dir, law_dir).read()
    except HabeasError as error:
        raise RunFailed(str(error)) from None


class _Reader:
    def __init__(self, cases: CaseSet, corpus_dir: Path, law_dir: Path) -> None:
        self._cases = cases
        self._law = OfficialLaw(law_dir)
        self._index = CitationIndex.of(digest_at(corpus_dir).sections, self._law.exists)
        self._found = Agreement()
        self._provisions: set[str] = set()
        self._written: dict[str, tuple[Authority, ...]] = {}
        self._numbers: dict[str, frozenset[int] | None] = {}

    def read(self) -> Agreement:
        for one in own(self._cases):
            self._pinpoints(one)
            self._figures(one)
        self._found.provisions = len(self._provisions)
        return self._found

    def _fault(self, one: Question, message: str) -> None:
        self._found.faults.append(Fault(self._cases.places[one.id], one.id, message))

    def _pinpoints(self, one: Question) -> None:
        gold = (*one.retrieval.controlling, *one.retrieval.supporting)
        wanted = [path for group in one.expect.must_cite_any for path in group]
        # What must not be cited may be law that somebody made up.
        named = [Authority(path) for path in (*wanted, *gold)]
        for authority in dict.fromkeys((*named, *self._cited(one.authority))):
            if authority.kind in _REPORTED:
                continue
            exists = self._exists(authority)
            if exists is None:
                self._found.absent.add(authority.unit.path)
            elif exists:
                self._provisions.add(authority.path)
            else:
                self._fault(one, f"{authority.path} is not in the official text")

    def _cited(self, prose: str) -> tuple[Authority, ...]:
        # A hundred cases share one line of authority.
        if prose not in self._written:
            found = find_citations(prose, self._index)
            self._written[prose] = tuple(one.authority for one in found)
        return self._written[prose]

    def _exists(self, authority: Authority) -> bool | None:
        section = self._law.section(authority)
        if section is None or authority.path in section.by_path:
            return section is not None or None
        # Some lists run on inside a sentence, "means (A) … or (B) …", with no element of their own.
        above, _, last = authority.path.rpartition("/")
        while above not in section.by_path and above != authority.unit.path:
            above, _, last = above.rpartition("/")
        return f"({last})" in section.words(Authority(above))

    def _figures(self, one: Question) -> None:
        cited = [Authority(path) for group in one.expect.must_cite_any for path in group]
        texts = [self._said(each.unit) for each in cited]
        there = frozenset().union(*(one for one in texts if one is not None))
        for phrase in one.expect.must_say if there else ():
            for choice in figures(phrase):
                if choice & there:
                    self._found.figures += 1
                else:
                    said = " or ".join(map(str, sorted(choice)))
                    self._fault(one, f"must say {said}, which {_names(cited)} does not")

    def _said(self, unit: Authority) -> frozenset[int] | None:
        if unit.path not in self._numbers:
            section = self._law.section(unit)
            self._numbers[unit.path] = (
                None
                if section is None
                else numbers(f"{section.words(section.authority)}\n{section.notes_text}")
            )
        return self._numbers[unit.path]


def figures(phrase: str) -> tuple[frozenset[int], ...]:
    """Give the numbers a phrase asks for, each as the set of those that would do."""
    if not phrase.startswith(REGEX):
        return tuple(frozenset({number}) for number in sorted(numbers(phrase)) if number > 1)
    pattern = _SEPARATOR.sub("", phrase.removeprefix(REGEX)).replace(r"\b", " ")
    choices = [
        frozenset(number for option in inside.split("|") for number in numbers(option))
        for inside in _CHOICE.findall(pattern)
    ]
    rest = numbers(_CHOICE.sub(" ", pattern))
    return (*(one for one in choices if one), *(frozenset({one}) for one in sorted(rest)))


def _names(cited: Iterable[Authority]) -> str:
    return ", ".join(dict.fromkeys(each.unit.path for each in cited))
