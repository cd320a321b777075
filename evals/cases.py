"""The whole set: the questions of ``evals/questions``, and the guard's labelled lines.

The guard's lines (``tests/data``) are shorter than questions of the set; they become cases of the
stratum ``guard``, so that one runner and one report hold everything.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from evals.problems import BadSet
from evals.schema import DraftCase, Place, Placed, Question, digest_of, read_lines, read_questions

QUESTIONS = Path(__file__).with_name("questions")
GUARD_LINES = Path(__file__).resolve().parent.parent / "tests" / "data"
GUARD_PARTS = ("dev", "heldout", "blind")
_AS_OF = "2026-11-24"
_LINE_KEYS = frozenset({"id", "lang", "turns", "verdict", "facts", "why"})
_SEARCH_KEYS = frozenset({"id", "lang", "type", "q", "controlling"})


@dataclass(frozen=True)
class CaseSet:
    """All cases, each once, with where each stands; ``hash`` changes when any of them does."""

    questions: tuple[Question, ...]
    drafts: tuple[DraftCase, ...]
    places: Mapping[str, Place]
    hash: str

    def __iter__(self) -> Iterator[Question | DraftCase]:
        yield from self.questions
        yield from self.drafts

    def __len__(self) -> int:
        return len(self.questions) + len(self.drafts)


def load_set(questions: Path = QUESTIONS, guard_lines: Path | None = GUARD_LINES) -> CaseSet:
    """Read the set.

    Args:
        questions: directory of the set's own files.
        guard_lines: directory of the guard's labelled lines; None to leave them out.

    Raises:
        BadSet: a line is malformed or an id occurs twice; the message names file and line.
    """
    placed = list(_own(questions))
    drafts = list(_own_drafts(questions))
    if guard_lines is not None:
        placed += _guard_questions(guard_lines)
        drafts += _guard_drafts(guard_lines)
    return _whole(placed, drafts)


def _own(directory: Path) -> Iterator[Placed]:
    for path in sorted(directory.glob("*.jsonl")):
        if not path.name.startswith("drafts"):
            yield from read_questions(path)


def _own_drafts(directory: Path) -> Iterator[tuple[Place, DraftCase]]:
    for path in sorted(directory.glob("drafts*.jsonl")):
        yield from read_lines(path, DraftCase.model_validate_json)


def _guard_questions(directory: Path) -> Iterator[Placed]:
    for part in GUARD_PARTS:
        path = directory / f"questions_{part}.jsonl"
        for place, question in read_lines(path, partial(_guard_line, part=part)):
            yield Placed(question, place)
    path = directory / "retrieval_dev.jsonl"
    for place, question in read_lines(path, _search_line):
        yield Placed(question, place)


def _guard_drafts(directory: Path) -> Iterator[tuple[Place, DraftCase]]:
    for part in GUARD_PARTS:
        yield from read_lines(directory / f"drafts_{part}.jsonl", DraftCase.model_validate_json)


def _guard_line(line: str, part: str) -> Question:
    raw = _object(line, _LINE_KEYS)
    verdict = raw["verdict"]
    return Question.model_validate(
        {
            "id": raw["id"],
            "seed": raw["id"],
            "lang": raw["lang"],
            "stratum": ["guard", part],
            "as_of": _AS_OF,
            "turns": raw["turns"],
            "expect": {"verdict": verdict, "facts": raw.get("facts", [])},
            "authority": f"rule {verdict['rule']}" if verdict else "outside the rules",
            "rationale": raw["why"],
            "origin": f"guard, {part}",
        }
    )


def _search_line(line: str) -> Question:
    raw = _object(line, _SEARCH_KEYS)
    outside = raw["type"] == "outside"
    return Question.model_validate(
        {
            "id": f"retrieval-{raw['id']}",
            "seed": f"retrieval-{raw['id']}",
            "lang": raw["lang"],
            "stratum": ["search", "dev", raw["type"]],
            "as_of": _AS_OF,
            "turns": [{"role": "user", "content": raw["q"]}],
            "expect": {"status": ["abstained", "out_of_scope"]} if outside else {},
            "retrieval": {"controlling": raw["controlling"]},
            "authority": raw["controlling"][0] if raw["controlling"] else "outside the corpus",
            "rationale": "development question of the search; any of its authorities decides it",
            "origin": "search, dev",
        }
    )


def _object(line: str, keys: frozenset[str]) -> dict[str, Any]:
    raw = json.loads(line)
    if not isinstance(raw, dict) or raw.keys() - keys:
        raise ValueError(f"must be an object with the keys {', '.join(sorted(keys))}")
    missing = keys - raw.keys() - {"facts"}
    if missing:
        raise ValueError(f"lacks {', '.join(sorted(missing))}")
    return raw


def _whole(placed: Iterable[Placed], drafts: Iterable[tuple[Place, DraftCase]]) -> CaseSet:
    places: dict[str, Place] = {}
    questions: list[Question] = []
    kept: list[DraftCase] = []
    digest = hashlib.sha256()

    def take(case: Question | DraftCase, place: Place) -> None:
        if case.id in places:
            raise BadSet(
                f"the id {case.id} is also that of {places[case.id]}; give it one of its own",
                path=place.path,
                line=place.line,
            )
        places[case.id] = place
        digest.update(f"{case.id} {digest_of(case)}\n".encode())

    for one in placed:
        take(one.question, one.place)
        questions.append(one.question)
    for place, draft in drafts:
        take(draft, place)
        kept.append(draft)
    return CaseSet(tuple(questions), tuple(kept), places, digest.hexdigest()[:16])
