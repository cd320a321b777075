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
from playwright.sync_api import Browser, BrowserContext, Page, expect

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
    place = _place(browser, json.dumps(options))
    with contextlib.closing(place.new_page()) as page:
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # What the policy of the page refuses to run is told here too.
        page.on("console", lambda one: one.type == "error" and wrong.append(one.text))
        visit(page, address)
        yield page
        home = f"{address.split('/?', maxsplit=1)[0]}/"
        assert [url for url in asked if not url.startswith((home, "data:", "blob:"))] == []
        assert wrong == []
        assert place.cookies() == []
        assert page.evaluate("localStorage.length") == 0


@functools.cache
def _place(browser: Browser, options: str) -> BrowserContext:
    """Give the one place of its kind: what was loaded once need not be loaded for each test."""
    return browser.new_context(**json.loads(options))


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
