"""Keys, limits, names of requests, counts and the log: what operators and abusers meet."""

import asyncio
import json
import logging
import socket
import time
from contextlib import ExitStack, closing

import httpx
import openai
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.channels import shield
from bot.channels.calls import HEADER
from bot.channels.logs import start_log
from bot.channels.page.chat import Sent
from bot.channels.web import create_app
from bot.errors import SettingsError
from bot.settings import Settings, load_settings
from bot.types import Dropped, Note
from tests.serving import FakeEngine, app_of, events, live

ASK = "/api/ask"
CHAT = "/v1/chat/completions"
SECRET = "my cousin Wenceslao Zzyzx"
QUESTION = {"question": SECRET}
COMPLETION = {"model": "habeas", "messages": [{"role": "user", "content": SECRET}]}
KEY, OTHER_KEY = "k" * 24, "o" * 24
BEARER = {"Authorization": f"Bearer {KEY}"}


def client_of(engine: FakeEngine | None = None, address="127.0.0.1", **settings):
    transport = httpx.ASGITransport(
        app_of(engine or FakeEngine(), **settings), client=(address, 1234)
    )
    return httpx.AsyncClient(transport=transport, base_url="http://habeas")


@pytest.fixture
def _log_as_it_was():
    bot, root = logging.getLogger("bot"), logging.getLogger()
    levels, handlers = (bot.level, root.level), root.handlers[:]
    yield
    bot.setLevel(levels[0])
    root.setLevel(levels[1])
    root.handlers[:] = handlers


# Names of requests


@pytest.mark.parametrize("path", [ASK, CHAT, "/nowhere", "/api/nowhere", "/v1/nowhere", "/healthz"])
async def test_every_answer_names_its_request(path):
    async with client_of() as client:
        given = await client.post(path, json={}, headers={HEADER: "abc-123.DEF_"})
        assert given.headers.get_list(HEADER) == ["abc-123.DEF_"]
        if given.headers["content-type"] == "application/problem+json":
            assert given.json()["request_id"] == "abc-123.DEF_"
        made = (await client.post(path, json={})).headers[HEADER]
        assert len(made) == 32
        assert made != (await client.post(path, json={})).headers[HEADER]


@pytest.mark.parametrize("name", ["short", "x" * 65, "with space", "é" * 10, "a\tb\tc\td\te", ""])
async def test_an_id_that_could_do_harm_is_replaced(name):
    async with client_of() as client:
        headers = {HEADER.encode(): name.encode("latin-1")}
        made = (await client.get("/healthz", headers=headers)).headers[HEADER]
    assert made != name
    assert len(made) == 32


@pytest.mark.usefixtures("_log_as_it_was")
async def test_a_crash_is_logged_under_the_id_the_caller_got(capsys):
    start_log(Settings(log_format="json"))
    async with client_of(FakeEngine(fault=RuntimeError(SECRET))) as client:
        answer = await client.post(ASK, json=QUESTION, headers={HEADER: "abcdefgh"})
    assert answer.json()["request_id"] == "abcdefgh"
    [line] = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    assert "unexpected RuntimeError" in line["message"]
    assert (line["request_id"], line["level"]) == ("abcdefgh", "error")


