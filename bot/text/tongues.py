"""Which of the languages Habeas has a card for a text is in: by script, else by telling words.

A telling word stands in no English or Spanish text; a small word may. Nothing here decides
between English and Spanish: that is ``bot.text.language``.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

from bot.types import Tongue

# Each counts two: one of them, with nothing English or Spanish beside it, decides.
_TELLING: Mapping[Tongue, str] = {
    "pt": """
        voce voces nao sou eles elas meu minha meus minhas pode podem posso tenho cidadao cidada
        cidadaos nasci nasceu nascido nascida mae pai irmao irma governo prisao
        imigracao advogado advogada estou foi muito entao onde dele dela filho filha filhos fazer
        voltar direitos deportacao brasileiro brasileira mulher ajuda morrer viver ficar ficou
        pegaram prenderam prendeu tambem quem vou vao
    """,
    "fr": """
        je suis citoyen citoyenne citoyens peuvent peut etre pourquoi gouvernement avocat pere
        frere soeur fille enfants naissance vous nous ils elles leur aux dans cette sont
        avons vais puis dois faire moi chez quoi parce americain americaine etats droits renvoyer
        expulser qu ete jamais sejour papiers arrete peur deporter mourir
    """,
    "ht": """
        mwen nan eske kijan kapab ayiti ayisyen fanmi sitwayen depote pitit papye lajan gouvenman
        prizon avoka poukisa konsa jodi kounye pral fet peyi etazini ameriken manman bezwen vle
        tanpri jij voye tounen yon nou moun kote lapolis imigrasyon paske anpil
    """,
    "tl": """
        mga ako ikaw siya kami tayo sila maaari maaaring akong aking namin natin niya mamamayan
        mamamayang kapatid asawa nanay tatay magulang ipinanganak kulungan bilangguan pamahalaan
        gobyerno paano bakit kailan dito wala walang mayroon meron isang kailangan gawin
        dapat nila ninyo madeport ideport
    """,
    "vi": "khong duoc nguoi cua xuat quoc tich luat nhap giup phai neu nuoc vuc hoac",
}

# Each counts one; those that are English or Spanish small words too speak for no language.
_SMALL: Mapping[Tongue, str] = {
    "pt": """
        o os um uma em do da dos das no na nos nas com mas se me que por para de a e ao aos pelo
        pela tem sem ser sim ou ja isso ele ela eu mais quando qual como esta ate agora vai preciso
    """,
    "fr": """
        le la les un une de du des et est il elle on pas que qui sur pour avec sans ce se sa son
        ses me mon ma mes te au en y si ou ai as c j l d m s t n ne ici oui non tu a ont mere femme
        unis deja pays mari
    """,
    "ht": """
        ou li yo pa ka ap te gen ak pou ki sa se a la lan m n w l si men tou pi kay ale depi sou
        vin kite bon nen epi en
    """,
    "tl": """
        ang ng sa ba ko mo na at ay po kung si ni kay din rin lang pa may ma i ito para naman sana
        nga hindi puwede pwede us citizen
    """,
    "vi": """
        toi co the bi la va ho my o nha sinh ky truc mot con vo chong me ba ma hay da se nao cong
        dan gia dinh viet xin chinh phu lam ai khi su cu do tu lai viec trong nhung bao vinh vien
        chung
    """,
}

# Of languages there is no card for: enough of each to see that it is neither English nor Spanish.
_ELSE_TELLING = """
    cittadino cittadina possono essere della degli dello perche gli nella deportarmi espellere
    ich nicht kann konnen wird werden mein meine geboren abschieben abgeschoben gefangnis mich
    regierung staatsburger einen czy moga jestem obywatelem nie mnie deportowac sie prosze sunt
    cetatean trebuie poate deporteze vatandasiyim degilim edilebilir miyim saya tidak apakah warga
    negara dideportasi ninaweza kufukuzwa raia nchi yangu waxaan muwaadin ahay maxaa niet uitgezet
    kunnen qytetar shteti
"""
_ELSE_SMALL = """
    io il lo un che non per mio di sono nato der das ein eine ist bin und w na do z nu sa ma bir mi
    ve ik het een ben
