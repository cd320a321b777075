"""Read the digest: front matter and statements of ``corpus/``, as docs/corpus.md lays them down."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from bot.errors import CorpusError
from bot.sources.head import read_head
from bot.sources.problem import Problem, ProblemLog
from bot.sources.statements import read_statements
from bot.types import Authority, Passage, Section, Statement

SOURCES_FILE = "sources.toml"

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


@dataclass(frozen=True)
class SourceRules:
    """What ``corpus/sources.toml`` lays down for all files.

    ``allowed_runs`` are defined terms of the law that count as one word when wording is compared.
    """

    topics: frozenset[str]
    allowed_runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What one file gave: as much of its section as can be read, and everything wrong with it."""

    path: Path
    section: Section | None
    problems: tuple[Problem, ...]
    content: str


@dataclass(frozen=True)
class Digest:
    """All files of the digest.

    ``known`` holds every path that exists: each unit, each pinpoint that has a statement, and what
    lies between them. ``hash`` is the SHA-256 of all files, in hex.
    """

    sections: tuple[Section, ...]
    known: frozenset[str]
    hash: str

    @cached_property
    def by_id(self) -> Mapping[str, Section]:
        """Sections by the path of their unit."""
        return {section.id.path: section for section in self.sections}

    def section(self, authority: Authority) -> Section | None:
        """Return the file an authority belongs to, None where the digest has none."""
        return self.by_id.get(authority.unit.path)


def load_digest(corpus_dir: Path) -> Digest:
    """Read every file of the digest.

    Raises:
        CorpusError: a file is wrong, the first by name; the text says how to mend it.
    """
    readings = read_corpus(corpus_dir)
    for reading in readings:
        for problem in reading.problems:
            raise CorpusError(
                f"{problem.message}; {problem.mend}", path=problem.path, line=problem.line
            )
    if not readings:
        raise CorpusError("there is no digest file here; set HABEAS_CORPUS_DIR", path=corpus_dir)
    sections = tuple(reading.section for reading in readings if reading.section is not None)
    digest = hashlib.sha256()
    for reading in readings:
        name = reading.path.relative_to(corpus_dir).as_posix()
        digest.update(f"{name}\0{reading.content}\0".encode())
    return Digest(sections, known_paths(sections), digest.hexdigest())


def known_paths(sections: tuple[Section, ...]) -> frozenset[str]:
    """Every path that exists in these sections, from the unit down to each statement."""
    known: set[str] = set()
    for section in sections:
        known.add(section.id.path)
        for statement in section.statements:
            path = statement.authority.path
            while len(path) > len(section.id.path):
                known.add(path)
                path = path.rsplit("/", 1)[0]
    return frozenset(known)


def passages(digest: Digest) -> tuple[Passage, ...]:
    """What is indexed: one passage a statement, named by its path and a hash of its words."""
    return tuple(
        Passage(
            id=passage_id(statement),
            authority=statement.authority,
            layer=section.layer,
            title=section.title,
            text=statement.text,
            ask=statement.ask,
            url=section.url,
            as_of=section.as_of,
            confidence=statement.confidence,
            contested=statement.contested,
            see=statement.see,
            topics=section.topics,
        )
        for section in digest.sections
        for statement in section.statements
    )


def passage_id(statement: Statement) -> str:
    """Path of a statement with the first 8 hex digits of a SHA-256 over its words."""
    words = f"{statement.text.en}\n{statement.text.es}".encode()
    return f"{statement.authority}@{hashlib.sha256(words).hexdigest()[:8]}"


def source_rules(corpus_dir: Path) -> SourceRules:
    """Read ``sources.toml``: topics files may name, and defined terms.

    Raises:
        CorpusError: the file is missing or malformed.
    """
    path = corpus_dir / SOURCES_FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        topics = frozenset(data["topics"])
        runs = tuple(str(run) for run in data.get("allowed_runs", {}).get("list", ()))
    except OSError:
        raise CorpusError("is missing; it lists the topics files may name", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError, TypeError) as e:
        raise CorpusError(
            f"cannot be read ({e}); it needs a table [topics] and may have [allowed_runs]"
            ' with list = ["…"]',
            path=path,
        ) from None
    return SourceRules(topics, runs)


def read_corpus(corpus_dir: Path) -> tuple[Reading, ...]:
    """Read every digest file, sorted by place, collecting defects instead of stopping at one.

    Raises:
        CorpusError: only if ``sources.toml`` cannot be read.
    """
    rules = source_rules(corpus_dir)
    places = sorted(
        (path for path in corpus_dir.rglob("*.md") if path.name != "README.md"),
        key=lambda path: path.relative_to(corpus_dir).as_posix(),
    )
    readings = [read_file(path, corpus_dir, rules) for path in places]
    first: dict[str, Path] = {}
    for number, reading in enumerate(readings):
        if reading.section is None:
            continue
        name = reading.section.id.path
        if name in first:
            problem = Problem(
                reading.path,
                1,
                f"the id {name} is also that of {first[name]}",
                "keep one file for each id",
            )
            readings[number] = replace(reading, problems=(*reading.problems, problem))
        first.setdefault(name, reading.path)
    return tuple(readings)


def read_file(path: Path, corpus_dir: Path, rules: SourceRules) -> Reading:
    """Read one digest file; all its defects are in the result, none is raised."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = Problem(path, 1, "the file is not UTF-8", "save it as UTF-8")
        return Reading(path, None, (problem,), "")
    except OSError as error:
        problem = Problem(path, 1, f"the file cannot be read ({error.strerror})", "mend its rights")
        return Reading(path, None, (problem,), "")
    lines = content.split("\n")
    log = ProblemLog(path)
    for number, line in enumerate(lines, 1):
        if found := _INVISIBLE.search(line):
            log.say(number, f"invisible character U+{ord(found[0]):04X}", "delete it and retype")
    place = path.relative_to(corpus_dir).with_suffix("").as_posix()
    section, end = read_head(lines, place, rules.topics, log)
    if section is not None:
        section = replace(section, statements=tuple(read_statements(lines, end, section.id, log)))
        _whole(section, end, log)
    return Reading(path, section, tuple(sorted(log.problems)), content)


def _whole(section: Section, end: int, log: ProblemLog) -> None:
    """Note what is wrong with the statements of a file taken together."""
    if not section.statements and section.status not in ("repealed", "reserved"):
        log.say(end, "the file has no statement", "add one under a heading like ## b/3/A")
    seen: dict[str, int] = {}
    for statement in section.statements:
        name = passage_id(statement)
        if name in seen:
            log.say(
                statement.line, f"the statement of line {seen[name]} again", "delete one of them"
            )
        seen.setdefault(name, statement.line)
