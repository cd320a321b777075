"""Opens the store: a SQLite file in the data directory, or what ``DATABASE_URL`` names."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingsError
from bot.settings import Settings
from bot.store.book import Book
from bot.store.kept import Kept
from bot.store.store import Store
from bot.store.tables import metadata

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}

_PAUSES_S = (0.05, 0.2, 0.5)


async def open_store(settings: Settings, clock: Callable[[], float] = time.time) -> Store:
    """Open the store, and make its tables where they are missing.

    Raises:
        SettingsError: the database cannot be used; the message has no password in it.
    """
    return Store(await _open(settings), clock)


async def open_kept(settings: Settings, clock: Callable[[], float] = time.time) -> Kept:
    """Open what is kept of conversations of the page.

    Raises:
        SettingsError: the database cannot be used; the message has no password in it.
    """
    return Kept(await _open(settings), clock)


async def open_book(settings: Settings, clock: Callable[[], float] = time.time) -> Book:
    """Open the audit, and begin it where there is none.

    Raises:
        SettingsError: the database cannot be used; the message has no password in it.
        StoreError: it could not be written.
    """
    book = Book(await _open(settings), clock)
    await book.begin()
    return book


def has_database(settings: Settings) -> bool:
    """Say whether there is a database, without making one; of one elsewhere this is not known."""
    return settings.database_url is not None or _file(settings).exists()


async def _open(settings: Settings) -> AsyncEngine:
    url = _url(settings)
    try:
        # Asked first: connections to a server that was restarted are dead.
        engine = (
            _sqlite(url)
            if url.get_backend_name() == "sqlite"
            else create_async_engine(url, pool_pre_ping=True)
        )
        await _make_tables(engine)
    except ModuleNotFoundError as error:
        hint = "pip install 'habeas[postgres]'" if error.name == "asyncpg" else "install it"
        raise SettingsError(f"DATABASE_URL needs the package {error.name}: {hint}") from None
    except (SQLAlchemyError, OSError) as error:
        shown = url.render_as_string(hide_password=True)
        raise SettingsError(
            f"cannot open the database {shown} ({type(error).__name__}); see that it is there,"
            " runs, is sound and lets you in"
        ) from None
    return engine


async def _make_tables(engine: AsyncEngine) -> None:
    """Make the tables that are missing; another process may be about the same."""
    for pause in (*_PAUSES_S, None):
        try:
            async with engine.begin() as work:
                await work.run_sync(metadata.create_all)
        except (SQLAlchemyError, OSError):
            if pause is None:
                await engine.dispose()
                raise
            await asyncio.sleep(pause)
        else:
            return


def _url(settings: Settings) -> URL:
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        file = _file(settings)
        # What people wrote is for nobody else on this machine.
        file.touch(mode=0o600)
        return URL.create("sqlite+aiosqlite", database=str(file))
    try:
        url = make_url(settings.database_url.get_secret_value())
    except ArgumentError:
        raise SettingsError(
            "DATABASE_URL is no database address; write it like postgresql://user:password@host/db"
        ) from None
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").parent.is_dir():
        raise SettingsError("DATABASE_URL names a file in a folder that is not there; make it")
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def _file(settings: Settings) -> Path:
    return settings.data_dir / "habeas.db"


def _sqlite(url: URL) -> AsyncEngine:
    # One connection: SQLite has one writer, and whoever waits for it here waits in order.
    engine = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=60, connect_args={"timeout": 30}
    )

    @event.listens_for(engine.sync_engine, "connect")
    def quick_and_safe(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
