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
_ENOUGH_WORDS = 4
"""So many words without one small word of any language are in none."""
_LETTERS_APART = re.compile(
    r"""(?<![\w.])[^\W\d_]                       # one letter alone,
    (?:[ .\-_*·|/]+[^\W\d_](?!\w)){4,}         # and four more: "d e p o r t", not "W.M.M. v."
    """,
    re.VERBOSE,
)
_FIGURES_IN_WORD = re.compile(
    r"""(?<![\w(./-])                           # not "1231(b)", "I-130"
    (?!\d+(?:st|nd|rd|th)\b)                   # not "14th"
    (?=\w{4})
    (?:[a-z]*[a-z]\d+[a-z]\w*                  # "c1tizen"
      |\d[a-z]{3}\w*)                          # "3xile"
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CODE = re.compile(
    r"""(?=\S*\d)(?=\S*[a-z])[a-z0-9+/=_-]{20,}  # base64, long figures with letters
    |(?:\b[0-9a-f]{2}\b[ :]?){6,}              # bytes
    |[a-z0-9+/]{16,}={1,2}                      # padded base64
    """,
    re.VERBOSE | re.IGNORECASE,
)


def shape_reason(sentence: str) -> DropReason | None:
    """Refuse letters nobody needs for English or Spanish, and what is not text at all."""
    if not sentence.isascii() and _strange_letters(sentence):
        return "alphabet"
    words = _ADDRESS.sub(" ", sentence).split()
    if not words or any(len(word) > _LONGEST_WORD for word in words):
        return "unreadable"
    if _disguised(_ADDRESS.sub(" ", sentence)):
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


def reads_better(folded: str, than: str) -> bool:
    """Whether one folded text is more in words than another: a decoding of what hid something."""
    return max(hear(folded).counts.values()) > max(hear(than).counts.values())


def _disguised(sentence: str) -> bool:
    """Whether words are written so that only a person reads them: nobody who explains does that."""
    return bool(
        _LETTERS_APART.search(sentence)
        or _FIGURES_IN_WORD.search(sentence)
        or _CODE.search(sentence)
    )


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
