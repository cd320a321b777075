"""The vector index: Chroma, one collection for statements and one for the questions they answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.config import Settings as ChromaSettings

from bot.errors import CorpusIndexError
from bot.index.words import LANGS
from bot.text.meaning import Vectors
from bot.text.redact import redact, without_placeholders
from bot.types import Lang, Passage

Kind = Literal["text", "ask"]
KINDS: tuple[Kind, ...] = ("text", "ask")

_BATCH = 2000
_SAMPLE = 24
_SAME = 0.999
_LEAST_FOUND = 0.1
"""Share of a sample that must find itself. Not all do in a sound index: the search is approximate,
and rows that differ by a word, as in a form or a table, crowd each other out. In one whose rows and
vectors are mixed up none does; single wrong bytes are found by their hash."""
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 200,
}


@dataclass(frozen=True)
class Row:
    """One text that has a vector.

    ``place`` is the passage's place in the index, ``number`` tells rows of one passage apart.
    """

    place: int
    kind: Kind
    lang: Lang
    number: int
    text: str

    @property
    def id(self) -> str:
        """Name of the row in its collection."""
        return f"{self.place}:{self.lang}:{self.number}"


@dataclass(frozen=True)
class Near:
    """A passage, by its place, and the best cosine of its rows."""

    place: int
    cosine: float


def rows(passages: Sequence[Passage]) -> Iterator[Row]:
    """All texts of the passages that are searched by likeness, each under its section's name.

    Text that is the same in both languages is in one, whichever it is, and has one row.
    """
    for place, passage in enumerate(passages):
        texts: set[str] = set()
        for lang in LANGS:
            title = passage.title[lang]
            text = passage.text[lang]
            if passage.layer == "user":
                # The embedding model may be somebody else's.
                title, text = (without_placeholders(one) for one in redact([title, text]).texts)
            if text and text not in texts:
                headed = f"{title}. {text}" if title else text
                yield Row(place, "text", lang, 0, headed)
            texts.add(text)
            for number, question in enumerate(passage.ask[lang]):
                yield Row(place, "ask", lang, number, question)


def open_chroma(path: Path) -> Client:
    """Open a Chroma directory that sends nothing anywhere."""
    settings = ChromaSettings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(str(path), settings=settings))


class VectorIndex:
    """A directory with both collections. One process at a time may have it open.

    Raises:
        CorpusIndexError: the directory is no index or is damaged.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        try:
            self._client = open_chroma(path)
        except Exception as error:
            raise (_unwritten(error) if create else _damaged(error)) from error
        try:
            self._collections = {kind: self._collection(kind, create=create) for kind in KINDS}
        # Chroma raises errors of its own, of its Rust half and of sqlite for the same cause.
        except Exception as error:
            self._client.close()
            raise (_unwritten(error) if create else _damaged(error)) from error

    def add(
        self, found: Sequence[Row], vectors: Vectors, progress: Callable[[int, int], None]
    ) -> None:
        """Add rows with their vectors, calling ``progress(rows done, rows in all)``.

        Raises:
            CorpusIndexError: they cannot be written.
        """
        done = 0
        for kind in KINDS:
            places = [i for i, row in enumerate(found) if row.kind == kind]
            for start in range(0, len(places), _BATCH):
                batch = places[start : start + _BATCH]
                try:
                    self._collections[kind].add(
                        ids=[found[i].id for i in batch],
                        embeddings=vectors[batch],
                        metadatas=[{"lang": found[i].lang} for i in batch],
                    )
                except Exception as error:
                    raise _unwritten(error) from error
                done += len(batch)
                progress(done, len(found))

    def count(self, kind: Kind) -> int:
        """Count the rows of one collection."""
        try:
            return int(self._collections[kind].count())
        except Exception as error:
            raise _damaged(error) from error

    def nearest(self, kind: Kind, vector: Vectors, limit: int) -> tuple[Near, ...]:
        """Passages by the best cosine of their rows, best first; ties by place.

        Args:
            kind: which rows to search.
            vector: one row.
            limit: how many rows are looked at; passages are fewer.

        Raises:
            CorpusIndexError: the index is damaged.
        """
        try:
            found = self._collections[kind].query(
                query_embeddings=vector, n_results=limit, include=["distances"]
            )
        except Exception as error:
            raise _damaged(error) from error
        distances = found["distances"] or [[]]
        best: dict[int, float] = {}
        for row, distance in zip(found["ids"][0], distances[0], strict=True):
            place = int(row.split(":", 1)[0])
            best[place] = max(best.get(place, -1.0), 1.0 - distance)
        order = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Near(place, cosine) for place, cosine in order)

    def check(self, counts: Mapping[Kind, int], dim: int) -> None:
        """Check the counts, and that a sample of rows finds itself.

        Raises:
            CorpusIndexError: the index does not hold what it should.
        """
        for kind in KINDS:
            have = self.count(kind)
            if have != counts[kind]:
                raise CorpusIndexError(
                    f"the index has {have} {kind} rows instead of {counts[kind]};"
                    " run `habeas corpus build`"
                )
            if have:
                self._check_sample(kind, have, dim)

    def close(self) -> None:
        """Let go of the directory."""
        self._client.close()

    def _check_sample(self, kind: Kind, have: int, dim: int) -> None:
        collection = self._collections[kind]
        found = tried = 0
        for offset in range(0, have, max(1, have // _SAMPLE)):
            try:
                got = collection.get(limit=1, offset=offset, include=["embeddings"])
                vector = np.asarray(got["embeddings"], np.float32)
                near = collection.query(query_embeddings=vector, n_results=1, include=["distances"])
                distances = near["distances"] or [[]]
            except Exception as error:
                raise _damaged(error) from error
            # A row of the same text may come before the row itself: likeness is what counts.
            likeness = 1.0 - min(distances[0], default=1.0)
            if vector.shape != (1, dim):
                raise _damaged(f"{kind} row {got['ids'][0]} has no vector of {dim} numbers")
            found += likeness >= _SAME
            tried += 1
        if found < _LEAST_FOUND * tried:
            raise _damaged(f"{found} of {tried} {kind} rows find themselves")

    def _collection(self, kind: Kind, *, create: bool) -> chromadb.Collection:
        if create:
            return self._client.create_collection(
                kind, embedding_function=None, configuration={"hnsw": _HNSW}
            )
        return self._client.get_collection(kind, embedding_function=None)


def _unwritten(error: Exception) -> CorpusIndexError:
    return CorpusIndexError(
        f"the index cannot be written ({error}); make room or mend its rights, and build again;"
        " what served before is untouched"
    )


def _damaged(error: Exception | str) -> CorpusIndexError:
    return CorpusIndexError(f"the index is damaged ({error}); run `habeas corpus build`")
