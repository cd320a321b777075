"""Speed and memory of the whole product, without a model: ``python -m evals.bench``.

Starts the server as a person would, asks it questions over its event stream and prints what was
measured beside what we want. Nothing here is a test: numbers depend on the machine.
"""

import json
import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.index.store import open_index
from bot.retrieve.retriever import make_retriever
from bot.settings import load_settings
from bot.sources.digest import load_digest, passages
from evals.bench_index import measure_builds
from evals.bench_rows import Row
from evals.bench_server import ask, resident_mb, server
from evals.naive import naive_stack
from evals.retrieval import QUESTIONS, answerable, naive_ranks, read_questions, search_ranks

_QUESTIONS = (
    "Can the president send a US citizen to a prison in El Salvador?",
    "¿Puede el presidente mandar a un ciudadano a una cárcel en El Salvador?",
    "I was born in Guam. Can ICE deport me?",
    "My husband has a green card and a DUI. Can he be deported?",
    "¿Qué pasa si pierdo mi audiencia en la corte de inmigración?",
    "How long do I have to appeal the judge's decision?",
    "Can they send me to a country that is not mine?",
    "me pueden deportar sin ver a un juez",
    "How do I prove that I am a citizen if I lost my papers?",
    "What does 8 U.S.C. 1231(b)(3) say?",
)
_ROUNDS = 6


def _measure() -> tuple[Row, ...]:
    openings: list[float] = []
    wholes: list[float] = []
    with server() as served, httpx.Client(timeout=60) as client:
        for question in _QUESTIONS:
            ask(client, served.base, question)
        for _ in range(_ROUNDS):
            for question in _QUESTIONS:
                asked = ask(client, served.base, question)
                wholes.append(asked.whole_ms)
                if asked.opening_ms is not None:
                    openings.append(asked.opening_ms)
        memory = resident_mb(served.pid)
    return (
        Row("API ready from a built index", served.api_s, "s", 6),
        Row("page ready from a built index", served.page_s, "s", 12),
        Row("opening at the event stream, p50", statistics.median(openings), "ms", 100),
        Row(
            "opening at the event stream, p95", statistics.quantiles(openings, n=20)[-1], "ms", 100
        ),
        Row("whole answer, p50", statistics.median(wholes), "ms", 250),
        Row("whole answer, p95", statistics.quantiles(wholes, n=20)[-1], "ms", 500),
        Row("resident memory after 70 answers", memory, "MB", 700),
    )


@dataclass(frozen=True)
class Beside:
    """One number of ours beside the naive stack's; the ratio is ours over theirs."""

    what: str
    ours: float
    naive: float
    unit: str

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.naive if self.naive else float("inf")


def _beside() -> tuple[Beside, ...]:
    """Search the same questions with ours and with the naive stack, in one process."""
    settings = load_settings()
    digest = load_digest(settings.corpus_dir)
    found = passages(digest)
    questions = answerable(read_questions(QUESTIONS), found)
    index = open_index(settings, corpus=digest.hash)
    retriever = make_retriever(settings, digest, index)
    search_ranks(retriever, questions[:20], None)
    started = time.perf_counter()
    ours = search_ranks(retriever, questions, None)
    took = time.perf_counter() - started
    with (
        tempfile.TemporaryDirectory() as scratch,
        naive_stack(found, index.embedder, Path(scratch)) as naive,
    ):
        naive_ranks(naive, questions[:20])
        started = time.perf_counter()
        theirs = naive_ranks(naive, questions)
        naive_took = time.perf_counter() - started
    index.close()
    each = 1000 / len(questions)
    return (
        Beside("controlling provision at rank 1", ours.share(1), theirs.share(1), ""),
        Beside("controlling provision in the first 5", ours.share(5), theirs.share(5), ""),
        Beside("controlling provision in the first 10", ours.share(10), theirs.share(10), ""),
        Beside("one search", took * each, naive_took * each, "ms"),
    )


def main() -> None:
    """Measure and print; the last line is the same as JSON."""
    rows = (*_measure(), *measure_builds())
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, no model"
    )
    for row in rows:
        want = f"(want under {row.want:g})" if row.want < float("inf") else ""
        print(f"{row.what:<38} {row.value:8.1f} {row.unit:<3} {want}".rstrip())
    beside = _beside()
    print("\nBeside the naive stack (evals/naive.py), on questions ours was tuned on:")
    for one in beside:
        print(
            f"{one.what:<38} {one.ours:8.2f} {one.unit:<2} naive {one.naive:8.2f} {one.unit:<2}"
            f" ratio {one.ratio:.2f}"
        )
    print(
        json.dumps(
            {row.what: round(row.value, 1) for row in rows}
            | {f"{one.what}, ours / naive": round(one.ratio, 2) for one in beside}
        )
    )


if __name__ == "__main__":
    main()
