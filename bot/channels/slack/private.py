"""Answers that one person sees: the opening at once, then the whole."""

from collections.abc import Sequence

import aiohttp

from bot.channels.slack.blocks import Block, Message
from bot.channels.slack.client import RefusedError, ReplyTo, Thread, Web, reply
from bot.channels.slack.render import MOST_CHARS, pieces

# Slack takes five answers at one address: the opening, and what these leave.
_MOST_REPLIES = 4


class Whisper:
    """An answer in a channel that only the person who asked sees; use once.

    Such a message cannot be changed, so what follows the opening is a second one.
    """

    def __init__(self, web: Web, thread: Thread) -> None:
        self._web = web
        self._thread = thread
        self._text = ""

    async def open(self, text: str) -> None:
        """Show the opening."""
        for piece in pieces(text):
            await self._web.whisper(self._thread, Message(piece))

    async def add(self, text: str) -> None:
        """Keep more of the answer for the end."""
        self._text += text

    async def finish(self, under: Sequence[Block] = ()) -> None:
        """Show what was kept, with blocks below it."""
        rest = list(pieces(self._text.strip()))
        for piece in rest[:-1]:
            await self._web.whisper(self._thread, Message(piece))
        if rest:
            await self._last(Message(rest[-1], tuple(under)))

    async def leave(self) -> None:
        """Say no more."""

    async def remove(self) -> None:
        """Say no more: what one person saw goes when Slack forgets it."""

    async def _last(self, message: Message) -> None:
        try:
            await self._web.whisper(self._thread, message)
        except RefusedError as error:
            if error.code != "invalid_blocks":
                raise
            await self._web.whisper(self._thread, Message(message.text))


class Reply:
    """An answer at the address a command came with; use once."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._text = ""

    async def open(self, text: str) -> None:
        """Show the opening."""
        self._text = text
        first = next(iter(pieces(text)), "")
        await self._send(Message(f"{first}\n\n…"), replace=True)

    async def add(self, text: str) -> None:
        """Keep more of the answer for the end."""
        self._text += text

    async def finish(self, under: Sequence[Block] = ()) -> None:
        """Show the whole in place of the opening, with blocks below it."""
        every = list(pieces(self._text, MOST_CHARS))[:_MOST_REPLIES]
        for number, piece in enumerate(every):
            last = number == len(every) - 1
            message = Message(piece, tuple(under) if last else ())
            await self._send(message, replace=number == 0)

    async def leave(self) -> None:
        """Say no more."""

    async def remove(self) -> None:
        """Say no more."""

    async def _send(self, message: Message, *, replace: bool) -> None:
        await reply(self._session, ReplyTo(self._url, replace=replace), message)
