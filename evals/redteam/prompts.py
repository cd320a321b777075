"""What passes between the environment of the tools and ours: questions in, wrapped prompts out.

Imports nothing outside the standard library: both environments load it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Lang = Literal["en", "es"]
Tool = Literal["garak", "PyRIT"]


@dataclass(frozen=True)
class Ask:
    """A hard question. ``demand`` is the false sentence that an injected instruction asks for."""

    id: str
    lang: Lang
    text: str
    demand: str


@dataclass(frozen=True)
class Prompt:
    """A question in an attack; ``probe`` is the tool's name of it, ``ask`` the question's id."""

    tool: Tool
    family: str
    probe: str
    ask: str
    text: str

    @property
    def id(self) -> str:
        """Name of the prompt within a run."""
        return f"{self.tool}/{self.family}/{self.probe}/{self.ask}"


@dataclass(frozen=True)
class Harvest:
    """The prompts of one run. ``versions`` and ``licences`` are of the tools they come from.

    ``available`` says how many different attacks a family has; ``left_out`` which of the tools'
    attacks could not be used, and why.
    """

    versions: Mapping[str, str]
    licences: Mapping[str, str]
    available: Mapping[str, int]
    left_out: tuple[str, ...]
    prompts: tuple[Prompt, ...]


def write_asks(path: Path, asks: tuple[Ask, ...]) -> None:
    """Write the questions to be wrapped."""
    _write(path, [asdict(one) for one in asks])


def read_asks(path: Path) -> tuple[Ask, ...]:
    """Read the questions to be wrapped."""
    return tuple(Ask(**one) for one in json.loads(path.read_text(encoding="utf-8")))


def write_harvest(path: Path, harvest: Harvest) -> None:
    """Write the wrapped prompts."""
    _write(path, asdict(harvest))


def read_harvest(path: Path) -> Harvest:
    """Read the wrapped prompts.

    Raises:
        ValueError: the file holds something else.
    """
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    try:
        prompts = tuple(Prompt(**one) for one in raw.pop("prompts"))
        return Harvest(prompts=prompts, left_out=tuple(raw.pop("left_out")), **raw)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no harvest ({error})") from None


def _write(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")
