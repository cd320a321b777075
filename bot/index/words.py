"""Words of a text as the lexical index and the lexicon see them: folded and stemmed."""

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import snowballstemmer

from bot.types import Lang

LANGS: tuple[Lang, ...] = ("en", "es")

_WORD = re.compile(r"[a-z0-9]+")
_HYPHENATED = re.compile(r"\b([a-z]{1,4})-(\d{1,4}[a-z]?)\b")
_ION = re.compile(r"([cs])ion$")
_ALGORITHM: Mapping[Lang, str] = {"en": "english", "es": "spanish"}
_SMALL: Mapping[Lang, str] = {
    "en": """a about am an and any are as at be because been but by can could did do does for from
        get got had has have he her here him his how i if in into is it its just me my no not now
        of on or our out she should so some than that the their them then there these they this
        those to up us was we were what when where which who why will with would you your
        s t m re ve d ll im dont cant wont isnt doesnt didnt""",
    "es": """a al algo ante asi aqui aun como con cual cuando de del desde donde el ella ellos en
        entre era es esa ese eso esta estan estar estas este esto estoy fue fui ha hace han hasta
        hay he la las le les lo los mas me mi mis muy ni no nos o os para pero por porque pues
        que quien se ser si sin sobre son soy su sus tambien te tengo tiene tienen tu un una uno
        unos y ya yo usted ustedes cuanto cuantos cuanta cuantas puede pueden puedo""",
}
_STOP: Mapping[Lang, frozenset[str]] = {
    lang: frozenset(words.split()) for lang, words in _SMALL.items()
}
# The forms that people use and no stemmer joins.
_JOINED = """sent:send took:take taken:take came:come went:go gone:go lost:lose held:hold
    kept:keep left:leave told:tell said:say paid:pay caught:catch stole:steal stolen:steal
    broke:break broken:break gave:give given:give swore:swear sworn:swear fought:fight fled:flee
    hid:hide hidden:hide shot:shoot won:win threw:throw thrown:throw children:child kid:child
    kids:child men:man women:woman wives:wife mom:mother mum:mother dad:father
    bought:buy sued:sue beaten:beat forgot:forget wrote:write
    written:write spoke:speak spoken:speak"""
_IRREGULAR: Mapping[str, str] = dict(pair.split(":") for pair in _JOINED.split())
_stemmers = {lang: snowballstemmer.stemmer(name) for lang, name in _ALGORITHM.items()}
# A stemmer keeps the word it is at in itself.
_stemming = threading.Lock()


def fold(text: str) -> str:
    """Lower case without accents; ``n-400`` becomes one word."""
    marked = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in marked if not unicodedata.combining(char))
    return _HYPHENATED.sub(r"\1\2", plain)


def plain_words(text: str) -> list[str]:
    """All words in order, folded, not stemmed."""
    return _WORD.findall(fold(text))


def stems(text: str, lang: Lang) -> list[str]:
    """All words in order, folded and stemmed as words of ``lang``."""
    return [stem(word, lang) for word in plain_words(text)]


def terms(text: str, lang: Lang) -> list[str]:
    """Stems of the words that carry meaning."""
    return [stem(word, lang) for word in plain_words(text) if word not in _STOP[lang]]


def is_stop(word: str, lang: Lang) -> bool:
    """Whether a folded word is one of the small words of ``lang``."""
    return word in _STOP[lang]


@lru_cache(maxsize=65_536)
def stem(word: str, lang: Lang) -> str:
    """Stem one folded word."""
    if lang == "en":
        word = _IRREGULAR.get(word, word)
    # People leave accents out, and the Spanish stemmer knows -ción only with one.
    accented = _ION.sub(r"\1ión", word) if lang == "es" else word
    with _stemming:
        found = fold(_stemmers[lang].stemWord(accented))
    return _respell(found) if lang == "es" else found


def _respell(found: str) -> str:
    """Undo what Spanish spelling changes before e: cruzar, crucé; sacar, saqué; pagar, pagué."""
    for ending, plain in (("z", "c"), ("qu", "c"), ("gu", "g")):
        if len(found) > len(ending) + 1 and found.endswith(ending):
            return found[: -len(ending)] + plain
    return found
