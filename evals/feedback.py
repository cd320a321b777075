"""Make a case of what somebody asked or complained of: a draft, which gates only once reviewed.

Numbers, addresses and dates of birth are taken out before anything is written, since the set is
public; names are not found by code, so read the line before it is committed.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.guard import decide, read
from bot.text.language import detect
from bot.text.redact import redact
from bot.types import Turn
from evals.problems import RunFailed
from evals.schema import Question

INBOX = Path(__file__).with_name("questions") / "inbox.jsonl"
_OFF = "off"
_TO_WRITE = "to be written"


@dataclass(frozen=True)
class Wanted:
    """What the answer should have been, as far as whoever adds the case knows.

    ``rule`` ``off``: no rule may be met.
    """

    rule: str | None = None
    outcome: str | None = None
    status: str | None = None
    answer: str | None = None
    cite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Added:
    """The new case and where it went; ``said`` tells a person what to do next."""

    question: Question
    said: str


@dataclass(frozen=True)
class _Item:
    """A conversation and its occasion."""

    turns: tuple[Turn, ...]
    comment: str
    origin: str


def add(  # noqa: PLR0913, PLR0917 - the options of one command
    question: str | None,
    feedback: Path | None,
    lang: str | None,
    origin: str,
    wanted: Wanted,
    into: Path = INBOX,
) -> Added:
    """Write one draft case.

    Args:
        question: what was asked; or
        feedback: a file with one JSON object, such as a line of ``habeas feedback export``:
            ``question`` or ``turns``, and ``comment`` or ``about``, and ``id`` where there are
            any; ``-`` for standard input.
        lang: language of the question; found out where not given.
        origin: where it comes from.
        wanted: what is known of the right answer.
        into: file the case goes to.

    Raises:
        RunFailed: there is nothing to add, or what is wanted makes no case.
    """
    item = _item(question, feedback, origin)
    turns = _private(item.turns)
    spoken = lang or detect(" ".join(turn.content for turn in turns if turn.role == "user"))
    name = _name(turns)
    raw = {
        "id": name,
        "seed": name,
        "lang": spoken if spoken in ("en", "es") else "other",
        "stratum": ["draft"],
        "as_of": datetime.now(UTC).date().isoformat(),
        "turns": [{"role": turn.role, "content": turn.content} for turn in turns],
        "expect": _expect(wanted),
        "authority": ", ".join(wanted.cite) or _TO_WRITE,
        "rationale": item.comment or _TO_WRITE,
        # A contested case never gates: whoever reviews it makes it settled.
        "confidence": "contested",
        "origin": item.origin,
    }
    try:
        case = Question.model_validate(raw)
    except ValidationError as error:
        raise RunFailed(f"makes no case: {error}") from None
    if into.exists() and f'"{name}"' in into.read_text(encoding="utf-8"):
        raise RunFailed(f"{into} has this question already, as {name}")
    into.parent.mkdir(parents=True, exist_ok=True)
    with into.open("a", encoding="utf-8") as file:
        file.write(json.dumps(raw, ensure_ascii=False) + "\n")
    verdict = decide(read(turns))
    now = f"{verdict.rule}/{verdict.outcome}" if verdict else "no verdict"
    return Added(
        case,
        f"{name} in {into}; Habeas says {now} today. It is a draft: write what must come of it,"
        " why, and set confidence to settled.",
    )


def _item(question: str | None, feedback: Path | None, origin: str) -> _Item:
    if (question is None) == (feedback is None):
        raise RunFailed("give a question, or --feedback FILE")
    if question is not None:
        return _Item((Turn("user", question),), "", origin or "typed")
    raw = _object(feedback or Path())
    comment = str(raw.get("comment") or raw.get("about") or "")
    source = origin or f"feedback {raw.get('id') or ''}".strip()
    try:
        turns = raw.get("turns") or [{"role": "user", "content": raw["question"]}]
        return _Item(
            tuple(Turn(one["role"], str(one["content"])) for one in turns), comment, source
        )
    except (KeyError, TypeError) as error:
        raise RunFailed(
            f"a feedback item needs `question` or `turns` ({error!r}); people who do not agree to"
            " it leave no words: give the question yourself"
        ) from None


def _object(path: Path) -> Mapping[str, Any]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        raw = json.loads(text)
    except (OSError, ValueError) as error:
        raise RunFailed(f"{path} is no feedback item ({error})") from None
    if not isinstance(raw, dict):
        raise RunFailed(f"{path} is no feedback item: it must be one JSON object")
    return raw


def _private(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    hidden = redact([turn.content for turn in turns])
    return tuple(Turn(turn.role, text) for turn, text in zip(turns, hidden.texts, strict=True))


def _name(turns: tuple[Turn, ...]) -> str:
    text = "\n".join(turn.content for turn in turns)
    return f"draft-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _expect(wanted: Wanted) -> Mapping[str, Any]:
    expect: dict[str, Any] = {}
    if wanted.rule == _OFF:
        expect["verdict"] = None
    elif wanted.rule or wanted.outcome:
        expect["verdict"] = {"rule": wanted.rule, "outcome": wanted.outcome}
    if wanted.status:
        expect["status"] = wanted.status
    if wanted.answer:
        expect["answer"] = wanted.answer
    if wanted.cite:
        expect["must_cite_any"] = [[path] for path in wanted.cite]
    return expect
