"""Slack from end to end through the real SDK, by HTTP and by Socket Mode."""

import json
import logging
import threading

import pytest

from bot.channels.slack import texts
from bot.types import Done, Note, Opening, Sentence
from tests import slack_payloads as sent
from tests.fake_slack import ANA, BEN, CHANNEL, DM, ME, fake_slack
from tests.serving import CITATION, VERDICT, FakeEngine, events, reply
from tests.slack_living import living, plain

ONE, TWO, THREE = "1764000000.000100", "1764000001.000100", "1764000002.000100"
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


def conversations(engine: FakeEngine) -> list[list[tuple[str, str]]]:
    return [[(turn.role, turn.content) for turn in turns] for turns, _ in engine.asked]


# Ways to ask


async def test_direct_message_opening_first_then_the_rest_in_one_growing_message(app):
    await app.send(sent.direct(ASKED, ONE))
    post = await app.answer(ONE)
    first = app.fake.called("chat.startStream")[0]["chunks"][0]["text"]
    assert first.startswith(f"**{texts.RULE.en}**\n> A citizen may not lawfully be deported.")
    assert len(app.fake.seen()) == 1
    for words in ("Nobody may be removed there.", "So it may not be done.", "not legal advice"):
        assert words in plain(post.text)
    assert conversations(app.engine) == [[("user", ASKED)]]


async def test_the_opening_is_seen_while_the_rest_is_still_being_written(app):
    app.engine.hold = threading.Event()
    await app.send(sent.direct(ASKED, ONE))
    post = await app.until(lambda: next(iter(app.fake.seen()), None))
    await app.quiet()
    assert "A citizen may not lawfully be deported" in post.text
    assert "Nobody" not in post.text
    assert post.streaming
    app.engine.hold.set()
    await app.answer(ONE)


async def test_status_while_working_and_none_after(app):
    await app.send(sent.direct(ASKED, ONE))
    await app.answer(ONE)
    await app.until(lambda: len(app.fake.called("agents.sessions.setStatus")) == 2)
    first, last = app.fake.called("agents.sessions.setStatus")
    assert (first["status"], first["thread_ts"]) == ("processing", ONE)
    assert last["status"] == "active"


async def test_an_app_that_is_no_agent_uses_the_older_status(app):
    app.fake.agent = False
    await app.send(sent.direct(ASKED, ONE))
    await app.answer(ONE)
    old = await app.until(lambda: app.fake.called("assistant.threads.setStatus")[1:])
    assert old[-1]["status"] == ""


async def test_mention_is_answered_in_its_thread_once_though_slack_tells_of_it_twice(app):
    await app.send(sent.mention(ASKED, ONE))
    await app.send(sent.in_channel(f"<@{ME}> {ASKED}", ONE))
    post = await app.answer(ONE)
    await app.quiet()
    assert post.channel == CHANNEL
    assert conversations(app.engine) == [[("user", ASKED)]]
    assert app.fake.called("chat.startStream")[0]["recipient_user_id"] == ANA


async def test_command_is_answered_to_the_person_only_and_can_be_shared(app):
    said = await app.send(sent.command(app.fake, ASKED))
    if app.door.mode == "socket":
        assert said["payload"]["response_type"] == "ephemeral"
    await app.until(lambda: len(app.fake.replies) == 2)
    opening, whole = app.fake.replies
    assert "lawfully be deported" in json.dumps(opening)
    assert "Nobody may be removed" not in json.dumps(opening)
    assert "Nobody may be removed" in json.dumps(whole)
    assert {one["response_type"] for one in app.fake.replies} == {"ephemeral"}
    assert whole["replace_original"]
    assert not app.fake.posts
    buttons = next(one for one in whole["blocks"] if one["type"] == "actions")["elements"]
    share = next(one for one in buttons if one["action_id"] == "share")
    await app.send(sent.click(app.fake, share))
    shared = await app.until(lambda: app.fake.replies[2:])
    assert shared[0]["response_type"] == "in_channel"
    text = json.dumps(shared[0], ensure_ascii=False)
    assert "lawfully be deported" in text
    assert "born in Guam" not in text  # the person's own words stay private
    await app.send(sent.click(app.fake, share))
    await app.until(lambda: app.fake.replies[3:])
    assert app.fake.replies[3]["response_type"] == "ephemeral"


