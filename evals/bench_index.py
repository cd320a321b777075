"""Builds measured: how long, how much memory, and what the one who asks meanwhile feels of it."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.settings import PROJECT_DIR, load_settings
from bot.sources.official import law_files
from bot.sources.uslm import read_uslm
from evals.bench_rows import Row
from evals.bench_server import ask, server

_QUESTIONS = (
    "Can the president send a US citizen to a prison in El Salvador?",
    "My husband has a green card and a DUI. Can he be deported?",
    "¿Qué pasa si pierdo mi audiencia en la corte de inmigración?",
    "What does 8 U.S.C. 1231(b)(3) say?",
)
_ALONE = 60
"""Questions asked before the build, to compare with."""
_PAUSE_S = 0.2

_BUILD = """
import resource, sys, time
from pathlib import Path
from bot.channels.step_back import step_back
from bot.index.build import build_index
from bot.settings import load_settings

step_back()
settings = load_settings().model_copy(update={"data_dir": Path(sys.argv[1])})
started = time.perf_counter()
manifest = build_index(settings, lambda *_: None)
took = time.perf_counter() - started
unit = 2**20 if sys.platform == "darwin" else 2**10
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
rows = sum(layer.text_rows + layer.ask_rows for layer in manifest.layers.values())
print(took, peak, rows)
"""


def measure_builds() -> Iterator[Row]:
    """Build the digest's index from nothing, again with no change, and with all the law there is.

    The law is what is installed, else what lies in ``../shared/law``; without either, the last is
    left out.
    """
    with tempfile.TemporaryDirectory() as scratch:
        took, peak, rows = _build(scratch)
        yield Row("index of digest built", took, "s", 600)
        yield Row("rows a second of that", rows / took, "", float("inf"))
        yield Row("peak memory of that", peak, "MB", 1500)
        yield Row("the same again, nothing changed", _build(scratch)[0], "s", 30)
        law = _law()
        if law is not None:
            yield from _with_law(scratch, law)


def _with_law(scratch: str, law: Path) -> Iterator[Row]:
    title = [one for one in law_files(law) if one.parent.name == "title-08" and "usc" in one.parts]
    started = time.perf_counter()
    for path in title:
        list(read_uslm(path))
    yield Row("title 8 parsed", time.perf_counter() - started, "s", 5)
    with server(Path(scratch)) as served, _asking(served.base) as times:
        while len(times) < _ALONE:
            time.sleep(_PAUSE_S)
        alone = statistics.median(times)
        started = time.perf_counter()
        habeas = str(Path(sys.executable).with_name("habeas"))
        fetched = [habeas, "corpus", "fetch", "--from", str(law)]
        subprocess.run(
            fetched, cwd=PROJECT_DIR, check=True, capture_output=True,
            env={**os.environ, "HABEAS_DATA_DIR": scratch},
        )  # fmt: skip
        yield Row("law fetched from a folder and parsed", time.perf_counter() - started, "s", 60)
        before = len(times)
        took, peak, rows = _build(scratch)
        meanwhile = times[before:]
    yield Row("index of digest and law, while asked", took, "s", 600)
    yield Row("rows a second of that", rows / took, "", float("inf"))
    yield Row("peak memory of that", peak, "MB", 1500)
    yield Row("whole answer before it, p50", alone, "ms", 250)
    yield Row("whole answer meanwhile, p50", statistics.median(meanwhile), "ms", 2 * alone)
    yield Row("questions asked meanwhile", len(meanwhile), "", float("inf"))
    yield Row("of them not answered in full", sum(one == float("inf") for one in meanwhile), "", 1)


@contextmanager
def _asking(base: str) -> Iterator[list[float]]:
    """Ask one question after the other; milliseconds of each, infinite where it failed."""
    times: list[float] = []
    over = threading.Event()

    def drive() -> None:
        number = 0
        with httpx.Client(timeout=60) as client:
            while not over.wait(_PAUSE_S):
                question = _QUESTIONS[number % len(_QUESTIONS)]
                number += 1
                times.append(_whole(client, base, question))

    thread = threading.Thread(target=drive)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def _whole(client: httpx.Client, base: str, question: str) -> float:
    try:
        asked = ask(client, base, question)
    except httpx.HTTPError:
        return float("inf")
    return float("inf") if asked.degraded else asked.whole_ms


def _law() -> Path | None:
    home = load_settings().data_dir / "law"
    current = home / "current"
    if current.is_file():
        return home / current.read_text(encoding="utf-8").strip()
    shared = PROJECT_DIR.parent / "shared" / "law"
    return shared if shared.is_dir() else None


def _build(scratch: str) -> tuple[float, float, float]:
    told = subprocess.run(
        [sys.executable, "-c", _BUILD, scratch],
        cwd=PROJECT_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    took, peak, rows = map(float, told.stdout.split())
    return took, peak, rows
