"""All that answers are made from, as it is installed now."""

import hashlib
import logging
from dataclasses import dataclass
from functools import cached_property

import bot.privacy  # noqa: F401 - before anything that could phone home
from bot.answer.cards import load_cards
from bot.answer.compose import Shelf
from bot.answer.documents import Beside
from bot.answer.material import Drafter
from bot.answer.notices import load_notices
from bot.answer.official import no_quotes, quotes_from
from bot.answer.premises import load_premises
from bot.answer.prompts import load_prompts
from bot.answer.run import Parts, Searcher
from bot.audit import Hashes
from bot.errors import CorpusError, CorpusIndexError, ModelError
from bot.guard import check_guard
from bot.guard.fingerprint import rules_hash
from bot.index.store import OpenIndex, index_mark, open_index
from bot.retrieve.confidence import ABSTAIN
from bot.retrieve.lexicon import LEXICON_FILE, SUBJECTS_FILE
from bot.retrieve.retriever import make_retriever
from bot.settings import Settings
from bot.sources.digest import Digest, load_digest
from bot.sources.library import Library, library_mark, open_library
from bot.text.citations import CitationIndex, find_citations, label

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """All that answers are made from, and the files it was read from.

    ``trouble`` says why there is no search; ``marks`` of which index and release it was made.
    """

    parts: Parts
    settings: Settings
    index: OpenIndex | None = None
    trouble: str = ""
    library: Library | None = None
    marks: tuple[str, ...] = ()

    @cached_property
    def hashes(self) -> Hashes:
        """What answers are made from, by its hashes."""
        lexicon = hashlib.sha256()
        for name in (LEXICON_FILE, SUBJECTS_FILE):
            file = self.settings.corpus_dir / name
            lexicon.update(file.read_bytes() if file.exists() else b"")
        with_model = self.parts.writer is not None
        return Hashes(
            rules=rules_hash(),
            corpus=self.parts.shelf.digest.hash,
            prompts=load_prompts(self.settings.prompts_dir).hash if with_model else "",
            lexicon=lexicon.hexdigest(),
        )

    def close(self) -> None:
        """Let go of the files; more than once does no harm."""
        if self.index is not None:
            self.index.close()
        if self.library is not None:
            self.library.close()


def open_all(settings: Settings, before: Opened | None = None) -> Opened:
    """Open all there is now; of what was open ``before``, digest and model are used on.

    Raises:
        CorpusError: the digest, a card or a prompt is wrong.
        RuleError: the rules contradict themselves or the corpus.
        SettingsError: a setting cannot be used.
    """
    marks = installed_marks(settings)
    digest = before.parts.shelf.digest if before else load_digest(settings.corpus_dir)
    check_guard(digest.known)
    index, trouble = _open_index(settings, digest)
    if before and index is None:
        # It may be the index of another digest.
        digest = load_digest(settings.corpus_dir)
        check_guard(digest.known)
        index, trouble = _open_index(settings, digest)
    library = _open_library(settings)
    writer = before.parts.writer if before else _open_writer(settings)
    try:
        parts = _parts_of(settings, digest, index, library, writer)
    except BaseException:
        if index is not None:
            index.close()
        if library is not None:
            library.close()
        raise
    return Opened(parts, settings, index, trouble, library, marks)


def _parts_of(
    settings: Settings,
    digest: Digest,
    index: OpenIndex | None,
    library: Library | None,
    writer: Drafter | None,
) -> Parts:
    cited = CitationIndex.of(digest.sections)
    searcher: Searcher | None = None
    beside: Beside | None = None
    if index is not None:
        searcher = beside = make_retriever(settings, digest, index)
    return Parts(
        shelf=Shelf.of(digest, label, quotes_from(library) if library else no_quotes),
        cards=load_cards(settings.corpus_dir),
        citations=lambda text: find_citations(text, cited),
        searcher=searcher,
        writer=writer,
        mode=settings.guard_mode,
        top_k=settings.top_k,
        sure=ABSTAIN,
        beside=beside,
        premises=load_premises(settings.corpus_dir, digest.known),
        notices=load_notices(settings.corpus_dir, digest.known),
    )


def installed_marks(settings: Settings) -> tuple[str, ...]:
    """What changes when an index was built, or official text fetched."""
    return (index_mark(settings), library_mark(settings))


def _open_index(settings: Settings, digest: Digest) -> tuple[OpenIndex | None, str]:
    try:
        return open_index(settings, corpus=digest.hash), ""
    except CorpusIndexError as error:
        _log.warning("no search: %s", error)
        return None, str(error)


def _open_library(settings: Settings) -> Library | None:
    try:
        return open_library(settings)
    except CorpusError as error:
        _log.warning("no official text: %s", error)
        return None


def _open_writer(settings: Settings) -> Drafter | None:
    if not settings.has_model:
        return None
    # A second or two that an answer without a model need not pay.
    from bot.answer.chain import Writer  # noqa: PLC0415
    from bot.answer.models import open_model  # noqa: PLC0415
    from bot.answer.thrift import Thrifty, day_of, limits_of  # noqa: PLC0415

    try:
        model = open_model(settings)
    except ModelError as error:
        _log.warning("no model: %s", error)
        return None
    if model is None:
        return None
    prompts = load_prompts(settings.prompts_dir)
    most = settings.model_max_tokens
    return Thrifty(
        Writer(model, prompts, timeout_s=settings.model_timeout_s, max_tokens=most),
        limits_of(settings),
        day_of(settings),
        made_with=f"{prompts.hash} {settings.model} {settings.openai_base_url} {most}",
        most_kept=settings.model_cache,
    )
