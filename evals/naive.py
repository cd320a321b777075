"""The stack people build in an afternoon, to measure ours against.

Every section's text is cut at the sentence end nearest to every 1,000 characters, embedded with the
same model and searched in Chroma with its default distance: one arm, no citations, no questions.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.index.embed import Embedder
from bot.index.vectors import open_chroma
from bot.index.words import LANGS
from bot.types import Authority, Lang, Passage

_CHUNK = 1000
_MIN_TAIL = 200
_BATCH = 2000


@dataclass(frozen=True)
class Chunk:
    """A cut of text and every authority it has words of."""

    text: str
    authorities: frozenset[Authority]


@dataclass(frozen=True)
class Naive:
    """The stack, ready to search."""

    chunks: tuple[Chunk, ...]
    collection: Any
    embedder: Embedder

    def search(self, query: str, k: int) -> list[frozenset[Authority]]:
        """Find chunks, nearest first; gives what each has words of."""
        got = self.collection.query(
            query_embeddings=self.embedder.embed_queries([query]),
            n_results=min(k, len(self.chunks)),
        )
        return [self.chunks[int(name)].authorities for name in got["ids"][0]]


@contextmanager
def naive_stack(found: Sequence[Passage], embedder: Embedder, directory: Path) -> Iterator[Naive]:
    """Build the stack from the passages of the digest; it goes when the block ends."""
    units: dict[Authority, list[Passage]] = {}
    for passage in found:
        units.setdefault(passage.authority.unit, []).append(passage)
    chunks = tuple(
        chunk for members in units.values() for lang in LANGS for chunk in _chunks(members, lang)
    )
    client = open_chroma(directory)
    try:
        collection = client.create_collection("naive", embedding_function=None)
        vectors = embedder.embed_passages([chunk.text for chunk in chunks])
        for start in range(0, len(chunks), _BATCH):
            ids = [str(i) for i in range(start, min(start + _BATCH, len(chunks)))]
            collection.add(ids=ids, embeddings=vectors[start : start + _BATCH])
        yield Naive(chunks, collection, embedder)
    finally:
        client.close()


def _chunks(members: Sequence[Passage], lang: Lang) -> Iterator[Chunk]:
    whole = "\n".join(passage.text[lang] for passage in members)
    ends: list[int] = []
    for passage in members:
        ends.append((ends[-1] if ends else 0) + len(passage.text[lang]) + 1)
    spans = list(zip([0, *ends], ends, members, strict=False))
    start = 0
    while start < len(whole):
        stop = min(start + _CHUNK, len(whole))
        if stop < len(whole):
            cut = max(whole.rfind("\n", start, stop), whole.rfind(". ", start, stop))
            stop = cut + 1 if cut > start + _MIN_TAIL else stop
        covered = (one.authority for begin, end, one in spans if begin < stop and end > start)
        yield Chunk(whole[start:stop], frozenset(covered))
        start = stop
