"""Asks as the page does, through Gradio's own queue: what a browser sends, without a browser."""

import json
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx

_BORN = re.compile(r'<q dir="auto">born in ([^<]+)</q>', re.IGNORECASE)
_ASKED = re.compile(r'<div class="asked" dir="auto">([^<]*)</div>')
_PROBLEM = re.compile(r'<p class="problem"[^>]*>([^<]*)')

# Places of the page's parts in what comes back.
_PROBLEM_AT, _ANSWER_AT = 0, 1


@dataclass(frozen=True)
class PageAsker:
    """Asks through the queue of a page; ``question`` is the place of its one function."""

    function: int

    async def ask(self, client: httpx.AsyncClient, turns: Sequence[str]) -> set[str]:
        """Ask, and give the birthplaces that the answer says it heard.

        Raises:
            httpx.HTTPError: the server or the connection failed.
            ValueError: there is no whole answer, or it is to another question.
        """
        answer = ""
        async for drawn in self.drawn(client, turns):
            answer = drawn
        if 'data-state="done"' not in answer:
            raise ValueError("the answer broke off")
        asked = _ASKED.search(answer)
        if asked is None or unescape(asked[1]) != turns[-1]:
            return {"the question of somebody else"}
        return {unescape(one).casefold().strip(". ") for one in _BORN.findall(answer)}

    async def drawn(self, client: httpx.AsyncClient, turns: Sequence[str]) -> AsyncIterator[str]:
        """Ask, and give the answer each time it is drawn anew; the last is the whole one.

        Raises:
            httpx.HTTPError: the server or the connection failed.
            ValueError: the page says that something went wrong.
        """
        session = secrets.token_hex(8)
        said = json.dumps([{"role": "user", "content": one} for one in turns[:-1]])
        line = {
            "data": [turns[-1], said if turns[:-1] else "", "", "en", "", ""],
            "fn_index": self.function,
            "session_hash": session,
        }
        joined = await client.post("/gradio_api/queue/join", json=line)
        joined.raise_for_status()
        stream = client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session})
        async with stream as told:
            told.raise_for_status()
            async for one in told.aiter_lines():
                if one.startswith("data: ") and (answer := _answer(one.removeprefix("data: "))):
                    yield answer


async def page_asker(client: httpx.AsyncClient) -> PageAsker:
    """Learn from a server's page which function answers.

    Raises:
        httpx.HTTPError: there is no page.
        ValueError: the page has another form than this knows.
    """
    told = await client.get("/config")
    told.raise_for_status()
    known = [one["id"] for one in told.json()["dependencies"] if one["backend_fn"]]
    if len(known) != 1:
        raise ValueError(f"the page has {len(known)} functions, not one")
    return PageAsker(known[0])


@asynccontextmanager
async def open_tabs(client: httpx.AsyncClient, count: int) -> AsyncIterator[None]:
    """Hold open what each tab of a browser holds open while it shows the page."""
    async with AsyncExitStack() as tabs:
        for _ in range(count):
            beat = client.stream("GET", f"/gradio_api/heartbeat/{secrets.token_hex(8)}")
            (await tabs.enter_async_context(beat)).raise_for_status()
        yield


def _answer(data: str) -> str:
    """Give the answer as one message draws it; empty where it draws none."""
    message = json.loads(data)
    if message["msg"] == "unexpected_error" or message.get("success") is False:
        raise ValueError("the queue failed")
    if message["msg"] not in ("process_generating", "process_completed"):
        return ""
    parts = message["output"]["data"]
    problem = _PROBLEM.search(str(_whole(parts[_PROBLEM_AT])))
    if problem:
        raise ValueError(f"the page says: {problem[1]}")
    return str(_whole(parts[_ANSWER_AT]))


def _whole(part: object) -> object:
    """Undo the form in which Gradio sends a part that changed since the message before."""
    if isinstance(part, list):
        return part[-1][2] if part and part[-1][0] == "replace" and not part[-1][1] else ""
    return part if isinstance(part, str) else ""
