"""Split what publishers serve into one file a section (US Code) or a part (CFR)."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

from lxml import etree

from bot.errors import FetchError
from bot.sources.official_plan import Title

_DAMAGE = (
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a way of packing that Python does not know
    RuntimeError,  # encrypted
)
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,-]*")


def split_uscode(packed: Path, title: Title, folder: Path, largest: int) -> int:
    """Write each wanted section of a title's zip as ``SECTION.xml``; give how many.

    Args:
        packed: the zip of the Office of the Law Revision Counsel.
        title: which sections are wanted.
        folder: where they go.
        largest: most bytes the text may unpack to.

    Raises:
        FetchError: the zip is damaged, unpacks to too much, or holds no such title.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = f"/us/usc/t{title.number}/s"
    written: set[str] = set()
    with (
        _readable(packed),
        zipfile.ZipFile(packed) as archive,
        archive.open(_only_xml(archive, packed, largest)) as file,
    ):
        text = _Bounded(file, largest, packed)
        for section in _elements(text, "{*}section"):
            identifier = (section.get("identifier") or "").replace("–", "-")
            number = identifier.removeprefix(head)
            quoted = next(section.iterancestors("{*}section"), None) is not None
            if quoted or number == identifier or not _NAME.fullmatch(number):
                continue
            if not title.sections or number in title.sections:
                _write(section, folder / f"{_free(number, written)}.xml", "")
            section.clear()
    if not written:
        raise FetchError(
            "unreadable",
            f"{packed.name}: holds no section of title {title.number}; report this, the"
            " publisher's format may have changed",
        )
    return len(written)


def split_ecfr(whole: Path, title: Title, folder: Path, day: str) -> int:
    """Write each part in an eCFR file as ``part-N.xml`` with its day; give how many.

    Raises:
        FetchError: the file is damaged or holds no part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    with _readable(whole), whole.open("rb") as file:
        for part in _elements(file, "DIV5"):
            number = part.get("N") or ""
            if not _NAME.fullmatch(number):
                continue
            shown = f"{date.fromisoformat(day):%B} {int(day[-2:])}, {day[:4]}"
            note = f" {title.number} CFR part {number}; text as amended to {shown} "
            part.set("TITLE", str(title.number))  # the element that told it stays behind
            _write(part, folder / f"part-{number}.xml", note)
            part.clear()
            written += 1
    if not written:
        raise FetchError(
            "unreadable",
            f"{whole.name}: holds no part of title {title.number}; report this, the publisher's"
            " format may have changed",
        )
    return written


class _Bounded:
    """A file that ends with an error where it is longer than it may be, whatever it declares."""

    def __init__(self, file: IO[bytes], largest: int, packed: Path) -> None:
        self.file = file
        self.left = largest
        self.packed = packed

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self.file.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise _bomb(self.packed)
        return data


def _bomb(packed: Path) -> FetchError:
    return FetchError(
        "too_large",
        f"{packed.name}: unpacks to more than any title has; do not use this source",
    )


def _only_xml(archive: zipfile.ZipFile, packed: Path, largest: int) -> zipfile.ZipInfo:
    found = [one for one in archive.infolist() if one.filename.endswith(".xml")]
    if len(found) != 1:
        raise FetchError(
            "unreadable", f"{packed.name}: holds {len(found)} XML files in place of one title"
        )
    if found[0].file_size > largest:
        raise _bomb(packed)
    return found[0]


def _elements(file: IO[bytes] | _Bounded, tag: str) -> Iterator[etree._Element]:
    parsed = etree.iterparse(
        file, events=("end",), tag=tag, resolve_entities=False, no_network=True
    )
    for _, element in parsed:
        yield element


def _write(element: etree._Element, path: Path, note: str) -> None:
    body = etree.tostring(element, encoding="utf-8", with_tail=False)
    comment = f"<!--{note}-->\n" if note else ""
    path.write_bytes(f'<?xml version="1.0" encoding="UTF-8"?>\n{comment}'.encode() + body + b"\n")


def _free(number: str, written: set[str]) -> str:
    """Name a second section with the same number with ``~2``."""
    name, count = number, 2
    while name in written:
        name, count = f"{number}~{count}", count + 1
    written.add(name)
    return name


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Give a damaged file a name; a damaged download is not kept for the next try."""
    try:
        yield
    except _DAMAGE as error:
        path.unlink(missing_ok=True)
        raise FetchError(
            "unreadable", f"{path.name}: damaged or cut short ({error}); fetch again"
        ) from None
    except FetchError:
        path.unlink(missing_ok=True)
        raise
