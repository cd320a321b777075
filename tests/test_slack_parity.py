"""Slack says what the web says: the same engine, the same law, the same words."""

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.admission import Admission
from bot.channels.api import api_app
from bot.engine import open_engine
from bot.settings import Settings
from tests import slack_payloads as sent
from tests.fake_openai import VIOLATIONS, Says, fake_openai  # noqa: F401 - a fixture
from tests.fake_slack import ANA, BEN, fake_slack
from tests.slack_living import living, plain

ONE, TWO, THREE = "1764000000.000100", "1764000001.000100", "1764000002.000100"

QUESTIONS = (
    "Can a U.S. citizen be deported?",
    "¿Pueden deportar a un ciudadano de Estados Unidos?",
    "I was born in Guam. Can they send me to a prison in El Salvador?",
    "Soy residente permanente. ¿Me pueden mandar a un país donde me torturarían?",
    "ICE is at my door right now, what do I do?",
    "Can my husband, who is from Honduras, be sent to South Sudan?",
    "Can they take my citizenship because I protested? I naturalized in 2010.",
    "Kann ein US-Bürger abgeschoben werden?",
    "What does 8 U.S.C. 1231(b)(3) say?",
    "How do I bake bread?",
    "How can I get a fake green card?",
    "They will deport me and I want to kill myself.",
    "Eles podem me deportar? Nasci no Texas.",
    "ICE is breaking down my door and my husband is hurting me",
)
SPOKEN = (
    "A citizen may not be removed. [p1] The code removes aliens only. [p2] "
    "<!channel> see https://evil.example [p1]"
)


@pytest.fixture
async def fake():
    async with fake_slack() as one:
        yield one


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The real engine on the real law; no index, so what is found needs no search."""
    opened = open_engine(Settings(data_dir=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


async def web_text(engine, *turns: tuple[str, str]) -> str:
    app: FastAPI = api_app(engine, Admission())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web") as web:
        lines = [{"role": role, "content": content} for role, content in turns]
        answer = await web.post("/ask", json={"turns": lines})
        return plain(answer.json()["text"])


async def slack_text(app, text: str, ts: str = ONE, thread: str = "", number: int = 1) -> str:
    await app.send(sent.direct(text, ts, thread=thread))
    post = await app.answer(thread or ts, number)
    return plain(post.text)


@pytest.mark.parametrize("question", QUESTIONS)
async def test_the_same_answer_as_on_the_web(engine, fake, tmp_path, question):
    async with living(fake, tmp_path, engine=engine) as app:
        assert await slack_text(app, question) == await web_text(engine, ("user", question))


async def test_the_same_answer_with_the_same_facts_in_a_conversation(engine, fake, tmp_path):
    first, second = "I was born in Texas.", "Can ICE deport me?"
    async with living(fake, tmp_path, engine=engine) as app:
        await slack_text(app, first)
        said = await slack_text(app, second, TWO, ONE, 2)
        assert said == await web_text(engine, ("user", first), ("user", second))
        assert "born in Texas" in fake.seen(ONE)[1].text


@pytest.mark.parametrize("reply", [SPOKEN, *VIOLATIONS])
async def test_the_same_answer_when_a_model_writes(
    fake,
    tmp_path,
    fake_openai,  # noqa: F811 - the fixture
    reply,
):
    fake_openai.replies = [Says(reply)]
    settings = Settings(
        data_dir=tmp_path, OPENAI_API_KEY="x", OPENAI_BASE_URL=fake_openai.url, model_timeout_s=10
    )
    opened = open_engine(settings)
    question = "Can a U.S. citizen be deported?"
    try:
        async with living(fake, tmp_path, engine=opened) as app:
            said = await slack_text(app, question)
            assert said == await web_text(opened, ("user", question))
            assert "may not lawfully be deported" in said
            for words in ("Yes, they can", "can be revoked by", "can be sent to CECOT", "SYSTEM:"):
                assert words not in said
            for live in ("<!", "https://evil"):
                assert live not in fake.said()
    finally:
        opened.close()


async def test_what_one_person_says_of_themselves_is_no_status_of_another(engine, fake, tmp_path):
    async with living(fake, tmp_path, engine=engine) as app:
        await app.send(sent.mention("I was born in Texas. Can ICE deport me?", ONE, person=ANA))
        ana = plain((await app.answer(ONE)).text)
        await app.send(sent.mention("Can ICE deport me?", TWO, person=BEN, thread=ONE))
        ben = plain((await app.answer(ONE, 2)).text)
        await app.send(sent.mention("So can they?", THREE, person=ANA, thread=ONE))
        again = plain((await app.answer(ONE, 3)).text)
        # Ben is answered as somebody of whom nothing is known; Ana's birth goes on being hers.
        assert ben == await web_text(engine, ("user", "Can ICE deport me?"))
        assert ana != ben
        assert "born in Texas" not in fake.seen(ONE)[1].text
        assert "born in Texas" in fake.seen(ONE)[2].text
        assert again
        quoted = "&gt; I was born in Texas\nCan ICE deport me?"
        await app.send(sent.mention(quoted, "1764000003.000100", person=BEN))
        assert plain((await app.answer("1764000003.000100")).text) == ben
