"""The commands ``habeas feedback``: what people said of answers, to read and to work with.

Exit codes: 0 fine · 2 there is no such feedback, or the database cannot be read.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses

import asyncio
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BadInput, SettingsError
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.store import Feedback

feedback_app = typer.Typer(no_args_is_help=True)

_WIDTH = 100
_DRAFT = "habeas feedback export ANSWER --jsonl | python -m evals add --feedback -"


class Kind(StrEnum):
    """What somebody says of an answer."""

    good = "good"
    bad = "bad"
    wrong_citation = "wrong_citation"
    wrong_law = "wrong_law"


_About = Annotated[Kind | None, typer.Option(help="Only what says this.")]


@feedback_app.command("list")
def list_feedback(about: _About = None) -> None:
    """Show what was said of answers, oldest first, a few lines each."""
    found = _chosen(None, about)
    for one in found:
        typer.echo(_line(one))
        for name, text in (("asked", one.question), ("says", one.comment)):
            if text:
                typer.echo(f"  {name}: {_plain(text)}")
    against = sum(one.vote == "bad" for one in found)
    typer.echo(f"{len(found)} items, {against} against the answer")
    if any(one.question for one in found):
        typer.echo(f"A draft regression question of one whose words are kept: {_DRAFT}")


@feedback_app.command()
def export(
    answer: Annotated[
        str | None, typer.Argument(help="Only of this answer, named as the list names it.")
    ] = None,
    *,
    about: _About = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """Write feedback as a JSON list, or with --jsonl a line each."""
    items = [_exported(one) for one in _chosen(answer, about)]
    if jsonl:
        for item in items:
            typer.echo(json.dumps(item, ensure_ascii=False))
    else:
        typer.echo(json.dumps(items, ensure_ascii=False, indent=2))


def _chosen(answer: str | None, about: Kind | None) -> "tuple[Feedback, ...]":
    found = tuple(
        one
        for one in _all(load_settings())
        if answer in (None, one.answer) and about in (None, one.about)
    )
    if answer is not None and not found:
        raise BadInput(
            f"there is no such feedback on an answer {_plain(answer)}; `habeas feedback list` shows"
            " what there is"
        )
    return found


def _all(settings: Settings) -> "tuple[Feedback, ...]":
    from bot.store import StoreError, has_database, open_store

    async def read() -> "tuple[Feedback, ...]":
        store = await open_store(settings)
        try:
            if settings.feedback_days:
                await store.forget_words(settings.feedback_days)
            return await store.feedback()
        finally:
            await store.close()

    # Reading must not make a database.
    if not has_database(settings):
        return ()
    try:
        return asyncio.run(read())
    except StoreError as error:
        raise SettingsError(
            f"the feedback cannot be read ({error}); see whether the database of DATABASE_URL, or"
            " habeas.db in the data directory, is sound and yours to read"
        ) from None


def _line(one: "Feedback") -> str:
    from bot.store.chain import hour_of

    about = f"{one.about}  {one.status} {one.rule} {one.lang}"
    return f"{hour_of(one.created)}  {one.answer}  {about}"


def _exported(one: "Feedback") -> dict[str, str]:
    """What leaves of it: not the voter, no finer time than the hour, words only where kept."""
    from bot.store.chain import hour_of

    item = {
        "id": one.answer,
        "hour": hour_of(one.created),
        "about": one.about,
        "rule": one.rule,
        "status": one.status,
        "lang": one.lang,
        "corpus": one.corpus,
        "rules": one.rules,
        "digest": one.digest,
        "comment": one.comment,
        "question": one.question,
        "reply": one.reply,
    }
    return {name: value for name, value in item.items() if value}


def _plain(text: str) -> str:
    """One short line: strangers' words must not steer the terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
