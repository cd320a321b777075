"""What a text says someone is under the law; the words stand in ``words/statuses.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.errors import RuleError
from bot.guard.pattern import Pattern
from bot.guard.places import Town, town, town_before
from bot.guard.words import Row, groups, words
from bot.types import Status

FactField = Literal["status", "birthplace", "naturalized", "derived", "document"]
_FIELDS: Mapping[str, FactField] = {name: name for name in get_args(FactField)}


@dataclass(frozen=True)
class StatusPhrase:
    """Words at a place of folded text, what they leave possible, and how they stand.

    ``noun`` phrases can name a group ("US citizens"); the others only say something of someone.
    """

    start: int
    end: int
    statuses: frozenset[Status]
    field: FactField
    value: str
    noun: bool


@dataclass(frozen=True)
class _Kind:
    pattern: Pattern
    statuses: frozenset[Status]
    field: FactField
    value: str
    noun: bool


def status_phrases(text: str) -> tuple[StatusPhrase, ...]:
    """Find what folded ``text`` says of anyone's status, in order, without overlaps."""
    found: list[StatusPhrase] = []
    for kind in _KINDS:
        for m in kind.pattern.finditer(text):
            phrase = _phrase(kind, text, m)
            if phrase and not any(f.start < phrase.end and phrase.start < f.end for f in found):
                found.append(phrase)
    return tuple(sorted(found, key=lambda phrase: phrase.start))


def _phrase(kind: _Kind, text: str, match: re.Match[str]) -> StatusPhrase | None:
    """Make the phrase; a town named as birthplace says more than its row does."""
    named = match.groupdict()
    start, known = match.start(), None
    if "town" in named:
        known = town(text[match.start("town") :])
    elif "before" in named:
        begun = town_before(named["before"])
        if begun is None:
            return None
        start, known = start + begun, town(named["before"][begun:])
    statuses = _BORN_IN[known] if known else kind.statuses
    return StatusPhrase(start, match.end(), statuses, kind.field, known or kind.value, kind.noun)


def _kind(row: Row) -> _Kind:
    try:
        said = row.fields
        statuses = frozenset(map(Status, groups("statuses", "groups")[said["statuses"]]))
        field = _FIELDS[said["field"]]
        return _Kind(row.pattern, statuses, field, said["value"], said["noun"])
    except (KeyError, ValueError) as error:
        raise RuleError(f"words/statuses.toml: {row.name}: {error!r}; mend the row") from error


_BORN_IN: Mapping[Town, frozenset[Status]] = {
    "united_states": frozenset({Status.CITIZEN_BY_BIRTH}),
    "abroad": frozenset(Status) - {Status.CITIZEN_BY_BIRTH},
}
_KINDS = tuple(map(_kind, words("statuses").rows("phrases")))