async def test_any_message_can_be_checked_against_the_law(app):
    await app.send(sent.check(app.fake, "I was born in Guam. They can deport me."))
    await app.until(lambda: len(app.fake.replies) == 2)
    whole = json.dumps(app.fake.replies[-1], ensure_ascii=False)
    assert "lawfully be deported" in whole
    assert f"{texts.MESSAGE_SAYS.en} “born in Guam”" in whole
    assert texts.YOU_SAID.en not in whole
    # What Ben wrote and Ana had checked is part of no conversation of Ana's.
    await app.send(sent.mention(ASKED, ONE))
    await app.answer(ONE)
    assert conversations(app.engine)[-1] == [("user", ASKED)]


async def test_suggested_questions_when_somebody_opens_the_messages(app):
    await app.send(sent.opened("messages"))
    call = (await app.until(lambda: app.fake.called("assistant.threads.setSuggestedPrompts")))[0]
    assert [one["message"] for one in call["prompts"]][:2] == [
        "Can a U.S. citizen be deported?",
        "¿Pueden deportar a un ciudadano de Estados Unidos?",
    ]


async def test_home_tab_says_what_it_is_and_lets_people_choose_their_language(app):
    await app.send(sent.opened("home"))
    home = await app.until(lambda: app.fake.homes.get(ANA))
    shown = json.dumps(home, ensure_ascii=False)
    for words in ("Working", "Funciona", "000000000000", "24 hours", "/habeas"):
        assert words in shown
    select = next(b["accessory"] for b in home["blocks"] if "accessory" in b)
    spanish = next(one for one in select["options"] if one["value"] == "es")
    choice = {"action_id": "language", "type": "static_select", "selected_option": spanish}
    await app.send(sent.in_home(choice))
    await app.until(lambda: "Working" not in json.dumps(app.fake.homes[ANA]))
    await app.send(sent.direct(ASKED, ONE))
    await app.answer(ONE)
    assert app.engine.asked[-1][1] == "es"


