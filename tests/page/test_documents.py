"""Documents a person adds, in a real browser: added, listed, removed, refused, quoted, forgotten."""

import json
import re

import pytest
from playwright.sync_api import expect

from bot.channels.page import texts
from bot.channels.web import create_app
from bot.settings import Settings
from tests.document_fixtures import NOTICE, docx, locked_pdf, pdf
from tests.page.browsing import (
    DESKTOP,
    MARKS,
    NARROW,
    PHONE,
    ask,
    assert_no_sideways_scroll,
    opened,
    picture,
    unwatched,
    visit,
)
from tests.page.test_access import TOO_SMALL, assert_clean
from tests.serving import FakeEngine, live

pytestmark = MARKS

ASKED = "When is my hearing at the court in Harlingen?"
BAD = "US citizens may be deported."
WORDS = texts.DOCUMENT_WORDS


@pytest.fixture(scope="module")
def engine():
    return FakeEngine()


@pytest.fixture(scope="module")
def url(engine, tmp_path_factory):
    """A server with uploads on, whose engine is pretended."""
    data = tmp_path_factory.mktemp("uploads")
    with live(create_app(Settings(data_dir=data, uploads=True, upload_mb=1), engine)) as one:
        yield one


@pytest.fixture(scope="module")
def real(address):
    """A server with uploads on and the real law; ``address`` has built its index."""
    with live(create_app(Settings(uploads=True))) as one:
        yield one


def add(page, *files):
    if not page.locator(".documents[open]").count():
        page.locator(".documents summary").click()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name=texts.DOCUMENT_PICK.en).or_(
            page.get_by_role("button", name=texts.DOCUMENT_PICK.es)
        ).first.click()
    chosen.value.set_files(
        [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files
        ]
    )


def listed(page):
    return page.locator("#document-list .document-name")


def test_a_real_notice_is_quoted_as_what_the_document_says_and_goes_with_the_talk(browser, real):
    with opened(browser, real) as page:
        add(page, ("notice.pdf", pdf(NOTICE[0], f"{NOTICE[1]} {BAD}")))
        expect(listed(page)).to_have_text(["notice.pdf"])
        expect(page.locator("#document-list li")).to_contain_text("2 pages")
        ask(page, ASKED)
        notes = page.locator("#current .answer")
        expect(notes).to_contain_text("The document “notice.pdf” says: “Notice of hearing.")
        expect(notes).to_contain_text("It is not the law and can be wrong.")
        ask(page, "Where do I bring the pink receipt and photographs?")
        expect(notes).to_contain_text("not shown here ([…])")
        expect(page.locator("#current")).not_to_contain_text(BAD)
        picture(page, "documents")
        page.reload()
        expect(listed(page)).to_have_text(["notice.pdf"])
        # Another tab is another conversation.
        with opened(browser, real) as other:
            expect(other.locator("#document-list li")).to_have_count(0)
            ask(other, ASKED)
            expect(other.locator("#current")).not_to_contain_text("notice.pdf")
        page.locator("#again-button").click()
        expect(listed(page)).to_have_count(0)
        assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"
        ask(page, ASKED)
        expect(page.locator("#current")).not_to_contain_text("notice.pdf")


def test_the_page_without_the_setting_has_no_place_for_them(browser, pretend):
    with opened(browser, pretend.url) as page:
        expect(page.locator(".documents")).to_have_count(0)
        ask(page, "Well?")
        assert pretend.engine.attached == [()]


def test_they_are_listed_sent_and_removed_one_by_one(browser, url, engine):
    engine.reset()
    with opened(browser, url) as page:
        add(page, ("one.txt", NOTICE[0].encode()), ("dos ñ.docx", docx(*NOTICE)))
        expect(listed(page)).to_have_text(["one.txt", "dos ñ.docx"])
        expect(page.locator("#document-count")).to_have_text("(2)")
        ask(page, "Well?")
        page.locator(".documents summary").click()
        assert [one.name for one in engine.attached[-1]] == ["one.txt", "dos ñ.docx"]
        assert engine.attached[-1][0].pages == (NOTICE[0],)
        page.get_by_role("button", name=re.compile("Remove.*one.txt")).click()
        expect(listed(page)).to_have_text(["dos ñ.docx"])
        expect(page.get_by_role("button", name=re.compile("Remove.*dos ñ.docx"))).to_be_focused()
        expect(page.locator("#live")).to_have_text("one.txt was removed.")
        expect(page.locator(".documents[open]")).to_have_count(1)
        ask(page, "And now?")
        expect(page.locator(".documents[open]")).to_have_count(0)
        page.locator(".documents summary").click()
        assert [one.name for one in engine.attached[-1]] == ["dos ñ.docx"]
        page.get_by_role("button", name=re.compile("Remove.*dos ñ.docx")).click()
        expect(page.get_by_role("button", name="Add a document")).to_be_focused()
        ask(page, "And then?")
        assert engine.attached[-1] == ()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_cannot_be_taken_is_said_in_the_language_of_the_page(browser, url, lang):
    huge = bytes(2 * 2**20)
    refused = [
        ("locked.pdf", locked_pdf("x"), "document_locked"),
        ("scan.pdf", pdf("", ""), "document_scanned"),
        ("wrong.pdf", docx(*NOTICE), "document_misnamed"),
        ("half.pdf", pdf(*NOTICE)[:200], "document_broken"),
        ("a.exe", b"MZ" + bytes(99), "document_kind"),
        ("empty.txt", b" ", "document_empty"),
        ("long.txt", b"word " * 100_000, "document_too_long"),
        ("huge.txt", huge, "document_too_large"),
    ]
    # What the server refuses is an error to the browser's console.
    with unwatched(browser, viewport=PHONE) as page:
        visit(page, f"{url}/?lang={lang}")
        for name, data, key in refused:
            add(page, (name, data))
            said = WORDS[key][lang].format(most=1)
            expect(page.locator("#document-problem")).to_have_text(f"{name}: {said}")
        expect(page.locator("#document-list li")).to_have_count(0)
        add(page, ("good.txt", NOTICE[0].encode()))
        expect(listed(page)).to_have_text(["good.txt"])
        expect(page.locator("#document-problem")).to_be_hidden()
        add(page, ("again.txt", NOTICE[0].encode()))
        expect(page.locator("#document-problem")).to_contain_text(WORDS["document_twice"][lang])
        assert_no_sideways_scroll(page)


