"""The command `habeas`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import HabeasError
from bot.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
corpus_app = typer.Typer(no_args_is_help=True, help="The digest and its index.")
app.add_typer(corpus_app, name="corpus")


@corpus_app.command("check")
def corpus_check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Report only on these files and folders.")
    ] = None,
    law: Annotated[
        Path | None, typer.Option(help="Folder of official text to check against.")
    ] = None,
) -> None:
    """Check form, languages, dates and cross-references; with --law also against the text."""
    from bot.sources.check import inspect

    corpus_dir = load_settings().corpus_dir.resolve()
    report = inspect(corpus_dir, law)
    wanted = tuple(path.resolve() for path in paths or ())
    shown = [
        problem
        for problem in report.problems
        if not wanted or any(problem.path.is_relative_to(path) for path in wanted)
    ]
    for problem in shown:
        typer.echo(str(problem))
    typer.echo(
        f"{len(shown)} problems; {report.files} files, {report.statements} statements"
        + (f", {report.compared} compared, {report.not_at_hand} not at hand" if law else "")
    )
    raise typer.Exit(1 if shown else 0)


@app.command()
def version() -> None:
    """Version."""


def main() -> None:
    """Run the command line."""
    try:
        app()
    except HabeasError as error:
        typer.echo(f"habeas: {error}", err=True)
        raise SystemExit(2) from None
