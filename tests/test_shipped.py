"""Vectors that ship with the digest: right, found by text, and harmless when broken."""

import hashlib
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from bot.index.cache import embed_cached
from bot.index.embed import HashEmbedder, UseEmbedder
from bot.index.shipped import FILE, read_shipped, shipped_key, write_shipped
from bot.index.vectors import rows
from bot.settings import PROJECT_DIR
from bot.sources.digest import load_digest, passages

TEXTS = ["one text", "another text", "un texto más"]


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    path = tmp_path / FILE
    embedder = HashEmbedder()
    write_shipped(path, embedder.name, [digest(t) for t in TEXTS], embedder.embed_passages(TEXTS))
    return path


def test_a_vector_comes_back_nearly_the_same(shipped):
    embedder = HashEmbedder()
    found = read_shipped(shipped, embedder.name)
    for text, row in zip(TEXTS, embedder.embed_passages(TEXTS), strict=True):
        assert float(found[shipped_key(digest(text))] @ row) > 0.999


def test_another_model_gets_none(shipped):
    assert read_shipped(shipped, "another") == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not a file of numbers" * 9])
def test_a_broken_or_missing_file_gives_none(tmp_path, content):
    assert read_shipped(tmp_path / "missing.npz", "x") == {}
    (tmp_path / FILE).write_bytes(content)
    assert read_shipped(tmp_path / FILE, "x") == {}


def test_only_what_is_not_shipped_is_embedded(shipped, tmp_path):
    class Counting(HashEmbedder):
        asked: ClassVar[list[str]] = []

        def embed_passages(self, texts):
            self.asked.extend(texts)
            return super().embed_passages(texts)

    embedder = Counting()
    vectors = embed_cached(
        tmp_path / "cache.sqlite3",
        embedder,
        [*TEXTS, "new"],
        lambda *_: None,
        read_shipped(shipped, embedder.name),
    )
    assert embedder.asked == ["new"]
    assert vectors.shape == (4, embedder.dim)


def test_the_shipped_file_is_of_this_digest_and_model():
    """Most of the digest is in it, and a sample is what the model makes of the text."""
    embedder = UseEmbedder()
    found = read_shipped(PROJECT_DIR / "corpus" / FILE, embedder.name)
    texts = [row.text for row in rows(passages(load_digest(PROJECT_DIR / "corpus")))]
    have = [text for text in texts if shipped_key(digest(text)) in found]
    assert len(have) > 0.9 * len(texts)
    sample = have[:: max(1, len(have) // 20)]
    made = embedder.embed_passages(sample)
    same = [float(found[shipped_key(digest(t))] @ row) for t, row in zip(sample, made, strict=True)]
    assert float(np.min(same)) > 0.99
