"""Documents a person adds on the page: read here, given back as text, and kept nowhere.

The page holds the text in its tab and sends it with each question, so that nobody else is shown
a word of it, on whichever server the next question is answered.
"""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from urllib.parse import unquote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.channels.admission import Admission
from bot.channels.problems import handle_errors, problem_of_status, respond
from bot.engine import Attachment, read_attachment
from bot.errors import DocumentError, TooMuchAttached

AT_ONCE = 2
"""Files read at the same time: each has a process of its own."""

WAITING = 6
"""Files that may wait for their turn."""

NAME_HEADER = "X-File-Name"
"""Name of the file, percent-encoded: in the address it would stand in a proxy's log."""


class AttachedLine(BaseModel):
    """A document as the page keeps it and sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    pages: Annotated[list[str], Field(max_length=3000)]


_LINES = TypeAdapter(list[AttachedLine])


def read_attached(text: str) -> tuple[Attachment, ...]:
    """Read the documents of a conversation; nothing at all is none.

    Raises:
        TooMuchAttached: it is no list of documents.
    """
    if not text.strip():
        return ()
    try:
        lines = _LINES.validate_json(text)
    except ValidationError:
        raise TooMuchAttached("the documents cannot be read; remove them, add them again") from None
    return tuple(Attachment(one.name, tuple(one.pages)) for one in lines)


def write_attached(attached: Sequence[Attachment]) -> str:
    """Write documents as ``read_attached`` reads them."""
    lines = [AttachedLine(name=one.name, pages=list(one.pages)) for one in attached]
    return _LINES.dump_json(lines).decode()


def uploads_app() -> FastAPI:
    """Make the app that is mounted at ``/upload``: it takes the bytes of one file."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    door = Admission(AT_ONCE, WAITING)

    @app.post("/")
    async def take(request: Request) -> JSONResponse:
        name = unquote(request.headers.get(NAME_HEADER, ""))[:200]
        async with door.admitted():
            data = await request.body()
            try:
                found = await asyncio.to_thread(read_attachment, name, data)
            except DocumentError as error:
                problem = problem_of_status(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
                return respond(
                    problem.model_copy(
                        update={
                            "code": f"document_{error.fault}",
                            "what_to_do": "Mend the file as said, or add another.",
                        }
                    )
                )
        return JSONResponse({"name": found.name, "pages": found.pages, "size": found.size})

    handle_errors(app)
    return app
