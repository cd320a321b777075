"""Fold text for matching: what a reader would see, in plain lower-case ASCII, with a way back.

Folding can only lose detail, never invent a word, and the original is what is shown. Decoded
views are extra readings for the topic and the screen; no fact is ever taken from them.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_FOLD_CHARS = 200_000
_DECODE_BYTES = 4096
_DECODE_DEPTH = 2

# Letters that look like Latin ones in the fonts people read; NFKC leaves them alone.
_LOOKALIKES = {
    **dict(zip("авекмнорстухіјѕԁԛԝɡ", "abekmhopctyxijsdqwg", strict=True)),
    **dict(zip("αβεικνορτυχϲ", "abeiknoptuxc", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
    **dict(zip("АВЕКМНОРСТУХІЈЅ", "abekmhopctyxijs", strict=True)),
    **dict(zip("ıȷłøđħŧ", "ijlodht", strict=True)),
    **dict(zip("‘’‚‛′＇`´“”„‟″", "''''''''\"\"\"\"\"", strict=True)),
    **dict(zip("‐‑‒–—―−", "-------", strict=True)),
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
}
_LEETS = tuple(str.maketrans("01345789@$!|+€", f"o{one}eastbgasiite") for one in "il")
_LEET_TOKEN = re.compile(r"[a-z0-9@$!|+€]{4,24}")
_WORTH_FOLDING = re.compile(
    r"deport|citizen|ciudadan|pueden|prison|carcel|remov|expel|expuls|banish|exile|cecot|salvador"
    r"|tortur|denatural|desnatural|american|passport|president|illegal|ilegal"
)
_SMALL = """
    the and you they them can may will are was not his her she for with from have has been who
    your our out any all what when yes does
    los las una uno que puede del por para con pero ser sus son esta ese esa les como muy mas usted
"""
_SMALL_WORDS = frozenset(_SMALL.split())
"""Words of three letters and more that hardly a sentence is without, in English and Spanish."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$][ .\-_*·](?![ .\-_*·])){3,}[a-z0-9@$](?![a-z0-9])")
_DOTTED = re.compile(r"(?<![a-z0-9])(?:[a-z]\.){2,}|(?<![a-z])ee\. ?uu\.?")
_INNER = re.compile(r"(?<=[a-z])[\-*_.·~/\\]{1,2}(?=[a-z])")
_TAG = re.compile(r"<[^<>]{0,200}>")
_MARKDOWN = re.compile(
    r"(?<![a-z0-9])[*_`~]{1,3}|[*_`~]{1,3}(?![a-z0-9])|(?<=[a-z])[*`~]{2,3}(?=[a-z])"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{16,}={0,2}")
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ ,:]?){8,}")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")


@dataclass(frozen=True)
class Folded:
    """Folded text and, for each of its characters, the index it came from."""

    text: str
    origin: tuple[int, ...]
    size: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the span of the original that a span of the folded text came from."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else self.size
            return (at, at)
        return (self.origin[start], self.origin[end - 1] + 1)


def fold(text: str) -> Folded:
    """Fold ``text`` (at most ``MAX_FOLD_CHARS`` of it) to plain lower-case ASCII-like text."""
    folded = _fold_chars(text[:MAX_FOLD_CHARS])
    folded = replace(folded, _TAG, _untag)
    folded = replace(folded, _MARKDOWN, lambda _: "")
    folded = replace(folded, _SPACED, lambda m: re.sub(r"[ .\-_*·]", "", m[0]))
    folded = replace(folded, _DOTTED, _undot)
    return replace(folded, _LEET_TOKEN, _unleet)


def views(text: str, folded: Folded | None = None) -> tuple[str, ...]:
    """Give other readings of ``text``: inner marks dropped, and bounded decodings of parts of it.

    Args:
        text: what to read.
        folded: ``fold(text)``, where the caller has it.
    """
    base = (folded or fold(text)).text
    found = {_INNER.sub("", base), base.replace("\n", " ")}
    for decoded in _decodings(text[:MAX_FOLD_CHARS], _DECODE_DEPTH):
        found.add(fold(decoded).text)
    found.discard(base)
    return tuple(sorted(found))


