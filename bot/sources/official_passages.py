"""Official text cut into passages for an index: legal units, never across sections."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.sources.law import LawSection, Provision, Words, whole_words
from bot.text.sentences import split
from bot.types import Authority, Bilingual, Passage, Questions

_WHOLE_CHARS = 900
"""A provision up to this long is one passage, its parts included."""
_ALONE_CHARS = 250
"""A part shorter than this shares a passage with its neighbours, at the path they are parts of."""
_LONGEST_CHARS = 1800
"""Words of one provision longer than this are cut between sentences."""


def official_passages(sections: Iterable[LawSection]) -> Iterator[Passage]:
    """Give the passages of what is in force, in the order of the text, with layer ``official``.

    The text is verbatim and English in both languages; ``title`` names section and headings above.
    """
    for section in sections:
        if section.status != "in_force":
            continue
        for piece in _pieces(section.provisions[0], section.by_path):
            yield _passage(section, piece)


@dataclass(frozen=True)
class _Piece:
    """Words of one passage, and the path they stand under."""

    authority: Authority
    text: str


def _pieces(provision: Provision, by_path: Mapping[str, Provision]) -> Iterator[_Piece]:
    if provision.status != "in_force":
        return
    whole = whole_words(provision.authority, by_path)
    if len(whole) <= _WHOLE_CHARS:
        yield _Piece(provision.authority, whole)
        return
    pending: list[str] = []
    for one in _runs(provision):
        text = one if isinstance(one, str) else whole_words(one, by_path)
        alone = not isinstance(one, str) and len(text) >= _ALONE_CHARS
        if pending and (alone or sum(map(len, pending)) + len(text) > _WHOLE_CHARS):
            yield from _shared(provision, pending)
            pending = []
        if alone and isinstance(one, Authority):
            yield from _pieces(by_path[one.path], by_path)
        else:
            pending.append(text)
    if pending:
        yield from _shared(provision, pending)


def _shared(provision: Provision, texts: list[str]) -> Iterator[_Piece]:
    text = "\n".join(texts)
    # A heading alone says nothing that the titles of the passages below it do not.
    if text != f"{provision.num} {provision.heading}".strip():
        yield from _cut(provision.authority, text)


def _runs(provision: Provision) -> Iterator[str | Authority]:
    """Own words between two parts as one text, and the parts."""
    own: list[Words] = []
    for one in provision.body:
        if isinstance(one, Words):
            own.append(one)
            continue
        if own:
            yield _said(own)
            own = []
        yield one
    if own:
        yield _said(own)


def _said(own: Iterable[Words]) -> str:
    text = ""
    for one in own:
        text += f"{one.text}{' ' if one.role == 'num' else chr(10)}"
    return text.strip()


def _cut(authority: Authority, text: str) -> Iterator[_Piece]:
    """Cut words that are too long for one passage where a line or a sentence ends."""
    if len(text) <= _LONGEST_CHARS:
        yield _Piece(authority, text)
        return
    held = ""
    for line in text.split("\n"):
        sentences = (cut.text for cut in split(line)) if len(line) > _WHOLE_CHARS else (line,)
        for sentence in sentences:
            if held and len(held) + len(sentence) > _WHOLE_CHARS:
                yield _Piece(authority, held)
                held = ""
            held = f"{held} {sentence}".strip()
    if held:
        yield _Piece(authority, held)


def _passage(section: LawSection, piece: _Piece) -> Passage:
    digest = hashlib.sha256(piece.text.encode()).hexdigest()[:8]
    return Passage(
        id=f"{piece.authority}@{digest}",
        authority=piece.authority,
        layer="official",
        title=Bilingual(*(2 * (_title(section, piece.authority),))),
        text=Bilingual(piece.text, piece.text),
        ask=Questions(),
        url=section.url,
        as_of=section.release,
    )


def _title(section: LawSection, authority: Authority) -> str:
    """Heading of the section and of each part down to the path: ``Detention: Removal period``."""
    heads = [section.heading]
    path = authority.path
    while path != section.authority.path:
        heads.insert(1, section.by_path[path].heading)
        path = path.rpartition("/")[0]
    return ": ".join(head.rstrip(".—– ") for head in heads if head)
