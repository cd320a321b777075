"""What is known of a folder of official text: its release, and where each file came from."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from bot.errors import CorpusError
from bot.sources.ecfr import comment_day
from bot.sources.installed_law import MANIFEST, OfficialFile, ReleaseManifest

PROVENANCE = "PROVENANCE.md"
_AGAIN = "fetch it again: habeas corpus fetch"
_PUBLIC_LAW = re.compile(r"(?:Pub\. ?L\.|P\.L\.)? ?(\d{2,3}-\d+)")
_IN_PROSE = re.compile(r"Pub\. L\. (\d+-\d+)")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Release:
    """A folder of official text; ``fetched_on`` is None where no manifest tells it."""

    folder: Path
    name: str
    fetched_on: date | None
    files: Mapping[str, OfficialFile]

    def release_of(self, path: Path) -> str:
        """Release of a file's text as ``as_of`` is written in the digest; empty if not known."""
        listed = self.files.get(path.relative_to(self.folder).as_posix())
        if listed is not None:
            return as_of(listed.release)
        if path.suffix == ".xml" and "usc" in path.parts and len(self._laws) == 1:
            return f"P.L. {self._laws[0]}"
        return ""

    def days_of(self, path: Path) -> frozenset[str]:
        """Releases or days that digest statements read in a file may name."""
        if listed := self.release_of(path):
            return frozenset({listed})
        if path.parent.parent.name == "usc":
            return frozenset(f"P.L. {law}" for law in self._laws)
        day = comment_day(path)
        if not day:
            return frozenset()
        # Where two copies were put together, the older one's day stands beside the newer's.
        rows = [row for row in self._provenance.splitlines() if day in row]
        return frozenset({day}.union(*(_ISO_DAY.findall(row) for row in rows)))

    @cached_property
    def fingerprint(self) -> str:
        """Changes when a file does."""
        manifest = self.folder / MANIFEST
        if manifest.is_file():
            return hashlib.sha256(manifest.read_bytes()).hexdigest()
        listed = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in (".xml", ".md") and path.is_file():
                stat = path.stat()
                name = path.relative_to(self.folder).as_posix()
                listed.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        return listed.hexdigest()

    @cached_property
    def _provenance(self) -> str:
        path = self.folder / PROVENANCE
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

    @cached_property
    def _laws(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_IN_PROSE.findall(self._provenance)))


def read_release(folder: Path) -> Release:
    """Read what a folder says of itself: ``manifest.json``, or else ``PROVENANCE.md``.

    Raises:
        CorpusError: the manifest is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return Release(folder, folder.name, None, {})
    try:
        found = ReleaseManifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CorpusError(
            f"cannot be read ({error.strerror}); mend its rights", path=path
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CorpusError(f"is damaged ({where} {first['msg']}); {_AGAIN}", path=path) from None
    files = {one.path: one for one in found.files}
    return Release(folder, found.release, found.fetched_on, files)


def as_of(release: str) -> str:
    """Write a release as the digest does: ``119-100`` becomes ``P.L. 119-100``, a day stays."""
    law = _PUBLIC_LAW.fullmatch(release.strip())
    return f"P.L. {law[1]}" if law else release.strip()
