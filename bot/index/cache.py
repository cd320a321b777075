"""Vectors already made, by model and text, so that only changed text is embedded again."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from bot.index.embed import Embedder
from bot.index.shipped import shipped_key
from bot.text.meaning import Vectors

_BATCH = 256
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (
    model TEXT NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, text)
) WITHOUT ROWID
"""


def embed_cached(
    path: Path,
    embedder: Embedder,
    texts: Sequence[str],
    progress: Callable[[int, int], None],
    shipped: Mapping[bytes, Vectors] | None = None,
) -> Vectors:
    """Embed passages, taking from the cache what it has and adding what it lacks.

    Each batch is committed, so a build that dies goes on where it was.

    Args:
        path: the cache, made if missing.
        embedder: the model.
        texts: what to embed.
        progress: called with (texts done, texts in all).
        shipped: vectors that came with the digest (``bot.index.shipped``).

    Raises:
        CorpusIndexError: the model failed.
    """
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    with closing(_open(path)) as cache:
        have = _read(cache, embedder)
        for key in keys:
            if shipped and key not in have and (row := shipped.get(shipped_key(key))) is not None:
                have[key] = row
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in have}
        done = len(texts) - len(missing)
        progress(done, len(texts))
        todo = list(missing.items())
        for start in range(0, len(todo), _BATCH):
            batch = todo[start : start + _BATCH]
            made = embedder.embed_passages([text for _, text in batch])
            with cache:
                cache.executemany(
                    "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                    [
                        (embedder.name, key, row.astype("<f4").tobytes())
                        for (key, _), row in zip(batch, made, strict=True)
                    ],
                )
            have.update({key: row for (key, _), row in zip(batch, made, strict=True)})
            done += len(batch)
            progress(done, len(texts))
    if not texts:
        return np.zeros((0, embedder.dim), np.float32)
    return np.stack([have[key] for key in keys])


def forget_others(path: Path, embedder: Embedder, texts: Iterable[str]) -> None:
    """Drop the vectors of this model whose text is not among ``texts``."""
    keep = {hashlib.sha256(text.encode()).digest() for text in texts}
    with closing(_open(path)) as cache:
        found = cache.execute("SELECT text FROM vector WHERE model = ?", (embedder.name,))
        gone = [bytes(key) for (key,) in found if bytes(key) not in keep]
        with cache:
            cache.executemany(
                "DELETE FROM vector WHERE model = ? AND text = ?",
                [(embedder.name, key) for key in gone],
            )


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path)
    except sqlite3.DatabaseError:
        # What is in it can be made again; a broken cache must not stop a build.
        path.unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    cache = sqlite3.connect(path)
    try:
        # A removed document must not stay on in free pages of the file.
        cache.execute("PRAGMA secure_delete = ON")
        cache.execute(_SCHEMA)
        cache.execute("SELECT count(*) FROM vector").fetchone()
    except sqlite3.DatabaseError:
        cache.close()
        raise
    return cache


def _read(cache: sqlite3.Connection, embedder: Embedder) -> dict[bytes, Vectors]:
    found = cache.execute("SELECT text, vector FROM vector WHERE model = ?", (embedder.name,))
    size = embedder.dim * 4
    return {
        bytes(text): np.frombuffer(vector, "<f4").astype(np.float32)
        for text, vector in found
        if len(vector) == size
    }
