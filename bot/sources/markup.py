"""Read the XML of the government's publishers: as a stream, and as a whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from bot.errors import CorpusError

_HEAD_BYTES = 4096
_AGAIN = "fetch it again: habeas corpus fetch"


def elements(path: Path, tag: str, what: str) -> Iterator[etree._Element]:
    """Give each element with a tag when it is complete; it is emptied after use.

    Args:
        path: the file.
        tag: name of the element, in lxml's form.
        what: what the file should hold, for the message where it holds none.

    Raises:
        CorpusError: the file is not what it should be, or cut off; what came before is void.
    """
    head = _head(path)
    if head.startswith(b"PK"):
        raise CorpusError("is a zip archive, not XML; unpack it", path=path)
    if b"<!doctype" in head or b"<!entity" in head or head.startswith(b"<html"):
        page = b"html" in head
        raise CorpusError(
            f"{'is a web page' if page else 'declares entities'}, which the publisher's XML never"
            f" {'is' if page else 'does'}; {_AGAIN}",
            path=path,
        )
    found = False
    try:
        # Entities stay unexpanded: a few lines of them can grow to gigabytes.
        for _, element in etree.iterparse(
            str(path), tag=tag, resolve_entities=False, no_network=True, remove_comments=True
        ):
            found = True
            yield element
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise CorpusError(f"is not well-formed ({error.args[0]}); {_AGAIN}", path=path) from None
    except OSError as error:
        raise CorpusError(f"cannot be read ({error}); mend its rights", path=path) from None
    if not found:
        raise CorpusError(f"holds no {what}; {_AGAIN}", path=path)


def name_of(element: etree._Element) -> str:
    """Local name; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n").lower().replace(b"\0", b"")
    except OSError as error:
        raise CorpusError(
            f"cannot be read ({error.strerror}); mend its rights", path=path
        ) from None
