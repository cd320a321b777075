"""Engine, page, API, OpenAI's endpoint, MCP and the command line say the same, byte for byte."""

import asyncio
import json
from contextlib import contextmanager

import openai
import pytest
from lxml.html import document_fromstring
from mcp import Client
from typer.testing import CliRunner

import bot.engine
from bot.channels import cli
from bot.channels.admission import Admission
from bot.channels.lines import read_turns
from bot.channels.mcp_server import mcp_server
from bot.channels.page.chat import Chat, Sent
from bot.channels.written import Written
from bot.engine import open_engine
from bot.settings import Settings
from bot.types import Done, LawStatement, Opening, Sources, Turn
from tests.fake_openai import VIOLATIONS, Says, fake_openai_in_thread  # noqa: F401 - a fixture
from tests.serving import app_of, live
from tests.test_slack_parity import QUESTIONS, SPOKEN

LIFE = ("I want to kill myself", "Me quiero matar, me van a deportar")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = open_engine(Settings(data_dir=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(engine):
    with live(app_of(engine)) as url:
        yield url


@pytest.fixture(scope="module")
def client(address):
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as one:
        yield one


def of_engine(engine, *turns: Turn) -> tuple[str, str]:
    """Give the text as it is in the reply, and the whole with the sources."""

    async def told() -> tuple[str, str]:
        written, without = Written(), Written()
        whole = text = ""
        async for event in engine.answer(turns):
            whole += written.after(event)
            text += "" if isinstance(event, Sources) else without.after(event)
            if isinstance(event, Done):
                assert text == event.reply.text
        return text, whole

    return asyncio.run(told())


@contextmanager
def same_engine(monkeypatch, engine):
    """The command line opens its own engine; a model's next draft would be another."""
    with monkeypatch.context() as patched:
        patched.setattr(bot.engine, "open_engine", lambda _: engine)
        patched.setattr(engine, "close", lambda: None, raising=False)
        yield


def of_command_line(monkeypatch, engine, question: str) -> tuple[str, str]:
    with same_engine(monkeypatch, engine):
        line = json.dumps({"question": question})
        lines = CliRunner().invoke(cli.app, ["ask", "--jsonl"], input=line)
        whole = CliRunner().invoke(cli.app, ["ask", question])
    assert (lines.exit_code, whole.exit_code) == (0, 0), whole.output
    return json.loads(lines.stdout)["text"], whole.stdout.removesuffix("\n")


def of_api(client, address: str, *turns: Turn) -> tuple[str, str]:
    lines = [{"role": one.role, "content": one.content} for one in turns]
    plain = client._client.post(f"{address}/api/ask", json={"turns": lines})
    whole = client.chat.completions.create(model="habeas", messages=lines)
    stream = client.chat.completions.create(model="habeas", messages=lines, stream=True)
    pieces = "".join(one.choices[0].delta.content or "" for one in stream)
    assert pieces == whole.choices[0].message.content
    return plain.json()["text"], pieces


def of_mcp(engine, question: str) -> str:
    async def told() -> str:
        async with Client(mcp_server(engine)) as one:
            return (await one.call_tool("ask", {"question": question})).content[0].text

    return asyncio.run(told())


def of_page(engine, question: str) -> tuple[str, str]:
    """Give the answer as the page's conversation has it, and the words that are seen of it."""

    async def told() -> tuple[str, str]:
        chat = Chat(engine, Admission(), 12_000)
        updates = [one async for one in chat.ask(Sent(question, shown="en"))]
        article = document_fromstring(updates[-1].answer)
        return read_turns(updates[-1].turns)[-1].content, squeezed(article.text_content())

    return asyncio.run(told())


def squeezed(text: str) -> str:
    return "".join(text.split())


def law_of(engine, question: str) -> list[str]:
    """Give the opening, paragraph by paragraph, and the statements of law."""

    async def told() -> list[str]:
        events = [one async for one in engine.answer([Turn("user", question)])]
        opening = [one.text for one in events if isinstance(one, Opening)]
        lines = [line.removeprefix("- ") for one in opening for line in one.split("\n")]
        return [*lines, *(one.text for one in events if isinstance(one, LawStatement))]

    return asyncio.run(told())


@pytest.mark.parametrize("question", [*QUESTIONS, *LIFE])
def test_one_question_on_the_page(engine, question):
    text, seen = of_page(engine, question)
    assert text == of_engine(engine, Turn("user", question))[0]
    for line in law_of(engine, question):
        assert squeezed(line) in seen


@pytest.mark.parametrize("question", [*QUESTIONS, *LIFE])
def test_one_question(monkeypatch, engine, client, address, question):
    said = of_engine(engine, Turn("user", question))
    assert said[0]
    assert of_api(client, address, Turn("user", question)) == said
    assert of_command_line(monkeypatch, engine, question) == said
    assert of_mcp(engine, question) == said[1]


def test_a_conversation_with_the_whole_text_given_back(engine, client, address):
    first = Turn("user", "I was born in Texas.")
    _, whole = of_engine(engine, first)
    turns = (first, Turn("assistant", whole), Turn("user", "Can ICE deport me?"))
    assert of_api(client, address, *turns) == of_engine(engine, *turns)


@pytest.mark.parametrize("draft", [SPOKEN, VIOLATIONS[0]])
def test_what_a_model_writes(monkeypatch, tmp_path, fake_openai_in_thread, draft):  # noqa: F811 - the fixture
    fake_openai_in_thread.replies = [Says(draft)]
    engine = open_engine(
        Settings(data_dir=tmp_path, OPENAI_API_KEY="x", OPENAI_BASE_URL=fake_openai_in_thread.url)
    )
    question = "Can a U.S. citizen be deported?"
    try:
        said = of_engine(engine, Turn("user", question))
        with live(app_of(engine)) as url, openai.OpenAI(base_url=f"{url}/v1", api_key="x") as one:
            assert of_api(one, url, Turn("user", question)) == said
        assert of_command_line(monkeypatch, engine, question) == said
        assert "Yes, they can" not in said[1]
    finally:
        engine.close()
