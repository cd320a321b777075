"""Steps for an emergency, read from ``corpus/cards.toml``; numbers come from ``contacts.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer.wording import say
from bot.errors import CorpusError
from bot.types import Bilingual, Card, ReplyLang

CARD_IDS: frozenset[str] = frozenset(
    {"ice_at_door", "on_a_plane", "detained", "danger_now", "self_harm"}
)
"""The emergencies the guard knows; each needs a card."""


@dataclass(frozen=True)
class Contact:
    """Someone to call or a page to open, from the office's own page."""

    id: str
    name: Bilingual
    phone: str
    url: str


@dataclass(frozen=True)
class Step:
    """One thing to do, with the contacts it needs."""

    text: Bilingual
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class CardText:
    """One card in both languages."""

    id: str
    title: Bilingual
    steps: tuple[Step, ...]

    def card(self, lang: ReplyLang) -> Card:
        """Write the card in the reply's language."""
        steps = tuple(
            " ".join([say(step.text, lang), *(_shown(one, lang) for one in step.contacts)])
            for step in self.steps
        )
        return Card(self.id, say(self.title, lang, " / "), steps)


@dataclass(frozen=True)
class Cards:
    """All cards, and the contacts an answer without an answer points to."""

    by_id: Mapping[str, CardText]
    help: tuple[Contact, ...]

    def help_line(self, lang: ReplyLang) -> str:
        """Write where to get help; empty where no contact is named."""
        return " ".join(_shown(one, lang) for one in self.help)


def load_cards(corpus_dir: Path) -> Cards:
    """Read cards and contacts.

    Raises:
        CorpusError: a file is missing or malformed, a card is missing, or a contact is unknown.
    """
    contacts = load_contacts(corpus_dir)
    path = corpus_dir / "cards.toml"
    data = _toml(path)
    try:
        cards = {
            name: CardText(
                name,
                Bilingual(**card["title"]),
                tuple(
                    Step(
                        Bilingual(step["en"], step["es"]),
                        _named(step.get("contacts", []), contacts),
                    )
                    for step in card["steps"]
                ),
            )
            for name, card in data["cards"].items()
        }
        helpers = _named(data["help"]["contacts"], contacts)
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"lacks or does not know {error}", path=path) from None
    if set(cards) != CARD_IDS:
        raise CorpusError(f"needs exactly the cards {sorted(CARD_IDS)}", path=path)
    return Cards(cards, helpers)


def load_contacts(corpus_dir: Path) -> Mapping[str, Contact]:
    """Read ``contacts.toml``.

    Raises:
        CorpusError: the file is missing or malformed.
    """
    path = corpus_dir / "contacts.toml"
    data = _toml(path)
    try:
        return {one["id"]: _contact(one) for one in data["contact"]}
    except (KeyError, TypeError) as error:
        raise CorpusError(f"a contact lacks {error}", path=path) from None


def _contact(entry: Mapping[str, Any]) -> Contact:
    name = Bilingual(entry["name_en"], entry["name_es"])
    return Contact(entry["id"], name, str(entry.get("phone", "")), str(entry["url"]))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"cannot be read ({error})", path=path) from None


def _named(ids: list[str], contacts: Mapping[str, Contact]) -> tuple[Contact, ...]:
    return tuple(contacts[name] for name in ids)


def _shown(contact: Contact, lang: ReplyLang) -> str:
    name = say(contact.name, lang, " / ")
    named = f"[{name}]({contact.url})"
    return f"{named}: {contact.phone}." if contact.phone else f"{named}."
