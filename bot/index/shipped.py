"""Vectors of the digest that ship with it, so that a first build embeds only what has changed.

The file holds, for one model, the hash of each text and its vector in eight bits; a text that
changed since is simply not found and is embedded as always.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.text.meaning import Vectors

FILE = "vectors.npz"
_KEY_BYTES = 16
_STEPS = 127.0


def read_shipped(path: Path, model: str) -> Mapping[bytes, Vectors]:
    """Give the shipped vectors of ``model`` by the first bytes of their text's SHA-256.

    A missing or broken file, or one of another model, gives none: the build then makes them.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["model"]) != model:
                return {}
            keys, steps = stored["keys"], stored["steps"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}
    if len(keys) != len(steps) or keys.dtype != np.uint8 or steps.dtype != np.int8:
        return {}
    vectors = steps.astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {bytes(key): row for key, row in zip(keys, vectors, strict=True)}


def write_shipped(path: Path, model: str, hashes: Sequence[bytes], vectors: Vectors) -> None:
    """Write vectors of length 1 and the SHA-256 of their texts; the same input, the same file."""
    order = sorted({key[:_KEY_BYTES]: i for i, key in enumerate(hashes)}.items())
    chosen = vectors[[i for _, i in order]]
    largest = np.abs(chosen).max(axis=1, keepdims=True)
    np.savez_compressed(
        path,
        model=np.array(model),
        keys=np.frombuffer(b"".join(key for key, _ in order), np.uint8).reshape(-1, _KEY_BYTES),
        steps=np.rint(chosen / largest * _STEPS).astype(np.int8),
    )


def shipped_key(digest: bytes) -> bytes:
    """Give the part of a text's SHA-256 that shipped vectors are found by."""
    return digest[:_KEY_BYTES]
