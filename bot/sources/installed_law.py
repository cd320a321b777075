"""Releases of official text that are installed: ``law/<release>/``, and which of them serves."""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BadInput, FetchError
from bot.settings import Settings
from bot.sources.download import sha256_of

MANIFEST = "manifest.json"
CURRENT = "current"

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.@_-]{0,79}")
_FILE = re.compile(r"(usc|cfr|constitution|treaties)(/[0-9A-Za-z][0-9A-Za-z.,~_-]*){1,3}\.(xml|md)")
_MAKING = ".making-"
_OLD = ".old-"
_LOCK = ".lock"
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class OfficialFile(BaseModel):
    """One file of a release: where it lies below it, where it came from, and of what release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(pattern=f"^(?:{_FILE.pattern})$")
    url: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    release: str
    """As digest files write ``as_of``: ``P.L. 119-100``, or a day; empty where not known."""


class ReleaseManifest(BaseModel):
    """What a release holds, in the order of its paths."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    release: str = Field(pattern=f"^(?:{_NAME.pattern})$")
    fetched_on: date
    files: tuple[OfficialFile, ...] = Field(min_length=1, max_length=20_000)


def law_home(settings: Settings) -> Path:
    """Where releases are installed."""
    return settings.data_dir / "law"


def current_release(home: Path) -> str | None:
    """Name of the release that serves, None where none is installed."""
    try:
        return (home / CURRENT).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def installed(home: Path) -> tuple[ReleaseManifest, ...]:
    """Every installed release, the oldest fetch first."""
    if not home.is_dir():
        return ()
    folders = [one for one in home.iterdir() if one.is_dir() and not one.name.startswith(".")]
    found = {one: manifest for one in folders if (manifest := read_manifest(one))}
    order = sorted(found, key=lambda one: (found[one].fetched_on, one.stat().st_mtime))
    return tuple(found[one] for one in order)


def release_before(home: Path, name: str) -> str | None:
    """Name of the release fetched before another, the last one if that is not installed itself."""
    names = [one.release for one in installed(home)]
    at = names.index(name) if name in names else len(names)
    return names[at - 1] if at else None


def read_manifest(folder: Path) -> ReleaseManifest | None:
    """The manifest of a release, None where there is none that can be read."""
    try:
        return ReleaseManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return None


def is_whole(folder: Path) -> bool:
    """Whether every file of a release is there as it was fetched."""
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    try:
        return all(sha256_of(folder / one.path) == one.sha256 for one in manifest.files)
    except OSError:
        return False


def is_law_file(path: str) -> bool:
    """Whether a path below a release is that of a file of law."""
    return _FILE.fullmatch(path) is not None


def release_name(text: str) -> str:
    """Return the name of a release a person or a mirror gave.

    Raises:
        BadInput: it cannot be the name of a folder.
    """
    if not _NAME.fullmatch(text):
        raise BadInput(f"{text!r} is no name of a release; write letters, digits, . @ _ and -")
    return text


def install(
    home: Path, name: str, fill: Callable[[Path], tuple[OfficialFile, ...]]
) -> ReleaseManifest:
    """Make a release beside the others, then put it in place and let it serve.

    Args:
        home: where releases are.
        name: its name.
        fill: writes its files into a folder, and says what they are.

    Raises:
        FetchError: a file is not well-formed.
    """
    work = home / f"{_MAKING}{name}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        files = tuple(sorted(fill(work), key=lambda one: one.path))
        _well_formed(work, files)
        today = datetime.now(UTC).astimezone().date()
        manifest = ReleaseManifest(release=name, fetched_on=today, files=files)
        _write(work / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
        os.sync()  # hundreds of files: what the new name leads to must outlast a power cut
        _put(work, home / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    serve(home, name)
    return manifest


def serve(home: Path, name: str) -> None:
    """Switch to an installed release."""
    pointer = home / f"{CURRENT}.new"
    _write(pointer, f"{name}\n")
    pointer.replace(home / CURRENT)


def described(folder: Path, path: str, url: str, release: str) -> OfficialFile:
    """Describe a file that was written below a release's folder."""
    file = folder / path
    return OfficialFile(
        path=path, url=url, sha256=sha256_of(file), bytes=file.stat().st_size, release=release
    )


@contextmanager
def only_fetcher(home: Path) -> Iterator[None]:
    """Let one process fetch at a time, and give a full disk its name.

    Raises:
        FetchError: another process fetches, or the disk is full.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / _LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FetchError(
                    "locked", "another process is fetching; wait for it, or stop it and try again"
                ) from None
            yield
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        raise FetchError(
            "disk_full",
            f"no room is left for {error.filename or home}; a release and its downloads take about"
            " 300 MB: make room, or set HABEAS_DATA_DIR to another disk, and fetch again",
        ) from None


def _put(work: Path, place: Path) -> None:
    """Put a whole folder where a damaged one may be."""
    old = place.with_name(f"{_OLD}{place.name}")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.replace(old)
    work.replace(place)
    shutil.rmtree(old, ignore_errors=True)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _well_formed(folder: Path, files: tuple[OfficialFile, ...]) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for one in files:
        if one.path.endswith(".xml"):
            try:
                etree.parse(str(folder / one.path), parser)
            except etree.XMLSyntaxError as error:
                raise FetchError(
                    "unreadable", f"{one.path} from {one.url} is not well-formed ({error})"
                ) from None
