"""A program that speaks MCP, with the package's own client: in memory, and over real pipes."""

import sys
from importlib import util

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from typer.testing import CliRunner

from bot.channels import cli
from bot.channels.mcp_server import mcp_server
from bot.errors import SettingsError
from bot.settings import PROJECT_DIR
from tests.serving import LAW, FakeEngine

SECRET = "my cousin Wenceslao Zzyzx"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def called(engine: FakeEngine, tool: str, **arguments: object):
    async with Client(mcp_server(engine)) as client:
        return await client.call_tool(tool, arguments)


async def test_three_tools_that_say_what_they_do(engine):
    async with Client(mcp_server(engine)) as client:
        tools = (await client.list_tools()).tools
        assert "opening on unchanged" in client.instructions
    assert [one.name for one in tools] == ["ask", "search", "read_authority"]
    for one in tools:
        assert len(one.description) > 20
        for described in one.input_schema["properties"].values():
            assert described["description"]


async def test_ask_gives_the_whole_text(engine):
    history = [{"role": "user", "content": "Born in Guam."}, {"role": "assistant", "content": "."}]
    told = await called(engine, "ask", question="And now?", history=history, lang="es")
    assert not told.is_error
    text = told.content[0].text
    assert text.startswith("A citizen may not lawfully be deported. Not ever.")
    assert "- 8 U.S.C. § 1231(b)(3)(A) (P.L. 119-100)" in text
    turns, lang = engine.asked[0]
    assert [one.content for one in turns] == ["Born in Guam.", ".", "And now?"]
    assert lang == "es"


async def test_law_is_found_and_read(engine):
    found = await called(engine, "search", q="removal", k=1)
    assert found.structured_content["hits"][0]["text"] == "Nobody may be removed there."
    read = await called(engine, "read_authority", path="usc/8/1231/b/3")
    assert read.structured_content["statements"][0]["id"] == LAW.path


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("ask", {"question": " "}, "nothing was asked"),
        ("ask", {"question": "x" * 13_000}, "too long"),
        ("ask", {}, "question"),
        ("search", {"q": " "}, "nothing was asked"),
        ("search", {"q": "x", "k": 0}, "greater than or equal to 1"),
        ("read_authority", {"path": "../../etc/passwd"}, ""),
        ("read_authority", {"path": "usc/8/9999"}, "not in the corpus"),
    ],
)
async def test_bad_input_is_told(engine, tool, arguments, says):
    told = await called(engine, tool, **arguments)
    assert told.is_error
    assert says in told.content[0].text


async def test_a_crash_says_nothing_of_what_was_asked(engine, caplog):
    engine.fault = RuntimeError(SECRET)
    told = await called(engine, "ask", question=SECRET)
    assert told.is_error
    assert "went wrong on our side" in told.content[0].text
    assert "Zzyzx" not in told.content[0].text + caplog.text


@pytest.mark.slow
async def test_over_real_pipes(tmp_path):
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from bot.channels.cli import main; main()", "mcp"],
        env={"HABEAS_DATA_DIR": str(tmp_path)},
        cwd=PROJECT_DIR,
    )
    async with Client(stdio_client(server)) as client:
        told = await client.call_tool("ask", {"question": "Can a U.S. citizen be deported?"})
    assert "may not lawfully be deported" in told.content[0].text


def test_without_the_package_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda _: None)
    ran = CliRunner().invoke(cli.app, ["mcp"])
    assert isinstance(ran.exception, SettingsError)
    assert "habeas[mcp]" in str(ran.exception)
