"""Recall of retrieval on the development questions: ``python -m evals.retrieval``.

Prints recall at 1, 5 and 10 for the whole search, for each arm alone and for the naive stack of
``evals.naive``, by language and kind of question, then how well confidence tells questions of the
field from others. Questions whose authorities are not in the corpus are left out and counted.

Lexicon and weights were chosen with these questions in sight: they show direction and breakage,
they are not the result. The result is on questions nobody tuned to.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.index.build import build_from
from bot.index.embed import Embedder, make_embedder
from bot.index.store import open_index
from bot.index.words import LANGS
from bot.retrieve.confidence import ABSTAIN
from bot.retrieve.retriever import Only, Retriever, make_retriever
from bot.settings import Settings, load_settings
from bot.sources.digest import Digest, known_paths, load_digest, passages, read_corpus
from bot.types import Arm, Authority, Lang, Passage
from evals.naive import Naive, naive_stack

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "data" / "retrieval_dev.jsonl"
DEPTHS = (1, 5, 10)
_ARMS: Mapping[str, frozenset[Arm] | None] = {
    "all": None,
    "citation": frozenset({"citation"}),
    "lexical": frozenset({"lexical"}),
    "dense": frozenset({"dense"}),
    "questions": frozenset({"questions"}),
}


@dataclass(frozen=True)
class Question:
    """A question and the authorities that decide it; any of them counts."""

    id: str
    lang: Lang
    type: str
    q: str
    controlling: tuple[Authority, ...]


@dataclass(frozen=True)
class Ranks:
    """Rank of the first controlling authority for each question; 0 where it was not found."""

    questions: tuple[Question, ...]
    ranks: tuple[int, ...]

    def share(self, depth: int) -> float:
        """Share of all questions found down to a depth."""
        return sum(0 < rank <= depth for rank in self.ranks) / len(self.ranks)

    def recall(self, depth: int, lang: Lang, kinds: frozenset[str]) -> str:
        """Share found down to a depth, with its counts."""
        found = [
            0 < rank <= depth
            for question, rank in zip(self.questions, self.ranks, strict=True)
            if question.lang == lang and question.type in kinds
        ]
        return f"{sum(found) / len(found):.2f}" if found else "-"


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read the development questions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        Question(
            line["id"], line["lang"], line["type"], line["q"],
            tuple(Authority(a) for a in line["controlling"]),
        )
        for line in map(json.loads, lines)
    )  # fmt: skip


def counts_as(hit: Authority, gold: Authority) -> bool:
    """Whether a hit is the controlling authority, at the grain of section and first subsection."""
    if hit.unit != gold.unit:
        return False
    return not gold.pinpoint or hit.pinpoint.split("/")[0] in ("", gold.pinpoint.split("/")[0])


def grain(authority: Authority) -> str:
    """Name of section and first subsection."""
    first = authority.pinpoint.split("/")[0]
    return f"{authority.unit}/{first}" if first else authority.unit.path


def rank_of(question: Question, found: Sequence[frozenset[Authority]]) -> int:
    """Rank of the first hit that counts, among distinct grains; 0 where none does."""
    seen: dict[frozenset[str], None] = {}
    for authorities in found:
        seen[frozenset(map(grain, authorities))] = None
        if any(counts_as(hit, gold) for hit in authorities for gold in question.controlling):
            return len(seen)
    return 0


def readable_digest(corpus_dir: Path) -> Digest:
    """Read the digest, leaving out files that cannot be read and saying which."""
    readings = read_corpus(corpus_dir)
    for reading in readings:
        if reading.problems:
            print(f"left out: {reading.problems[0]}", file=sys.stderr)
    sections = tuple(r.section for r in readings if r.section is not None and not r.problems)
    return Digest(sections, known_paths(sections), "lenient")


def search_ranks(
    retriever: Retriever, questions: Sequence[Question], arms: frozenset[Arm] | None
) -> Ranks:
    """Ranks by our search."""
    ranks = []
    for question in questions:
        hits = retriever.search(question.q, question.lang, 40, only=Only(arms=arms))
        ranks.append(rank_of(question, [frozenset({hit.passage.authority}) for hit in hits]))
    return Ranks(tuple(questions), tuple(ranks))


def naive_ranks(naive: Naive, questions: Sequence[Question]) -> Ranks:
    """Ranks by the naive stack; a chunk counts as every authority it has words of."""
    ranks = [rank_of(question, naive.search(question.q, 40)) for question in questions]
    return Ranks(tuple(questions), tuple(ranks))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.retrieval", description=__doc__)
    parser.add_argument("--lenient", action="store_true", help="leave out files with defects")
    parser.add_argument("--misses", action="store_true", help="list questions not in the first 5")
    options = parser.parse_args(argv)
    settings = load_settings()
    digest = (readable_digest if options.lenient else load_digest)(settings.corpus_dir)
    embedder = make_embedder(settings)
    with tempfile.TemporaryDirectory() as scratch:
        own = settings.model_copy(update={"data_dir": Path(scratch)})
        _measure(own, digest, embedder, show_misses=options.misses)
    return 0


def _measure(settings: Settings, digest: Digest, embedder: Embedder, *, show_misses: bool) -> None:
    found = passages(digest)
    start = time.perf_counter()
    build_from(found, digest.hash, settings, _quiet, embedder=embedder)
    print(f"{len(found)} passages, {embedder.name}; built in {time.perf_counter() - start:.1f} s")
    index = open_index(settings, corpus=digest.hash, embedder=embedder)
    retriever = make_retriever(settings, digest, index)
    every = read_questions(QUESTIONS)
    questions = answerable(every, found)
    inside = sum(bool(question.controlling) for question in every)
    print(f"{len(questions)} of {inside} questions have an authority in the corpus")
    print(f"{'':12}" + "".join(f"{c:>22}" for c in ("en", "es", "citations en", "citations es")))
    print(f"{'':12}" + f"{'R@1   R@5  R@10':>22}" * 4)
    for name, arms in _ARMS.items():
        ranks = search_ranks(retriever, questions, arms)
        _print_row(name, ranks)
        if name == "all" and show_misses:
            _print_misses(ranks, retriever)
    with naive_stack(found, embedder, settings.data_dir / "naive") as naive:
        _print_row("naive", naive_ranks(naive, questions))
    _print_confidence(retriever, questions, [q for q in every if q.type == "outside"])
    _print_speed(retriever, questions)
    index.close()


def answerable(questions: Sequence[Question], found: Sequence[Passage]) -> tuple[Question, ...]:
    """Leave out questions whose authorities the corpus does not have."""
    return tuple(
        question
        for question in questions
        if any(counts_as(p.authority, gold) for p in found for gold in question.controlling)
    )


def _print_row(name: str, ranks: Ranks) -> None:
    cells = []
    for kinds in (frozenset({"lay", "legal"}), frozenset({"citation"})):
        cells += [
            "   ".join(ranks.recall(depth, lang, kinds) for depth in DEPTHS) for lang in LANGS
        ]
    print(f"{name:12}" + "".join(f"{cell:>22}" for cell in cells))


def _print_misses(ranks: Ranks, retriever: Retriever) -> None:
    for question, rank in zip(ranks.questions, ranks.ranks, strict=True):
        if not 0 < rank <= 5:
            hits = retriever.search(question.q, question.lang, 5)
            got = ", ".join(hit.passage.authority.path for hit in hits)
            print(f"  {rank:2} {question.id} {question.q}\n       got {got}")


def _print_confidence(
    retriever: Retriever, inside_field: Sequence[Question], outside_field: Sequence[Question]
) -> None:
    def sure(questions: Sequence[Question]) -> list[float]:
        return [retriever.confidence(retriever.search(q.q, q.lang, 8)) for q in questions]

    inside = sure([question for question in inside_field if question.type != "citation"])
    outside = sure(outside_field)
    below = float(np.mean(np.array(inside) < ABSTAIN))
    caught = float(np.mean(np.array(outside) < ABSTAIN))
    auc = float(np.mean([(i > o) + 0.5 * (i == o) for i in inside for o in outside]))
    print(
        f"confidence: AUC {auc:.3f}; below {ABSTAIN}: {below:.1%} of {len(inside)} inside,"
        f" {caught:.1%} of {len(outside)} outside"
    )


def _print_speed(retriever: Retriever, questions: Sequence[Question]) -> None:
    took = []
    for question in questions:
        start = time.perf_counter()
        retriever.search(question.q, question.lang, 8)
        took.append(time.perf_counter() - start)
    p50, p95 = np.percentile(took, [50, 95]) * 1000
    print(f"search: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _quiet(_stage: str, _done: int, _total: int) -> None:
    """Progress of a build nobody watches."""


if __name__ == "__main__":
    sys.exit(main())
