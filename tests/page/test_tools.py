"""What can be done with an answer: open its sources, carry it away, say that it is wrong."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from bot.channels.page import texts
from bot.channels.page.feedback import A_MINUTE
from bot.channels.web import create_app
from bot.settings import Settings
from bot.store import open_store
from bot.types import Done, Dropped, LawStatement, Sources
from tests.page.browsing import FOUNDING, MARKS, NARROW, ask, opened, picture, press
from tests.serving import CITATION, URL, FakeEngine, events, live, reply

pytestmark = MARKS

QUESTION = "I was born in Guam. My number is A123456789."


def kept(pretend):
    """Give the feedback in the store."""

    async def read():
        store = await open_store(Settings(data_dir=pretend.data_dir))
        try:
            return await store.feedback()
        finally:
            await store.close()

    # Playwright's own loop runs in this thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, read()).result()


# Sources


def test_a_citation_opens_its_source_beside_it(browser, address):
    with opened(browser, address) as page:
        ask(page, FOUNDING["en"])
        button = page.locator("#current .law-says .cite-button").last
        key = button.get_attribute("data-source")
        button.click()
        item = page.locator(f"#sources li[data-source='{key}']")
        expect(item.locator("mark").first).to_be_in_viewport()
        expect(item.locator(".as-of")).to_be_visible()
        expect(item.locator(".open a")).to_be_visible()
        expect(item.locator("> details > summary")).to_be_focused()
        statement = button.evaluate("one => one.closest('li').querySelector('p').innerText")
        assert item.locator("mark").first.inner_text() == statement
        picture(page, "source")
        page.keyboard.press("Escape")
        expect(button).to_be_focused()


def test_on_a_phone_a_source_is_a_sheet(browser, address):
    with opened(browser, address, viewport=NARROW, is_mobile=True) as page:
        ask(page, FOUNDING["en"])
        button = page.locator("#current .law-says .cite-button").first
        label = button.inner_text().split("\n")[0]
        button.click()
        sheet = page.get_by_role("dialog")
        expect(sheet.locator("mark").first).to_be_in_viewport()
        expect(sheet.locator(".sheet-title")).to_contain_text(label.partition(" (")[0])
        expect(sheet.locator(".open a")).to_be_visible()
        picture(page, "sheet")
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(button).to_be_focused()


def test_an_earlier_answer_keeps_its_sources(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "Well?")
        ask(page, "And now?")
        page.locator("#past .cite-button").first.click()
        expect(page.get_by_role("dialog").locator("mark").first).to_have_text(CITATION.says)


def test_official_words_say_their_release_and_the_day_they_were_fetched(browser, tmp_path):
    words = "(A) In general\nNo goose may be sent to another pond."
    cited = replace(
        CITATION,
        quote=words,
        quote_as_of="P.L. 119-77",
        quote_fetched_on="2026-11-20",
        quote_lead="§ 1. Ponds\n(b) Of geese",
    )
    script = [
        replace(one, citation=cited) if isinstance(one, LawStatement) else one for one in events()
    ]
    script = [
        replace(one, citations=(cited,)) if isinstance(one, Sources) else one for one in script
    ]
    with (
        live(create_app(Settings(data_dir=tmp_path), FakeEngine(script))) as url,
        opened(browser, url) as page,
    ):
        ask(page, "Well?")
        page.locator("#current .law-says .cite-button").first.click()
        quoted = page.locator("#sources blockquote").first
        expect(quoted).to_be_visible()
        expect(quoted.locator("mark")).to_have_text(words, use_inner_text=True)
        whole = f"§ 1. Ponds\n(b) Of geese\n{words}"
        expect(quoted).to_have_text(whole, use_inner_text=True)
        whose = page.locator("#sources .whose").filter(has_text="Official words").first
        expect(whose).to_have_text("Official words · P.L. 119-77, fetched 2026-11-20")


# Carrying it away


def test_copy_has_the_question_the_rule_and_every_citation(browser, pretend):
    with opened(browser, pretend.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        ask(page, QUESTION)
        press(page, "copy")
        expect(page.locator("#current [data-do=copy]")).to_have_text(texts.SCRIPT["copied"].en)
        text = page.evaluate("navigator.clipboard.readText()")
    for part in (
        *(f"Your question: {QUESTION}", texts.RULE.en, "A citizen may not lawfully be deported."),
        *("Nobody may be removed there.", f"{CITATION.label} · Detention and removal", URL),
        *("Text as of P.L. 119-100", texts.SCRIPT["from"].en),
    ):
        assert part in text
    for part in (texts.NOT_SO.en, texts.COPY.en, texts.SHOW_SOURCE.en, texts.READ_LAW.en):
        assert part not in text


def test_share_hands_the_text_to_the_phone(browser, pretend):
    with opened(browser, pretend.url) as page:
        page.evaluate("navigator.share = async (what) => { window.shared = what; }")
        ask(page, "Well?")
        press(page, "share")
        page.wait_for_function("window.shared")
        assert URL in page.evaluate("window.shared.text")


def test_paper_has_the_answer_and_nothing_to_press(browser, pretend):
    with opened(browser, pretend.url) as page:
        page.evaluate("window.print = () => { window.printed = true; }")
        ask(page, "First?")
        ask(page, "Well?")
        page.emulate_media(media="print")
        page.evaluate("document.querySelector('#current [data-do=print]').click()")
        assert page.evaluate("window.printed")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.locator("#current .rule .lead")).to_be_visible()
        expect(page.locator("#sources .as-of").first).to_be_visible()
        expect(page.locator("#print-line")).to_contain_text("From Habeas")
        expect(page.locator("#past article")).to_be_hidden()
        for gone in ("#ask", ".leave", ".tools", ".feedback", ".next", ".langs", ".about"):
            expect(page.locator(f"#current {gone}, body > {gone}").first).to_be_hidden()
        picture(page, "print")
        paper = PdfReader(io.BytesIO(page.pdf()))
        text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
        for part in ("may not lawfully be deported", CITATION.label, "P.L. 119-100", "house.gov"):
            assert part in text
        assert texts.GOOD.en not in text
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert not page.evaluate("document.body.classList.contains('print-one')")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_summary_for_a_lawyer(browser, address, lang):
    said = {"en": "I was born in Guam.", "es": "Nací en Guam."}
    then = {"en": "So can ICE deport me?", "es": "¿Entonces me puede deportar ICE?"}
    with opened(browser, f"{address}/?lang={lang}") as page:
        page.evaluate("window.print = () => { window.printed = document.body.className; }")
        ask(page, said[lang])
        ask(page, then[lang])
        press(page, "lawyer")
        brief = page.get_by_role("dialog")
        expect(brief.locator("h2")).to_have_text(texts.SCRIPT["brief"][lang])
        for part in (said[lang], then[lang], "Guam", "8 U.S.C. § 1101(a)(3)", "uscode.house.gov"):
            expect(brief).to_contain_text(part)
        expect(brief.locator("h3")).to_have_count(5)
        picture(page, f"lawyer-{lang}")
        brief.get_by_role("button", name=texts.PRINT[lang]).click()
        assert "print-brief" in page.evaluate("window.printed")
        page.emulate_media(media="print")
        expect(brief.locator(".sheet-body")).to_be_visible()
        expect(page.locator("#current .rule")).to_be_hidden()


def test_what_the_model_lost_is_told(browser, pretend):
    pretend.engine.script = [
        *events()[:-1],
        Done(reply(dropped=(Dropped("", "asserts_removal"), Dropped("", "uncited")))),
    ]
    with opened(browser, pretend.url) as page:
        ask(page, "Well?")
        expect(page.locator("#current .left-out")).to_contain_text("2 sentences")


# Feedback


def test_a_vote_keeps_hashes_and_no_words(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, QUESTION)
        name = page.locator("#current .feedback").get_attribute("data-answer")
        page.locator("#current [data-about=good]").click()
        expect(page.locator("#current .told")).to_have_text(texts.SCRIPT["thanks"].en)
        expect(page.locator("#current .votes")).to_be_hidden()
    (told,) = [one for one in kept(pretend) if one.answer == name]
    assert (told.about, told.rule, told.lang) == ("good", "citizen_removal", "en")
    assert (told.corpus, told.rules) == ("0" * 64, "1" * 64)
    assert len(told.digest) == 64
    assert (told.comment, told.question, told.reply) == ("", "", "")


@pytest.mark.parametrize("agreed", [False, True])
def test_words_are_kept_only_where_the_box_is_ticked(browser, pretend, agreed):
    with opened(browser, pretend.url) as page:
        ask(page, QUESTION)
        name = page.locator("#current .feedback").get_attribute("data-answer")
        page.locator("#current [data-about=wrong_law]").click()
        page.get_by_role("textbox", name="What was wrong?").fill(
            "Not section 1231. Call 202-555-0143."
        )
        if agreed:
            page.get_by_role("checkbox").check()
        press(page, "feedback")
        expect(page.locator("#current .told")).to_have_text(texts.SCRIPT["thanks"].en)
    (told,) = [one for one in kept(pretend) if one.answer == name]
    assert told.about == "wrong_law"
    assert told.vote == "bad"
    assert told.comment.startswith("Not section 1231.")
    assert "202-555-0143" not in told.comment
    assert bool(told.question) == bool(told.reply) == agreed
    if agreed:
        assert told.question.startswith("I was born in Guam.")
        assert "A123456789" not in told.question


def test_feedback_that_cannot_be_kept_is_told(browser, pretend):
    with opened(browser, pretend.url) as page:
        ask(page, "Well?")
        page.evaluate("() => { window.fetch = async () => { throw new Error('lost'); }; }")
        page.locator("#current [data-about=good]").click()
        expect(page.locator("#current .told")).to_have_text(texts.SCRIPT["not_kept"].en)
        expect(page.locator("#current .votes")).to_be_visible()


LINE = {
    "answer": "0" * 16,
    "about": "good",
    "rule": "none",
    "status": "answered",
    "lang": "en",
    "corpus": "0" * 64,
    "digest": "0" * 64,
}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"about": "fine"}, 422),
        ({"rule": "<script>"}, 422),
        ({"answer": "../../etc/passwd"}, 422),
        ({"digest": ""}, 422),
        ({"comment": "x" * 2001}, 422),
        ({"question": "Kept without a word?"}, 422),
        ({"person": "me"}, 422),
        ({"comment": "x" * 1_000_001}, 413),
    ],
)
def test_bad_feedback_is_refused_and_nothing_is_kept(pretend, change, status):
    before = len(kept(pretend))
    response = httpx.post(f"{pretend.url}/feedback/", json={**LINE, **change})
    assert response.status_code == status
    assert response.json()["what_to_do"]
    assert "Kept without" not in response.text
    assert len(kept(pretend)) == before


def test_feedback_of_another_form_is_refused(pretend):
    for sent in ({"content": b"answer=1"}, {"content": b"{"}, {"data": LINE}):
        assert httpx.post(f"{pretend.url}/feedback/", **sent).status_code in (400, 415, 422)
    assert httpx.get(f"{pretend.url}/feedback/").status_code == 405
    assert httpx.get(f"{pretend.url}/feedback/x").status_code == 404


def test_a_flood_is_turned_away(tmp_path):
    app = create_app(Settings(data_dir=tmp_path), FakeEngine())
    with live(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        answers = [client.post("/feedback/", json=LINE).status_code for _ in range(A_MINUTE + 1)]
    assert answers[:A_MINUTE] == [204] * A_MINUTE
    assert answers[-1] == 503
