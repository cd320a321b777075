"""Cards in languages Habeas does not speak, read from ``corpus/languages.toml``.

They are fixed texts: nothing is translated while somebody waits, and no model has a part in them.
Every card has the same steps with the same contacts, so that one is as good as another.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from bot.answer.contacts import Contacts, chosen, read_toml
from bot.errors import CorpusError
from bot.types import Card, Tongue

LANGUAGE_CARD = "language"
"""Id of each of these cards; its ``tongue`` says which it is."""

LanguageCards = Mapping[Tongue, Card]
"""The card for each language, and the one for all others."""


def load_languages(corpus_dir: Path, contacts: Contacts) -> LanguageCards:
    """Read the cards.

    Raises:
        CorpusError: the file is missing or malformed, a language or a step is missing, a contact
            is unknown or without a name in a language.
    """
    path = corpus_dir / "languages.toml"
    data = read_toml(path)
    try:
        called: list[list[str]] = data["contacts"]
        cards = {one["tongue"]: _card(one, called, contacts) for one in data["card"]}
        meant = len(data["meaning"]["steps"])
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"lacks or does not know {error}", path=path) from None
    if set(cards) != set(get_args(Tongue)) or len(cards) != len(data["card"]):
        raise CorpusError(f"needs one card each for {sorted(get_args(Tongue))}", path=path)
    for tongue, card in cards.items():
        if not len(card.steps) == len(called) == meant:
            raise CorpusError(f"the card {tongue} has not all steps of the meaning", path=path)
    return cards


def _card(entry: Mapping[str, Any], called: list[list[str]], contacts: Contacts) -> Card:
    names, steps = entry["names"], entry["steps"]
    if not entry["reviewed"]:
        raise KeyError("reviewed")
    written = (
        " ".join([step, *(one.named(names[one.id]) for one in chosen(ids, contacts))])
        for step, ids in zip(steps, called, strict=False)
    )
    return Card(LANGUAGE_CARD, entry["title"], tuple(written), entry["tongue"])
