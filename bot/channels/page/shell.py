"""What stands around the chat in the page: header, welcome, footer, style and script.

Gradio writes the page; this puts our parts into it, so that a person sees at once where they are,
and takes out what Gradio says of itself.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from html import escape
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.page import texts
from bot.channels.shield import content_security_policy
from bot.types import Bilingual

STATIC_DIR = Path(__file__).parent / "static"
"""Style, script and icon."""

LEAVE_URL = "https://www.weather.gov/"
"""Where a person lands who leaves in a hurry: a page anybody may have open."""

# Each builds on those before it.
_SCRIPTS = ("page.js", "lost.js", "talk.js", "tools.js", "documents.js", "keep.js")

_TAKEN = (".pdf", ".docx", ".html", ".htm", ".md", ".markdown", ".txt", ".text")

_STYLES = ("page.css", "answer.css", "print.css")

_GRADIO_META = re.compile(
    r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*|<link rel="manifest"[^>]*>\s*'
)
_SCRIPT = re.compile(r"<script(?=[\s>])")
_BODY = re.compile(r"<body[^>]*>")


class Shell:
    """The parts of the page that do not change while it is served."""

    def __init__(self, *, has_model: bool, uploads: bool = False, keep_days: int = 0) -> None:
        self._head = _head()
        self._top = _header() + _welcome()
        about = _footer(has_model=has_model, uploads=uploads, keep_days=keep_days)
        self._bottom = _examples() + about + _sheets()

    def around(self, page: str, nonce: str) -> str:
        """Put our parts into the page that Gradio wrote, and mark its scripts with ``nonce``."""
        page = _GRADIO_META.sub("", page)
        page = _SCRIPT.sub(f'<script nonce="{nonce}"', page)
        page = page.replace("</head>", f"{self._head}</head>", 1)
        body = _BODY.search(page)
        if body is None:
            raise ValueError("Gradio's page has no <body>; its version is not one we know")
        page = f"{page[: body.end()]}{self._top}{page[body.end() :]}"
        return page.replace("</body>", f"{self._bottom}</body>", 1)


class Framed:
    """ASGI middleware: puts the shell around the page at ``/``."""

    def __init__(self, app: ASGIApp, shell: Shell) -> None:
        self._app = app
        self._shell = shell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET":
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        written = bytearray()

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            written.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            body = bytes(written)
            headers = MutableHeaders(scope=start)
            if start["status"] == 200:
                nonce = secrets.token_urlsafe(16)
                body = self._shell.around(body.decode(), nonce).encode()
                headers["content-security-policy"] = content_security_policy(nonce)
            headers["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, hold)


def both(text: Bilingual) -> str:
    """Write a text in both languages; the style shows the one the page is in."""
    return (
        f'<span lang="en" data-t>{escape(text.en)}</span>'
        f'<span lang="es" data-t>{escape(text.es)}</span>'
    )


def _head() -> str:
    words = {key: {"en": one.en, "es": one.es} for key, one in texts.SCRIPT.items()}
    # "<" could end the script element.
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    styles = "".join(f'<link rel="stylesheet" href="{_file(name)}">' for name in _STYLES)
    scripts = "".join(f'<script src="{_file(name)}"></script>' for name in _SCRIPTS)
    return (
        f'<meta name="description" content="{escape(texts.PURPOSE.en)}">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" type="image/svg+xml" href="{_file("icon.svg")}">'
        f"{styles}"
        f'<script type="application/json" id="words">{data}</script>'
        f"{scripts}"
    )


def _file(name: str) -> str:
    """Name a file with a mark of its content, so that browsers may keep it."""
    mark = hashlib.sha256((STATIC_DIR / name).read_bytes()).hexdigest()[:10]
    return f"page/{name}?{mark}"


def _header() -> str:
    return (
        f'<a class="skip" href="#ask" data-do="skip">{both(texts.SKIP)}</a>'
        '<header class="top"><div class="bar">'
        '<a class="name" href="./" data-do="home">Habeas</a>'
        f'<p class="purpose">{both(texts.PURPOSE)}</p>'
        '<div class="langs" role="group" aria-label="Language / Idioma">'
        '<button type="button" lang="en" data-do="lang" data-lang="en">English</button>'
        '<button type="button" lang="es" data-do="lang" data-lang="es">Español</button></div>'
        '<button type="button" class="theme" data-do="theme"><i aria-hidden="true"></i>'
        '<span class="unseen"></span></button>'
        f'<a class="leave" href="{LEAVE_URL}" rel="noopener noreferrer" data-do="leave">'
        f'<span class="long">{both(texts.LEAVE)}</span>'
        f'<span class="short">{both(texts.LEAVE_SHORT)}</span></a>'
        f'</div><p class="notice">{both(texts.WHAT_IT_IS)}</p></header>'
        '<div class="unseen" role="status" aria-live="polite" id="live"></div>'
    )


def _welcome() -> str:
    return (
        f'<noscript><p class="problem">{texts.NEEDS_SCRIPT.en}<br>{texts.NEEDS_SCRIPT.es}</p>'
        '</noscript><section class="welcome" aria-labelledby="welcome">'
        f'<h1 id="welcome">{both(texts.WELCOME)}</h1><p>{both(texts.WELCOME_MORE)}</p></section>'
    )


def _examples() -> str:
    buttons = "".join(
        f'<li><button type="button" data-do="example">{both(one)}</button></li>'
        for one in texts.EXAMPLES
    )
    return (
        '<section class="examples" aria-labelledby="examples">'
        f'<h2 id="examples">{both(texts.TRY)}</h2><ul>{buttons}</ul></section>'
    )


def documents_html(most_mb: int) -> str:
    """Write the part of the page where a person adds documents; the script fills it."""
    return (
        f'<details class="documents" data-most="{most_mb}"><summary>{both(texts.DOCUMENTS)}'
        '<span id="document-count"></span></summary>'
        f"<p>{both(texts.DOCUMENTS_WHO_SEES)}</p>"
        f"<p>{_both_of(texts.DOCUMENTS_LIMITS, most=most_mb)}</p>"
        '<ul id="document-list"></ul>'
        '<p class="problem" id="document-problem" role="alert" hidden></p>'
        f'<button type="button" data-do="pick">{both(texts.DOCUMENT_PICK)}</button>'
        '<input type="file" id="document-file" hidden multiple tabindex="-1"'
        f' accept="{",".join(_TAKEN)}"></details>'
    )


def keep_html(days: int) -> str:
    """Write the part of the page where a person has a conversation kept, and deletes it."""
    ask = _filled(texts.KEEP, days=days)
    return (
        f'<div class="keep when-not"><p>{both(texts.NOT_KEPT)}</p>'
        f'<button type="button" data-do="keep">{both(ask)}</button></div>'
        f'<div class="keep when-kept"><p>{both(texts.KEPT)} <time id="kept-until"></time></p>'
        f'<button type="button" data-do="keep-copy">{both(texts.KEPT_COPY)}</button>'
        f'<button type="button" data-do="keep-delete">{both(texts.DELETE_NOW)}</button></div>'
    )


def _both_of(text: Bilingual, **values: object) -> str:
    return both(_filled(text, **values))


def _filled(text: Bilingual, **values: object) -> Bilingual:
    return Bilingual(text.en.format(**values), text.es.format(**values))


def _footer(*, has_model: bool, uploads: bool, keep_days: int) -> str:
    model = texts.WITH_MODEL if has_model else texts.WITHOUT_MODEL
    added = (texts.ABOUT_DOCUMENTS,) if uploads else ()
    if keep_days:
        added = (_filled(texts.ABOUT_KEPT, days=keep_days), *added)
    return (
        f'<footer class="about"><h2>{both(texts.ABOUT_TITLE)}</h2>'
        f"{_paragraphs((*texts.ABOUT, *added, texts.ABOUT_FEEDBACK, model))}</footer>"
    )


def _sheets() -> str:
    """Write what opens over the page: a source where there is no room beside it, and a summary."""
    actions = "".join(
        f'<button type="button" data-do="{action}">{both(text)}</button>'
        for action, text in (("print-brief", texts.PRINT), ("copy-brief", texts.COPY))
    )
    return (
        f'{_sheet("sheet", "")}{_sheet("brief", actions)}<p class="print-only" id="print-line"></p>'
    )


def _sheet(name: str, actions: str) -> str:
    return (
        f'<dialog id="{name}" class="sheet" aria-labelledby="{name}-title"><div class="sheet-bar">'
        f'<h2 class="sheet-title" id="{name}-title"></h2>'
        f'<button type="button" data-do="close">{both(texts.CLOSE)}</button></div>'
        f'<div class="sheet-actions">{actions}</div>'
        '<div class="sheet-body" tabindex="0"></div></dialog>'
    )


def _paragraphs(all_of: Iterable[Bilingual]) -> str:
    return "".join(f"<p>{both(one)}</p>" for one in all_of)
