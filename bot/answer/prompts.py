"""Prompt files: a head with name, version and variables, then the text with ``{variable}``."""

import hashlib
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import CorpusError

_HEAD = re.compile(r"---\n(?P<head>.*?)\n---\n(?P<text>.*)\Z", re.DOTALL)
_KEYS = frozenset({"name", "version", "variables"})


@dataclass(frozen=True)
class Prompt:
    """One prompt as read from its file."""

    name: str
    version: int
    variables: frozenset[str]
    text: str


@dataclass(frozen=True)
class Prompts:
    """All prompts an answer needs; ``hash`` is the SHA-256 of their files, in hex."""

    answer_system: Prompt
    answer_question: Prompt
    pick_system: Prompt
    pick_question: Prompt
    hash: str


# What the chain fills in: a file that wants something else could not be rendered.
_FILLED: dict[str, frozenset[str]] = {
    "answer-system": frozenset({"language"}),
    "answer-question": frozenset({"already_shown", "earlier", "passages", "question"}),
    "pick-system": frozenset({"most"}),
    "pick-question": frozenset({"earlier", "passages", "question"}),
}


def load_prompts(prompts_dir: Path) -> Prompts:
    """Read and check every prompt.

    Raises:
        CorpusError: a file is missing or malformed, or its variables are not those the chain fills.
    """
    read = {name: load_prompt(prompts_dir / f"{name}.md") for name in _FILLED}
    for name, prompt in read.items():
        if prompt.name != name or prompt.variables != _FILLED[name]:
            raise CorpusError(
                f"should be named {name!r} with the variables {sorted(_FILLED[name])}, not "
                f"{prompt.name!r} with {sorted(prompt.variables)}",
                path=prompts_dir / f"{name}.md",
            )
    digest = hashlib.sha256()
    for name in _FILLED:
        digest.update((prompts_dir / f"{name}.md").read_bytes())
    return Prompts(
        answer_system=read["answer-system"],
        answer_question=read["answer-question"],
        pick_system=read["pick-system"],
        pick_question=read["pick-question"],
        hash=digest.hexdigest(),
    )


def load_prompt(path: Path) -> Prompt:
    """Read one prompt file.

    Raises:
        CorpusError: it is missing or malformed, or the variables it declares are not those it uses.
    """
    try:
        found = _HEAD.match(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"cannot be read ({type(error).__name__})", path=path) from None
    if found is None:
        raise CorpusError("has no head; start it with --- name, version, variables ---", path=path)
    head = _head(found["head"], path)
    declared = head["variables"]
    text = found["text"].strip()
    used = frozenset(_fields(text, path))
    if used != declared:
        raise CorpusError(
            f"declares the variables {sorted(declared)} and uses {sorted(used)}; make them equal",
            path=path,
        )
    return Prompt(head["name"], head["version"], declared, text)


def _head(source: str, path: Path) -> dict[str, Any]:
    try:
        head = yaml.safe_load(source)
    except yaml.YAMLError:
        raise CorpusError("the head is not valid YAML", path=path) from None
    if not isinstance(head, dict) or set(head) != _KEYS:
        raise CorpusError(f"the head needs the keys {sorted(_KEYS)}, no others", path=path)
    variables = head["variables"]
    fits = (
        isinstance(head["name"], str)
        and isinstance(head["version"], int)
        and isinstance(variables, list)
        and all(isinstance(one, str) for one in variables)
    )
    if not fits:
        raise CorpusError("name is text, version a number, variables a list of names", path=path)
    return head | {"variables": frozenset(variables)}


def _fields(text: str, path: Path) -> Iterator[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise CorpusError(f"a brace is wrong ({error}); write {{{{ for {{", path=path) from None
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise CorpusError(f"{{{name}}} is not a plain variable", path=path)
        yield name
