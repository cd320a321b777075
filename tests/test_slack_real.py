"""Payloads and limits of a real Slack that a plain one does not have."""

import asyncio
import json

import httpx
import pytest

from bot.channels.slack import texts
from bot.channels.slack.events import Asked, Clicked, Commanded, read_payload
from bot.channels.slack.policy import Policy
from bot.channels.slack.words import typed
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store import Store, StoreError
from tests import slack_payloads as sent
from tests.fake_slack import BEN, CHANNEL, OTHER_TEAM, TEAM, fake_slack, signed
from tests.slack_living import living, plain

ONE, TWO = "1764000000.000100", "1764000001.000100"
ASKED = "Can they deport me?"


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


def last_turns(app) -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for turn in app.engine.asked[-1][0]]


# What comes in


async def test_what_slack_tells_of_the_apps_own_messages_is_no_question(app):
    await app.send(sent.direct(ASKED, ONE))
    post = await app.answer(ONE)
    for kind in ("message", "message_changed"):
        await app.send(sent.own_message(post, kind=kind))
    await app.quiet()
    assert len(app.engine.asked) == 1


async def test_a_person_of_another_company_in_a_shared_channel_is_answered(http):
    http.fake.strangers.add(BEN)
    event = sent.mention(ASKED, ONE, person=BEN, user_team=OTHER_TEAM, source_team=OTHER_TEAM)
    # The envelope names the company it came from; the authorization whose app is meant.
    event |= {"team_id": OTHER_TEAM, "is_ext_shared_channel": True, "context_team_id": TEAM}
    await http.send(event)
    post = await http.answer(ONE)
    await http.quiet()
    assert len(http.fake.seen()) == 1
    assert "Nobody may be removed there." in plain(post.text)
    ask = next(e for b in post.blocks for e in b.get("elements", ())
               if str(e.get("action_id")).startswith("ask"))  # fmt: skip
    click = sent.click(http.fake, ask, post, person=BEN)
    click["user"]["team_id"] = OTHER_TEAM
    click["actions"][0]["action_ts"] = TWO
    await http.send(click)
    await http.answer(ONE, 2)
    assert last_turns(http)[0] == ("user", ASKED)


def test_an_organisations_ids_are_read_wherever_they_stand():
    event = sent.direct(ASKED, ONE)
    event["authorizations"][0] |= {"enterprise_id": "E1", "team_id": None}
    event |= {"enterprise_id": "E1", "context_team_id": TEAM, "team_id": "T9"}
    read = read_payload(event)
    assert isinstance(read, Asked)
    assert (read.source.enterprise, read.source.team) == ("E1", TEAM)
    home = sent.in_home({"action_id": "language", "type": "static_select"})
    home |= {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    home["user"]["team_id"] = "T8"
    clicked = read_payload(home)
    assert isinstance(clicked, Clicked)
    assert (clicked.source.enterprise, clicked.source.team) == ("E1", TEAM)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "", "attachments": [{"text": "Citizens can be deported.", "fallback": "x"}]},
         "&gt; Citizens can be deported."),
        ({"text": "", "attachments": [{"fallback": "Citizens can be deported."}]},
         "&gt; Citizens can be deported."),
        ({"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "They can."}},
                                 {"type": "divider"}, {"type": "markdown", "text": "Always."}]},
         "They can.\nAlways."),
        ({"text": "true?", "attachments": [{"is_share": True, "text": "They\n\ncan.", "id": 1}]},
         "true?\n&gt; They\n&gt; can."),
        ({"text": "see this", "attachments": [{"service_name": "News", "text": "A page."}]},
         "see this"),
    ],
    ids=["workflow", "fallback", "blocks", "forwarded", "preview"],
)  # fmt: skip
def test_words_are_found_wherever_a_message_has_them(message, words):
    body = sent.check(type("Fake", (), {"url": "http://x"})(), "")
    body["message"] = {"type": "message", "ts": ONE, "bot_id": "B1"} | message
    read = read_payload(body)
    assert isinstance(read, Commanded)
    assert read.text == words


async def test_what_somebody_forwards_is_checked_and_never_their_own_status(http):
    forwarded = [{"is_share": True, "author_id": BEN, "text": "I was born in Guam."}]
    await http.send(sent.direct("", ONE, attachments=forwarded))
    post = await http.answer(ONE)
    assert texts.MESSAGE_SAYS.en in post.text
    assert texts.YOU_SAID.en not in post.text
    await http.send(sent.direct(ASKED, TWO, thread=ONE))
    await http.answer(ONE, 2)
    assert last_turns(http) == [("user", ASKED)]


async def test_a_quote_that_is_edited_to_own_words_becomes_own_words(http):
    await http.send(sent.direct("&gt; I was born in Guam.", ONE))
    await http.answer(ONE)
    await http.send(sent.changed(ASKED, ONE, before="x"))
    await http.until(lambda: len(http.engine.asked) == 2)
    await http.until(lambda: texts.YOU_SAID.en in http.fake.seen()[0].text)
    await http.send(sent.direct("And now?", TWO, thread=ONE))
    await http.answer(ONE, 2)
    assert last_turns(http)[0] == ("user", ASKED)


