"""What is pressed under an answer in Slack, and what may not be."""

import json
import sqlite3
from contextlib import closing

import pytest

from bot.channels.slack import texts
from bot.engine import open_engine
from bot.settings import Settings
from bot.types import Done, Dropped
from tests import slack_payloads as sent
from tests.fake_slack import BEN, CHANNEL, Fault, fake_slack
from tests.serving import events, reply
from tests.slack_living import living, plain

ONE, TWO = "1764000000.000100", "1764000001.000100"
BORN = "I was born in Guam. Can they deport me?"


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        yield one


@pytest.fixture
async def app(fake, tmp_path):
    async with living(fake, tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = open_engine(Settings(data_dir=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


def buttons(post) -> dict[str, dict]:
    every = (e for block in post.blocks for e in block.get("elements", ()))
    return {e["action_id"]: e for e in every if e.get("type") == "button"}


def at(payload: dict, ts: str) -> dict:
    payload["actions"][0]["action_ts"] = ts
    return payload


# What to ask next, what to take back


async def test_a_follow_up_is_asked_with_a_button_once_and_the_answer_says_what_was_asked(app):
    await app.send(sent.direct(BORN, ONE))
    post = await app.answer(ONE)
    ask = next(one for name, one in buttons(post).items() if name.startswith("ask"))
    assert ask["value"] == "How can a citizen prove citizenship?"
    for _ in range(2):
        await app.send(at(sent.click(app.fake, ask, post), TWO))
    second = await app.answer(ONE, 2)
    await app.quiet()
    assert second.text.startswith(f"{texts.PRESSED.en} How can a citizen prove citizenship?\n\n")
    assert [turn.content for turn in app.engine.asked[-1][0]] == [
        BORN, "A citizen may not lawfully be deported.", ask["value"],
    ]  # fmt: skip
    assert len(app.engine.asked) == 2


async def test_not_so_takes_a_fact_back_as_if_the_person_had_written_it(fake, tmp_path, engine):
    async with living(fake, tmp_path, engine=engine) as app:
        await app.send(sent.direct("I was born in Texas. Can they deport me?", ONE))
        post = await app.answer(ONE)
        say = next(one for one in buttons(post).values() if texts.NOT_SO.en in one["text"]["text"])
        assert "born in Texas" in say["text"]["text"]
        await app.send(at(sent.click(fake, say, post, person=BEN), TWO))
        told = await app.until(lambda: fake.replies)
        assert texts.NOT_YOURS.en in json.dumps(told)
        assert len(fake.seen()) == 1
        await app.send(at(sent.click(fake, say, post), TWO))
        second = await app.answer(ONE, 2)
    assert "No, I was not born in Texas." in plain(second.text)
    # The rules need to know now what the person is, and offer the words for it.
    assert "I have a green card." in {one["text"]["text"] for one in buttons(second).values()}


async def test_in_a_channel_no_button_says_what_somebody_is(fake, tmp_path, engine):
    async with living(fake, tmp_path, engine=engine) as app:
        await app.send(sent.mention("I was born in Texas. Can they deport me?", ONE))
        post = await app.answer(ONE)
        names = {name.split("-")[0] for name in buttons(post)}
        assert names == {"sources", "ask"}
        assert texts.CORRECT_IN_CHANNEL.en in post.text
        assert texts.CORRECT.en not in post.text
        ask = next(one for name, one in buttons(post).items() if name.startswith("ask"))
        await app.send(at(sent.click(fake, ask, post, person=BEN), TWO))
        second = await app.answer(ONE, 2)
        # Whoever presses asks for themselves: what Ana said is not in it.
        assert "born in Texas" not in second.text
        assert second.channel == CHANNEL


async def test_a_button_pressed_where_answers_are_not_given_says_so(fake, tmp_path):
    async with living(fake, tmp_path) as app:
        await app.send(sent.mention(BORN, ONE))
        post = await app.answer(ONE)
    async with living(fake, tmp_path, slack_channels="C0ELSE") as app:
        ask = next(one for name, one in buttons(post).items() if name.startswith("ask"))
        await app.send(at(sent.click(fake, ask, post), TWO))
        await app.until(lambda: any(texts.ELSEWHERE.en in p.text for p in fake.whispers()))
        assert app.engine.asked == []


# What was left out


async def test_what_the_guard_left_out_is_counted_with_its_reasons(app):
    dropped = (
        Dropped("", "asserts_removal"), Dropped("", "asserts_removal"),
        Dropped("", "unknown_citation"),
    )  # fmt: skip
    app.engine.script = [*events()[:-1], Done(reply(dropped=dropped))]
    await app.send(sent.direct(BORN, ONE))
    said = json.dumps((await app.answer(ONE)).blocks, ensure_ascii=False)
    assert texts.LEFT_OUT.en.format(count=3) in said
    assert f"2 × {texts.WHY_LEFT_OUT['asserts_removal'].en}" in said
    assert f"1 × {texts.WHY_LEFT_OUT['unknown_citation'].en}" in said


# What people say of an answer


async def test_what_is_wrong_with_an_answer_is_kept_beside_the_vote(app, fake, tmp_path):
    await app.send(sent.direct(BORN, ONE))
    post = await app.answer(ONE)
    element = post.block("context_actions")["elements"][0]
    await app.send(sent.click(fake, sent.voted(element, "negative"), post))
    told = (await app.until(lambda: fake.replies))[0]
    listed = next(one for one in told["blocks"] if one["type"] == "actions")["elements"]
    assert [one["action_id"] for one in listed] == ["wrong_citation", "wrong_law"]
    await app.send(sent.click(fake, listed[1]))
    await app.until(lambda: texts.THANKS.en in json.dumps(fake.replies[1:]))
    with closing(sqlite3.connect(tmp_path / "habeas.db")) as base:
        rows = base.execute(
            "select vote, about, rules, comment, question, reply from votes join remarks"
            " using (answer, voter)"
        ).fetchall()
    assert rows == [("bad", "wrong_law", app.engine.hashes.rules, "", "", "")]


# Sharing


async def private_answer(app, **more):
    await app.send(sent.command(app.fake, BORN, **more))
    await app.until(lambda: len(app.fake.replies) == 2)
    return app.fake.replies[1]


async def test_a_shared_answer_has_its_sources_and_a_vote_and_asks_for_no_more(app, fake):
    whole = await private_answer(app)
    share = next(e for b in whole["blocks"] for e in b.get("elements", ())
                 if e.get("action_id") == "share")  # fmt: skip
    await app.send(sent.click(fake, share))
    shared = (await app.until(lambda: fake.replies[2:]))[0]
    kinds = [one["type"] for one in shared["blocks"]]
    assert kinds == ["markdown", "context", "actions", "context_actions"]
    assert "share" not in json.dumps([e["action_id"] for e in shared["blocks"][2]["elements"]])


@pytest.mark.parametrize("policy", [{"slack_private": True}, {"slack_channels": "C0ELSE"}])
async def test_the_policy_of_a_channel_holds_for_sharing_too(fake, tmp_path, policy):
    async with living(fake, tmp_path) as app:
        whole = await private_answer(app)
        share = next(e for b in whole["blocks"] for e in b.get("elements", ())
                     if e.get("action_id") == "share")  # fmt: skip
    fake.replies.clear()
    async with living(fake, tmp_path, **policy) as app:
        await app.send(sent.click(fake, share))
        told = (await app.until(lambda: fake.replies))[0]
        assert told["response_type"] == "ephemeral"
        assert texts.NOT_HERE.en in json.dumps(told)
        fake.replies.clear()
        assert '"share"' not in json.dumps((await private_answer(app, name="two"))["blocks"])


async def test_a_share_that_failed_can_be_pressed_again(app, fake):
    whole = await private_answer(app)
    share = next(e for b in whole["blocks"] for e in b.get("elements", ())
                 if e.get("action_id") == "share")  # fmt: skip
    fake.faults.append(Fault("reply", "500"))
    await app.send(sent.click(fake, share))
    await app.until(lambda: texts.CLICK_AGAIN.en in json.dumps(fake.replies[2:]))
    await app.send(sent.click(fake, share))
    await app.until(lambda: [r for r in fake.replies if r["response_type"] == "in_channel"])


async def test_sources_that_cannot_be_opened_are_said_to_the_one_who_pressed(app, fake):
    await app.send(sent.direct(BORN, ONE))
    post = await app.answer(ONE)
    fake.faults.append(Fault("views.open", "expired_trigger_id"))
    await app.send(sent.click(fake, post.button("sources"), post))
    told = (await app.until(lambda: fake.replies))[0]
    assert texts.CLICK_AGAIN.en in json.dumps(told)
    assert told["response_type"] == "ephemeral"


# Help


@pytest.mark.parametrize("text", ["", "help", " Ayuda ", "?"])
async def test_the_command_without_a_question_says_how_to_ask(fake, tmp_path, text):
    async with living(fake, tmp_path, "socket") as app:
        said = await app.send(sent.command(fake, text))
        assert "Send me a direct message" in said["payload"]["text"]
        assert "Envíeme un mensaje directo" in said["payload"]["text"]
        await app.quiet(0.2)
        assert fake.replies == []
        assert app.engine.asked == []
