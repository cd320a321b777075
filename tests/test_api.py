import asyncio
import json
import logging
import re
import threading
import time

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.admission import Admission
from bot.channels.lines import read_turns, write_turns
from bot.channels.shield import MOST_BYTES
from bot.errors import BadHistory
from bot.types import Turn
from tests.serving import LAW, FakeEngine, app_of, live

ASK = "/api/ask"
SSE = {"Accept": "text/event-stream"}
SECRET = "my cousin Wenceslao Zzyzx"


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://habeas")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def client(engine):
    async with client_of(app_of(engine)) as one:
        yield one


def stream_of(lines) -> list[tuple[str, dict]]:
    found = []
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((name, json.loads(line.removeprefix("data: "))))
    return found


async def test_answer_has_the_fields_of_the_command_line(client):
    answer = (await client.post(ASK, json={"question": "Can they deport me?"})).json()
    assert set(answer) == {
        *("id", "status", "flags", "answer", "lang", "verdict", "text", "citations", "facts"),
        *("dropped", "corpus", "ms"),
    }
    assert answer["verdict"] == {
        "rule": "citizen_removal",
        "outcome": "forbidden",
        "also": ["challenge"],
    }
    assert answer["citations"][0]["id"] == LAW.path
    assert answer["citations"][0]["quote"] == "the official words"
    assert answer["facts"][0]["span"] == [6, 18]