async def test_opening_the_app_without_a_word_of_which_tab_suggests_questions(http):
    event = sent.opened("messages")
    del event["event"]["tab"], event["event"]["view"]
    await http.send(event)
    await http.until(lambda: http.fake.called("assistant.threads.setSuggestedPrompts"))


async def test_a_me_message_is_a_persons(http):
    await http.send(sent.direct(ASKED, ONE, subtype="me_message"))
    await http.answer(ONE)


def test_a_date_in_a_message_is_read_as_people_see_it():
    said = typed("My hearing is <!date^1764000000^{date_short}|May 1, 2027>. <!subteam^S1|@legal>")
    assert said.own == "My hearing is May 1, 2027."


async def test_slack_saying_that_it_left_events_out_is_acknowledged(http, caplog):
    body = json.dumps(
        {
            "token": "x", "type": "app_rate_limited", "team_id": TEAM,
            "minute_rate_limited": 1518467820, "api_app_id": "A0HABEAS",
        }
    )  # fmt: skip
    headers = {"Content-Type": "application/json", **signed(body)}
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{http.door.app_url}/slack/events", content=body, headers=headers
        )
    assert answer.status_code == 200
    assert "too many in a minute" in caplog.text


# What goes out


async def test_more_answers_than_slack_lets_grow_are_posted_at_once(http):
    http.fake.budget["chat.startStream"] = 3
    every = [sent.direct(ASKED, f"176400000{n}.000100") for n in range(8)]
    await asyncio.gather(*map(http.send, every))
    await http.until(lambda: len([p for p in http.fake.seen() if p.blocks]) == 8)
    await http.quiet()
    assert len(http.fake.seen()) == 8
    assert len(http.fake.called("chat.postMessage")) == 5
    for post in http.fake.seen():
        assert plain(post.text).count("So it may not be done.") == 1


async def test_a_channel_without_sessions_leaves_those_of_direct_messages_alone(http):
    http.fake.agent_channels = "D"
    await http.send(sent.mention(ASKED, ONE))
    await http.answer(ONE)
    await http.until(lambda: http.fake.called("assistant.threads.setStatus")[1:])
    await http.send(sent.direct(ASKED, TWO))
    await http.answer(TWO)
    tried = await http.until(
        lambda: [c for c in http.fake.called("agents.sessions.setStatus") if c["thread_ts"] == TWO]
    )
    assert tried[0]["status"] == "processing"
    assert not [c for c in http.fake.called("assistant.threads.setStatus") if c["thread_ts"] == TWO]


# The database


async def test_a_slow_disk_makes_slack_send_again_and_the_answer_comes_once(app, monkeypatch):
    gate, take = asyncio.Event(), Store.take

    async def slowly(self, *more):
        await gate.wait()
        return await take(self, *more)

    monkeypatch.setattr(Store, "take", slowly)
    event = sent.direct(ASKED, ONE)
    waiting = [asyncio.create_task(app.send(event, retry=n)) for n in range(3)]
    await app.quiet(0.2)
    assert not any(one.done() for one in waiting)
    gate.set()
    await asyncio.gather(*waiting)
    await app.answer(ONE)
    await app.quiet()
    assert len(app.engine.asked) == 1
    assert len(app.fake.seen()) == 1


async def test_a_command_is_not_sent_again_so_a_failing_database_is_told(
    fake, tmp_path, monkeypatch
):
    async def broken(*_):
        raise StoreError("OperationalError")

    async with living(fake, tmp_path, "socket") as app:
        await fake.socket()
        monkeypatch.setattr(Store, "take", broken)
        monkeypatch.setattr(Store, "chosen", broken)
        said = await app.send(sent.command(fake, ASKED))
        assert texts.PROBLEMS["error"].en in said["payload"]["text"]
        await app.send(sent.check(fake, ASKED))
        told = await app.until(lambda: fake.replies)
        assert texts.PROBLEMS["error"].en in json.dumps(told)
        assert app.engine.asked == []


# Settings


@pytest.mark.parametrize("named", ["#help", "help", "C0HELP,general", "D0ANA"])
def test_a_channel_that_is_no_id_is_told_before_anything_starts(named):
    with pytest.raises(SettingsError, match=r"HABEAS_SLACK_CHANNELS.*C012AB3CD"):
        Policy.of(Settings(slack_channels=named))


def test_where_sharing_is_allowed():
    everywhere = Policy.of(Settings())
    here = Policy.of(Settings(slack_channels=CHANNEL))
    assert everywhere.shares("C1")
    assert here.shares(CHANNEL)
    assert not here.shares("C1")
    assert not Policy.of(Settings(slack_private=True)).shares(CHANNEL)
