"""The finite set of texts an answer can open with, and how one is put together.

An opening is one block, lines for several people where a question names them, and at most two
sentences on other rules. All parts are written in ``openings.toml``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from bot.errors import RuleError
from bot.guard.people import RELATIONS
from bot.guard.rules import RuleSet
from bot.types import Action, Bilingual, Lang, Outcome, ReplyLang, RuleId

_MOST_ALSO = 2


@dataclass(frozen=True)
class Block:
    """One reviewed text with the law it rests on and the further rules it already speaks of."""

    key: str
    text: Bilingual
    law: str
    covers: frozenset[str]


@dataclass(frozen=True)
class PersonLine:
    """What holds of one of several people."""

    person: str
    rule: RuleId
    outcome: Outcome


@dataclass(frozen=True)
class Leading:
    """What an opening says: the leading finding, further rules, and lines for several people."""

    rule: RuleId
    outcome: Outcome
    action: Action
    also: tuple[RuleId, ...] = ()
    people: tuple[PersonLine, ...] = ()


@dataclass(frozen=True)
class Openings:
    """All texts."""

    blocks: Mapping[str, Block]
    also: Mapping[str, Bilingual]
    person: Mapping[str, Bilingual]
    law_word: Bilingual

    def block(self, rule: RuleId, outcome: Outcome, action: Action) -> Block:
        """Give the most exact block there is; total over all findings."""
        exact = self.blocks.get(f"{rule}.{outcome}.{action}")
        return exact or self.blocks[f"{rule}.{outcome}"]

    def compose(self, leading: Leading, lang: ReplyLang) -> str:
        """Put an opening together; nothing anybody wrote goes in."""
        if lang == "en+es":
            return "\n\n".join(self.compose(leading, one) for one in ("en", "es"))
        block = self.block(leading.rule, leading.outcome, leading.action)
        parts = [block.text[lang]]
        if len(leading.people) > 1:
            parts.append("\n".join(f"- {self._about(line, lang)}" for line in leading.people))
        more = [
            self.also[r][lang] for r in leading.also if r in self.also and r not in block.covers
        ]
        if more:
            parts.append(" ".join(more[:_MOST_ALSO]))
        if block.law:
            parts.append(f"{self.law_word[lang]}: {block.law}.")
        return "\n\n".join(parts)

    def _about(self, line: PersonLine, lang: Lang) -> str:
        name = RELATIONS[line.person][lang]
        said = self.person[f"{line.rule}.{line.outcome}"][lang]
        return f"{name[0].upper()}{name[1:]}: {said}"


@cache
def openings() -> Openings:
    """Load the texts that ship with Habeas.

    Raises:
        RuleError: a text lacks a language.
    """
    text = resources.files("bot.guard").joinpath("openings.toml").read_text(encoding="utf-8")
    return load_openings(text)


def load_openings(text: str) -> Openings:
    """Parse the texts.

    Raises:
        RuleError: broken data or a missing language.
    """
    try:
        data = tomllib.loads(text)
        blocks: dict[str, Block] = {}
        for rule, outcomes in data["block"].items():
            for outcome, entry in outcomes.items():
                _add(blocks, f"{rule}.{outcome}", entry)
                for action, variant in entry.items():
                    if isinstance(variant, dict):
                        _add(blocks, f"{rule}.{outcome}.{Action(action)}", variant)
        return Openings(
            blocks,
            {name: Bilingual(**pair) for name, pair in data["also"].items()},
            {name: Bilingual(**pair) for name, pair in data["person"].items()},
            Bilingual(**data["word"]["law"]),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise RuleError(f"openings.toml: {error!r}; mend the text and start again") from error


def check_openings(rules: RuleSet, texts: Openings) -> None:
    """Check that every finding the rules can give has its texts.

    Raises:
        RuleError: one is missing.
    """
    for state, findings in rules.findings.items():
        for finding in findings:
            key = f"{finding.rule}.{finding.outcome}"
            if key not in texts.blocks and f"{key}.{state.action}" not in texts.blocks:
                raise RuleError(f"openings.toml: no text for {key} ({state.action})")
            if key not in texts.person:
                raise RuleError(f"openings.toml: no line for a person under {key}")


def _add(blocks: dict[str, Block], key: str, entry: Mapping[str, object]) -> None:
    if "en" not in entry and "es" not in entry:
        return
    blocks[key] = Block(
        key,
        Bilingual(str(entry["en"]).strip(), str(entry["es"]).strip()),
        str(entry["law"]),
        frozenset(entry["covers"]),  # type: ignore[call-overload]
    )
