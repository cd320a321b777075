"""Which channels are audited, and the audit of one process from its start to its end."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from bot.audit import Channel
from bot.engine import Engine
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store import AuditWriter

# People on the page and in Slack are told that what they write is not stored, or for how long.
_MAY_BE_RICH: frozenset[Channel] = frozenset({"api", "cli"})


def is_audited(settings: Settings, channel: Channel) -> bool:
    """Say whether rows are kept of a channel.

    On a machine that only one person reaches, every row would be about that person.
    """
    if settings.audit != "served":
        return settings.audit == "all"
    if channel == "slack":
        return settings.has_slack
    return channel in ("page", "api") and settings.serves_others


class Audit:
    """The audit of one process; where none of its channels is audited it does nothing."""

    def __init__(self, settings: Settings, *channels: Channel) -> None:
        self._channels = frozenset(one for one in channels if is_audited(settings, one))
        self._keep_days = settings.audit_rich_days if settings.audit_rich else None
        self._writer = _writer(settings) if self._channels else None

    @property
    def keep_days(self) -> int | None:
        """How long words are kept of those who use the API; None where none are."""
        return self._keep_days if "api" in self._channels else None

    def heard(self, engine: Engine, channel: Channel) -> Engine:
        """Give an engine whose answers on a channel are written down; itself where none are."""
        if self._writer is None or channel not in self._channels:
            return engine
        return engine.audited(self._writer.sink(channel, rich=channel in _MAY_BE_RICH))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write until left, and what is waiting then."""
        if self._writer is None:
            yield
            return
        self._writer.start()
        try:
            yield
        finally:
            self._writer.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Do the same without holding up the loop."""
        if self._writer is None:
            yield
            return
        self._writer.start()
        try:
            yield
        finally:
            await asyncio.to_thread(self._writer.close)


@contextmanager
def audited(engine: Engine, settings: Settings, channel: Channel) -> Iterator[Engine]:
    """Audit one channel while this lasts."""
    audit = Audit(settings, channel)
    with audit.running():
        yield audit.heard(engine, channel)


def _writer(settings: Settings) -> "AuditWriter":
    from bot.store import AuditWriter  # noqa: PLC0415 - only those who audit pay

    return AuditWriter(settings)
