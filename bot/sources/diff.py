"""The maintainers' work list: digest statements whose official text changed between releases."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.errors import BadInput
from bot.settings import Settings
from bot.sources import installed_law
from bot.sources.changed import excerpt
from bot.sources.digest import read_corpus
from bot.sources.law import LawSection
from bot.sources.official import OfficialLaw
from bot.types import Authority, Statement


@dataclass(frozen=True)
class Change:
    """One statement whose official text is not what it was; ``line`` is 1-based.

    ``excerpt`` shows the changed words, lines of the old text with ``-`` and of the new with ``+``.
    """

    path: Path
    line: int
    authority: Authority
    kind: Literal["changed", "gone", "new"]
    excerpt: tuple[str, ...]

    def __str__(self) -> str:
        what = {
            "changed": "the text changed",
            "gone": "no longer in the text",
            "new": "was not in the text before",
        }[self.kind]
        lines = "".join(f"\n    {line}" for line in self.excerpt)
        return f"{self.path}:{self.line}: {self.authority}: {what}{lines}"


@dataclass(frozen=True)
class DiffReport:
    """What changed, and how many statements did not or could not be compared."""

    old: str
    new: str
    changes: tuple[Change, ...]
    same: int
    not_at_hand: int


@dataclass(frozen=True)
class _Release:
    name: str
    folder: Path


def diff(settings: Settings, old: str | None = None, new: str | None = None) -> DiffReport:
    """Compare the official text under each statement of the digest in two releases.

    Args:
        settings: where digest and releases are.
        old: name of a release, or a folder; the one fetched before the new, if not given.
        new: the same; the one that serves, if not given.

    Raises:
        BadInput: there is no such release, or only one.
        CorpusError: an official file is not well-formed.
    """
    home = installed_law.law_home(settings)
    after = _release(home, new) if new else _serving(home)
    before = _release(home, old) if old else _before(home, after)
    old_law, new_law = OfficialLaw(before.folder), OfficialLaw(after.folder)
    changes: list[Change] = []
    same = not_at_hand = 0
    for reading in read_corpus(settings.corpus_dir):
        section = reading.section
        if section is None:
            continue
        was, now = old_law.section(section.id), new_law.section(section.id)
        for statement in section.statements:
            texts = _text(was, statement), _text(now, statement)
            if was is None or (now is None and not _has_title(after, section.id)):
                not_at_hand += 1
            elif texts[0] == texts[1]:
                same += texts[0] is not None
                not_at_hand += texts[0] is None
            else:
                changes.append(_change(reading.path, statement, *texts))
    return DiffReport(before.name, after.name, tuple(changes), same, not_at_hand)


def _release(home: Path, name: str) -> _Release:
    for folder in (home / name, Path(name).expanduser()):
        if folder.is_dir():
            return _Release(name, folder)
    have = ", ".join(one.release for one in installed_law.installed(home)) or "none"
    raise BadInput(f"{name!r} is no installed release and no folder; installed are: {have}")


def _serving(home: Path) -> _Release:
    name = installed_law.current_release(home)
    if name is None or not (home / name).is_dir():
        raise BadInput("no official text is installed; `habeas corpus fetch` brings it")
    return _Release(name, home / name)


def _before(home: Path, after: _Release) -> _Release:
    name = installed_law.release_before(home, after.name)
    if name is None:
        raise BadInput(
            f"{after.name} has no older release beside it; fetch another with"
            " `habeas corpus fetch --release`, or name two: habeas corpus diff OLD NEW"
        )
    return _Release(name, home / name)


def _text(section: LawSection | None, statement: Statement) -> str | None:
    text = section.texts.get(statement.authority.pinpoint) if section else None
    return None if text is None else " ".join(text.split())


def _has_title(release: _Release, unit: Authority) -> bool:
    """Whether a release has the title a unit would be in.

    A section that is gone from a title is a change; a title that was not fetched is none.
    """
    parts = unit.path.split("/")
    if unit.kind in ("usc", "cfr"):
        return (release.folder / f"{unit.kind}/title-{parts[1]:0>2}").is_dir()
    folder = "constitution" if unit.kind == "const" else "treaties"
    return (release.folder / folder).is_dir()


def _change(path: Path, statement: Statement, was: str | None, now: str | None) -> Change:
    kind: Literal["changed", "gone", "new"] = (
        "gone" if now is None else "new" if was is None else "changed"
    )
    words = tuple(excerpt(was or "", now or ""))
    return Change(path, statement.line, statement.authority, kind, words)
