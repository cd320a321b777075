"""Slack when things go wrong: nothing said twice, nothing lost, nothing made up."""

import asyncio
import json
import os
import socket
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from aiohttp import ClientSession

from bot.channels.slack.serve import Slack
from bot.errors import SettingsError
from bot.store import Store, StoreError
from tests import slack_payloads as sent
from tests.fake_slack import APP_TOKEN, SECRET, TOKEN, Door, Fault, fake_slack, signed
from tests.serving import FakeEngine
from tests.slack_living import Living, living, plain, settings_for

ONE, TWO, THREE = "1764000000.000100", "1764000001.000100", "1764000002.000100"
ASKED = "Can they deport me?"
PARTS = (
    "A citizen may not lawfully be deported. Not ever.",
    "Nobody may be removed there.",
    "So it may not be done.",
    "This is information about the law, not legal advice.",
)


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        yield one


@pytest.fixture(params=["http", "socket"])
async def app(fake, tmp_path, request):
    async with living(fake, tmp_path, request.param) as one:
        yield one


@pytest.fixture
async def http(fake, tmp_path):
    async with living(fake, tmp_path) as one:
        yield one


def assert_whole_once(fake, thread=ONE):
    shown = plain(" ".join(one.text for one in fake.seen(thread)))
    assert [shown.count(part) for part in PARTS] == [1] * len(PARTS), shown


# Who may speak


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "0"},
        {"X-Slack-Signature": "v0=00", "X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Signature": "v0=é".encode(), "X-Slack-Request-Timestamp": b"9999999999"},
        "other secret",
        "old",
        "other body",
    ],
    ids=["none", "wrong", "no-number", "no-ascii", "other-secret", "old", "other-body"],
)
async def test_forged_and_old_requests_are_refused_unread(http, headers, caplog):
    body = json.dumps(sent.direct(ASKED, ONE))
    match headers:
        case "other secret":
            headers = signed(body, secret="x" * 32)
        case "old":
            headers = signed(body, age_s=301)
        case "other body":
            headers = signed(body.replace("me", "you"))
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{http.door.app_url}/slack/events", content=body, headers=headers
        )
    assert answer.status_code == 401
    await http.quiet(0.2)
    assert http.engine.asked == []
    assert ASKED not in caplog.text


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[]", b'{"event": {"channel": 7}}', b""])
async def test_signed_nonsense_does_no_harm(http, body):
    headers = {"Content-Type": "application/json"}
    headers |= signed(body.decode("latin-1")) if b"\xff" in body else signed(body.decode())
    async with httpx.AsyncClient() as client:
        url = f"{http.door.app_url}/slack/events"
        answer = await client.post(url, content=body, headers=headers)
        assert 200 <= answer.status_code < 500
        assert (await client.post(url, content=b"x" * 2_000_000)).status_code == 413
    await http.send(sent.direct(ASKED, ONE))
    await http.answer(ONE)


async def test_slack_can_verify_the_address(http):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRNFdxV2595"})
    headers = {"Content-Type": "application/json", **signed(body, secret=SECRET)}
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{http.door.app_url}/slack/events", content=body, headers=headers
        )
    assert "3eZbrw1aBm2rZgRNFdxV2595" in answer.text


# Once


async def test_an_event_sent_again_is_answered_once(app):
    event = sent.direct(ASKED, ONE)
    await app.send(event)
    for retry in (1, 2, 3):
        await app.send(event, retry=retry)
    await app.answer(ONE)
    await app.send(event, retry=3)
    await app.quiet()
    assert len(app.engine.asked) == 1
    assert_whole_once(app.fake)


async def test_an_event_sent_again_after_a_restart_is_answered_once(fake, tmp_path):
    event = sent.direct(ASKED, ONE)
    async with living(fake, tmp_path) as app:
        await app.send(event)
        await app.answer(ONE)
    async with living(fake, tmp_path) as app:
        await app.send(event, retry=1)
        await app.quiet()
        assert app.engine.asked == []
    assert_whole_once(fake)


