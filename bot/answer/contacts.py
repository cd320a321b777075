"""Who to call or which page to open, read from ``corpus/contacts.toml``."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer.wording import say
from bot.errors import CorpusError
from bot.types import Bilingual, ReplyLang


@dataclass(frozen=True)
class Contact:
    """Someone to call or a page to open, from the office's own page."""

    id: str
    name: Bilingual
    phone: str
    url: str

    def shown(self, lang: ReplyLang) -> str:
        """Write it in the reply's language."""
        return self.named(say(self.name, lang, " / "))

    def named(self, name: str) -> str:
        """Write it under a name, as a link with its number."""
        link = f"[{name}]({self.url})"
        return f"{link}: {self.phone}." if self.phone else f"{link}."


Contacts = Mapping[str, Contact]
"""Every contact by its id."""


def load_contacts(corpus_dir: Path) -> Contacts:
    """Read ``contacts.toml``.

    Raises:
        CorpusError: the file is missing or malformed.
    """
    path = corpus_dir / "contacts.toml"
    data = read_toml(path)
    try:
        return {one["id"]: _contact(one) for one in data["contact"]}
    except (KeyError, TypeError) as error:
        raise CorpusError(f"a contact lacks {error}", path=path) from None


def chosen(ids: Iterable[str], contacts: Contacts) -> tuple[Contact, ...]:
    """Give the contacts with these ids.

    Raises:
        KeyError: there is none with such an id.
    """
    return tuple(contacts[name] for name in ids)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file of the corpus.

    Raises:
        CorpusError: it is missing or malformed.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"cannot be read ({error})", path=path) from None


def _contact(entry: Mapping[str, Any]) -> Contact:
    name = Bilingual(entry["name_en"], entry["name_es"])
    return Contact(entry["id"], name, str(entry.get("phone", "")), str(entry["url"]))
