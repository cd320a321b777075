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
share, put in with ``{name}``, or ``{file.name}`` from another file. An array of tables holds rows:
each has a ``name``, its alternatives ``any``, and fields that the code reads. All text is matched
folded: lower case, without accents (``bot.text.normalise``).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from bot.errors import RuleError
from bot.guard.places import place_lists

_NAME = re.compile(r"\{((?:[a-z_]+\.)?[a-z][a-z_-]*)\}")


@dataclass(frozen=True)
class Row:
    """One row of an ordered table: its pattern and what else it says."""

    name: str
    pattern: re.Pattern[str]
    fields: Mapping[str, Any]


class Words:
    """The patterns of one file, as attributes: ``words("loss").LOSS``."""

    def __init__(
        self, file: str, patterns: Mapping[str, re.Pattern[str]], rows: Mapping[str, tuple[Row, ...]]
    ) -> None:
        self._file = file
        self._rows = rows
        vars(self).update(patterns)

    def __getattr__(self, name: str) -> re.Pattern[str]:
        raise AttributeError(f"words/{self.__dict__.get('_file')}.toml has no pattern {name}")

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
    lists, tables = _lists(file, data), _tables(data)
    patterns = {name: _compile(file, name, lists) for name in lists if name.isupper()}
    rows = {
        table: tuple(
            Row(
                row["name"],
                _compile(file, row["name"], lists),
                {key: value for key, value in row.items() if key not in {"name", "any"}},
            )
            for row in entries
        )
        for table, entries in tables.items()
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


def _lists(file: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything a placeholder can name: the entries, and the rows by their names."""
    tables = _tables(data)
    lists = {
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


def _compile(file: str, name: str, lists: Mapping[str, Any]) -> re.Pattern[str]:
    source = _any_of(file, name, lists[name], lists, ())
    try:
        return re.compile(source)
    except re.error as error:
        raise RuleError(f"words/{file}.toml: {name} does not compile: {error}") from error


def _any_of(
    file: str, name: str, entry: object, lists: Mapping[str, Any], within: tuple[str, ...]
) -> str:
    """Write the alternatives of ``entry`` as one expression."""
    if not isinstance(entry, list) or not entry:
        raise RuleError(f"words/{file}.toml: {name} must be a list with at least one alternative")
    return "|".join(
        _in_order(file, name, one, lists, within)
        if isinstance(one, list)
        else _filled(file, name, one, lists, within)
        for one in entry
    )


def _in_order(
    file: str,
    name: str,
    parts: Sequence[object],
    lists: Mapping[str, Any],
    within: tuple[str, ...],
) -> str:
    """Write the parts of one alternative one after the other."""
    return "".join(
        f"(?:{_any_of(file, name, part, lists, within)})"
        if isinstance(part, list)
        else _filled(file, name, part, lists, within)
        for part in parts
    )


def _filled(
    file: str, name: str, text: object, lists: Mapping[str, Any], within: tuple[str, ...]
) -> str:
    """Put in what ``text`` names."""
    if not isinstance(text, str):
        raise RuleError(f"words/{file}.toml: {name} holds {text!r}, which is no text")

    def put_in(match: re.Match[str]) -> str:
        wanted = match[1]
        if wanted in within:
            raise RuleError(f"words/{file}.toml: {wanted} is put into itself")
        if wanted.startswith("places."):
            found = place_lists().get(wanted.removeprefix("places."))
            if found is not None:
                return f"(?:{found})"
        elif wanted in lists:
            return f"(?:{_any_of(file, wanted, lists[wanted], lists, (*within, wanted))})"
        raise RuleError(f"words/{file}.toml: {name} puts in {{{wanted}}}, which does not exist")

    return _NAME.sub(put_in, text)
