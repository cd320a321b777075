"""What a person sees who asks: the rule first, on a desk and on a phone, in both languages.

``UPDATE_SCREENSHOTS=1 pytest tests/page/test_answer.py`` also refreshes docs/screenshots.
"""

import sys
import time

import pytest
from playwright.sync_api import expect

from bot.channels.page import texts
from tests.page.browsing import (
    FOUNDING,
    HOSTILE,
    MARKS,
    NARROW,
    PHONE,
    answered,
    ask,
    assert_no_sideways_scroll,
    opened,
    picture,
    press,
)

pytestmark = MARKS

LOCALE = {"en": "en-US", "es": "es-MX"}
LEAD = {"en": "may not lawfully be deported", "es": "La ley no permite deportar"}
DETAINED = "ICE took my husband this morning. He is a citizen. Can they deport him?"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_founding_question(browser, address, lang):
    started = time.monotonic()
    with opened(browser, address, locale=LOCALE[lang]) as page:
        sys.stdout.write(f"page ready after {time.monotonic() - started:.1f} s\n")
        notice = texts.WHAT_IT_IS[lang]
        expect(page.locator(".notice")).to_contain_text(notice, use_inner_text=True)
        picture(page, f"welcome-{lang}")
        ask(page, FOUNDING[lang])
        expect(page.locator(".rule .rule-mark")).to_have_text(texts.RULE[lang])
        expect(page.locator(".rule .lead")).to_contain_text(LEAD[lang])
        expect(page.locator(".rule .law")).to_contain_text("8 U.S.C.")
        link = page.locator("#sources a[href^='https://uscode.house.gov/']").first
        expect(link).to_be_visible()
        assert link.get_attribute("rel") == "noopener noreferrer"
        assert link.get_attribute("target") == "_blank"
        assert page.locator("html").get_attribute("lang") == lang
        picture(page, "desktop" if lang == "en" else "desktop-es", published=lang == "en")


def test_phone(browser, address):
    with opened(browser, address, viewport=PHONE, device_scale_factor=2, is_mobile=True) as page:
        ask(page, FOUNDING["en"])
        expect(page.locator(".rule .lead")).to_be_in_viewport(ratio=1)
        below = page.locator("#sources").bounding_box()["y"]
        assert below > page.locator("#current .notes").bounding_box()["y"]
        for text in ("#question textarea", ".rule p", ".law-says li p", ".asked"):
            size = page.locator(text).first.evaluate(
                "e => parseFloat(getComputedStyle(e).fontSize)"
            )
            assert size >= 16
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
        expect(page.locator("#current .card h3")).to_be_in_viewport()
        for source in page.locator("#sources li > details > summary").all():
            source.click()
        assert_no_sideways_scroll(page)
        picture(page, f"narrow-{scheme}")
        ask(page, "m" * 3000)
        assert_no_sideways_scroll(page)


def test_emergency_under_a_rule_leads_to_its_steps(browser, address):
    with opened(browser, address, viewport=NARROW, is_mobile=True) as page:
        ask(page, DETAINED)
        urgent = page.locator("#current .urgent")
        expect(urgent).to_be_in_viewport(ratio=1)
        # ICE's own line must not look like a helper's.
        expect(urgent.locator("a[href^='tel:']")).to_contain_text("ICE")
        expect(page.locator("#current .rule .lead")).to_be_in_viewport()
        picture(page, "emergency")
        press(page, "to-card")
        expect(page.locator("#current .card h3")).to_be_in_viewport()
        expect(page.locator("#current .card h3")).to_be_focused()


def test_follow_up_keeps_the_facts_and_earlier_answers_stay(browser, address):
    with opened(browser, address) as page:
        ask(page, "I was born in Guam.")
        ask(page, "So can ICE deport me?")
        expect(page.locator("#current .understood")).to_contain_text("born in Guam")
        expect(page.locator("#current .rule .lead")).to_contain_text(LEAD["en"])
        expect(page.locator("#past .asked")).to_have_text("I was born in Guam.")
        page.locator("#again-button").click()
        expect(page.locator("#past article, #current article")).to_have_count(0)
        expect(page.locator(".welcome p")).to_be_visible()
        ask(page, "So can ICE deport me?")
        expect(page.locator("#current .rule")).to_contain_text("depends")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_one_click_takes_back_what_was_misunderstood(browser, address, lang):
    said = {"en": "I was born in Texas. Can ICE deport me?", "es": "Nací en Texas. ¿Me deportan?"}
    words = {"en": "No, I was not born in Texas.", "es": "No, no nací en Texas."}
    depends = {"en": "the answer depends on that", "es": "la respuesta depende de eso"}
    with opened(browser, address, locale=LOCALE[lang]) as page:
        ask(page, said[lang])
        press(page, "correct")
        answered(page, words[lang])
        expect(page.locator("#current .rule")).to_contain_text(depends[lang])
        expect(page.locator("#current .chip.gone s")).to_contain_text("Texas")
        picture(page, f"corrected-{lang}")


def test_what_is_missing_is_answered_with_one_click(browser, address):
    with opened(browser, address) as page:
        ask(page, "Can they deport my husband?")
        expect(page.locator("#current .rule")).to_contain_text("depends")
        page.get_by_role("button", name="My husband was born in the United States.").click()
        answered(page, "My husband was born in the United States.")
        expect(page.locator("#current .rule .lead")).to_contain_text(LEAD["en"])
        expect(page.locator("#current .chip")).to_contain_text("my husband")


def test_language_follows_switch_then_answer(browser, address):
    with opened(browser, address) as page:
        ask(page, FOUNDING["es"])
        expect(page.locator("#ask-button")).to_have_text("Preguntar")
        page.get_by_role("button", name="English").click()
        expect(page.locator("#ask-button")).to_have_text("Ask")
        assert "lang=en" in page.url
        ask(page, FOUNDING["es"])
        expect(page.locator("#current .rule .rule-mark")).to_have_text(texts.RULE.en)
    with opened(browser, f"{address}/?lang=es") as page:
        expect(page.get_by_role("heading", level=1)).to_have_text(
            texts.WELCOME.es, use_inner_text=True
        )


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
