"""The commands on official text: ``habeas corpus fetch`` and ``habeas corpus diff``.

Exit codes: 0 fine, or nothing changed · 1 statements to read again · 2 the command could not do
its work, and nothing that was installed has changed.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.sources.download import Progress


def fetch(
    source: Annotated[
        str,
        typer.Option(
            "--from", help="Folder or address of a mirror; left out, the government's publishers."
        ),
    ] = "",
    release: Annotated[
        str,
        typer.Option(help="A release point like 119-100, one with its eCFR day, or newest."),
    ] = "newest",
) -> None:
    """Fetch official text and let it serve; until it is whole, what was installed does.

    It goes on where an earlier fetch was stopped. Nothing is fetched but by this command.
    """
    from bot.channels.step_back import step_back
    from bot.sources.fetch import fetch as fetch_law
    from bot.sources.library import open_library

    settings = load_settings()
    step_back()
    with _bars() as progress:
        done = fetch_law(settings, progress, source=source, release=release)
    # Parsed now, so that nobody who asks waits for it.
    if library := open_library(settings):
        library.close()
    files = done.manifest.files
    size = sum(one.bytes for one in files) / 1_000_000
    typer.echo(
        f"release {done.manifest.release}: {len(files)} files, {size:.1f} MB, "
        f"{'fetched, serves now' if done.fresh else 'was installed and is whole, serves'}"
    )
    if done.missing:
        typer.echo(f"not in it: {', '.join(done.missing)}; the digest alone speaks of these")


def diff(
    old: Annotated[
        str | None, typer.Argument(help="Release or folder; left out, the one before.")
    ] = None,
    new: Annotated[
        str | None, typer.Argument(help="Release or folder; left out, the one that serves.")
    ] = None,
) -> None:
    """List the digest statements whose official text changed between two installed releases.

    Exit code 0: none did; 1: those listed are to be read again; 2: it could not be told.
    """
    from bot.sources.diff import diff as compare

    report = compare(load_settings(), old, new)
    for change in report.changes:
        typer.echo(str(change))
    typer.echo(
        f"{len(report.changes)} statements to read again, {report.same} unchanged, "
        f"{report.not_at_hand} not at hand in both; {report.old} -> {report.new}"
    )
    raise typer.Exit(1 if report.changes else 0)


@contextmanager
def _bars() -> "Iterator[Progress]":
    """Show a bar for each file, on standard error and only where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _whole: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(what: str, done: int, whole: int) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=whole or None)
            task = tasks[what]
            shown.update(task, completed=done, visible=done != whole)

        yield progress
