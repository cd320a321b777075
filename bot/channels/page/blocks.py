"""The page's moving parts in Gradio. Importing this takes seconds: only ``LatePage`` does."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import astuple
from typing import Any

import gradio as gr
from fastapi import FastAPI

import bot.privacy  # noqa: F401 - before gradio is imported
from bot.channels.admission import AT_ONCE, WAITING
from bot.channels.page.chat import Chat, Sent
from bot.channels.page.feedback import FeedbackDesk, feedback_app
from bot.channels.page.forget import forget
from bot.channels.page.keeping import Keeping, keeping_app
from bot.channels.page.shell import documents_html, keep_html
from bot.channels.page.uploads import uploads_app
from bot.settings import Settings

# Gradio's own queue must never be the one that turns people away: it says so in English only.
_GRADIO_AT_ONCE = AT_ONCE + WAITING
_GRADIO_WAITING = 2 * _GRADIO_AT_ONCE


def make_page(chat: Chat, settings: Settings) -> FastAPI:
    """Make the app that serves the page at ``/``; it keeps nothing of any session."""
    desk = FeedbackDesk(settings, chat.engine)
    # It runs where nothing is to be kept too: what was kept before must go.
    keeping = chat.keeping or Keeping(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with desk.running(), keeping.running():
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.mount("/feedback", feedback_app(desk))
    if settings.uploads:
        app.mount("/upload", uploads_app())
    if chat.keeping:
        app.mount("/kept", keeping_app(chat.keeping))
    gr.mount_gradio_app(
        app,
        _blocks(chat, settings),
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
    return app


def _blocks(chat: Chat, settings: Settings) -> gr.Blocks:
    """Lay out the page's moving parts; the rest stands in the shell."""

    async def ask(*sent: object) -> AsyncGenerator[tuple[object, ...], None]:
        texts = (one if isinstance(one, str) else "" for one in sent)
        async with aclosing(chat.ask(Sent(*texts))) as updates:
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
                if settings.uploads:
                    gr.HTML(documents_html(settings.upload_mb), elem_id="documents", **plain)
                if settings.conversation_days:
                    gr.HTML(keep_html(settings.conversation_days), elem_id="keep", **plain)
                with gr.Row(elem_id="buttons"):
                    again = gr.Button("Delete and start over", elem_id="again-button")
                    stop = gr.Button("Stop", elem_id="stop-button")
                    go = gr.Button("Ask", elem_id="ask-button", variant="primary")
        history = gr.Textbox(visible="hidden", elem_id="turns")
        chosen = gr.Textbox(visible="hidden")
        shown = gr.Textbox(visible="hidden")
        attached = gr.Textbox(visible="hidden")
        kept = gr.Textbox(visible="hidden")
        parts = [problem, answer, sources, history, question]
        asked = gr.on(
            [question.submit, go.click],
            ask,
            [question, history, chosen, shown, attached, kept],
            parts,
            js="(question, history) => habeas.ask(question, history)",
            trigger_mode="once",
            show_progress="hidden",
            concurrency_limit=_GRADIO_AT_ONCE,
            # They are texts already: Gradio would take each through a thread of its own.
            preprocess=False,
            postprocess=False,
            api_visibility="private",
        )
        quiet: dict[str, Any] = {"queue": False, "api_visibility": "private"}
        demo.load(None, None, parts, js="() => habeas.restore()", **quiet)
        stop.click(None, js="() => habeas.stop()", cancels=[asked], **quiet)
        again.click(None, None, parts, js="() => habeas.again()", cancels=[asked], **quiet)
    demo.queue(max_size=_GRADIO_WAITING, api_open=False)
    return demo
