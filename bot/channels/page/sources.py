"""The sources of an answer as HTML: what each says, where, as of when, and the official page."""

import hashlib
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import urlsplit

from bot.channels.page import texts
from bot.channels.page.markup import anchor, is_web, lines, tag
from bot.types import Authority, Citation, Lang, OfficialChange, Section, Statement

SectionOf = Callable[[Authority], Section | None]
"""Finds the file an authority belongs to."""


def sources_html(citations: Iterable[Citation], lang: Lang, section_of: SectionOf) -> str:
    """Write the sources of an answer; empty while there are none."""
    cards = "".join(_source(one, lang, section_of(one.id)) for one in citations)
    if not cards:
        return ""
    return (
        f'<section class="sources" lang="{lang}" aria-label="{texts.SOURCES[lang]}">'
        f"<h2>{texts.SOURCES[lang]} <small>{texts.SOURCES_OF[lang]}</small></h2>"
        f"<ol>{cards}</ol></section>"
    )


def cite(citation: Citation, lang: Lang) -> str:
    """Write what opens a citation's source beside the answer."""
    return (
        f'<button type="button" class="cite-button" data-do="source" data-source="{key(citation)}">'
        f'{escape(citation.label)}<span class="unseen"> ({texts.SHOW_SOURCE[lang]})</span></button>'
    )


def key(citation: Citation) -> str:
    """Name a source the same way in a sentence and in the list."""
    told = f"{citation.id.path}\n{citation.says}\n{citation.quote or ''}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _source(citation: Citation, lang: Lang, section: Section | None) -> str:
    title = section.title[lang] if section else ""
    tags = tag(texts.CONTESTED, lang) if citation.contested else ""
    if citation.confidence == "knowledge":
        tags += tag(texts.NOT_CHECKED, lang)
    head = f'<span class="label">{escape(citation.label)}</span>'
    if title and title != citation.label:
        head += f'<span class="title">{escape(title)}</span>'
    body = ""
    if citation.says:
        body += f'<p class="whose">{texts.OUR_WORDS[lang]}</p>'
        body += f"<p><mark>{lines(citation.says)}</mark></p>"
    if citation.quote:
        body += f'<p class="whose">{escape(texts.whose_official_words(citation, lang))}</p>'
        lead = f"{lines(citation.quote_lead)}<br>" if citation.quote_lead else ""
        quoted = f"{lead}<mark>{lines(citation.quote)}</mark>"
        body += f'<blockquote lang="en">{quoted}</blockquote>'
        body += _change(citation.quote_change, lang)
    return (
        f'<li data-source="{key(citation)}"><details><summary>{head}{tags}</summary>{body}'
        f'<p class="as-of">{texts.AS_OF[lang]} {escape(citation.as_of)}</p>'
        f"{_open(citation, lang)}{_around(citation, lang, section)}</details></li>"
    )


def _change(change: OfficialChange | None, lang: Lang) -> str:
    """Write how official words compare with the release before; empty where there is none."""
    if change is None:
        return ""
    told = escape(texts.CHANGES[change.kind][lang].format(since=change.since))
    items = "".join(f"<li>{_changed(line)}</li>" for line in change.excerpt)
    return f'<p class="change">{told}</p>' + (
        f'<ul class="changed" lang="en">{items}</ul>' if items else ""
    )


def _changed(line: str) -> str:
    mark, words = line[:1], escape(line[1:].strip())
    kind = {"-": "del", "+": "ins"}.get(mark)
    return f"<{kind}>{words}</{kind}>" if kind else words


def _open(citation: Citation, lang: Lang) -> str:
    if not is_web(citation):
        return ""
    host = urlsplit(citation.url).hostname or ""
    shown = f"{texts.OPEN_SOURCE[lang]}: {host.removeprefix('www.')}"
    return f'<p class="open">{anchor(citation.url, shown, texts.NEW_TAB[lang])}</p>'


def _around(citation: Citation, lang: Lang, section: Section | None) -> str:
    """Write what stands before and after a statement in its section, so it is read in place."""
    statements = section.statements if section else ()
    here = next((n for n, one in enumerate(statements) if _is(one, citation)), None)
    if here is None or len(statements) == 1:
        return ""
    near = statements[max(0, here - 1) : here + 2]
    listed = "".join(
        f"<li>{_marked(one.text[lang], is_it=_is(one, citation))}</li>" for one in near
    )
    return (
        f'<details class="around"><summary>{texts.AROUND[lang]}</summary>'
        f"<ul>{listed}</ul></details>"
    )


def _marked(text: str, *, is_it: bool) -> str:
    return f"<mark>{lines(text)}</mark>" if is_it else lines(text)


def _is(statement: Statement, citation: Citation) -> bool:
    said = citation.says in (statement.text.en, statement.text.es)
    return statement.authority == citation.id and said
