"""What is built or fetched while a server runs is taken up between two questions."""

import asyncio
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from bot.channels.web import create_app
from bot.engine import Engine, open_engine
from bot.index.build import build_index
from bot.index.store import current_name, index_home
from bot.live import Live
from bot.settings import PROJECT_DIR, Settings
from bot.sources.documents import add_document, remove_document
from bot.types import Done, Turn
from tests.official_law import install
from tests.serving import live

HABEAS = Path(sys.executable).with_name("habeas")
NOTICE = (
    "Notice of hearing. Your goose hearing is on March 3, 2027 in Harlingen. Bring the receipt."
)
ASKED = "When is my goose hearing in Harlingen?"


class Thing:
    def __init__(self, name):
        self.name = name
        self.closed = 0

    def close(self):
        self.closed += 1


def test_what_is_replaced_is_closed_when_its_last_user_is_done():
    old, new = Thing("old"), Thing("new")
    held = Live(old, Thing.close)
    with held.lease() as first, held.lease() as second:
        held.replace(new)
        assert (first, second, held.now) == (old, old, new)
        with held.lease() as third:
            assert third is new
        assert (old.closed, new.closed) == (0, 0)
    assert (old.closed, new.closed) == (1, 0)
    held.close()
    assert (old.closed, new.closed) == (1, 1)


def test_what_nobody_uses_is_closed_at_once():
    old = Thing("old")
    held = Live(old, Thing.close)
    held.replace(Thing("new"))
    assert old.closed == 1


def test_many_threads_never_meet_a_closed_thing():
    held = Live(Thing("0"), Thing.close)
    met = []

    def use():
        for _ in range(500):
            with held.lease() as one:
                met.append(one.closed)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for one in threads:
        one.start()
    for n in range(300):
        held.replace(Thing(str(n)))
    for one in threads:
        one.join()
    assert len(met) == 2000
    assert not any(met)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A data directory with the index of the digest."""
    home = tmp_path_factory.mktemp("built")
    settings = Settings(data_dir=home)
    ready = PROJECT_DIR / "data" / "index"
    if ready.is_dir():
        shutil.copytree(ready, home / "index")
    build_index(settings, lambda *_: None)
    return home


@pytest.fixture
def settings(built, tmp_path):
    shutil.copytree(built, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", corpus_dir=PROJECT_DIR / "corpus")


@pytest.fixture
def engine(settings):
    opened = open_engine(settings)
    yield opened
    opened.close()


async def flags(engine: Engine) -> tuple[str, ...]:
    events = [one async for one in engine.answer((Turn("user", ASKED),))]
    assert isinstance(events[-1], Done)
    return events[-1].reply.flags


def added(settings: Settings, folder: Path) -> str:
    file = folder / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    return add_document(settings, file).id


async def test_documents_come_and_go_and_an_answer_begun_is_finished(engine, settings, tmp_path):
    heard = engine.watched(lambda _: None)
    before = engine._live.now
    begun = heard.answer((Turn("user", ASKED),))
    await anext(begun)
    name = added(settings, tmp_path)
    build_index(settings, lambda *_: None)
    assert engine.refresh()
    assert not engine.refresh()
    # The engine of a channel has it too; the answer that had begun goes on with what it had.
    assert "user_document" in await flags(heard)
    assert before.index is not None
    assert before.index.private.exists()
    rest = [one async for one in begun]
    assert isinstance(rest[-1], Done)
    assert rest[-1].reply.flags == ()
    assert not before.index.private.exists()
    remove_document(settings, name)
    build_index(settings, lambda *_: None)
    assert engine.refresh()
    assert "user_document" not in await flags(heard)


async def test_official_text_is_quoted_once_it_is_fetched(engine, settings):
    assert engine.digest.section
    install(settings.data_dir)
    assert engine.refresh()
    assert engine._live.now.library is not None
    assert not engine.refresh()


def test_a_build_that_changes_nothing_is_not_taken_up(engine, settings):
    build_index(settings, lambda *_: None)
    assert not engine.refresh()


async def test_a_damaged_index_is_refused_once_and_the_old_one_serves(engine, settings, caplog):
    home = index_home(settings)
    other = home / "0123456789abcdef"
    shutil.copytree(home / current_name(home), other)
    manifest = (other / "manifest.json").read_text("utf-8")
    (other / "manifest.json").write_text(manifest.replace(current_name(home), other.name), "utf-8")
    (other / "digest" / "passages.jsonl").write_bytes(b"{")
    (home / "CURRENT").write_text("0123456789abcdef\n", "ascii")
    assert not engine.refresh()
    assert not engine.refresh()
    assert caplog.text.count("the old one serves on") == 1
    assert engine.trouble == ""
    assert await engine.search("withholding of removal")


async def test_an_engine_opened_without_an_index_finds_one_later(settings, built):
    shutil.rmtree(index_home(settings))
    engine = open_engine(settings)
    assert engine.trouble
    with engine.following(0.05):
        shutil.copytree(built / "index", index_home(settings))
        async with asyncio.timeout(60):
            while engine.trouble:  # noqa: ASYNC110 - another thread takes it up
                await asyncio.sleep(0.05)
    assert await engine.search("withholding of removal")
    engine.close()


@pytest.mark.slow
def test_a_changed_digest_comes_with_its_index(engine, settings, tmp_path):
    corpus = tmp_path / "corpus"
    shutil.copytree(settings.corpus_dir, corpus)
    changed = Settings(data_dir=settings.data_dir, corpus_dir=corpus)
    moved = open_engine(changed)
    was = moved.digest.hash
    file = next(corpus.rglob("1231.md"))
    text = file.read_text("utf-8")
    file.write_text(text.replace("removal", "removal (expulsion)", 1), "utf-8")
    # Changed and not built: what serves goes on.
    assert not moved.refresh()
    build_index(changed, lambda *_: None)
    assert moved.refresh()
    assert moved.digest.hash != was
    assert moved.hashes.corpus == moved.digest.hash
    moved.close()


@pytest.mark.slow
def test_a_server_answers_on_while_a_build_runs_and_then_from_what_was_built(settings, tmp_path):
    app = create_app(settings)
    with live(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        ask = {"question": ASKED}
        assert "user_document" not in client.post("/api/ask", json=ask).json()["flags"]
        file = tmp_path / "notice.txt"
        file.write_text(NOTICE, "utf-8")
        ours = {**os.environ, "HABEAS_DATA_DIR": str(settings.data_dir)}
        building = subprocess.Popen(
            [HABEAS, "corpus", "add", file], env=ours, stdout=subprocess.PIPE
        )
        answered = 0
        until = time.monotonic() + 120
        while time.monotonic() < until:
            response = client.post("/api/ask", json=ask)
            assert response.status_code == 200
            reply = response.json()
            assert reply["status"] != "unavailable"
            assert "degraded" not in reply["flags"]
            answered += 1
            if "user_document" in reply["flags"]:
                break
        assert "user_document" in reply["flags"]
        told = building.communicate(timeout=60)[0].decode()
        assert building.returncode == 0
        assert answered > 5
        remove = [HABEAS, "corpus", "remove", told.split()[0]]
        subprocess.run(remove, env=ours, check=True, capture_output=True)
        while "user_document" in client.post("/api/ask", json=ask).json()["flags"]:
            assert time.monotonic() < until
