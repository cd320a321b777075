"""Habeas as tools for a model in somebody's own program: the Model Context Protocol over stdio."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from bot.channels.lines import Json, TurnLine, law_line, search_line
from bot.channels.problems import unexpected
from bot.channels.written import Written
from bot.engine import Engine
from bot.errors import HabeasError
from bot.types import Authority, Lang, Turn

_INSTRUCTIONS = (
    "Habeas answers questions about United States citizenship and removal law. Where an answer"
    " opens with a statement of law on a rule, pass that opening on unchanged and first."
    " It is information about the law, not legal advice."
)

_Lang = Annotated[Lang | None, Field(description="Language; left out, that of the question.")]
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Tools:
    """The tools; they share one engine."""

    engine: Engine

    async def ask(
        self,
        question: Annotated[str, Field(description="The person's own words, not a summary.")],
        history: Annotated[
            list[TurnLine] | None, Field(description="What was said before, oldest first.")
        ] = None,
        lang: _Lang = None,
    ) -> str:
        """Answer a question on US citizenship or removal law, with the law it rests on."""
        earlier = tuple(one.turn for one in history or ())
        return await _told(self._answer((*earlier, Turn("user", question)), lang))

    async def search(
        self,
        q: Annotated[str, Field(description="A citation or everyday words.")],
        lang: _Lang = None,
        k: Annotated[int | None, Field(ge=1, le=50, description="Most passages.")] = None,
    ) -> Json:
        """Find passages of the law, best first."""

        async def found() -> Json:
            return search_line(await self.engine.search(q, lang, k), q, lang)

        return await _told(found())

    async def read_authority(
        self,
        path: Annotated[
            str, Field(description="As citations give it.", examples=["usc/8/1231/b/3"])
        ],
    ) -> Json:
        """Give what the digest says on a provision, case or guide, in English and Spanish."""

        async def law() -> Json:
            return law_line(self.engine.read(Authority(path)))

        return await _told(law())

    async def _answer(self, turns: Sequence[Turn], lang: Lang | None) -> str:
        written = Written()
        pieces = [written.after(event) async for event in self.engine.answer(turns, lang)]
        return "".join(pieces)


def mcp_server(engine: Engine) -> MCPServer:
    """Make the server; ``run()`` serves standard input and output until they close."""
    server = MCPServer(
        "habeas",
        title="Habeas",
        version=version("habeas"),
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )
    tools = _Tools(engine)
    for tool in (tools.ask, tools.search, tools.read_authority):
        server.add_tool(tool)
    return server


async def _told(work: Awaitable[_T]) -> _T:
    """Do the work; what goes wrong is told without the words of any other error."""
    try:
        return await work
    except HabeasError as error:
        raise ToolError(str(error)) from None
    except Exception as error:  # noqa: BLE001 - its text could repeat what a person wrote
        raise ToolError(unexpected(error).detail) from None
