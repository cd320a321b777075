"""Where indexes lie on disk, and opening the one that serves.

``<data_dir>/index/<fingerprint>/`` holds one finished index, ``CURRENT`` names the one that serves.
A finished index is never opened where it lies, only copied: Chroma writes even when it is read,
and a second process on one directory loses it.
"""

import atexit
import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.errors import CorpusIndexError, IndexMissing, IndexStale
from bot.index.embed import Embedder, make_embedder
from bot.index.lexical import Lexical, load_lexical
from bot.index.record import read_passages
from bot.index.vectors import Kind, VectorIndex
from bot.index.words import LANGS
from bot.settings import Settings
from bot.sources.digest import load_digest
from bot.types import Lang, Passage

CODE_VERSION = 2
"""Raise it when what is built changes: rows, their texts, stemming, weights or file formats."""

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
PASSAGES = "passages.jsonl"
VECTORS = "chroma"

_BUILD = "run `habeas corpus build`"


@dataclass(frozen=True)
class Manifest:
    """What an index was built from and what it holds.

    ``corpus`` is the hash of the digest, ``files`` the SHA-256 of every file by relative path.
    """

    fingerprint: str
    corpus: str
    embedder: str
    dim: int
    code: int
    passages: int
    text_rows: int
    ask_rows: int
    files: dict[str, str]

    def rows(self, kind: Kind) -> int:
        """Count of rows of one kind."""
        return self.text_rows if kind == "text" else self.ask_rows


@dataclass(frozen=True)
class OpenIndex:
    """An index in use: a private copy that no build touches. Close it when done."""

    manifest: Manifest
    passages: tuple[Passage, ...]
    lexical: dict[Lang, Lexical]
    vectors: VectorIndex
    embedder: Embedder
    home: Path
    private: Path

    @property
    def outdated(self) -> bool:
        """Whether another index serves by now; opening again gives that one."""
        try:
            return current_name(self.home) != self.manifest.fingerprint
        except IndexMissing:
            return False

    def close(self) -> None:
        """Let go of the private copy; more than once does no harm."""
        self.vectors.close()
        _discard(self.private)


def index_home(settings: Settings) -> Path:
    """Directory that holds all indexes."""
    return settings.data_dir / "index"


def current_name(home: Path) -> str:
    """Fingerprint of the index that serves.

    Raises:
        IndexMissing: none was built.
    """
    try:
        name = (home / CURRENT).read_text(encoding="ascii").strip()
    except OSError:
        name = ""
    if not name:
        raise IndexMissing(f"there is no index in {home}; {_BUILD}")
    return name


def open_index(
    settings: Settings, *, corpus: str | None = None, embedder: Embedder | None = None
) -> OpenIndex:
    """Open the index that serves, as a private copy.

    Args:
        settings: where the index and the digest are, and which model embeds.
        corpus: hash of the digest in use; read from the corpus directory if not given.
        embedder: model for queries; the one the settings name if not given.

    Raises:
        IndexMissing: none was built.
        IndexStale: it was built from another digest, model or code.
        CorpusIndexError: it is damaged.
        CorpusError: the digest cannot be read.
    """
    home = index_home(settings)
    embedder = embedder or make_embedder(settings)
    corpus = corpus or load_digest(settings.corpus_dir).hash
    name = current_name(home)
    manifest = read_manifest(home / name)
    _refuse_stale(manifest, corpus, embedder)
    private = Path(tempfile.mkdtemp(prefix="habeas-index-"))
    atexit.register(_discard, private)
    try:
        return _open_copy(home, manifest, embedder, private)
    except BaseException:
        _discard(private)
        raise


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest of one index.

    Raises:
        CorpusIndexError: it is missing or malformed, so the index was not finished.
    """
    try:
        data: dict[str, Any] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**data)
    except (OSError, ValueError, TypeError) as error:
        raise CorpusIndexError(f"the index {directory.name} is not whole; {_BUILD}") from error


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the manifest of one index; the last file of a build."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True)
    (directory / MANIFEST).write_text(text + "\n", encoding="utf-8")


def file_hashes(directory: Path) -> dict[str, str]:
    """SHA-256 of every file below ``directory`` but the manifest, by relative path."""
    return {
        path.relative_to(directory).as_posix(): _sha256(path)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def lexical_file(lang: Lang) -> str:
    """Name of one language's lexical index."""
    return f"bm25-{lang}.npz"


def load_files(
    directory: Path, manifest: Manifest
) -> tuple[tuple[Passage, ...], dict[Lang, Lexical], VectorIndex]:
    """Load and check what lies in ``directory``, which from now on belongs to this process.

    Raises:
        CorpusIndexError: something is missing or damaged.
    """
    try:
        passages = read_passages(directory / PASSAGES)
        lexical = {lang: load_lexical(directory / lexical_file(lang)) for lang in LANGS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusIndexError(f"the index is damaged ({error}); {_BUILD}") from error
    if len(passages) != manifest.passages:
        raise CorpusIndexError(
            f"the index has {len(passages)} passages instead of {manifest.passages}; {_BUILD}"
        )
    vectors = VectorIndex(directory / VECTORS)
    try:
        vectors.check({"text": manifest.text_rows, "ask": manifest.ask_rows}, manifest.dim)
    except CorpusIndexError:
        vectors.close()
        raise
    return passages, lexical, vectors


def _open_copy(home: Path, manifest: Manifest, embedder: Embedder, private: Path) -> OpenIndex:
    source = home / manifest.fingerprint
    try:
        shutil.copytree(source, private, dirs_exist_ok=True)
        hashes = file_hashes(private)
    except OSError as error:
        raise CorpusIndexError(f"the index cannot be copied ({error}); {_BUILD}") from error
    # Chroma crashes the whole process on some damaged files, so bytes are compared before it opens.
    wrong = sorted(
        name
        for name in manifest.files.keys() | hashes.keys()
        if manifest.files.get(name) != hashes.get(name)
    )
    if wrong:
        raise CorpusIndexError(f"the index is damaged ({', '.join(wrong)}); {_BUILD}")
    passages, lexical, vectors = load_files(private, manifest)
    return OpenIndex(manifest, passages, lexical, vectors, embedder, home, private)


def _refuse_stale(manifest: Manifest, corpus: str, embedder: Embedder) -> None:
    changed = [
        what
        for what, had, have in (
            ("corpus", manifest.corpus, corpus),
            ("embedding model", manifest.embedder, embedder.name),
            ("code", str(manifest.code), str(CODE_VERSION)),
        )
        if had != have
    ]
    if changed:
        raise IndexStale(f"the {' and '.join(changed)} changed since the index was built; {_BUILD}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _discard(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
