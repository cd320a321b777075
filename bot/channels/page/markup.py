"""Text as HTML, always escaped.

What a person or a model wrote never becomes markup or a link. Links are those of citations, and
those in text that code wrote from the corpus: openings, cards and notes.
"""

import re
from dataclasses import dataclass
from html import escape

from bot.types import Bilingual, Citation, Lang

_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)")
_CONTACT = re.compile(r"\[([^\[\]\n]+)\]\([^\s()]+\): (\+?1-\d{3}-\d{3}-\d{4}|911|988)(?![\w-])")
_PHONE = re.compile(r"(?<![\w$§.+/-])(\+?1-\d{3}-\d{3}-\d{4}|911|988)(?![\w-])")


def written(text: str) -> str:
    """Escape text that code wrote, and make its links and telephone numbers live."""
    parts: list[str] = []
    end = 0
    for link in _LINK.finditer(text):
        parts += [_phones(text[end : link.start()]), anchor(link[2], link[1])]
        end = link.end()
    return "".join([*parts, _phones(text[end:])])


@dataclass(frozen=True)
class Contact:
    """Somebody to call: never a number without whose it is."""

    name: str
    number: str


def contacts_in(text: str) -> tuple[Contact, ...]:
    """Give those a text that code wrote says to call, each once."""
    return tuple(dict.fromkeys(Contact(*found) for found in _CONTACT.findall(text)))


def call(contact: Contact) -> str:
    """Write whom a phone calls at a touch."""
    name, number = escape(contact.name), escape(contact.number)
    return f'<a href="tel:{number}">{name}: <span class="number">{number}</span></a>'


def anchor(url: str, label: str, hint: str = "") -> str:
    """Write a link that leads off this site."""
    more = f'<span class="unseen"> ({hint})</span>' if hint else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
        f"{escape(label)}{more}</a>"
    )


def is_web(citation: Citation) -> bool:
    """Say whether a citation has a page to open."""
    return citation.url.startswith(("https://", "http://"))


def lines(text: str) -> str:
    """Escape a text and keep its lines."""
    return "<br>".join(escape(line) for line in text.splitlines())


def tag(text: Bilingual, lang: Lang) -> str:
    """Write a mark that stands beside a heading."""
    return f' <span class="tag">{text[lang]}</span>'


def button(action: str, text: Bilingual, lang: Lang, **data: str) -> str:
    """Write a button the page's script acts on; ``data`` is what it needs to know."""
    more = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return f'<button type="button" data-do="{action}"{more}>{escape(text[lang])}</button>'


def _phones(text: str) -> str:
    return _PHONE.sub(r'<a href="tel:\1">\1</a>', escape(text))
