"""Writes the audit from a thread of its own: whoever answers hands a row over and goes on."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.audit import Channel, Entry
from bot.errors import HabeasError
from bot.settings import Settings
from bot.store.book import Book
from bot.store.chain import Pending, hour_of
from bot.store.opening import open_book
from bot.store.records import StoreError

_log = logging.getLogger(__name__)

_MOST_WAITING = 10_000
_MOST_AT_ONCE = 200
_LOOK_UP_S = 300.0
_LEAVE_S = 10.0


class AuditWriter:
    """Adds entries to the audit in the order they come; what cannot be added is counted.

    Start it, hand its sinks out, and close it: entries put before are still written.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.rich = settings.audit_rich
        self.lost = 0
        self._settings = settings
        self._keep_hours = (settings.audit_rich_days or 0) * 24
        self._clock = clock
        self._waiting: queue.Queue[Pending | None] = queue.Queue(_MOST_WAITING)
        self._leaving = threading.Event()
        self._counting = threading.Lock()
        self._untold = 0
        self._purged = ""
        self._thread = threading.Thread(target=self._work, name="habeas-audit", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def sink(self, channel: Channel, *, rich: bool = False) -> "ChannelSink":
        """Give the sink of one channel; ``rich`` where words may be kept of it."""
        return ChannelSink(self, channel, rich and self.rich)

    def put(self, entry: Entry, channel: Channel) -> None:
        """Take an entry; never waits."""
        try:
            self._waiting.put_nowait(Pending(entry, channel, hour_of(self._clock())))
        except queue.Full:
            self._lose(1, "the database is too slow")

    def close(self) -> None:
        """Write what is left, for some seconds at most."""
        self._leaving.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        if self._thread.is_alive():
            self._thread.join(_LEAVE_S)
        if self._thread.is_alive():
            _log.warning("audit: the database is too slow; what still waits is not written down")

    def _lose(self, count: int, why: str) -> None:
        with self._counting:
            self.lost += count
            self._untold += count
            lost = self.lost
        _log.warning("audit: answers were not written down (%s); %d so far", why, lost)

    def _work(self) -> None:
        with asyncio.Runner() as runner:
            book: Book | None = None
            batch: list[Pending] = []
            while True:
                try:
                    book = book or runner.run(open_book(self._settings, self._clock))
                    runner.run(self._write(book, batch))
                except Exception as error:  # noqa: BLE001 - whatever it is, the next may go well
                    # Any other error may quote the words it was to write.
                    ours = isinstance(error, HabeasError | StoreError)
                    why = str(error) if ours else type(error).__name__
                    self._lose(len(batch), why)
                if self._leaving.is_set() and self._waiting.empty():
                    break
                batch = self._batch()
            if book is not None:
                runner.run(book.close())

    def _batch(self) -> list[Pending]:
        """Wait for an entry, and take those that came with it; none when nothing comes."""
        taken: list[Pending | None] = []
        with suppress(queue.Empty):
            taken.append(self._waiting.get(timeout=_LOOK_UP_S))
            while len(taken) < _MOST_AT_ONCE:
                taken.append(self._waiting.get_nowait())
        return [one for one in taken if one is not None]

    async def _write(self, book: Book, batch: list[Pending]) -> None:
        if batch:
            untold = self._untold
            await book.append(batch, untold, self._keep_hours)
            with self._counting:
                self._untold -= untold
        hour = hour_of(self._clock())
        if hour == self._purged:
            return
        try:
            await book.purge()
        except StoreError as error:
            _log.warning("audit: words were not deleted in time (%s); tried again soon", error)
        else:
            self._purged = hour


@dataclass(frozen=True)
class ChannelSink:
    """Takes the entries of one channel."""

    writer: AuditWriter
    channel: Channel
    rich: bool

    def put(self, entry: Entry) -> None:
        """Take an entry; never waits."""
        self.writer.put(entry, self.channel)
