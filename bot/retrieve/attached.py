"""Search in what a person attached to a conversation, by its words alone.

It lives as long as one question: nothing of it is kept, so there are no vectors. A passage is shown
only where it has half of the words that were asked, and words find that.
"""

from collections.abc import Sequence

import numpy as np

from bot.index.lexical import build_lexical
from bot.index.words import LANGS, terms
from bot.retrieve.retriever import Found, readings, shared_words
from bot.types import Passage


def find_attached(
    passages: Sequence[Passage], query: str, k: int, history: Sequence[str] = ()
) -> tuple[Found, ...]:
    """Find passages that have the words of a question, best first.

    Args:
        passages: all that was attached.
        query: the question.
        k: most passages to return.
        history: what the person said before; used when the question is elliptic.
    """
    if not passages or not query.strip():
        return ()
    scores = np.zeros(len(passages), np.float32)
    for lang in LANGS:
        index = build_lexical(passages, lang).passages
        for text, weight in readings(query, history):
            asked = dict.fromkeys(terms(text, lang), weight)
            scores = np.maximum(scores, index.scores(asked))
    best = [int(place) for place in np.argsort(-scores, kind="stable")[:k] if scores[place] > 0]
    top = float(scores.max())
    return tuple(
        Found(
            passages[place],
            float(scores[place]) / top,
            ("lexical",),
            sure=shared_words(query, passages[place].text.en),
        )
        for place in best
    )
