"""The words of the digest, English and Spanish: what a text's longer words tell of its language.

``en.txt`` and ``es.txt`` are written by ``make second`` from statements and questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from bot.types import Lang

LEAST_LETTERS = 3
"""Shorter words are small words, or stand in too many languages."""
LANGS: tuple[Lang, ...] = ("en", "es")


@cache
def vocabulary(lang: Lang) -> frozenset[str]:
    """Give the folded words of one language."""
    file = resources.files("bot.text.vocabulary").joinpath(f"{lang}.txt")
    return frozenset(file.read_text(encoding="utf-8").split())


def shares_known(words: Sequence[str]) -> Mapping[Lang, float]:
    """Say of each language which share of the longer words it has; 0 where there are none."""
    longer = [word for word in words if len(word) >= LEAST_LETTERS]
    return {
        lang: sum(word in vocabulary(lang) for word in longer) / len(longer) if longer else 0.0
        for lang in LANGS
    }


def as_text(words: Iterable[str]) -> str:
    """Write a vocabulary as its file holds it."""
    return "".join(f"{word}\n" for word in sorted(set(words)))
