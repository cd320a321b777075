"""Whether a sentence has a form that can be judged: its letters, its words, its language."""

import re
import unicodedata

from bot.text.language import detect, is_other, scores
from bot.text.normalise import fold
from bot.types import DropReason, ReplyLang

_LONGEST_WORD = 45
_HIDING = {"Cf", "Co", "Cn", "Cs"}
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"[a-z]{2,}")


def shape_reason(sentence: str) -> DropReason | None:
    """Refuse letters nobody needs for English or Spanish, and what is not text at all."""
    marks = 0
    for char in sentence:
        kind = unicodedata.category(char)
        if kind in _HIDING:
            return "alphabet"
        if kind.startswith("L") and char not in "ªº" and not unicodedata.name(char, "").startswith("LATIN"):
            return "alphabet"
        marks = marks + 1 if kind == "Mn" else 0
        if marks > 2:
            return "alphabet"
    words = _ADDRESS.sub(" ", sentence).split()
    if not words or any(len(word) > _LONGEST_WORD for word in words):
        return "unreadable"
    return None if any(ch.isalnum() for ch in sentence) else "unreadable"


def language_reason(sentence: str, lang: ReplyLang, on_topic: bool) -> DropReason | None:
    """Refuse sentences that are not in the language of the reply, or in none."""
    if lang == "en+es" or is_other(sentence):
        return "wrong_language"
    count = scores(sentence)
    found = detect(sentence)
    if found is None:
        words = _WORD.findall(fold(sentence).text)
        return "unreadable" if on_topic and len(words) >= 6 and max(count.values()) < 1 else None
    if found != lang and count[found] >= count[lang] + 2:
        return "wrong_language"
    return None
