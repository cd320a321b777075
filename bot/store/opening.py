"""Opens the store: a SQLite file in the data directory, or what ``DATABASE_URL`` names."""

import time
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import SettingsError
from bot.settings import Settings
from bot.store.store import Store
from bot.store.tables import metadata

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


async def open_store(settings: Settings, clock: Callable[[], float] = time.time) -> Store:
    """Open the store, and make its tables where they are missing.

    Raises:
        SettingsError: the database cannot be used; the message has no password in it.
    """
    url = _url(settings)
    try:
        engine = _sqlite(url) if url.get_backend_name() == "sqlite" else create_async_engine(url)
        async with engine.begin() as work:
            await work.run_sync(metadata.create_all)
    except ModuleNotFoundError as error:
        raise SettingsError(f"DATABASE_URL needs the package {error.name}; install it") from None
    except (SQLAlchemyError, OSError) as error:
        shown = url.render_as_string(hide_password=True)
        raise SettingsError(f"cannot open the database {shown} ({type(error).__name__})") from None
    return Store(engine, clock)


def _url(settings: Settings) -> URL:
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        file = settings.data_dir / "habeas.db"
        # What people wrote is for nobody else on this machine.
        file.touch(mode=0o600)
        return URL.create("sqlite+aiosqlite", database=str(file))
    try:
        url = make_url(settings.database_url.get_secret_value())
    except ArgumentError:
        raise SettingsError(
            "DATABASE_URL is no database address; write it like postgresql://user:password@host/db"
        ) from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


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
