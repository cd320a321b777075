"""The log of the server: lines for people, or JSON for machines; never what somebody asked."""

import json
import logging
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType

from bot.channels.calls import current_id
from bot.settings import Settings

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithoutWords(logging.Formatter):
    """Says of an error its kind and place: its own text could repeat what a person wrote."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's own name
        kind, _, trace = ei
        places: Iterable[str] = (
            f"{one.filename}:{one.lineno}" for one in traceback.extract_tb(trace)[-5:]
        )
        return f"{kind.__name__ if kind else 'error'} at {' > '.join(places)}"


class _Lines(_WithoutWords):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        named = current_id()
        return f"{text} [{named}]" if named else text


class _Json(_WithoutWords):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if named := current_id():
            line["request_id"] = named
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        line |= getattr(record, "fields", {})
        return json.dumps(line, ensure_ascii=False, default=str)


def start_log(settings: Settings) -> None:
    """Write the log to standard error as the settings say.

    Other packages are heard from warnings on: below, some log what passes through them.
    """
    handler = logging.StreamHandler()
    if settings.log_format == "json":
        handler.setFormatter(_Json())
    else:
        handler.setFormatter(_Lines("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(settings.log_level.upper())
