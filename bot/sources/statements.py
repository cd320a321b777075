"""Read the statements of a digest file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast, get_args

from bot.errors import UnknownAuthority
from bot.sources.problem import ProblemLog
from bot.types import Authority, Bilingual, Confidence, Questions, Statement

_NEEDED = ("en", "es", "ask-en", "ask-es")
_KEYS = (*_NEEDED, "confidence", "contested", "see", "note")
_KEY = re.compile(r"([A-Za-z][A-Za-z-]*):(?:[ \t]+(.*))?$")
_PINPOINT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.~-]*(?:/[A-Za-z0-9][A-Za-z0-9.~-]*)*")


def read_statements(
    lines: Sequence[str], start: int, unit: Authority, log: ProblemLog
) -> Iterator[Statement]:
    """Yield the statements after line ``start`` (1-based); every defect goes to ``log``.

    A statement with a missing language or question is yielded with what it has.
    """
    reader = _BodyReader(lines, unit, log)
    for block in reader.blocks(start):
        statement = reader.statement(block)
        if statement is not None:
            yield statement


@dataclass
class _Block:
    """A heading and its lines, before they are understood."""

    line: int
    pinpoint: str
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


class _BodyReader:
    def __init__(self, lines: Sequence[str], unit: Authority, log: ProblemLog) -> None:
        self.lines = lines
        self.unit = unit
        self.log = log

    def blocks(self, start: int) -> list[_Block]:
        blocks: list[_Block] = []
        key = ""
        for number, line in enumerate(self.lines[start:], start + 1):
            if not line.strip():
                key = ""
            elif line.startswith("#"):
                key = ""
                if not line.startswith("## "):
                    self.log.say(number, f"{line!r} is no heading of a statement", "write ## b/3/A")
                blocks.append(_Block(number, line.lstrip("#").strip()))
            elif line.startswith("  ") and key:
                blocks[-1].values[key] += " " + line.strip()
            elif (found := _KEY.match(line)) and blocks:
                key = self.body_key(blocks[-1], found[1], number)
                if key:
                    blocks[-1].values[key] = (found[2] or "").strip()
                    blocks[-1].lines[key] = number
            else:
                key = ""
                self.log.say(
                    number,
                    f"this line belongs to nothing: {line[:40]!r}",
                    "start it with a key like en: or with two spaces to go on with the line before",
                )
        return blocks

    def body_key(self, block: _Block, key: str, number: int) -> str:
        if key not in _KEYS:
            self.log.say(number, f"unknown key {key!r}", f"known are: {', '.join(_KEYS)}")
            return ""
        if key in block.values:
            self.log.say(
                number, f"{key} stands twice in one statement", "keep one, or repeat the ##"
            )
            return ""
        return key

    def statement(self, block: _Block) -> Statement | None:
        for key in _NEEDED:
            if not block.values.get(key):
                line = block.lines.get(key, block.line)
                self.log.say(line, f"## {block.pinpoint} has no {key}", f"add {key}: …")
        if block.pinpoint != "whole" and not _PINPOINT.fullmatch(block.pinpoint):
            self.log.say(
                block.line,
                f"{block.pinpoint!r} is no pinpoint",
                "write (b)(3)(A) as b/3/A, an en dash as -, the unit as a whole as whole",
            )
            return None
        tail = "" if block.pinpoint == "whole" else f"/{block.pinpoint}"
        authority = Authority(self.unit.path + tail)
        if authority.unit != self.unit:
            self.log.say(
                block.line, f"{authority} is not in {self.unit}", f"write it in {authority.unit}.md"
            )
            return None
        return Statement(
            authority=authority,
            text=Bilingual(block.values.get("en", ""), block.values.get("es", "")),
            ask=Questions(self.asks(block, "ask-en"), self.asks(block, "ask-es")),
            confidence=self.confidence(block),
            contested=self.contested(block),
            see=self.see(block),
            note=block.values.get("note", ""),
            line=block.line,
        )

    def asks(self, block: _Block, key: str) -> tuple[str, ...]:
        if not block.values.get(key):
            return ()
        questions = tuple(part.strip() for part in block.values[key].split("·"))
        if not all(questions):
            self.log.say(block.lines[key], f"{key} has an empty question", "divide them by one ·")
        return tuple(question for question in questions if question)

    def confidence(self, block: _Block) -> Confidence:
        value = block.values.get("confidence", "text")
        if value not in get_args(Confidence):
            self.log.say(
                block.lines["confidence"], f"unknown confidence {value!r}", "text or knowledge"
            )
            return "text"
        return cast("Confidence", value)

    def contested(self, block: _Block) -> bool:
        value = block.values.get("contested", "no")
        if value not in ("yes", "no"):
            self.log.say(
                block.lines["contested"], f"contested is {value!r}", "write yes, or leave out"
            )
        return value == "yes"

    def see(self, block: _Block) -> tuple[Authority, ...]:
        targets = []
        for name in filter(None, (part.strip() for part in block.values.get("see", "").split(","))):
            try:
                targets.append(Authority(name))
            except UnknownAuthority:
                self.log.say(
                    block.lines["see"],
                    f"see names {name!r}, which is no authority path",
                    "write paths like usc/8/1158/b/1, divided by commas",
                )
        return tuple(targets)