# Keys


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {'x' * 24}"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {KEY},{OTHER_KEY}"},
        {"Authorization": b"Bearer \xff\xfe"},
        {"X-API-Key": KEY},
    ],
)
@pytest.mark.parametrize("path", [ASK, CHAT, "/api/nowhere", "/metrics"])
async def test_without_a_known_key_nothing_is_answered(path, headers):
    engine = FakeEngine()
    async with client_of(engine, api_keys=f"{KEY}, {OTHER_KEY}") as client:
        answer = await client.post(path, json=QUESTION, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    code = answer.json()["error"]["code"] if path == CHAT else answer.json()["code"]
    assert code == "invalid_api_key"
    assert not engine.asked


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
async def test_a_known_key_opens(key):
    async with client_of(api_keys=f"{KEY},{OTHER_KEY}") as client:
        headers = {"Authorization": f"bearer  {key}"}
        for path, body in ((ASK, QUESTION), (CHAT, COMPLETION)):
            assert (await client.post(path, json=body, headers=headers)).status_code == 200
        assert (await client.get("/metrics", headers=headers)).status_code == 200
        # What says how to ask, and whether there is anybody to ask, needs none.
        for path in ("/api/openapi.json", "/v1/openapi.json", "/healthz", "/readyz"):
            assert (await client.get(path)).status_code == 200


def test_openais_client_sends_the_key():
    with live(app_of(FakeEngine(), api_keys=KEY)) as url:
        with openai.OpenAI(base_url=f"{url}/v1", api_key=KEY) as client:
            assert [one.id for one in client.models.list()] == ["habeas"]
        with (
            openai.OpenAI(base_url=f"{url}/v1", api_key="wrong") as client,
            pytest.raises(openai.AuthenticationError) as refused,
        ):
            client.models.list()
    assert refused.value.code == "invalid_api_key"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HABEAS_API_KEYS", "short", "16 characters"),
        ("HABEAS_API_KEYS", f"{KEY},short", "16 characters"),
        ("HABEAS_API_KEYS", " , ", "16 characters"),
        ("HABEAS_PROXIES", "my-proxy", "does not appear to be"),
        ("HABEAS_API_PER_MINUTE", "-1", "greater than or equal to 0"),
        ("HABEAS_LOG_FORMAT", "xml", "'text' or 'json'"),
    ],
)
def test_settings_that_would_not_protect_are_refused(monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=says) as refused:
        load_settings()
    assert KEY not in str(refused.value)


def test_keys_are_shown_nowhere():
    assert KEY not in repr(Settings(api_keys=KEY))


# Limits


async def test_an_address_that_asks_too_often_is_told_when_to_come_again():
    async with client_of(api_per_minute=3) as client:
        for path, body in ((ASK, QUESTION), (CHAT, COMPLETION), (ASK, QUESTION)):
            assert (await client.post(path, json=body)).status_code == 200
        for path, body in ((ASK, QUESTION), (CHAT, COMPLETION)):
            refused = await client.post(path, json=body)
            assert refused.status_code == 429
            assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["error"]["code"] == "rate_limit_exceeded"
        assert refused.json()["error"]["type"] == "rate_limit_error"
        for path in ("/healthz", "/readyz", "/api/openapi.json"):
            assert (await client.get(path)).status_code == 200


async def test_a_key_is_counted_by_itself_and_wrong_keys_by_address():
    app = app_of(FakeEngine(), api_keys=f"{KEY},{OTHER_KEY}", api_per_minute=2)
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://habeas") as client:
        codes = []
        for number in range(4):
            headers = {"Authorization": f"Bearer guess-{number}"}
            codes.append((await client.post(ASK, json=QUESTION, headers=headers)).status_code)
        assert codes == [401, 401, 429, 429]
        for key in (KEY, OTHER_KEY):
            headers = {"Authorization": f"Bearer {key}"}
            asked = [await client.post(ASK, json=QUESTION, headers=headers) for _ in range(3)]
            assert [one.status_code for one in asked] == [200, 200, 429]


async def test_one_household_is_one_address():
    app = app_of(FakeEngine(), api_per_minute=1)
    codes = []
    for address in ("2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:2::1", "::ffff:192.0.2.1",
                    "192.0.2.1", "192.0.2.2"):  # fmt: skip
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://habeas") as client:
            codes.append((await client.post(ASK, json=QUESTION)).status_code)
    assert codes == [200, 429, 200, 200, 429, 200]


def test_limits_are_for_others_unless_told():
    assert Settings().most_per_minute == 0
    assert Settings(host="0.0.0.0").most_per_minute == 120
    assert Settings(host="localhost", proxies="127.0.0.1").most_per_minute == 120
    assert Settings(host="0.0.0.0", api_per_minute=0).most_per_minute == 0


