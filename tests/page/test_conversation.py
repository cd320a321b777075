"""A conversation: kept in its tab, changed, stopped, deleted, left in a hurry."""

import re
import threading

import pytest
from playwright.sync_api import expect

from bot.channels.page import texts
from tests.page.browsing import (
    DESKTOP,
    MARKS,
    NARROW,
    answered,
    ask,
    assert_no_sideways_scroll,
    opened,
    picture,
    press,
    unwatched,
    visit,
)

pytestmark = MARKS

WEATHER = "https://www.weather.gov/"
KEPT = "sessionStorage.getItem('habeas') ?? ''"


def said(engine):
    """Give the words of the last question asked, with those before it."""
    return [turn.content for turn in engine.asked[-1][0] if turn.role == "user"]


def test_conversation_survives_a_reload_and_goes_on(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "I was born in Guam.")
        ask(page, "And now?")
        page.reload()
        answered(page, "And now?")
        expect(page.locator("#past .asked")).to_have_text("I was born in Guam.")
        expect(page.locator("#sources .sources")).to_be_visible()
        ask(page, "And then?")
        expect(page.locator("#past article")).to_have_count(2)
    assert said(pretend.engine) == ["I was born in Guam.", "And now?", "And then?"]


def test_reload_in_the_middle_keeps_the_question(browser, pretend):
    pretend.engine.hold = threading.Event()
    with unwatched(browser) as page:
        visit(page, pretend.url)
        page.locator("#question textarea").fill("I was born in Guam.")
        page.locator("#ask-button").click()
        expect(page.locator("#current .lead")).to_be_visible()
        page.reload()
        expect(page.locator("#current .asked")).to_have_text("I was born in Guam.")
        expect(page.locator("#current .working")).to_have_text(texts.SCRIPT["stopped"].en)
        pretend.engine.hold.set()
        ask(page, "And now?")
    assert said(pretend.engine) == ["I was born in Guam.", "And now?"]


def test_tabs_are_apart(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "I was born in Guam.")
        other = page.context.new_page()
        visit(other, pretend.url)
        expect(other.locator("article")).to_have_count(0)
        ask(other, "Who are you?")
        other.close()
        page.reload()
        answered(page, "I was born in Guam.")
        assert "Who are you?" not in page.evaluate(KEPT)
    assert said(pretend.engine) == ["Who are you?"]


def test_deleting_leaves_nothing(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "I was born in Guam.")
        page.wait_for_function("sessionStorage.length")
        page.locator("#again-button").click()
        expect(page.locator("article")).to_have_count(0)
        assert page.evaluate(KEPT) == ""
        page.reload()
        expect(page.locator(".welcome p")).to_be_visible()
        expect(page.locator("article")).to_have_count(0)
        ask(page, "And now?")
    assert said(pretend.engine) == ["And now?"]


@pytest.mark.parametrize("how", ["button", "escape"])
def test_leaving_wipes_the_page_and_the_way_back(browser, pretend, how):
    with unwatched(browser, viewport=NARROW) as page:
        page.route(WEATHER, lambda route: route.fulfill(body="weather"))
        page.goto("about:blank")
        visit(page, pretend.url)
        ask(page, "I was born in Guam.")
        page.wait_for_function("sessionStorage.length")
        if how == "button":
            page.locator(".leave").click()
        else:
            for _ in range(3):
                page.keyboard.press("Escape")
        page.wait_for_url(WEATHER)
        page.go_back()
        assert page.url == "about:blank"
        visit(page, pretend.url)
        expect(page.locator("article")).to_have_count(0)


def test_last_question_is_changed_in_place(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "I was born in Guam.")
        ask(page, "Can they deprt me?")
        press(page, "edit")
        expect(page.locator("#question textarea")).to_have_value("Can they deprt me?")
        expect(page.locator("#editing")).to_contain_text(texts.SCRIPT["editing"].en)
        page.locator("#editing button").click()
        expect(page.locator("#editing")).to_have_count(0)
        press(page, "edit")
        ask(page, "Can they deport me?")
        expect(page.locator("#past article")).to_have_count(1)
        ask(page, "And now?")
        expect(page.locator("#past .asked")).to_have_text(
            ["I was born in Guam.", "Can they deport me?"]
        )
    assert said(pretend.engine) == ["I was born in Guam.", "Can they deport me?", "And now?"]


