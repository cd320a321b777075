"""Documents of one's own: kept as text below the data directory, cut into passages.

``<data_dir>/documents/<id>/`` holds ``document.json`` and ``pages.json``; a folder is there whole
or not at all. What a document says is never law: its passages have the layer ``user``.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.errors import DocumentError
from bot.settings import Settings
from bot.sources.apart import read_apart
from bot.text.sentences import split
from bot.types import Authority, Bilingual, Passage, Questions

_ABOUT = "document.json"
_PAGES = "pages.json"
_UNFINISHED = ".new-"
_MOST_NAME = 80
_MOST_WORD = 16
_ID = re.compile(r"[a-z0-9]+-[0-9a-f]{8}")
_WORD = re.compile(r"[a-z]+")
# What could be read as markup, a path or a quotation's end when a name is shown.
_UNFIT = re.compile(r"""[<>\[\](){}`*_|\\/"“”«»#~$&]""")
_PASSAGE_CHARS = 500
"""A passage ends with the first sentence that reaches this, in characters."""
_HEADING_CHARS = 150
"""A passage shorter than this goes on in the next paragraph: it may be a heading or a list."""
_LONGEST_CHARS = 700
"""A sentence longer than this is cut between words."""


@dataclass(frozen=True)
class Document:
    """A document as it is kept.

    ``id`` starts with one word of the file's name, so that no sentence can hide in it; ``name`` is
    the file's name without what could be read as markup; ``sha256`` that of the file added.
    """

    id: str
    name: str
    sha256: str
    added_on: date
    pages: tuple[str, ...]

    @property
    def empty(self) -> tuple[int, ...]:
        """Numbers of the pages that hold no text, such as pictures of pages."""
        return tuple(number for number, page in enumerate(self.pages, 1) if not page)


@dataclass(frozen=True)
class Shelved:
    """What the documents' folder holds: the documents, and ids of those that are damaged."""

    documents: tuple[Document, ...]
    damaged: tuple[str, ...]


def documents_home(settings: Settings) -> Path:
    """Folder that holds all documents."""
    return settings.data_dir / "documents"


def find_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Give the files that paths name, those in folders by name; hidden ones and links are left.

    Raises:
        DocumentError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise DocumentError(
                "missing", f"{shown_name(path.name)} does not exist; give a file or a folder"
            )
        if path.is_dir():
            found.update(
                (one, None)
                for one in sorted(path.rglob("*"))
                if one.is_file()
                and not one.is_symlink()
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            )
        else:
            found[path] = None
    return tuple(found)


def add_document(settings: Settings, path: Path) -> Document:
    """Read a file and keep its text; the file itself is not kept.

    Raises:
        DocumentError: it cannot be read, is there already, or cannot be written.
    """
    pages = read_apart(path)
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DocumentError(
            "missing", f"cannot be opened ({error.strerror}); mend its rights"
        ) from None
    home = documents_home(settings)
    twin = next((one for one in load_documents(home).documents if one.sha256 == digest), None)
    if twin is not None:
        raise DocumentError("there_already", f"is there already, as {twin.id}")
    today = datetime.now(UTC).date()
    document = Document(document_id(path.name, digest), shown_name(path.name), digest, today, pages)
    try:
        _write(home, document)
    except OSError as error:
        raise DocumentError(
            "not_kept", f"cannot be kept in {home} ({error.strerror}); make room or mend its rights"
        ) from None
    return document


def load_documents(home: Path) -> Shelved:
    """Read every document kept below ``home``, by id."""
    documents: list[Document] = []
    damaged: list[str] = []
    for folder in sorted(home.iterdir()) if home.is_dir() else ():
        if not _ID.fullmatch(folder.name):
            continue
        try:
            documents.append(_read(folder))
        except (OSError, ValueError, KeyError, TypeError):
            damaged.append(folder.name)
    return Shelved(tuple(documents), tuple(damaged))


def remove_document(settings: Settings, name: str) -> None:
    """Delete a document, damaged or not.

    Raises:
        DocumentError: there is none with this id, or it cannot be deleted.
    """
    folder = documents_home(settings) / name
    if not _ID.fullmatch(name) or not folder.is_dir():
        raise DocumentError(
            "missing",
            f"there is no document {shown_name(name)!r}; `habeas corpus documents` lists them",
        )
    try:
        gone = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder.parent))
        folder.rename(gone / name)
        shutil.rmtree(gone)
    except OSError as error:
        raise DocumentError(
            "not_kept",
            f"{name} cannot be deleted ({error.strerror}); mend the rights of {folder.parent}",
        ) from None


def document_passages(document: Document) -> Iterator[Passage]:
    """Cut a document into what is searched and quoted: whole sentences of one page.

    The text of each is exactly that of its page from the offset its authority names.
    """
    for number, page in enumerate(document.pages, 1):
        for start, end in _spans(page):
            text = page[start:end]
            authority = Authority(f"doc/{document.id}/p{number}/{start}")
            yield Passage(
                id=f"{authority}@{hashlib.sha256(text.encode()).hexdigest()[:8]}",
                authority=authority,
                layer="user",
                title=Bilingual(document.name, document.name),
                text=Bilingual(text, text),
                ask=Questions(),
                url="",
                as_of=document.added_on.isoformat(),
            )


def user_passages(settings: Settings) -> tuple[Passage, ...]:
    """Give the passages of every document that is whole."""
    shelved = load_documents(documents_home(settings))
    return tuple(one for document in shelved.documents for one in document_passages(document))


def page_of(authority: Authority) -> int:
    """Page a passage of a document is on, from 1."""
    return int(authority.pinpoint.split("/", 1)[0].removeprefix("p"))


def shown_name(name: str) -> str:
    """A name somebody else chose, on one line and without what could be read as markup."""
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    kept = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in plain)
    short = " ".join(_UNFIT.sub(" ", kept).split())
    if len(short) > _MOST_NAME:
        short = f"{short[: _MOST_NAME - 1].rstrip()}…"
    return short or "document"


def document_id(name: str, digest: str) -> str:
    """Name a document by one word of its file's name and the start of a hash."""
    plain = unicodedata.normalize("NFKD", Path(name).stem).encode("ascii", "ignore").decode()
    word = next((one for one in _WORD.findall(plain.lower()) if len(one) > 2), "document")
    return f"{word[:_MOST_WORD]}-{digest[:8]}"


def _spans(page: str) -> Iterator[tuple[int, int]]:
    """Start and end of each passage of a page: whole sentences, as a rule of one paragraph."""
    start = end = -1
    for piece_start, piece_end in _pieces(page):
        goes_on = (
            start >= 0
            and piece_end - start <= _LONGEST_CHARS
            and end - start < _PASSAGE_CHARS
            and (end - start < _HEADING_CHARS or "\n\n" not in page[end:piece_start])
        )
        if not goes_on:
            if start >= 0:
                yield start, end
            start = piece_start
        end = piece_end
    if start >= 0:
        yield start, end


def _pieces(page: str) -> Iterator[tuple[int, int]]:
    for cut in split(page):
        start = cut.start
        while cut.end - start > _LONGEST_CHARS:
            end = page.rfind(" ", start + 1, start + _LONGEST_CHARS)
            end = end if end > start else start + _LONGEST_CHARS
            yield start, end
            start = end + (page[end] == " ")
        yield start, cut.end


def _write(home: Path, document: Document) -> None:
    """Write a document beside its place and move it there in one step."""
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=home))
    try:
        pages = json.dumps(document.pages, ensure_ascii=False).encode()
        about = {
            "name": document.name,
            "sha256": document.sha256,
            "added_on": document.added_on.isoformat(),
            "pages_sha256": hashlib.sha256(pages).hexdigest(),
        }
        _store(work / _PAGES, pages)
        _store(work / _ABOUT, json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n")
        place = home / document.id
        if place.exists():
            # Damaged: one that is whole would have been found by its hash.
            shutil.rmtree(place)
        work.rename(place)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _store(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path) -> Document:
    about = json.loads((folder / _ABOUT).read_bytes())
    data = (folder / _PAGES).read_bytes()
    if hashlib.sha256(data).hexdigest() != about["pages_sha256"]:
        raise ValueError("the text is not the one that was kept")
    return Document(
        id=folder.name,
        name=shown_name(str(about["name"])),
        sha256=str(about["sha256"]),
        added_on=date.fromisoformat(about["added_on"]),
        pages=tuple(map(str, json.loads(data))),
    )
