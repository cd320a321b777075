"""Tell English from Spanish from everything else, by the small words nobody leaves out."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.text.normalise import Folded, fold
from bot.types import Lang

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
        ciudadana
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


def _by_item(pairs: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """Turn "language to items" round to "item to languages"."""
    items = frozenset().union(*pairs.values())
    return {one: tuple(lang for lang, known in pairs.items() if one in known) for one in items}


_LANGS_OF_WORD = _by_item({lang: frozenset(w.split()) for lang, w in _SMALL_WORDS.items()})
_LANGS_OF_MARK = _by_item({lang: frozenset(marks) for lang, marks in _MARKS.items()})


@dataclass(frozen=True)
class Heard:
    """What a text sounds like: a count for each language, and whether its script is another."""

    counts: Mapping[str, float]
    foreign: bool

    @property
    def lang(self) -> Lang | None:
        """English or Spanish; None when it is neither, or unclear."""
        best = max(self.counts.values())
        if self.foreign or best == 0:
            return None
        if self.counts["en"] >= best:
            return "en"
        return "es" if self.counts["es"] >= best else None

    @property
    def is_other(self) -> bool:
        """Whether it is clearly a language Habeas does not speak."""
        ours = max(self.counts["en"], self.counts["es"])
        other = max(n for lang, n in self.counts.items() if lang not in {"en", "es"})
        return self.foreign or (other >= 2 and other > ours)


def hear(text: str, folded: Folded | None = None) -> Heard:
    """Count the small words and letters of each language in ``text``.

    Args:
        text: what to judge.
        folded: ``fold(text)``, where the caller has it.
    """
    counts = dict.fromkeys(_SMALL_WORDS, 0.0)
    for word in _TOKEN.findall((folded or fold(text)).text):
        for lang in _LANGS_OF_WORD.get(word, ()):
            counts[lang] += 1
    if text.isascii():
        return Heard(counts, foreign=False)
    for char in text.lower():
        for lang in _LANGS_OF_MARK.get(char, ()):
            counts[lang] += 0.5
    return Heard(counts, foreign=foreign_script(text))


def foreign_script(text: str) -> bool:
    """Whether a good part of the letters are not Latin."""
    letters = [c for c in text if c.isalpha()]
    return sum(not _is_latin(c) for c in letters) > 0.3 * len(letters)


def detect(text: str) -> Lang | None:
    """Give the language of ``text``: None when it is neither English nor Spanish, or unclear."""
    return hear(text).lang


def is_other(text: str) -> bool:
    """Whether ``text`` is clearly in a language Habeas does not speak."""
    return hear(text).is_other


@lru_cache(maxsize=4096)
def _is_latin(char: str) -> bool:
    kinds = ("LATIN", "FULLWIDTH LATIN", "MATHEMATICAL")
    return unicodedata.name(char, "").startswith(kinds)
