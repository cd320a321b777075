import os
import re
import shutil

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.errors import DocumentError
from bot.settings import Settings
from bot.sources import apart, document_files, documents
from bot.sources.apart import read_apart
from bot.sources.document_files import clean, read_pages
from bot.sources.documents import (
    add_document,
    document_passages,
    documents_home,
    find_files,
    load_documents,
    page_of,
    remove_document,
    shown_name,
    user_passages,
)
from tests.document_fixtures import LAUGHS, NOTICE, archive, docx, locked_pdf, pdf

HTML = (
    "<html><head><title>no</title><style>p{}</style></head><body><h1>Notice</h1><p>Your <b>hear"
    "</b>ing is in <i>Harlingen</i>.<script>alert(1)</script></p><ul><li>photo<li>receipt</ul>"
    "<table><tr><td>Room</td><td>7</td></tr></table></body></html>"
)
MARKDOWN = (
    "# Notice\n\nYour **hearing** is in [Harlingen](http://example.gov).\n\n- photo\n- receipt\n"
)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def write(tmp_path):
    def written(name, data):
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return written


class TestRead:
    @pytest.mark.parametrize(
        ("name", "data", "pages"),
        [
            ("a.pdf", pdf(*NOTICE), NOTICE),
            ("a.PDF", b"From: mail\n" + pdf(*NOTICE), NOTICE),  # a mail's head before the file
            ("a.pdf", pdf(NOTICE[0], "", NOTICE[1]), (NOTICE[0], "", NOTICE[1])),
            ("open.pdf", locked_pdf(""), NOTICE),
            ("a.docx", docx(*NOTICE), ("\n\n".join(NOTICE),)),
            (
                "a.html",
                HTML,
                ("Notice\n\nYour hearing is in Harlingen.\n\nphoto\n\nreceipt\n\nRoom 7",),
            ),
            ("a.md", MARKDOWN, ("Notice\n\nYour hearing is in Harlingen.\n\nphoto\n\nreceipt",)),
            ("a.txt", "\f".join(NOTICE), NOTICE),
            ("utf8.txt", "Audiencia en El Paso, mañana a las 9", None),
            ("windows.txt", "Audiencia en El Paso, mañana a las 9".encode("cp1252"), None),
            ("utf16.txt", "Audiencia en El Paso, mañana a las 9".encode("utf-16"), None),
            (
                "latin.html",
                '<meta charset="iso-8859-1"><p>Audiencia en El Paso, mañana a las 9'.encode("latin-1"),
                None,
            ),
            (
                "xhtml.html",
                '<?xml version="1.0" encoding="UTF-8"?><html><p>Audiencia en El Paso, mañana a las 9',
                None,
            ),
        ],
    )  # fmt: skip
    def test_every_kind_gives_its_text_and_nothing_else(self, write, name, data, pages):
        found = read_apart(write(name, data))
        assert found == (pages or ("Audiencia en El Paso, mañana a las 9",))

    @pytest.mark.parametrize(
        ("name", "data", "says"),
        [
            ("a.pdf", locked_pdf("secret"), "locked with a password"),
            ("a.pdf", pdf("", ""), r"pictures of pages.*\(OCR\)"),
            ("a.pdf", pdf(*NOTICE)[:200] + b"\x00" * 50, "broken PDF"),
            ("a.pdf", docx(*NOTICE), "named .pdf but is a ZIP archive"),
            ("a.pdf", HTML, "named .pdf but is a web page"),
            ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(99), "named .pdf but is a picture"),
            ("a.docx", pdf(*NOTICE), "named .docx but is a PDF file"),
            ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(99), "old Office file, or one locked"),
            ("a.docx", docx(*NOTICE)[:-40], "broken Word file"),
            ("a.docx", archive({"readme.txt": b"hello"}), "no Word file"),
            ("a.docx", archive({"word/document.xml": b"<w:document"}), "broken Word file"),
            ("a.docx", docx("&j;", head=LAUGHS), "broken Word file|broke its reader"),
            ("a.docx", archive({"word/document.xml": bytes(210 * 2**20)}), "more than 200 MB"),
            ("a.txt", pdf(*NOTICE), "named .txt but is a PDF file"),
            ("a.txt", bytes(range(256)) * 9, "no text, or in a code"),
            ("a.txt", b"plain text and then \x00\x01\x02", "no text, or in a code"),
            ("a.md", b"\x7fELF" + bytes(99), "named .md but is a program"),
            ("a.html", "<script>var x = 'nothing but code in here'</script>", "holds no text"),
            ("a.txt", "  \n ", "is empty"),
            ("a.txt", "...!?", "holds no text"),
            ("a.xls", "a,b", r"kind that cannot be read; these can: .*\.docx"),
            ("noname", "text", "kind that cannot be read"),
            ("a.txt", "word " * 1_000_001, "more than 5,000,000 characters"),
            ("a.txt", "one page and\f" * 3001, "more than 3000 pages"),
        ],
    )
    def test_what_cannot_be_taken_says_why_and_what_to_do(self, write, name, data, says):
        with pytest.raises(DocumentError, match=says):
            read_apart(write(name, data))

    def test_a_huge_file_is_refused_before_it_is_read(self, tmp_path):
        path = tmp_path / "huge.pdf"
        with path.open("wb") as file:
            file.truncate(200 * 2**20)
        with pytest.raises(DocumentError, match="has 200 MB, the most is 50"):
            read_pages(path)

    def test_what_is_no_file_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.txt")
        with pytest.raises(DocumentError, match="is no file"):
            read_pages(tmp_path / "pipe.txt")

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(DocumentError, match="cannot be opened"):
            read_pages(tmp_path / "gone.txt")

    def test_a_reader_that_hangs_is_given_up(self, write):
        with pytest.raises(DocumentError, match="could not be read in"):
            read_apart(write("a.txt", NOTICE[0]), seconds=0.001)

    def test_a_reader_that_dies_takes_nothing_with_it(self, write, monkeypatch):
        monkeypatch.setattr(apart.sys, "executable", shutil.which("false"))
        with pytest.raises(DocumentError, match="broke its reader"):
            read_apart(write("a.txt", NOTICE[0]))

    def test_a_deep_page_does_not_break_the_reader(self, write):
        deep = "<div>" * 20_000 + "the words of the notice are here" + "</div>" * 20_000
        with pytest.raises(DocumentError, match="holds no text"):
            read_apart(write("deep.html", deep))


