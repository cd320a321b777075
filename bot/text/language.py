"""Tell English from Spanish from everything else, by the small words nobody leaves out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.text.normalise import Folded, fold
from bot.text.tongues import script_of, tongue_in_script, tongue_of
from bot.text.vocabulary import LANGS, shares_known
from bot.types import Lang, Tongue

_SMALL_WORDS: Mapping[str, str] = {
    "en": """
        the a an of to in is are was were be been can could will would may might must should do does
        did have has had i you he she they we it my your his her their our me him them us this that
        these those what who how when where why which if and or but not no for from with without by
        at on about as any all there here just still so than then because out up into after before
        im dont cant wont didnt isnt ur ice get got am yes ok please help know tell want need u r
    """,
    "es": """
        el la los las un una unos unas de del al en es son era fue ser estar esta estan estoy soy
        eres somos puede pueden puedo podria podrian quiero tengo tiene tienen hay y o pero no si
        que como cuando donde por para con sin sobre mi mis tu tus su sus me te se lo le les nos yo
        el ella ellos ellas usted ustedes nosotros esto eso este ese porque muy mas ya q xq cual
        quien aqui alli a ha han he hay fui nacio naci hijo hija esposo esposa hermano ciudadano
        ciudadana mejor vivir vida morir morirme muero matar matarme mato aguanto
    """,
    "pt": """
        sim em o os um uma da do das dos na no nas nos nao sao voce eles elas eu meu minha pode
        podem tem foi com sem por para que se mas ou ser uns pelo pela isso ele ela cidadao
        deportado governo
    """,
    "fr": """
        le la les un une des du de et est sont je tu il elle nous vous ils elles mon ma mes son ne
        pas que qui dans sur pour avec sans peut peuvent etre ai as ont cette ce citoyen puis
    """,
    "ht": """
        mwen ou li nou yo pa ka ap te gen nan pou ak ki sa se yon sitwayen depote mwens eske kijan
    """,
    "it": """
        il lo gli uno della dello degli sono puo possono essere che non per cittadino mio
    """,
    "de": """
        der die das ein eine ist sind kann konnen ich nicht und mein wird werden burger
    """,
    "tl": """
        ang ng sa mga ako ikaw siya hindi ba ko mo na at ay po kung pwede maaari
    """,
    "vi": """
        toi co the khong la cua va duoc nguoi bi mot cong dan truc xuat
    """,
}
_MARKS: Mapping[str, str] = {
    "es": "ñ¿¡",
    "pt": "ãõç",
    "fr": "çèêœ",
    "vi": "ạảậắằẵặẹẻẽếềểễệịỉọỏốồổỗộớờởợụủứừửữựỳỵỷỹđơư",
}
_TOKEN = re.compile(r"[a-z]+")
READABLE = 0.6
"""A text with this share of known longer words is in a language, with or without small words."""
_CLEARLY_MORE = 0.3
_OURS_FOR_SURE = 0.75
"""A text with this share is in no other language, whatever its small words look like."""


def _by_item(pairs: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Turn "language to items" round to "item to languages"."""
    items = frozenset().union(*pairs.values())
    return {one: tuple(lang for lang, known in pairs.items() if one in known) for one in items}


_LANGS_OF_WORD = _by_item({lang: frozenset(w.split()) for lang, w in _SMALL_WORDS.items()})
_LANGS_OF_MARK = _by_item({lang: frozenset(marks) for lang, marks in _MARKS.items()})
_OURS = tuple(frozenset(_SMALL_WORDS[lang].split()) for lang in ("en", "es"))


@dataclass(frozen=True)
class Heard:
    """What a text sounds like: a count for each language, and whether its script is another.

    ``tongue`` is the language it is clearly in, where that is neither English nor Spanish.
    """

    counts: Mapping[str, float]
    foreign: bool
    tongue: Tongue | None = None
    known: Mapping[Lang, float] = field(default_factory=lambda: dict.fromkeys(LANGS, 0.0))
    """Share of the longer words that each language of the digest has."""

    @property
    def lang(self) -> Lang | None:
        """English or Spanish; None when it is neither, or unclear."""
        best = max(self.counts.values())
        if self.foreign or self.tongue:
            return None
        leading = [lang for lang in LANGS if self.counts[lang] >= best]
        if best == 0 or len(leading) > 1:
            return self._by_longer_words(sure=best > 0)
        return leading[0] if leading else None

    def _by_longer_words(self, *, sure: bool) -> Lang | None:
        """Decide where small words do not; English where they are ``sure`` it is one of the two."""
        more: Lang = "es" if self.known["es"] > self.known["en"] else "en"
        if sure:
            return "es" if self.known["es"] >= self.known["en"] + _CLEARLY_MORE else "en"
        apart = self.known["es"] != self.known["en"]
        return more if apart and self.known[more] >= READABLE else None

    @property
    def is_other(self) -> bool:
        """Whether it is clearly a language Habeas does not speak, or looks like one."""
        return self.foreign or self.tongue is not None


def hear(text: str, folded: Folded | None = None) -> Heard:
    """Count the small words and letters of each language in ``text``.

    Args:
        text: what to judge.
        folded: ``fold(text)``, where the caller has it.
    """
    words = _TOKEN.findall((folded or fold(text)).text)
    counts = dict.fromkeys(_SMALL_WORDS, 0.0)
    for word in words:
        for lang in _LANGS_OF_WORD.get(word, ()):
            counts[lang] += 1
    if not text.isascii():
        for char in text.lower():
            for lang in _LANGS_OF_MARK.get(char, ()):
                counts[lang] += 0.5
        if foreign_script(text):
            return Heard(counts, foreign=True, tongue=tongue_in_script(text))
    known = shares_known(words)
    sure = max(known.values()) >= _OURS_FOR_SURE
    tongue = None if sure else tongue_of(text, words, _OURS) or _outnumbered(counts)
    return Heard(counts, foreign=False, tongue=tongue, known=known)


def _outnumbered(counts: Mapping[str, float]) -> Tongue | None:
    """Hear another language where its small words outnumber ours."""
    ours = max(counts["en"], counts["es"])
    others = max(n for lang, n in counts.items() if lang not in {"en", "es"})
    return "other" if others >= 2 and others > ours else None


def foreign_script(text: str) -> bool:
    """Whether a good part of the letters are not Latin."""
    letters = [c for c in text if c.isalpha()]
    return sum(script_of(c) != "latin" for c in letters) > 0.3 * len(letters)


def detect(text: str) -> Lang | None:
    """Give the language of ``text``: None when it is neither English nor Spanish, or unclear."""
    return hear(text).lang


def is_other(text: str) -> bool:
    """Whether ``text`` is clearly in a language Habeas does not speak."""
    return hear(text).is_other
