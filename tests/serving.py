"""An engine that says what a test tells it, and a server on a port of this machine."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import date

import uvicorn
from fastapi import FastAPI

from bot.audit import Hashes
from bot.channels.admission import Admission
from bot.channels.api import add_health
from bot.channels.metrics import Metrics
from bot.channels.web import add_apis, guard_app, server_config
from bot.engine import LawText
from bot.errors import CorpusIndexError, EmptyQuestion, QuestionTooLong, UnknownAuthority
from bot.settings import Settings
from bot.sources.attachments import Attachment, check_attached
from bot.sources.digest import Digest
from bot.types import (
    Authority,
    Bilingual,
    Card,
    Citation,
    Done,
    Event,
    Fact,
    Hit,
    Lang,
    LawStatement,
    Note,
    Opening,
    Outcome,
    Passage,
    Questions,
    Reply,
    Section,
    Sentence,
    Sources,
    Statement,
    Turn,
    Understood,
    Verdict,
)

LAW = Authority("usc/8/1231/b/3/A")
URL = "https://uscode.house.gov/view.xhtml?req=1231&num=0"
STATEMENT = Statement(LAW, Bilingual("Nobody may be removed there.", "Nadie puede ser expulsado."))
SECTION = Section(
    id=Authority("usc/8/1231"),
    title=Bilingual("Detention and removal", "Detención y expulsión"),
    url=URL,
    as_of="P.L. 119-100",
    checked_on=date(2026, 11, 24),
    statements=(STATEMENT,),
)
PASSAGE = Passage(
    id="usc/8/1231/b/3/A@00000000",
    authority=LAW,
    layer="digest",
    title=SECTION.title,
    text=STATEMENT.text,
    ask=Questions(),
    url=URL,
    as_of=SECTION.as_of,
)
CITATION = Citation(
    id=LAW,
    label="8 U.S.C. § 1231(b)(3)(A)",
    url=URL,
    as_of="P.L. 119-100",
    quote="the official words",
    says="Nobody may be removed there.",
)
VERDICT = Verdict(
    rule="citizen_removal",
    outcome=Outcome.FORBIDDEN,
    also=("challenge",),
    authorities=(LAW,),
    facts=(),
    kind="hard",
    contested=False,
    as_of="2026-11-24",
)
FACT = Fact("self", "birthplace", "guam", 0, (6, 18), "born in Guam")


def reply(**changes: object) -> Reply:
    """Give a whole answer."""
    fields: dict[str, object] = {
        "status": "ruled",
        "flags": (),
        "answer": "no",
        "lang": "en",
        "verdict": VERDICT,
        "text": "A citizen may not lawfully be deported.",
        "citations": (CITATION,),
        "facts": (FACT,),
        "dropped": (),
        "corpus": "0" * 64,
        "ms": 1.0,
        **changes,
    }
    return Reply(**fields)


def events(**changes: object) -> list[Event]:
    """Give one event of each kind, in order."""
    return [
        Opening("A citizen may not lawfully be deported. Not ever.\n\nLaw: 8 U.S.C. § 1.", VERDICT),
        Understood((FACT,)),
        Card("detained", "What to do now", ("Call 988 or [the list](https://www.justice.gov/x).",)),
        LawStatement("Nobody may be removed there.", CITATION),
        Sentence("So it may not be done.", (CITATION,)),
        Sources((CITATION,)),
        Note("not_advice", "This is information about the law, not legal advice."),
        Done(reply(**changes)),
    ]


@dataclass
class FakeEngine:
    """Says ``script``; ``hold`` stops it after the first event until set; ``fault`` breaks it."""

    script: list[Event] = field(default_factory=events)
    hold: threading.Event | None = None
    fault: Exception | None = None
    trouble: str = ""
    has_model: bool = False
    asked: list[tuple[tuple[Turn, ...], Lang | None]] = field(default_factory=list)
    attached: list[tuple[Attachment, ...]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    left: threading.Event = field(default_factory=threading.Event)
    digest: Digest = field(
        default_factory=lambda: Digest((SECTION,), frozenset({LAW.path}), "0" * 64)
    )

    def reset(self) -> None:
        """Be as new, for the next test on the same server."""
        self.script, self.hold, self.fault, self.trouble = events(), None, None, ""
        self.asked.clear()
        self.attached.clear()
        self.left.clear()

    def watched(self, see: Callable[[Event], None]) -> "Seen":
        return Seen(self, see)

    def answer(
        self,
        turns: Sequence[Turn],
        lang: Lang | None = None,
        *,
        attached: Sequence[Attachment] = (),
    ) -> AsyncIterator[Event]:
        check_attached(attached)
        if not turns or not turns[-1].content.strip():
            raise EmptyQuestion
        if len(turns[-1].content) > 12_000:
            raise QuestionTooLong("the text is too long")
        self.asked.append((tuple(turns), lang))
        self.attached.append(tuple(attached))
        return self._events()

    async def _events(self) -> AsyncIterator[Event]:
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        finished = False
        try:
            for number, event in enumerate(self.script):
                if number and self.fault:
                    raise self.fault
                yield event
                while number == 0 and self.hold and not self.hold.is_set():  # noqa: ASYNC110 - set by another thread
                    await asyncio.sleep(0.01)
            finished = True
        finally:
            self.running -= 1
            if not finished:
                self.left.set()

    async def search(self, q: str, _lang: Lang | None, k: int | None) -> tuple[Hit, ...]:
        if self.trouble:
            raise CorpusIndexError(self.trouble)
        if not q.strip():
            raise EmptyQuestion
        return (Hit(PASSAGE, 0.5, ("lexical", "dense")),)[:k]

    def read(self, authority: Authority) -> LawText:
        if not authority.within(SECTION.id):
            raise UnknownAuthority(f"{authority} is not in the corpus")
        return LawText(SECTION, (STATEMENT,))

    @property
    def hashes(self) -> Hashes:
        return Hashes(rules="1" * 64, corpus="0" * 64, prompts="", lexicon="2" * 64)

    def close(self) -> None:
        pass


@dataclass
class Seen:
    """The same engine, whose events somebody sees."""

    engine: FakeEngine
    see: Callable[[Event], None]

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    def answer(
        self,
        turns: Sequence[Turn],
        lang: Lang | None = None,
        *,
        attached: Sequence[Attachment] = (),
    ) -> AsyncIterator[Event]:
        return self._events(self.engine.answer(turns, lang, attached=attached))

    async def _events(self, events: AsyncGenerator[Event, None]) -> AsyncIterator[Event]:
        async with aclosing(events):
            async for event in events:
                self.see(event)
                yield event


def app_of(engine: object, admission: Admission | None = None, **settings: object) -> FastAPI:
    """Give the app without the page."""
    door = admission or Admission()
    metrics = Metrics(door)
    chosen = Settings(**settings)
    app = FastAPI(openapi_url=None)
    add_health(app, engine, None, metrics if chosen.metrics else None)
    add_apis(app, engine, door, metrics)
    guard_app(app, chosen, metrics)
    return app


@contextmanager
def live(app: FastAPI, **settings: object) -> Iterator[str]:
    """Serve an app on a free port; gives its address."""
    sock = socket.create_server(("127.0.0.1", 0))
    config = server_config(app, Settings(**settings))
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    assert server.started
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()
