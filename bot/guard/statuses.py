"""What a text says someone is under the law; the words stand in ``words/statuses.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.errors import RuleError
from bot.guard.pattern import Pattern
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
            if not any(f.start < m.end() and m.start() < f.end for f in found):
                found.append(
                    StatusPhrase(
                        m.start(), m.end(), kind.statuses, kind.field, kind.value, kind.noun
                    )
                )
    return tuple(sorted(found, key=lambda phrase: phrase.start))


def _kind(row: Row) -> _Kind:
    try:
        said = row.fields
        statuses = frozenset(map(Status, groups("statuses", "groups")[said["statuses"]]))
        field = _FIELDS[said["field"]]
        return _Kind(row.pattern, statuses, field, said["value"], said["noun"])
    except (KeyError, ValueError) as error:
        raise RuleError(f"words/statuses.toml: {row.name}: {error!r}; mend the row") from error


_KINDS = tuple(map(_kind, words("statuses").rows("phrases")))
