"""Build an index beside the one that serves, check it, then switch to it."""

import errno
import fcntl
import hashlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.errors import CorpusError, CorpusIndexError, IndexBusy, IndexMissing
from bot.index.cache import embed_cached, forget_others
from bot.index.embed import Embedder, make_embedder
from bot.index.lexical import build_lexical, save_lexical
from bot.index.record import passage_line, write_passages
from bot.index.shipped import FILE, read_shipped, write_shipped
from bot.index.store import (
    CODE_VERSION,
    CURRENT,
    PASSAGES,
    VECTORS,
    LayerManifest,
    Manifest,
    current_name,
    file_hashes,
    index_home,
    lexical_file,
    load_layers,
    read_manifest,
    write_manifest,
)
from bot.index.vectors import VectorIndex, rows
from bot.index.words import LANGS
from bot.settings import Settings
from bot.sources.digest import load_digest, passages
from bot.sources.documents import user_passages
from bot.sources.library import installed_passages
from bot.types import Layer, Passage

Progress = Callable[[str, int, int], None]
"""Called with the stage (``embed``, ``write``, ``check``), steps done and steps in all."""

_log = logging.getLogger(__name__)

_KEEP = 2
_UNFINISHED = ".building-"
_LOCK = ".lock"
_CACHE = "vectors.sqlite3"
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TIGHT_BYTES = 16 * 2**20


def build_index(
    settings: Settings,
    progress: Progress,
    *,
    extra: Sequence[Passage] = (),
    embedder: Embedder | None = None,
) -> Manifest:
    """Build the index of all layers and switch to it; what serves goes on serving until then.

    Only what changed is made: a layer that is as it was is taken over, and of one that is not,
    only new text is embedded.

    Args:
        settings: where digest and data are, and which model embeds.
        progress: told how far it is.
        extra: passages from elsewhere than the digest, installed law and documents added.
        embedder: model for passages; the one the settings name if not given.

    Raises:
        IndexBusy: another process is building.
        CorpusIndexError: the finished index did not pass its check, or the model failed.
        CorpusError: the digest cannot be read.
    """
    digest = load_digest(settings.corpus_dir)
    return build_from(
        (*passages(digest), *_official(settings), *user_passages(settings), *extra),
        digest.hash,
        settings,
        progress,
        embedder=embedder or make_embedder(settings),
    )


def build_from(
    found: Sequence[Passage],
    corpus: str,
    settings: Settings,
    progress: Progress,
    *,
    embedder: Embedder,
) -> Manifest:
    """Build the index of these passages and switch to it; see ``build_index``.

    Raises:
        IndexBusy: another process is building.
        CorpusIndexError: the finished index did not pass its check, the model failed, or there is
            no room; what serves is untouched.
    """
    home = index_home(settings)
    with _explained(home), _only_builder(home):
        _remove_unfinished(home)
        plan = _plan(found, corpus, home, embedder, settings.corpus_dir / FILE)
        served = _whole(home, plan.name)
        if served is None:
            served = _make(plan, progress)
        _switch(home, plan.name)
        _remove_old(home, plan.name, _KEEP)
    return served


def drop_older(settings: Settings) -> None:
    """Delete every index but the one that serves, with the words of documents removed since.

    Raises:
        IndexBusy: another process is building.
        IndexMissing: none was built.
    """
    home = index_home(settings)
    home.mkdir(parents=True, exist_ok=True)
    with _only_builder(home):
        _remove_unfinished(home)
        _remove_old(home, current_name(home), 1)


@dataclass(frozen=True)
class _Plan:
    """What is to be built: passages and fingerprint of each layer, and of the whole."""

    found: Mapping[Layer, Sequence[Passage]]
    layers: Mapping[Layer, str]
    corpus: str
    name: str
    home: Path
    embedder: Embedder
    shipped: Path

    @property
    def cache(self) -> Path:
        return self.home.parent / _CACHE


def _plan(
    found: Sequence[Passage], corpus: str, home: Path, embedder: Embedder, shipped: Path
) -> _Plan:
    by_layer: dict[Layer, dict[str, Passage]] = {"digest": {}}
    for passage in found:
        by_layer.setdefault(passage.layer, {})[passage.id] = passage
    layers = {layer: tuple(each.values()) for layer, each in by_layer.items()}
    names = {layer: _fingerprint(each, embedder) for layer, each in layers.items()}
    listed = (f"{layer} {name}\n" for layer, name in sorted(names.items()))
    whole = hashlib.sha256("".join([f"{corpus}\n", *listed]).encode())
    return _Plan(layers, names, corpus, whole.hexdigest()[:16], home, embedder, shipped)


def ship_vectors(settings: Settings, progress: Progress) -> int:
    """Write the vectors that ship with the digest; give how many.

    Raises:
        CorpusIndexError: the model failed.
        CorpusError: the digest cannot be read.
    """
    embedder = make_embedder(settings)
    texts = [row.text for row in rows(passages(load_digest(settings.corpus_dir)))]
    cache = index_home(settings).parent / _CACHE
    vectors = embed_cached(cache, embedder, texts, partial(progress, "embed"))
    hashes = [hashlib.sha256(text.encode()).digest() for text in texts]
    write_shipped(settings.corpus_dir / FILE, embedder.name, hashes, vectors)
    return len(set(hashes))


