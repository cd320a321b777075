"""Tell English from Spanish from everything else, by the small words nobody leaves out."""

import re
import unicodedata

from bot.text.normalise import fold
from bot.types import Lang

_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the a an of to in is are was were be been can could will would may might must should do does"
        " did have has had i you he she they we it my your his her their our me him them us this that"
        " these those what who how when where why which if and or but not no for from with without by"
        " at on about as any all there here just still so than then because out up into after before"
        " im dont cant wont didnt isnt ur ice get got am yes ok please help know tell want need u r".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas de del al en es son era fue ser estar esta estan estoy soy eres"
        " somos puede pueden puedo podria podrian quiero tengo tiene tienen hay y o pero no si que como"
        " cuando donde por para con sin sobre mi mis tu tus su sus me te se lo le les nos yo el ella ellos"
        " ellas usted ustedes nosotros esto eso este ese porque muy mas ya q xq cual quien aqui alli"
        " a ha han he hay fui nacio naci hijo hija esposo esposa hermano ciudadano ciudadana".split()
    ),
    "pt": frozenset(
        "sim em o os um uma da do das dos na no nas nos nao sao voce eles elas eu meu minha pode podem tem foi"
        " com sem por para que se mas ou ser uns pelo pela isso ele ela cidadao deportado governo".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et est sont je tu il elle nous vous ils elles mon ma mes son ne pas"
        " que qui dans sur pour avec sans peut peuvent etre ai as ont cette ce citoyen puis".split()
    ),
    "ht": frozenset(
        "mwen ou li nou yo pa ka ap te gen nan pou ak ki sa se yon sitwayen depote mwens eske kijan".split()
    ),
    "it": frozenset("il lo gli uno della dello degli sono puo possono essere che non per cittadino mio".split()),
    "de": frozenset("der die das ein eine ist sind kann konnen ich nicht und mein wird werden burger".split()),
    "tl": frozenset("ang ng sa mga ako ikaw siya hindi ba ko mo na at ay po kung pwede maaari".split()),
    "vi": frozenset("toi co the khong la cua va duoc nguoi bi mot cong dan truc xuat".split()),
}
_TOKEN = re.compile(r"[a-z]+")
_MARKS = {"es": "ñ¿¡", "pt": "ãõç", "fr": "çèêœ", "vi": "ạảậắằẵặẹẻẽếềểễệịỉọỏốồổỗộớờởợụủứừửữựỳỵỷỹđơư"}


def foreign_script(text: str) -> bool:
    """Whether a good part of the letters are not Latin."""
    letters = [c for c in text if c.isalpha()]
    other = sum(not unicodedata.name(c, "").startswith(("LATIN", "FULLWIDTH LATIN", "MATHEMATICAL")) for c in letters)
    return bool(letters) and other > 0.3 * len(letters)


def scores(text: str) -> dict[str, float]:
    """Count, for each language, the words of ``text`` that are its small words."""
    words = _TOKEN.findall(fold(text).text)
    low = text.lower()
    return {
        lang: sum(word in known for word in words) + 0.5 * sum(low.count(c) for c in _MARKS.get(lang, ""))
        for lang, known in _WORDS.items()
    }


def detect(text: str) -> Lang | None:
    """Give the language of ``text``: None when it is neither English nor Spanish, or unclear."""
    if foreign_script(text):
        return None
    found = scores(text)
    best = max(found, key=lambda lang: found[lang])
    if found[best] == 0:
        return None
    if found["en"] >= found[best]:
        return "en"
    if found["es"] >= found[best]:
        return "es"
    return None


def is_other(text: str) -> bool:
    """Whether ``text`` is clearly in a language Habeas does not speak."""
    if foreign_script(text):
        return True
    found = scores(text)
    ours = max(found["en"], found["es"])
    other = max(found[lang] for lang in found if lang not in {"en", "es"})
    return other >= 2 and other > ours
