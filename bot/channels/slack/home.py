"""The home tab: what the app is, how to ask, language, examples, how it is doing."""

from dataclasses import dataclass
from typing import Any

from bot.channels.slack import texts
from bot.channels.slack.blocks import Block, View
from bot.types import Bilingual, Lang, ReplyLang

MOST_PROMPTS = 4
"""As many suggestions as Slack shows."""

_MOST_TITLE = 75


@dataclass(frozen=True)
class Health:
    """How the app is doing."""

    searches: bool
    has_model: bool
    corpus: str
    keep_hours: int


def home_view(health: Health, chosen: Lang | None, *, forgotten: bool = False) -> View:
    """Give the home tab, in the language a person chose, else in both.

    ``forgotten`` says that what they wrote was forgotten just now.
    """
    lang: ReplyLang = chosen or "en+es"
    kept = Bilingual(
        texts.KEPT.en.format(hours=health.keep_hours), texts.KEPT.es.format(hours=health.keep_hours)
    )
    blocks: list[Block] = [
        _head(texts.say(texts.PURPOSE, lang, " · ")),
        _section(texts.say(texts.HELLO, lang, "\n\n")),
        _section(texts.say(texts.WAYS, lang, "\n\n")),
        {"type": "divider"},
        _language(lang, chosen),
        {"type": "divider"},
        _section(f"*{texts.say(texts.TRY, lang, ' ')}*"),
        *_examples(lang),
        {"type": "divider"},
        _context(_status(health, lang)),
        _context(texts.say(kept, lang, "\n\n")),
        _context(texts.say(texts.FORGOTTEN, lang, "\n\n")) if forgotten else _forget(lang),
    ]
    return {"type": "home", "blocks": blocks}


def prompts(lang: Lang | None) -> list[dict[str, str]]:
    """Give the questions Slack suggests, in one language or two of each."""
    if lang is not None:
        chosen = [one[lang] for one in texts.EXAMPLES[:MOST_PROMPTS]]
    else:
        chosen = [one[code] for one in texts.EXAMPLES[:2] for code in _BOTH]
    return [{"title": one, "message": one} for one in chosen]


_BOTH: tuple[Lang, Lang] = ("en", "es")


def _language(lang: ReplyLang, chosen: Lang | None) -> Block:
    options = [
        _option(texts.say(texts.LIKE_QUESTION, lang, " · "), "auto"),
        _option("English", "en"),
        _option("Español", "es"),
    ]
    initial = next(one for one in options if one["value"] == (chosen or "auto"))
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": f"*{texts.say(texts.LANGUAGE, lang, ' · ')}*"},
        "accessory": {
            "type": "static_select",
            "action_id": "language",
            "options": options,
            "initial_option": initial,
        },
    }


def _examples(lang: ReplyLang) -> list[Block]:
    codes = _BOTH if lang == "en+es" else (lang,)
    # Both languages together are more than anybody reads.
    shown = texts.EXAMPLES if len(codes) == 1 else texts.EXAMPLES[:3]
    return [
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"example-{number}-{code}",
                    "text": {"type": "plain_text", "text": one[code][:_MOST_TITLE]},
                    "value": one[code],
                }
            ],
        }
        for number, one in enumerate(shown)
        for code in codes
    ]


def _forget(lang: ReplyLang) -> Block:
    def plain(text: Bilingual) -> dict[str, str]:
        return {"type": "plain_text", "text": texts.say(text, lang, " · ")}

    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "forget",
                "text": plain(texts.FORGET),
                "confirm": {
                    "title": plain(texts.FORGET),
                    "text": {
                        "type": "plain_text",
                        "text": texts.FORGET_SURE[texts.one_language(lang)],
                    },
                    "confirm": plain(texts.FORGET_YES),
                    "deny": plain(texts.SHARE_NO),
                },
            }
        ],
    }


def _status(health: Health, lang: ReplyLang) -> str:
    parts = [
        texts.ALL_WELL if health.searches else texts.NO_SEARCH,
        texts.WITH_MODEL if health.has_model else texts.WITHOUT_MODEL,
    ]
    said = " · ".join(texts.say(part, lang, " / ") for part in parts)
    corpus = f"{texts.say(texts.CORPUS, lang, ' / ')} `{health.corpus[:12]}`"
    return f"*{texts.say(texts.STATUS, lang, ' / ')}:* {said} · {corpus}"


def _option(text: str, value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text[:_MOST_TITLE]}, "value": value}


def _head(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text[:150]}}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
