"""Mend the words that decide: text-speak and single-letter typos of the guard's key words.

Only folded text is mended, word by word and only to a key word, so a mended text can name the
topic or a status the writer meant, and nothing else. Offsets are kept through `replace`.
"""

import re
from functools import cache

from bot.text.normalise import Folded, replace

_DECIDING = """
    citizen citizens citizenship deport deported deportation deportable naturalized naturalization
    denaturalized undocumented permanent resident residents immigrant immigrants immigration
    passport american americans extradited extradition torture tortured president government
    removed removal renounce prison detained arrested national nationals noncitizen asylum refugee
    ciudadano ciudadana ciudadanos ciudadanas ciudadania deportar deportan deportado deportada
    deportarme deportacion naturalizado naturalizada naturalizacion indocumentado indocumentada
    residente residencia permanente inmigrante inmigracion pasaporte americano americana
    estadounidense extraditar extradicion tortura presidente gobierno expulsar expulsado expulsion
    renunciar carcel prision detenido detenida nacimiento nacional nacido nacida puerto
"""
_KEY_WORDS = _DECIDING.split()
_TEXT_SPEAK = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "cuz": "because",
    "bc": "because",
    "pls": "please",
    "dont": "don't",
    "cant": "can't",
    "wont": "won't",
    "isnt": "isn't",
    "arent": "aren't",
    "didnt": "didn't",
    "doesnt": "doesn't",
    "wasnt": "wasn't",
    "im": "i'm",
    "ive": "i've",
    "hes": "he's",
    "shes": "she's",
    "theyre": "they're",
    "thats": "that's",
    "whats": "what's",
    "q": "que",
    "k": "que",
    "xq": "porque",
    "x": "por",
    "pa": "para",
    "aki": "aqui",
    "toy": "estoy",
    "soi": "soy",
    "nasi": "naci",
    "nasio": "nacio",
    "ban": "van",
    "boy": "voy",
    "ase": "hace",
    "kien": "quien",
    "kiero": "quiero",
    "kieren": "quieren",
    "pueda": "pueda",
    "berda": "verdad",
}
_SPANISH_ONLY = frozenset({"x", "k", "q", "ban", "boy", "pa", "ase", "toy"})
_LONG = 8
_WORD = re.compile(r"[a-z]+")
_SOUNDS = str.maketrans({"z": "s", "c": "s", "v": "b", "k": "s", "y": "i", "h": ""})


def mend(folded: Folded, *, spanish: bool) -> Folded:
    """Give folded text with its text-speak spelled out and typos of key words mended."""

    def better(match: re.Match[str]) -> str:
        word = match[0]
        if word in _TEXT_SPEAK and (spanish or word not in _SPANISH_ONLY):
            return _TEXT_SPEAK[word]
        return _nearest(word) if len(word) >= 6 else word

    return replace(folded, _WORD, better)


@cache
def _cuts() -> dict[str, str]:
    """Every key word with one letter left out, and by its sound."""
    out: dict[str, str] = {}
    for word in _KEY_WORDS:
        if len(word) < 6:
            continue
        for i in range(len(word)):
            out.setdefault(word[:i] + word[i + 1 :], word)
        out.setdefault("~" + word.translate(_SOUNDS), word)
    return out


@cache
def _known() -> frozenset[str]:
    return frozenset(_KEY_WORDS)


def _nearest(word: str) -> str:
    """A key word the word sounds like, or misses or doubles or swaps one letter of; else itself.

    Another letter in place of one ("person") makes a different word, so it is mended only in long
    words, and an ending of a key word ("remove") is left as it is.
    """
    if word in _known():
        return word
    cuts = _cuts()
    if found := cuts.get("~" + word.translate(_SOUNDS)):
        return found
    if (found := cuts.get(word)) and not found.startswith(word[:-1]):
        return found
    return next((found for at in range(len(word)) if (found := _mended_at(word, at))), word)


def _mended_at(word: str, at: int) -> str | None:
    """The key word of which ``word`` doubles, swaps or changes the letter at a place, if any."""
    shorter = word[:at] + word[at + 1 :]
    doubled = at > 0 and word[at] == word[at - 1]
    if shorter in _known() and (doubled or len(word) > _LONG) and not word.startswith(shorter):
        return shorter
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    if swapped in _known():
        return swapped
    found = _cuts().get(shorter)
    if found and len(found) == len(word) > _LONG and _same_ends(word, found):
        return found
    return None


def _same_ends(one: str, other: str) -> bool:
    return one[:2] == other[:2] and one[-2:] == other[-2:]
