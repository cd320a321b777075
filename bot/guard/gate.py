"""The one way a model's words reach a person: sentence by sentence, through the screen.

The same text is released however the stream is cut; an exception releases nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.guard.reading import Reading
from bot.guard.screen import Screen
from bot.text.sentences import split
from bot.types import Authority, Dropped, DropReason, Passage, Verdict

MAX_DRAFT_CHARS = 20_000
_MAX_SENTENCE_CHARS = 1_200
_MARKER = re.compile(r"\s*\[p\d{1,2}(?:\s*,\s*p\d{1,2})*\]")
_MARKED_ID = re.compile(r"p\d{1,2}")


@dataclass(frozen=True)
class Kept:
    """A sentence that may be shown, its passage markers taken out."""

    text: str
    passage_ids: tuple[str, ...]


@dataclass(frozen=True)
class Cited:
    """A citation found in a sentence: the part of the contract the gate needs."""

    authority: Authority
    known: bool


class Gate:
    """Feed it the model's stream; it gives back what may be shown and what was left out.

    Args:
        reading: what the conversation says and asks.
        verdict: what the rules said of it.
        citations: finds the citations of a sentence and says whether each exists.
        passages: the passages the model was given by marker id; None checks existence only.
        mode: ``strict`` lets no model prose through on topic.
    """

    def __init__(
        self,
        reading: Reading,
        verdict: Verdict | None,
        citations: Callable[[str], Sequence[Cited]],
        passages: Mapping[str, Passage] | None = None,
        mode: Literal["standard", "strict"] = "standard",
    ) -> None:
        self._screen = Screen(reading, verdict)
        self._on_topic = verdict is not None
        self._citations = citations
        self._passages = passages
        self._strict = mode == "strict"
        self._buffer = ""
        self._taken = 0
        self._closed = False

    def feed(self, chunk: str) -> tuple[Kept | Dropped, ...]:
        """Take the next piece of the stream."""
        if self._closed:
            return ()
        room = MAX_DRAFT_CHARS - self._taken
        self._taken += len(chunk)
        self._buffer += chunk[: max(0, room)]
        cuts = split(self._buffer, whole=False)
        if not cuts:
            return ()
        out = tuple(self._judge(cut.text) for cut in cuts)
        self._buffer = self._buffer[cuts[-1].end :]
        return out

    def close(self) -> tuple[Kept | Dropped, ...]:
        """Say that the stream ended; what is left is judged as it stands."""
        if self._closed:
            return ()
        self._closed = True
        return tuple(self._judge(cut.text) for cut in split(self._buffer))

    def _judge(self, sentence: str) -> Kept | Dropped:
        try:
            markers = _MARKER.findall(sentence)
            marked = [one for marker in markers for one in _MARKED_ID.findall(marker)]
            plain = _MARKER.sub("", sentence).strip()
            reason = self._reason(plain, marked)
        except Exception:  # noqa: BLE001 - whatever goes wrong, nothing is shown
            return Dropped(sentence, "unreadable")
        if reason is not None:
            return Dropped(plain, reason)
        return Kept(plain, tuple(dict.fromkeys(marked)))

    def _reason(self, plain: str, marked: Sequence[str]) -> DropReason | None:
        if len(plain) > _MAX_SENTENCE_CHARS:
            return "unreadable"
        reason = self._screen.reason(plain)
        if reason is not None:
            return reason
        if self._strict and self._on_topic:
            return "uncited"
        return self._citation_reason(plain, marked)

    def _citation_reason(self, plain: str, marked: Sequence[str]) -> DropReason | None:
        """Refuse citations that do not exist, or rest on what the model was not given."""
        found = self._citations(plain)
        if any(not cited.known for cited in found):
            return "unknown_citation"
        if self._passages is None:
            return None
        given = [p.authority for p in self._passages.values()]
        stray = any(one not in self._passages for one in marked)
        if stray or any(not _among(cited.authority, given) for cited in found):
            return "uncited"
        return None


def _among(authority: Authority, given: Sequence[Authority]) -> bool:
    return any(one.within(authority) or authority.within(one) for one in given)
