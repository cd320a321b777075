"""The web page: Gradio around one engine, mounted in one app with the API."""

import logging
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, nullcontext
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any

import typer
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

import bot.privacy  # noqa: F401 - before gradio is imported
from bot.channels.admission import AT_ONCE, WAITING, Admission
from bot.channels.api import add_health, api_app, closing
from bot.channels.lines import read_turns, write_turns
from bot.channels.page.html import Exchange, exchange_html, problem_html, sources_html
from bot.channels.page.shell import STATIC_DIR, Framed, Shell
from bot.channels.problems import unexpected
from bot.channels.shield import Shield
from bot.engine import Engine, open_engine
from bot.errors import HabeasError, SettingsError
from bot.settings import Settings
from bot.types import Done, Event, Lang, Turn

if TYPE_CHECKING:
    import gradio as gr

    from bot.channels.slack.serve import Slack

# Gradio's own queue must never be the one that turns people away: it says so in English only.
_GRADIO_AT_ONCE = AT_ONCE + WAITING
_GRADIO_WAITING = 2 * _GRADIO_AT_ONCE


@dataclass(frozen=True)
class _Update:
    """New content of the page's parts; None leaves a part as it is."""

    problem: str | None = None
    answer: str | None = None
    sources: str | None = None
    turns: str | None = None
    question: str | None = None


@dataclass(frozen=True)
class Chat:
    """Answers questions of the page. It keeps nothing: the conversation lives in the browser."""

    engine: Engine
    admission: Admission
    most_chars: int

    async def ask(
        self, question: str, history: str, chosen: str, shown: str
    ) -> AsyncGenerator[_Update, None]:
        """Answer a question.

        Args:
            question: what was asked.
            history: the conversation so far, as ``write_turns`` writes it.
            chosen: language the person chose, or empty.
            shown: language the page is in.
        """
        page_lang = _lang(shown) or "en"
        try:
            turns = (*read_turns(history), Turn("user", question))
            events = self.engine.answer(turns, _lang(chosen))
            self.admission.check()
        except HabeasError as error:
            yield _Update(problem=self._problem(error.code, page_lang))
            return
        async with aclosing(self._stream(events, turns, page_lang)) as updates:
            async for update in updates:
                yield update

    async def _stream(
        self, events: AsyncIterator[Event], turns: tuple[Turn, ...], page_lang: Lang
    ) -> AsyncGenerator[_Update, None]:
        now = Exchange(
            number=sum(turn.role == "user" for turn in turns),
            question=turns[-1].content,
            page_lang=page_lang,
        )
        # The question counts from now on, even if the person stops the answer to it.
        yield _Update("", exchange_html(now), "", write_turns(turns), "")
        try:
            async with self.admission.admitted(), closing(events) as stream:
                async for event in stream:
                    now = now.after(event)
                    yield self._shown(now, turns)
        except Exception as error:  # noqa: BLE001 - a person must never see a traceback
            code = error.code if isinstance(error, HabeasError) else unexpected(error).code
            yield _Update(
                problem=self._problem(code, page_lang),
                answer=exchange_html(replace(now, state="failed")),
                turns=write_turns(turns[:-1]),
                question=now.question,
            )

    def _shown(self, now: Exchange, turns: tuple[Turn, ...]) -> _Update:
        last = now.events[-1]
        if isinstance(last, Done):
            turns = (*turns, Turn("assistant", last.reply.text))
        return _Update(
            answer=exchange_html(now),
            sources=sources_html(now, self.engine.digest.section),
            turns=write_turns(turns),
        )

    def _problem(self, code: str, lang: Lang) -> str:
        return problem_html(code, lang, self.most_chars)


