"""Builds that are killed at random moments; also a script: ``python -m tests.killing 100``.

After every kill the index that serves must be whole, the old one or the new, and answer.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.index.build import build_from
from bot.index.embed import HashEmbedder
from bot.index.store import index_home, open_index
from bot.settings import Settings
from bot.types import Authority, Bilingual, Layer, Passage, Questions

ROOT = Path(__file__).parent.parent
PASSAGES = 60
"""Passages of each layer: enough that a build takes some tenths of a second in every stage."""

_BUILDER = """
import sys
from pathlib import Path
from bot.settings import Settings
from tests.killing import build

build(Settings(data_dir=Path(sys.argv[1])), int(sys.argv[2]))
"""


def corpus(version: int) -> tuple[Passage, ...]:
    """Three layers; of each version digest and documents have other words, the law the same."""
    return tuple(
        Passage(
            id=f"{path}/{number}@{0 if layer == 'official' else version:08x}",
            authority=Authority(f"{path}/{number}"),
            layer=layer,
            title=Bilingual("Title", "Título"),
            text=Bilingual(*(2 * (f"{words} {number} {_noise(number)}",))),
            ask=Questions((f"What of {number}?",)),
            url="",
            as_of="",
        )
        for layer, path, words in _layers(version)
        for number in range(PASSAGES)
    )


def _noise(number: int) -> str:
    """Words that make one passage unlike the next."""
    chance = random.Random(number)
    return " ".join(f"word{chance.randrange(500)}" for _ in range(12))


def _layers(version: int) -> tuple[tuple[Layer, str, str], ...]:
    return (
        ("digest", "usc/8/1231", f"Words of version {version}, statement"),
        ("official", "usc/8/1231/a", "Official words"),
        ("user", "doc/notice-1a2b3c4d/p1", f"The notice, version {version}, says"),
    )


def build(settings: Settings, version: int) -> None:
    """Build one version."""
    build_from(corpus(version), str(version), settings, lambda *_: None, embedder=HashEmbedder())


def start(settings: Settings, version: int) -> "subprocess.Popen[bytes]":
    """Build one version in a process that can be killed."""
    return subprocess.Popen(
        [sys.executable, "-c", _BUILDER, settings.data_dir, str(version)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def serving(settings: Settings, versions: tuple[int, int]) -> int:
    """Version of the index that serves, after checking that it is whole and answers.

    Raises:
        CorpusIndexError: it is not whole.
    """
    corpora = {str(version): version for version in versions}
    name = (index_home(settings) / "CURRENT").read_text().strip()
    about = (index_home(settings) / name / "manifest.json").read_text()
    version = next(corpora[one] for one in corpora if f'"corpus": "{one}"' in about)
    with closing(open_index(settings, corpus=str(version), embedder=HashEmbedder())) as index:
        held = tuple(one for layer in index.layers.values() for one in layer.passages)
        assert held == corpus(version)
        for layer in index.layers.values():
            wanted = layer.passages[7]
            vector = index.embedder.embed_queries([f"Title. {wanted.text.en}"])
            assert layer.vectors.nearest("text", vector, 1)[0].cosine > 0.99
    return version


@dataclass
class Killed:
    """What came of the kills: how often the old index served after one, and how often the new."""

    old: int = 0
    new: int = 0


def kill_often(settings: Settings, times: int, seed: int) -> Killed:
    """Kill ``times`` builds, each at a random moment of its work, and check after each.

    A build that died is gone on with by the next, so that kills come early and late in it.
    """
    chance = random.Random(seed)
    build(settings, 0)
    started = time.perf_counter()
    with start(settings, 1) as whole:
        whole.wait()
    took = time.perf_counter() - started
    served, told = 1, Killed()
    for number in range(2, times + 2):
        process = start(settings, number)
        with process:
            time.sleep(chance.uniform(0.2, 1.1) * took)
            process.send_signal(signal.SIGKILL)
        now = serving(settings, (served, number))
        told.new += now == number
        told.old += now == served
        served = now
    build(settings, times + 2)
    assert serving(settings, (served, times + 2)) == times + 2
    assert not list(index_home(settings).glob(".building-*"))
    return told


def main() -> None:
    """Kill as often as was said and print what served afterwards."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as home:
        told = kill_often(Settings(data_dir=Path(home)), times, seed=8)
    print(Counter(old=told.old, new=told.new))  # noqa: T201 - a script


if __name__ == "__main__":
    main()
