"""Where someone says they were born, and what that makes them."""

import pytest

from bot.guard.places import town, town_before
from bot.guard.statuses import status_phrases
from bot.text.normalise import fold
from bot.types import ANYONE, Status

HERE = frozenset({Status.CITIZEN_BY_BIRTH})
ABROAD = frozenset(Status) - HERE


@pytest.mark.parametrize(
    ("told", "statuses", "trap"),
    [
        ("I am Tucson-born.", HERE, "the town before the birth, with a hyphen"),
        ("And me? Brockton born", HERE, "without one"),
        ("He is San Antonio born", HERE, "a town of two words"),
        ("She is Jalisco-born", None, "a state abroad is no town: nothing is said"),
        ("I am the first born", None, "no town at all"),
        ("I came into this world at Yakima Memorial", HERE, "a hospital with the town's name"),
        ("born at Cook County Hospital in Chicago", HERE, "a hospital that hides the town"),
        ("born at St. Mary's Hospital in Tucson", HERE, "with a stop and an apostrophe"),
        ("He was delivered in our kitchen in Immokalee", HERE, "a room before the town"),
        ("nacida en un rancho de Uvalde", HERE, "de, after a place in it"),
        ("nació en una casa en Laredo", HERE, "a city of our list, not of the towns"),
        ("Mi hija vino al mundo en Salinas", HERE, "vino al mundo"),
        ("I was born at home in Juarez", ABROAD, "at home, abroad"),
        ("I was born at night", None, "a time, no place"),
        ("Nací en Ponce", HERE, "Puerto Rico"),
        ("I was born in Dededo", HERE, "Guam"),
        ("Nací en Santa Ana", ANYONE, "El Salvador has one as well known"),
        ("I was born in Santa Barbara", ANYONE, "so has Honduras"),
        ("I was born in San Juan", ANYONE, "not the town San in Mali"),
        ("I was born in Santa Ana, California", HERE, "the state says which"),
        ("I was born in New Haven", HERE, "not the town New"),
    ],
)
def test_what_a_birthplace_makes_of_someone(told, statuses, trap):
    found = [one.statuses for one in status_phrases(fold(told).text) if one.field == "birthplace"]
    assert found == ([] if statuses is None else [statuses]), trap


def test_a_place_between_does_not_hide_american_samoa():
    (phrase,) = status_phrases(fold("Nació en Leone, Samoa Americana").text)
    assert Status.CITIZEN_BY_BIRTH not in phrase.statuses
    assert Status.NATIONAL in phrase.statuses


@pytest.mark.parametrize(
    ("text", "start"),
    [("i am tucson", 5), ("i am san antonio", 5), ("the first", None), ("", None)],
)
def test_the_longest_town_at_the_end_is_found(text, start):
    assert town_before(text) == start


@pytest.mark.parametrize(
    ("text", "where"),
    [("yakima memorial", "united_states"), ("laredo, with a midwife", "united_states"), ("puebla", "abroad"), ("nowheresville", None), ("", None)],
)  # fmt: skip
def test_a_text_that_begins_with_a_town(text, where):
    assert town(text) == where