def page_blocks(chat: Chat) -> "gr.Blocks":
    """Lay out the page's moving parts; the rest stands in the shell."""
    import gradio as gr  # noqa: PLC0415 - two seconds that only the server pays

    async def ask(
        question: str, history: str, chosen: str, shown: str
    ) -> AsyncGenerator[tuple[object, ...], None]:
        async with aclosing(chat.ask(question, history, chosen, shown)) as updates:
            async for update in updates:
                yield tuple(gr.skip() if part is None else part for part in astuple(update))

    plain: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}
    demo: gr.Blocks = gr.Blocks(title="Habeas", analytics_enabled=False, fill_width=True)
    with demo:
        with gr.Column(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                gr.HTML(elem_id="past", **plain)
                answer = gr.HTML(elem_id="current", **plain)
            sources = gr.HTML(elem_id="sources", **plain)
            with gr.Column(elem_id="ask"):
                problem = gr.HTML(elem_id="problem", **plain)
                question = gr.Textbox(
                    label="Question / Pregunta",
                    elem_id="question",
                    show_label=False,
                    container=False,
                    max_lines=8,
                )
                with gr.Row(elem_id="buttons"):
                    again = gr.Button("New conversation", elem_id="again-button")
                    stop = gr.Button("Stop", elem_id="stop-button")
                    go = gr.Button("Ask", elem_id="ask-button", variant="primary")
        history = gr.Textbox(visible="hidden")
        chosen = gr.Textbox(visible="hidden")
        shown = gr.Textbox(visible="hidden")
        parts = [problem, answer, sources, history, question]
        asked = gr.on(
            [question.submit, go.click],
            ask,
            [question, history, chosen, shown],
            parts,
            js="(question, history) => habeas.ask(question, history)",
            trigger_mode="once",
            show_progress="hidden",
            concurrency_limit=_GRADIO_AT_ONCE,
            api_visibility="private",
        )
        quiet: dict[str, Any] = {"queue": False, "api_visibility": "private"}
        stop.click(None, js="() => habeas.stop()", cancels=[asked], **quiet)
        again.click(None, None, parts, js="() => habeas.again()", cancels=[asked], **quiet)
    demo.queue(max_size=_GRADIO_WAITING, api_open=False)
    return demo


def create_app(settings: Settings, engine: Engine | None = None) -> FastAPI:
    """Make the app: the page at ``/``, the API at ``/api``.

    Args:
        settings: all settings.
        engine: an open engine, which the caller closes; None to open one.

    Raises:
        HabeasError: the engine cannot be opened.
    """
    import gradio as gr  # noqa: PLC0415 - two seconds that only the server pays

    from bot.channels.page.forget import forget  # noqa: PLC0415 - it imports gradio

    opened = engine or open_engine(settings)
    admission = Admission()
    slack = _slack(settings, opened, admission)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with slack.running() if slack else nullcontext():
            yield
        if engine is None:
            opened.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    add_health(app, opened)
    if slack:
        slack.add_routes(app)
    app.mount("/api", api_app(opened, admission))
    app.mount("/page", StaticFiles(directory=STATIC_DIR))
    demo = page_blocks(Chat(opened, admission, settings.max_question_chars))
    gr.mount_gradio_app(
        app,
        demo,
        "/",
        server_name=settings.host,
        server_port=settings.port,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        pwa=False,
        ssr_mode=False,
        max_file_size=0,
    )
    forget(app)
    app.add_middleware(Framed, shell=Shell(has_model=opened.has_model))
    app.add_middleware(Shield)
    return app


def _slack(settings: Settings, engine: Engine, admission: Admission) -> "Slack | None":
    """Slack beside the page, where its tokens are set."""
    if not settings.has_slack:
        return None
    from bot.channels.slack.serve import Slack  # noqa: PLC0415 - only those who set tokens pay

    return Slack(settings, engine, admission)


def serve(settings: Settings) -> None:
    """Serve the page and the API until stopped.

    Raises:
        SettingsError: the address cannot be listened on.
        HabeasError: the engine cannot be opened.
    """
    import uvicorn  # noqa: PLC0415 - with the rest of the server

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sock = _listen(settings)
    config = uvicorn.Config(
        create_app(settings),
        # A line of this log would carry what people search for.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if not self.started:
                return
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            typer.echo(f"Habeas is ready: http://{host}:{settings.port}")

    Server(config).run([sock])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "set HABEAS_PORT or HABEAS_HOST"
        ) from None


def _lang(name: str) -> Lang | None:
    return "es" if name == "es" else "en" if name == "en" else None