class TestClean:
    @pytest.mark.parametrize(
        ("raw", "plain"),
        [
            ("one line\ngoes on", "one line goes on"),
            ("an appli-\ncation", "an application"),
            ("8 CFR 1003-\n1", "8 CFR 1003- 1"),
            ("It ends.\nNext starts", "It ends.\n\nNext starts"),
            ("list:\n1. one\n2. two", "list:\n\n1. one\n\n2. two"),
            ("a\r\n\r\n\r\nb", "a\n\nb"),
            ("hid\u200bden\u202e \U000e0041word\x07", "hidden word"),
            ("tab\there\xa0and", "tab here and"),
        ],
    )
    def test_lines_become_paragraphs_of_visible_letters(self, raw, plain):
        assert clean(raw) == plain


class TestNames:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Notice to appear.pdf", "Notice to appear.pdf"),
            ("a\nb\x1b[31m.txt", "a b 31m.txt"),
            ("<img src=x onerror=alert(1)>.txt", "img src=x onerror=alert 1 .txt"),
            ("[link](http:__evil).md", "link http: evil .md"),
            ("gpj.\u202etxt", "gpj. txt"),
            ("x" * 300 + ".pdf", "x" * 79 + "…"),
            ("\udcff", "?"),
            ("***", "document"),
        ],
    )
    def test_hostile_names_are_one_plain_line(self, name, shown):
        assert shown_name(name) == shown

    def test_an_id_is_one_word_and_says_nothing(self, settings, write):
        path = write("US citizens may be deported.txt", NOTICE[0])
        assert re.fullmatch(r"citizens-[0-9a-f]{8}", add_document(settings, path).id)

    @pytest.mark.parametrize("name", ["公告.txt", "..txt", "1.txt", "a.txt"])
    def test_a_name_without_a_word(self, settings, write, name):
        assert add_document(settings, write(name, NOTICE[0])).id.startswith("document-")


