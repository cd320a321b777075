"""What the store is made on: transactions, and many arrivals written down in one."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Delete, Insert, Select, Update, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.records import StoreError
from bot.store.tables import questions

_MOST_AT_ONCE = 100


class _ClashError(StoreError):
    """What was to be written is there already."""


class Database:
    """Reads and writes of any kind; every one may raise ``StoreError``."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._arrived: list[_Arrival] = []
        self._writing: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Let go of the database."""
        await self._engine.dispose()

    async def _arrive(self, row: dict[str, object]) -> bool:
        """Write a question down with all that arrive meanwhile; False when it is known."""
        arrival = _Arrival(row, asyncio.get_running_loop().create_future())
        self._arrived.append(arrival)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_arrived())
        return await arrival.fresh

    async def _write_arrived(self) -> None:
        """Write all that arrived meanwhile at once: in a burst Slack must not wait for each."""
        while self._arrived:
            batch, self._arrived = self._arrived[:_MOST_AT_ONCE], self._arrived[_MOST_AT_ONCE:]
            try:
                fresh = await self._write(batch)
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
                for one in batch:
                    one.fail(StoreError(type(error).__name__))
                continue
            for one in batch:
                one.tell(fresh=one in fresh)

    async def _write(self, batch: list["_Arrival"]) -> list["_Arrival"]:
        fresh: dict[str, _Arrival] = {}
        for one in batch:
            fresh.setdefault(one.key, one)
        c = questions.c
        try:
            async with self._begin() as work:
                known = await work.execute(select(c.key).where(c.key.in_(list(fresh))))
                for key in known.scalars():
                    del fresh[key]
                if fresh:
                    await work.execute(insert(questions), [one.row for one in fresh.values()])
        except _ClashError:
            # Another replica wrote one of them in between.
            every = list(fresh.values())
            return [one for one in every if await self._insert(insert(questions).values(one.row))]
        return list(fresh.values())

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as work:
                yield work
        except IntegrityError:
            raise _ClashError("IntegrityError") from None
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(type(error).__name__) from None

    async def _insert(self, statement: Insert) -> bool:
        try:
            async with self._begin() as work:
                await work.execute(statement)
        except _ClashError:
            return False
        return True

    async def _change(self, statement: Insert | Update | Delete) -> bool:
        async with self._begin() as work:
            return (await work.execute(statement)).rowcount > 0

    async def _rows(self, query: Select[Any]) -> list[RowMapping]:
        async with self._begin() as work:
            return list((await work.execute(query)).mappings())


@dataclass(eq=False)
class _Arrival:
    """A question that is to be written down, and who waits for that."""

    row: dict[str, object]
    fresh: "asyncio.Future[bool]"

    @property
    def key(self) -> str:
        return str(self.row["key"])

    def tell(self, *, fresh: bool) -> None:
        if not self.fresh.done():
            self.fresh.set_result(fresh)

    def fail(self, error: StoreError) -> None:
        if not self.fresh.done():
            self.fresh.set_exception(error)
