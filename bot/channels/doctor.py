"""The command ``habeas doctor``: what is set, there, old or broken, and what to do about it.

Exit codes: 0 all is well · 1 something is to be mended · 2 the settings cannot be read.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.errors import HabeasError
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.store import Book, Report, Store

_OLD_DAYS = 90
"""After so many days without a fetch the law is likely to have changed somewhere."""

_SMALL_DISK = 1_000_000_000
_PATIENCE_S = 20
_PACKAGES = ("habeas", "langchain", "chromadb", "openai", "gradio", "fastapi", "sqlalchemy")

State = Literal["ok", "note", "mend"]
"""``note`` is worth knowing and needs nothing; ``mend`` does, and makes the command fail."""


@dataclass(frozen=True)
class Finding:
    """How one part is; ``todo`` is what to do where it is not well."""

    part: str
    state: State
    said: str
    todo: str = ""


def doctor(
    *,
    online: Annotated[
        bool,
        typer.Option("--online", help="Also have the model say a word; no question is sent."),
    ] = False,
) -> None:
    """Say what is configured, installed, outdated or broken, and what to do about it."""
    found = tuple(examine(load_settings(), online=online))
    for one in found:
        typer.echo(f"{one.state:<5} {one.part:<14} {' '.join(one.said.split())}")
        if one.todo:
            typer.echo(f"{'':<20} -> {one.todo}")
    bad = sum(one.state == "mend" for one in found)
    typer.echo(f"{bad} to mend" if bad else "all is well")
    raise typer.Exit(1 if bad else 0)


def examine(settings: Settings, *, online: bool) -> Iterator[Finding]:
    """Look at every part. What cannot be read is a finding, never an error."""
    parts: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("versions", _versions),
        ("settings", _set),
        ("served", lambda: _served(settings)),
        ("data", lambda: _data(settings)),
        ("index", lambda: _index(settings)),
        ("official text", lambda: _official(settings)),
        ("model", lambda: _model(settings, online=online)),
        ("database", lambda: _database(settings)),
        ("audit", lambda: _audit(settings)),
        ("slack", lambda: _slack(settings)),
    )
    for name, look in parts:
        try:
            yield look()
        except HabeasError as error:
            yield Finding(name, "mend", str(error), "do what the line above says")


def _versions() -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    try:
        packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    except PackageNotFoundError as error:
        return Finding(
            "versions", "mend", f"the package {error.name} is missing", "run: make install"
        )
    return Finding("versions", "ok", f"Python {python}, {packages}")


def _set() -> Finding:
    """Names only: a value may be a secret or tell where somebody works."""
    given: set[str] = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names = getattr(alias, "choices", None) or (f"HABEAS_{name}".upper(),)
        given |= {one for one in os.environ if one.upper() in map(str, names)}
    return Finding(
        "settings", "ok", f"given: {', '.join(sorted(given)) or 'none, all as they are'}"
    )


def _served(settings: Settings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    if not settings.serves_others:
        return Finding("served", "ok", f"at {where}, to this machine only")
    keys = "with keys" if settings.keys else "open to anybody, without keys"
    if not settings.proxies:
        return Finding(
            "served",
            "note",
            f"at {where}, to others, without a proxy known; the API {keys}",
            "put TLS in front and name the proxy in HABEAS_PROXIES: docs/deploy.md",
        )
    limit = settings.most_per_minute or "no limit of"
    return Finding("served", "ok", f"behind a proxy; the API {keys}, {limit} requests a minute")


def _data(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.is_dir():
        return Finding("data", "mend", f"there is no {folder}", "run: habeas corpus build")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(
            "data",
            "mend",
            f"{folder} cannot be written",
            "give it to the user Habeas runs as, or set HABEAS_DATA_DIR",
        )
    free = shutil.disk_usage(folder).free
    said = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _SMALL_DISK:
        return Finding("data", "mend", said, "make room: a new index stands beside the old one")
    return Finding("data", "ok", said)


def _index(settings: Settings) -> Finding:
    from bot.index.store import CODE_VERSION, current_name, index_home, read_manifest
    from bot.sources.digest import load_digest

    digest = load_digest(settings.corpus_dir)
    home = index_home(settings)
    manifest = read_manifest(home / current_name(home))
    layers = ", ".join(f"{one.passages} {name}" for name, one in manifest.layers.items())
    said = (
        f"{manifest.fingerprint[:12]} of corpus {manifest.corpus[:8]}, passages: {layers},"
        f" {manifest.embedder}"
    )
    if manifest.corpus != digest.hash or manifest.code != CODE_VERSION:
        return Finding(
            "index",
            "mend",
            f"{said}; the digest is {digest.hash[:8]} by now, or the code is newer",
            "run: habeas corpus build",
        )
    return Finding("index", "ok", said)


def _official(settings: Settings) -> Finding:
    from bot.sources.library import installed, open_library

    fetch = "run: habeas corpus fetch && habeas corpus build"
    release = installed(settings)
    if release is None:
        return Finding("official text", "note", "none installed; the digest speaks alone", fetch)
    library = open_library(settings)
    count = 0
    if library is not None:
        with closing(library):
            count = library.count()
    said = f"{release.name}, {count} provisions"
    if release.fetched_on is None:
        return Finding("official text", "note", f"{said}, day of fetching not known", fetch)
    days = _days(release.fetched_on)
    said = f"{said}, fetched {release.fetched_on.isoformat()}, {days} days ago"
    if days > _OLD_DAYS:
        return Finding(
            "official text", "mend", f"{said}: the law may have changed", f"{fetch}; then diff"
        )
    return Finding("official text", "ok", said)


def _days(day: date) -> int:
    return (datetime.now(UTC).date() - day).days


def _model(settings: Settings, *, online: bool) -> Finding:
    if not settings.has_model:
        return Finding("model", "ok", "none; answers are put together from the law itself")
    key = "set" if settings.openai_api_key else "not set"
    said = f"{settings.model}, key {key}, base URL {_whether(settings.openai_base_url)}"
    if not online:
        return Finding("model", "ok", f"{said}; not asked (--online asks)")
    trouble = _asked(settings)
    if trouble:
        return Finding(
            "model",
            "mend",
            f"{said}; {trouble}",
            "check OPENAI_BASE_URL, OPENAI_API_KEY and HABEAS_MODEL; until then answers come"
            " from the law itself",
        )
    return Finding("model", "ok", f"{said}; it answers")


def _asked(settings: Settings) -> str:
    """What is wrong with the endpoint; what it said is not shown, for it may echo the key."""
    from bot.answer.models import open_model

    async def ask() -> None:
        model = open_model(settings)
        if model is not None:
            async with asyncio.timeout(_PATIENCE_S):
                async for _ in model.astream("Say: ready"):
                    pass

    try:
        asyncio.run(ask())
    except TimeoutError:
        return f"it did not answer in {_PATIENCE_S} seconds"
    except HabeasError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - an endpoint may fail in any way
        return f"it does not answer ({type(error).__name__})"
    return ""


def _database(settings: Settings) -> Finding:
    from bot.store import has_database, open_store

    async def read() -> int:
        store: Store = await open_store(settings)
        try:
            return len(await store.feedback())
        finally:
            await store.close()

    kind = "DATABASE_URL" if settings.database_url else "SQLite in the data directory"
    if settings.conversation_days:
        kind += f", conversations kept {settings.conversation_days} days where people ask for it"
    if not has_database(settings):
        return Finding("database", "ok", f"{kind}, not made yet; it is when it is needed")
    return _from_store("database", lambda: f"{kind}, {asyncio.run(read())} items of feedback")


def _audit(settings: Settings) -> Finding:
    from bot.store import has_database, open_book

    async def verify() -> "Report":
        book: Book = await open_book(settings)
        try:
            return await book.verify()
        finally:
            await book.close()

    def said() -> str:
        report = asyncio.run(verify())
        if report.broken is not None:
            raise HabeasError(
                f"the chain breaks at row {report.broken.seq} ({report.broken.why}); keep a copy of"
                " the database, then see docs/audit.md"
            )
        words = f", words kept {settings.audit_rich_days} days" if settings.audit_rich else ""
        return f"{settings.audit}{words}; {report.rows} rows, the chain holds"

    if not has_database(settings):
        return Finding("audit", "ok", f"{settings.audit}; no rows yet")
    return _from_store("audit", said)


def _from_store(part: str, said: Callable[[], str]) -> Finding:
    from bot.store import StoreError

    try:
        return Finding(part, "ok", said())
    except StoreError as error:
        return Finding(
            part,
            "mend",
            f"it cannot be read ({error})",
            "see that the database runs, is sound and yours; else put a copy of it back",
        )


def _slack(settings: Settings) -> Finding:
    names = (
        "slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_id",
        "slack_client_secret", "slack_store_key",
    )  # fmt: skip
    said = ", ".join(f"{name.upper()} {_whether(getattr(settings, name))}" for name in names)
    some = any(getattr(settings, name) for name in names)
    if some and not settings.has_slack:
        return Finding("slack", "mend", said, "set what is missing: docs/slack.md")
    return Finding("slack", "ok", said if some else "not set up")


def _whether(value: object) -> str:
    return "set" if value else "not set"
