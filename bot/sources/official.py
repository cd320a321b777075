"""A folder of official text: which file holds what, read without keeping anything on disk.

It is laid out as ``usc/title-08/1231.xml`` or a whole title in one file (USLM),
``cfr/title-08/part-208.xml`` or a whole title (eCFR), ``constitution/*.md``, ``treaties/*.md``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from bot.sources.ecfr import read_ecfr
from bot.sources.law import LawSection
from bot.sources.plain_law import read_constitution, read_treaties
from bot.sources.release import Release, read_release
from bot.sources.uslm import NAMED_NOTES, read_uslm
from bot.types import Authority

_READERS = {
    "usc": read_uslm,
    "cfr": read_ecfr,
    "constitution": read_constitution,
    "treaties": read_treaties,
}
_SUFFIXES = {"usc": ".xml", "cfr": ".xml", "constitution": ".md", "treaties": ".md"}


def law_files(folder: Path) -> tuple[Path, ...]:
    """Give the files of a folder that hold law, by name."""
    return tuple(
        path
        for kind, suffix in _SUFFIXES.items()
        for path in sorted((folder / kind).rglob(f"*{suffix}"))
        if path.is_file()
    )


def read_law_file(release: Release, path: Path) -> tuple[LawSection, ...]:
    """Read every section of a file, each with the release it is of.

    Raises:
        CorpusError: the file is broken or is not what its place says; names it.
    """
    read = _READERS[path.relative_to(release.folder).parts[0]]
    known = release.release_of(path)
    return tuple(replace(one, release=one.release or known) for one in read(path))


@dataclass
class OfficialLaw:
    """A folder of official text; each file is parsed once, when first asked for."""

    law_dir: Path
    _sections: dict[str, LawSection | None] = field(default_factory=dict)
    _days: dict[str, frozenset[str]] = field(default_factory=dict)
    _loaded: set[Path] = field(default_factory=set)

    def section(self, authority: Authority) -> LawSection | None:
        """Return the official text of the unit an authority is in, None where it is not at hand.

        Raises:
            CorpusError: the official file is there but is broken.
        """
        unit = authority.unit
        if unit.path not in self._sections:
            for path in self._files(unit):
                self._load(path)
        return self._sections.setdefault(unit.path, None)

    def days(self, authority: Authority) -> frozenset[str]:
        """Releases or days of the text an authority is in, as ``as_of`` is in the digest."""
        return self._days.get(authority.unit.path, frozenset())

    def exists(self, authority: Authority) -> bool | None:
        """Whether a provision is in the official text; None where its unit is not at hand."""
        section = self.section(authority)
        return None if section is None else authority.path in section.by_path

    def _files(self, unit: Authority) -> Iterator[Path]:
        """Files that may hold a unit: the one named for it, or else those of its whole title."""
        parts = unit.path.split("/")
        for named in NAMED_NOTES:
            if named.authority == unit:
                yield from self._files(Authority(named.section))
        if unit.kind in ("usc", "cfr") and len(parts) == 3:
            name = parts[2] if unit.kind == "usc" else f"part-{parts[2].split('.', 1)[0]}"
            title = self.law_dir / unit.kind / f"title-{parts[1]:0>2}"
            own = title / f"{name}.xml"
            if own.is_file():
                yield own
                return
            yield from (path for path in (title.with_suffix(".xml"),) if path.is_file())
            # A file of one section is named for it; what is named otherwise holds a whole title.
            whole = (path for path in sorted(title.glob("*.xml")) if not path.stem[0].isdigit())
            yield from (path for path in whole if not path.stem.startswith("part-"))
        folder = {"const": "constitution", "treaty": "treaties"}.get(unit.kind)
        if folder:
            yield from sorted((self.law_dir / folder).glob("*.md"))

    def _load(self, path: Path) -> None:
        if path in self._loaded:
            return
        self._loaded.add(path)
        days = self._release.days_of(path)
        for section in read_law_file(self._release, path):
            self._sections[section.authority.path] = section
            self._days[section.authority.path] = days

    @cached_property
    def _release(self) -> Release:
        return read_release(self.law_dir)
