"""Passages as lines of JSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.types import Authority, Bilingual, Passage, Questions


def write_passages(path: Path, passages: Iterable[Passage]) -> None:
    """Write one passage a line."""
    with path.open("w", encoding="utf-8") as file:
        for passage in passages:
            file.write(passage_line(passage) + "\n")


def passage_line(passage: Passage) -> str:
    """Give the whole passage as one line, always the same for the same passage."""
    return json.dumps(_to_json(passage), ensure_ascii=False)


def read_passages(path: Path) -> tuple[Passage, ...]:
    """Read what ``write_passages`` wrote.

    Raises:
        OSError, ValueError, KeyError, TypeError: the file is missing or damaged.
    """
    with path.open(encoding="utf-8") as file:
        return tuple(_from_json(json.loads(line)) for line in file)


def _to_json(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "authority": passage.authority.path,
        "layer": passage.layer,
        "title": [passage.title.en, passage.title.es],
        "text": [passage.text.en, passage.text.es],
        "ask": [passage.ask.en, passage.ask.es],
        "url": passage.url,
        "as_of": passage.as_of,
        "confidence": passage.confidence,
        "contested": passage.contested,
        "see": [authority.path for authority in passage.see],
        "topics": passage.topics,
        "official": passage.official,
    }


def _from_json(data: dict[str, Any]) -> Passage:
    return Passage(
        id=data["id"],
        authority=Authority(data["authority"]),
        layer=data["layer"],
        title=Bilingual(*data["title"]),
        text=Bilingual(*data["text"]),
        ask=Questions(*(tuple(questions) for questions in data["ask"])),
        url=data["url"],
        as_of=data["as_of"],
        confidence=data["confidence"],
        contested=data["contested"],
        see=tuple(Authority(path) for path in data["see"]),
        topics=tuple(data["topics"]),
        official=data["official"],
    )