async def test_a_burst_of_200_is_answered_each_once_and_acknowledged_at_once(app):
    every = [sent.direct(f"{ASKED} {n}", f"1764000{n:03d}.000100") for n in range(200)]
    # Sender and app share one processor here: as many at a time as leave it room to answer.
    lines = asyncio.Semaphore(50)

    async def deliver(event: dict) -> None:
        async with lines:
            await app.send(event)

    await asyncio.gather(*map(deliver, every))
    assert max(app.door.times) < 1.0
    await app.until(lambda: len([p for p in app.fake.seen() if p.blocks]) == 200, 60)
    await app.quiet()
    assert sorted(turns[-1].content for turns, _ in app.engine.asked) == sorted(
        f"{ASKED} {n}" for n in range(200)
    )
    assert len({post.thread for post in app.fake.seen()}) == 200 == len(app.fake.seen())
    assert app.engine.most_running <= 8


async def test_the_acknowledgement_does_not_wait_for_a_slow_slack(app):
    app.fake.slow_s = 1.5
    app.fake.faults += [
        Fault("agents.sessions.setStatus", "slow"), Fault("chat.startStream", "slow"),
    ]  # fmt: skip
    await app.send(sent.direct(ASKED, ONE))
    assert max(app.door.times) < 1.0
    await app.answer(ONE)
    assert_whole_once(app.fake)


async def test_messages_out_of_order_are_remembered_in_the_order_they_were_written(app):
    app.engine.hold = threading.Event()
    await app.send(sent.direct("first", ONE))
    await app.until(app.fake.seen)
    # Both wait for the first answer; the later one comes in first.
    await app.send(sent.direct("third", THREE, thread=ONE))
    await app.send(sent.direct("second", TWO, thread=ONE))
    app.engine.hold.set()
    await app.answer(ONE, 3)
    asked = [
        [turn.content for turn in turns if turn.role == "user"] for turns, _ in app.engine.asked
    ]
    assert asked == [["first"], ["first", "second"], ["first", "second", "third"]]


# Calls that fail

FAILING = ("429", "500", "500_after", "drop", "drop_after", "internal_error")


@pytest.mark.parametrize("what", FAILING)
@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_a_growing_message_survives(http, method, what):
    http.fake.faults.append(Fault(method, what))
    await http.send(sent.direct(ASKED, ONE))
    post = await http.answer(ONE)
    await http.quiet()
    assert_whole_once(http.fake)
    assert len(http.fake.seen()) == 1
    assert post.button("sources")


@pytest.mark.parametrize("what", FAILING)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_message_that_is_updated_survives(http, method, what):
    http.fake.streams = False
    http.fake.faults.append(Fault(method, what))
    await http.send(sent.mention(ASKED, ONE))
    post = await http.answer(ONE)
    await http.quiet()
    assert_whole_once(http.fake)
    assert len(http.fake.seen()) == 1
    assert "stop" not in json.dumps(post.blocks)


async def test_where_messages_cannot_grow_they_are_updated(app):
    app.fake.streams = False
    app.engine.hold = threading.Event()
    await app.send(sent.mention(ASKED, ONE))
    post = await app.until(lambda: next(iter(app.fake.seen()), None))
    assert "lawfully be deported" in post.text
    assert post.button("stop")
    app.engine.hold.set()
    await app.answer(ONE)
    assert_whole_once(app.fake)


async def test_a_message_slack_stopped_by_itself_is_updated_to_the_whole(http):
    http.engine.hold = threading.Event()
    await http.send(sent.direct(ASKED, ONE))
    post = await http.until(lambda: next(iter(http.fake.seen()), None))
    post.streaming = False
    http.engine.hold.set()
    await http.answer(ONE)
    assert_whole_once(http.fake)
    assert len(http.fake.seen()) == 1


async def test_what_cannot_be_updated_goes_on_in_a_new_message(http):
    http.fake.streams = False
    http.fake.faults.append(Fault("chat.update", "edit_window_closed", 9))
    await http.send(sent.mention(ASKED, ONE))
    await http.until(lambda: len(http.fake.seen()) == 2)
    await http.quiet()
    assert_whole_once(http.fake)
    assert http.fake.seen()[1].button("sources")


