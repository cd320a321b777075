"""The parts of a message under its text, and the view of sources, as Slack's blocks."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.channels.slack import texts
from bot.channels.slack.presses import Press
from bot.channels.slack.words import bare, mrkdwn, mrkdwn_link, safe
from bot.types import About, Authority, Bilingual, Citation, Dropped, Lang, ReplyLang

Block = Mapping[str, Any]
"""A block of Slack's Block Kit, ready to be sent."""

View = Mapping[str, Any]
"""A modal or home tab, ready to be sent."""

_MOST_LABELS = 12
_MOST_SECTION = 2_900
_MOST_BLOCKS = 96
_MOST_NOTICE = 200


@dataclass(frozen=True)
class Message:
    """What is posted: ``text`` is Markdown, shown above ``under``."""

    text: str
    under: tuple[Block, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        """All of it as blocks."""
        return [{"type": "markdown", "text": self.text}, *self.under]

    @property
    def notice(self) -> str:
        """What a notification shows."""
        return bare(self.text)[:_MOST_NOTICE] or "…"


@dataclass(frozen=True)
class Under:
    """What stands under an answer, besides its sources and the vote.

    ``person`` is who asked.
    """

    share: bool = False
    dropped: tuple[Dropped, ...] = ()
    presses: tuple[Press, ...] = ()
    person: str = ""


def answer_blocks(
    answer_id: str, citations: Sequence[Citation], lang: ReplyLang, under: Under
) -> tuple[Block, ...]:
    """Give what stands under an answer.

    Its sources as a list, what the guard left out, buttons, and the vote.
    """
    one = texts.one_language(lang)
    buttons: list[Block] = []
    blocks: list[Block] = []
    if citations:
        labels = list(dict.fromkeys(citation.label for citation in citations))
        shown = " · ".join(map(safe, labels[:_MOST_LABELS]))
        more = f" · +{len(labels) - _MOST_LABELS}" if len(labels) > _MOST_LABELS else ""
        text = f"{texts.SOURCES[one]}: {shown}{more}"[:_MOST_SECTION]
        blocks.append(_context(text))
        buttons.append(_button("sources", f"{texts.SOURCES[one]} ({len(citations)})", answer_id))
    if under.dropped:
        blocks.append(_context(_left_out(under.dropped, one)))
    if under.share:
        buttons.append(_button("share", texts.SHARE[one], answer_id) | {"confirm": _sure(one)})
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return (*blocks, *_next(under, one), _vote(answer_id, one))


def wrong_block(answer_id: str, lang: Lang) -> Block:
    """Give the buttons that say what is wrong with an answer."""
    every: tuple[tuple[About, Bilingual], ...] = (
        ("wrong_citation", texts.WRONG_CITATION),
        ("wrong_law", texts.WRONG_LAW),
    )
    buttons = [_button(about, text[lang], answer_id) for about, text in every]
    return {"type": "actions", "elements": buttons}


def stop_block(key: str, lang: ReplyLang) -> Block:
    """Give the button that stops an answer under way."""
    button = _button("stop", texts.STOP[texts.one_language(lang)], key)
    return {"type": "actions", "elements": [button]}


def sources_view(citations: Sequence[Citation], lang: Lang) -> View:
    """Give the view of an answer's sources, with the exact words where they are installed."""
    blocks: list[Block] = []
    for number, citation in enumerate(citations):
        source = _source(citation, lang, divided=number > 0)
        if len(blocks) + len(source) > _MOST_BLOCKS:
            blocks.append(_context(texts.MORE_SOURCES[lang]))
            break
        blocks += source
    return _modal(blocks, lang)


def gone_view(lang: Lang) -> View:
    """Give the view for an answer that is no longer kept."""
    return _modal([_section(texts.GONE[lang])], lang)


def write_citations(citations: Sequence[Citation]) -> str:
    """Write citations as ``read_citations`` reads them."""
    return json.dumps([asdict(one) | {"id": one.id.path} for one in citations])


def read_citations(text: str) -> tuple[Citation, ...]:
    """Read what ``write_citations`` wrote."""
    return tuple(Citation(**{**one, "id": Authority(one["id"])}) for one in json.loads(text))


def _left_out(dropped: Sequence[Dropped], lang: Lang) -> str:
    why = Counter(texts.WHY_LEFT_OUT[one.reason][lang] for one in dropped)
    said = texts.LEFT_OUT_ONE if len(dropped) == 1 else texts.LEFT_OUT
    reasons = (reason if len(why) == 1 else f"{count} × {reason}" for reason, count in why.items())
    return f"{said[lang].format(count=len(dropped))} {'; '.join(reasons)}."


def _next(under: Under, lang: Lang) -> list[Block]:
    if not under.presses:
        return []
    buttons = [
        _button(
            f"{one.kind}-{number}",
            one.label,
            f"{under.person} {one.text}" if one.kind == "say" else one.text,
        )
        for number, one in enumerate(under.presses)
    ]
    return [_context(f"{texts.NEXT[lang]}:"), {"type": "actions", "elements": buttons}]


def _source(citation: Citation, lang: Lang, *, divided: bool) -> list[Block]:
    tags: list[Bilingual] = []
    if citation.contested:
        tags.append(texts.CONTESTED)
    if citation.confidence == "knowledge":
        tags.append(texts.NOT_CHECKED)
    head = " · ".join([f"*{safe(citation.label)}*", *(f"_{tag[lang]}_" for tag in tags)])
    blocks: list[Block] = [{"type": "divider"}] if divided else []
    blocks.append(_section(head))
    if citation.says:
        blocks += _said(texts.OUR_WORDS[lang], citation.says, "")
    if citation.quote:
        blocks += _said(texts.whose_official_words(citation, lang), citation.quote, "&gt; ")
    end = f"{texts.AS_OF[lang]} {safe(citation.as_of)}"
    if citation.url:
        host = (urlsplit(citation.url).hostname or "").removeprefix("www.")
        end += f" · {mrkdwn_link(citation.url, f'{texts.OPEN_SOURCE[lang]}: {host}')}"
    return [*blocks, _context(end[:_MOST_SECTION])]


def _said(title: str, words: str, mark: str) -> list[Block]:
    lines = [f"{mark}{line}" for line in mrkdwn(words).split("\n")]
    parts = [f"_{title}_"]
    for line in lines:
        for start in range(0, max(len(line), 1), _MOST_SECTION):
            part = line[start : start + _MOST_SECTION]
            if len(parts[-1]) + len(part) < _MOST_SECTION:
                parts[-1] += f"\n{part}"
            else:
                parts.append(part)
    return [_section(part) for part in parts]


def _modal(blocks: Sequence[Block], lang: Lang) -> View:
    return {
        "type": "modal",
        "title": _plain(texts.SOURCES[lang]),
        "close": _plain(texts.CLOSE[lang]),
        "blocks": list(blocks),
    }


def _vote(answer_id: str, lang: Lang) -> Block:
    def side(text: str, vote: Literal["good", "bad"]) -> Block:
        return {
            "text": _plain(text),
            "accessibility_label": text,
            "value": f"{vote}:{answer_id}",
        }

    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": side(texts.GOOD[lang], "good"),
                "negative_button": side(texts.BAD[lang], "bad"),
            }
        ],
    }


def _sure(lang: Lang) -> Block:
    return {
        "title": _plain(texts.SHARE[lang]),
        "text": _plain(texts.SHARE_SURE[lang]),
        "confirm": _plain(texts.SHARE_YES[lang]),
        "deny": _plain(texts.SHARE_NO[lang]),
    }


def _button(action: str, text: str, value: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": _plain(text), "value": value}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
