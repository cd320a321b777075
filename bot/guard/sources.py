"""Whether a claim is laid to somebody, or made one's own; words in ``words/sources.toml``."""

import re

from bot.guard.words import words

_SOURCES = words("sources")
_AFTER_A_COMMA = re.compile(r",[^,]*$")


def attributed(text: str, at: int) -> bool:
    """Whether what stands at ``at`` is laid to a politician or a report, and not made one's own."""
    if _SOURCES.ENDORSED.search(text) or _SOURCES.LEGAL_SOURCE.search(text):
        return False
    source = _SOURCES.ATTRIBUTED.search(text)
    if source is None:
        return False
    if source.start() < at and not _SOURCES.REASON_BEFORE.search(text[: source.start()]):
        return True
    if _SOURCES.ACCORDING_TO.search(source[0]):
        return bool(_SOURCES.REPORT_NEXT.match(text[source.start() :]))
    return bool(_AFTER_A_COMMA.search(text[: source.start() + 1]))