async def test_blocks_slack_does_not_know_are_left_out(http):
    http.fake.faults.append(Fault("chat.stopStream", "invalid_blocks", 9))
    http.fake.faults.append(Fault("chat.update", "invalid_blocks", 1))
    await http.send(sent.direct(ASKED, ONE))
    await http.until(lambda: http.fake.called("chat.update")[1:])
    await http.quiet()
    assert_whole_once(http.fake)


@pytest.mark.parametrize("what", ["429", "500", "drop"])
async def test_a_private_answer_survives(http, what):
    http.fake.faults.append(Fault("reply", what))
    await http.send(sent.command(http.fake, ASKED))
    await http.until(lambda: any("Nobody may be" in json.dumps(r) for r in http.fake.replies))
    await http.quiet()
    assert sum("Nobody may be" in json.dumps(r) for r in http.fake.replies) == 1
    assert all(r["replace_original"] for r in http.fake.replies)


async def test_slack_down_and_back(app):
    if app.door.mode == "socket":
        await app.fake.socket()
    app.fake.down = True
    await app.send(sent.direct(ASKED, ONE))
    await app.quiet(1.0)
    assert not app.fake.posts
    app.fake.down = False
    await app.answer(ONE)
    await app.quiet()
    assert_whole_once(app.fake)


async def test_slack_down_in_the_middle_of_an_answer(app):
    if app.door.mode == "socket":
        await app.fake.socket()
    app.engine.hold = threading.Event()
    await app.send(sent.direct(ASKED, ONE))
    await app.until(app.fake.seen)
    app.fake.down = True
    app.engine.hold.set()
    await app.quiet(1.0)
    app.fake.down = False
    await app.answer(ONE)
    await app.quiet()
    assert_whole_once(app.fake)
    assert len(app.fake.seen()) == 1


async def test_a_question_is_not_lost_when_slack_cannot_say_who_we_are(fake, tmp_path):
    fake.down = True
    async with living(fake, tmp_path) as app:
        assert await app.send(sent.direct(ASKED, ONE)) == 200
        fake.down = False
        await app.answer(ONE)
    assert_whole_once(fake)


async def test_a_revoked_token_is_said_once_and_the_app_lives_on(http, caplog):
    tokens, http.fake.tokens = http.fake.tokens, {}
    await http.send(sent.direct(ASKED, ONE))
    await http.until(lambda: "invalid_auth" in caplog.text)
    await http.quiet()
    assert not http.fake.posts
    http.fake.tokens = tokens
    await http.send(sent.direct(ASKED, TWO))
    await http.answer(TWO)


async def test_a_wrong_token_is_told_at_the_start(fake, tmp_path):
    fake.tokens = {}
    slack = Slack(settings_for(fake, tmp_path, "socket"), FakeEngine())
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN.*invalid_auth"):
        async with slack.running():
            pass


async def test_a_database_that_is_not_there_is_told_at_the_start(fake, tmp_path):
    settings = settings_for(fake, tmp_path, "http", database_url="sqlite:////nowhere/habeas.db")
    with pytest.raises(SettingsError, match="DATABASE_URL names a file in a folder"):
        await Slack(settings, FakeEngine()).check()


