"""Where indexes lie on disk, and opening the one that serves.

``<data_dir>/index/<fingerprint>/`` holds one finished index, ``CURRENT`` names the one that serves.
Each layer has a folder of its own, and they share nothing: what is in one cannot move the ranks of
another. A finished index is never opened where it lies, only copied: Chroma writes even when it is
read, and a second process on one directory loses it.
"""

import atexit
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
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
from bot.types import Lang, Layer, Passage

CODE_VERSION = 3
"""Raise it when what is built changes: rows, their texts, stemming, weights or file formats."""

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
PASSAGES = "passages.jsonl"
VECTORS = "chroma"

_BUILD = "run `habeas corpus build`"


@dataclass(frozen=True)
class LayerManifest:
    """What one layer of an index holds; ``fingerprint`` is over its passages, model and code."""

    fingerprint: str
    passages: int
    text_rows: int
    ask_rows: int

    def rows(self, kind: Kind) -> int:
        """Count of rows of one kind."""
        return self.text_rows if kind == "text" else self.ask_rows


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
    layers: dict[Layer, LayerManifest]
    files: dict[str, str]

    @property
    def passages(self) -> int:
        """Count of passages of all layers."""
        return sum(layer.passages for layer in self.layers.values())

    @property
    def ask_rows(self) -> int:
        """Count of questions of all layers."""
        return sum(layer.ask_rows for layer in self.layers.values())


@dataclass(frozen=True)
class OpenLayer:
    """One layer of an index in use."""

    about: LayerManifest
    passages: tuple[Passage, ...]
    lexical: Mapping[Lang, Lexical]
    vectors: VectorIndex


@dataclass(frozen=True)
class OpenIndex:
    """An index in use: a private copy that no build touches. Close it when done."""

    manifest: Manifest
    layers: Mapping[Layer, OpenLayer]
    embedder: Embedder
    home: Path
    private: Path

    @property
    def digest(self) -> OpenLayer:
        """The layer that every index has."""
        return self.layers["digest"]

    @property
    def outdated(self) -> bool:
        """Whether another index serves by now; opening again gives that one."""
        try:
            return current_name(self.home) != self.manifest.fingerprint
        except IndexMissing:
            return False

    def close(self) -> None:
        """Let go of the private copy; more than once does no harm."""
        for layer in self.layers.values():
            layer.vectors.close()
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


def index_mark(settings: Settings) -> str:
    """What changes when another index serves, or the same was built anew; empty for none."""
    home = index_home(settings)
    try:
        name = current_name(home)
        return f"{name} {(home / name / MANIFEST).stat().st_mtime_ns}"
    except (IndexMissing, OSError):
        return ""


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
    while True:
        name = current_name(home)
        try:
            return _open(home, name, corpus, embedder)
        except CorpusIndexError:
            # A build may have put another in its place, and cleared this one, while it was copied.
            if current_name(home) == name:
                raise


def _open(home: Path, name: str, corpus: str, embedder: Embedder) -> OpenIndex:
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
        layers = {name: LayerManifest(**layer) for name, layer in data["layers"].items()}
        return Manifest(**data | {"layers": layers})
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
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


def load_layers(directory: Path, manifest: Manifest) -> Mapping[Layer, OpenLayer]:
    """Load and check what lies in ``directory``, which from now on belongs to this process.

    Raises:
        CorpusIndexError: something is missing or damaged.
    """
    found: dict[Layer, OpenLayer] = {}
    try:
        for name, about in manifest.layers.items():
            found[name] = _load_layer(directory / name, about, manifest.dim)
    except CorpusIndexError:
        for layer in found.values():
            layer.vectors.close()
        raise
    return found


def _load_layer(directory: Path, about: LayerManifest, dim: int) -> OpenLayer:
    try:
        passages = read_passages(directory / PASSAGES)
        lexical = {lang: load_lexical(directory / lexical_file(lang)) for lang in LANGS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusIndexError(f"the index is damaged ({error}); {_BUILD}") from error
    if len(passages) != about.passages:
        raise CorpusIndexError(
            f"the index has {len(passages)} passages instead of {about.passages}; {_BUILD}"
        )
    vectors = VectorIndex(directory / VECTORS)
    try:
        vectors.check({"text": about.text_rows, "ask": about.ask_rows}, dim)
    except CorpusIndexError:
        vectors.close()
        raise
    return OpenLayer(about, passages, lexical, vectors)


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
    return OpenIndex(manifest, load_layers(private, manifest), embedder, home, private)


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
