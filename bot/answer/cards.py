"""What stands above the law: steps for an emergency, and the card in the person's language.

Emergencies are read from ``corpus/cards.toml``; numbers come from ``contacts.toml``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer.contacts import Contact, chosen, load_contacts, read_toml
from bot.answer.languages import LanguageCards, load_languages
from bot.answer.wording import say
from bot.errors import CorpusError
from bot.guard import Reading
from bot.types import Bilingual, Card, Event, ReplyLang

CARD_IDS: frozenset[str] = frozenset(
    {"ice_at_door", "on_a_plane", "detained", "danger_now", "self_harm"}
)
"""The emergencies the guard knows; each needs a card."""


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
            " ".join([say(step.text, lang), *(one.shown(lang) for one in step.contacts)])
            for step in self.steps
        )
        return Card(self.id, say(self.title, lang, " / "), steps)


@dataclass(frozen=True)
class Cards:
    """All cards, and the contacts an answer without an answer points to."""

    by_id: Mapping[str, CardText]
    help: tuple[Contact, ...]
    languages: LanguageCards

    def help_line(self, lang: ReplyLang) -> str:
        """Write where to get help; empty where no contact is named."""
        return " ".join(one.shown(lang) for one in self.help)

    def above(self, reading: Reading, first: Sequence[Event]) -> Iterator[Event]:
        """Put the cards of a question in their place among what else comes before the law.

        Args:
            reading: the question.
            first: the opening, and what was understood.
        """
        urgent: Card | None = None
        if reading.emergency:
            urgent = self.by_id[reading.emergency].card(reading.lang)
        if urgent and urgent.first:
            yield urgent
        yield from first
        if urgent and not urgent.first:
            yield urgent
        if reading.tongue:
            yield self.languages[reading.tongue]


def load_cards(corpus_dir: Path) -> Cards:
    """Read cards and contacts.

    Raises:
        CorpusError: a file is missing or malformed, a card is missing, or a contact is unknown.
    """
    contacts = load_contacts(corpus_dir)
    path = corpus_dir / "cards.toml"
    data = read_toml(path)
    try:
        cards = {
            name: CardText(
                name,
                Bilingual(**card["title"]),
                tuple(
                    Step(
                        Bilingual(step["en"], step["es"]),
                        chosen(step.get("contacts", []), contacts),
                    )
                    for step in card["steps"]
                ),
            )
            for name, card in data["cards"].items()
        }
        helpers = chosen(data["help"]["contacts"], contacts)
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"lacks or does not know {error}", path=path) from None
    if set(cards) != CARD_IDS:
        raise CorpusError(f"needs exactly the cards {sorted(CARD_IDS)}", path=path)
    return Cards(cards, helpers, load_languages(corpus_dir, contacts))
