"""Premises of a question that are not the law, and their corrections, from ``premises.toml``.

A correction is written by hand, true whoever asks, and stands after the opening.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.answer.contacts import read_toml
from bot.errors import CorpusError, UnknownAuthority
from bot.text.normalise import fold
from bot.text.sentences import split
from bot.types import Authority, Bilingual, Outcome

PREMISES_FILE = "premises.toml"

_MOST = 2
_LISTS = {
    "{gap}": r"(?:(?!\b(?:no|not|never|nor|nunca|tampoco)\b|n't\b)[^.?!;\n]){0,60}?",
    "{who}": (
        r"\b(?:(?:us|u\.s\.|american|united states) (?:citizens?|nationals?)|americans|(?<!non)"
        r"(?<!non-)(?<!un)\bcitizens?|ciudadan[oa]s?(?: american[oa]s?| estadounidenses?)?"
        r"|estadounidenses?|american[oa]s?)\b"
    ),
    "{cant}": (
        r"\b(?:cannot|can't|cant|can not|can never|could not|couldn't|are not allowed to"
        r"|no (?:me |nos |los |las |lo |la |les |le |se )?(?:puede|pueden|podran)(?: ser)?"
        r"|nunca (?:me |nos |los |las )?(?:puede|pueden))\b"
    ),
}


@dataclass(frozen=True)
class Premise:
    """One thing people take for the law, and what is right.

    ``asks`` must be found and ``others`` must not: they are its tests. ``not_where_forbidden``
    keeps what is said of people who can be removed from those who cannot.
    """

    id: str
    law: tuple[Authority, ...]
    correction: Bilingual
    any: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    asks: tuple[str, ...]
    others: tuple[str, ...]
    not_where_forbidden: bool = False

    def holds(self, sentence: str) -> bool:
        """Whether a folded sentence takes it for the law, or asks whether it is."""
        return any(one.search(sentence) for one in self.any) and not any(
            one.search(sentence) for one in self.unless
        )


@dataclass(frozen=True)
class Premises:
    """All of them."""

    all: tuple[Premise, ...]

    def of(self, question: str, outcome: Outcome | None = None) -> tuple[Premise, ...]:
        """Give those in a question that is ruled so, in the order of the table; two at most."""
        cuts = [cut.text.strip(" .?!") for cut in split(fold(question).text)]
        # "I have a green card. So they can't deport me." is one thought.
        thoughts = (*cuts, *(" ".join(pair) for pair in pairwise(cuts)))
        forbidden = outcome is Outcome.FORBIDDEN
        fitting = (one for one in self.all if not (forbidden and one.not_where_forbidden))
        held = (one for one in fitting if any(map(one.holds, thoughts)))
        return tuple(one for _, one in zip(range(_MOST), held, strict=False))


NO_PREMISES = Premises(())


def load_premises(corpus_dir: Path, known: frozenset[str]) -> Premises:
    """Read the table; without a file there are none.

    Args:
        corpus_dir: where it is.
        known: paths of the authorities the corpus has.

    Raises:
        CorpusError: an entry is malformed or rests on an authority that is not in the corpus.
    """
    path = corpus_dir / PREMISES_FILE
    if not path.exists():
        return NO_PREMISES
    try:
        found = tuple(_premise(entry) for entry in read_toml(path)["premise"])
    except (KeyError, TypeError, re.error, UnknownAuthority) as error:
        raise CorpusError(f"lacks or does not know {error}", path=path) from None
    if missing := [law.path for law in _laws(found) if law.path not in known]:
        raise CorpusError(f"rests on {missing[0]}, which the corpus does not have", path=path)
    return Premises(found)


def _laws(premises: Sequence[Premise]) -> Iterator[Authority]:
    for one in premises:
        yield from one.law


def _premise(entry: dict[str, object]) -> Premise:
    return Premise(
        id=str(entry["id"]),
        law=tuple(map(Authority, _texts(entry, "law"))),
        correction=Bilingual(str(entry["en"]), str(entry["es"])),
        any=tuple(map(_pattern, _texts(entry, "any"))),
        unless=tuple(map(_pattern, _texts(entry, "unless"))) if "unless" in entry else (),
        asks=_texts(entry, "asks"),
        others=_texts(entry, "others"),
        not_where_forbidden=bool(entry.get("not_where_forbidden", False)),
    )


def _texts(entry: dict[str, object], name: str) -> tuple[str, ...]:
    value = entry[name]
    if not isinstance(value, list) or not value:
        raise TypeError(f"a list called {name}")
    return tuple(map(str, value))


def _pattern(source: str) -> re.Pattern[str]:
    for name, expression in _LISTS.items():
        source = source.replace(name, expression)
    return re.compile(source)
