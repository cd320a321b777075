"""The page in a real browser: what a person sees, and what the page asks of the network.

``UPDATE_SCREENSHOTS=1 pytest tests/test_web.py -m browser`` also refreshes docs/screenshots.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.channels.page import texts
from bot.channels.web import create_app
from bot.errors import SettingsError
from bot.settings import PROJECT_DIR, Settings
from bot.types import LawStatement, Sentence
from tests.serving import CITATION, FakeEngine, events, live

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    # Gradio counts its events with pandas.
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'"),
]

ARTIFACTS = PROJECT_DIR / "artifacts"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 360, "height": 740}
FOUNDING_EN = "Can a U.S. citizen be deported?"
FOUNDING_ES = "¿Pueden deportar a un ciudadano de Estados Unidos?"
FOUNDING = {
    "en": ("en-US", FOUNDING_EN, "may not lawfully be deported"),
    "es": ("es-MX", FOUNDING_ES, "La ley no permite deportar"),
}
HOSTILE = (
    "<img src=https://evil.example/x.png onerror=\"document.title='owned'\">"
    "<script>document.title='owned'</script> ![x](https://evil.example/y.png) "
    "[x](https://evil.example) ${document.title='owned'} {{x}} Can they deport me?"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The real thing: `python app.py` with the real law."""
    habeas = Path(sys.executable).with_name("habeas")
    subprocess.run([habeas, "corpus", "build"], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "HABEAS_OPENAI_", "SLACK_"))
    }
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=PROJECT_DIR,
        env={**environment, "HABEAS_PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = ""
        for line in server.stdout:
            said += line
            if "ready" in line:
                break
        assert f"http://127.0.0.1:{port}" in said, said
        sys.stdout.write(f"server ready after {time.monotonic() - started:.1f} s\n")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        rest = server.communicate(timeout=15)[0]
    # The log of a whole run with questions, bad input and attacks has nothing of them.
    for words in ("deport", "Guam", "evil", "Traceback", "POST /", "GET /"):
        assert words not in said + rest


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield one
        one.close()


@contextlib.contextmanager
def opened(browser: Browser, address: str, **context: object) -> Iterator[Page]:
    """Open the page, and fail afterwards if it asked anything of anybody else."""
    options = {"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **context}
    with contextlib.closing(browser.new_context(**options)) as place:
        page = place.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda one: one.type == "error" and wrong.append(one.text))
        page.goto(address)
        expect(page.locator("#question textarea")).to_be_visible(timeout=20_000)
        yield page
        home = f"{address.split('/?', maxsplit=1)[0]}/"
        assert [url for url in asked if not url.startswith((home, "data:", "blob:"))] == []
        assert wrong == []
        assert_keeps_nothing(place, page)


def assert_keeps_nothing(place: BrowserContext, page: Page) -> None:
    assert place.cookies() == []
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "deport" not in stored


def ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    page.locator("#ask-button").click()
    expect(page.locator("#current .asked")).to_have_text(question, use_inner_text=True)
    expect(page.locator("#current article")).to_have_attribute("data-state", "done")


def picture(page: Page, name: str, *, published: bool = False) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
    if published and os.environ.get("UPDATE_SCREENSHOTS"):
        shots = PROJECT_DIR / "docs" / "screenshots"
        shots.mkdir(parents=True, exist_ok=True)
        shutil.copy(ARTIFACTS / f"{name}.png", shots / f"{name}.png")


def assert_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("lang", ["en", "es"])
def test_founding_question(browser, address, lang):
    locale, question, lead = FOUNDING[lang]
    started = time.monotonic()
    with opened(browser, address, locale=locale) as page:
        sys.stdout.write(f"page ready after {time.monotonic() - started:.1f} s\n")
        notice = texts.WHAT_IT_IS[lang]
        expect(page.locator(".notice")).to_contain_text(notice, use_inner_text=True)
        picture(page, f"welcome-{lang}")
        ask(page, question)
        expect(page.locator(".rule .rule-mark")).to_have_text(texts.RULE[lang])
        expect(page.locator(".rule .lead")).to_contain_text(lead)
        link = page.locator("#sources a[href^='https://uscode.house.gov/']").first
        expect(link).to_be_visible()
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert link.get_attribute("target") == "_blank"
        assert page.locator("html").get_attribute("lang") == lang
        picture(page, "desktop" if lang == "en" else "desktop-es", published=lang == "en")


def test_phone(browser, address):
    with opened(browser, address, viewport=PHONE, device_scale_factor=2, is_mobile=True) as page:
        ask(page, FOUNDING_EN)
        lead = page.locator(".rule .lead")
        expect(lead).to_be_in_viewport(ratio=1)
        below = page.locator("#sources").bounding_box()["y"]
        assert below > page.locator("#current .notes").bounding_box()["y"]
        for text in ("#question textarea", ".rule p", ".law-says li p", ".asked"):
            size = page.locator(text).first.evaluate(
                "e => parseFloat(getComputedStyle(e).fontSize)"
            )
            assert size >= 16
        for control in page.locator(".bar :is(button, .leave), #ask-button").all():
            assert control.bounding_box()["height"] >= 40
        assert_no_sideways_scroll(page)
        picture(page, "phone", published=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_phone_in_spanish(browser, address, scheme):
    with opened(
        browser, address, viewport=NARROW, locale="es-US", color_scheme=scheme, is_mobile=True
    ) as page:
        assert_no_sideways_scroll(page)
        ask(page, "Hay agentes de inmigración en mi puerta. ¿Qué puedo hacer?")
        assert_no_sideways_scroll(page)
        page.locator(".to-card").click()
        expect(page.locator(".card h3")).to_be_in_viewport()
        for source in page.locator("#sources summary").all():
            source.click()
        assert_no_sideways_scroll(page)
        ask(page, "m" * 3000)
        assert_no_sideways_scroll(page)
        picture(page, f"narrow-{scheme}")


def test_follow_up_keeps_the_facts_and_earlier_answers_stay(browser, address):
    with opened(browser, address) as page:
        ask(page, "I was born in Guam.")
        ask(page, "So can ICE deport me?")
        expect(page.locator("#current .understood")).to_contain_text("born in Guam")
        expect(page.locator("#current .rule .lead")).to_contain_text("may not lawfully be deported")
        expect(page.locator("#past .asked")).to_have_text("I was born in Guam.")
        page.locator("#current [data-do=correct]").click()
        expect(page.locator("#question textarea")).to_have_value(texts.CORRECTION.en)
        page.locator("#again-button").click()
        expect(page.locator("#past article, #current article")).to_have_count(0)
        expect(page.locator(".welcome")).to_be_visible()
        ask(page, "So can ICE deport me?")
        expect(page.locator("#current .rule")).to_contain_text("depends")


def test_language_follows_switch_then_answer(browser, address):
    with opened(browser, address) as page:
        ask(page, FOUNDING_ES)
        expect(page.locator("#ask-button")).to_have_text("Preguntar")
        page.get_by_role("button", name="English").click()
        expect(page.locator("#ask-button")).to_have_text("Ask")
        assert "lang=en" in page.url
        ask(page, FOUNDING_ES)
        expect(page.locator("#current .rule .rule-mark")).to_have_text(texts.RULE.en)
    with opened(browser, f"{address}/?lang=es") as page:
        expect(page.get_by_role("heading", level=1)).to_have_text(
            texts.WELCOME.es, use_inner_text=True
        )


def test_example_is_asked_by_keyboard_alone(browser, address):
    with opened(browser, address) as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the question")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
        page.keyboard.type("Can they deport me")
        page.keyboard.press("Enter")
        expect(page.locator("#current article")).to_have_attribute("data-state", "done")
        expect(page.locator("#live")).to_have_text("The answer is ready.")
    with opened(browser, address) as page:
        page.get_by_role("button", name=texts.EXAMPLES[0].en).press("Enter")
        expect(page.locator("#current .asked")).to_have_text(texts.EXAMPLES[0].en)


def test_markup_in_a_question_is_shown_not_run(browser, address):
    with opened(browser, address) as page:
        ask(page, HOSTILE)
        ask(page, "So can they?")
        expect(page.locator("#past .asked")).to_have_text(HOSTILE, use_inner_text=True)
        assert page.locator("#desk img, #desk script").count() == 0
        assert page.locator("#desk a[href*=evil]").count() == 0
        assert page.title() == "Habeas"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", "empty_question"),
        ("¿?", "empty_question"),
        ("Can they deport me? " * 1000, "question_too_long"),
        ("\x01\x02\x03\x04 PK\x05\x06", "unreadable_text"),
    ],
    ids=["empty", "no words", "20,000 characters", "binary"],
)
def test_bad_input_is_told_and_nothing_is_lost(browser, address, question, code):
    with opened(browser, address) as page:
        ask(page, "I was born in Guam.")
        page.locator("#question textarea").fill(question)
        page.locator("#ask-button").click()
        said = texts.PROBLEMS[code].en.format(most="12,000")
        expect(page.locator("#problem")).to_have_text(said)
        expect(page.locator("#question textarea")).to_have_value(question)
        expect(page.locator("#current .asked")).to_have_text("I was born in Guam.")
        ask(page, "So can ICE deport me?")
        expect(page.locator("#problem")).to_have_text("")
        expect(page.locator("#past article")).to_have_count(1)
        expect(page.locator("#current .understood")).to_contain_text("born in Guam")


