"""Slack between one person and the app: private answers that are whole, and courtesies."""

import threading

import pytest

from bot.channels.slack import texts
from bot.channels.slack.words import courtesy
from bot.types import Sentence
from tests import slack_payloads as sent
from tests.fake_slack import ANA, BEN, DM, Fault, fake_slack
from tests.serving import CITATION, events
from tests.slack_living import living, plain

ONE, TWO = "1764000000.000100", "1764000001.000100"
ASKED = "Can they deport me?"
SPANISH = "¿Me pueden deportar?"


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        yield one


@pytest.fixture
async def app(fake, tmp_path):
    async with living(fake, tmp_path) as one:
        yield one


def long_answer(app, sentences: int) -> None:
    long = [Sentence(f"Sentence {n} of the law. " * 30, (CITATION,)) for n in range(sentences)]
    app.engine.script = [*events()[:1], *long, *events()[5:]]


def told(one: dict) -> str:
    return next(block["text"] for block in one["blocks"] if block["type"] == "markdown")


def actions(blocks: list[dict]) -> set[str]:
    return {e["action_id"] for b in blocks for e in b.get("elements", ()) if "action_id" in e}


async def test_a_private_answer_longer_than_slack_takes_goes_on_in_the_direct_messages(app, fake):
    long_answer(app, 80)
    await app.send(sent.command(fake, ASKED))
    await app.until(lambda: len(fake.seen()) > 1 and fake.seen()[-1].text.endswith("advice."))
    assert len(fake.replies) == 5
    goes_on = f"_{texts.GOES_ON.en}_"
    assert told(fake.replies[-1]).endswith(goes_on)
    assert "sources" in actions(fake.replies[-1]["blocks"])
    first, *rest = fake.seen()
    assert {one.channel for one in fake.seen()} == {DM}
    assert first.text == texts.GOES_ON_HERE.en
    assert {one.thread for one in rest} == {first.ts}
    here = [told(one).removesuffix(goes_on) for one in fake.replies[1:]]
    whole = plain(" ".join([*here, *(one.text for one in rest)]))
    for number in range(80):
        assert whole.count(f"Sentence {number} of the law.") == 30
    assert whole.count("may not lawfully be deported") == 1
    assert "not legal advice" in whole


async def test_an_answer_whose_address_is_used_up_comes_in_the_direct_messages(app, fake):
    fake.replies += [{"at": "/reply/one", "blocks": [], "response_type": "ephemeral"}] * 5
    await app.send(sent.command(fake, SPANISH))
    await app.until(lambda: len(fake.seen()) == 2)
    first, answer = fake.seen()
    assert first.text == texts.GOES_ON_HERE.es
    assert "may not lawfully be deported" in plain(answer.text)
    assert "Nobody may be removed there." in plain(answer.text)
    assert "sources" in actions(answer.blocks)
    await app.send(sent.click(fake, answer.button("sources"), answer))
    await app.until(lambda: fake.views)


async def test_blocks_slack_does_not_know_do_not_cost_the_private_answer(app, fake):
    fake.replies += [{"at": "/reply/one", "blocks": [], "response_type": "ephemeral"}] * 5
    fake.faults.append(Fault("chat.postMessage", "invalid_blocks", skip=1))
    await app.send(sent.command(fake, ASKED))
    await app.until(lambda: len(fake.seen()) == 2)
    assert "Nobody may be removed there." in plain(fake.seen()[1].text)


async def test_a_long_answer_that_is_shared_says_where_it_was_cut(app, fake):
    long_answer(app, 80)
    await app.send(sent.command(fake, ASKED))
    await app.until(lambda: len(fake.replies) == 5)
    await app.send(sent.click(fake, {"action_id": "share", "type": "button",
                                     "value": share_value(fake.replies[-1])}))  # fmt: skip
    await app.until(lambda: len(fake.replies) == 10)
    shared = fake.replies[5:]
    assert {one["response_type"] for one in shared} == {"in_channel"}
    assert told(shared[0]).startswith(f"_{texts.SHARED.en}_")
    assert told(shared[-1]).endswith(f"_{texts.SHARED_CUT.en}_")
    assert "sources" in actions(shared[-1]["blocks"])


