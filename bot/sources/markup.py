"""Read the XML of the government's publishers: as a stream, and as a whole or not at all."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from bot.errors import CorpusError

_HEAD_BYTES = 4096
_WEB_PAGE = re.compile(rb"<html[\s>]")
_AGAIN = "fetch it again: habeas corpus fetch"


def elements(path: Path, tag: str | tuple[str, ...]) -> Iterator[etree._Element]:
    """Give each element with a tag, or one of several (in lxml's form), when it is complete.

    Raises:
        CorpusError: the file is not what it should be, or cut off; what came before is void.
    """
    try:
        with path.open("rb") as file:
            _refuse_at_sight(path, file.read(_HEAD_BYTES))
            file.seek(0)
            # Entities stay unexpanded: a few lines of them can grow to gigabytes.
            for _, element in etree.iterparse(
                file, tag=tag, resolve_entities=False, no_network=True, remove_comments=True
            ):
                yield element
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise CorpusError(f"is not well-formed ({error.args[0]}); {_AGAIN}", path=path) from None
    except OSError as error:
        reason = error.strerror or error
        raise CorpusError(f"cannot be read ({reason}); mend its rights", path=path) from None


def missing(path: Path, what: str) -> CorpusError:
    """Error for a file that is XML but holds nothing of what it should."""
    return CorpusError(f"holds no {what}; {_AGAIN}", path=path)


def name_of(element: etree._Element) -> str:
    """Local name; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _refuse_at_sight(path: Path, start: bytes) -> None:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().replace(b"\0", b"")
    if head.startswith(b"pk"):
        raise CorpusError("is a zip archive, not XML; unpack it", path=path)
    if b"<!doctype html" in head or _WEB_PAGE.search(head):
        raise CorpusError(f"is a web page, not the publisher's XML; {_AGAIN}", path=path)
    if b"<!doctype" in head or b"<!entity" in head:
        raise CorpusError(
            f"declares entities, which the publisher's XML never does; {_AGAIN}", path=path
        )