async def test_an_example_of_the_home_tab_is_asked_in_the_direct_messages(app):
    await app.send(sent.opened("home"))
    home = await app.until(lambda: app.fake.homes.get(ANA))
    button = next(
        element
        for block in home["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == "example-0-es"
    )
    once = sent.in_home(button)
    await app.send(once)
    await app.send(once)
    begun = await app.until(lambda: app.fake.seen(""))
    post = await app.answer(begun[0].ts)
    await app.quiet()
    assert post.channel == DM
    assert conversations(app.engine) == [[("user", button["value"])]]


# Under an answer


async def test_sources_are_listed_and_opened_with_the_exact_words(app):
    await app.send(sent.direct(ASKED, ONE))
    post = await app.answer(ONE)
    listed = post.block("context")["elements"][0]["text"]
    assert listed == f"Sources: {CITATION.label}"
    await app.send(sent.click(app.fake, post.button("sources"), post))
    view = json.dumps((await app.until(lambda: app.fake.views))[0])
    for words in ("the official words", "Nobody may be removed there.", "P.L. 119-100"):
        assert words in view
    assert "uscode.house.gov/view.xhtml?req=1231&amp;num=0|" in view


async def test_votes_are_kept_without_words_or_names_and_the_last_one_counts(app, tmp_path):
    await app.send(sent.direct(ASKED, ONE))
    post = await app.answer(ONE)
    element = post.block("context_actions")["elements"][0]
    for side in ("positive", "negative"):
        await app.send(sent.click(app.fake, sent.voted(element, side), post))
    await app.until(lambda: len(app.fake.replies) == 2)
    assert texts.THANKS.en in json.dumps(app.fake.replies[0])
    assert texts.THANKS_BAD.en in json.dumps(app.fake.replies[1])
    rows = await table(tmp_path, "votes")
    assert [(row["vote"], row["rule"]) for row in rows] == [("bad", "citizen_removal")]
    assert ANA not in json.dumps(rows)


async def test_native_stop_ends_the_answer_and_says_so(app):
    app.engine.hold = threading.Event()
    await app.send(sent.direct(ASKED, ONE))
    post = await app.until(lambda: next(iter(app.fake.seen()), None))
    post.streaming = False  # Slack stops the message itself
    await app.send(sent.stopped(ONE, [post.ts]))
    await app.until(lambda: texts.STOPPED.en in post.text)
    await app.until(app.engine.left.is_set)
    await app.until(lambda: app.fake.called("agents.sessions.setStatus")[-1]["status"] == "active")
    assert "lawfully be deported" in post.text
    assert len(app.fake.seen()) == 1


async def test_own_stop_button_is_for_the_one_who_asked(app):
    app.fake.streams = False
    app.engine.hold = threading.Event()
    await app.send(sent.mention(ASKED, ONE))
    post = await app.until(lambda: next(iter(app.fake.seen()), None))
    button = post.button("stop")
    await app.send(sent.click(app.fake, button, post, person=BEN))
    await app.quiet()
    assert texts.STOPPED.en not in post.text
    await app.send(sent.click(app.fake, button, post))
    await app.until(lambda: texts.STOPPED.en in post.text)


async def test_an_edited_question_is_answered_anew_in_the_same_place(app):
    await app.send(sent.direct("Can they deport my mother?", ONE))
    post = await app.answer(ONE)
    app.engine.script = [Opening("Another rule.", VERDICT), Done(reply(text="Another rule."))]
    await app.send(sent.changed(ASKED, ONE, before="Can they deport my mother?"))
    await app.until(lambda: "Another rule." in post.text)
    await app.quiet()
    assert "lawfully be deported" not in post.text
    assert len(app.fake.seen()) == 1
    assert conversations(app.engine)[-1] == [("user", ASKED)]
    # What follows builds on the new words, not on the old.
    await app.send(sent.direct("and now?", TWO, thread=ONE))
    await app.answer(ONE, 2)
    assert conversations(app.engine)[-1] == [
        ("user", ASKED), ("assistant", "Another rule."), ("user", "and now?"),
    ]  # fmt: skip


async def test_an_edited_question_is_answered_though_its_answer_was_deleted(http):
    await http.send(sent.direct("Can they deport my mother?", ONE))
    (await http.answer(ONE)).deleted = True
    await http.send(sent.changed(ASKED, ONE, before="Can they deport my mother?"))
    post = await http.answer(ONE)
    await http.quiet()
    assert "Nobody may be removed there." in plain(post.text)
    assert len(http.fake.seen()) == 1
    await http.send(sent.deleted(ONE))
    await http.until(lambda: not http.fake.seen())


async def test_an_edit_while_the_answer_is_under_way_begins_anew(app):
    app.engine.hold = threading.Event()
    await app.send(sent.direct("Can they deport my mother?", ONE))
    post = await app.until(lambda: next(iter(app.fake.seen()), None))
    await app.send(sent.changed(ASKED, ONE, before="x"))
    await app.until(lambda: len(app.engine.asked) == 2)
    app.engine.hold.set()
    await app.until(lambda: any(b["type"] == "context_actions" for b in post.blocks))
    await app.quiet()
    assert len(app.fake.seen()) == 1
    assert post.text.count("lawfully be deported") == 1


async def test_a_link_preview_is_no_edit_and_an_older_edit_changes_nothing(app):
    await app.send(sent.direct(ASKED, ONE))
    await app.answer(ONE)
    await app.send(sent.changed(ASKED, ONE, before=ASKED))
    await app.send(sent.changed("newest", ONE, before=ASKED, at="1764000200.000000"))
    await app.until(lambda: len(app.engine.asked) == 2)
    await app.send(sent.changed("older", ONE, before=ASKED, at="1764000100.000000"))
    await app.quiet()
    assert len(app.engine.asked) == 2


async def test_deleting_the_question_takes_the_answer_back_and_forgets_both(app, tmp_path):
    await app.send(sent.direct("I was born in Texas.", ONE))
    await app.answer(ONE)
    await app.send(sent.deleted(ONE))
    await app.until(lambda: not app.fake.seen())
    assert await table(tmp_path, "turns") == []
    await app.send(sent.direct(ASKED, TWO, thread=ONE))
    await app.answer(ONE)
    assert conversations(app.engine)[-1] == [("user", ASKED)]


async def test_deleting_while_the_answer_is_under_way(app):
    app.engine.hold = threading.Event()
    await app.send(sent.direct(ASKED, ONE))
    await app.until(app.fake.seen)
    await app.send(sent.deleted(ONE))
    await app.until(lambda: not app.fake.seen())
    await app.until(app.engine.left.is_set)


# Whose words


async def test_in_one_thread_two_people_have_two_conversations(app):
    await app.send(sent.mention("I was born in Texas.", ONE, person=ANA))
    await app.answer(ONE)
    await app.send(sent.mention("Can ICE deport me?", TWO, person=BEN, thread=ONE))
    await app.answer(ONE, 2)
    await app.send(sent.mention("And me?", THREE, person=ANA, thread=ONE))
    await app.answer(ONE, 3)
    assert conversations(app.engine) == [
        [("user", "I was born in Texas.")],
        [("user", "Can ICE deport me?")],
        [
            ("user", "I was born in Texas."),
            ("assistant", "A citizen may not lawfully be deported."),
            ("user", "And me?"),
        ],
    ]


async def test_another_persons_words_quoted_are_no_turn_of_the_one_who_quotes(app):
    await app.send(sent.mention("&gt; I was born in Texas\nCan they deport me?", ONE))
    await app.answer(ONE)
    assert conversations(app.engine) == [
        [("assistant", "I was born in Texas"), ("user", "Can they deport me?")]
    ]


async def test_another_thread_is_another_conversation(app):
    await app.send(sent.direct("I was born in Texas.", ONE))
    await app.answer(ONE)
    await app.send(sent.direct(ASKED, TWO))
    await app.answer(TWO)
    assert conversations(app.engine)[-1] == [("user", ASKED)]


# Where it answers


@pytest.mark.parametrize(
    ("policy", "answered"),
    [
        ({}, {"mention"}),
        ({"slack_answer": "threads"}, {"mention", "follow-up"}),
        ({"slack_answer": "all"}, {"mention", "follow-up", "other", "plain"}),
        ({"slack_channels": "C0ELSE"}, set()),
        ({"slack_channels": f"C0ELSE, {CHANNEL}"}, {"mention"}),
    ],
)
async def test_channel_policy(fake, tmp_path, policy, answered):
    async with living(fake, tmp_path, **policy) as app:
        await app.send(sent.mention("mention", ONE))
        if answered:
            await app.answer(ONE)
        await app.send(sent.in_channel("follow-up", TWO, thread=ONE))
        await app.send(sent.in_channel("other", THREE, thread=ONE, person=BEN))
        await app.send(sent.in_channel("plain", "1764000003.000100"))
        await app.until(lambda: len(app.engine.asked) >= len(answered))
        await app.quiet()
        assert {turns[-1].content for turns, _ in app.engine.asked} == answered
        if "C0ELSE" in policy.get("slack_channels", "") and not answered:
            assert texts.ELSEWHERE.en in fake.whispers()[0].text
            assert not fake.seen()


async def test_private_answers_in_channels(fake, tmp_path):
    async with living(fake, tmp_path, slack_private=True) as app:
        await app.send(sent.mention(ASKED, ONE))
        await app.until(lambda: len(fake.whispers()) == 2)
        opening, rest = fake.whispers()
        assert "lawfully be deported" in opening.text
        assert "Nobody may be removed" in rest.text
        assert "lawfully be deported" not in rest.text
        assert not fake.seen()


async def test_language_by_setting(fake, tmp_path):
    async with living(fake, tmp_path, slack_lang="es") as app:
        await app.send(sent.direct(ASKED, ONE))
        post = await app.answer(ONE)
        assert app.engine.asked[-1][1] == "es"
        assert texts.RULE.es in post.text


# Long, odd and hostile


async def test_a_long_answer_is_split_well_within_the_limits(app):
    long = [
        Sentence(f"Sentence {n} of the law says a thing. " * 6, (CITATION,)) for n in range(120)
    ]
    app.engine.script = [*events()[:1], *long, *events()[5:]]
    await app.send(sent.direct(ASKED, ONE))
    await app.until(lambda: len(app.fake.seen()) >= 3 and app.fake.seen()[-1].blocks)
    posts = app.fake.seen()
    assert max(len(one.text) for one in posts) <= 9_000
    whole = plain(" ".join(one.text for one in posts))
    for number in range(120):
        assert whole.count(f"Sentence {number} of") == 6
    assert [bool(one.blocks) for one in posts] == [False] * (len(posts) - 1) + [True]


HOSTILE = (
    "<!channel> <!here> <@U0BEN> <#C0HELP> @channel @everyone https://evil.example/x.png "
    "[click](https://evil.example) ![i](http://evil.example/i.png) evil.example/path "
    "<https://evil.example|x> mailto:a@evil.example <!subteam^S1>"
)


async def test_nothing_anybody_wrote_mentions_pings_or_makes_a_link(app):
    bad = CITATION.__class__(**{**vars(CITATION), "label": f"L {HOSTILE}"})
    app.engine.script = [
        *events()[:1],
        events()[3].__class__(HOSTILE, bad),
        Sentence(HOSTILE, (bad,)),
        events()[5].__class__((bad,)),
        Note("not_advice", "Not advice."),
        Done(reply(citations=(bad,))),
    ]
    await app.send(sent.direct(HOSTILE, ONE))
    post = await app.answer(ONE)
    await app.send(sent.command(app.fake, HOSTILE))
    await app.until(lambda: len(app.fake.replies) == 2)
    everything = app.fake.said()
    for live in ("<!", "<@", "<#", "@channel", "@everyone", "https://evil", "](http", "evil.example",
                 "mailto:a"):  # fmt: skip
        assert live not in everything, live
    assert "evil" in post.text  # it is shown all the same
    for call in app.fake.called("chat.postMessage") + app.fake.replies:
        assert call["unfurl_links"] is False
        assert call["unfurl_media"] is False


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (":wave: :pray:", {}, texts.PROBLEMS["empty_question"].en),
        ("", {"subtype": "file_share", "files": [{"id": "F1"}]}, texts.NO_FILES.en),
        ("a" * 40_000, {}, "12,000"),
        ("   ", {}, texts.PROBLEMS["empty_question"].en),
    ],
    ids=["emoji", "file", "40000", "spaces"],
)
async def test_what_cannot_be_answered_is_said_calmly(app, text, more, said):
    await app.send(sent.direct(text, ONE, **more))
    post = await app.until(lambda: next((p for p in app.fake.seen(ONE) if not p.streaming), None))
    assert said in post.text
    # It is not remembered either: the next question is answered.
    await app.send(sent.direct(ASKED, TWO, thread=ONE))
    await app.answer(ONE)
    assert conversations(app.engine)[-1] == [("user", ASKED)]


