"""The commands that read what is installed: ``habeas authority`` and ``habeas corpus status``.

Exit codes: 0 fine · 2 the path is not known, or what is installed cannot be read.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses

from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import CorpusIndexError, UnknownAuthority
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.sources.digest import Digest
    from bot.sources.law_text import LawText
    from bot.sources.library import Library, OfficialWords
    from bot.types import Authority, OfficialChange, Statement

_MOST_LISTED = 12
_FETCH = "habeas corpus fetch"


def authority(
    path: Annotated[
        str, typer.Argument(help="A path like usc/8/1231/b/3, or a citation: 8 USC 1231(b)(3).")
    ],
) -> None:
    """Show what is known of a provision: our statements, the official words, release and link."""
    from bot.sources.digest import load_digest
    from bot.sources.law_text import read_law
    from bot.sources.library import open_library

    settings = load_settings()
    digest = load_digest(settings.corpus_dir)
    library = open_library(settings)
    with closing(library) if library else nullcontext():
        meant = _meant(path, digest)
        typer.echo("\n".join(_shown(read_law(digest, library, meant), meant, digest)))
        if library is None:
            typer.echo(f"\nNo official text is installed; get it with: {_FETCH}")


def _meant(text: str, digest: "Digest") -> "Authority":
    """The authority a path or a citation names."""
    from bot.text.citations import CitationIndex, find_citations
    from bot.types import Authority

    try:
        return Authority(text.strip())
    except UnknownAuthority:
        found = find_citations(text, CitationIndex.of(digest.sections))
        if not found:
            raise
        return found[0].authority


def _shown(law: "LawText", meant: "Authority", digest: "Digest") -> Iterator[str]:
    from bot.text.citations import label

    yield f"{label(meant, digest.section(meant), 'en')}  {meant}"
    section = law.section
    if section is not None:
        yield f"{section.title.en} / {section.title.es}"
        yield f"Status: {section.status}. Text read: {section.as_of}. {section.url}"
        if not law.statements:
            yield "\nThe digest says nothing on this part."
    for one in law.statements:
        yield from _statement(one)
    if law.official is not None:
        yield from _official(law.official)
    if law.change is not None:
        yield from _change(law.change)


def _statement(one: "Statement") -> Iterator[str]:
    marks = [mark for mark, holds in (("contested", one.contested),) if holds]
    if one.confidence == "knowledge":
        marks.append("not checked against the source")
    yield f"\n{one.authority}{f' ({chr(44).join(marks)})' if marks else ''}"
    yield f"  en: {one.text.en}"
    yield f"  es: {one.text.es}"
    if one.see:
        yield f"  see: {', '.join(other.path for other in one.see)}"


def _official(words: "OfficialWords") -> Iterator[str]:
    fetched = f", fetched {words.fetched_on.isoformat()}" if words.fetched_on else ""
    yield f"\nOfficial words ({words.release or 'release not known'}{fetched}) {words.url}"
    if words.status != "in_force":
        yield f"  [{words.status}]"
    yield from (f"  {line}" for line in words.lead)
    yield from (f"  | {line}" for line in words.words.split("\n"))


def _change(change: "OfficialChange") -> Iterator[str]:
    told = {
        "same": "The same words as in",
        "changed": "Changed since",
        "new": "Not yet in",
        "gone": "No longer in the official text; it was in",
    }[change.kind]
    yield f"\n{told} {change.since}"
    yield from (f"  {line}" for line in change.excerpt)


def status() -> None:
    """Say what is installed, how old it is, and what is missing."""
    from bot.sources.digest import load_digest
    from bot.sources.library import open_library

    settings = load_settings()
    digest = load_digest(settings.corpus_dir)
    statements = sum(len(section.statements) for section in digest.sections)
    typer.echo(
        f"digest         {len(digest.sections)} files, {statements} statements, {digest.hash[:8]}"
    )
    library = open_library(settings)
    with closing(library) if library else nullcontext():
        for line in _library_lines(library, digest):
            typer.echo(line)
    typer.echo(f"index          {_index_line(settings, digest)}")


def _library_lines(library: "Library | None", digest: "Digest") -> Iterator[str]:
    if library is None:
        yield f"official text  none installed; the digest speaks alone: {_FETCH}"
        return
    release = library.release
    day = release.fetched_on
    fetched = (
        f"fetched {day.isoformat()} ({_days_old(day)})" if day else "day of fetching not known"
    )
    yield f"official text  {release.name}, {fetched}, {library.count()} provisions"
    for (kind, as_of), count in sorted(library.releases().items()):
        yield f"  {kind:<12} {count} sections, {as_of or 'release not known'}{_age(as_of)}"
    if library.before is not None:
        older = library.before.release.name
        yield f"  before it     {older}; what changed since: habeas corpus diff"
    lacking = [
        section.id.path
        for section in digest.sections
        if section.id.kind in ("usc", "cfr", "const", "treaty", "note")
        and library.lookup(section.id) is None
    ]
    if lacking:
        more = f" and {len(lacking) - _MOST_LISTED} more" if len(lacking) > _MOST_LISTED else ""
        yield f"  missing      {len(lacking)} that the digest speaks of: "
        yield f"               {', '.join(lacking[:_MOST_LISTED])}{more}"


def _age(as_of: str) -> str:
    try:
        return f" ({_days_old(date.fromisoformat(as_of))})"
    except ValueError:
        return ""


def _days_old(day: date) -> str:
    days = (datetime.now(UTC).date() - day).days
    return f"{days} days old" if days != 1 else "1 day old"


def _index_line(settings: Settings, digest: "Digest") -> str:
    from bot.index.store import CODE_VERSION, current_name, index_home, read_manifest

    home = index_home(settings)
    try:
        manifest = read_manifest(home / current_name(home))
    except CorpusIndexError as error:
        return str(error)
    current = manifest.corpus == digest.hash and manifest.code == CODE_VERSION
    layers = ", ".join(f"{one.passages} {name}" for name, one in manifest.layers.items())
    said = f"{manifest.fingerprint[:12]}, passages: {layers}, {manifest.embedder}"
    return said if current else f"{said}; of an older digest or code: habeas corpus build"
