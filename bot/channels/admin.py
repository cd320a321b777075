"""The operator's page at ``/admin``: what is served and how it does. No words and no person in it.

Off unless a token is set. A browser asks for it by itself (HTTP Basic): no cookie, no script.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from bot.channels.admin_html import Law, Shown, admin_html
from bot.channels.metrics import Metrics, Tally
from bot.channels.problems import problem_of_status, respond
from bot.engine import Engine
from bot.errors import HabeasError
from bot.settings import Settings
from bot.types import Lang

if TYPE_CHECKING:
    from bot.store import Feedback

_ASK = {"WWW-Authenticate": 'Basic realm="Habeas", charset="UTF-8"'}
_WHAT_TO_DO = (
    "Give the token of HABEAS_ADMIN_TOKEN as the password; any name will do.\n"
    "Ponga como contraseña el token de HABEAS_ADMIN_TOKEN; cualquier nombre sirve.\n"
)


def add_admin(app: FastAPI, settings: Settings, engine: Engine, metrics: Metrics) -> None:
    """Add the operator's page; where no token is set there is none to be found."""
    token = settings.admin_token
    wanted = _digest(token.get_secret_value().encode()) if token else None

    @app.get("/admin", include_in_schema=False)
    async def admin(request: Request) -> Response:
        if wanted is None:
            return respond(problem_of_status(HTTPStatus.NOT_FOUND))
        given = _digest(_given(request.headers.get("authorization", "")))
        if not hmac.compare_digest(given, wanted):
            return PlainTextResponse(_WHAT_TO_DO, HTTPStatus.UNAUTHORIZED, _ASK)
        shown = await _shown(settings, engine, metrics)
        return HTMLResponse(admin_html(shown, _lang(request)))


def _given(header: str) -> bytes:
    """Give the token of a header; empty where it has none that can be read."""
    kind, _, rest = header.partition(" ")
    if kind.lower() == "bearer":
        return rest.strip().encode()
    if kind.lower() != "basic":
        return b""
    try:
        return base64.b64decode(rest, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _lang(request: Request) -> Lang:
    """Give the language asked for in the address, else the browser's first of ours."""
    chosen = request.query_params.get("lang")
    if chosen in ("en", "es"):
        return "es" if chosen == "es" else "en"
    known = (one.strip()[:2] for one in request.headers.get("accept-language", "").split(","))
    return "es" if next((one for one in known if one in ("en", "es")), "en") == "es" else "en"


async def _shown(settings: Settings, engine: Engine, metrics: Metrics) -> Shown:
    said = await _feedback(settings)
    return Shown(
        law=await asyncio.to_thread(_law, settings, engine),
        search=not engine.trouble,
        model=metrics.model if engine.has_model else None,
        by_rule=metrics.answers_by("rule"),
        by_status=metrics.answers_by("status"),
        dropped=metrics.dropped(),
        times=metrics.times(),
        feedback=None if said is None else _counted(one.about for one in said),
        against=None if said is None else _counted(one.rule for one in said if one.vote == "bad"),
    )


def _counted(names: Iterable[str]) -> tuple[Tally, ...]:
    return tuple(Tally(name, count) for name, count in Counter(names).most_common())


def _law(settings: Settings, engine: Engine) -> Law:
    from bot.index.store import (  # noqa: PLC0415 - only who looks pays
        current_name,
        index_home,
        read_manifest,
    )
    from bot.sources.coverage import areas, missing, read_wanted  # noqa: PLC0415 - the same
    from bot.sources.library import installed  # noqa: PLC0415 - the same

    try:
        home = index_home(settings)
        manifest = read_manifest(home / current_name(home))
        index = manifest.fingerprint[:12]
        layers = tuple(Tally(name, one.passages) for name, one in manifest.layers.items())
    except HabeasError:
        index, layers = "", ()
    try:
        release = installed(settings)
    except HabeasError:
        release = None
    try:
        topics = read_wanted(settings.corpus_dir).topics
    except HabeasError:
        topics = ()
    return Law(
        areas=areas(engine.digest),
        missing=sum(len(missing(engine.digest, one)) for one in topics),
        corpus=engine.digest.hash[:12],
        rules=engine.hashes.rules[:12],
        index=index,
        layers=layers,
        release=release.name if release else "",
        fetched=release.fetched_on if release else None,
    )


async def _feedback(settings: Settings) -> "tuple[Feedback, ...] | None":
    """Give what was said of answers; None where the database cannot be read."""
    from bot.store import StoreError, has_database, open_store  # noqa: PLC0415 - the same

    if not has_database(settings):
        return ()
    try:
        store = await open_store(settings)
        try:
            return await store.feedback()
        finally:
            await store.close()
    except (StoreError, HabeasError):
        return None