async def test_a_file_with_words_is_answered_for_its_words(app):
    await app.send(sent.direct(ASKED, ONE, subtype="file_share", files=[{"id": "F1"}]))
    assert texts.NO_FILES_TOO.en in (await app.answer(ONE)).text


async def test_a_thread_that_is_gone_is_let_go(app, caplog):
    app.fake.deleted_threads.add(ONE)
    await app.send(sent.direct(ASKED, ONE))
    await app.until(lambda: "thread_not_found" in caplog.text)
    await app.quiet()
    assert not app.fake.seen()
    await app.send(sent.direct(ASKED, TWO))
    await app.answer(TWO)


async def test_bots_are_never_answered(app):
    for more in (
        {"bot_id": "B0OTHER"}, {"subtype": "bot_message", "bot_id": "B1"}, {"user": ME},
        {"user": "USLACKBOT"}, {"bot_profile": {"id": "B2"}}, {"subtype": "channel_join"},
    ):  # fmt: skip
        await app.send(sent.direct(ASKED, ONE, **more))
        await app.send(sent.mention(ASKED, ONE, **more))
    await app.quiet()
    assert app.engine.asked == []


async def test_unknown_events_and_broken_payloads_are_taken_note_of(app):
    for body in (
        {"type": "reaction_added", "user": ANA, "item": {}},
        {"type": "message"},
        {"type": "message", "channel": "C1", "ts": None, "user": ["x"]},
        {"type": "message", "subtype": "message_changed", "channel": DM, "message": None},
        {"type": "agent_session_stopped"},
        {"type": "app_home_opened", "tab": "home"},
    ):
        answer = await app.send(sent.event(body))
        assert answer == 200 if app.door.mode == "http" else answer["envelope_id"]
    await app.send(sent.click(app.fake, {"action_id": "unheard-of", "type": "button"}))
    await app.send(sent.click(app.fake, {"action_id": "sources", "type": "button", "value": "x"}))
    view = await app.until(lambda: app.fake.views)
    assert texts.GONE.en in json.dumps(view[0], ensure_ascii=False)


