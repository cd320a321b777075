"""Who cannot see, point or hold still uses the page too: axe-core, keyboard, targets, motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.channels.page import texts
from tests.page.browsing import DESKTOP, MARKS, NARROW, ask, opened, picture, press

pytestmark = MARKS

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASKED = {
    "en": (
        "I was born in Texas. Can ICE deport me?",
        "No, I was not born in Texas.",
        "ICE took my husband this morning. Can they deport him?",
    ),
    "es": (
        "Nací en Texas. ¿Me puede deportar ICE?",
        "No, no nací en Texas.",
        "ICE se llevó a mi esposo esta mañana. ¿Lo pueden deportar?",
    ),
}
# A link inside a sentence may be as high as its line (WCAG 2.2, 2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll("button, summary, a, textarea, label:has(input)")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".skip"))
    .filter((one) => !one.matches("li a, .card a, .notes a, .explained button, .top .name"))
    .map((one) => [one.getBoundingClientRect(), one.className || one.id || one.textContent])
    .filter(([box]) => box.height < 43.5 || box.width < 43.5)
    .map(([box, name]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def assert_clean(page, where):
    results = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    found = [
        f"{where}: {one['impact']} {one['id']} {node['target']} {node['html'][:100]}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_axe_finds_nothing(browser, address, lang, scheme):
    size = DESKTOP if (lang == "en") == (scheme == "light") else NARROW
    options = {"color_scheme": scheme, "viewport": size, "locale": lang}
    with opened(browser, address, **options) as page:
        assert_clean(page, "welcome")
        for question in ASKED[lang]:
            ask(page, question)
        assert_clean(page, "answers")
        page.locator("#current .law-says .cite-button").first.click()
        assert_clean(page, "source")
        page.keyboard.press("Escape")
        press(page, "lawyer")
        assert_clean(page, "summary")
        page.keyboard.press("Escape")
        page.locator("#current [data-about=wrong_citation]").click()
        assert_clean(page, "feedback")
        picture(page, f"feedback-{lang}-{scheme}")


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "phone"])
def test_everything_to_press_is_large_enough(browser, address, size):
    with opened(browser, address, viewport=size, has_touch=True) as page:
        assert page.evaluate(TOO_SMALL) == []
        for question in ASKED["en"]:
            ask(page, question)
        page.locator("#current [data-about=wrong_law]").click()
        assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize(
    ("scheme", "lang", "size"), [("light", "es", NARROW), ("dark", "en", DESKTOP)]
)
def test_a_stored_conversation_is_as_clean(browser, pretend, scheme, lang, size):
    options = {"color_scheme": scheme, "viewport": size, "locale": lang, "has_touch": True}
    with opened(browser, pretend.url, **options) as page:
        ask(page, "Well?")
        page.locator("[data-do=keep]").click()
        expect(page.locator("[data-do=keep-delete]")).to_be_visible()
        assert_clean(page, "stored")
        assert page.evaluate(TOO_SMALL) == []
        picture(page, f"stored-{lang}-{scheme}")
        page.locator("[data-do=keep-delete]").click()
        expect(page.locator("[data-do=keep]")).to_be_visible()


def test_example_is_asked_by_keyboard_alone(browser, pretend):
    with opened(browser, pretend.url) as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the question")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
        page.keyboard.type("Can they deport me")
        page.keyboard.press("Enter")
        expect(page.locator("#current article")).to_have_attribute("data-state", "done")
        lead = page.locator("#current .urgent h3").inner_text()
        expect(page.locator("#live")).to_have_text(f"The answer is ready. {lead}")
    with opened(browser, pretend.url) as page:
        page.get_by_role("button", name=texts.EXAMPLES[0].en).press("Enter")
        expect(page.locator("#current .asked")).to_have_text(texts.EXAMPLES[0].en)


def test_focus_goes_through_an_answer_in_reading_order_and_is_never_hidden(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "Well?")
        page.locator(".leave").focus()
        seen = []
        hidden = """() => { const box = document.activeElement.getBoundingClientRect();
            const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return !document.activeElement.contains(at) && !at?.contains(document.activeElement); }"""
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.append(
                page.evaluate("document.activeElement.dataset.do ?? document.activeElement.tagName")
            )
            if seen[-1] == "TEXTAREA":
                break
            assert not page.evaluate(hidden), seen
        order = [one for one in seen if one not in ("A", "SUMMARY")]
        expected = ["to-card", "source", "edit", "ask", "copy", "vote", "TEXTAREA"]
        places = [order.index(one) for one in expected]
        assert places == sorted(places)


def test_nothing_moves_for_who_asked_for_that(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "Well?")
        moving = """() => document.getAnimations().filter((one) => one.playState === "running"
            && one.effect.target?.closest(".exchange, .sources, .top")).length"""
        assert page.evaluate(moving) == 0


@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_and_dark_can_be_chosen_and_last_in_the_tab(browser, pretend, system):
    paper = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, pretend.url, color_scheme=system) as page:
        shown = {system: page.evaluate(paper)}
        switch = page.get_by_role("button", name=texts.SCRIPT["theme_auto"].en)
        switch.click()
        for theme in ("light", "dark"):
            switch = page.get_by_role("button", name=texts.SCRIPT[f"theme_{theme}"].en)
            expect(page.locator("#live")).to_have_text(texts.SCRIPT[f"theme_{theme}"].en)
            assert page.evaluate(paper) == shown.setdefault(theme, page.evaluate(paper))
            page.reload()
            expect(page.locator("#question textarea")).to_be_visible()
            assert page.evaluate(paper) == shown[theme]
            expect(page.locator("body.dark")).to_have_count(int(theme == "dark"))
            switch.click()
        expect(page.get_by_role("button", name=texts.SCRIPT["theme_auto"].en)).to_be_visible()
        assert shown["light"] != shown["dark"]
