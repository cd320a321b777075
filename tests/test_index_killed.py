"""An index survives whatever happens to its builder, and serves while it works.

``python -m tests.killing 100`` kills a hundred builds instead of ten.
"""

import multiprocessing
import threading
import time
from contextlib import closing

import pytest

from bot.errors import IndexBusy
from bot.index.build import build_from, drop_older
from bot.index.embed import HashEmbedder
from bot.index.store import open_index
from bot.settings import Settings
from tests.killing import build, corpus, kill_often, serving, start

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data")


def test_ten_kills_at_random_moments(settings):
    told = kill_often(settings, 10, seed=1)
    assert told.old + told.new == 10
    assert told.old, "no kill came before the end of a build: the test shows nothing"


def test_queries_are_answered_while_a_build_works(settings):
    build(settings, 0)
    with closing(open_index(settings, corpus="0", embedder=HashEmbedder())) as index:
        vector = index.embedder.embed_queries(["the notice says 7"])

        def ask():
            return [layer.vectors.nearest("text", vector, 9) for layer in index.layers.values()]

        before = ask()
        asked = 0
        with start(settings, 1) as builder:
            while builder.poll() is None:
                assert ask() == before
                asked += 1
        assert builder.returncode == 0
        assert asked > 10
        assert index.outdated
        assert ask() == before
    assert serving(settings, (0, 1)) == 1


def test_indexes_are_opened_while_others_are_put_in_their_place(settings):
    """An opener that copies while builds switch and clear gets a whole one, whichever."""
    build(settings, 0)
    trouble = []
    done = threading.Event()

    def opener():
        while not done.is_set():
            try:
                with closing(open_index(settings, corpus="0", embedder=HashEmbedder())) as index:
                    assert len(index.layers) == 3
            except Exception as error:  # noqa: BLE001 - of another thread
                trouble.append(error)

    thread = threading.Thread(target=opener)
    thread.start()
    try:
        for count in (5, 6, 7, 5, 6, 7):
            build_with(settings, count)
            time.sleep(0.05)
    finally:
        done.set()
        thread.join()
    assert trouble == []


def build_with(settings, count):
    """The same digest with other documents: the corpus hash stays, the index changes."""
    found = [one for one in corpus(0) if one.layer != "user"]
    found += [one for one in corpus(count) if one.layer == "user"]
    build_from(found, "0", settings, lambda *_: None, embedder=HashEmbedder())
    drop_older(settings)


def _build_at_once(home, gate, told):
    gate.wait()
    try:
        build(Settings(data_dir=home), 1)
        told.put("built")
    except IndexBusy:
        told.put("busy")


def test_of_builders_at_once_one_builds(settings):
    spawn = multiprocessing.get_context("spawn")
    gate, told = spawn.Barrier(3), spawn.Queue()
    builders = [
        spawn.Process(target=_build_at_once, args=(settings.data_dir, gate, told)) for _ in range(3)
    ]
    for one in builders:
        one.start()
    said = [told.get(timeout=120) for _ in builders]
    for one in builders:
        one.join()
    told.close()
    assert said.count("built") >= 1
    assert set(said) <= {"built", "busy"}
    assert serving(settings, (1, 1)) == 1
