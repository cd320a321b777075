"""Several replicas of the Slack side on one database: SQLite, and PostgreSQL where it is there."""

import asyncio
import os
import shutil
import socket
import subprocess
import threading
import uuid
from pathlib import Path

import pytest

from bot.channels.slack import texts
from bot.store import Conversation, Store
from tests import slack_payloads as sent
from tests.fake_slack import BEN, Fault, fake_slack
from tests.serving import FakeEngine
from tests.slack_living import ended, living, plain

ONE, TWO = "1764000000.000100", "1764000001.000100"
ASKED = "Can they deport me?"


def found(name: str) -> str | None:
    every = [*Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), shutil.which(name)]
    return next((str(one) for one in every if one), None)


def quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """A PostgreSQL of this module's own; it refuses to run as root."""
    pytest.importorskip("asyncpg")
    initdb, pg_ctl = found("initdb"), found("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("PostgreSQL is not installed")
    as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(subprocess.check_output([*as_whom, "mktemp", "-d"], text=True, cwd="/").strip())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    data = [*as_whom, pg_ctl, "-D", f"{folder}/data", "-w"]
    begin = [*as_whom, initdb, "-D", f"{folder}/data", "-A", "trust", "-U", "habeas"]
    quietly(begin)
    quietly([*data, "-o", options, "-l", f"{folder}/log", "start"])
    try:
        yield f"postgresql://habeas@127.0.0.1:{port}"
    finally:
        quietly([*data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
async def base(request, tmp_path):
    """What two replicas are given, so that they share a database that is empty."""
    if request.param == "sqlite":
        yield {}
        return
    import asyncpg  # noqa: PLC0415 - only where it is there

    url = request.getfixturevalue("postgres")
    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(f"{url}/postgres")
    await connection.execute(f"create database {name}")
    await connection.close()
    yield {"database_url": f"{url}/{name}"}


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        yield one


@pytest.fixture
async def pair(fake, tmp_path, base):
    async with living(fake, tmp_path, **base) as one, living(fake, tmp_path, **base) as two:
        yield one, two


async def test_a_burst_that_reaches_both_is_answered_once(fake, pair):
    one, two = pair
    every = [sent.direct(f"{ASKED} {n}", f"1764000{n:03d}.000100") for n in range(60)]
    await asyncio.gather(*(app.send(event) for event in every for app in pair))
    await one.until(lambda: len([p for p in fake.seen() if ended(p)]) == len(every), 60)
    await one.quiet()
    assert len(one.engine.asked) + len(two.engine.asked) == len(every)
    assert len({post.thread for post in fake.seen()}) == len(every) == len(fake.seen())


async def test_a_conversation_goes_on_at_the_other(fake, pair):
    one, two = pair
    await one.send(sent.mention("I was born in Texas.", ONE))
    await one.answer(ONE)
    await two.send(sent.mention(ASKED, TWO, thread=ONE, person=BEN))
    await two.answer(ONE, 2)
    await two.send(sent.mention("And me?", "1764000002.000100", thread=ONE))
    post = await two.answer(ONE, 3)
    asked = [[turn.content for turn in turns if turn.role == "user"] for turns, _ in
             (*one.engine.asked, *two.engine.asked)]  # fmt: skip
    assert asked == [["I was born in Texas."], [ASKED], ["I was born in Texas.", "And me?"]]
    await one.send(sent.click(fake, post.button("sources"), post))
    await one.until(lambda: fake.views)


async def test_a_stop_that_reaches_the_other_stops_the_answer(fake, tmp_path, base):
    engine = FakeEngine(hold=threading.Event())
    async with (
        living(fake, tmp_path, engine=engine, **base) as one,
        living(fake, tmp_path, **base) as two,
    ):
        await one.send(sent.direct(ASKED, ONE))
        post = await one.until(lambda: next(iter(fake.seen()), None))
        await two.send(sent.stopped(ONE, [post.ts]))
        await one.until(lambda: texts.STOPPED.en in post.text)


async def test_an_edit_and_a_deletion_that_reach_the_other_are_followed(fake, pair):
    one, two = pair
    await one.send(sent.direct(ASKED, ONE))
    await one.answer(ONE)
    await two.send(sent.changed("And now?", ONE, before=ASKED))
    await two.until(lambda: [turns[-1].content for turns, _ in two.engine.asked] == ["And now?"])
    await two.answer(ONE)
    await one.send(sent.deleted(ONE))
    await one.until(lambda: not fake.seen())


async def test_a_message_deleted_at_the_other_takes_its_answer_along(fake, pair, monkeypatch):
    one, two = pair
    one.engine.hold = threading.Event()
    # The sign of life comes too late to hear of it, and Slack does not delete at first.
    monkeypatch.setattr(Store, "renew", lambda *_: asyncio.sleep(0, "running"))
    kept: list[Store] = []
    say = Store.say

    async def heard(self, *more):
        kept.append(self)
        await say(self, *more)

    monkeypatch.setattr(Store, "say", heard)
    fake.faults.append(Fault("chat.delete", "internal_error"))
    await one.send(sent.direct("I was born in Texas.", ONE))
    await one.until(fake.seen)
    await two.send(sent.deleted(ONE))
    await two.until(lambda: fake.called("chat.delete"))
    assert fake.seen()
    one.engine.hold.set()
    await one.until(lambda: not fake.seen())
    place = Conversation("T0HABEAS", "D0ANA", ONE, "U0ANA")
    assert await kept[0].said(place) == ()


async def test_what_a_replica_left_unfinished_the_other_finishes(fake, tmp_path, base):
    engine = FakeEngine(hold=threading.Event())
    async with living(fake, tmp_path, engine=engine, **base) as one:
        await one.send(sent.direct(ASKED, ONE))
        await one.until(fake.seen)
    async with living(fake, tmp_path, **base) as two:
        post = await two.answer(ONE)
        await two.quiet()
    assert len(fake.seen()) == 1
    assert plain(post.text).count("So it may not be done.") == 1