def test_leaving_wipes_the_page_and_the_way_back(browser, address):
    with closing_context(browser) as page:
        page.route("https://www.weather.gov/", lambda route: route.fulfill(body="weather"))
        page.goto("about:blank")
        page.goto(address)
        ask(page, FOUNDING_EN)
        page.locator(".leave").click()
        page.wait_for_url("https://www.weather.gov/")
        page.go_back()
        assert page.url == "about:blank"


@contextlib.contextmanager
def closing_context(browser: Browser) -> Iterator[Page]:
    with contextlib.closing(browser.new_context(locale="en-US")) as place:
        yield place.new_page()


# With an engine that does what the real one never should


@contextlib.contextmanager
def pretending(browser: Browser, engine: FakeEngine) -> Iterator[Page]:
    with live(create_app(Settings(), engine)) as url, opened(browser, url) as page:
        yield page


def test_hostile_model_and_document_cannot_reach_the_network(browser):
    script = events()
    script[3:5] = [LawStatement(HOSTILE, CITATION), Sentence(HOSTILE, (CITATION,))]
    script[5] = replace(script[5], citations=(replace(CITATION, says=HOSTILE, quote=HOSTILE),))
    with pretending(browser, FakeEngine(script)) as page:
        ask(page, "Well?")
        assert page.locator("#desk img, #desk script, #desk a[href*=evil]").count() == 0
        assert page.title() == "Habeas"