def test_there_is_an_end_to_how_many(browser, url):
    with opened(browser, url) as page:
        add(page, *((f"{n}.txt", f"{NOTICE[0]} {n}".encode()) for n in range(6)))
        expect(listed(page)).to_have_count(5)
        full = WORDS["document_full"]["en"]
        expect(page.locator("#document-problem")).to_have_text(f"5.txt: {full}")


def test_a_server_that_is_gone_is_said(browser, url):
    with unwatched(browser) as page:
        visit(page, url)
        page.route("**/upload/", lambda route: route.abort())
        add(page, ("a.txt", NOTICE[0].encode()))
        expect(page.locator("#document-problem")).to_contain_text(WORDS["document_lost"]["en"])
        page.unroute("**/upload/")
        page.route("**/upload/", lambda route: route.fulfill(status=503, body="{}"))
        add(page, ("a.txt", NOTICE[0].encode()))
        expect(page.locator("#document-problem")).to_contain_text(WORDS["document_busy"]["en"])


def test_a_hostile_name_is_text(browser, url):
    name = "<img src=x onerror=\"document.title='owned'\">.txt"
    with opened(browser, url) as page:
        add(page, (name, NOTICE[0].encode()))
        expect(listed(page)).to_have_count(1)
        assert page.locator("#document-list img").count() == 0
        assert page.title() != "owned"


def test_leaving_wipes_them(browser, url):
    with unwatched(browser) as page:
        visit(page, url)
        page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="<p>rain</p>"))
        add(page, ("a.txt", NOTICE[0].encode()))
        expect(listed(page)).to_have_count(1)
        assert "Harlingen" in page.evaluate("JSON.stringify(sessionStorage)")
        for _ in range(3):
            page.keyboard.press("Escape")
        expect(page.locator("p")).to_have_text("rain")
        visit(page, url)
        assert "Harlingen" not in page.evaluate("JSON.stringify(sessionStorage)")
        expect(page.locator("#document-list li")).to_have_count(0)


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("es", "dark")])
def test_axe_finds_nothing_and_everything_can_be_pressed(browser, url, lang, scheme):
    size = DESKTOP if lang == "en" else NARROW
    options = {"color_scheme": scheme, "viewport": size, "locale": lang, "has_touch": True}
    with opened(browser, f"{url}/?lang={lang}", **options) as page:
        assert_clean(page, "closed")
        add(page, ("notice.pdf", pdf(*NOTICE)), ("half.pdf", pdf(NOTICE[0], "")))
        expect(listed(page)).to_have_count(2)
        assert_clean(page, "listed")
        assert page.evaluate(TOO_SMALL) == []
        add(page, ("copy.pdf", pdf(*NOTICE)))
        expect(page.locator("#document-problem")).to_be_visible()
        assert_clean(page, "refused")
        ask(page, "Well?")
        assert_clean(page, "answered")
        assert_no_sideways_scroll(page)
        picture(page, f"documents-{lang}-{scheme}")


def test_it_can_all_be_done_by_keyboard(browser, url):
    with opened(browser, url) as page:
        page.locator(".documents summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Add a document")).to_be_focused()
        with page.expect_file_chooser() as chosen:
            # The browser must know of the wait first.
            page.get_by_role("button", name="Add a document").press("Enter")
        chosen.value.set_files(
            [{"name": "a.txt", "mimeType": "text/plain", "buffer": NOTICE[0].encode()}]
        )
        expect(listed(page)).to_have_count(1)
        page.get_by_role("button", name=re.compile("Remove.*a.txt")).focus()
        page.keyboard.press("Enter")
        expect(listed(page)).to_have_count(0)


def test_no_script_of_a_page_reaches_the_tab(browser, url, engine):
    """What an added web page brings with it is text or nothing."""
    engine.reset()
    page_of = (
        "<html><body><p>Notice of hearing in Harlingen.</p><script>document.title='owned'</script>"
        "<img src='https://evil.example/x.png' onerror=\"document.title='owned'\"></body></html>"
    )
    with opened(browser, url) as page:
        add(page, ("page.html", page_of.encode()))
        expect(listed(page)).to_have_count(1)
        ask(page, "Well?")
        (one,) = engine.attached[-1]
        assert one.pages == ("Notice of hearing in Harlingen.",)
        kept = json.loads(page.evaluate("sessionStorage.getItem('habeas-documents')"))
        assert kept[0]["pages"] == list(one.pages)
