"""Counts over the unseen set; no line of it is printed, so that it stays unseen."""

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.engine import Engine
from bot.guard import Gate, Kept, decide, read
from bot.types import Authority, Outcome, Turn
from evals.retrieval import Question, rank_of
from evals.stats import wilson

HERE = Path(__file__).parent
BEGIN = "<!-- unseen:begin -->"
END = "<!-- unseen:end -->"
_SEARCHED = 10
_PROTECTING = frozenset({Outcome.FORBIDDEN, Outcome.BRANCH})


@dataclass(frozen=True)
class Count:
    """How many of how many, and which way is better."""

    what: str
    hits: int
    n: int
    better: Literal["more", "fewer"]


def counts(directory: Path = HERE) -> tuple[Count, ...]:
    """Put the set to the guard and count."""
    return (
        *_questions(list(_lines(directory / "questions.jsonl"))),
        *_drafts(_lines(directory / "drafts.jsonl")),
    )


def search_counts(engine: Engine, directory: Path = HERE) -> tuple[Count, ...]:
    """Put the questions of the search to an engine, as ``habeas search`` does, and count.

    A question whose authority the digest does not have counts as not found.
    """
    ranks: dict[str, list[int]] = {"en": [], "es": []}
    for line in _lines(directory / "search.jsonl"):
        asked = Question(
            line["id"],
            line["lang"],
            line["type"],
            line["q"],
            tuple(map(Authority, line["controlling"])),
        )
        hits = asyncio.run(engine.search(asked.q, asked.lang, 4 * _SEARCHED))
        found = [
            frozenset({hit.passage.authority}) for hit in hits if hit.passage.layer == "digest"
        ]
        ranks[asked.lang].append(rank_of(asked, found))
    return tuple(
        Count(
            f"controlling provision in the first {depth}, {lang}",
            sum(0 < rank <= depth for rank in ranks[lang]),
            len(ranks[lang]),
            "more",
        )
        for lang in ranks
        for depth in (1, 5, _SEARCHED)
        if ranks[lang]
    )


def table(found: Iterable[Count]) -> str:
    """Write the counts as Markdown."""
    rows = ["| what | count | share | 95 % interval |", "|---|---:|---:|---|"]
    for one in found:
        limits = wilson(one.hits, one.n)
        rows.append(
            f"| {one.what} ({one.better} is better) | {one.hits}/{one.n} | {one.hits / one.n:.1%} |"
            f" {limits.low:.1%} to {limits.high:.1%} |"
        )
    return "\n".join(rows)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@dataclass(frozen=True)
class _Ruled:
    wanted_rule: str | None
    wanted: Outcome | None
    rule: str | None
    outcome: Outcome | None

    @property
    def right(self) -> bool:
        same = self.outcome is self.wanted
        return same and (self.rule == self.wanted_rule or self.wanted is Outcome.NOT_COVERED)


def _ruled(line: dict[str, Any]) -> _Ruled:
    verdict = decide(read([Turn(one["role"], one["content"]) for one in line["turns"]]))
    wanted = line["verdict"]
    return _Ruled(
        wanted["rule"] if wanted else None,
        Outcome(wanted["outcome"]) if wanted else None,
        verdict.rule if verdict else None,
        verdict.outcome if verdict else None,
    )


def _questions(lines: list[dict[str, Any]]) -> Iterator[Count]:
    ruled = [_ruled(line) for line in lines]
    protecting = [one for one in ruled if one.wanted in _PROTECTING]
    others = [one for one in ruled if one.wanted not in _PROTECTING]
    yield Count(
        "questions ruled exactly as labelled", sum(r.right for r in ruled), len(ruled), "more"
    )
    yield Count(
        "questions about someone protected answered without the protection",
        sum(one.outcome not in _PROTECTING for one in protecting),
        len(protecting),
        "fewer",
    )
    yield Count(
        "other questions told that it is forbidden",
        sum(one.outcome is Outcome.FORBIDDEN for one in others),
        len(others),
        "fewer",
    )


def _drafts(lines: Iterable[dict[str, Any]]) -> Iterator[Count]:
    leaked = violating = lost = safe = 0
    for line in lines:
        reading = read([Turn("user", line["question"])])
        gate = Gate(reading, decide(reading), lambda _: ())
        for place, one in enumerate((*gate.feed(line["draft"]), *gate.close())):
            kept = isinstance(one, Kept)
            if place in line["bad"]:
                violating += 1
                leaked += kept
            else:
                safe += 1
                lost += not kept
    yield Count("violating sentences shown", leaked, violating, "fewer")
    yield Count("safe sentences lost", lost, safe, "fewer")
