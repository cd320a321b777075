"""Embedding models: text to unit vectors, one interface for all."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bot.errors import CorpusIndexError, SettingsError
from bot.index.words import plain_words
from bot.settings import Settings
from bot.text.meaning import DIM, Vectors, encoder_name, meanings, unit

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BUILTIN = "builtin"
_BATCH = 128
_WORKERS = min(4, os.cpu_count() or 1)
_WORTH_SPLITTING = 64


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their likeness.

    ``name`` identifies model and revision: vectors of another name are never mixed with these.
    """

    @property
    def name(self) -> str:
        """Model and revision."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what is searched."""


def make_embedder(settings: Settings) -> Embedder:
    """Return the embedding model the settings name.

    Raises:
        SettingsError: the setting names no model that can be loaded.
    """
    if settings.embedding == BUILTIN:
        return UseEmbedder()
    provider, colon, model = settings.embedding.partition(":")
    if not colon or not provider or not model:
        raise SettingsError(
            f"HABEAS_EMBEDDING {settings.embedding!r} is no model; write `builtin` or"
            " provider:model, as in openai:text-embedding-3-small"
        )
    return RemoteEmbedder(settings)


class UseEmbedder:
    """Universal Sentence Encoder, multilingual 3, from the package that carries its weights."""

    dim = DIM

    def __init__(self) -> None:
        self.name = encoder_name()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask; this model makes no difference between the two."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what is searched."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) < _WORTH_SPLITTING:
            return meanings(texts)
        size = -(-len(texts) // _WORKERS)
        parts = [texts[start : start + size] for start in range(0, len(texts), size)]
        with ThreadPoolExecutor(_WORKERS) as pool:
            return np.concatenate(list(pool.map(meanings, parts)))


class RemoteEmbedder:
    """A model behind an API, by langchain's ``init_embeddings``; OpenAI-compatible ones too."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.embedding
        self._model = _init_remote(settings)
        self._dim: int | None = None

    @property
    def dim(self) -> int:
        """Length of a vector; asks the endpoint once."""
        if self._dim is None:
            self._dim = int(self.embed_queries(["removal"]).shape[1])
        return self._dim

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask.

        Raises:
            CorpusIndexError: the endpoint failed.
        """
        return self._rows([self._ask(lambda t=t: self._model.embed_query(t)) for t in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what is searched.

        Raises:
            CorpusIndexError: the endpoint failed.
        """
        rows: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            rows += self._ask(lambda b=batch: self._model.embed_documents(b))
        return self._rows(rows)

    def _ask(self, call: Any) -> Any:  # noqa: ANN401 - passes through what the model gives
        try:
            return call()
        # Each provider has its own error tree; to the caller the arm is down, whatever it was.
        except Exception as error:
            raise CorpusIndexError(
                f"the embedding model {self.name} failed ({type(error).__name__}); check"
                " HABEAS_EMBEDDING, the key and the endpoint"
            ) from error

    def _rows(self, rows: Sequence[Sequence[float]]) -> Vectors:
        if not rows:
            return np.zeros((0, self._dim or 0), np.float32)
        return unit(np.asarray(rows, np.float32))


class HashEmbedder:
    """Vectors from word hashes: deterministic and instant, for tests and for nothing else."""

    def __init__(self, dim: int = 256) -> None:
        self.dim = dim
        self.name = f"hash/{dim}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what people ask."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what is searched."""
        out = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in plain_words(text):
                digest = hashlib.sha256(word.encode()).digest()
                sign = 1.0 if digest[4] & 1 else -1.0
                row[int.from_bytes(digest[:4], "big") % self.dim] += sign
        return unit(out)


def _init_remote(settings: Settings) -> "Embeddings":
    # langchain takes a second to import and the built-in model never needs it.
    from langchain.embeddings import init_embeddings  # noqa: PLC0415

    options: dict[str, Any] = {}
    if settings.embedding.startswith("openai:"):
        # Without this the client fetches a tokenizer at run time and sends token numbers,
        # which only OpenAI's own endpoint understands.
        options["check_embedding_ctx_length"] = False
        options["base_url"] = settings.openai_base_url
        # The client refuses to start without a key; local endpoints want none.
        key = settings.openai_api_key
        options["api_key"] = key.get_secret_value() if key else "none"
    try:
        model = init_embeddings(settings.embedding, **options)
    except (ValueError, ImportError) as error:
        raise SettingsError(f"HABEAS_EMBEDDING {settings.embedding!r}: {error}") from error
    return model  # type: ignore[return-value, unused-ignore]
