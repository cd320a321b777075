"""An engine, a network and a server that do what the real ones never should."""

import os
import re
import socket
import subprocess
import sys
import threading
from dataclasses import replace

import httpx
from playwright.sync_api import expect

from bot.channels.page import texts
from bot.channels.web import create_app
from bot.errors import SettingsError
from bot.settings import PROJECT_DIR, Settings
from bot.types import LawStatement, Sentence
from tests.page.browsing import HOSTILE, MARKS, ask, opened, unwatched, visit
from tests.serving import CITATION, FakeEngine, events, live

pytestmark = MARKS


def test_hostile_model_and_document_cannot_reach_the_network(browser, pretend):
    script = events()
    script[3:5] = [LawStatement(HOSTILE, CITATION), Sentence(HOSTILE, (CITATION,))]
    script[5] = replace(script[5], citations=(replace(CITATION, says=HOSTILE, quote=HOSTILE),))
    pretend.engine.script = script
    with opened(browser, pretend.url) as page:
        ask(page, "Well?")
        page.reload()
        expect(page.locator("#current article")).to_have_attribute("data-state", "done")
        page.locator("#current [data-do=lawyer]").click()
        assert page.locator("#brief img, #brief script, #brief a[href*=evil]").count() == 0
        assert page.locator("#desk img, #desk script, #desk a[href*=evil]").count() == 0
        assert page.title() == "Habeas"


def test_a_script_that_gets_into_the_page_does_not_run(browser, pretend):
    with unwatched(browser) as page:
        visit(page, pretend.url)
        refused = []
        page.on("console", lambda one: refused.append(one.text))
        page.evaluate(
            """() => {
                const place = document.createElement("div");
                place.innerHTML = "<img src=x onerror=\\"document.title='owned'\\">";
                document.body.append(place);
                const script = document.createElement("script");
                script.textContent = "document.title = 'owned'";
                document.body.append(script);
                const far = document.createElement("img");
                far.src = "https://evil.example/x.png";
                document.body.append(far);
            }"""
        )
        page.wait_for_timeout(300)
        assert page.title() == "Habeas"
        assert sum("Content Security Policy" in one for one in refused) == 3
    policy = httpx.get(pretend.url).headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]+)", policy)[1]
    assert "unsafe-inline" not in scripts
    again = httpx.get(pretend.url).headers["content-security-policy"]
    assert policy != again


def test_crash_is_told_and_the_question_can_be_asked_again(browser, pretend):
    engine = pretend.engine
    engine.fault = RuntimeError("secret of the server")
    with opened(browser, pretend.url) as page:
        page.locator("#question textarea").fill("Well?")
        page.locator("#ask-button").click()
        expect(page.locator("#problem")).to_have_text(texts.PROBLEMS["error"].en)
        expect(page.locator("#ask-button")).to_be_visible()
        expect(page.locator("#question textarea")).to_have_value("Well?")
        expect(page.locator("#current .lead")).to_be_visible()
        engine.fault = None
        ask(page, "Well?")
        expect(page.locator("#past article")).to_have_count(0)
        assert "secret" not in page.content()


def test_lost_connection_is_told_and_nothing_is_lost(browser, pretend):
    with unwatched(browser) as page:
        visit(page, pretend.url)
        ask(page, "I was born in Guam.")
        page.context.set_offline(True)
        page.locator("#question textarea").fill("Well?")
        page.locator("#ask-button").click()
        expect(page.locator("#complaint")).to_have_text(texts.SCRIPT["lost"].en)
        expect(page.locator("#question textarea")).to_have_value("Well?")
        page.context.set_offline(False)
        ask(page, "Well?")
        expect(page.locator("#past .asked")).to_have_text("I was born in Guam.")
        expect(page.locator("#complaint")).to_have_count(0)


def test_server_that_dies_in_the_middle_leaves_what_was_said(browser):
    engine = FakeEngine(hold=threading.Event())
    with unwatched(browser) as page:
        with live(create_app(Settings(), engine)) as url:
            page.goto(url)
            page.locator("#question textarea").fill("Well?")
            page.locator("#ask-button").click()
            expect(page.locator("#current .lead")).to_be_visible()
        expect(page.locator("#complaint")).to_have_text(texts.SCRIPT["lost"].en)
        expect(page.locator("#question textarea")).to_have_value("Well?")
        expect(page.locator("#current .lead")).to_be_visible()
        expect(page.locator("#current .working")).to_have_count(0)


def test_server_remembers_nothing_of_a_session():
    engine = FakeEngine()
    app = create_app(Settings(), engine)
    with live(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        assert client.get("/").status_code == 200
        page = app.state.page.app
        mounted = next(route.app for route in page.routes if getattr(route, "path", None) == "")
        fn = next(
            one["id"] for one in mounted.get_blocks().config["dependencies"] if one["backend_fn"]
        )
        body = {"data": ["Zzyzx?", "", "", "en", "", ""], "fn_index": fn, "session_hash": "s1"}
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
        told = client.get("/gradio_api/queue/data", params={"session_hash": "s1"}).text
    assert "Zzyzx?" in told
    assert len(engine.asked) == 1
    assert mounted.state_holder.session_data == {}


def test_address_in_use_is_said_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "app.py"],
            cwd=PROJECT_DIR,
            env={**os.environ, "HABEAS_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"habeas: cannot listen on 127.0.0.1:{port}")
    assert "HABEAS_PORT" in done.stderr
    assert SettingsError.code == "bad_setting"
