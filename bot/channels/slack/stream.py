"""An answer in a thread: a message that grows where Slack lets it, else one that is updated.

Whatever happens on the way, what stands in Slack at the end is the whole text, once.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.channels.slack.blocks import Block, Message
from bot.channels.slack.client import RATE_LIMITED, RefusedError, SlackDownError, Thread, Web
from bot.channels.slack.render import MOST_CHARS, pieces

UPDATE_EVERY_S = 1.2
"""Least time between two updates of one message; of several at once each waits its turn longer.

Slack allows a workspace some fifty a minute.
"""

# The message or all around it is gone; another message would go nowhere too.
_GONE = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "message_not_found",
        "not_in_channel",
        "thread_not_found",
        "user_not_found",
        "cannot_reply_to_message",
    }
)

_STOP_PAUSES_S = (0.2, 1.0, 3.0)

_Way = Literal["grow", "update", "add"]
"""How text gets into Slack: a growing message, updates of one, or nothing but new messages."""


class Notes(Protocol):
    """Remembers which messages hold answers."""

    async def note(self, posted: Sequence[str]) -> None:
        """Remember the messages of this answer."""

    async def known(self) -> frozenset[str]:
        """Give all messages of the thread that hold answers."""


@dataclass(frozen=True)
class Meanwhile:
    """What is so while an answer is being written.

    ``blocks`` are shown below it where Slack shows no stop button of its own; ``crowd`` says how
    many answers are being written at the same time.
    """

    blocks: tuple[Block, ...] = ()
    crowd: Callable[[], int] = lambda: 1


@dataclass
class _Part:
    """One message of the answer; ``sent`` is how much of its text Slack has."""

    ts: str = ""
    text: str = ""
    sent: int = 0


class ThreadAnswer:
    """One answer in a thread; use once.

    Args:
        web: calls to the workspace.
        thread: where it goes.
        since: timestamp of the question: nothing older is the answer.
        notes: what is remembered of messages, across restarts.
        meanwhile: what is so until it is whole.
    """

    def __init__(
        self,
        web: Web,
        thread: Thread,
        since: str,
        notes: Notes,
        meanwhile: Meanwhile,
    ) -> None:
        self._web = web
        self._thread = thread
        self._since = since
        self._notes = notes
        self._meanwhile = meanwhile
        self._way: _Way = "grow"
        self._parts = [_Part()]
        self._earlier: list[str] = []
        self._resumed: frozenset[str] = frozenset()
        self._updated = 0.0

    async def resume(self, posted: Sequence[str]) -> None:
        """Write over messages that hold an earlier or a broken-off answer to the same question."""
        if not posted:
            return
        self._earlier = list(posted)
        self._resumed = frozenset(posted)
        self._way = "update"
        self._now.ts = self._earlier.pop(0)
        # The last may still be growing, and no such message can be updated. Refused: it is not.
        with suppress(RefusedError, SlackDownError):
            await self._web.stop_stream(self._thread, posted[-1])

    async def look_for_lost(self) -> None:
        """Find what was posted before a crash and never noted, and go on in its place."""
        found = await self._search(self._since)
        if found:
            await self.resume(found[:1])
            await self._note()

    async def open(self, text: str) -> None:
        """Show the opening: what a person must see first."""
        await self.add(text)

    async def add(self, text: str) -> None:
        """Show more of the answer.

        Raises:
            RefusedError: it can be shown to nobody.
            SlackDownError: it cannot be shown now.
        """
        for piece in pieces(text):
            if self._now.text and len(self._now.text) + len(piece) > MOST_CHARS:
                await self._turn()
                await self._put(piece.lstrip("\n "))
            else:
                await self._put(piece)

    async def finish(self, under: Sequence[Block] = ()) -> None:
        """End the answer, with blocks below it.

        Raises:
            RefusedError: it can be shown to nobody.
            SlackDownError: it cannot be shown now.
        """
        await self._close(tuple(under))
        for ts in self._earlier:
            await self._remove(ts)
        self._earlier = []
        await self._note()

    async def leave(self) -> None:
        """Let the message be, as far as it got: somebody else goes on with it."""
        if self._way == "grow" and self._now.ts:
            with suppress(RefusedError, SlackDownError):
                await self._web.stop_stream(self._thread, self._now.ts)

    async def remove(self) -> None:
        """Take back all that was said: the question is gone."""
        await self.leave()
        for ts in [*(part.ts for part in self._parts if part.ts), *self._earlier]:
            await self._remove(ts)

    @property
    def _now(self) -> _Part:
        return self._parts[-1]

    async def _turn(self) -> None:
        """End a message that is full and go on in the next."""
        await self._close(())
        self._parts.append(_Part(ts=self._earlier.pop(0) if self._earlier else ""))
        if self._now.ts:
            self._way = "update"

    async def _put(self, text: str) -> None:
        self._now.text += text
        match self._way:
            case "grow":
                await self._grow(text)
            case "update":
                await self._update()
            case "add":
                pass

    async def _grow(self, text: str) -> None:
        part = self._now
        try:
            if part.ts:
                await self._web.append(self._thread, part.ts, text)
            else:
                part.ts = await self._web.start_stream(self._thread, text)
                await self._note()
            part.sent = len(part.text)
        except RefusedError as error:
            if error.revoked or error.code in _GONE:
                raise
            # Not here, not for this app, or Slack ended it: the message can still be updated.
            await self._fall_back()
        except SlackDownError as error:
            # Slack lets fewer messages grow in a minute than it lets be posted.
            fast = error.code == RATE_LIMITED
            if not part.ts and not fast and not (error.perhaps_done and await self._adopt()):
                raise
            await self._fall_back()

    async def _fall_back(self) -> None:
        was_growing = self._way == "grow" and bool(self._now.ts)
        self._way = "update"
        if was_growing:
            # Ended already, or never to be: what counts is the update.
            with suppress(RefusedError, SlackDownError):
                await self._web.stop_stream(self._thread, self._now.ts)
        await self._update(now=True)

    async def _update(self, *, now: bool = False) -> None:
        if not self._now.ts:
            await self._post(self._meanwhile.blocks)
            return
        if now or time.monotonic() - self._updated >= UPDATE_EVERY_S * self._meanwhile.crowd():
            await self._replace(self._meanwhile.blocks)

    async def _replace(self, under: tuple[Block, ...]) -> None:
        part = self._now
        try:
            await self._web.update(self._thread, part.ts, Message(part.text, under))
        except RefusedError as error:
            if error.code == "message_not_found" and part.ts in self._resumed:
                # Somebody deleted the earlier answer: this one takes no place but its own.
                part.ts = ""
                await self._post(under)
                return
            if error.revoked or error.code in _GONE:
                raise
            if error.code == "invalid_blocks" and under:
                await self._replace(())
                return
            # Too late to update: what is missing goes into a new message at the end.
            self._way = "add"
            self._parts.append(_Part(text=part.text[part.sent :].strip()))
            return
        part.sent = len(part.text)
        self._updated = time.monotonic()

    async def _post(self, under: tuple[Block, ...]) -> None:
        part = self._now
        try:
            part.ts = await self._web.post(self._thread, Message(part.text, under))
        except RefusedError as error:
            if error.code != "invalid_blocks" or not under:
                raise
            await self._post(())
            return
        except SlackDownError as error:
            if not (error.perhaps_done and await self._adopt()):
                raise
            await self._replace(under)
            return
        part.sent = len(part.text)
        self._updated = time.monotonic()
        await self._note()

    async def _close(self, under: tuple[Block, ...]) -> None:
        part = self._now
        if not part.text:
            return
        if self._way == "grow":
            await self._stop_growing(under)
        elif self._way == "update":
            await self._replace(under)
        if self._way == "add" and self._now.text and not self._now.ts:
            await self._post(under)

    async def _stop_growing(self, under: tuple[Block, ...]) -> None:
        for pause in _STOP_PAUSES_S:
            try:
                await self._web.stop_stream(self._thread, self._now.ts, under)
            except RefusedError as error:
                if error.revoked or error.code in _GONE:
                    raise
                break
            except SlackDownError:
                # No message can be updated before it is known to have ended.
                await asyncio.sleep(pause)
            else:
                return
        self._way = "update"
        await self._replace(under)

    async def _adopt(self) -> bool:
        """Find the message whose timestamp got lost on the way back."""
        after = max([self._since, *(part.ts for part in self._parts)])
        found = await self._search(after)
        if found:
            self._now.ts = found[0]
            await self._note()
        return bool(found)

    async def _search(self, after: str) -> tuple[str, ...]:
        ours = {part.ts for part in self._parts} | set(self._earlier)
        try:
            mine = await self._web.mine(self._thread, after)
        except (RefusedError, SlackDownError):
            return ()
        known = await self._notes.known() | ours
        return tuple(ts for ts in mine if ts not in known)

    async def _remove(self, ts: str) -> None:
        # Refused: gone already.
        with suppress(RefusedError):
            await self._web.delete(self._thread.channel, ts)

    async def _note(self) -> None:
        await self._notes.note([*(part.ts for part in self._parts if part.ts), *self._earlier])
