"""How hard an English text is to read."""

import re

_ABBREVIATIONS = re.compile(
    r"\b(?:U\.S\.C|U\.S|D\.C|C\.F\.R|amend|art|No|s|v|vs|Mr|Mrs|Ms|Dr|St|Inc|Cir|a\.m|p\.m|[A-Z])\."
)
_CITATION = re.compile(r"\((?:[a-z]{1,2}|[A-Z]{1,2}|\d{1,2}|[ivx]+)\)")
_SENTENCE_END = re.compile(r"[.!?]+[\"'”’)]*(?:\s+|$)")
_WORD = re.compile(r"[A-Za-z0-9$][A-Za-z0-9$.,'’-]*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_ENDING = re.compile(
    r"(?:[^lsxzcgaeiouy]e|[sxzcg]e|[^lsxzcghaeiouy]es|[aeiouy]les?|[^td]ed)$"
)


def grade_level(text: str) -> float:
    """Give the Flesch-Kincaid grade (US school years) of an English text; 0 if it has no word.

    The formula is that of Kincaid and others (1975): 0.39 words a sentence and 11.8 syllables a
    word, less 15.59. Paragraph marks such as ``(b)(3)`` are left out, a number counts as one
    syllable, and points of abbreviations such as U.S.C. end no sentence.
    """
    plain = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", ""), _CITATION.sub("", text))
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    sentences = sum(1 for piece in _SENTENCE_END.split(plain) if _WORD.search(piece))
    spoken = sum(syllables(part) for word in words for part in word.split("-") if part)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def syllables(word: str) -> int:
    """Estimate the syllables of an English word from its groups of vowels; at least one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(letters))
    if count > 1 and _SILENT_ENDING.search(letters):
        count -= 1
    return max(1, count)
