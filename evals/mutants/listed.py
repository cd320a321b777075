"""Which files are tried with which tests, and which mutants change nothing: ``mutants.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from evals.mutants.places import Name
from evals.problems import RunFailed


@dataclass(frozen=True)
class Tried:
    """One file and the test files that may kill its mutants."""

    path: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """All files, and why each equivalent mutant changes nothing."""

    files: tuple[Tried, ...]
    equivalent: Mapping[Name, str]


def listed() -> Listed:
    """Read the list that ships with the command.

    Raises:
        RunFailed: it is broken; the message says where.
    """
    text = resources.files("evals.mutants").joinpath("mutants.toml").read_text(encoding="utf-8")
    return load_listed(text)


def load_listed(text: str) -> Listed:
    """Parse a list.

    Raises:
        RunFailed: broken TOML, an unknown or missing key, or an equivalent mutant without reason.
    """
    try:
        data = tomllib.loads(text)
        common = tuple(data["tests"])
        files = tuple(Tried(one["path"], (*common, *one["tests"])) for one in data["files"])
        equivalent: dict[Name, str] = {}
        for raw in data.get("equivalent", ()):
            reason = raw.pop("reason")
            equivalent[Name(**raw)] = reason.strip()
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunFailed(f"mutants.toml: {error!r}; mend the entry and start again") from error
    for name, reason in equivalent.items():
        if not reason:
            raise RunFailed(f"mutants.toml: no reason why {name} changes nothing; give one")
    return Listed(files, equivalent)
