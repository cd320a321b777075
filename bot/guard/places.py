"""Where a birth makes a citizen, a national, or neither; names in ``words/places.toml``."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from bot.errors import RuleError


@dataclass(frozen=True)
class Country:
    """Another country: its names and those of its people, masculine singular where they differ."""

    names: tuple[str, ...]
    people: tuple[str, ...]

    def named_by(self, word: str) -> bool:
        """Whether ``word`` names the country or, in any form, its people."""
        return word in self.names or any(_same_people(word, one) for one in self.people)


@dataclass(frozen=True)
class _Places:
    united_states: tuple[str, ...]
    states: tuple[str, ...]
    cities: tuple[str, ...]
    territories: tuple[str, ...]
    national_places: tuple[str, ...]
    third_countries: tuple[str, ...]
    countries: tuple[Country, ...]


@cache
def place_lists() -> Mapping[str, str]:
    """Give, for each kind of place, the expression that matches its names, the longest first.

    ``us_place``: a birth there makes a citizen. ``national_place``: a national, 8 U.S.C. 1408.
    ``foreign_country`` and ``foreign_adjective``: other countries and their people.
    ``third_country``: countries that took people who are not theirs.
    """
    known = _places()
    us = [
        rf"(?:the )?(?:{'|'.join(known.united_states)})",
        *map(_longest_first, (known.states, known.cities, known.territories)),
    ]
    people = dict.fromkeys(
        re.sub("o$", "[oa]", name) + "(?:e?s)?" for one in known.countries for name in one.people
    )
    return {
        "us_place": "|".join(us),
        "national_place": _longest_first(known.national_places),
        "foreign_country": _longest_first(n for one in known.countries for n in one.names),
        "foreign_adjective": _longest_first(people),
        "third_country": "|".join(known.third_countries),
    }


Town = Literal["united_states", "abroad"]
_TOWN_WORDS = 4
_TOWN_REACH = 60
"""Words of the longest name of a town that is looked for."""
_BEGINNINGS = frozenset({"san", "santa", "santo", "new", "port", "grand", "lake", "villa"})
"""Towns of their own somewhere, and the beginning of the names of many others."""
_TOWN_WORD = re.compile(r"[a-z][a-z'.-]*")


def town(text: str) -> Town | None:
    """Give where the town is whose name folded ``text`` begins with; None where it may be either.

    The names are those of GeoNames (CC BY 4.0): a town counts where at least nine in ten people who
    live in places of that name live here, or, for a place abroad, forty-nine in fifty live there.
    """
    words = [match[0].rstrip(".") for match in _TOWN_WORD.finditer(text[:_TOWN_REACH])]
    fewest = 2 if words and words[0] in _BEGINNINGS else 1
    for length in range(min(_TOWN_WORDS, len(words)), fewest - 1, -1):
        name = " ".join(words[:length])
        if name in _towns("towns_us.txt"):
            return "united_states"
        if name in _towns("towns_abroad.txt"):
            return "abroad"
    return "united_states" if _us_place().match(text) else None


def town_before(text: str) -> int | None:
    """Give where in folded ``text`` a name of a town begins that ends with it; None for no town."""
    starts = [match.start() for match in _TOWN_WORD.finditer(text)]
    return next((start for start in starts if _is_town(text[start:])), None)


def _is_town(name: str) -> bool:
    listed = name in _towns("towns_us.txt") or name in _towns("towns_abroad.txt")
    return listed or _us_place().fullmatch(name) is not None


def country_index(name: str) -> int:
    """Give the place in the list of the country, or of its people, that ``name`` names; else -1."""
    found = (i for i, country in enumerate(_places().countries) if country.named_by(name))
    return next(found, -1)


def _same_people(word: str, people: str) -> bool:
    """Whether two names of a people differ at most in their endings."""
    stem = word.rstrip("s")[:-1]
    return len(word) > 3 and people.startswith(stem)


def _longest_first(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


@cache
def _us_place() -> re.Pattern[str]:
    return re.compile(rf"(?:{place_lists()['us_place']})(?!\w)")


@cache
def _towns(file: str) -> frozenset[str]:
    text = resources.files("bot.guard").joinpath("words", file).read_text("utf-8")
    return frozenset(text.splitlines())


@cache
def _places() -> _Places:
    text = resources.files("bot.guard").joinpath("words", "places.toml").read_text("utf-8")
    try:
        data = tomllib.loads(text)
        countries = tuple(
            Country(tuple(raw["names"]), tuple(raw["people"])) for raw in data.pop("countries")
        )
        return _Places(**{name: tuple(all_) for name, all_ in data.items()}, countries=countries)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise RuleError(f"words/places.toml: {error!r}; mend the list and start again") from error
