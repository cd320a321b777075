"""Conversations stored on the site: only where operator and person want it, sealed, deleted now."""

import asyncio
import sqlite3
import stat
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.admission import Admission
from bot.channels.page import keeping
from bot.channels.page.chat import Chat, Sent
from bot.channels.page.html import problem_html
from bot.channels.page.keeping import Keeping, keeping_app
from bot.channels.shield import Shield
from bot.settings import Settings
from bot.store import open_kept
from tests.serving import FakeEngine

NAME, OTHER = "a" * 32, "b" * 32
QUESTION = "Will they take cousin Wenceslao Zzyzx?"
DAY = 86_400.0


class Clock:
    now = 1_800_000_000.0

    def __call__(self):
        return self.now


@asynccontextmanager
async def kept_in(folder, days=30, clock=None):
    """Give what keeps, what asks and what a browser talks with."""
    settings = Settings(data_dir=folder, conversation_days=days)
    keep = Keeping(settings, clock or Clock())
    app = FastAPI()
    app.mount("/kept", keeping_app(keep))
    app.add_middleware(Shield)
    chat = Chat(FakeEngine(), Admission(), 12_000, keeping=keep)
    transport = httpx.ASGITransport(app)
    async with (
        keep.running(),
        httpx.AsyncClient(transport=transport, base_url="http://x") as client,
    ):
        yield chat, client


async def ask(chat, name=NAME, question=QUESTION, history=""):
    return [one async for one in chat.ask(Sent(question, history, shown="en", kept=name))]


def call(client, method, name=NAME):
    return client.request(method, "/kept/", headers={"X-Conversation": name})


def rows(folder):
    with sqlite3.connect(folder / "habeas.db") as database:
        return database.execute(
            "select number, begun from conversations order by number"
        ).fetchall()


async def test_what_was_asked_is_stored_given_back_and_deleted(tmp_path):
    async with kept_in(tmp_path) as (chat, client):
        begun = await call(client, "PUT")
        assert (begun.status_code, begun.json()) == (200, {"until": "2027-02-14"})
        *_, last = await ask(chat)
        assert last.problem is None
        told = (await call(client, "GET")).json()
        (one,) = told["exchanges"]
        assert one["question"] == QUESTION
        assert one["html"] == last.answer
        assert one["sources"] == last.sources
        assert one["text"] == "A citizen may not lawfully be deported."
        assert told["until"] == "2027-02-14"
        assert (await call(client, "DELETE")).status_code == 204
        assert rows(tmp_path) == []
        gone = await call(client, "GET")
        assert (gone.status_code, gone.headers["content-type"]) == (404, "application/problem+json")
        assert gone.headers["cache-control"] == "no-store"


async def test_whoever_takes_the_database_reads_nothing(tmp_path):
    async with kept_in(tmp_path) as (chat, client):
        await call(client, "PUT")
        await ask(chat)
        files = list(tmp_path.glob("habeas.db*"))
        held = b"".join(one.read_bytes() for one in files)
        for secret in (b"Wenceslao", b"deported", NAME.encode()):
            assert secret not in held
        assert rows(tmp_path) == [(0, "2027-01-15"), (1, "2027-01-15")]
        assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)
        # Nor does a name that is nearly right.
        assert (await call(client, "GET", NAME[:-1] + "b")).status_code == 404


async def test_nothing_is_stored_unasked_and_nothing_comes_back_after_deletion(tmp_path):
    async with kept_in(tmp_path) as (chat, client):
        await ask(chat, name="")
        assert not (tmp_path / "habeas.db").exists()
        *_, last = await ask(chat)
        assert last.problem == problem_html("kept_no_more", "en", 12_000)
        await call(client, "PUT")
        stream = chat.ask(Sent(QUESTION, shown="en", kept=NAME))
        await anext(stream)
        await call(client, "DELETE")
        *_, last = [one async for one in stream]
        assert last.problem == problem_html("kept_no_more", "en", 12_000)
        assert rows(tmp_path) == []


async def test_a_question_changed_takes_the_place_of_what_came_after_it(tmp_path):
    async with kept_in(tmp_path) as (chat, client):
        await call(client, "PUT")
        *_, first = await ask(chat)
        await ask(chat, question="And my wife?", history=first.turns)
        await ask(chat, question="And my son?", history=first.turns)
        told = (await call(client, "GET")).json()["exchanges"]
        assert [one["question"] for one in told] == [QUESTION, "And my son?"]
        await ask(chat, question="I meant me")
        told = (await call(client, "GET")).json()["exchanges"]
        assert [one["question"] for one in told] == ["I meant me"]


async def test_its_days_end_and_switching_off_deletes_all(tmp_path):
    clock = Clock()
    async with kept_in(tmp_path, 2, clock) as (chat, client):
        await call(client, "PUT")
        await call(client, "PUT", OTHER)
        clock.now += 2 * DAY
        await ask(chat)
        assert (await call(client, "GET")).status_code == 200
        clock.now += DAY
        # Nobody is given it, also before it is cleared away.
        assert (await call(client, "GET")).status_code == 404
        assert rows(tmp_path)
    for days, name in ((2, NAME), (0, OTHER)):
        async with kept_in(tmp_path, days, clock) as (_, client):
            async with asyncio.timeout(10):
                while rows(tmp_path):  # noqa: ASYNC110 - another task clears them away
                    await asyncio.sleep(0.01)
            await call(client, "PUT", name)


@pytest.mark.parametrize("name", ["", "a", "A" * 32, "a" * 33, "../" * 10 + "ab", "g" * 32])
async def test_a_name_of_another_form_is_refused(tmp_path, name):
    async with kept_in(tmp_path) as (chat, client):
        for method in ("PUT", "GET", "DELETE"):
            told = await call(client, method, name)
            assert (told.status_code, told.json()["code"]) == (422, "bad_input")
        await ask(chat, name=name)
        assert not (tmp_path / "habeas.db").exists()


async def test_a_flood_is_turned_away_and_a_broken_database_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "A_MINUTE", 2)
    async with kept_in(tmp_path) as (chat, client):
        names = ["1" * 32, "2" * 32, "3" * 32]
        told = [(await call(client, "PUT", one)).status_code for one in names]
        assert told == [200, 200, 503]
        with sqlite3.connect(tmp_path / "habeas.db") as database:
            database.execute("drop table conversations")
        for method in ("GET", "DELETE"):
            down = await call(client, method)
            assert (down.status_code, down.json()["code"]) == (500, "not_stored")
            assert "sqlite" not in down.text.casefold()
        *_, last = await ask(chat)
        assert last.problem == problem_html("not_stored", "en", 12_000)


async def test_what_somebody_changed_in_the_database_is_not_shown(tmp_path):
    async with kept_in(tmp_path) as (chat, client):
        await call(client, "PUT")
        await ask(chat)
        with sqlite3.connect(tmp_path / "habeas.db") as database:
            database.execute("update conversations set sealed = zeroblob(99) where number = 1")
        assert (await call(client, "GET")).json()["code"] == "not_stored"


async def test_two_at_once_write_one_after_the_other(tmp_path):
    store = await open_kept(Settings(data_dir=tmp_path))
    await store.begin("k")
    added = [store.add("k", number, b"x") for number in (1, 2, 3)]
    assert await asyncio.gather(*added, store.delete("k")) == [True, True, True, None]
    assert await store.read("k", 1) is None
    assert not await store.add("k", 4, b"x")
    await store.close()
