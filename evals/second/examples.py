"""The labelled examples, read as the guard reads them."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from bot.guard import decide, read
from bot.guard.context import Context
from bot.guard.marks import mark
from bot.guard.screen import Screen, of_aliens_only
from bot.guard.second.question import question_features, question_parts
from bot.guard.second.scorer import Features
from bot.guard.second.sentence import sentence_features
from bot.settings import load_settings
from bot.sources.digest import load_digest
from bot.text.normalise import fold
from bot.text.sentences import split
from bot.types import Outcome, Turn

HERE = Path(__file__).parent
OLDER = HERE.parents[1] / "tests" / "data"
QUESTIONS = (
    HERE / "questions.jsonl",
    *(OLDER / f"questions_{name}.jsonl" for name in ("dev", "heldout", "blind")),
)
DRAFTS = (
    HERE / "drafts.jsonl",
    HERE / "plain.jsonl",
    *(OLDER / f"drafts_{name}.jsonl" for name in ("dev", "heldout", "blind")),
)
_TOLD_WEIGHT = 0.3
"""What a sentence of the digest weighs beside one of a draft: there are many, and none is bad."""
OF_ALIENS = frozenset({"torture", "persecution", "third_country", "challenge"})
"""Rules on noncitizens: with them every question on removal, detention or danger has a label."""
PROTECTING = frozenset({Outcome.FORBIDDEN, Outcome.BRANCH})


@dataclass(frozen=True)
class Example:
    """Features of a text and what they should have told.

    ``group`` keeps what belongs together (the sentences of one draft) out of two halves of a
    comparison; ``parts`` are read for their meaning, none where only the words are; ``label`` is
    the rule that applies, "violating", or empty; ``by_words`` says that the words alone drop a
    sentence, ``lenient`` that they see nobody protected in it.
    """

    group: str
    features: Features
    parts: tuple[str, ...]
    label: str
    weight: float = 1.0
    by_words: bool = False
    lenient: bool = False


def questions() -> list[Example]:
    """Conversations, labelled with the rule that protects someone in them."""
    return [_question(line) for line in _lines(QUESTIONS)]


def sentences() -> list[Example]:
    """Sentences of drafts under the verdict of their question, and those of the digest.

    What the digest says is right whoever asked, so each of its sentences stands under one outcome
    after the other.
    """
    drafts = [example for line in _lines(DRAFTS) for example in _sentences(line)]
    outcomes = cycle((None, *Outcome))
    digest = load_digest(load_settings().corpus_dir)
    told = [
        Example(str(statement.authority), _features(cut.text, outcome), (), "", _TOLD_WEIGHT)
        for section in digest.sections
        for statement in section.statements
        for lang in ("en", "es")
        for cut, outcome in zip(split(statement.text[lang]), outcomes, strict=False)
    ]
    return [*drafts, *told[::2]]


def data_hash() -> str:
    """Hash of every labelled example, to tell these weights from those of other examples."""
    digest = hashlib.sha256()
    for path in (*QUESTIONS, *DRAFTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _lines(paths: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _question(line: dict[str, Any]) -> Example:
    told = [fold(turn["content"]).text for turn in line["turns"] if turn["role"] == "user"]
    verdict = line["verdict"]
    labelled = verdict is not None and (
        Outcome(verdict["outcome"]) in PROTECTING or verdict["rule"] in OF_ALIENS
    )
    label = verdict["rule"] if labelled else ""
    return Example(line["id"], question_features(told), question_parts(told), label)


def _sentences(line: dict[str, Any]) -> Iterator[Example]:
    asked = [Turn("user", turn) for turn in line.get("history_user", ())]
    reading = read([*asked, Turn("user", line["question"])])
    verdict = decide(reading)
    screen, context = Screen(reading, verdict, by_words=True), Context(reading, verdict)
    cuts = [cut.text for cut in split(line["draft"])]
    violating = line["label"] == "violating"
    # The older sets mark the whole draft: its last sentence is then the one meant.
    bad = set(line.get("bad") or ([len(cuts) - 1] if violating else []))
    for place, text in enumerate(cuts):
        dropped = screen.reason(text) is not None
        if violating and "bad" not in line and place not in bad:
            continue
        label = "violating" if place in bad else ""
        outcome = None if verdict is None else verdict.outcome
        yield Example(
            line["id"],
            _features(text, outcome),
            (fold(text).text, reading.question),
            label,
            by_words=dropped,
            lenient=of_aliens_only(context, mark(fold(text).text)),
        )


def _features(text: str, outcome: Outcome | None) -> Features:
    return sentence_features(mark(fold(text).text), outcome)
