"""Ways to hide words that a person still reads, or that a machine decodes; all deterministic."""

import base64
import codecs
import html
import random
import unicodedata
from collections.abc import Callable, Mapping

_HOMOGLYPHS = str.maketrans("aeopcyx", "аеорсух")
_LEET = str.maketrans("aeiost", "431057")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

Way = Callable[[str], str]


def _zero_width(text: str) -> str:
    rng = random.Random(text)  # noqa: S311 - the same text, the same marks
    return "".join(f"{char}\u200b" if rng.random() < 0.3 else char for char in text)


def _typos(text: str) -> str:
    rng = random.Random(text)  # noqa: S311 - the same text, the same slips
    words = text.split(" ")
    return " ".join(
        word[0] + word[2] + word[1] + word[3:] if len(word) > 6 and rng.random() < 0.3 else word
        for word in words
    )


def _bare_letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in plain if char.isalnum() or char.isspace())


READABLE: Mapping[str, Way] = {
    "upper case": str.upper,
    "no accents, no punctuation": _bare_letters,
    "letters swapped": _typos,
    "full-width letters": lambda text: text.translate(_WIDE),
    "zero-width characters": _zero_width,
    "homoglyphs": lambda text: text.translate(_HOMOGLYPHS),
    "leet": lambda text: text.lower().translate(_LEET),
    "spaced letters": lambda text: "  ".join(" ".join(word) for word in text.split()),
    "dotted letters": lambda text: " ".join(".".join(word) for word in text.split()),
    "markup": lambda text: " ".join(f"<b>{word[:2]}</b>{word[2:]}" for word in text.split()),
    "entities": lambda text: "".join(
        f"&#{ord(char)};" if char in "aeiou" else html.escape(char) for char in text
    ),
    "emoji between words": lambda text: " 👏 ".join(text.split()),
    "soft hyphens": "\u00ad".join,
}
"""What a person reads as it stands: the ruling must not change."""

ENCODED: Mapping[str, Way] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "hex": lambda text: text.encode().hex(),
    "backwards": lambda text: text[::-1],
}
"""What a person must decode: nothing of it may be shown; that it is ruled on is not promised."""
