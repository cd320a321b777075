"""An exchange as HTML: a question, its answer so far, and what can be done with it."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from itertools import groupby
from typing import Literal

from bot.channels.page import sources, texts
from bot.channels.page.follow import follow_ups
from bot.channels.page.markup import button, call, contacts_in, tag, written
from bot.channels.page.said import understood_html
from bot.channels.page.sources import SectionOf, cite
from bot.text.language import detect
from bot.text.sentences import split
from bot.types import (
    Card,
    Citation,
    Done,
    Dropped,
    Event,
    Lang,
    LawStatement,
    Note,
    Opening,
    Sentence,
    Sources,
    Understood,
)

MOST_COMMENT = 2_000
"""Longest comment on an answer, in characters."""

_ENGLISH = re.compile(r"“[A-Za-z][\x20-\x3b\x3f-\x7e…]*”")


@dataclass(frozen=True)
class Exchange:
    """A question and what has come of its answer so far."""

    number: int
    question: str
    page_lang: Lang
    """Language the page is in, for words that must be said before that of the answer is known."""
    turn: int = 0
    """Place of the question in the conversation."""
    name: str = ""
    """A random name: feedback is about this answer, and nobody else's."""
    events: tuple[Event, ...] = ()
    state: Literal["busy", "done", "failed"] = "busy"

    def after(self, event: Event) -> "Exchange":
        """Add what came next; the last event ends the answer."""
        state = "done" if isinstance(event, Done) else self.state
        return replace(self, events=(*self.events, event), state=state)

    @cached_property
    def lang(self) -> Lang:
        """Language of the answer, as far as it is known."""
        if self.done is not None and self.done.reply.lang != "en+es":
            return self.done.reply.lang
        first = next((one.text for one in self.events if isinstance(one, Opening)), self.question)
        return detect(first) or self.page_lang

    @property
    def done(self) -> Done | None:
        """The whole answer, once there is one."""
        return next((one for one in self.events if isinstance(one, Done)), None)


def exchange_html(exchange: Exchange) -> str:
    """Write a question and its answer."""
    lang = exchange.lang
    answer = "".join(_answer(exchange, lang))
    if exchange.state == "busy":
        answer += f'<p class="working"><span aria-hidden="true"></span>{texts.WORKING[lang]}</p>'
    return (
        f'<article class="exchange" id="exchange-{exchange.number}" lang="{lang}"'
        f' data-number="{exchange.number}" data-state="{exchange.state}">'
        f'<h2 class="unseen">{texts.YOU_ASKED[lang]}</h2>'
        f'<div class="asked" dir="auto">{escape(exchange.question)}</div>'
        f'<h2 class="unseen">{texts.ANSWER[lang]}</h2>'
        f'<div class="answer">{answer}</div>{_after(exchange, lang)}</article>'
    )


def sources_html(exchange: Exchange, section_of: SectionOf) -> str:
    """Write the sources of an answer; empty while there are none."""
    citations = next((one.citations for one in exchange.events if isinstance(one, Sources)), ())
    return sources.sources_html(citations, exchange.lang, section_of)


def problem_html(code: str, lang: Lang, most: int) -> str:
    """Say what went wrong, in a person's words; ``most`` is the longest question in characters."""
    text = texts.PROBLEMS.get(code, texts.PROBLEMS["error"])[lang]
    shown = f"{most:,}".replace(",", "," if lang == "en" else " ")
    said = escape(text.format(most=shown))
    return f'<p class="problem" lang="{lang}" data-code="{escape(code)}">{said}</p>'