def test_opening_shows_first_and_stop_keeps_the_question(browser):
    engine = FakeEngine(hold=threading.Event())
    with pretending(browser, engine) as page:
        page.locator("#question textarea").fill("I was born in Guam.")
        page.locator("#ask-button").click()
        expect(page.locator("#current .lead")).to_have_text(re.compile("may not lawfully"))
        expect(page.locator("#current .working")).to_have_text(texts.WORKING.en)
        page.locator("#stop-button").click()
        expect(page.locator("#current .working")).to_have_text(texts.SCRIPT["stopped"].en)
        assert engine.left.wait(5)
        engine.hold.set()
        ask(page, "And now?")
        expect(page.locator("#past .asked")).to_have_text("I was born in Guam.")
    assert [turn.content for turn in engine.asked[1][0]] == ["I was born in Guam.", "And now?"]


def test_crash_is_told_and_the_question_can_be_asked_again(browser):
    engine = FakeEngine(fault=RuntimeError("secret of the server"))
    with pretending(browser, engine) as page:
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


def test_lost_connection_is_told_and_nothing_is_lost(browser):
    with live(create_app(Settings(), FakeEngine())) as url, closing_context(browser) as page:
        page.goto(url)
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
    with closing_context(browser) as page:
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
        body = {"data": ["Zzyzx?", "", "", "en"], "fn_index": fn, "session_hash": "s1"}
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
