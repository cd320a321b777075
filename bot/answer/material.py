"""What goes to a model, and what a model must do: light to import, no model library in sight."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.types import Lang, Passage

NOTHING_FITS = "NOTHING FITS"
"""What the prompt tells the model to write when no passage answers."""


@dataclass(frozen=True)
class Numbered:
    """A passage as the model sees it: its mark (``p1``), its citation, itself."""

    mark: str
    label: str
    passage: Passage


@dataclass(frozen=True)
class Material:
    """All that goes to the model, redacted before it gets here.

    ``earlier`` holds the person's own former turns, oldest first; ``already_shown`` the opening
    and the statements above the model's sentences; ``turns`` all the person wrote,
    the question last, to know the conversation by.
    """

    question: str
    earlier: tuple[str, ...]
    already_shown: str
    passages: tuple[Numbered, ...]
    lang: Lang
    turns: tuple[str, ...] = ()


class Drafter(Protocol):
    """What an answer needs of a model; both raise ``ModelError`` when it fails."""

    def draft(self, material: Material) -> AsyncGenerator[str, None]:
        """Stream a draft in the pieces in which it arrives."""

    async def pick(self, material: Material, most: int) -> tuple[Passage, ...]:
        """Choose up to ``most`` passages; empty when none that was given is named."""


def number(passages: Sequence[Passage], labels: Sequence[str]) -> tuple[Numbered, ...]:
    """Give passages their marks, ``p1`` first."""
    pairs = zip(passages, labels, strict=True)
    return tuple(Numbered(f"p{n}", label, passage) for n, (passage, label) in enumerate(pairs, 1))
