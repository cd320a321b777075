"""Speed and memory of the whole product, without a model: ``python -m evals.bench``.

Starts the server as a person would, asks it questions over its event stream and prints what was
measured beside what we want. Nothing here is a test: numbers depend on the machine.
"""

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.index.store import open_index
from bot.retrieve.retriever import make_retriever
from bot.settings import PROJECT_DIR, load_settings
from bot.sources.digest import load_digest, passages
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
_WAIT_S = 90.0


@dataclass(frozen=True)
class Row:
    """One measured number, its unit, and the number we want it to stay under."""

    what: str
    value: float
    unit: str
    want: float


@dataclass(frozen=True)
class Served:
    """A server that runs: address, process id, and after how many seconds its parts were ready."""

    base: str
    pid: int
    api_s: float
    page_s: float


@contextmanager
def server() -> Iterator[Served]:
    """Run the server as a person would, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "app.py")],
        cwd=PROJECT_DIR,
        env={**os.environ, "HABEAS_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        api = _ready(f"{base}/readyz", process, started)
        page = _ready(f"{base}/", process, started)
        yield Served(base, process.pid, api, page)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _ready(url: str, process: "subprocess.Popen[bytes]", started: float) -> float:
    while time.perf_counter() - started < _WAIT_S:
        if process.poll() is not None:
            sys.exit("the server stopped; run `python app.py` to see why")
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return time.perf_counter() - started
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    sys.exit(f"{url} was not ready after {_WAIT_S:.0f} s")


def _ask(client: httpx.Client, base: str, question: str) -> tuple[float | None, float]:
    """Ask once; give milliseconds to the opening (None where there is none) and to the end."""
    started = time.perf_counter()
    opening: float | None = None
    headers = {"accept": "text/event-stream"}
    with client.stream(
        "POST", f"{base}/api/ask", json={"question": question}, headers=headers
    ) as answer:
        for line in answer.iter_lines():
            if line == "event: opening":
                opening = 1000 * (time.perf_counter() - started)
    return opening, 1000 * (time.perf_counter() - started)


def resident_mb(pid: int) -> float:
    """Say how much memory a process holds, in MB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) / 1024


def _measure() -> tuple[Row, ...]:
    openings: list[float] = []
    wholes: list[float] = []
    with server() as served, httpx.Client(timeout=60) as client:
        for question in _QUESTIONS:
            _ask(client, served.base, question)
        for _ in range(_ROUNDS):
            for question in _QUESTIONS:
                opening, whole = _ask(client, served.base, question)
                wholes.append(whole)
                if opening is not None:
                    openings.append(opening)
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


_BUILD = """
import resource, sys, time
from pathlib import Path
from bot.index.build import build_index
from bot.settings import load_settings

settings = load_settings().model_copy(update={"data_dir": Path(sys.argv[1])})
started = time.perf_counter()
manifest = build_index(settings, lambda *_: None)
took = time.perf_counter() - started
unit = 2**20 if sys.platform == "darwin" else 2**10
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
rows = sum(layer.text_rows + layer.ask_rows for layer in manifest.layers.values())
print(took, peak, rows)
"""


def _built() -> tuple[Row, ...]:
    """Build the index from nothing, with the law that is installed, and again with no change."""
    with tempfile.TemporaryDirectory() as scratch:
        law = load_settings().data_dir / "law"
        if law.is_dir():
            (Path(scratch) / "law").symlink_to(law.resolve())
        first, again = (_build_once(scratch) for _ in range(2))
    law_said = "digest and law" if law.is_dir() else "digest"
    return (
        Row(f"index of {law_said} built", first[0], "s", 600),
        Row("rows a second of that", first[2] / first[0], "", float("inf")),
        Row("peak memory of that", first[1], "MB", 1500),
        Row("the same again, nothing changed", again[0], "s", 30),
    )


def _build_once(scratch: str) -> tuple[float, float, float]:
    told = subprocess.run(
        [sys.executable, "-c", _BUILD, scratch],
        cwd=PROJECT_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    took, peak, rows = map(float, told.stdout.split())
    return took, peak, rows


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
    rows = (*_measure(), *_built())
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