def asked_as(url: str, address: str) -> int:
    return httpx.post(url + ASK, json=QUESTION, headers={"X-Forwarded-For": address}).status_code


def test_a_forwarded_address_is_believed_of_a_proxy_only():
    alone = {"api_per_minute": 1}
    with live(app_of(FakeEngine(), **alone), **alone) as url:
        assert [asked_as(url, one) for one in ("192.0.2.1", "192.0.2.2")] == [200, 429]
    behind = {"api_per_minute": 1, "proxies": "127.0.0.0/8, ::1"}
    with live(app_of(FakeEngine(), **behind), **behind) as url:
        addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3, 192.0.2.2")
        assert [asked_as(url, one) for one in addresses] == [200, 200, 429, 429]


# Abuse


async def test_a_body_that_never_ends_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(shield, "SLOWEST_BODY_S", 0.2)

    async def dripping():
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    async with client_of() as client:
        for path in (ASK, CHAT):
            answer = await client.post(
                path, content=dripping(), headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 408
            assert "too_slow" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "usc/8/../../../etc/passwd",
        "/etc/passwd",
        "usc/8/1231/b/3%00.md",
        "usc\\8\\1231",
        "file:///etc/passwd",
        "usc/8/1231/b/3?x=../../..",
        "x" * 5000,
        "%F0%9F%92%A9",
        "usc/8/%0d%0aSet-Cookie:a=b",
        "",
    ],
)
def test_path_tricks_find_no_authority(path):
    with live(app_of(FakeEngine())) as url:
        host, port = url.removeprefix("http://").split(":")
        # A client library would tidy the path before it is sent.
        with closing(socket.create_connection((host, int(port)))) as raw:
            raw.sendall(
                f"GET /api/authorities/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            )
            said = b""
            while more := raw.recv(65_536):
                said += more
    if "?x" in path:
        assert b" 200 " in said[:20]
    else:
        assert said[9:12] in (b"404", b"400")
    for words in (b"root:", b"Traceback", b"Set-Cookie"):
        assert words not in said


@pytest.mark.slow
def test_a_thousand_open_sockets_turn_nobody_away():
    with live(app_of(FakeEngine())) as url, ExitStack() as held:
        host, port = url.removeprefix("http://").split(":")
        for number in range(1000):
            one = held.enter_context(closing(socket.create_connection((host, int(port)))))
            if number % 2:
                one.sendall(b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        started = time.monotonic()
        answer = httpx.post(url + ASK, json=QUESTION, timeout=10)
        assert answer.status_code == 200
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("path", ["/assets/..%2f..%2fx", "/static/%2e%2e/x", "/assets/a%00"])
async def test_path_tricks_find_no_file(path):
    async with client_of() as client:
        told = await client.get(path)
    assert (told.status_code, told.json()["code"]) == (404, "not_found")


# Counts


async def counts(client) -> dict[tuple[str, ...], float]:
    text = (await client.get("/metrics")).text
    return {
        (sample.name, *dict(sorted(sample.labels.items())).values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_answers_are_counted_without_words():
    dropped = (Dropped("", "asserts_removal"), Dropped("", "uncited"))
    engine = FakeEngine(script=events(dropped=dropped), has_model=True)
    async with client_of(engine) as client:
        await client.post(ASK, json=QUESTION)
        await client.post(ASK, json=QUESTION, headers={"Accept": "text/event-stream"})
        await client.post(CHAT, json=COMPLETION)
        await client.post(ASK, json={})
        found = await counts(client)
        ruled = ("forbidden", "citizen_removal", "ruled")
        assert found["habeas_answers_total", "api", *ruled] == 2
        assert found["habeas_answers_total", "openai", *ruled] == 1
        assert found["habeas_dropped_sentences_total", "asserts_removal"] == 3
        assert found["habeas_notes_total", "not_advice"] == 3
        assert found["habeas_answer_seconds_count", "api"] == 2
        assert found["habeas_http_responses_total", "api", "200"] == 2
        assert found["habeas_http_responses_total", "api", "422"] == 1
        assert found["habeas_questions_running",] == 0
        assert found["process_resident_memory_bytes",] > 0
        assert "Zzyzx" not in (await client.get("/metrics")).text
        # When a count began is when somebody asked.
        assert not [name for name, *_ in found if name.endswith("_created")]
        assert (await client.get("/metrics")).headers["content-type"].startswith("text/plain")


async def test_counts_are_for_whoever_runs_the_server():
    for settings, headers, status in (
        ({}, {}, 200),
        ({}, {"X-Forwarded-For": "192.0.2.1"}, 403),
        ({"host": "0.0.0.0"}, {}, 403),
        ({"proxies": "127.0.0.1"}, {}, 403),
        ({"host": "0.0.0.0", "api_keys": KEY}, BEARER, 200),
        ({"metrics": False}, {}, 404),
    ):
        async with client_of(**settings) as client:
            answer = await client.get("/metrics", headers=headers)
            assert answer.status_code == status, settings


async def test_readiness_says_how_each_part_is():
    engine = FakeEngine(has_model=True)
    async with client_of(engine) as client:
        told = (await client.get("/readyz")).json()
        assert told["parts"] == {"law": "ready", "search": "ready", "model": "not asked yet"}
        await client.post(ASK, json=QUESTION)
        assert (await client.get("/readyz")).json()["parts"]["model"] == "answers"
        engine.script = [Note("model_down", "No model."), events()[-1]]
        await client.post(ASK, json=QUESTION)
        told = await client.get("/readyz")
        assert (told.status_code, told.json()["parts"]["model"]) == (200, "failing")
        engine.trouble = "there is no index"
        down = await client.get("/readyz")
        assert (down.status_code, down.json()["code"]) == (503, "index_unavailable")
        assert down.json()["parts"]["search"] == "down"
    async with client_of() as client:
        assert (await client.get("/readyz")).json()["parts"]["model"] == "none"


async def test_the_page_is_counted_too(tmp_path):
    app = create_app(Settings(data_dir=tmp_path), FakeEngine())
    chat = app.state.chat
    async for _ in chat.ask(Sent(SECRET, "", "", "en")):
        pass
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://habeas") as client:
        found = await counts(client)
    assert found["habeas_answers_total", "page", "forbidden", "citizen_removal", "ruled"] == 1


# The log


@pytest.mark.usefixtures("_log_as_it_was")
async def test_json_lines_say_what_was_asked_of_the_server_and_not_what_the_person_asked(capsys):
    start_log(Settings(log_format="json", log_level="info"))
    async with client_of(FakeEngine(fault=None)) as client:
        await client.post(ASK, json=QUESTION, headers={HEADER: "abcdefgh"})
        await client.get("/api/search", params={"q": SECRET})
        await client.get("/api/authorities/usc/8/1231")
        await client.get(f"/{SECRET}")
        await client.request("ZZYZX", "/healthz")
    lines = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        ("POST", "/api/ask", 200),
        ("GET", "/api/search", 200),
        ("GET", "/api/authorities/{path:path}", 200),
        ("GET", "…", 404),
        ("other", "/healthz", 405),
    ]
    assert lines[0]["request_id"] == "abcdefgh"
    assert lines[0]["logger"] == "bot.access"
    assert lines[0]["ms"] >= 0
    assert "Zzyzx" not in json.dumps(lines)
    assert "1231" not in json.dumps(lines)


@pytest.mark.usefixtures("_log_as_it_was")
@pytest.mark.parametrize("kind", ["text", "json"])
def test_an_error_is_logged_by_kind_and_place(capsys, kind):
    start_log(Settings(log_format=kind))
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("elsewhere").exception("it broke")
    logging.getLogger("elsewhere").info(SECRET)
    logging.getLogger("bot.access").info(SECRET)
    said = capsys.readouterr().err
    assert "ValueError at" in said
    assert "test_door.py" in said
    assert "Zzyzx" not in said