async def test_the_engine_breaking_is_told_without_a_trace(app, caplog):
    app.engine.fault = RuntimeError("secret words of a person")
    await app.send(sent.direct(ASKED, ONE))
    post = await app.until(lambda: next((p for p in app.fake.seen(ONE) if not p.streaming), None))
    assert texts.PROBLEMS["error"].en in post.text
    assert "secret" not in app.fake.said() + caplog.text


async def test_no_word_of_a_question_or_an_answer_is_logged(app, caplog):
    caplog.set_level(logging.DEBUG)
    quietly = "Zanahoria morada deport"
    await app.send(sent.direct(quietly, ONE))
    await app.answer(ONE)
    await app.send(sent.command(app.fake, quietly))
    await app.until(lambda: len(app.fake.replies) == 2)
    ours = [
        r for r in caplog.records if r.name.startswith(("bot", "slack", "habeas", "sqlalchemy"))
    ]
    logged = "\n".join(record.getMessage() for record in ours)
    for words in ("Zanahoria", "lawfully", "Nobody may be"):
        assert words not in logged


async def test_what_was_said_is_forgotten_after_its_hours(fake, tmp_path):
    async with living(fake, tmp_path) as app:
        await app.send(sent.direct("I was born in Texas.", ONE))
        await app.answer(ONE)
    await execute(tmp_path, "update turns set created = created - 90000")
    await execute(tmp_path, "update answers set created = created - 90000")
    async with living(fake, tmp_path) as app:
        await app.quiet()
        assert await table(tmp_path, "turns") == []
        assert await table(tmp_path, "answers") == []
        assert [row["text"] for row in await table(tmp_path, "questions")] == [""]


async def table(folder, name: str) -> list[dict]:
    import aiosqlite  # noqa: PLC0415 - read from beside, as an operator would

    async with aiosqlite.connect(folder / "habeas.db") as base:
        base.row_factory = aiosqlite.Row
        return [dict(row) async for row in await base.execute(f"select * from {name}")]


async def execute(folder, statement: str) -> None:
    import aiosqlite  # noqa: PLC0415

    async with aiosqlite.connect(folder / "habeas.db") as base:
        await base.execute(statement)
        await base.commit()