def _answer(exchange: Exchange, lang: Lang) -> Iterator[str]:
    """Give the parts of an answer: what to do at once and the rule before all else."""
    events = exchange.events
    cards = [one for one in events if isinstance(one, Card)]
    openings = [one for one in events if isinstance(one, Opening)]
    # Where no hard rule decides, the steps help more than the frame of the law.
    steps = bool(openings) and openings[0].verdict.rule == "none"
    first = [one for one in cards if one.first or (steps and one.tongue is None)]
    after = [one for one in cards if one not in first]
    yield from map(_card, first)
    if after and not first:
        yield _urgent(after[0], lang)
    yield from (_rule(one, events, lang) for one in openings)
    yield from map(_card, after)
    for one in events:
        if isinstance(one, Understood):
            yield understood_html(one.facts, lang, exchange.turn)
    for kind, group in groupby(events, type):
        if kind is LawStatement:
            yield _law(group, lang)
        elif kind is Sentence:
            yield _prose(group, lang)
        elif kind is Note:
            yield _notes(group, exchange.done, lang)


def _rule(opening: Opening, events: Sequence[Event], lang: Lang) -> str:
    mark = texts.NO_RULE if opening.verdict.rule == "none" else texts.RULE
    contested = tag(texts.CONTESTED, lang) if opening.verdict.contested else ""
    first, *rest = opening.text.split("\n\n")
    sentences = split(first)
    lead = sentences[0].text if sentences else first
    more = first[len(lead) :].strip() if first.startswith(lead) else ""
    paragraphs = "".join(map(_paragraph, (more, *rest)))
    return (
        f'<section class="rule" data-rule="{escape(opening.verdict.rule)}">'
        f'<h3 class="rule-mark">{mark[lang]}{contested}</h3>'
        f'<p class="lead">{written(lead)}</p>{paragraphs}{_to_law(opening, events, lang)}</section>'
    )


def _to_law(opening: Opening, events: Sequence[Event], lang: Lang) -> str:
    """Write what opens the law a rule rests on, once the sources are there."""
    resting = frozenset(opening.verdict.authorities)
    listed = next((one.citations for one in events if isinstance(one, Sources)), ())
    first = next((one for one in listed if one.id in resting), None)
    if first is None:
        return ""
    opens = button("source", texts.READ_LAW, lang, source=sources.key(first))
    return f'<p class="to-law">{opens}</p>'


def _paragraph(text: str) -> str:
    if not text:
        return ""
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(f'<li>{written(line[2:])}</li>' for line in lines)}</ul>"
    law = ' class="law"' if re.match(r"(?:Law|Ley): ", text) else ""
    return f"<p{law}>{'<br>'.join(map(written, lines))}</p>"


def _urgent(card: Card, lang: Lang) -> str:
    """Write what leads to a card further down: what it is, and whom to call, at a touch."""
    if card.tongue:
        return (
            f'<button type="button" class="to-card" data-do="to-card"{_spoken(card)}>'
            f"{escape(card.title)}</button>"
        )
    calls = "".join(f"<li>{call(one)}</li>" for one in contacts_in("\n".join(card.steps)))
    listed = f"<ul>{calls}</ul>" if calls else ""
    steps = button("to-card", texts.TO_STEPS, lang)
    return (
        f'<section class="urgent"{_spoken(card)}><h3>{escape(card.title)}</h3>'
        f"<p>{steps}</p>{listed}</section>"
    )


def _card(card: Card) -> str:
    write = _foreign if card.tongue else _step
    steps = "".join(f"<li>{write(step)}</li>" for step in card.steps)
    return (
        f'<section class="card"{_spoken(card)}><h3>{escape(card.title)}</h3>'
        f"<ol>{steps}</ol></section>"
    )


def _step(text: str) -> str:
    """Write a step so that its first sentence can be read alone."""
    sentences = split(text)
    lead = sentences[0].text if sentences else ""
    if "\n" in text or "[" in lead or not text.startswith(lead):
        return _both(text)
    return f"<b>{written(lead)}</b>{written(text[len(lead) :])}"


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
        return written(text)
    return f'<span lang="en">{written(english)}</span><br><span lang="es">{written(spanish)}</span>'


def _law(group: Iterable[Event], lang: Lang) -> str:
    statements = "".join(
        f'<li><p>{escape(one.text)}</p><p class="cite">{cite(one.citation, lang)}</p></li>'
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
        f'<section class="explained"><h3>{texts.EXPLAINED[lang]}</h3>'
        f'<p class="whose">{texts.EXPLAINED_BY[lang]}</p><p>{sentences}</p></section>'
    )


