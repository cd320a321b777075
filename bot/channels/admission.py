"""How many questions are answered at a time, over all channels of this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import HabeasError

AT_ONCE = 8
"""Questions whose answers are computed at the same time."""

LONGEST_S = 1.0
"""How long a question holds its place, in seconds. To compute an answer takes a tenth of that: who
is longer at it waits for a model, and a stalled model must not keep all others out."""

WAITING = 64
"""Questions that may wait for their turn."""


class BusyError(HabeasError):
    """More people ask than can wait; try again in a minute."""

    code = "too_busy"


class Admission:
    """Lets a fixed number of questions in, has some wait in order, and turns the rest away."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = WAITING, longest_s: float = LONGEST_S
    ) -> None:
        self._longest_s = longest_s
        self._room = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self._waiting = 0
        self._running = 0

    @property
    def running(self) -> int:
        """Questions in work."""
        return self._running

    @property
    def waiting(self) -> int:
        """Questions that wait for their turn."""
        return self._waiting

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Hold a place while the answer is computed, a model's long silence left out.

        Raises:
            BusyError: as many wait already as may wait.
        """
        await self._enter()
        self._running += 1
        held = True

        def free() -> None:
            nonlocal held
            if held:
                held = False
                self._room.release()

        timer = asyncio.get_running_loop().call_later(self._longest_s, free)
        try:
            yield
        finally:
            self._running -= 1
            timer.cancel()
            free()

    def check(self) -> None:
        """Say at once when there is no room, before anything is promised.

        Raises:
            BusyError: as many wait already as may wait.
        """
        if self._room.locked() and self._waiting >= self._most_waiting:
            raise BusyError("too many questions are waiting; try again in a minute")

    async def _enter(self) -> None:
        self.check()
        self._waiting += 1
        try:
            await self._room.acquire()
        finally:
            self._waiting -= 1
