"""Put a question where an attack's template has its place, and choose which pairs to try."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from evals.redteam.prompts import Ask, Prompt, Tool

_PLACE = re.compile(
    r"""
    [\[<({]{1,2}\s*
    (?:(?:insert|enter|your|user'?s?|the|first|type|put)\s+)*
    (?:prompt|question|request|query|goal|target[ _]behaviou?r|replace)s?
    (?:[ _]+(?:here|goes[ _]here))?
    \s*\\?[\])>}]{1,2}
    | \b(?:INSERT\s+)?PROMPT[ _]HERE\b
    | &lt;PROMPT_HERE&gt;
    """,
    re.IGNORECASE | re.VERBOSE,
)
HERE = "[[the question stands here]]"
"""Place of the question in a template whose own place for it is known."""
_SPACE = re.compile(r"\W+")


@dataclass(frozen=True)
class Family:
    """The chosen prompts of one family, and of how many attacks they were chosen."""

    name: str
    available: int
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Found:
    """All families of a tool, and what of it could not be used."""

    families: tuple[Family, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """An attack that any question fits into; ``name`` is the tool's own."""

    name: str
    text: str

    @property
    def likeness(self) -> str:
        """The same for two copies of one attack, whichever tool ships them."""
        return _SPACE.sub("", _PLACE.sub("", self.text.replace(HERE, "")).lower())[:400]


def place(template: str, question: str) -> str:
    """Put the question at the template's own place for it, or after the template."""
    if HERE in template:
        return template.replace(HERE, question)
    if _PLACE.search(template):
        return _PLACE.sub(lambda _: question, template)
    return f"{template.rstrip()}\n\n{question}"


def without_copies(templates: Sequence[Template], seen: set[str]) -> list[Template]:
    """Leave out attacks that were ``seen``, and add what is new to it."""
    fresh = []
    for one in templates:
        if one.likeness not in seen:
            seen.add(one.likeness)
            fresh.append(one)
    return fresh


@dataclass(frozen=True)
class Take:
    """What to take of a family: up to ``most`` prompts."""

    tool: Tool
    family: str
    most: int
    rng: random.Random


def pair(templates: Sequence[Template], asks: Sequence[Ask], take: Take) -> tuple[Prompt, ...]:
    """Pair attacks with questions, every attack as often as the next."""
    if not templates:
        return ()
    order = take.rng.sample(list(templates), len(templates))
    questions = take.rng.sample(list(asks), len(asks))
    made: dict[str, Prompt] = {}
    # Two cycles of the same length would pair each attack with one question for ever.
    for turn, template in enumerate(islice(cycle(order), take.most)):
        ask = questions[(turn + turn // len(order)) % len(questions)]
        text = place(template.text, ask.text)
        made.setdefault(text, Prompt(take.tool, take.family, template.name, ask.id, text))
    return tuple(made.values())


def spread(prompts: Sequence[Prompt], most: int, rng: random.Random) -> tuple[Prompt, ...]:
    """Choose up to ``most`` prompts, from every probe as many as from the next."""
    by_probe: dict[str, list[Prompt]] = defaultdict(list)
    for one in rng.sample(list(prompts), len(prompts)):
        by_probe[one.probe].append(one)
    return tuple(islice(_round_robin(list(by_probe.values())), most))


def _round_robin(groups: Sequence[list[Prompt]]) -> Iterator[Prompt]:
    depth = max(map(len, groups), default=0)
    for at in range(depth):
        for group in groups:
            if at < len(group):
                yield group[at]