def _cites(citations: Iterable[Citation], lang: Lang) -> str:
    return " ".join(cite(one, lang) for one in citations)


def _notes(group: Iterable[Event], done: Done | None, lang: Lang) -> str:
    dropped = done.reply.dropped if done else ()
    notes = "".join(
        f'<li class="note-{one.code}">{"<br>".join(map(written, one.text.splitlines()))}</li>'
        for one in group
        # What is counted below need not be said twice.
        if isinstance(one, Note) and not (dropped and one.code == "dropped")
    )
    return (
        f'<section class="notes"><h3>{texts.GOOD_TO_KNOW[lang]}</h3>'
        f"<ul>{_left_out(dropped, lang)}{notes}</ul></section>"
    )


def _left_out(dropped: Sequence[Dropped], lang: Lang) -> str:
    """Say how many sentences of the model are not shown, and why."""
    if not dropped:
        return ""
    why: dict[str, int] = {}
    for one in dropped:
        reason = texts.WHY_LEFT_OUT[one.reason][lang]
        why[reason] = why.get(reason, 0) + 1
    said = texts.LEFT_OUT_ONE if len(dropped) == 1 else texts.LEFT_OUT
    reasons = "; ".join(
        escape(reason) if len(why) == 1 else f"{count} × {escape(reason)}"
        for reason, count in why.items()
    )
    return f'<li class="left-out">{said[lang].format(count=len(dropped))} {reasons}.</li>'


def _after(exchange: Exchange, lang: Lang) -> str:
    """Write what can be done with an answer; while it is made, nothing of it is shown."""
    again = button("edit", texts.EDIT, lang) + button("retry", texts.RETRY, lang)
    if exchange.done is None:
        return f'<div class="tools">{again}</div>'
    tools = "".join(
        button(action, text, lang)
        for action, text in (
            ("copy", texts.COPY),
            ("print", texts.PRINT),
            ("share", texts.SHARE),
            ("lawyer", texts.LAWYER),
        )
    )
    return (
        f"{_next(exchange.done, exchange.question, lang)}"
        f'<div class="tools" role="group" aria-label="{texts.TOOLS[lang]}">{tools}{again}</div>'
        f"{_feedback(exchange.done, exchange.name, lang)}"
    )


def _next(done: Done, question: str, lang: Lang) -> str:
    asks = "".join(
        f'<li><button type="button" data-do="ask">{escape(one)}</button></li>'
        for one in follow_ups(done, question, lang)
    )
    if not asks:
        return ""
    return f'<section class="next"><h3>{texts.NEXT[lang]}</h3><ul>{asks}</ul></section>'


def _feedback(done: Done, name: str, lang: Lang) -> str:
    reply = done.reply
    about = {
        "answer": name,
        "rule": reply.verdict.rule if reply.verdict else "none",
        "status": reply.status,
        "lang": lang,
        "corpus": reply.corpus,
        "digest": hashlib.sha256(reply.text.encode()).hexdigest(),
    }
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in about.items())
    votes = "".join(
        button("vote", text, lang, about=vote)
        for vote, text in (
            ("good", texts.GOOD),
            ("bad", texts.BAD),
            ("wrong_citation", texts.WRONG_CITATION),
            ("wrong_law", texts.WRONG_LAW),
        )
    )
    # Shown only once somebody says that something is wrong.
    more = (
        f'<div class="more" hidden><label>{texts.TELL_MORE[lang]}'
        f'<textarea rows="3" maxlength="{MOST_COMMENT}"></textarea></label>'
        f'<label class="agree"><input type="checkbox"> {texts.AGREE[lang]}</label>'
        f"{button('feedback', texts.SEND, lang)}</div>"
    )
    return (
        f'<div class="feedback" role="group" aria-label="{texts.RIGHT[lang]}"{data}>'
        f'<p>{texts.RIGHT[lang]}</p><div class="votes">{votes}</div>{more}'
        f'<p class="told"></p></div>'
    )