def test_asking_again_takes_the_place_of_the_answer(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "Can they?")
        press(page, "retry")
        page.wait_for_function("document.querySelector('#question textarea').value === ''")
        answered(page, "Can they?")
        expect(page.locator("#past article")).to_have_count(0)
    assert len(pretend.engine.asked) == 2
    assert said(pretend.engine) == ["Can they?"]


def test_opening_shows_first_and_stop_keeps_the_question(browser, pretend):
    pretend.engine.hold = threading.Event()
    with opened(browser, pretend.url) as page:
        page.locator("#question textarea").fill("I was born in Guam.")
        page.locator("#ask-button").click()
        expect(page.locator("#current .lead")).to_have_text(re.compile("may not lawfully"))
        expect(page.locator("#current .working")).to_have_text(texts.WORKING.en)
        expect(page.locator("#current .tools")).to_be_hidden()
        page.locator("#stop-button").click()
        expect(page.locator("#current .working")).to_have_text(texts.SCRIPT["stopped"].en)
        expect(page.locator("#current [data-do=edit]")).to_be_visible()
        assert pretend.engine.left.wait(5)
        pretend.engine.hold.set()
        ask(page, "And now?")
        expect(page.locator("#past .asked")).to_have_text("I was born in Guam.")
    assert said(pretend.engine) == ["I was born in Guam.", "And now?"]


def test_what_only_the_person_can_put_right_is_written_by_them(browser, address):
    with opened(browser, address) as page:
        ask(page, "I have a green card. Can they deport me?")
        press(page, "edit")
        ask(page, "Can they deport me?")
        expect(page.locator("#current .understood")).to_have_count(0)
        expect(page.locator("#past article")).to_have_count(0)
        ask(page, "I have a green card.")
        ask(page, "So can they?")
        press(page, "amend")
        expect(page.locator("#question textarea")).to_have_value(texts.CORRECTION.en)


def test_a_conversation_is_stored_only_when_asked_and_deleted_now(browser, pretend):
    with opened(browser, pretend.url, viewport=NARROW, locale="es-ES") as page:
        ask(page, "One.")
        expect(page.locator(".when-not p")).to_be_visible()
        page.locator("[data-do=keep]").click()
        expect(page.locator("[data-do=keep-delete]")).to_be_visible()
        assert_no_sideways_scroll(page)
        ask(page, "Two.")
        ask(page, "Three.")
        picture(page, "stored-phone")
        link = page.url
        with unwatched(browser, viewport=DESKTOP) as other:
            visit(other, link)
            expect(other.locator("#current .asked")).to_have_text("Three.")
            expect(other.locator("#past .asked")).to_have_text("Two.")
            expect(other.locator("#past .old-sources li")).to_have_count(1)
            ask(other, "Four.")
            assert [one.content for one in pretend.engine.asked[-1][0] if one.role == "user"] == [
                "Two.",
                "Three.",
                "Four.",
            ]
            picture(other, "stored-desktop")
            page.locator("[data-do=keep-delete]").click()
            expect(page.locator("#live")).to_have_text(texts.SCRIPT["kept_deleted"].en)
            assert page.url == pretend.url + "/"
            # The other tab learns it with its next answer.
            ask(other, "Five.")
            expect(other.locator("#problem")).to_contain_text("no longer stored")
            expect(other.locator(".when-not p")).to_be_visible()
            visit(other, pretend.url + "/?again")
            visit(other, link)
            expect(other.locator("#complaint")).to_have_text(texts.SCRIPT["kept_gone"].en)


def test_leaving_deletes_what_is_stored_too(browser, pretend):
    with unwatched(browser) as page:
        page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="rain"))
        visit(page, pretend.url)
        page.locator("[data-do=keep]").click()
        expect(page.locator("[data-do=keep-delete]")).to_be_visible()
        ask(page, "One.")
        link = page.url
        page.locator(".leave").click()
        page.wait_for_url("https://www.weather.gov/")
        visit(page, link)
        expect(page.locator("#complaint")).to_have_text(texts.SCRIPT["kept_gone"].en)
