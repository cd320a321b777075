"""What the tests of the page in a real browser share: opening, asking, looking."""

import contextlib
import functools
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.settings import PROJECT_DIR
from tests.serving import FakeEngine

MARKS = [pytest.mark.browser, pytest.mark.slow]
ARTIFACTS = PROJECT_DIR / "artifacts"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 360, "height": 740}
FOUNDING = {
    "en": "Can a U.S. citizen be deported?",
    "es": "¿Pueden deportar a un ciudadano de Estados Unidos?",
}
HOSTILE = (
    "<img src=https://evil.example/x.png onerror=\"document.title='owned'\">"
    "<script>document.title='owned'</script> ![x](https://evil.example/y.png) "
    "[x](https://evil.example) ${document.title='owned'} {{x}} Can they deport me?"
)


@dataclass(frozen=True)
class Pretend:
    """A server whose engine does what a test tells it."""

    engine: FakeEngine
    url: str
    data_dir: Path


@contextlib.contextmanager
def opened(browser: Browser, address: str, **context: object) -> Iterator[Page]:
    """Open the page, and fail afterwards if it asked anything of anybody else."""
    options = {"viewport": DESKTOP, "locale": "en-US", "reduced_motion": "reduce", **context}
    idle = _idle(browser, json.dumps(options))
    page = idle.pop() if idle else browser.new_context(**options).new_page()
    asked: list[str] = []
    wrong: list[str] = []
    heard = {
        "request": lambda request: asked.append(request.url),
        "pageerror": lambda error: wrong.append(str(error)),
        # What the policy of the page refuses to run is told here too.
        "console": lambda one: one.type == "error" and wrong.append(one.text),
    }
    for name, hear in heard.items():
        page.on(name, hear)
    try:
        visit(page, address)
        yield page
        home = f"{address.split('/?', maxsplit=1)[0]}/"
        assert [url for url in asked if not url.startswith((home, "data:", "blob:"))] == []
        assert wrong == []
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length") == 0
    except BaseException:
        page.context.close()
        raise
    for name, hear in heard.items():
        page.remove_listener(name, hear)
    page.evaluate("habeas.forget()")
    page.unroute_all()
    page.emulate_media(media="null")
    page.goto("about:blank")
    idle.append(page)


@functools.cache
def _idle(browser: Browser, options: str) -> list[Page]:
    """Give the tabs of a kind nobody uses: a tab that had the page opens it four times as fast."""
    return []


@contextlib.contextmanager
def unwatched(browser: Browser, **context: object) -> Iterator[Page]:
    """Give a page that may leave or fail."""
    with contextlib.closing(browser.new_context(locale="en-US", **context)) as place:
        yield place.new_page()


def visit(page: Page, address: str) -> None:
    """Go to the page and wait until it can be used."""
    page.goto(address)
    expect(page.locator("#question textarea")).to_be_visible(timeout=20_000)


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer."""
    page.locator("#question textarea").fill(question)
    page.locator("#ask-button").click()
    answered(page, question)


def answered(page: Page, question: str) -> None:
    """Wait for the whole answer to a question."""
    expect(page.locator("#current .asked")).to_have_text(question, use_inner_text=True)
    expect(page.locator("#current article")).to_have_attribute("data-state", "done")


def press(page: Page, action: str) -> None:
    """Press a button of the newest answer."""
    page.locator(f"#current [data-do={action}]").first.click()


def picture(page: Page, name: str, *, published: bool = False) -> None:
    """Keep what the page looks like; ``UPDATE_SCREENSHOTS=1`` also puts it in the docs."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
    if published and os.environ.get("UPDATE_SCREENSHOTS"):
        shots = PROJECT_DIR / "docs" / "screenshots"
        shots.mkdir(parents=True, exist_ok=True)
        shutil.copy(ARTIFACTS / f"{name}.png", shots / f"{name}.png")


def assert_no_sideways_scroll(page: Page) -> None:
    """Check that nothing is wider than the screen."""
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
