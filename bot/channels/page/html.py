"""An exchange as HTML, built only from escaped text.

What a person or a model wrote never becomes markup or a link. Links are those of citations, and
those in text that code wrote from the corpus: openings, cards and notes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from bot.channels.page import texts
from bot.text.language import detect
from bot.text.sentences import split
from bot.types import (
    Authority,
    Bilingual,
    Card,
    Citation,
    Done,
    Event,
    Lang,
    LawStatement,
    Note,
    Opening,
    Section,
    Sentence,
    Sources,
    Understood,
)

SectionOf = Callable[[Authority], Section | None]
"""Finds the file an authority belongs to."""

_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)")
_ENGLISH = re.compile(r"“[A-Za-z][\x20-\x3b\x3f-\x7e…]*”")
_PHONE = re.compile(r"(?<![\w$§.+/-])(\+?1-\d{3}-\d{3}-\d{4}|911|988)(?![\w-])")


@dataclass(frozen=True)
class Exchange:
    """A question and what has come of its answer so far."""

    number: int
    question: str
    page_lang: Lang
    """Language the page is in, for words that must be said before that of the answer is known."""
    events: tuple[Event, ...] = ()
    state: Literal["busy", "done", "failed"] = "busy"

    def after(self, event: Event) -> "Exchange":
        """Add what came next; the last event ends the answer."""
        state = "done" if isinstance(event, Done) else self.state
        return replace(self, events=(*self.events, event), state=state)

    @property
    def lang(self) -> Lang:
        """Language of the answer, as far as it is known."""
        for event in self.events:
            if isinstance(event, Done) and event.reply.lang != "en+es":
                return event.reply.lang
        first = next((one.text for one in self.events if isinstance(one, Opening)), self.question)
        return detect(first) or self.page_lang


def exchange_html(exchange: Exchange) -> str:
    """Write a question and its answer."""
    lang = exchange.lang
    answer = "".join(_answer(exchange.events, lang))
    if exchange.state == "busy":
        answer += f'<p class="working"><span aria-hidden="true"></span>{texts.WORKING[lang]}</p>'
    return (
        f'<article class="exchange" id="exchange-{exchange.number}" lang="{lang}"'
        f' data-number="{exchange.number}" data-state="{exchange.state}">'
        f'<h2 class="unseen">{texts.YOU_ASKED[lang]}</h2>'
        f'<div class="asked" dir="auto">{escape(exchange.question)}</div>'
        f'<h2 class="unseen">{texts.ANSWER[lang]}</h2>'
        f'<div class="answer">{answer}</div></article>'
    )


def sources_html(exchange: Exchange, section_of: SectionOf) -> str:
    """Write the sources of an answer; empty while there are none."""
    citations = next((one.citations for one in exchange.events if isinstance(one, Sources)), ())
    if not citations:
        return ""
    lang = exchange.lang
    cards = "".join(_source(citation, lang, section_of(citation.id)) for citation in citations)
    return (
        f'<section class="sources" lang="{lang}" aria-label="{texts.SOURCES[lang]}">'
        f"<h2>{texts.SOURCES[lang]} <small>{texts.SOURCES_OF[lang]}</small></h2>"
        f"<ol>{cards}</ol></section>"
    )


def problem_html(code: str, lang: Lang, most: int) -> str:
    """Say what went wrong, in a person's words; ``most`` is the longest question in characters."""
    text = texts.PROBLEMS.get(code, texts.PROBLEMS["error"])[lang]
    shown = f"{most:,}".replace(",", "," if lang == "en" else " ")
    return f'<p class="problem" lang="{lang}">{escape(text.format(most=shown))}</p>'


def _answer(events: Sequence[Event], lang: Lang) -> Iterator[str]:
    """Give the parts of an answer: what to do at once and the rule before all else."""
    cards = [one for one in events if isinstance(one, Card)]
    urgent = [one for one in cards if one.first]
    after = [one for one in cards if not one.first]
    yield from map(_card, urgent)
    if after and not urgent:
        yield _to_card(after[0], lang)
    yield from (_rule(one, lang) for one in events if isinstance(one, Opening))
    yield from map(_card, after)
    yield from (_understood(one, lang) for one in events if isinstance(one, Understood))
    for kind, group in groupby(events, type):
        if kind is LawStatement:
            yield _law(group, lang)
        elif kind is Sentence:
            yield _prose(group, lang)
        elif kind is Note:
            yield _notes(group, lang)


def _rule(opening: Opening, lang: Lang) -> str:
    mark = texts.NO_RULE if opening.verdict.rule == "none" else texts.RULE
    contested = _tag(texts.CONTESTED, lang) if opening.verdict.contested else ""
    first, *rest = opening.text.split("\n\n")
    sentences = split(first)
    lead = sentences[0].text if sentences else first
    more = first[len(lead) :].strip() if first.startswith(lead) else ""
    paragraphs = "".join(map(_paragraph, (more, *rest)))
    return (
        f'<section class="rule" data-rule="{escape(opening.verdict.rule)}">'
        f'<h3 class="rule-mark">{mark[lang]}{contested}</h3>'
        f'<p class="lead">{_written(lead)}</p>{paragraphs}</section>'
    )


def _paragraph(text: str) -> str:
    if not text:
        return ""
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{_written(line[2:])}</li>' for line in lines)}</ul>"
    law = ' class="law"' if re.match(r"(?:Law|Ley): ", text) else ""
    return f"<p{law}>{'<br>'.join(map(_written, lines))}</p>"


