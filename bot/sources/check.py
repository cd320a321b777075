"""Check the digest: form, cross-references, and faithfulness to official text at hand."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.sources.digest import SOURCES_FILE, Reading, known_paths, read_corpus, source_rules
from bot.sources.law import LawSection
from bot.sources.official import OfficialLaw
from bot.sources.problem import Problem
from bot.text.numbers import Duration, durations, numbers
from bot.types import Authority, Section, Statement

RUN = 8
"""So many words in a row as in the official text are a copy."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBERED_KINDS = ("usc", "cfr")
_OWN_PINPOINTS = ("case", "guide", "report", "note", "eo", "directive")
_MANY = 3
"""Smaller numbers are as often words of speech as of law."""


@dataclass(frozen=True)
class CheckReport:
    """What a check found and how much it could look at.

    ``compared`` counts statements held against official text, ``not_at_hand`` those whose
    official text is not in the law folder.
    """

    problems: tuple[Problem, ...]
    files: int
    statements: int
    compared: int
    not_at_hand: int


def check(corpus_dir: Path, law_dir: Path | None = None) -> tuple[Problem, ...]:
    """Return every problem of the digest, sorted by file and line.

    Raises:
        CorpusError: ``sources.toml`` or an official file cannot be read.
    """
    return inspect(corpus_dir, law_dir).problems


def inspect(corpus_dir: Path, law_dir: Path | None = None) -> CheckReport:
    """Check the digest, and with ``law_dir`` also against the official text there.

    Raises:
        CorpusError: ``sources.toml`` or an official file cannot be read.
    """
    readings = read_corpus(corpus_dir)
    sections = tuple(reading.section for reading in readings if reading.section)
    checker = _Checker(
        units=frozenset(section.id.path for section in sections),
        known=known_paths(sections),
        terms=_Terms(source_rules(corpus_dir).allowed_runs),
        law=OfficialLaw(law_dir) if law_dir else None,
    )
    problems = {problem for reading in readings for problem in reading.problems}
    for reading in readings:
        problems.update(checker.file(reading))
    return CheckReport(
        problems=tuple(sorted(problems)),
        files=len(readings),
        statements=sum(len(section.statements) for section in sections),
        compared=checker.compared,
        not_at_hand=checker.not_at_hand,
    )