@pytest.mark.parametrize(
    "body",
    [
        {
            "turns": [
                {"role": "user", "content": "I was born in Guam."},
                {"role": "assistant", "content": "Good."},
                {"role": "user", "content": "And now?"},
            ]
        },
        {
            "history": [
                {"role": "user", "content": "I was born in Guam."},
                {"role": "assistant", "content": "Good."},
            ],
            "question": "And now?",
        },
    ],
    ids=["turns", "question and history"],
)
async def test_conversation_reaches_the_engine_whole(engine, client, body):
    answer = await client.post(ASK, json={**body, "lang": "es", "id": "a7"})
    assert answer.json()["id"] == "a7"
    turns, lang = engine.asked[0]
    assert [turn.content for turn in turns] == ["I was born in Guam.", "Good.", "And now?"]
    assert lang == "es"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": "  "}, 422, "empty_question"),
        ({"turns": []}, 422, "empty_question"),
        ({"question": SECRET * 700}, 413, "question_too_long"),
        ({"question": SECRET, "model": "gpt"}, 422, "bad_input"),
        ({"question": SECRET, "turns": []}, 422, "bad_input"),
        ({"turns": [{"role": "system", "content": SECRET}]}, 422, "bad_input"),
        ({"question": SECRET, "lang": "fr"}, 422, "bad_input"),
        ({"question": [SECRET]}, 422, "bad_input"),
        ({}, 422, "bad_input"),
        ([SECRET], 422, "bad_input"),
    ],
)
async def test_bad_request_gets_a_problem_that_does_not_repeat_it(client, body, status, code):
    answer = await client.post(ASK, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert problem["status"] == status
    assert problem["what_to_do"]
    assert "Zzyzx" not in answer.text


async def test_what_is_not_json_is_said_so(client):
    answer = await client.post(ASK, content=b"\xff{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", ASK, 405, "method_not_allowed"),
        ("GET", "/api/nothing", 404, "not_found"),
        ("POST", "/api/docs", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("GET", "/openapi.json", 404, "not_found"),
        ("POST", "/gradio_api/upload", 404, "not_found"),
        ("POST", "/gradio_api/run/predict", 404, "not_found"),
        ("POST", "/gradio_api/call/ask", 404, "not_found"),
        ("GET", "/gradio_api/file=/etc/passwd", 404, "not_found"),
        ("GET", "/monitoring/summary", 404, "not_found"),
        ("GET", "/page/../app.py", 404, "not_found"),
    ],
)
async def test_closed_paths(client, method, path, status, code):
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_body_over_the_limit_is_refused_whatever_it_says_of_its_length(client):
    big = json.dumps({"question": "a" * MOST_BYTES}).encode()

    async def in_pieces():
        for start in range(0, len(big), 65_536):
            yield big[start : start + 65_536]

    for content in (big, in_pieces()):
        answer = await client.post(
            ASK, content=content, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_search_gives_passages_in_the_language_of_the_query(client):
    english = (await client.get("/api/search", params={"q": "can they remove him"})).json()
    assert english["hits"] == [
        {
            "id": "usc/8/1231/b/3/A@00000000",
            "layer": "digest",
            "score": 0.5,
            "arms": ["lexical", "dense"],
            "text": "Nobody may be removed there.",
        }
    ]
    spanish = (await client.get("/api/search", params={"q": "¿lo pueden expulsar?"})).json()
    assert spanish["hits"][0]["text"] == "Nadie puede ser expulsado."
    assert (await client.get("/api/search", params={"q": "x", "k": 0})).status_code == 422
    line = {"q": "¿lo pueden expulsar?", "lang": "en", "k": 1, "id": 7}
    posted = (await client.post("/api/search", json=line)).json()
    assert posted == {**english, "id": 7}
    for wrong in ({"q": SECRET, "k": 0}, {"q": SECRET, "x": 1}, {}, {"q": 1}):
        refused = await client.post("/api/search", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_input")
        assert "Zzyzx" not in refused.text
    assert (await client.get("/api/search", params={"q": " "})).json()["code"] == "empty_question"


async def test_search_without_an_index_says_how_to_get_one(engine, client):
    engine.trouble = "there is no index"
    answer = await client.get("/api/search", params={"q": "removal"})
    assert (answer.status_code, answer.json()["code"]) == (503, "index_unavailable")
    assert "habeas corpus build" in answer.json()["what_to_do"]


async def test_authority_is_read_by_its_path(client):
    law = (await client.get("/api/authorities/usc/8/1231/b/3")).json()
    assert law["title"]["es"] == "Detención y expulsión"
    assert law["statements"][0]["id"] == LAW.path
    for path in ("usc/8/9999", "nonsense", "usc/8/1231/%00"):
        answer = await client.get(f"/api/authorities/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_authority")


async def test_health_and_readiness_differ(engine, client):
    assert (await client.get("/readyz")).json()["status"] == "ready"
    engine.trouble = "there is no index"
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


async def test_description_can_be_read_without_a_machine(client):
    page = await client.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    for words in ("POST /api/ask", "POST /v1/chat/completions", "GET /api/authorities/{path}"):
        assert words in page.text
    assert "Nací en Guam." in page.text
    # It asks nothing of anybody.
    assert not re.search(r"<script|<img|<link|@import|url\(|src=|href=\"(?!/)", page.text)


async def test_description_has_examples_and_every_path(client):
    described = (await client.get("/api/openapi.json")).json()
    assert set(described["paths"]) == {"/ask", "/search", "/authorities/{path}"}
    body = described["paths"]["/ask"]["post"]["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        assert (await client.post(ASK, json=example["value"])).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/api/openapi.json", "/nowhere", "/api/nowhere"])
async def test_every_answer_carries_the_headers(client, path):
    headers = (await client.get(path)).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("headers", [{}, SSE], ids=["json", "stream"])
async def test_a_crash_shows_and_logs_nothing_of_what_was_asked(engine, client, caplog, headers):
    engine.fault = RuntimeError(f"could not read {SECRET}")
    with caplog.at_level(logging.DEBUG):
        answer = await client.post(ASK, json={"question": SECRET}, headers=headers)
    assert '"code": "error"' in answer.text or answer.json()["code"] == "error"
    assert "unexpected RuntimeError" in caplog.text
    assert "Zzyzx" not in answer.text + caplog.text


async def test_stream_ends_with_the_same_answer(client):
    whole = (await client.post(ASK, json={"question": "Well?", "id": 3})).json()
    answer = await client.post(ASK, json={"question": "Well?", "id": 3}, headers=SSE)
    assert answer.headers["content-type"].startswith("text/event-stream")
    found = stream_of(answer.text.splitlines())
    assert [name for name, _ in found] == [
        *("opening", "understood", "card", "statement", "sentence", "sources", "note", "done")
    ]
    assert found[-1][1] == whole


async def test_bad_input_is_refused_before_a_stream_begins(client):
    answer = await client.post(ASK, json={"question": ""}, headers=SSE)
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_question")


def test_opening_is_sent_while_the_rest_is_still_being_made(engine):
    engine.hold = threading.Event()
    with (
        live(app_of(engine)) as url,
        httpx.stream("POST", url + ASK, json={"question": "Well?"}, headers=SSE) as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines) == "event: opening"
        assert json.loads(next(lines).removeprefix("data: "))["text"].startswith("A citizen")
        assert engine.running == 1
        engine.hold.set()
        assert stream_of(lines)[-1][0] == "done"


@pytest.mark.parametrize("headers", [{}, SSE], ids=["json", "stream"])
def test_work_stops_when_the_client_leaves(engine, headers):
    engine.hold = threading.Event()
    with live(app_of(engine)) as url:
        with (
            pytest.raises(httpx.ReadTimeout),
            httpx.stream(
                "POST", url + ASK, json={"question": "Well?"}, headers=headers, timeout=0.5
            ) as answer,
        ):
            answer.read()
        assert engine.left.wait(5)
    assert engine.running == 0


async def test_more_questions_than_can_wait_are_turned_away(engine):
    engine.hold = threading.Event()
    async with client_of(app_of(engine, Admission(at_once=2, waiting=1))) as client:
        asked = [
            asyncio.create_task(client.post(ASK, json={"question": "Well?"})) for _ in range(3)
        ]
        until = time.monotonic() + 5
        while engine.running < 2 and time.monotonic() < until:  # noqa: ASYNC110 - a count, no event
            await asyncio.sleep(0.01)
        for headers in ({}, SSE):
            answer = await client.post(ASK, json={"question": "And me?"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (503, "too_busy")
            assert answer.headers["retry-after"]
        engine.hold.set()
        assert [one.status_code for one in await asyncio.gather(*asked)] == [200, 200, 200]
    assert engine.most_running == 2


def test_turns_are_read_as_they_are_written():
    turns = (Turn("user", "¿“Sí”? </script> {{x}}"), Turn("assistant", "No.\n\n- a"))
    assert read_turns(write_turns(turns)) == turns
    assert read_turns("") == ()


@pytest.mark.parametrize("text", ["{}", "[", "[1]", '[{"role":"system","content":""}]', "null"])
def test_what_is_no_conversation_is_refused(text):
    with pytest.raises(BadHistory):
        read_turns(text)
