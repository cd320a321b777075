"""One file of a person's own as pages of plain text: PDF, Word, HTML, Markdown, plain text.

What is read here may be hostile: ``bot.sources.apart`` runs it in a process of its own.
"""

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.errors import DocumentError

MAX_BYTES = 50 * 2**20
"""Largest file taken, in bytes."""

MAX_CHARS = 5_000_000
"""Most text of one document, in characters."""

MAX_PAGES = 3000

_MAX_UNZIPPED = 200 * 2**20
_LEAST_LETTERS = 20
_BINARY = 0.02
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file, or one locked with a password"),
    (b"{\\rtf", "a Rich Text file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_-]{2,40})""", re.IGNORECASE
)
_LOOKS_LIKE_HTML = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_NOT_TEXT = ("script", "style", "head", "noscript", "template", "svg", "iframe", "object")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
)  # fmt: skip
_EDGE = "\ue000"
"""Stands for the edge of a block while white space is folded."""
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_LOCKED = "is locked with a password; save a copy without one"
_TOO_MANY_PAGES = f"has more than {MAX_PAGES} pages; add it in parts"
_ENDS = re.compile(r"[.!?:;…]['\"”’)\]]*$")
_ITEM = re.compile(r"(?:[-*•▪◦–]|\(?[0-9A-Za-z]{1,3}[.)])\s")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-$")


def read_pages(path: Path) -> tuple[str, ...]:
    """Read a file as pages of plain text, paragraphs divided by an empty line.

    A PDF has its own pages, plain text those its form feeds make; all else is one page.

    Raises:
        DocumentError: why the file cannot be taken, and what to do; without its name.
    """
    return pages_of(_bytes(path), path.suffix.lower())


def pages_of(data: bytes, suffix: str) -> tuple[str, ...]:
    """Do the same with what a file holds and how its name ends (``.pdf``).

    Raises:
        DocumentError: see ``read_pages``.
    """
    if not data.strip():
        raise DocumentError("empty", "is empty")
    reader = _READERS.get(suffix)
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise DocumentError("kind", f"is of a kind that cannot be read; these can: {known}")
    pages = tuple(map(clean, reader(data, suffix)))
    if sum(char.isalnum() for page in pages for char in page) < _LEAST_LETTERS:
        if suffix == ".pdf":
            raise DocumentError(
                "scanned",
                "holds pictures of pages and no text; run text recognition (OCR) on it first",
            )
        raise DocumentError("empty", "holds no text")
    if sum(map(len, pages)) > MAX_CHARS:
        raise DocumentError(
            "too_long", f"holds more than {MAX_CHARS:,} characters; add it in parts"
        )
    return pages


