"""Read the front matter of a digest file."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, cast, get_args

import yaml

from bot.errors import UnknownAuthority
from bot.sources.problem import ProblemLog
from bot.types import Authority, Bilingual, Section

# The safe loader in C, several times as fast, where the platform's wheel has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Status = Literal["in_force", "repealed", "reserved", "invalid"]
_NEEDED = ("id", "title", "url", "as_of", "checked_on", "topics")
_OPTIONAL = ("ina", "citation", "status", "source")
_TOP_KEY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:")
_PUBLIC_LAW = re.compile(r"P\.L\. \d+-\d+")
_YEAR_IN_CITATION = re.compile(r"\d{4}\)")
_DAY_KINDS = ("cfr", "case", "report")
# Some sources name no more than the month.
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def read_head(
    lines: Sequence[str], place: str, topics: frozenset[str], log: ProblemLog
) -> tuple[Section | None, int]:
    """Return the section without its statements, and the line its head ends on (1-based).

    The section is None where its id cannot be known; every defect goes to ``log``.
    """
    reader = _HeadReader(lines, topics, log)
    end = reader.end()
    head = reader.keys(end) if end else None
    unit = reader.unit(head, place) if head is not None else None
    if head is None or unit is None:
        return None, end
    return reader.section(unit, head), end


class _HeadReader:
    def __init__(self, lines: Sequence[str], topics: frozenset[str], log: ProblemLog) -> None:
        self.lines = lines
        self.known_topics = topics
        self.log = log
        self.key_lines: dict[str, int] = {}

    def line(self, key: str) -> int:
        return self.key_lines.get(key, 1)

    def end(self) -> int:
        """Return the 1-based line of the closing ``---``, 0 where there is none."""
        if self.lines[0].rstrip() == "---":
            for number, line in enumerate(self.lines[1:], 2):
                if line.rstrip() == "---":
                    return number
        self.log.say(
            1, "the head is not between two lines ---", "start the file with --- and close it"
        )
        return 0

    def keys(self, end: int) -> dict[str, Any] | None:
        for number, line in enumerate(self.lines[1 : end - 1], 2):
            if found := _TOP_KEY.match(line):
                if found[1] in self.key_lines:
                    self.log.say(number, f"the key {found[1]} stands twice", "keep one of them")
                self.key_lines.setdefault(found[1], number)
        try:
            head = yaml.load("\n".join(self.lines[1 : end - 1]), Loader=_LOADER)  # noqa: S506 - a safe one
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or error
            self.log.say(
                mark.line + 2 if mark else self.line("checked_on"),
                f"the head is not valid YAML ({what})",
                'put text with a colon or quotation marks in "…"; write days as 2026-11-24',
            )
            return None
        if not isinstance(head, dict):
            self.log.say(2, "the head is not a list of keys", "write it as in docs/corpus.md")
            return None
        for key in head:
            if key not in (*_NEEDED, *_OPTIONAL):
                self.log.say(
                    self.key_lines.get(str(key), 2),
                    f"unknown key {key!r}",
                    f"known are: {', '.join((*_NEEDED, *_OPTIONAL))}",
                )
        for key in _NEEDED:
            if head.get(key) in (None, "", [], {}):
                self.log.say(self.line(key), f"{key} is missing or empty", "add it")
        return head

    def unit(self, head: Mapping[str, Any], place: str) -> Authority | None:
        name = str(head.get("id") or place)
        line = self.line("id")
        try:
            unit = Authority(name)
        except UnknownAuthority as error:
            self.log.say(
                line, f"the id is malformed: {error}", f"the file's place makes it {place}"
            )
            return None
        if name != place:
            self.log.say(
                line, f"the id {name} is not the file's place {place}", "move or rename one"
            )
        if unit.unit != unit:
            self.log.say(
                line,
                f"{name} is a part of {unit.unit}",
                f"write it in {unit.unit}.md under ## {unit.pinpoint}",
            )
            return None
        return unit

    def section(self, unit: Authority, head: Mapping[str, Any]) -> Section:
        section = Section(
            id=unit,
            title=self.title(head),
            url=self.text(head, "url"),
            as_of=self.as_of(unit, head),
            checked_on=self.checked_on(head),
            statements=(),
            topics=self.topics(head),
            ina=self.text(head, "ina"),
            citation=self.text(head, "citation"),
            status=self.status(head),
            source=self.text(head, "source"),
        )
        if section.url and not section.url.startswith("https://"):
            self.log.say(self.line("url"), "the url is not an https:// page", "give one")
        if unit.kind == "case" and not _YEAR_IN_CITATION.search(section.citation):
            self.log.say(
                self.line("citation"),
                "a case needs a citation with its year",
                'write it like citation: "387 U.S. 253 (1967)"',
            )
        if unit.kind == "report" and not section.source:
            self.log.say(1, "a report needs a source", "add source: who says so")
        return section

    def text(self, head: Mapping[str, Any], key: str) -> str:
        value = head.get(key)
        if value is None:
            return ""
        # An unquoted INA number or day is not text to YAML, but it is what was meant.
        if isinstance(value, str | int | date) and not isinstance(value, bool):
            return str(value).strip()
        self.log.say(self.line(key), f"{key} is not text", 'write it in "…"')
        return ""

    def title(self, head: Mapping[str, Any]) -> Bilingual:
        value = head.get("title") or {}
        line = self.line("title")
        mend = 'write title: {en: "…", es: "…"}'
        if not isinstance(value, dict):
            self.log.say(line, "the title is not in both languages", mend)
            return Bilingual("", "")
        for key in value:
            if key not in ("en", "es"):
                self.log.say(line, f"unknown language {key!r} in the title", mend)
        texts = [value.get(lang) for lang in ("en", "es")]
        for lang, text in zip(("en", "es"), texts, strict=True):
            if value and not (isinstance(text, str) and text.strip()):
                self.log.say(line, f"the title has no {lang}", mend)
        en, es = (str(text or "").strip() for text in texts)
        return Bilingual(en, es)

    def as_of(self, unit: Authority, head: Mapping[str, Any]) -> str:
        value = self.text(head, "as_of")
        line = self.line("as_of")
        if value and unit.kind == "usc" and not _PUBLIC_LAW.fullmatch(value):
            self.log.say(line, f"as_of {value!r} is not a release", "write it like P.L. 119-100")
        day = _day(value)
        if value and unit.kind in _DAY_KINDS and not (day or _MONTH.fullmatch(value)):
            self.log.say(line, f"as_of {value!r} is not a day", "write it like 2025-06-27")
        checked = _day(str(head.get("checked_on")))
        if day and checked and day > checked:
            self.log.say(
                line, f"as_of {day} is later than checked_on {checked}", "mend one of them"
            )
        return value

    def checked_on(self, head: Mapping[str, Any]) -> date:
        day = _day(str(head.get("checked_on")))
        if day is None and head.get("checked_on"):
            self.log.say(
                self.line("checked_on"),
                f"checked_on {head['checked_on']!r} is not a day",
                "write it like 2026-11-24",
            )
        return day or date.min

    def topics(self, head: Mapping[str, Any]) -> tuple[str, ...]:
        value = head.get("topics") or []
        line = self.line("topics")
        if not isinstance(value, list):
            self.log.say(line, "topics is not a list", "write topics: [removal, courts]")
            return ()
        for topic in value:
            if topic not in self.known_topics:
                self.log.say(
                    line,
                    f"unknown topic {topic!r}",
                    f"sources.toml lists: {', '.join(sorted(self.known_topics))}",
                )
        return tuple(str(topic) for topic in value)

    def status(self, head: Mapping[str, Any]) -> _Status:
        value = head.get("status", "in_force")
        if value not in get_args(_Status):
            known = ", ".join(get_args(_Status))
            line = self.line("status")
            self.log.say(line, f"unknown status {value!r}", f"known are: {known}")
            return "in_force"
        return cast("_Status", value)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