def share_value(answer: dict) -> str:
    return next(
        e["value"]
        for block in answer["blocks"]
        for e in block.get("elements", ())
        if e.get("action_id") == "share"
    )


async def test_the_command_says_that_it_works_in_the_language_of_the_question(fake, tmp_path):
    async with living(fake, tmp_path, "socket") as app:
        for name, asked, said in (
            ("a", ASKED, texts.WORKING.en),
            ("b", SPANISH, texts.WORKING.es),
        ):
            answer = await app.send(sent.command(fake, asked, name))
            assert answer["payload"]["text"] == said


async def test_characters_no_database_takes_cost_neither_this_question_nor_others(app, fake):
    odd = f"\0{ASKED} \ud83d"
    await app.send(sent.direct(odd, ONE))
    post = await app.answer(ONE)
    assert "may not lawfully be deported" in plain(post.text)
    await app.send(sent.command(fake, f"\0{ASKED}"))
    await app.until(lambda: len(fake.replies) == 2)
    asked = [turns[-1].content for turns, _ in app.engine.asked]
    assert asked == [f"{ASKED} ?", ASKED]


async def test_what_a_person_wrote_is_forgotten_when_they_say_so_in_the_home_tab(app, fake):
    await app.send(sent.direct("I was born in Texas.", ONE))
    await app.answer(ONE)
    await app.send(sent.mention("I was born in Guam.", TWO, person=BEN))
    await app.answer(TWO)
    await app.send(sent.opened("home"))
    home = await app.until(lambda: fake.homes.get(ANA))
    button = next(e for b in home["blocks"] for e in b.get("elements", ())
                  if e.get("action_id") == "forget")  # fmt: skip
    await app.send(sent.in_home(button))
    await app.until(lambda: texts.FORGOTTEN.en in str(fake.homes[ANA]))
    await app.send(sent.direct(ASKED, "1764000002.000100", thread=ONE))
    await app.answer(ONE, 2)
    assert [turn.content for turn in app.engine.asked[-1][0]] == [ASKED]
    # Nobody else's words are touched.
    await app.send(sent.mention("And now?", "1764000003.000100", thread=TWO, person=BEN))
    await app.answer(TWO, 2)
    assert app.engine.asked[-1][0][0].content == "I was born in Guam."


async def test_an_answer_under_way_ends_when_its_question_is_to_be_forgotten(app, fake):
    app.engine.hold = threading.Event()
    await app.send(sent.direct(ASKED, ONE))
    post = await app.until(lambda: next(iter(fake.seen()), None))
    await app.send(sent.in_home({"action_id": "forget", "type": "button"}))
    await app.until(lambda: texts.STOPPED.en in post.text)
    await app.until(app.engine.left.is_set)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi!", texts.COURTESIES["greeting"].en),
        ("¡Buenos días!", texts.COURTESIES["greeting"].es),
        ("ok, thank you so much :pray:", texts.COURTESIES["thanks"].en),
        ("Gracias, Habeas", texts.COURTESIES["thanks"].es),
    ],
)
async def test_a_greeting_or_thanks_is_answered_as_one(app, fake, text, said):
    await app.send(sent.direct(text, ONE))
    await app.until(lambda: [p for p in fake.seen(ONE) if p.text == said and not p.streaming])
    assert app.engine.asked == []


@pytest.mark.parametrize("text", ["thanks, can they deport me?", "hi ice is here", "yes", "no"])
def test_what_asks_or_answers_anything_is_no_courtesy(text):
    assert courtesy(text) is None


async def test_thanks_among_people_are_left_alone(fake, tmp_path):
    async with living(fake, tmp_path, slack_answer="threads") as app:
        await app.send(sent.mention(ASKED, ONE))
        await app.answer(ONE)
        await app.send(sent.in_channel("thanks!", "1764000001.000100", thread=ONE))
        await app.quiet()
    assert len(fake.seen()) == 1