async def test_a_missing_driver_is_told_with_what_to_install(fake, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    settings = settings_for(fake, tmp_path, "http", database_url="postgresql://me@127.0.0.1/x")
    with pytest.raises(SettingsError, match=r"pip install 'habeas\[postgres\]'"):
        await Slack(settings, FakeEngine()).check()


async def test_without_tokens_it_says_which_are_missing(fake, tmp_path):
    settings = settings_for(fake, tmp_path, "http").model_copy(update={"slack_bot_token": None})
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN"):
        Slack(settings, FakeEngine())


# Restarts and connections


async def test_an_answer_broken_off_by_a_restart_is_finished_in_place(fake, tmp_path):
    engine = FakeEngine(hold=threading.Event())
    async with living(fake, tmp_path, engine=engine) as app:
        await app.send(sent.direct(ASKED, ONE))
        await app.until(fake.seen)
    async with living(fake, tmp_path) as app:
        await app.answer(ONE)
        await app.quiet()
    assert_whole_once(fake)
    assert len(fake.seen()) == 1


async def test_a_message_that_was_posted_but_never_noted_is_found_again(fake, tmp_path):
    engine = FakeEngine(hold=threading.Event())
    async with living(fake, tmp_path, engine=engine) as app:
        await app.send(sent.direct(ASKED, ONE))
        await app.until(fake.seen)
    # As if the process had died between Slack's answer and the note of it.
    with closing(sqlite3.connect(tmp_path / "habeas.db")) as base, base:
        base.execute("update questions set posted = ''")
    async with living(fake, tmp_path) as app:
        await app.answer(ONE)
        await app.quiet()
    assert_whole_once(fake)
    assert len(fake.seen()) == 1


@pytest.mark.parametrize("how", ["asked", "cut"])
async def test_the_socket_connects_again_and_what_was_not_acknowledged_comes_again(
    fake, tmp_path, how
):
    async with living(fake, tmp_path, "socket") as app:
        old = await fake.socket()
        event = sent.direct(ASKED, ONE)
        await app.send(event)
        await app.answer(ONE)
        if how == "asked":
            await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
        else:
            await old.close()
        await app.until(lambda: fake.connections == 2 and old not in fake.sockets, 20)
        await app.send(event)
        await app.send(sent.direct(ASKED, TWO))
        await app.answer(TWO)
        await app.quiet()
        assert len(app.engine.asked) == 2
    assert_whole_once(fake, ONE)
    assert_whole_once(fake, TWO)


async def test_socket_mode_waits_for_a_slack_that_is_down_at_the_start(fake, tmp_path, caplog):
    fake.down = True
    async with living(fake, tmp_path, "socket") as app:
        await app.until(lambda: "Failed to connect" in caplog.text)
        assert "Traceback" not in caplog.text
        assert not app.slack.connected.is_set()
        fake.down = False
        await app.send(sent.direct(ASKED, ONE))
        await app.answer(ONE)
        await app.until(app.slack.connected.is_set)


async def test_an_event_that_could_not_be_written_down_is_not_acknowledged(
    http, monkeypatch, caplog
):
    async def broken(*_):
        raise StoreError("OperationalError")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "take", broken)
        assert await http.send(sent.direct(ASKED, ONE)) == 500
    assert ASKED not in caplog.text
    assert await http.send(sent.direct(ASKED, ONE), retry=1) == 200
    await http.answer(ONE)
    assert_whole_once(http.fake)


async def test_over_the_socket_too_and_slack_sends_it_again(fake, tmp_path, monkeypatch):
    async def broken(*_):
        raise StoreError("OperationalError")

    async with living(fake, tmp_path, "socket") as app:
        await fake.socket()
        with monkeypatch.context() as patch:
            patch.setattr(Store, "take", broken)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await app.send(sent.direct(ASKED, ONE))
        await app.send(sent.direct(ASKED, ONE), retry=1)
        await app.answer(ONE)
    assert_whole_once(fake)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_the_command_serves_slack_and_logs_no_word(fake, tmp_path, mode):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    rest = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    secrets = {"SLACK_APP_TOKEN": APP_TOKEN} if mode == "socket" else {}
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("habeas"), "slack",
        env=rest | secrets | {
            "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "PYTHONUNBUFFERED": "1",
            "HABEAS_SLACK_API_URL": f"{fake.url}/api/", "HABEAS_DATA_DIR": str(tmp_path),
            "HABEAS_PORT": str(port),
        },
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = ""
    async with asyncio.timeout(60), ClientSession() as session:
        while "ready in Slack" not in said:
            said += (await process.stdout.readline()).decode() or pytest.fail(said)
        door = Door(fake, mode, f"http://127.0.0.1:{port}", session)
        app = Living(fake, door, None, None)
        await app.send(sent.direct("Can a U.S. citizen be deported?", ONE))
        assert "may not lawfully be deported" in plain((await app.answer(ONE)).text)
        process.terminate()
        said += (await process.stdout.read()).decode()
    assert await process.wait() == (0 if mode == "socket" else -15)
    for words in ("deported", "Traceback", TOKEN, SECRET, "POST"):
        assert words not in said


async def test_commands_and_clicks_of_nobody_known_are_only_acknowledged(app):
    await app.send(sent.command(app.fake, ASKED) | {"command": "/other"})
    await app.send(sent.check(app.fake, ASKED) | {"callback_id": "other"})
    await app.quiet()
    assert app.fake.replies == []