class TestPassages:
    def test_offsets_are_those_of_the_page(self, settings, write):
        text = "\n\n".join(f"Paragraph {n}. " + "It has some words. " * (n % 40) for n in range(60))
        document = add_document(settings, write("a.txt", f"{text}\f{text}"))
        found = list(document_passages(document))
        assert {page_of(one.authority) for one in found} == {1, 2}
        assert len({one.id for one in found}) == len(found)
        for one in found:
            offset = int(one.authority.pinpoint.split("/")[1])
            page = document.pages[page_of(one.authority) - 1]
            assert page[offset : offset + len(one.text.en)] == one.text.en
            assert one.layer == "user"
            assert len(one.text.en) <= 700

    @given(st.text(max_size=3000))
    @hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_letter_is_lost_or_said_twice(self, text):
        page = clean(text)
        spans = list(documents._spans(page))
        assert [start for start, _ in spans] == sorted(start for start, _ in spans)
        assert all(end - start <= 1400 for start, end in spans)
        kept = "".join(page[start:end] for start, end in spans)
        assert "".join(kept.split()) == "".join(page.split())

    def test_a_word_without_end_is_cut(self):
        spans = list(documents._spans("x" * 5000))
        assert max(end - start for start, end in spans) <= 700
        assert sum(end - start for start, end in spans) == 5000


class TestShelf:
    def test_what_is_added_is_there_until_removed(self, settings, write):
        document = add_document(settings, write("Notice.pdf", pdf(NOTICE[0], "", NOTICE[1])))
        home = documents_home(settings)
        assert load_documents(home) == documents.Shelved((document,), ())
        assert (document.name, document.empty) == ("Notice.pdf", (2,))
        assert [one.text.en for one in user_passages(settings)] == list(NOTICE)
        remove_document(settings, document.id)
        assert load_documents(home) == documents.Shelved((), ())
        assert list(home.iterdir()) == []

    def test_the_same_again_is_refused_by_name(self, settings, write):
        document = add_document(settings, write("a.txt", NOTICE[0]))
        with pytest.raises(DocumentError, match=f"is there already, as {document.id}"):
            add_document(settings, write("b.txt", NOTICE[0]))

    @pytest.mark.parametrize(
        "damage",
        [
            lambda folder: (folder / "pages.json").write_text('["US citizens may be deported."]'),
            lambda folder: (folder / "document.json").unlink(),
            lambda folder: (folder / "document.json").write_text("[]"),
        ],
        ids=["other words", "no head", "no object"],
    )
    def test_a_damaged_one_is_told_of_and_left_out(self, settings, write, damage):
        document = add_document(settings, write("a.txt", NOTICE[0]))
        damage(documents_home(settings) / document.id)
        assert load_documents(documents_home(settings)).damaged == (document.id,)
        assert user_passages(settings) == ()
        # Adding it again mends it.
        assert add_document(settings, write("a.txt", NOTICE[0])) == document
        assert load_documents(documents_home(settings)).documents == (document,)

    @pytest.mark.parametrize("name", ["../../etc", "nope-12345678", "", ".", "a-1234567g"])
    def test_only_a_document_can_be_removed(self, settings, write, name):
        add_document(settings, write("a.txt", NOTICE[0]))
        with pytest.raises(DocumentError, match="habeas corpus documents"):
            remove_document(settings, name)
        assert len(user_passages(settings)) == 1

    def test_a_full_disk_leaves_nothing_half(self, settings, write, monkeypatch):
        def full(path, _data):
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(documents, "_store", full)
        with pytest.raises(DocumentError, match=r"No space left on device.*make room"):
            add_document(settings, write("a.txt", NOTICE[0]))
        assert list(documents_home(settings).iterdir()) == []

    def test_what_an_adding_left_that_died_is_cleared(self, settings, write):
        (documents_home(settings) / ".new-abc").mkdir(parents=True)
        document = add_document(settings, write("a.txt", NOTICE[0]))
        assert [one.name for one in documents_home(settings).iterdir()] == [document.id]


class TestFind:
    def test_folders_give_their_files_without_links_and_hidden_ones(self, tmp_path):
        for name in ("b/2.txt", "b/1.txt", "b/.git/x.txt", ".b.txt"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("x")
        (tmp_path / "b" / "link.txt").symlink_to("/etc/passwd")
        found = find_files([tmp_path / "b", tmp_path / "b" / "1.txt", tmp_path / ".b.txt"])
        assert [path.name for path in found] == ["1.txt", "2.txt", ".b.txt"]

    def test_a_path_that_is_not_there(self, tmp_path):
        with pytest.raises(DocumentError, match=r"nope\.pdf does not exist"):
            find_files([tmp_path / "nope.pdf"])


def test_limits_are_those_told():
    assert (document_files.MAX_BYTES, document_files.MAX_PAGES) == (50 * 2**20, 3000)
