"""Text from Slack and to Slack: what people typed as plain text, and ours so that it does nothing.

What is sent is Slack's Markdown. Nothing in it may mention or ping anybody, or make a link or its
preview, unless code wrote it: the invisible word joiner goes where Slack looks for such things,
so the text reads the same.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bot.types import Lang

Kind = Literal["greeting", "thanks"]

JOINER = "\u2060"
"""Invisible, and no part of a word, an address or a mark."""

_TOKEN = re.compile(r"<([@#!]?)([^<>|\n]*)(?:\|([^<>\n]*))?>")
_EMOJI = re.compile(r":[a-z0-9_+'-]+(?:::skin-tone-\d)?:")
_QUOTE = re.compile(r"^[ \t]*(?:&gt;|>){1,3}[ \t]?(.*)$")

# Words by which somebody speaks of themselves: such a quote may not become the asker's own facts.
_OWN = re.compile(
    r"\b(?:i|i['’]?m|i['’]?ve|i['’]?d|me|my|mine|myself|we|us|our|yo|m[ií]|mis|conmigo|soy|estoy|"
    r"tengo|nac[ií]|fui|vivo|llegu[eé]|entr[eé]|vine|naturalic[eé]|somos|nosotr[oa]s)\b",
    re.IGNORECASE,
)

_COURTESIES: Mapping[tuple[Kind, Lang], str] = MappingProxyType(
    {
        ("thanks", "en"): r"((ok|okay|great|perfect|got it) )?"
        r"(thanks|thx|ty|(many )?thanks|thanks a lot|thank you( (so|very) much)?)( habeas)?",
        ("thanks", "es"): r"((ok|vale|perfecto|listo) )?((muchas|mil) )?gracias( habeas)?",
        ("greeting", "en"): r"(hi|hello|hey|hi there|good (morning|afternoon|evening))( habeas)?",
        ("greeting", "es"): r"(hola )?(hola|buenas|buenos dias|buenas (tardes|noches))( habeas)?",
    }
)

_WRITTEN_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()<>|]+)\)")
_SCHEME = re.compile(r"\b([a-z][a-z0-9+.-]*:)(?=/|[^\s/]*@)|\b(mailto:|tel:)", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")
_CALL = re.compile(r"([@#!])(?=[\w{])")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass(frozen=True)
class Typed:
    """What a person typed: ``own`` is theirs, ``quoted`` are somebody else's words in it.

    ``borrowed`` where they typed nothing: then ``own`` is what they pass on.
    """

    own: str
    quoted: str = ""
    borrowed: bool = False


def typed(text: str, me: str = "") -> Typed:
    """Read a message as Slack sends it; ``me`` is the app's own user, whose mention is left out."""
    own: list[str] = []
    quoted: list[str] = []
    if me:
        text = re.sub(rf"<@{re.escape(me)}(?:\|[^<>]*)?>[ \t]*", "", text)
    for line in text.split("\n"):
        quote = _QUOTE.match(line)
        (quoted if quote else own).append(_plain(quote[1] if quote else line))
    said = "\n".join(quoted)
    mine = "\n".join(own).strip()
    if quoted and not (mine and _OWN.search(said)):
        # The person points at a claim: without it their own words ask nothing.
        return Typed(f"{said}\n{mine}".strip(), borrowed=not mine)
    return Typed(mine, said.strip())


@dataclass(frozen=True)
class Courtesy:
    """A message that only greets or thanks, and its language."""

    kind: Kind
    lang: Lang


def courtesy(text: str) -> Courtesy | None:
    """Say whether a message only greets or thanks: that asks nothing of the law."""
    plain = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if c.isalpha() or c.isspace()
    )
    plain = " ".join(plain.split())
    for (kind, lang), pattern in _COURTESIES.items():
        if re.fullmatch(pattern, plain):
            return Courtesy(kind, lang)
    return None


def _plain(text: str) -> str:
    def token(found: re.Match[str]) -> str:
        kind, name, label = found.groups()
        match kind:
            case "@":
                return label or "someone"
            case "#":
                return label or ""
            case "!":
                return (label or "") if name.startswith("date^") else ""
            case _:
                return label or name

    text = _EMOJI.sub(" ", _TOKEN.sub(token, text))
    for entity, char in _ENTITIES.items():
        text = text.replace(entity, char)
    return re.sub(r"[ \t]+", " ", text).strip()


def safe(text: str) -> str:
    """Make text that anybody may have written harmless, in one line."""
    return _harmless(" ".join(text.split()).replace("*", "∗").replace("`", "'"))


def written(text: str) -> str:
    """Make text that code wrote ready to be sent: its own links stay links."""
    parts: list[str] = []
    end = 0
    for link in _WRITTEN_LINK.finditer(text):
        parts += [_harmless(text[end : link.start()]), f"[{_harmless(link[1])}]({link[2]})"]
        end = link.end()
    return "".join([*parts, _harmless(text[end:])])


def mrkdwn(text: str) -> str:
    """Make text ready for the parts of Slack that know its older markup only."""
    return "\n".join(safe(line) for line in text.splitlines())


def mrkdwn_link(url: str, label: str) -> str:
    """Give a link in the older markup; just the label where the address is none of the web's."""
    if not re.fullmatch(r"https?://[^\s<>|]+", url):
        return safe(label)
    return f"<{url.replace('&', '&amp;')}|{safe(label)}>"


def bare(text: str) -> str:
    """Give sent Markdown as the plain text of a notification."""
    text = _WRITTEN_LINK.sub(r"\1", text)
    return " ".join(re.sub(r"^> ?", "", text, flags=re.MULTILINE).replace("**", "").split())


def _harmless(text: str) -> str:
    text = text.replace(JOINER, "").replace("&", "&amp;")
    text = text.replace("<", f"&lt;{JOINER}").replace(">", "&gt;")
    text = text.replace("](", f"]{JOINER}(").replace("]:", f"]{JOINER}:")
    text = _SCHEME.sub(rf"\g<0>{JOINER}", text)
    text = _DOMAIN.sub(f"{JOINER}.{JOINER}", text)
    return _CALL.sub(rf"\1{JOINER}", text)