def _understood(understood: Understood, lang: Lang) -> str:
    quotes = dict.fromkeys(one.quote.strip() for one in understood.facts if one.quote.strip())
    if not quotes:
        return ""
    said = " ".join(f'<q dir="auto">{escape(quote)}</q>' for quote in quotes)
    return (
        f'<p class="understood">{texts.YOU_SAID[lang]} {said} '
        f'<button type="button" data-do="correct">{texts.CORRECT[lang]}</button></p>'
    )


def _to_card(card: Card, lang: Lang) -> str:
    """Write the button that leads to a card: in the card's language where it is another."""
    text = card.title if card.tongue else texts.WHAT_TO_DO[lang]
    return (
        f'<button type="button" class="to-card" data-do="to-card"{_spoken(card)}>'
        f"{escape(text)}</button>"
    )


def _card(card: Card) -> str:
    write = _foreign if card.tongue else _both
    steps = "".join(f"<li>{write(step)}</li>" for step in card.steps)
    return (
        f'<section class="card"{_spoken(card)}><h3>{escape(card.title)}</h3>'
        f"<ol>{steps}</ol></section>"
    )


def _spoken(card: Card) -> str:
    """Say which card it is, in which language and which way it is written where not in ours."""
    tongue = card.tongue if card.tongue != "other" else None
    lang = f' lang="{tongue}"' if tongue else ""
    way = ' dir="rtl"' if tongue == "ar" else ""
    return f' data-card="{escape(card.id)}"{lang}{way}'


def _foreign(text: str) -> str:
    """Write a text in another language; the English words to show an officer run their own way."""
    return _ENGLISH.sub(r'<span lang="en" dir="ltr">\g<0></span>', _both(text))


def _both(text: str) -> str:
    """Write a text that may stand in English and in Spanish, a line each."""
    english, _, spanish = text.partition("\n")
    if not spanish:
        return _written(text)
    return (
        f'<span lang="en">{_written(english)}</span><br><span lang="es">{_written(spanish)}</span>'
    )


def _law(group: Iterable[Event], lang: Lang) -> str:
    statements = "".join(
        f'<li><p>{escape(one.text)}</p><p class="cite">{_cite(one.citation, lang)}</p></li>'
        for one in group
        if isinstance(one, LawStatement)
    )
    return (
        f'<section class="law-says"><h3>{texts.LAW_SAYS[lang]}</h3>'
        f'<p class="whose">{texts.LAW_SAYS_WHOSE[lang]}</p><ul>{statements}</ul></section>'
    )


def _prose(group: Iterable[Event], lang: Lang) -> str:
    sentences = " ".join(
        f'{escape(one.text)} <span class="cite">{_cites(one.citations, lang)}</span>'
        for one in group
        if isinstance(one, Sentence)
    )
    return (
        f'<section class="prose"><h3>{texts.EXPLAINED[lang]}</h3>'
        f'<p class="whose">{texts.EXPLAINED_BY[lang]}</p><p>{sentences}</p></section>'
    )


def _notes(group: Iterable[Event], lang: Lang) -> str:
    notes = "".join(
        f'<li class="note-{one.code}">{"<br>".join(map(_written, one.text.splitlines()))}</li>'
        for one in group
        if isinstance(one, Note)
    )
    return f'<section class="notes"><h3>{texts.GOOD_TO_KNOW[lang]}</h3><ul>{notes}</ul></section>'


def _source(citation: Citation, lang: Lang, section: Section | None) -> str:
    title = section.title[lang] if section else ""
    tags = _tag(texts.CONTESTED, lang) if citation.contested else ""
    if citation.confidence == "knowledge":
        tags += _tag(texts.NOT_CHECKED, lang)
    head = f'<span class="label">{escape(citation.label)}</span>'
    if title and title != citation.label:
        head += f'<span class="title">{escape(title)}</span>'
    body = ""
    if citation.says:
        body += f'<p class="whose">{texts.OUR_WORDS[lang]}</p><p>{_lines(citation.says)}</p>'
    if citation.quote:
        quote = f'<blockquote lang="en">{_lines(citation.quote)}</blockquote>'
        whose = escape(texts.whose_official_words(citation, lang))
        body += f'<p class="whose">{whose}</p>{quote}'
    return (
        f"<li><details><summary>{head}{tags}</summary>{body}"
        f'<p class="as-of">{texts.AS_OF[lang]} {escape(citation.as_of)}</p>'
        f"{_open(citation, lang)}</details></li>"
    )


def _open(citation: Citation, lang: Lang) -> str:
    if not _is_web(citation.url):
        return ""
    host = urlsplit(citation.url).hostname or ""
    shown = f"{texts.OPEN_SOURCE[lang]}: {host.removeprefix('www.')}"
    return f'<p class="open">{_anchor(citation.url, shown, texts.NEW_TAB[lang])}</p>'


def _cites(citations: Iterable[Citation], lang: Lang) -> str:
    return "; ".join(_cite(one, lang) for one in citations)


def _cite(citation: Citation, lang: Lang) -> str:
    if not _is_web(citation.url):
        return escape(citation.label)
    return _anchor(citation.url, citation.label, texts.NEW_TAB[lang])


def _anchor(url: str, label: str, hint: str = "") -> str:
    more = f'<span class="unseen"> ({hint})</span>' if hint else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
        f"{escape(label)}{more}</a>"
    )


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _written(text: str) -> str:
    """Escape text that code wrote, and make its links and telephone numbers live."""
    parts: list[str] = []
    end = 0
    for link in _LINK.finditer(text):
        parts += [_phones(text[end : link.start()]), _anchor(link[2], link[1])]
        end = link.end()
    return "".join([*parts, _phones(text[end:])])


def _phones(text: str) -> str:
    return _PHONE.sub(r'<a href="tel:\1">\1</a>', escape(text))


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _tag(text: Bilingual, lang: Lang) -> str:
    return f' <span class="tag">{text[lang]}</span>'
