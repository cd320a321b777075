"""Whether a sentence has a form that can be judged: its letters, its words, its language."""

import re
import unicodedata
from functools import lru_cache

from bot.text.language import hear
from bot.text.normalise import Folded
from bot.types import DropReason, ReplyLang

_LONGEST_WORD = 45
_MOST_MARKS = 2
_HIDING = frozenset({"Cf", "Co", "Cn", "Cs"})
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"[a-z]{2,}")
_ENOUGH_WORDS = 6
"""So many words without one small word of any language are in none."""


def shape_reason(sentence: str) -> DropReason | None:
    """Refuse letters nobody needs for English or Spanish, and what is not text at all."""
    if not sentence.isascii() and _strange_letters(sentence):
        return "alphabet"
    words = _ADDRESS.sub(" ", sentence).split()
    if not words or any(len(word) > _LONGEST_WORD for word in words):
        return "unreadable"
    return None if any(ch.isalnum() for ch in sentence) else "unreadable"


def language_reason(
    sentence: str, folded: Folded, lang: ReplyLang, *, on_topic: bool
) -> DropReason | None:
    """Refuse sentences that are not in the language of the reply, or in none."""
    heard = hear(sentence, folded)
    if lang == "en+es" or heard.is_other:
        return "wrong_language"
    if heard.lang is None:
        enough = len(_WORD.findall(folded.text)) >= _ENOUGH_WORDS
        unknown = on_topic and enough and max(heard.counts.values()) < 1
        return "unreadable" if unknown else None
    if heard.lang != lang and heard.counts[heard.lang] >= heard.counts[lang] + 2:
        return "wrong_language"
    return None


def _strange_letters(sentence: str) -> bool:
    marks = 0
    for char in sentence:
        if _is_strange(char):
            return True
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks > _MOST_MARKS:
            return True
    return False


@lru_cache(maxsize=4096)
def _is_strange(char: str) -> bool:
    """Whether the character hides, or is a letter of another script than Latin."""
    kind = unicodedata.category(char)
    latin = char in "ªº" or unicodedata.name(char, "").startswith("LATIN")
    return kind in _HIDING or (kind.startswith("L") and not latin)
