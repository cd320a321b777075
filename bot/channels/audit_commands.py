"""The commands ``habeas audit``: does the chain hold, would today's code rule the same.

Exit codes: 0 it holds, all is the same · 1 it does not · 2 the command could not do its work.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.errors import BadInput, SettingsError
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.engine import Engine
    from bot.store import Book, Mark, Row, Text

audit_app = typer.Typer(no_args_is_help=True)

_MARK = re.compile(r"(\d+):([0-9a-f]{64})")
_T = TypeVar("_T")


@audit_app.command()
def verify(
    expect: Annotated[
        str | None,
        typer.Option(help="An end noted earlier, N:CHECKSUM: rows up to it must be the same."),
    ] = None,
) -> None:
    """Walk the chain of rows, and say how many there are and where it first breaks."""
    from bot.store import Walk, has_database

    noted = _mark(expect)
    settings = load_settings()
    if has_database(settings):
        report = _with_book(settings, lambda book: book.verify(noted))
    else:
        report = Walk((noted,) if noted else ()).finish(None)
    if report.broken is not None:
        typer.echo(f"broken at row {report.broken.seq}: {report.broken.why}")
        typer.echo(f"{report.rows} rows before it hold")
        raise typer.Exit(1)
    typer.echo(f"{report.rows} rows, the chain holds; words are kept beside {report.texts}")
    if report.missed:
        typer.echo(f"{report.missed} answers could not be written down, as the rows after them say")
    if report.rows:
        typer.echo(f"end {report.end}")
        typer.echo("Note the end elsewhere: --expect finds what is cut off or rewritten before it.")
    else:
        typer.echo("HABEAS_AUDIT says of which answers rows are kept")


@audit_app.command()
def replay() -> None:
    """Rule once more on rows with words, and list those that would now come out otherwise."""
    from bot.engine import open_engine
    from bot.store import has_database

    settings = load_settings()
    replayed = _Replayed()
    if has_database(settings):
        with closing(open_engine(settings)) as engine:
            _with_book(settings, lambda book: _replay(book, engine, replayed))
    for number, what in replayed.different:
        typer.echo(f"row {number}: {what}")
    typer.echo(
        f"{replayed.count} rows with words replayed, {len(replayed.different)} come out otherwise"
    )
    if replayed.unfaithful:
        typer.echo(
            f"{replayed.unfaithful} were ruled otherwise for the person, whose words were not"
            " redacted; the replay compares the redacted words"
        )
    if replayed.bare:
        typer.echo(
            f"{replayed.bare} rows cannot be replayed: they have no words, which is the default, or"
            " those were deleted"
        )
    raise typer.Exit(1 if replayed.different else 0)


@audit_app.command()
def purge(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="All words, also those whose time is not over.")
    ] = False,
) -> None:
    """Delete the words whose time is over; the rows stay, and the chain holds."""
    from bot.store import has_database

    settings = load_settings()
    gone = 0
    if has_database(settings):
        gone = _with_book(settings, lambda book: book.purge(everything=everything))
    typer.echo(f"words of {gone} rows deleted")


@dataclass
class _Replayed:
    """What a replay came to."""

    count: int = 0
    bare: int = 0
    unfaithful: int = 0
    different: list[tuple[int, str]] = field(default_factory=list)

    def add(self, engine: "Engine", row: "Row", words: "Text | None") -> None:
        if words is None:
            self.bare += 1
            return
        self.count += 1
        if what := self._difference(engine, row, words):
            self.different.append((row.seq, what))

    def _difference(self, engine: "Engine", row: "Row", words: "Text") -> str:
        if words.digest != row.text_digest:
            return "its words are not those that were written down"
        try:
            rich = words.rich
        except ValueError:
            return "its words are in a form this version does not read"
        self.unfaithful += not rich.faithful
        now = engine.replay(rich.told)
        what = list(rich.judged.differences(now))
        if "verdict" in what:
            was = f"{rich.judged.rule}/{rich.judged.outcome}"
            what[what.index("verdict")] = f"verdict {was} -> {now.rule}/{now.outcome}"
        return ", ".join(what)


async def _replay(book: "Book", engine: "Engine", replayed: _Replayed) -> None:
    async for row, words in book.rows():
        replayed.add(engine, row, words)


def _with_book(settings: Settings, work: "Callable[[Book], Awaitable[_T]]") -> _T:
    from bot.store import StoreError, open_book

    async def worked() -> _T:
        book = await open_book(settings)
        try:
            return await work(book)
        finally:
            await book.close()

    try:
        return asyncio.run(worked())
    except StoreError as error:
        raise SettingsError(f"the audit cannot be read or written ({error})") from None


def _mark(text: str | None) -> "Mark | None":
    from bot.store import Mark

    if text is None:
        return None
    found = _MARK.fullmatch(text.strip())
    if found is None:
        raise BadInput("write --expect as `habeas audit verify` gives the end: N:CHECKSUM")
    return Mark(int(found[1]), found[2])