def _make(plan: _Plan, progress: Progress) -> Manifest:
    work = plan.home / f"{_UNFINISHED}{plan.name}"
    work.mkdir()
    layers: dict[Layer, LayerManifest] = {}
    for layer in plan.found:
        layers[layer] = _take_over(plan, layer, work) or _make_layer(plan, layer, work, progress)
    manifest = Manifest(
        fingerprint=plan.name,
        corpus=plan.corpus,
        embedder=plan.embedder.name,
        dim=plan.embedder.dim,
        code=CODE_VERSION,
        layers=layers,
        files=file_hashes(work),
    )
    _check(work, plan.home, manifest)
    progress("check", 1, 1)
    texts = (row.text for found in plan.found.values() for row in rows(found))
    forget_others(plan.cache, plan.embedder, texts)
    write_manifest(work, manifest)
    shutil.rmtree(plan.home / plan.name, ignore_errors=True)
    work.replace(plan.home / plan.name)
    return manifest


def _take_over(plan: _Plan, layer: Layer, work: Path) -> LayerManifest | None:
    """Copy a layer from the index that serves, where it is the same there and undamaged."""
    try:
        before = plan.home / current_name(plan.home)
        manifest = read_manifest(before)
        about = manifest.layers.get(layer)
        if about is None or about.fingerprint != plan.layers[layer]:
            return None
        shutil.copytree(before / layer, work / layer)
    except (CorpusIndexError, OSError):
        shutil.rmtree(work / layer, ignore_errors=True)
        return None
    head = f"{layer}/"
    whole = {name: sha for name, sha in manifest.files.items() if name.startswith(head)}
    if {f"{head}{name}": sha for name, sha in file_hashes(work / layer).items()} != whole:
        shutil.rmtree(work / layer)
        return None
    return about


def _make_layer(plan: _Plan, layer: Layer, work: Path, progress: Progress) -> LayerManifest:
    found = plan.found[layer]
    place = work / layer
    place.mkdir()
    all_rows = list(rows(found))
    vectors = embed_cached(
        plan.cache,
        plan.embedder,
        [row.text for row in all_rows],
        partial(progress, "embed"),
        read_shipped(plan.shipped, plan.embedder.name) if layer == "digest" else None,
    )
    write_passages(place / PASSAGES, found)
    for lang in LANGS:
        save_lexical(place / lexical_file(lang), build_lexical(found, lang))
    index = VectorIndex(place / VECTORS, create=True)
    try:
        index.add(all_rows, vectors, partial(progress, "write"))
    finally:
        index.close()
    return LayerManifest(
        fingerprint=plan.layers[layer],
        passages=len(found),
        text_rows=sum(row.kind == "text" for row in all_rows),
        ask_rows=sum(row.kind == "ask" for row in all_rows),
    )


def _check(work: Path, home: Path, manifest: Manifest) -> None:
    """Open a copy as a server would: opening the index itself would change it."""
    copy = home / f"{_UNFINISHED}check"
    shutil.copytree(work, copy)
    try:
        for layer in load_layers(copy, manifest).values():
            layer.vectors.close()
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _fingerprint(found: Sequence[Passage], embedder: Embedder) -> str:
    digest = hashlib.sha256(f"{embedder.name}\n{embedder.dim}\n{CODE_VERSION}\n".encode())
    for passage in found:
        digest.update(passage_line(passage).encode())
    return digest.hexdigest()[:16]


def _whole(home: Path, name: str) -> Manifest | None:
    """Manifest of a finished index that is as it was built, else None."""
    try:
        manifest = read_manifest(home / name)
        return manifest if file_hashes(home / name) == manifest.files else None
    except (CorpusIndexError, OSError):
        return None


def _switch(home: Path, name: str) -> None:
    pointer = home / f"{CURRENT}.new"
    with pointer.open("w", encoding="ascii") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        before = current_name(home)
    except IndexMissing:
        before = name
    pointer.replace(home / CURRENT)
    if before != name and (home / before).exists():
        # Age decides which old index is kept: the one that served last.
        os.utime(home / before)


def _remove_old(home: Path, name: str, keep: int) -> None:
    others = sorted(
        (path for path in home.iterdir() if path.is_dir() and path.name != name),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    for path in others[keep - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def _remove_unfinished(home: Path) -> None:
    for path in home.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


def _official(settings: Settings) -> tuple[Passage, ...]:
    """The law's own words where they are installed; the digest is indexed whatever befell them."""
    try:
        return installed_passages(settings)
    except CorpusError as error:
        _log.warning("official text is left out of the index: %s", error)
        return ()


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """Say what a build ran into; a library's own words on a full disk are seldom clear."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        yield
    except IndexBusy:
        raise
    except (OSError, sqlite3.Error, CorpusIndexError) as error:
        full = isinstance(error, OSError) and error.errno in _DISK_FULL
        if full or shutil.disk_usage(home if home.is_dir() else "/").free < _TIGHT_BYTES:
            _remove_unfinished(home)
            raise CorpusIndexError(
                f"no room is left for the index in {home}; a build needs about twice what the"
                " index takes. Make room, or set HABEAS_DATA_DIR to another disk, and build again;"
                " what served before is untouched"
            ) from error
        if isinstance(error, CorpusIndexError):
            raise
        raise CorpusIndexError(
            f"the index cannot be written to {home} ({error}); mend its rights and build again;"
            " what served before is untouched"
        ) from error


@contextmanager
def _only_builder(home: Path) -> Iterator[None]:
    with (home / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusy(
                "another process is building the index; wait for it, or stop it and try again"
            ) from None
        yield