class _Terms:
    """Words of a text in which each defined term counts as one word."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        joined = (_words(term) for term in sorted(terms, key=len, reverse=True))
        self.pairs = tuple((f" {' '.join(words)} ", f" {'_'.join(words)} ") for words in joined)

    def words(self, text: str) -> list[str]:
        words = f" {' '.join(_words(text))} "
        for apart, together in self.pairs:
            words = words.replace(apart, together)
        return words.split()


@dataclass
class _Checker:
    units: frozenset[str]
    known: frozenset[str]
    terms: _Terms
    law: OfficialLaw | None
    compared: int = 0
    not_at_hand: int = 0
    runs: dict[str, frozenset[str]] = field(default_factory=dict)

    def file(self, reading: Reading) -> Iterator[Problem]:
        section = reading.section
        if section is None:
            return
        official = self.law.section(section.id) if self.law else None
        if official:
            yield from _release(reading, section, self.law.days(section.id) if self.law else ())
        for statement in section.statements:
            yield from self.dangling(reading.path, statement)
            yield from _languages(reading.path, statement)
            if official:
                self.compared += 1
                yield from self.faithful(reading.path, section, statement, official)
            elif self.law and section.status == "in_force":
                self.not_at_hand += 1

    def dangling(self, path: Path, statement: Statement) -> Iterator[Problem]:
        for target in statement.see:
            if target.unit.path not in self.units:
                yield Problem(
                    path,
                    statement.line,
                    f"see names {target}, but {target.unit} is not in the digest",
                    f"write {target.unit}.md or take it out",
                )
            elif target.path not in self.known and not self.exists(target):
                yield Problem(
                    path,
                    statement.line,
                    f"see names {target}, which does not exist in {target.unit}",
                    "mend the pinpoint",
                )

    def exists(self, target: Authority) -> bool:
        """Whether a pinpoint without a statement may exist all the same."""
        if target.kind in _OWN_PINPOINTS:
            return False
        return self.law is None or self.law.exists(target) is not False

    def faithful(
        self, path: Path, section: Section, statement: Statement, official: LawSection
    ) -> Iterator[Problem]:
        if (
            statement.confidence == "text"
            and section.status not in ("repealed", "reserved")
            and statement.authority.pinpoint not in official.texts
        ):
            yield Problem(
                path,
                statement.line,
                f"{statement.authority.pinpoint} does not exist in the official {section.id}",
                f"it has {_near(statement.authority.pinpoint, official)}",
            )
        for run in self.copied(statement, official):
            yield Problem(
                path,
                statement.line,
                f"words as in the official text: {run!r}",
                f"say it in your own words; a defined term may be listed in {SOURCES_FILE}",
            )
        if statement.confidence == "text" and section.id.kind in _NUMBERED_KINDS:
            for duration in self.foreign(statement, official):
                yield Problem(
                    path,
                    statement.line,
                    f"{duration.value} ({duration.unit}) does not occur in {section.id}",
                    "mend the number, or name in see: the section it is in",
                )

    def copied(self, statement: Statement, official: LawSection) -> Iterator[str]:
        name = official.authority.path
        if name not in self.runs:
            self.runs[name] = frozenset(_runs(self.terms.words(official.texts[""])))
        words = self.terms.words(statement.text.en)
        hits = [n for n, run in enumerate(_runs(words)) if run in self.runs[name]]
        start = end = -1
        for hit in hits:
            if hit > end - RUN + 1:
                if end > 0:
                    yield " ".join(words[start:end])
                start = hit
            end = hit + RUN
        if end > 0:
            yield " ".join(words[start:end])

    def foreign(self, statement: Statement, official: LawSection) -> list[Duration]:
        texts = [official.texts[""], official.notes_text]
        for target in statement.see:
            other = self.law.section(target) if self.law else None
            if other:
                texts.append(other.texts[""])
        said = sorted(d for d in durations(statement.text.en, "en") if d.value >= _MANY)
        if not said:
            return []
        there = numbers(" ".join(texts))
        return [duration for duration in said if duration.value not in there]


def _release(reading: Reading, section: Section, days: Collection[str]) -> Iterator[Problem]:
    read_in_text = any(statement.confidence == "text" for statement in section.statements)
    if read_in_text and days and section.as_of and section.as_of not in days:
        lines = reading.content.split("\n")
        line = next((n for n, text in enumerate(lines, 1) if text.startswith("as_of")), 1)
        yield Problem(
            reading.path,
            line,
            f"as_of is {section.as_of}, the text at hand is of {', '.join(sorted(days))}",
            "read that text and write its date",
        )


def _languages(path: Path, statement: Statement) -> Iterator[Problem]:
    if not (statement.text.en and statement.text.es):
        return
    english, spanish = durations(statement.text.en, "en"), durations(statement.text.es, "es")
    for only, lang, text in (
        (english, "es", statement.text.es),
        (spanish, "en", statement.text.en),
    ):
        for duration in sorted(only):
            if duration.value >= _MANY and duration.value not in numbers(text):
                yield Problem(
                    path,
                    statement.line,
                    f"{duration.value} ({duration.unit}) is not said in {lang}",
                    "say the same in both languages",
                )


def _near(pinpoint: str, official: LawSection) -> str:
    """Pinpoints beside one that does not exist, for the person who mends it."""
    parent = pinpoint
    while parent and parent not in official.texts:
        parent = parent.rpartition("/")[0]
    depth = parent.count("/") + 1 if parent else 0
    children = [
        name
        for name in official.texts
        if name.count("/") == depth and name.startswith(f"{parent}/" if parent else "") and name
    ]
    # A second provision with the same official identifier is named with ~2.
    twin = f"{parent}~"
    children += [name for name in official.texts if name.startswith(twin) and "/" not in name]
    if not children:
        return f"nothing below {parent or 'the whole: write ## whole'}"
    return f"{', '.join(children[:20])}{' …' if len(children) > 20 else ''}"


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: list[str]) -> list[str]:
    return [" ".join(words[n : n + RUN]) for n in range(len(words) - RUN + 1)]
