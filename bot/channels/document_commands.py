"""The commands ``habeas corpus add``, ``documents`` and ``remove``: documents of one's own."""

# ruff: noqa: PLC0415 - a command pays only for what it uses

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BadInput, DocumentError, IndexBusy
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.settings import Settings

_WHO_SEES = (
    "Whoever can ask this bot can be shown words of these documents. A server that runs takes"
    " the change up within some seconds."
)


def add_document_commands(app: typer.Typer) -> None:
    """Give ``habeas corpus`` its commands for documents."""
    app.command("add")(add)
    app.command("documents")(documents)
    app.command("remove")(remove)


def add(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.")],
) -> None:
    """Add documents of your own: PDF, Word (.docx), HTML, Markdown, text. Only their text is kept.

    Answers quote them after the law, as what the document says; they decide nothing.
    """
    from bot.sources.documents import add_document, find_files, shown_name

    settings = load_settings()
    added = skipped = 0
    for path in find_files(paths):
        try:
            document = add_document(settings, path)
        except DocumentError as error:
            skipped += 1
            typer.echo(f"skipped {shown_name(path.name)}: {error}", err=True)
            continue
        added += 1
        typer.echo(f"{document.id}  {document.name}, {_pages(len(document.pages))}")
        if document.empty:
            numbers = ", ".join(map(str, document.empty))
            typer.echo(f"  no text on page {numbers}: pictures need text recognition (OCR)")
    if added:
        _index(settings)
        typer.echo(_WHO_SEES)
    elif not skipped:
        raise BadInput("there is no file in these folders")
    raise typer.Exit(1 if skipped else 0)


def documents() -> None:
    """List the documents that were added."""
    from bot.sources.documents import documents_home, load_documents

    shelved = load_documents(documents_home(load_settings()))
    for one in shelved.documents:
        typer.echo(f"{one.id}  {one.name}, {_pages(len(one.pages))}, added {one.added_on}")
    for name in shelved.damaged:
        typer.echo(f"{name}  damaged and left out; remove it and add it again")
    if not shelved.documents and not shelved.damaged:
        typer.echo("no documents; add some with `habeas corpus add PATH`")


def remove(
    names: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids as `documents` lists.")],
) -> None:
    """Remove documents, and what the index and its older copies hold of them."""
    from bot.index.build import drop_older
    from bot.sources.documents import remove_document

    settings = load_settings()
    for name in names:
        remove_document(settings, name)
        typer.echo(f"{name} removed")
    if _index(settings):
        drop_older(settings)
        typer.echo("A server that runs forgets them within some seconds.")


def _index(settings: "Settings") -> bool:
    from bot.channels.step_back import step_back
    from bot.index.build import build_index

    step_back()
    try:
        manifest = build_index(settings, lambda *_: None)
    except IndexBusy:
        typer.echo(
            "another process is building the index; then run `habeas corpus build`", err=True
        )
        return False
    typer.echo(f"index {manifest.fingerprint[:12]}: {manifest.passages} passages")
    return True


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"