def _fold_chars(text: str) -> Folded:
    if text.isascii() and "&" not in text and not _CONTROL.search(text):
        return Folded(text.lower(), tuple(range(len(text))), len(text))
    chars: list[str] = []
    origin: list[int] = []
    for at, source in _pieces(text):
        plain = _fold_char(source)
        chars.append(plain)
        origin.extend([at] * len(plain))
    return Folded("".join(chars), tuple(origin), len(text))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for entity in _ENTITY.finditer(text):
        for i in range(at, entity.start()):
            yield i, text[i]
        for char in html.unescape(entity[0]):
            yield entity.start(), char
        at = entity.end()
    for i in range(at, len(text)):
        yield i, text[i]


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char < "\x7f":
        return char.lower() if char >= " " or char in "\n\t" else ""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    out = []
    for part in unicodedata.normalize("NFKD", char):
        kind = unicodedata.category(part)
        if kind in {"Mn", "Me", "Cf", "Cc", "Cs", "So", "Sk"}:
            continue
        low = part.lower()
        alike = _LOOKALIKES.get(part, _LOOKALIKES.get(low, low))
        out.append(" " if kind.startswith("Z") else alike)
    return "".join(out)


def replace(
    folded: Folded, pattern: re.Pattern[str], into: Callable[[re.Match[str]], str]
) -> Folded:
    """Replace what ``pattern`` finds in folded text and keep the way back to the original."""
    if not pattern.search(folded.text):
        return folded
    text: list[str] = []
    origin: list[int] = []
    at = 0
    for match in pattern.finditer(folded.text):
        new = into(match)
        if new == match[0]:
            continue
        text.append(folded.text[at : match.start()])
        origin.extend(folded.origin[at : match.start()])
        last = match.end() - match.start() - 1
        text.append(new)
        origin.extend(
            folded.origin[match.start() + round(i * last / max(1, len(new) - 1))]
            for i in range(len(new))
        )
        at = match.end()
    text.append(folded.text[at:])
    origin.extend(folded.origin[at:])
    return Folded("".join(text), tuple(origin), folded.size)


def _undot(match: re.Match[str]) -> str:
    plain = re.sub(r"[. ]", "", match[0])
    after = match.string[match.end() : match.end() + 1]
    return plain + " " if after.isalpha() and len(match[0]) > len(plain) else plain


def _untag(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 1) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    return "" if before.isalnum() and after.isalnum() else " "


def _unleet(match: re.Match[str]) -> str:
    token = match[0]
    if token.isalpha():
        if "y" not in token:
            return token
        # The Cyrillic letter that looks like y is also drawn for u.
        other = token.replace("y", "u")
        worth = not _WORTH_FOLDING.search(token) and _WORTH_FOLDING.search(other)
        return other if worth else token
    if not any(c.isalpha() for c in token):
        return token
    for table in _LEETS:
        if _WORTH_FOLDING.search(plain := token.translate(table)):
            return plain
    return token


def _decodings(text: str, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    seen: list[str] = []
    if _PERCENT.search(text):
        seen.append(urllib.parse.unquote(text, errors="ignore"))
    for match in _BASE64.finditer(text):
        seen.extend(_readable(_unbase64(match[0][:_DECODE_BYTES])))
    for match in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[^0-9a-fA-F]", "", match[0])[:_DECODE_BYTES]
        seen.extend(_readable(bytes.fromhex(digits[: len(digits) // 2 * 2])))
    for one in seen[:32]:
        yield one
        yield from _decodings(one[:_DECODE_BYTES], depth - 1)
    if depth == _DECODE_DEPTH:
        for turned in (codecs.decode(text[:_DECODE_BYTES], "rot13"), text[:_DECODE_BYTES][::-1]):
            if _in_words(turned):
                yield turned
            yield from _decodings(turned, depth - 1)


def _in_words(turned: str) -> bool:
    """Whether a text that any text can be turned into is one: most turn into no words at all."""
    low = turned.lower()
    found = _SMALL_WORDS.intersection(re.findall(r"[a-z]{3,}", low))
    return len(found) > 1 or bool(_WORTH_FOLDING.search(low))


def _unbase64(chunk: str) -> bytes:
    chunk = chunk.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        whole = chunk[:-1] if len(chunk) % 4 == 1 else chunk
        return base64.b64decode(whole + "=" * (-len(whole) % 4))
    except (binascii.Error, ValueError):
        return b""


def _readable(raw: bytes) -> list[str]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return []
    printable = sum(c.isprintable() for c in text)
    return [text] if len(text) >= 6 and printable > 0.9 * len(text) else []
