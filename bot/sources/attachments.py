"""Documents that belong to one conversation: read, handed back, and kept nowhere here.

Whoever attached one holds its text and sends it with each question; so it is seen by nobody else,
and goes when the conversation does.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from bot.errors import DocumentError, TooMuchAttached
from bot.sources.apart import pages_apart
from bot.sources.document_files import clean
from bot.sources.documents import Document, document_id, document_passages, shown_name
from bot.types import Passage

MOST_ATTACHED = 5
"""Most documents of one conversation."""

MOST_TEXT = 400_000
"""Most text of all of them, in bytes of UTF-8: it travels with each question."""

_SECONDS = 45.0


@dataclass(frozen=True)
class Attachment:
    """A document of one conversation: its file's name, and the plain text of its pages."""

    name: str
    pages: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of its text."""
        return sum(len(page.encode("utf-8", "replace")) for page in self.pages)


def read_attachment(name: str, data: bytes) -> Attachment:
    """Read a file that somebody sent; nothing of it is written to a disk.

    Args:
        name: its name, whose end says what it is.
        data: all that is in it.

    Raises:
        DocumentError: it cannot be read, or holds more text than a conversation may.
    """
    suffix = PurePath(name.strip()).suffix.lower()
    found = Attachment(shown_name(name), pages_apart(data, suffix, _SECONDS))
    if found.size > MOST_TEXT:
        raise DocumentError(
            "too_long",
            f"holds {found.size // 1000:,} KB of text, the most is {MOST_TEXT // 1000};"
            " add the pages that matter",
        )
    return found


def check_attached(attached: Sequence[Attachment]) -> None:
    """Refuse more than a conversation may hold.

    Raises:
        BadInput: they are too many, or hold too much text.
    """
    if len(attached) > MOST_ATTACHED or sum(one.size for one in attached) > MOST_TEXT:
        raise TooMuchAttached(
            f"a conversation holds {MOST_ATTACHED} documents and {MOST_TEXT // 1000} KB of their"
            " text at most; remove some"
        )


def attached_passages(attached: Sequence[Attachment]) -> tuple[Passage, ...]:
    """Cut attached documents into passages as those of the operator are."""
    today = datetime.now(UTC).date()
    found: list[Passage] = []
    for number, one in enumerate(attached):
        # What comes back was in somebody else's hands.
        pages = tuple(map(clean, one.pages))
        digest = hashlib.sha256(f"{number} {one.name}".encode("utf-8", "replace")).hexdigest()
        name = shown_name(one.name)
        document = Document(document_id(name, digest), name, digest, today, pages)
        found += document_passages(document)
    return tuple(found)
