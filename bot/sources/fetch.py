"""Fetch official text, only when a person asks: from its publishers, or from a mirror.

A mirror is a folder or an address that has what an installed release has: ``manifest.json`` and the
files it names. A folder may also lack the manifest.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
from pydantic import ValidationError

from bot.errors import BadInput, FetchError
from bot.settings import Settings
from bot.sources import installed_law
from bot.sources.download import Downloader, Kind, Progress, Wanted, client
from bot.sources.ecfr import comment_day
from bot.sources.installed_law import OfficialFile, ReleaseManifest
from bot.sources.official_plan import (
    Manners,
    Plan,
    ReleaseName,
    Title,
    parse_release,
    read_plan,
)
from bot.sources.unpack import split_ecfr, split_uscode

NEWEST = "newest"

_DOWNLOADS = ".downloads"
_POINT = re.compile(r"Pub\. L\. (\d+-\d+)")
_DAY = re.compile(r"^\| cfr/.*?(\d{4}-\d\d-\d\d)", re.MULTILINE)


@dataclass(frozen=True)
class Fetched:
    """The release that serves now; ``fresh`` is False where it was installed and whole before.

    ``missing`` are sections the plan names and the text lacks, as authority paths.
    """

    manifest: ReleaseManifest
    fresh: bool
    missing: tuple[str, ...] = ()


def fetch(settings: Settings, progress: Progress, *, source: str, release: str) -> Fetched:
    """Install a release of official text and let it serve; until then the one before does.

    Args:
        settings: where the plan (``official.toml``) and the data are.
        progress: told how far it is.
        source: folder or address of a mirror; empty, the publishers.
        release: its name, or ``newest``.

    Raises:
        FetchError: it failed as a whole; a later fetch goes on from what came.
        BadInput: the mirror or the release cannot be meant.
        CorpusError: the plan is wrong.
    """
    plan = read_plan(settings.corpus_dir)
    home = installed_law.law_home(settings)
    with installed_law.only_fetcher(home), client(plan.manners) as connection:
        loader = Downloader(plan.manners, progress, connection)
        job: _Publishers | _WebMirror | _FolderMirror
        if not source:
            job = _Publishers(plan, home, loader, release)
        elif re.match(r"https?://", source):
            job = _WebMirror(home, loader, source.rstrip("/") + "/", release)
        else:
            job = _FolderMirror(plan.manners, progress, Path(source).expanduser(), release)
        name = installed_law.release_name(job.name())
        if installed_law.is_whole(home / name):
            installed_law.serve(home, name)
            manifest = installed_law.read_manifest(home / name)
            fresh = False
        else:
            manifest = installed_law.install(home, name, job.fill)
            fresh = True
        shutil.rmtree(home / _DOWNLOADS, ignore_errors=True)
    if manifest is None:
        raise FetchError("unreadable", f"the manifest of {name} cannot be read; fetch again")
    return Fetched(manifest, fresh, _missing(plan, manifest))


class _Publishers:
    """The Office of the Law Revision Counsel and the eCFR."""

    def __init__(self, plan: Plan, home: Path, loader: Downloader, release: str) -> None:
        self.plan = plan
        self.home = home
        self.loader = loader
        asked = None if release == NEWEST else parse_release(release)
        named = asked or self._newest_point()
        self.release = named if named.day else named.model_copy(update={"day": self._newest_day()})

    def name(self) -> str:
        return str(self.release)

    def fill(self, work: Path) -> tuple[OfficialFile, ...]:
        files: list[OfficialFile] = []
        for number, title in enumerate(self.plan.title, 1):
            if title.code == "usc":
                files += self._uscode(title, work)
            else:
                files += self._ecfr(title, work)
            self.loader.progress("titles", number, len(self.plan.title))
        return (*files, *self._carried(work))

    def _newest_point(self) -> ReleaseName:
        page = self.plan.uscode.newest_page
        found = re.search(self.plan.uscode.newest_pattern, self._page(page))
        if not found:
            raise _no_newest(page)
        return parse_release(found[1])

    def _newest_day(self) -> str:
        """The day up to which the eCFR has all titles of the plan."""
        page = self.plan.ecfr.newest_page
        ours = {title.number for title in self.plan.title if title.code == "cfr"}
        try:
            titles = json.loads(self._page(page))["titles"]
            days = [one["up_to_date_as_of"] for one in titles if one["number"] in ours]
            return min(date.fromisoformat(day) for day in days).isoformat()
        except (ValueError, KeyError, TypeError):
            raise _no_newest(page) from None

    def _page(self, url: str) -> str:
        file = self.home / _DOWNLOADS / "newest"
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        self.loader.bring(Wanted(url, file, "page"))
        return file.read_text(encoding="utf-8", errors="replace")

    def _bring(self, url: str, name: str, kind: Kind) -> Path:
        to = self.home / _DOWNLOADS / self.name() / name
        to.parent.mkdir(parents=True, exist_ok=True)
        return self.loader.bring(Wanted(url, to, kind))

    def _uscode(self, title: Title, work: Path) -> Iterator[OfficialFile]:
        url = self.plan.uscode.url.format(
            congress=self.release.congress, law=self.release.law, title2=f"{title.number:02}"
        )
        packed = self._bring(url, f"usc{title.number:02}.zip", "zip")
        largest = self.plan.manners.largest_bytes
        split_uscode(packed, title, work / title.folder, largest)
        return _described(work, title.folder, url, f"P.L. {self.release.point}")

    def _ecfr(self, title: Title, work: Path) -> Iterator[OfficialFile]:
        day, number = self.release.day, title.number
        if not title.parts:
            url = self.plan.ecfr.url.format(day=day, title=number)
            whole = self._bring(url, f"cfr{number:02}.xml", "xml")
            split_ecfr(whole, title, work / title.folder, day)
            yield from _described(work, title.folder, url, day)
        for part in title.parts:
            url = self.plan.ecfr.part_url.format(day=day, title=number, part=part)
            file = self._bring(url, f"cfr{number:02}-{part}.xml", "xml")
            split_ecfr(file, title, work / title.folder, day)
            yield installed_law.described(work, f"{title.folder}/part-{part}.xml", url, day)

    def _carried(self, work: Path) -> Iterator[OfficialFile]:
        """What no publisher serves goes along from the release that served until now."""
        before = self.home / (installed_law.current_release(self.home) or "")
        manifest = installed_law.read_manifest(before)
        for one in manifest.files if manifest else ():
            if one.path.startswith(tuple(f"{name}/" for name in self.plan.carried.folders)):
                yield _copied(before / one.path, work, one)


class _WebMirror:
    """A mirror behind an address."""

    def __init__(self, home: Path, loader: Downloader, base: str, release: str) -> None:
        self.home = home
        self.loader = loader
        self.base = base
        file = home / _DOWNLOADS / installed_law.MANIFEST
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        loader.bring(Wanted(f"{base}{installed_law.MANIFEST}", file, "text"))
        self.manifest = _manifest(file, base)
        _is_meant(self.manifest.release, release, base)

    def name(self) -> str:
        return self.manifest.release

    def fill(self, work: Path) -> tuple[OfficialFile, ...]:
        kept = self.home / _DOWNLOADS / self.name()
        for number, one in enumerate(self.manifest.files, 1):
            to = kept / one.path
            to.parent.mkdir(parents=True, exist_ok=True)
            url = str(httpx2.URL(self.base).join(one.path))
            kind: Kind = "xml" if one.path.endswith(".xml") else "text"
            self.loader.bring(Wanted(url, to, kind, one.sha256))
            _copied(to, work, one)
            self.loader.progress("files", number, len(self.manifest.files))
        return self.manifest.files


class _FolderMirror:
    """A mirror on this machine."""

    def __init__(self, manners: Manners, progress: Progress, folder: Path, release: str) -> None:
        if not folder.is_dir():
            raise BadInput(f"{folder} is not a folder; give --from a folder or an http address")
        self.manners = manners
        self.progress = progress
        self.folder = folder
        listed = folder / installed_law.MANIFEST
        self.manifest = _manifest(listed, str(folder)) if listed.is_file() else None
        self._name = self.manifest.release if self.manifest else self._guess(release)
        _is_meant(self._name, release, str(folder))

    def name(self) -> str:
        return self._name

    def fill(self, work: Path) -> tuple[OfficialFile, ...]:
        known = self.manifest.files if self.manifest else self._found()
        files = []
        for number, one in enumerate(known, 1):
            file = self.folder / one.path
            if not file.is_file():
                raise FetchError("not_found", f"{file} is named in the manifest and not there")
            copied = _copied(file, work, one)
            if self.manifest and copied.sha256 != one.sha256:
                raise FetchError(
                    "checksum", f"{file}: its checksum is not the one in the manifest; copy it anew"
                )
            files.append(copied)
            self.progress("files", number, len(known))
        return tuple(files)

    def _found(self) -> tuple[OfficialFile, ...]:
        """The law in a folder that has no manifest."""
        paths = sorted(one.relative_to(self.folder).as_posix() for one in self.folder.rglob("*"))
        law = [path for path in paths if installed_law.is_law_file(path)]
        if not law:
            raise BadInput(
                f"{self.folder} holds no official text; it needs usc/title-08/1231.xml and the like"
            )
        point = self._name.partition("@")[0]
        return tuple(
            OfficialFile(
                path=path,
                url=(self.folder / path).resolve().as_uri(),
                sha256="0" * 64,
                bytes=0,
                release=f"P.L. {point}" if path.startswith("usc/") else self._day(path),
            )
            for path in law
        )

    def _guess(self, release: str) -> str:
        """Name of the release in a folder without manifest: asked for, or told by PROVENANCE.md."""
        if release != NEWEST:
            return release
        page = self.folder / "PROVENANCE.md"
        text = page.read_text(encoding="utf-8", errors="replace") if page.is_file() else ""
        point, day = _POINT.search(text), _DAY.search(text)
        if not point:
            raise BadInput(f"{self.folder} does not say its release; give --release")
        return f"{point[1]}@{day[1]}" if day else point[1]

    def _day(self, path: str) -> str:
        """Day a file's own comment names: the folder's newest is not that of every part."""
        return comment_day(self.folder / path) if path.startswith("cfr/") else ""


def _described(work: Path, folder: str, url: str, release: str) -> Iterator[OfficialFile]:
    for file in sorted((work / folder).iterdir()):
        yield installed_law.described(work, f"{folder}/{file.name}", url, release)


def _copied(file: Path, work: Path, known: OfficialFile) -> OfficialFile:
    to = work / known.path
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)
    return installed_law.described(work, known.path, known.url, known.release)


def _manifest(file: Path, where: str) -> ReleaseManifest:
    try:
        return ReleaseManifest.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FetchError(
            "unreadable",
            f"{where}: its {installed_law.MANIFEST} is not one of a release"
            f" ({place}: {first['msg']}); give the address of a release's folder",
        ) from None


def _is_meant(has: str, asked: str, where: str) -> None:
    """Refuse a mirror of another release than the one asked for; a release point fits any day."""
    if asked not in (NEWEST, has, has.partition("@")[0]):
        raise FetchError("not_found", f"{where} has release {has}, not {asked}")


def _no_newest(page: str) -> FetchError:
    return FetchError(
        "unreadable",
        f"{page} does not say what is newest; look there, and give --release like"
        " 119-100@2026-11-20",
    )


def _missing(plan: Plan, manifest: ReleaseManifest) -> tuple[str, ...]:
    have = {one.path for one in manifest.files}
    sections = (
        (f"usc/{title.number}/{section}", f"{title.folder}/{section}.xml")
        for title in plan.title
        for section in sorted(title.sections)
    )
    return tuple(path for path, file in sections if file not in have)
