"""The command ``habeas``: questions one by one or line by line, the guard, the corpus, the server.

Exit codes: 0 fine · 1 a line failed, or the corpus has problems · 2 the command could not do its
work, with one line on standard error that says why.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses: the engine takes seconds to import

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.channels.audit_commands import audit_app
from bot.channels.docs_commands import docs
from bot.channels.doctor import doctor
from bot.channels.document_commands import add_document_commands
from bot.channels.feedback_commands import feedback_app
from bot.channels.law_commands import diff, fetch
from bot.channels.library_commands import authority, status
from bot.errors import BadInput, EmptyQuestion, HabeasError, SettingsError
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.channels.lines import Json, LineId
    from bot.engine import Engine
    from bot.types import Lang, Turn


_LineT = TypeVar("_LineT")


class Language(StrEnum):
    """A language to answer in."""

    en = "en"
    es = "es"


app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
guard_app = typer.Typer(no_args_is_help=True, invoke_without_command=True)
corpus_app = typer.Typer(no_args_is_help=True)
app.add_typer(guard_app, name="guard", help="Put drafts through the guard, or ask what it sees.")
app.add_typer(corpus_app, name="corpus", help="The digest and its index.")
app.command()(authority)
app.command()(docs)
app.command()(doctor)
corpus_app.command()(status)
corpus_app.command("fetch")(fetch)
corpus_app.command("diff")(diff)
add_document_commands(corpus_app)
app.add_typer(audit_app, name="audit", help="What was ruled: the chain of rows without words.")
app.add_typer(feedback_app, name="feedback", help="What people said of answers.")
slack_app = typer.Typer(invoke_without_command=True)
app.add_typer(slack_app, name="slack", help="Serve Slack, or print the manifest of its app.")

_Jsonl = Annotated[
    bool, typer.Option("--jsonl", help="Read one JSON object a line, write one for each.")
]
_Lang = Annotated[
    Language | None, typer.Option(help="Language to answer in; else that of the question.")
]


# Questions


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What to ask.")] = None,
    *,
    jsonl: _Jsonl = False,
    lang: _Lang = None,
) -> None:
    """Answer a question, or with --jsonl the questions on standard input."""
    from bot.channels.auditing import audited
    from bot.channels.lines import AskLine, reply_line
    from bot.types import Done

    _one_way(question, jsonl=jsonl)

    with _engine() as opened, audited(opened, load_settings(), "cli") as engine:

        async def answer(line: AskLine) -> "Json":
            chosen = line.lang or _code(lang)
            async for event in engine.answer(line.conversation, chosen):
                if isinstance(event, Done):
                    return reply_line(event.reply, line.id)
            raise HabeasError("the answer ended before it was whole; ask again")

        if jsonl:
            _run_lines(AskLine.model_validate_json, answer)
        else:
            from bot.types import Turn

            asyncio.run(_show(engine, (Turn("user", question or ""),), _code(lang)))


async def _show(engine: "Engine", turns: "tuple[Turn, ...]", lang: "Lang | None") -> None:
    from bot.channels.written import Written

    written = Written()
    async for event in engine.answer(turns, lang):
        typer.echo(written.after(event), nl=False)
    typer.echo()


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    *,
    jsonl: _Jsonl = False,
    lang: _Lang = None,
    k: Annotated[int | None, typer.Option("-k", min=1, max=50, help="Most passages.")] = None,
) -> None:
    """Search the law, or with --jsonl for the queries on standard input."""
    from bot.channels.lines import SearchLine, search_line

    _one_way(query, jsonl=jsonl)
    with _engine() as engine:

        async def find(line: SearchLine) -> "Json":
            chosen = line.lang or _code(lang)
            hits = await engine.search(line.q, chosen, line.k or k)
            return search_line(hits, line.q, chosen, line.id)

        if jsonl:
            _run_lines(SearchLine.model_validate_json, find)
            return
        hits = asyncio.run(engine.search(query or "", _code(lang), k))
        shown = search_line(hits, query or "", _code(lang))
    for hit in shown["hits"] if isinstance(shown["hits"], list) else ():
        how = ", ".join((hit["layer"], *hit["arms"]))
        typer.echo(f"{hit['score']:.3f}  {hit['id']}  [{how}]\n{hit['text']}\n")


# The guard


@guard_app.callback()
def guard(context: typer.Context, *, jsonl: _Jsonl = False) -> None:
    """Put the drafts on standard input through the guard (--jsonl)."""
    if context.invoked_subcommand:
        return
    if not jsonl:
        raise typer.BadParameter("give --jsonl, or the command explain")
    from bot.channels.lines import GuardLine, guard_line

    with _engine() as engine:

        async def screen(line: GuardLine) -> "Json":
            given = None if line.passages is None else engine.passages(line.passages)
            history = tuple(one.turn for one in line.history)
            draft = engine.guard_draft(line.question, history, line.draft, line.lang, given)
            return guard_line(draft, line.id)

        _run_lines(GuardLine.model_validate_json, screen)


@guard_app.command()
def explain(
    question: Annotated[str, typer.Argument(help="The question to read.")],
    lang: _Lang = None,
) -> None:
    """Say what the guard takes from a question, which rule decides it, and what it opens with."""
    from bot.guard import decide, opening, read
    from bot.guard.explain import explain as explained
    from bot.types import Turn

    if not question.strip():
        raise EmptyQuestion
    reading = read((Turn("user", question),), _code(lang))
    verdict = decide(reading)
    typer.echo("\n".join(explained(reading, verdict)))
    if verdict is not None:
        typer.echo(f"\n{opening(reading, verdict)}")


@guard_app.command()
def rules(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say if it is current.")] = False,
) -> None:
    """Write docs/rules.md: every rule and every opening the guard can give."""
    from bot.guard.rulebook import rulebook
    from bot.settings import PROJECT_DIR

    page = PROJECT_DIR / "docs" / "rules.md"
    text = rulebook()
    if check and (not page.exists() or page.read_text(encoding="utf-8") != text):
        raise BadInput(f"{page.name} is not current; run `make rules` and commit it")
    if not check:
        page.write_text(text, encoding="utf-8")
        typer.echo(f"{page.name}: {len(text.split())} words")


# Corpus and server


@corpus_app.command("check")
def corpus_check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Report only on these files and folders.")
    ] = None,
    law: Annotated[
        Path | None, typer.Option(help="Folder of official text to check against.")
    ] = None,
) -> None:
    """Check form, languages, dates and cross-references; with --law also against the text."""
    from bot.sources.check import inspect

    if law is not None and not law.is_dir():
        raise BadInput(f"{law} is not a folder; give the folder of official text")
    report = inspect(load_settings().corpus_dir.resolve(), law)
    wanted = tuple(path.resolve() for path in paths or ())
    for path in wanted:
        if not path.exists():
            raise BadInput(f"{path} does not exist")
    problems = [
        problem
        for problem in report.problems
        if not wanted or any(problem.path.is_relative_to(path) for path in wanted)
    ]
    for problem in problems:
        typer.echo(str(problem))
    compared = f", {report.compared} compared, {report.not_at_hand} without official text at hand"
    typer.echo(
        f"{len(problems)} problems; {report.files} files, {report.statements} statements"
        f"{compared if law else ''}"
    )
    raise typer.Exit(1 if problems else 0)


@corpus_app.command("coverage")
def corpus_coverage(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is current.")] = False,
) -> None:
    """Write corpus/README.md: what the digest covers and lacks, and how good it is."""
    from bot.settings import PROJECT_DIR
    from bot.sources.coverage import PAGE, coverage_page

    corpus = load_settings().corpus_dir
    page = corpus / PAGE
    text = coverage_page(corpus, PROJECT_DIR / "docs" / "reading")
    if check and (not page.exists() or page.read_text(encoding="utf-8") != text):
        raise BadInput(f"corpus/{PAGE} is not current; run `habeas corpus coverage` and commit it")
    if not check:
        page.write_text(text, encoding="utf-8")
        typer.echo(f"corpus/{PAGE}: {len(text.splitlines())} lines")


@corpus_app.command("build")
def corpus_build() -> None:
    """Build the index of digest, official text and documents; what serves goes on serving."""
    from bot.channels.step_back import step_back
    from bot.index.build import build_index

    step_back()

    def progress(stage: str, done: int, steps: int) -> None:
        typer.echo(f"\r{stage} {done}/{steps}", nl=done >= steps, err=True)

    manifest = build_index(load_settings(), progress if sys.stderr.isatty() else _silent)
    typer.echo(
        f"index {manifest.fingerprint[:12]}: {manifest.passages} passages, "
        f"{manifest.ask_rows} questions, {manifest.embedder}"
    )
    if len(manifest.layers) > 1:
        each = (f"{name} {layer.passages}" for name, layer in manifest.layers.items())
        typer.echo(f"  by layer: {', '.join(each)}")


@corpus_app.command("vectors")
def corpus_vectors() -> None:
    """Write the vectors that ship with the digest, so that a first build is quick."""
    from bot.index.build import ship_vectors

    typer.echo(f"{ship_vectors(load_settings(), _silent)} vectors")


def _silent(stage: str, done: int, steps: int) -> None:
    """Show no progress where nobody watches."""


@app.command()
def serve() -> None:
    """Serve the web page and the API."""
    from bot.channels.web import serve as serve_web

    serve_web(load_settings())


@app.command()
def mcp() -> None:
    """Serve the tools ask, search and read_authority to a program that speaks MCP over stdio."""
    from importlib.util import find_spec

    from bot.channels.auditing import audited

    if find_spec("mcp") is None:
        raise SettingsError("the package `mcp` is missing; run: pip install 'habeas[mcp]'")
    from bot.channels.mcp_server import mcp_server

    with _engine() as opened, audited(opened, load_settings(), "cli") as engine:
        mcp_server(engine).run()


# Slack


@slack_app.callback()
def slack(context: typer.Context) -> None:
    """Serve Slack: by Socket Mode where there is an app token, else over HTTP."""
    if context.invoked_subcommand:
        return
    from bot.channels.slack.serve import run_slack

    run_slack(load_settings())


@slack_app.command()
def manifest(
    address: Annotated[
        str | None,
        typer.Option(
            "--http", help="Public https address of this server; left out, for Socket Mode."
        ),
    ] = None,
) -> None:
    """Print the manifest: pasted into Slack, it sets the app up."""
    from bot.channels.slack.manifest import manifest_yaml

    if address is not None and not address.startswith("https://"):
        raise BadInput("Slack calls https addresses only; give --http https://your.host")
    typer.echo(manifest_yaml(load_settings(), address), nl=False)


# Lines


def _run_lines(
    read: Callable[[bytes], _LineT], work: "Callable[[_LineT], Awaitable[Json]]"
) -> None:
    """Answer standard input line by line, in order; exit with 1 if any line failed."""
    failed = asyncio.run(_answer_lines(sys.stdin.buffer, read, work))
    raise typer.Exit(1 if failed else 0)


async def _answer_lines(
    lines: Iterable[bytes],
    read: Callable[[bytes], _LineT],
    work: "Callable[[_LineT], Awaitable[Json]]",
) -> int:
    from pydantic import ValidationError

    from bot.channels.lines import bad_line, error_line

    failed = 0
    for number, raw in enumerate(lines):
        line = (raw.removeprefix(b"\xef\xbb\xbf") if number == 0 else raw).strip()
        if not line:
            continue
        try:
            answer = await work(read(line))
        except ValidationError as error:
            answer = error_line(bad_line(error), _line_id(line))
        except HabeasError as error:
            answer = error_line(error, _line_id(line))
        except Exception as error:  # noqa: BLE001 - one line must not end the run
            # The words of the error may be the person's own: only its kind is told.
            kind = type(error).__name__
            answer = error_line(HabeasError(f"this line failed inside ({kind})"), _line_id(line))
        failed += "error" in answer
        _write(answer)
    return failed


def _line_id(line: bytes) -> "LineId":
    """Id of a line that cannot be answered, where it has one."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def _write(answer: "Json") -> None:
    # A lone surrogate in an id has no UTF-8; as an escape it is the same JSON string.
    text = json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


# Common


def _one_way(text: str | None, *, jsonl: bool) -> None:
    if (text is None) != jsonl:
        raise typer.BadParameter("give either a text or --jsonl")


def _code(lang: Language | None) -> "Lang | None":
    return None if lang is None else "en" if lang is Language.en else "es"


@contextmanager
def _engine() -> "Iterator[Engine]":
    from bot.engine import open_engine

    engine = open_engine(load_settings())
    try:
        yield engine
    finally:
        engine.close()


def main() -> None:
    """Run the command line."""
    try:
        app()
    except HabeasError as error:
        # One line, whatever the message is made of.
        typer.echo(f"habeas: {' '.join(str(error).split())}", err=True)
        raise SystemExit(2) from None
    except BrokenPipeError:
        # Whoever read the output has left; Python would complain once more when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
