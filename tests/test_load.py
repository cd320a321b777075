"""Many at once: nobody gets another's answer, nobody waits for a stalled model or one who left."""

import asyncio
import re
import threading
import time
from functools import partial

import httpx
import pytest
from gradio.routes import App

import evals.load
from bot.channels.admission import Admission
from bot.channels.web import create_app
from bot.engine import open_engine
from bot.settings import Settings
from evals.load import Outcome, Plan, load, main
from evals.load_page import PageAsker, page_asker
from tests.fake_openai import Says, fake_openai_in_thread  # noqa: F401 - a fixture
from tests.serving import FakeEngine, app_of, events, live, reply

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = open_engine(Settings(data_dir=tmp_path_factory.mktemp("data")))
    yield opened
    opened.close()


@pytest.mark.parametrize("way", ["page", "api"])
async def test_five_conversations_get_their_own_answers(engine, way):
    served = app_of(engine) if way == "api" else create_app(Settings(), engine)
    with live(served) as url:
        outcome = await load(url, Plan(conversations=5, every_s=1, seconds=5, way=way))
    assert outcome.errors == []
    assert outcome.mixed == 0
    assert len(outcome.seconds) >= 15
    assert outcome.p95_s < 2
    assert 0 < outcome.cpu_s < 5


@pytest.mark.parametrize("way", ["page", "api"])
async def test_what_is_wrong_is_seen(way):
    """Who says it of everybody alike is found out, and so is who fails or breaks off."""
    plan = Plan(conversations=3, every_s=0.2, seconds=0.6, way=way)
    made = app_of if way == "api" else partial(create_app, Settings())
    with live(made(FakeEngine())) as url:
        outcome = await load(url, plan)
        # The fake says Guam to all; of the three only the first was born there.
        assert 0 < outcome.mixed < len(outcome.seconds)
        assert "somebody else" in " ".join(outcome.faults())
    for engine in (FakeEngine(fault=RuntimeError("x")), FakeEngine(script=events()[:-1])):
        with live(made(engine)) as url:
            outcome = await load(url, plan)
        assert outcome.seconds == []
        assert "errors" in outcome.faults()[0]
        assert "nothing was answered" in outcome.faults()
    assert "p95" in Outcome(seconds=[3.0] * 20).faults()[0]
    assert "grew" in Outcome(seconds=[1.0], memory_mb=[1, 1, 100, 200]).faults()[0]


def test_command_says_what_it_found(engine, capsys):
    arguments = ["--minutes", "0.02", "--conversations", "2", "--every", "0.5", "--way", "api"]
    arguments.append("--url")
    with live(app_of(engine)) as url:
        assert main([*arguments, url]) == 0
    said = capsys.readouterr().out
    assert "2 conversations with the api, each asking every 0.5 s" in said
    assert "all as it must be" in said
    assert main([*arguments, "http://127.0.0.1:9"]) == 1
    assert "FAULT" in capsys.readouterr().out


def test_the_rate_it_holds_is_found_first(engine, capsys, monkeypatch):
    monkeypatch.setattr(evals.load, "_TRIED_S", 1.0)
    arguments = ["--minutes", "0.03", "--conversations", "4", "--hold", "--way", "api", "--url"]
    with live(app_of(engine)) as url:
        assert main([*arguments, url]) == 0
    said = capsys.readouterr().out
    most, asked = map(float, re.findall(r"[\d.]+(?= answers a second)|(?<=for: )[\d.]+", said))
    assert most > 1
    assert asked == pytest.approx(0.7 * most, abs=0.1)
    every = float(re.search(r"every ([\d.]+) s", said)[1])
    assert every == pytest.approx(4 / asked, rel=0.1)
    with pytest.raises(SystemExit, match="cannot tell how often"):
        main([*arguments, "http://127.0.0.1:9"])


async def test_gradio_keeps_no_record_of_who_asked_when():
    app = create_app(Settings(), FakeEngine())
    with live(app) as url:
        assert (await load(url, Plan(conversations=3, every_s=0.2, seconds=0.6))).errors == []
        (mounted,) = [one.app for one in app.state.page.app.routes if isinstance(one.app, App)]
        queue = mounted.get_blocks()._queue
        assert len(queue.event_analytics) <= 1
        assert queue.cached_event_analytics_summary == {"functions": {}}
        assert mounted.state_holder.session_data == {}


def test_a_stalled_model_holds_up_no_one_else(tmp_path, fake_openai_in_thread):  # noqa: F811 - the fixture
    fake_openai_in_thread.replies = [Says("Nobody may ", fault="stall")]
    settings = Settings(
        data_dir=tmp_path,
        OPENAI_API_KEY="x",
        OPENAI_BASE_URL=fake_openai_in_thread.url,
        model_timeout_s=4,
    )
    engine = open_engine(settings)

    async def openings(url: str) -> tuple[float, list[float]]:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            page = await page_asker(client)
            stuck = [asyncio.create_task(opened(client)) for _ in range(4)]
            stuck += [asyncio.create_task(drawn(page, client)) for _ in range(4)]
            await asyncio.sleep(0.5)
            started = time.monotonic()
            searched = await client.get("/api/authorities/usc/8/1231/b/3")
            assert searched.status_code == 200
            read = time.monotonic() - started
            return read, [await one for one in [*stuck, asyncio.create_task(opened(client))]]

    async def opened(client: httpx.AsyncClient) -> float:
        started = time.monotonic()
        question = {"question": "Can a U.S. citizen be deported?"}
        first = 0.0
        async with client.stream(
            "POST", "/api/ask", json=question, headers={"accept": "text/event-stream"}
        ) as answer:
            async for line in answer.aiter_lines():
                if line == "event: opening":
                    first = time.monotonic() - started
        assert line == ""
        return first

    async def drawn(page: PageAsker, client: httpx.AsyncClient) -> float:
        started = time.monotonic()
        first = 0.0
        async for answer in page.drawn(client, ["Can a U.S. citizen be deported?"]):
            if not first and 'class="rule"' in answer:
                first = time.monotonic() - started
        assert 'data-state="done"' in answer
        return first

    try:
        with live(create_app(settings, engine)) as url:
            read, firsts = asyncio.run(openings(url))
    finally:
        engine.close()
    # The rule is there long before the model is given up, for each of them.
    assert 0 < max(firsts) < 2
    assert read < 1


async def test_who_leaves_frees_their_place():
    engine = FakeEngine(hold=threading.Event())
    with live(app_of(engine, Admission(at_once=1, waiting=1))) as url:
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            line = {"model": "habeas", "messages": [{"role": "user", "content": "Well?"}]}
            with pytest.raises(httpx.ReadTimeout):
                await client.post("/v1/chat/completions", json=line, timeout=0.5)
            engine.hold.set()
            answer = await client.post("/api/ask", json={"question": "Well?"})
            assert answer.json()["text"] == reply().text
