"""The audit's tables: rows are only ever added; the words beside them go when their hour comes."""

import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.chain import START, Mark, Pending, Report, Row, Text, Walk, body_of, hour_of
from bot.store.database import Database
from bot.store.records import StoreError
from bot.store.tables import audit, audit_end, audit_texts

_ONLY = 1
_AT_ONCE = 1000


class Book(Database):
    """All reads and writes of the audit. Open with ``open_book``.

    Every method may raise ``StoreError``.
    """

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float] = time.time) -> None:
        super().__init__(engine, clock)
        self._database = engine
        self._unwiped = False

    async def begin(self) -> None:
        """Make the mark that says where the chain ends, where there is neither chain nor mark."""
        if await self._end() is None and not await self._rows(select(audit.c.seq).limit(1)):
            start = insert(audit_end).values(id=_ONLY, **vars(START))
            # Another process may have been quicker.
            await self._insert(start)

    async def append(
        self, pending: Sequence[Pending], missed: int = 0, keep_hours: int = 0
    ) -> None:
        """Add entries to the chain, all or none.

        Args:
            pending: what to add, oldest first.
            missed: how many answers before it could not be written down.
            keep_hours: how long words are kept, where an entry has any.
        """
        until = hour_of(self._clock() + keep_hours * 3600)
        async with self._begin() as work:
            at = await _take_end(work)
            rows: list[dict[str, object]] = []
            texts: list[dict[str, object]] = []
            for one in pending:
                words = _text(one)
                row = one.row(at, words, missed)
                missed = 0
                at = row.mark
                rows.append(dict(vars(row)))
                if words is not None:
                    texts.append({"seq": row.seq, "until": until, **vars(words)})
            await work.execute(insert(audit), rows)
            if texts:
                await work.execute(insert(audit_texts), texts)
            await work.execute(update(audit_end).values(**vars(at)))

    async def verify(self, noted: Mark | None = None) -> Report:
        """Walk the chain from its beginning to its end or its first break."""
        # Rows are added together with the end mark: those it told of before must still be there.
        marks = (noted, await self._end())
        walk = Walk(tuple(one for one in marks if one is not None))
        async for row, words in self.rows():
            if not walk.step(row, words):
                break
        return walk.finish(await self._end())

    async def rows(self) -> AsyncIterator[tuple[Row, Text | None]]:
        """Give every row with the words that are still kept of it, oldest first."""
        joined = audit.outerjoin(audit_texts, audit.c.seq == audit_texts.c.seq)
        query = select(audit, audit_texts.c.salt, audit_texts.c.body).select_from(joined)
        last: int | None = None
        while True:
            after = query if last is None else query.where(audit.c.seq > last)
            found = await self._rows(after.order_by(audit.c.seq).limit(_AT_ONCE))
            for one in found:
                yield _row(one)
            if len(found) < _AT_ONCE:
                return
            last = found[-1]["seq"]

    async def purge(self, *, everything: bool = False) -> int:
        """Delete the words whose hour has come, or all of them; says how many."""
        old = delete(audit_texts)
        if not everything:
            old = old.where(audit_texts.c.until <= hour_of(self._clock()))
        async with self._begin() as work:
            gone = (await work.execute(old)).rowcount
        self._unwiped |= gone > 0 or everything
        if self._unwiped:
            await self._wipe()
            self._unwiped = False
        return gone

    async def _wipe(self) -> None:
        """Leave nothing of deleted words in SQLite's log of writes."""
        if self._database.dialect.name != "sqlite":
            return
        try:
            async with self._database.connect() as work:
                busy = (await work.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).scalar()
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(type(error).__name__) from None
        if busy:
            raise StoreError("others use the database")

    async def _end(self) -> Mark | None:
        found = await self._rows(select(audit_end.c.seq, audit_end.c.checksum))
        return Mark(**found[0]) if found else None


async def _take_end(work: AsyncConnection) -> Mark:
    """Read where the chain ends, and keep all others from writing on until this is done."""
    # A write comes first: it locks the row, and SQLite's file, before anything is read.
    locked = await work.execute(update(audit_end).values(seq=audit_end.c.seq))
    if locked.rowcount != 1:
        raise StoreError("the audit has no end mark")
    found = (await work.execute(select(audit_end.c.seq, audit_end.c.checksum))).mappings().one()
    return Mark(**found)


def _text(pending: Pending) -> Text | None:
    rich = pending.entry.rich
    return None if rich is None else Text(secrets.token_hex(32), body_of(rich))


def _row(found: RowMapping) -> tuple[Row, Text | None]:
    values = dict(found)
    salt, body = values.pop("salt"), values.pop("body")
    return Row(**values), None if body is None else Text(salt, body)