"""

_MARKS: Mapping[Tongue, str] = {
    "pt": "ãõ",
    "fr": "èêœùàâ",
    "ht": "èò",
    "vi": "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơưăâêôĩũ",
}
_LATIN: tuple[Tongue, ...] = ("pt", "fr", "ht", "tl", "vi", "other")
_ENOUGH = 2


def _by_word() -> dict[str, dict[Tongue, int]]:
    table: dict[str, dict[Tongue, int]] = {}
    small: Mapping[Tongue, str] = {**_SMALL, "other": _ELSE_SMALL}
    telling: Mapping[Tongue, str] = {**_TELLING, "other": _ELSE_TELLING}
    for weight, words in ((1, small), (2, telling)):
        for tongue, text in words.items():
            for word in text.split():
                table.setdefault(word, {})[tongue] = weight
    return table


_WEIGHTS = _by_word()
_MARKED: Mapping[str, tuple[Tongue, ...]] = {
    char: tuple(tongue for tongue, marks in _MARKS.items() if char in marks)
    for char in frozenset("".join(_MARKS.values()))
}

# Letters Russian is written with, and those of them that folding takes for Latin ones.
_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_LIKE_LATIN = frozenset("авекмнорстухіјѕԁԛԝ")
_RUSSIAN_ONLY = re.compile(r"[ыэё]|ъ(?=[еёюя])")
_RUSSIAN_WORDS = re.compile(
    r"\b(?:я|не|меня|мне|мой|моя|моего|если|что|могут|может|можно|гражданин|гражданка|есть|"
    r"только|нет|как|или|они|он|она|сша|депортировать|хочу|родился|родилась)\b"
)
_NEIGHBOURS = re.compile(
    r"ъ(?![еёюя])|увати\b|\b(?:съм|аз|ще|ме|се|са|мога|можуть|мене|чи|що|громадян\w*|вони|але|це)\b"
)
_TRADITIONAL = frozenset(
    "國籍嗎麼辦們這為說會驅親話請過對時當權證護邊來學發種樣關開聽見問應該無廣東灣後從與還將讓訴監獄"
)
_SIMPLIFIED = frozenset(
    "国吗么办们这为说会驱亲话请过对时当权证护边来学发种样关开听见问应该无广东湾后从与还将让诉监狱"
)
_CHINESE: tuple[Tongue, Tongue] = ("zh-Hans", "zh-Hant")

Script = Literal["latin", "han", "kana", "arabic", "cyrillic", "else"]


def tongue_of(text: str, words: Sequence[str], ours: Sequence[frozenset[str]]) -> Tongue | None:
    """Give the language of a text in Latin letters; None where it may be English or Spanish.

    Args:
        text: as it was written, for its marks.
        words: its words, folded.
        ours: the small words of English, and those of Spanish.
    """
    score = dict.fromkeys(_LATIN, 0.0)
    for word in words:
        weights = _WEIGHTS.get(word)
        if weights:
            # A letter alone is a spelled-out word, or what an apostrophe left.
            unsure = len(word) == 1 or any(word in small for small in ours)
            for tongue, weight in weights.items():
                score[tongue] += weight if weight > 1 or not unsure else 0
    for char in () if text.isascii() else text.lower():
        for tongue in _MARKED.get(char, ()):
            score[tongue] += 0.5
    best = max(_LATIN, key=score.__getitem__)
    if score[best] < _ENOUGH:
        return None
    # A word both languages have speaks for neither.
    own = [word for word in words if best not in _WEIGHTS.get(word, ())]
    known = max(sum(word in small for word in own) for small in ours)
    return best if score[best] > known else None


def tongue_in_script(text: str) -> Tongue | None:
    """Give the language of a text mostly in other letters than Latin ones.

    None where the letters only look foreign: Latin words in Cyrillic or Greek disguise.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    scripts = [script_of(char) for char in text if char.isalpha()]
    if "kana" in scripts:
        return "other"
    if _disguised(text):
        return None
    most = max((one for one in scripts if one != "latin"), key=scripts.count, default="latin")
    match most:
        case "han":
            return _CHINESE[_is_traditional(text)]
        case "arabic":
            return "ar" if _is_arabic(text) else "other"
        case "cyrillic":
            return "ru" if _is_russian(text) else "other"
        case _:
            return "other"


@lru_cache(maxsize=8192)
def script_of(char: str) -> Script:
    """Give the script of one letter."""
    name = unicodedata.name(char, "")
    if name.startswith(("LATIN", "FULLWIDTH LATIN", "MATHEMATICAL")):
        return "latin"
    if name.startswith("CJK"):
        return "han"
    if name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
        return "kana"
    if name.startswith("ARABIC"):
        return "arabic"
    return "cyrillic" if name.startswith("CYRILLIC") else "else"


def _disguised(text: str) -> bool:
    """Whether letters of another script stand for the Latin ones they look like."""
    for word in re.findall(r"[^\W\d_]+", text):
        scripts = {script_of(char) for char in word}
        if "latin" in scripts and scripts & {"cyrillic", "else"}:
            return True
    cyrillic = [char for char in text if script_of(char) == "cyrillic"]
    return bool(cyrillic) and all(char in _LIKE_LATIN for char in cyrillic)


def _is_traditional(text: str) -> bool:
    return sum(char in _TRADITIONAL for char in text) > sum(char in _SIMPLIFIED for char in text)


def _is_arabic(text: str) -> bool:
    """Whether every letter is one Arabic itself uses: Persian, Urdu and others have more."""
    letters = (char for char in text if script_of(char) == "arabic" and char.isalpha())
    return all("\u0621" <= char <= "\u064a" for char in letters)


def _is_russian(text: str) -> bool:
    cyrillic = {char for char in text if script_of(char) == "cyrillic"}
    if cyrillic - _RUSSIAN or _NEIGHBOURS.search(text):
        return False
    return bool(_RUSSIAN_ONLY.search(text) or _RUSSIAN_WORDS.search(text))
