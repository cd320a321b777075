"""Conversations of the page that people asked to have kept; what is in them, this cannot read."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, insert, select

from bot.store.database import Database
from bot.store.tables import conversations


@dataclass(frozen=True)
class Sealed:
    """What is kept of a conversation: the day it was begun to be kept, and its exchanges."""

    begun: date
    exchanges: tuple[bytes, ...]


class Kept(Database):
    """All reads and writes of them. Open with ``open_kept``; each may raise ``StoreError``."""

    @property
    def today(self) -> date:
        """Today, by the store's clock, in UTC."""
        return datetime.fromtimestamp(self._clock(), UTC).date()

    async def begin(self, key: str) -> None:
        """Keep a conversation from now on; one that is kept already is begun anew."""
        await self.delete(key)
        begun = self.today.isoformat()
        await self._change(insert(conversations).values(key=key, number=0, sealed=b"", begun=begun))

    async def add(self, key: str, number: int, sealed: bytes) -> bool:
        """Keep an exchange in place of it and all after it; False where none is kept any more."""
        c = conversations.c
        async with self._begin() as work:
            # Who deletes waits for this, so nothing comes back.
            kept = select(c.begun).where(c.key == key, c.number == 0).with_for_update()
            begun = (await work.execute(kept)).scalar()
            if begun is None:
                return False
            await work.execute(delete(conversations).where(c.key == key, c.number >= number))
            await work.execute(
                insert(conversations).values(key=key, number=number, sealed=sealed, begun=begun)
            )
        return True

    async def read(self, key: str, days: int) -> Sealed | None:
        """Give what is kept of a conversation; None where nothing is, or its days are over."""
        c = conversations.c
        rows = await self._rows(select(conversations).where(c.key == key).order_by(c.number))
        if not rows:
            return None
        begun = date.fromisoformat(rows[0]["begun"])
        if begun < self._first(days):
            return None
        return Sealed(begun, tuple(row["sealed"] for row in rows if row["number"]))

    async def delete(self, key: str) -> None:
        """Delete a conversation now."""
        c = conversations.c
        await self._change(delete(conversations).where(c.key == key, c.number == 0))
        # What was being added while that waited is there only now.
        await self._change(delete(conversations).where(c.key == key))

    async def forget(self, days: int) -> None:
        """Delete what was begun so many days ago; 0: everything."""
        old = conversations.c.begun < self._first(days).isoformat()
        await self._change(delete(conversations).where(old) if days else delete(conversations))

    def _first(self, days: int) -> date:
        return self.today - timedelta(days=days)
