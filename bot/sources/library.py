"""Official text that is installed: look-ups by authority path, from a cache parsed once.

``<data_dir>/law/current`` names the release folder below ``<data_dir>/law``; the cache stands in
that folder and is made anew when a file of the release or this code changes.
"""

import fcntl
import json
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import cast

from bot.errors import CorpusError
from bot.settings import Settings
from bot.sources.changed import excerpt
from bot.sources.installed_law import (
    CURRENT,
    MANIFEST,
    current_release,
    law_home,
    release_before,
)
from bot.sources.law import (
    LawNote,
    LawSection,
    LawStatus,
    Provision,
    Role,
    Words,
    whole_words,
)
from bot.sources.official import law_files, read_law_file
from bot.sources.official_passages import official_passages
from bot.sources.release import Release, read_release
from bot.types import Authority, OfficialChange, Passage

CACHE = "library.sqlite"
_CODE_VERSION = 2
"""Raised when the cache's form or what the parsers make of a file changes."""
_UNFINISHED = ".library.new"
_LOCK = ".library.lock"
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE unit (
    path TEXT PRIMARY KEY, place INTEGER NOT NULL, url TEXT NOT NULL, release TEXT NOT NULL,
    above TEXT NOT NULL, credit TEXT NOT NULL, notes TEXT NOT NULL, footnotes TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE provision (
    path TEXT PRIMARY KEY, place INTEGER NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OfficialWords:
    """The law's own words at one path.

    ``words`` are all of them, parts included; ``lead`` are headings and words of the provisions it
    is part of that come before it, outermost first.
    """

    authority: Authority
    heading: str
    lead: tuple[str, ...]
    words: str
    status: LawStatus
    release: str
    fetched_on: date | None
    url: str


def installed(settings: Settings) -> Release | None:
    """Give the release that is installed, None where there is none.

    Raises:
        CorpusError: what is installed is damaged.
    """
    pointer = law_home(settings) / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"cannot be read ({error}); fetch it again: habeas corpus fetch", path=pointer
        ) from None
    folder = pointer.parent / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise CorpusError(
            f"names {name!r}, which is no release folder beside it; fetch it again:"
            " habeas corpus fetch",
            path=pointer,
        )
    return read_release(folder)


def library_mark(settings: Settings) -> str:
    """What changes when another release serves, or the same was fetched anew; empty for none."""
    home = law_home(settings)
    name = current_release(home)
    try:
        return f"{name} {(home / name / MANIFEST).stat().st_mtime_ns}" if name else ""
    except OSError:
        return name or ""


class Library:
    """Looks official words up; any number of threads may. Close it when done.

    Args:
        release: what is looked up in.
        path: its cache.
        before: the release installed before it, to compare with; closed with this.
    """

    def __init__(self, release: Release, path: Path, before: "Library | None" = None) -> None:
        self.release = release
        self.before = before
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()

    def lookup(self, authority: Authority) -> OfficialWords | None:
        """Give the words at a path; None where the release has no such path."""
        found = self._provisions(authority.path)
        own = found.get(authority.path)
        if own is None:
            return None
        unit, release = self._unit(authority.unit.path)
        lead: list[str] = []
        path = authority.path
        while path != authority.unit.path:
            path = path.rpartition("/")[0]
            above = self._provision(path)
            if above is not None:
                lead.insert(0, _before(above))
        top = self._provision(authority.unit.path)
        return OfficialWords(
            authority,
            top.heading if top else "",
            tuple(line for line in lead if line),
            whole_words(authority, found),
            own.status,
            release,
            self.release.fetched_on,
            unit,
        )

    def changed(self, authority: Authority) -> OfficialChange | None:
        """Say how the words at a path compare with the release before.

        None where there is no such release, or where neither or only a part that was not fetched
        then has them.
        """
        if self.before is None:
            return None
        now, was = self.lookup(authority), self.before.lookup(authority)
        if was is None and (now is None or not self.before.has_title(authority.unit)):
            return None
        if now is None and not self.has_title(authority.unit):
            return None
        since = (was.release if was else "") or self.before.release.name
        if now is None or was is None:
            return OfficialChange("gone" if now is None else "new", since)
        if now.words.split() == was.words.split():
            return OfficialChange("same", since)
        return OfficialChange("changed", since, tuple(excerpt(was.words, now.words)))

    def has_title(self, unit: Authority) -> bool:
        """Whether the title or treaty that a unit would be in is there at all."""
        head = "/".join(unit.path.split("/")[:2]) + "/"
        after = head[:-1] + "0"
        found = self._rows("SELECT 1 FROM unit WHERE path > ? AND path < ? LIMIT 1", head, after)
        return bool(found)

    def section(self, authority: Authority) -> LawSection | None:
        """Give the whole section an authority is in, None where the release has none."""
        rows = self._rows("SELECT * FROM unit WHERE path = ?", authority.unit.path)
        return self._section(rows[0]) if rows else None

    def sections(self) -> Iterator[LawSection]:
        """Give every section, in the order of the files."""
        for row in self._rows("SELECT * FROM unit ORDER BY place"):
            yield self._section(row)

    def nearest(self, authority: Authority) -> tuple[Authority, ...]:
        """Give the deepest path above an unknown one that exists, and the parts right below it."""
        path = authority.path
        while path.count("/") >= authority.unit.path.count("/"):
            found = self._provision(path)
            if found is not None:
                return (found.authority, *found.children)
            path = path.rpartition("/")[0]
        return ()

    def count(self) -> int:
        """How many provisions there are."""
        return int(self._rows("SELECT count(*) FROM provision")[0][0])

    def releases(self) -> Counter[tuple[str, str]]:
        """How many sections there are of each kind (``usc``) and release."""
        rows = self._rows("SELECT path, release FROM unit")
        return Counter((path.split("/", 1)[0], release) for path, release in rows)

    def close(self) -> None:
        """Let go of the cache; more than once does no harm."""
        with self._lock:
            self._database.close()
        if self.before is not None:
            self.before.close()

    def _rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def _unit(self, path: str) -> tuple[str, str]:
        rows = self._rows("SELECT url, release FROM unit WHERE path = ?", path)
        return (rows[0][0], rows[0][1]) if rows else ("", "")

    def _provision(self, path: str) -> Provision | None:
        rows = self._rows("SELECT path, status, body FROM provision WHERE path = ?", path)
        return _read_provision(*rows[0]) if rows else None

    def _provisions(self, path: str) -> dict[str, Provision]:
        # "0" is the character after "/": this is everything below the path.
        rows = self._rows(
            "SELECT path, status, body FROM provision"
            " WHERE path = ?1 OR (path > ?2 AND path < ?3) ORDER BY place",
            path,
            f"{path}/",
            f"{path}0",
        )
        return {row[0]: _read_provision(*row) for row in rows}

    def _section(self, row: tuple[str, ...]) -> LawSection:
        path, _, url, release, above, credit, notes, footnotes = row
        found = self._provisions(path)
        whole = Authority(path)
        # Below an article stand its sections, which are units of their own.
        own = tuple(one for one in found.values() if one.authority.unit == whole)
        return LawSection(
            whole,
            own,
            url,
            release,
            tuple(json.loads(above)),
            credit,
            tuple(LawNote(**note) for note in json.loads(notes)),
            tuple(json.loads(footnotes)),
        )


def open_library(settings: Settings) -> Library | None:
    """Open the official text that is installed, parsing it first where no cache stands yet.

    Beside it the release before, where one is installed.

    Parsing takes some seconds and is done once a release. None where no text is installed.

    Raises:
        CorpusError: what is installed is damaged.
    """
    release = installed(settings)
    if release is None:
        return None
    return Library(release, prepare(release), _open_before(settings, release))


def _open_before(settings: Settings, release: Release) -> Library | None:
    """The release before one, where it is installed and whole: a comparison can be done without."""
    home = law_home(settings)
    name = release_before(home, release.folder.name)
    if name is None:
        return None
    try:
        older = read_release(home / name)
        return Library(older, prepare(older))
    except (CorpusError, OSError, sqlite3.Error) as error:
        _log.warning("the release before is not compared with: %s", error)
        return None


def prepare(release: Release) -> Path:
    """Make the cache of a release where it has none that fits; give its path.

    Raises:
        CorpusError: a file of the release is broken, or the folder cannot be written.
    """
    path = release.folder / CACHE
    if _fits(path, release):
        return path
    try:
        with _only_one(release.folder / _LOCK):
            if not _fits(path, release):
                unfinished = release.folder / _UNFINISHED
                unfinished.unlink(missing_ok=True)
                _build(release, unfinished)
                unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise CorpusError(
            f"the cache cannot be written ({error}); make room or mend its rights",
            path=release.folder,
        ) from None
    return path


def installed_passages(settings: Settings) -> tuple[Passage, ...]:
    """Give the passages of the official text that is installed; none where there is none.

    Raises:
        CorpusError: what is installed is damaged.
    """
    library = open_library(settings)
    if library is None:
        return ()
    with closing(library):
        return tuple(official_passages(library.sections()))


def _fits(path: Path, release: Release) -> bool:
    """Whether a cache is whole and of this release and code."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            about = dict(database.execute("SELECT name, value FROM about"))
    except sqlite3.Error:
        return False
    return about == _about(release)


def _about(release: Release) -> dict[str, str]:
    return {"code": str(_CODE_VERSION), "release": release.fingerprint}


def _build(release: Release, path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_TABLES)
        place = 0
        seen: set[str] = set()
        for file in law_files(release.folder):
            for section in read_law_file(release, file):
                # The same section may stand in a whole title and in a file of its own.
                if section.authority.path not in seen:
                    seen.add(section.authority.path)
                    _insert(database, section, place)
                    place += len(section.provisions)
        if not seen:
            raise CorpusError(
                "holds no law; fetch it again: habeas corpus fetch", path=release.folder
            )
        database.executemany("INSERT INTO about VALUES (?, ?)", _about(release).items())
    _log.info("official text: %d sections, %d provisions", len(seen), place)


def _insert(database: sqlite3.Connection, section: LawSection, place: int) -> None:
    notes = [asdict(note) for note in section.notes]
    database.execute(
        "INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            section.authority.path,
            place,
            section.url,
            section.release,
            _json(section.above),
            section.credit,
            _json(notes),
            _json(section.footnotes),
        ),
    )
    database.executemany(
        "INSERT INTO provision VALUES (?, ?, ?, ?)",
        (
            (one.authority.path, place + number, one.status, _body(one))
            for number, one in enumerate(section.provisions)
        ),
    )


def _body(provision: Provision) -> str:
    return _json(
        [one.path if isinstance(one, Authority) else [one.role, one.text] for one in provision.body]
    )


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


def _read_provision(path: str, status: str, body: str) -> Provision:
    parts = (
        Authority(one) if isinstance(one, str) else Words(cast(Role, one[0]), one[1])
        for one in json.loads(body)
    )
    return Provision(Authority(path), tuple(parts), cast(LawStatus, status))


def _before(provision: Provision) -> str:
    """Designator, heading and chapeau on one line."""
    said = (provision.num, provision.heading, provision.chapeau)
    return " ".join(text for text in said if text)


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
