r"""The word patterns: data in ``words/*.toml``, checked hard and compiled when first asked for.

A file holds entries. An entry is a list of alternatives, and matches where one of them does; the
first that fits is taken. An alternative is a regular expression, or a list of parts that stand one
after the other: a string is a regular expression, a list is again "any of these"::

    # Takes citizenship away; trap: "renounce" is one's own act.
    STRIP = [
      ['\b', ['strip', 'revoke'], ' (?:the |my )?', ['citizenship', 'nationality']],
      '\bdenaturali[sz]\w*',
    ]

Entries in capitals are the patterns the code asks for by name; the others are lists that patterns
share, put in with ``{name}``, or ``{places.name}`` for the lists of places. An array of tables
holds rows: each has a ``name``, its alternatives ``any``, and fields that the code reads. All text
is matched folded: lower case, without accents (``bot.text.normalise``).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from bot.errors import RuleError
from bot.guard.pattern import Pattern
from bot.guard.places import place_lists

_PLACEHOLDER = re.compile(r"\{((?:[a-z_]+\.)?[a-z][a-z_-]*)\}")
_ESCAPE_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_BOUNDARY = r"\b"


@dataclass(frozen=True)
class Row:
    """One row of an ordered table: its pattern and what else it says."""

    name: str
    pattern: Pattern
    fields: Mapping[str, Any]


class Words:
    """The patterns of one file, as attributes: ``words("loss").LOSS``."""

    def __init__(
        self, file: str, patterns: Mapping[str, Pattern], rows: Mapping[str, tuple[Row, ...]]
    ) -> None:
        self._file = file
        self._rows = rows
        vars(self).update(patterns)

    def __getattr__(self, name: str) -> Pattern:
        raise AttributeError(f"words/{vars(self).get('_file')}.toml has no pattern {name}")

    def rows(self, table: str) -> tuple[Row, ...]:
        """Give the rows of ``table`` in the order they are written."""
        return self._rows[table]


@cache
def words(file: str) -> Words:
    """Load ``words/<file>.toml``.

    Raises:
        RuleError: an entry is empty, is no list of texts, puts in what does not exist, or does
            not compile; the process must not serve.
    """
    return load_words(file, _text(file))


def load_words(file: str, text: str) -> Words:
    """Check and compile the text of one file.

    Raises:
        RuleError: as for ``words``.
    """
    data = _parse(file, text)
    writer = _Writer(file, _lists(file, data))
    patterns = {name: writer.compiled(name) for name in data if name.isupper()}
    rows = {
        table: tuple(
            Row(
                row["name"],
                writer.compiled(row["name"]),
                {key: value for key, value in row.items() if key not in {"name", "any"}},
            )
            for row in entries
        )
        for table, entries in _tables(data).items()
    }
    return Words(file, patterns, rows)


def groups(file: str, table: str) -> Mapping[str, tuple[str, ...]]:
    """Give a table of plain names, such as the groups of statuses.

    Raises:
        RuleError: the file has no such table.
    """
    found = _parse(file, _text(file)).get(table)
    if not isinstance(found, dict):
        raise RuleError(f"words/{file}.toml: there is no table [{table}]")
    return {name: tuple(members) for name, members in found.items()}


def _text(file: str) -> str:
    found = resources.files("bot.guard").joinpath("words", f"{file}.toml")
    try:
        return found.read_text(encoding="utf-8")
    except OSError as error:
        raise RuleError(f"words/{file}.toml cannot be read: {error}") from error


def _parse(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"words/{file}.toml: {error}") from error


def _tables(data: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    }


def _lists(file: str, data: Mapping[str, Any]) -> dict[str, object]:
    """Everything a placeholder can name: the entries, and the rows by their names."""
    tables = _tables(data)
    lists: dict[str, object] = {
        name: value
        for name, value in data.items()
        if name not in tables and not isinstance(value, dict)
    }
    for table, rows in tables.items():
        for row in rows:
            name = row.get("name")
            if not isinstance(name, str) or name in lists:
                raise RuleError(f"words/{file}.toml: {table} has a row without a name of its own")
            lists[name] = row.get("any")
    return lists


@dataclass(frozen=True)
class _Writer:
    """Writes the entries of one file as expressions."""

    file: str
    lists: Mapping[str, object]

    def compiled(self, name: str) -> Pattern:
        source = self._any_of(name, self.lists[name], (name,))
        try:
            return Pattern(source)
        except re.error as error:
            raise self._error(f"{name} does not compile: {error}") from error

    def _any_of(self, name: str, entry: object, within: tuple[str, ...]) -> str:
        if not isinstance(entry, list) or not entry:
            raise self._error(f"{name} must be a list with at least one alternative")
        alternatives = [self._alternative(name, one, within) for one in entry]
        if double := next(filter(_has_bare_bar, alternatives), None):
            raise self._error(f"{name}: write {double!r} as alternatives of their own")
        return _joined(alternatives)

    def _alternative(self, name: str, one: object, within: tuple[str, ...]) -> str:
        parts = one if isinstance(one, list) else [one]
        return "".join(
            f"(?:{self._any_of(name, part, within)})"
            if isinstance(part, list)
            else self._filled(name, part, within)
            for part in parts
        )

    def _filled(self, name: str, text: object, within: tuple[str, ...]) -> str:
        """Put in what ``text`` names."""
        if not isinstance(text, str):
            raise self._error(f"{name} holds {text!r}, which is no text")
        return _PLACEHOLDER.sub(lambda match: self._put_in(name, match[1], within), text)

    def _put_in(self, name: str, wanted: str, within: tuple[str, ...]) -> str:
        if wanted in within:
            raise self._error(f"{wanted} is put into itself")
        if wanted in self.lists:
            return f"(?:{self._any_of(wanted, self.lists[wanted], (*within, wanted))})"
        place = place_lists().get(wanted.removeprefix("places."))
        if place is None or not wanted.startswith("places."):
            raise self._error(f"{name} puts in {{{wanted}}}, which does not exist")
        return f"(?:{place})"

    def _error(self, reason: str) -> RuleError:
        return RuleError(f"words/{self.file}.toml: {reason}")


def _joined(alternatives: Sequence[str]) -> str:
    r"""Join alternatives; neighbours that begin with ``\b`` share it, so that it is tried once.

    ``\ba|\bb`` and ``\b(?:a|b)`` match the same; the second fails at once inside a word, which
    most places of a text are.
    """
    out: list[str] = []
    for bounded, run in groupby(alternatives, key=lambda one: one.startswith(_BOUNDARY)):
        same = list(run)
        if bounded and len(same) > 1:
            same = [rf"\b(?:{'|'.join(one.removeprefix(_BOUNDARY) for one in same)})"]
        out += same
    return "|".join(out)


def _has_bare_bar(source: str) -> bool:
    """Whether ``source`` is more than one alternative: it has a bar outside all brackets."""
    depth = 0
    for char in _ESCAPE_OR_CLASS.sub("", source):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            return True
    return False
