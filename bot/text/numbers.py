"""Numbers in running text, English and Spanish: digits and words, and what they count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.types import Lang

Unit = Literal["hour", "day", "week", "month", "year", "birthday"]

_SMALL: Mapping[str, int] = {
    word: value
    for value, words in enumerate(
        (
            "zero cero", "one un uno una", "two dos", "three tres", "four cuatro", "five cinco",
            "six seis", "seven siete", "eight ocho", "nine nueve", "ten diez", "eleven once",
            "twelve doce", "thirteen trece", "fourteen catorce", "fifteen quince",
            "sixteen dieciséis", "seventeen diecisiete", "eighteen dieciocho",
            "nineteen diecinueve", "twenty veinte", "veintiún veintiuno veintiuna", "veintidós",
            "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete",
            "veintiocho", "veintinueve",
        )
    )
    for word in words.split()
}  # fmt: skip
_TENS: Mapping[str, int] = {
    word: 10 * value
    for value, words in enumerate(
        (
            "thirty treinta", "forty cuarenta", "fifty cincuenta", "sixty sesenta",
            "seventy setenta", "eighty ochenta", "ninety noventa",
        ),
        3,
    )
    for word in words.split()
}  # fmt: skip
_HUNDREDS: Mapping[str, int] = {"hundred": 100, "cien": 100, "ciento": 100}
_UNITS: Mapping[str, Unit] = {
    "hour": "hour", "hours": "hour", "hora": "hour", "horas": "hour",
    "day": "day", "days": "day", "día": "day", "días": "day",
    "week": "week", "weeks": "week", "semana": "week", "semanas": "week",
    "month": "month", "months": "month", "mes": "month", "meses": "month",
    "year": "year", "years": "year", "año": "year", "años": "year",
    "birthday": "birthday",
}  # fmt: skip
_OF_UNIT = frozenset({"calendar", "business", "working", "full", "more", "consecutive"})
_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+|\d+|[^\W\d_]+|[^\w\s]")
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")


@dataclass(frozen=True, order=True)
class Duration:
    """A number of days, years and so on, or an age (in years), as a text states it."""

    value: int
    unit: Unit


@dataclass(frozen=True)
class _Number:
    value: int
    first: int
    last: int


def numbers(text: str) -> frozenset[int]:
    """All whole numbers of a text, written in digits or as English or Spanish words."""
    return frozenset(number.value for number in _numbers(_tokens(text)))


def durations(text: str, lang: Lang) -> frozenset[Duration]:
    """Return numbers that count hours, days, weeks, months or years, or say an age."""
    tokens = _tokens(text)
    found = set()
    for number in _numbers(tokens):
        # Spanish "once" is eleven; in English it is no number.
        if lang == "en" and tokens[number.first] == "once":
            continue
        after = number.last + 1
        while after < len(tokens) and tokens[after] in (*_OF_UNIT, "-", "–", "‑", "st", "nd", "th"):
            after += 1
        unit = _UNITS.get(tokens[after]) if after < len(tokens) else None
        if unit:
            found.add(Duration(number.value, unit))
        elif _is_age(tokens, number.first):
            found.add(Duration(number.value, "year"))
    return frozenset(found)


def _is_age(tokens: list[str], first: int) -> bool:
    before = tokens[max(0, first - 3) : first]
    return bool(before) and (
        before[-1] in ("age", "aged", "turn", "turns", "turned")
        or before[-2:] in (["age", "of"], ["ages", "of"])
    )


def _tokens(text: str) -> list[str]:
    return [token.casefold() for token in _TOKEN.findall(text)]


def _numbers(tokens: list[str]) -> list[_Number]:
    found: list[_Number] = []
    position = 0
    while position < len(tokens):
        number = _number_at(tokens, position)
        if number:
            found.append(number)
            position = number.last
        position += 1
    return found


def _number_at(tokens: list[str], at: int) -> _Number | None:
    token = tokens[at]
    if _DIGITS.fullmatch(token):
        return _Number(int(token.replace(",", "")), at, at)
    value = _word(token)
    if value is None:
        return None
    last = at
    if value < 10 and _peek(tokens, last + 1) == "hundred":
        value, last = value * 100, last + 1
    while (step := _joined(tokens, last)) is not None:
        more = _word(tokens[step])
        if more is None or not _fits(value, more):
            break
        value, last = value + more, step
    return _Number(value, at, last)


def _word(token: str) -> int | None:
    return _SMALL.get(token, _TENS.get(token, _HUNDREDS.get(token)))


def _fits(value: int, more: int) -> bool:
    """Whether ``more`` goes on a number word: forty + eight, one hundred + eighty."""
    if value % 100 == 0 and value:
        return more < 100
    return value % 10 == 0 and value % 100 >= 20 and more < 10


def _joined(tokens: list[str], last: int) -> int | None:
    """Index of the next word of the same number: over a hyphen, ``and`` or ``y``."""
    step = last + 1
    if _peek(tokens, step) in ("-", "‑", "y", "and"):
        step += 1
    return step if step < len(tokens) else None


def _peek(tokens: list[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else ""