def clean(text: str) -> str:
    """Take out what nobody sees, and join the lines of a paragraph."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = "".join(
        char
        for char in plain.replace("\t", " ").replace("\xa0", " ")
        if char == "\n" or unicodedata.category(char) not in _INVISIBLE
    )
    paragraphs: list[str] = []
    for block in re.split(r"\n[ \n]*\n", plain):
        paragraphs += _joined([" ".join(line.split()) for line in block.split("\n")])
    return "\n\n".join(paragraphs)


def _joined(lines: list[str]) -> list[str]:
    """Lines of one block as paragraphs: a line that ends nothing goes on in the next."""
    found: list[str] = []
    for line in filter(None, lines):
        if not found or _ITEM.match(line) or _ENDS.search(found[-1]):
            found.append(line)
        elif _BROKEN_WORD.search(found[-1]) and line[0].islower():
            found[-1] = found[-1][:-1] + line
        else:
            found[-1] += f" {line}"
    return found


def _bytes(path: Path) -> bytes:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError("kind", "is no file; give a file or a folder of files")
        if about.st_size > MAX_BYTES:
            raise DocumentError(
                "too_large",
                f"has {about.st_size / 2**20:,.0f} MB, the most is {MAX_BYTES / 2**20:.0f};"
                " add the pages that matter",
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            "missing", f"cannot be opened ({error.strerror}); mend its rights"
        ) from None
    return data


def _signature(data: bytes) -> str | None:
    """Name what a file is by its first bytes; None where nothing speaks against text."""
    for start, what in _SIGNATURES:
        if data.startswith(start):
            return what
    return None


def _misnamed(data: bytes, suffix: str) -> DocumentError:
    what = _signature(data)
    if what is None:
        what = "a web page" if _LOOKS_LIKE_HTML.match(data) else "something else"
    return DocumentError(
        "misnamed", f"is named {suffix} but is {what}; give it its right name, or save it anew"
    )


def _pdf(data: bytes, suffix: str) -> tuple[str, ...]:
    from pypdf import PdfReader  # noqa: PLC0415 - half a second that other kinds need not pay

    # Readers allow bytes of a mail or a download before the head.
    if b"%PDF-" not in data[:1024]:
        raise _misnamed(data, suffix)
    with _whole("PDF"):
        reader = PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
    if locked:
        raise DocumentError("locked", _LOCKED)
    if count > MAX_PAGES:
        raise DocumentError("too_long", _TOO_MANY_PAGES)
    with _whole("PDF"):
        return tuple(page.extract_text() for page in reader.pages)


def _docx(data: bytes, suffix: str) -> tuple[str, ...]:
    from mammoth import convert_to_html  # noqa: PLC0415 - only for Word files
    from mammoth.images import img_element  # noqa: PLC0415

    if not data.startswith(b"PK"):
        raise _misnamed(data, suffix)
    with _whole("Word"), zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
    if sum(entry.file_size for entry in entries.values()) > _MAX_UNZIPPED:
        raise DocumentError("hostile", "unpacks to more than 200 MB and is not opened")
    if any(entry.flag_bits & 1 for entry in entries.values()):
        raise DocumentError("locked", _LOCKED)
    if "word/document.xml" not in entries:
        raise DocumentError("misnamed", f"is named {suffix} but is no Word file; save it as .docx")
    with _whole("Word"):
        made = convert_to_html(io.BytesIO(data), convert_image=img_element(lambda _: {}))
    return (_text_of(made.value),)


@contextmanager
def _whole(kind: str) -> Iterator[None]:
    """Tell of a broken file in words: a parser raises whatever the break happens to meet."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - see above
        raise DocumentError(
            "broken",
            f"is a broken {kind} file ({type(error).__name__}); open it where it was made and"
            " save it anew",
        ) from None


def _html(data: bytes, suffix: str) -> tuple[str, ...]:
    return (_text_of(_decoded(data, suffix)),)


def _markdown(data: bytes, suffix: str) -> tuple[str, ...]:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only for Markdown files

    return (_text_of(MarkdownIt("commonmark").enable("table").render(_decoded(data, suffix))),)


def _plain(data: bytes, suffix: str) -> tuple[str, ...]:
    pages = _decoded(data, suffix).split("\f")
    if len(pages) > MAX_PAGES:
        raise DocumentError("too_long", _TOO_MANY_PAGES)
    return tuple(pages)


def _text_of(page: str) -> str:
    from lxml import etree, html  # noqa: PLC0415 - not for plain text

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        raise DocumentError("empty", "holds no text") from None
    etree.strip_elements(root, *_NOT_TEXT, etree.ProcessingInstruction, with_tail=False)
    for block in list(root.iter(*_BLOCKS)):
        block.text = _EDGE + (block.text or "")
        block.tail = _EDGE + (block.tail or "")
    for cell in root.iter("td", "th"):
        cell.tail = f" {cell.tail or ''}"
    text = " ".join("".join(map(str, root.itertext())).split())
    return re.sub(rf" ?{_EDGE}[ {_EDGE}]*", "\n\n", text)


def _decoded(data: bytes, suffix: str) -> str:
    if _signature(data) is not None:
        raise _misnamed(data, suffix)
    text = _guessed(data)
    odd = sum(unicodedata.category(char) == "Cc" and char not in "\t\n\r\f\v" for char in text)
    if "\0" in text or "�" in text or odd > _BINARY * len(text):
        raise DocumentError(
            "not_text", "is no text, or in a code that cannot be told; save it as UTF-8"
        )
    return text


def _guessed(data: bytes) -> str:
    """The text in the first code that fits: as it says itself, UTF-8, then that of old Windows."""
    codes = [code for mark, code in _BOMS if data.startswith(mark)][:1] or ["utf-8"]
    if said := _CHARSET.search(data[:4096]):
        codes.append(said[1].decode("ascii"))
    for code in (*codes, "cp1252"):
        try:
            return data.decode(code)
        except (UnicodeDecodeError, LookupError):
            continue
    return "�"


_READERS: Mapping[str, Callable[[bytes, str], tuple[str, ...]]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".html": _html,
    ".htm": _html,
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
    ".text": _plain,
}
