"""Answers that one person sees: the opening at once, then the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from bot.channels.slack import texts
from bot.channels.slack.blocks import Block, Message
from bot.channels.slack.client import RefusedError, ReplyTo, Thread, Web, reply
from bot.channels.slack.render import MOST_CHARS, pieces
from bot.types import Bilingual, ReplyLang

MOST_REPLIES = 5
"""As many answers as Slack takes at one address, within half an hour."""


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


@dataclass(frozen=True)
class Address:
    """Where a command is answered; ``used`` is how often that may have been done already."""

    url: str
    used: int = 0


class Reply:
    """An answer at the address a command came with; use once.

    What Slack takes no more there goes on in the person's direct messages: nothing is left out.

    Args:
        session: for calls to the address.
        address: the address.
        web: calls to the workspace.
        person: who asked.
        lang: language of what is said of the answer itself.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        address: Address,
        web: Web,
        person: str,
        lang: ReplyLang,
    ) -> None:
        self._session = session
        self._url = address.url
        self._left = max(MOST_REPLIES - address.used, 0)
        self._web = web
        self._person = person
        self._lang = lang
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
        rest = list(pieces(self._text, MOST_CHARS))
        below = tuple(under)
        replace = True
        while rest and self._left:
            last = len(rest) == 1 or self._left == 1
            goes_on = f"\n\n_{self._say(texts.GOES_ON)}_" if last and len(rest) > 1 else ""
            message = Message(rest[0] + goes_on, below if last else ())
            if not await self._send(message, replace=replace):
                break
            replace = False
            below = () if last else below
            del rest[0]
        if rest:
            await self._go_on(rest, below)

    async def leave(self) -> None:
        """Say no more."""

    async def remove(self) -> None:
        """Say no more."""

    async def _send(self, message: Message, *, replace: bool) -> bool:
        """Say whether the address took it; one that is used up takes nothing more."""
        if not self._left:
            return False
        try:
            await reply(self._session, ReplyTo(self._url, replace=replace), message)
        except RefusedError:
            self._left = 0
            return False
        self._left -= 1
        return True

    async def _go_on(self, rest: Sequence[str], under: tuple[Block, ...]) -> None:
        thread = await self._web.begin_direct(self._person, self._say(texts.GOES_ON_HERE))
        for piece in rest[:-1]:
            await self._web.post(thread, Message(piece))
        try:
            await self._web.post(thread, Message(rest[-1], under))
        except RefusedError as error:
            if error.code != "invalid_blocks":
                raise
            await self._web.post(thread, Message(rest[-1]))

    def _say(self, text: Bilingual) -> str:
        return texts.say(text, self._lang, " / ")
