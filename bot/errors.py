"""Every error Habeas raises on purpose.

    HabeasError                     catch this at a channel
    ├── SettingsError               a setting is unknown or has a bad value
    ├── BadInput                    what the caller sent cannot be answered
    │   ├── EmptyQuestion
    │   ├── QuestionTooLong
    │   ├── UnreadableText          binary or broken text
    │   ├── BadHistory              turns that are not a conversation
    │   └── TooMuchAttached         documents of a conversation, more than it may hold
    ├── CorpusError                 a source file is wrong; carries file and line
    │   └── UnknownAuthority        an authority path that is malformed or not in the corpus
    ├── DocumentError               a person's own document that cannot be taken
    ├── RuleError                   rule data that may not start: the process must not serve
    ├── CorpusIndexError                 the index cannot serve
    │   ├── IndexMissing
    │   ├── IndexStale              built from another corpus, model or code
    │   └── IndexBusy               another builder holds the lock
    ├── FetchError                  official text could not be fetched; what is installed serves on
    ├── ModelError                  the chat model failed; the answer goes on without it
    │   └── BudgetSpent             it was not asked: a limit of cost is reached
    └── PageError                   the web page cannot be served; the API goes on

Each class has a stable ``code`` for programs; the message says what happened and what to do.
"""

from pathlib import Path
from typing import Literal

FetchFault = Literal[
    "offline", "stalled", "cut", "busy", "not_found", "refused", "web_page", "elsewhere",
    "checksum", "too_large", "unreadable", "disk_full", "locked",
]  # fmt: skip
"""What went wrong with a fetch of official text."""


DocumentFault = Literal[
    "missing", "kind", "misnamed", "locked", "scanned", "empty", "broken", "too_large", "too_long",
    "not_text", "hostile", "there_already", "not_kept",
]  # fmt: skip
"""Why a document cannot be taken."""


class HabeasError(Exception):
    """Base of all errors raised on purpose; its text may be shown to a person."""

    code = "error"


class SettingsError(HabeasError):
    """A setting is unknown or has a value that cannot be used."""

    code = "bad_setting"


class BadInput(HabeasError):
    """The question or its history cannot be answered as sent."""

    code = "bad_input"


class EmptyQuestion(BadInput):
    """Nothing was asked."""

    code = "empty_question"

    def __init__(self) -> None:
        super().__init__("nothing was asked; write a question in words")


class QuestionTooLong(BadInput):
    """The question is longer than the limit in the settings."""

    code = "question_too_long"


class UnreadableText(BadInput):
    """The text is binary or broken Unicode."""

    code = "unreadable_text"


class BadHistory(BadInput):
    """The turns are not a conversation that ends with the person's question."""

    code = "bad_history"


class TooMuchAttached(BadInput):
    """A conversation has more documents, or more text in them, than it may."""

    code = "too_much_attached"


class CorpusError(HabeasError):
    """A source file is wrong; ``str()`` gives ``file:line: what is wrong; how to mend it``."""

    code = "bad_corpus"

    def __init__(self, message: str, *, path: Path | None = None, line: int | None = None) -> None:
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{where}{message}")
        self.path = path
        self.line = line


class UnknownAuthority(CorpusError):
    """An authority path that is malformed or not in the corpus."""

    code = "unknown_authority"


class DocumentError(HabeasError):
    """A document of one's own that cannot be read, stored or found; says why and what to do."""

    code = "bad_document"

    def __init__(self, fault: DocumentFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class RuleError(HabeasError):
    """Rule data that contradicts itself or the corpus; the process must not serve."""

    code = "bad_rule"


class CorpusIndexError(HabeasError):
    """The index cannot serve; catch this where retrieval starts."""

    code = "index_unavailable"


class IndexMissing(CorpusIndexError):
    """No index was built yet: `habeas corpus build`."""

    code = "index_missing"


class IndexStale(CorpusIndexError):
    """The index was built from another corpus, embedding model or code version."""

    code = "index_stale"


class IndexBusy(CorpusIndexError):
    """Another process is building the index."""

    code = "index_busy"


class FetchError(HabeasError):
    """Official text could not be fetched; nothing that was installed has changed.

    ``after_s`` is how long the server asks to be left alone, in seconds.
    """

    code = "fetch_failed"

    def __init__(self, fault: FetchFault, message: str, *, after_s: float = 0.0) -> None:
        super().__init__(
            f"{message} ({fault}). Nothing was changed: what was installed goes on serving, and"
            " without official text the digest alone does"
        )
        self.fault = fault
        self.after_s = after_s


class ModelError(HabeasError):
    """The chat model failed, stalled or spoke nonsense; the answer without it is given instead."""

    code = "model_unavailable"


class BudgetSpent(ModelError):
    """The chat model was not asked: a conversation or the day has cost what it may."""

    code = "budget_spent"


class PageError(HabeasError):
    """The web page could not be made; the API goes on."""

    code = "page_unavailable"

    def __init__(self) -> None:
        super().__init__("the page cannot be served; the API at /api goes on")
