"""An answer as Markdown: what each event looks like, and the whole.

Channels render event by event with ``render``; a ``Reply.text`` is the same pieces joined.
"""

from collections.abc import Iterable, Sequence

from bot.types import (
    Card,
    Citation,
    Done,
    Event,
    LawStatement,
    Note,
    Opening,
    Sentence,
    Sources,
    Understood,
)


def render(event: Event) -> str:
    """Give the Markdown of one event; empty for those that carry no text of their own."""
    match event:
        case Opening(text=text) | Note(text=text):
            return text
        case Card(title=title, steps=steps):
            listed = (f"{n}. {step}".replace("\n", "\n   ") for n, step in enumerate(steps, 1))
            return "\n".join([f"**{title}**", "", *listed])
        case LawStatement(text=text, citation=citation):
            return f"{text} ({link(citation)})"
        case Sentence(text=text, citations=citations):
            return f"{text} ({'; '.join(map(link, citations))})"
        case Understood() | Sources() | Done():
            return ""


def link(citation: Citation) -> str:
    """Give a citation as a Markdown link."""
    return f"[{citation.label}]({citation.url})" if citation.url else citation.label


def join(events: Iterable[Event]) -> str:
    """Give the Markdown of an answer: a paragraph an event, a model's sentences in one."""
    paragraphs: list[str] = []
    flowing = False
    for event in events:
        text = render(event)
        if not text:
            continue
        goes_on = isinstance(event, Sentence)
        if goes_on and flowing:
            paragraphs[-1] += f" {text}"
        else:
            paragraphs.append(text)
        flowing = goes_on
    return "\n\n".join(paragraphs)


def all_citations(events: Sequence[Event]) -> tuple[Citation, ...]:
    """Give the citations of statements and sentences, each once, in order of first use."""
    found: dict[Citation, None] = {}
    for event in events:
        match event:
            case LawStatement(citation=citation):
                found[citation] = None
            case Sentence(citations=citations):
                found.update(dict.fromkeys(citations))
            case _:
                pass
    return tuple(found)
