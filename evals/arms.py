"""What each arm of the search is worth, alone and with others: ``python -m evals retrieval``.

``--write`` measures and writes ``retrieval.json`` and, from it, ``docs/retrieval.md``; ``--check``
measures nothing and says whether the page is that of the file and the file that of this corpus,
these questions and this code of the search.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from bot.errors import CorpusIndexError
from bot.guard import decide, opening, read
from bot.index.embed import make_embedder
from bot.index.store import open_index
from bot.retrieve.retriever import Only, Retriever, make_retriever
from bot.settings import PROJECT_DIR, Settings
from bot.sources.digest import load_digest, passages
from bot.text.citations import CitationIndex, find_citations
from bot.types import Arm, Authority, Hit, Lang, Turn
from evals.cases import QUESTIONS as REGRESSION
from evals.cases import load_set
from evals.naive import naive_stack
from evals.problems import RunFailed
from evals.provenance import commit, machine
from evals.retrieval import QUESTIONS as DEVELOPMENT
from evals.retrieval import Question, answerable, rank_of, read_questions
from evals.stats import wilson

RESULTS = Path(__file__).with_name("retrieval.json")
PAGE = PROJECT_DIR / "docs" / "retrieval.md"
ARMS: tuple[Arm, ...] = ("citation", "lexical", "dense", "questions")
SERVED = "all arms, and the law of the rule: as served"
WITH_SEE = " + ".join((*ARMS, "see"))
NAIVE = "naive stack"
_DEPTH = 40
_TITLES = {
    "development": "Development questions",
    "regression": "Regression set",
}
_HEAD = """\
# What each arm of the search is worth

Written by `python -m evals retrieval --write`, which measures; `--check` says whether it is of
this corpus, these questions and this search (`{of}`, measured at {commit} on {machine}).

A cell is the share of questions whose controlling authority is found at rank one / in the first
five / in the first ten, at the grain of section and first subsection, among distinct ones. A
multi-hop question needs two authorities, and counts where both are found. Of the regression set
those are citations that name a law the corpus has, the rest is lay. Times are of one search in
this run, embedding of the question included. {left_out} questions are left out: the corpus has
none of their authorities.

Arms: `citation` (a named provision is looked up), `lexical` (BM25 over a query widened by the
lexicon), `dense` (vectors of the statements), `questions` (vectors of the lay questions written
with each statement), `see` (the subject index of `corpus/subjects.toml`, and one hop of
cross-references, on top of what the others found). The last row but one adds the law the opening
rests on, as answers and `habeas search` do. The naive stack (`evals/naive.py`) cuts the same text
every 1,000 characters and has the same embedding and Chroma's default distance: one dense arm.

**Both sets flatter the search**: lexicon, subjects and weights were chosen with the development
questions in sight, and by people who knew the field of the regression set. What it is worth on
questions nobody tuned to stands in the README (`python -m evals unseen`)."""
_TRIED = """
## Tried, and not kept

- Plain fusion in which every arm votes: BM25 that cannot read a Spanish query drags Spanish down
  (first five .60 with e5 alone, .50 with BM25 beside it, before the lexicon). An arm that finds
  nothing it can read does not vote.
- multilingual-e5-small in the place of the built-in model: better alone, no better in the whole
  search, and ten times slower to build ([001](decisions/001-embedding-model.md)).
- Vectors centred, whitened, averaged over the rows of a passage, or with the lexicon's words
  added to the query; reranking by cosines and BM25 with learned weights: within the noise (001).
- Within-class whitening, and a learned order (logistic regression, gradient boosting, 32
  features): less than the plain vote of the rule, or three points for a file of weights nobody
  can read ([018](decisions/018-rules-vote-in-search.md))."""

Kind = Literal["lay", "legal", "citation", "multi-hop"]
KINDS: tuple[Kind, ...] = ("lay", "legal", "citation", "multi-hop")


@dataclass(frozen=True)
class Cell:
    """Found at rank one, in the first five and ten, of ``n`` questions of one kind and language."""

    kind: Kind
    lang: Lang
    n: int
    first: int
    five: int
    ten: int


@dataclass(frozen=True)
class Row:
    """One way to search on one set; times in milliseconds."""

    name: str
    on: Literal["development", "regression"]
    cells: tuple[Cell, ...]
    p50: float
    p95: float


@dataclass(frozen=True)
class Measured:
    """All that was measured, and of what."""

    rows: tuple[Row, ...]
    of: str
    commit: str
    machine: str
    left_out: int


@dataclass(frozen=True)
class Asked:
    """A question with each group of authorities that must be found; one of a group is enough."""

    question: Question
    kind: Kind
    groups: tuple[tuple[Authority, ...], ...]
    history: tuple[str, ...] = ()


Search = Callable[[Asked], list[frozenset[Authority]]]


def measure(settings: Settings, say: Callable[[str], object]) -> Measured:
    """Measure every way to search on both sets.

    Raises:
        RunFailed: there is no index.
    """
    digest, embedder = load_digest(settings.corpus_dir), make_embedder(settings)
    try:
        index = open_index(settings, corpus=digest.hash, embedder=embedder)
    except CorpusIndexError as error:
        raise RunFailed(str(error)) from None
    cited = CitationIndex.of(digest.sections)
    retriever = make_retriever(settings, digest, index)
    found = passages(digest)
    sets = {"development": development(), "regression": regression(cited)}
    kept = {
        name: [one for one in asked if answerable([one.question], found)]
        for name, asked in sets.items()
    }
    rows: list[Row] = []
    with (
        TemporaryDirectory() as scratch,
        naive_stack(found, embedder, Path(scratch)) as naive,
    ):
        ways: list[tuple[str, Search]] = [
            *((name, _with(retriever, arms)) for name, arms in combined()),
            (SERVED, _served(retriever, cited)),
            (NAIVE, lambda one: naive.search(one.question.q, _DEPTH)),
        ]
        for name, search in ways:
            for on in ("development", "regression"):
                rows.append(_row(name, on, kept[on], search))  # noqa: PERF401 - it takes minutes
            say(name)
    index.close()
    left_out = sum(map(len, sets.values())) - sum(map(len, kept.values()))
    return Measured(tuple(rows), stamp(settings), commit(), machine(), left_out)


def combined() -> Iterator[tuple[str, frozenset[Arm]]]:
    """Every combination of arms, single ones first; ``see`` has nothing to go by alone."""
    for size in range(1, len(ARMS) + 1):
        for some in combinations(ARMS, size):
            yield " + ".join(some), frozenset(some)
    yield WITH_SEE, frozenset({*ARMS, "see"})


def development() -> tuple[Asked, ...]:
    """The development questions that have an authority."""
    return tuple(
        Asked(one, "citation" if one.type == "citation" else _kind(one.type), (one.controlling,))
        for one in read_questions(DEVELOPMENT)
        if one.controlling
    )


def regression(cited: CitationIndex) -> tuple[Asked, ...]:
    """The questions of the regression set in our languages that name what decides them.

    Those that need two authorities at once are multi-hop; those that name a law, citations.
    """
    found = []
    for case in load_set(guard_lines=None).questions:
        gold = tuple(map(Authority, case.retrieval.controlling))
        if not gold or case.lang == "other":
            continue
        groups = tuple(tuple(map(Authority, group)) for group in case.expect.must_cite_any)
        told = [turn.content for turn in case.turns if turn.role == "user"]
        several = len(groups) > 1
        names_law = any(one.known for one in find_citations(told[-1], cited))
        kind: Kind = "multi-hop" if several else "citation" if names_law else "lay"
        question = Question(case.id, case.lang, kind, told[-1], gold)
        found.append(Asked(question, kind, groups if several else (gold,), tuple(told[:-1])))
    return tuple(found)


def stamp(settings: Settings) -> str:
    """First 16 hex digits of a hash of corpus, questions and the code of the search."""
    digest = hashlib.sha256(load_digest(settings.corpus_dir).hash.encode())
    bot = PROJECT_DIR / "bot"
    files = [DEVELOPMENT, *sorted(REGRESSION.glob("*.jsonl"))]
    files += [settings.corpus_dir / name for name in ("lexicon.toml", "subjects.toml")]
    for folder in ("retrieve", "index"):
        files += sorted((bot / folder).glob("*.py"))
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def load(path: Path = RESULTS) -> Measured:
    """Read what was measured.

    Raises:
        RunFailed: there is no such file, or it is not one of these.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(
            Row(**{**row, "cells": tuple(Cell(**cell) for cell in row["cells"])})
            for row in told["rows"]
        )
        return Measured(**{**told, "rows": rows})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunFailed(
            f"{path} cannot be read ({error}); write it with python -m evals retrieval --write"
        ) from None


def write(measured: Measured, results: Path = RESULTS, page_file: Path = PAGE) -> None:
    """Write what was measured, and the page."""
    text = json.dumps(asdict(measured), indent=1) + "\n"
    results.write_text(text, encoding="utf-8")
    page_file.write_text(page(load(results)), encoding="utf-8")


def page(measured: Measured) -> str:
    """Give the page."""
    return "\n".join(_page(measured)).rstrip() + "\n"


def _page(measured: Measured) -> Iterator[str]:
    yield _HEAD.format(
        of=measured.of, commit=measured.commit or "no commit", machine=measured.machine,
        left_out=measured.left_out,
    )  # fmt: skip
    for on in ("development", "regression"):
        rows = [row for row in measured.rows if row.on == on]
        yield f"\n## {_TITLES[on]}\n"
        columns = [
            (kind, lang)
            for kind in KINDS
            for lang in ("en", "es")
            if any((cell.kind, cell.lang) == (kind, lang) for cell in rows[0].cells)
        ]
        named = (f"{k} {lang} (n = {_cell(rows[0], k, lang).n})" for k, lang in columns)
        yield f"| search by | {' | '.join(named)} | p50 | p95 |"
        yield f"|---|{'---|' * len(columns)}---:|---:|"
        for row in rows:
            cells = " | ".join(_share(_cell(row, k, lang)) for k, lang in columns)
            yield f"| {row.name} | {cells} | {row.p50:.0f} ms | {row.p95:.0f} ms |"
    yield _summary(measured)
    yield _TRIED


def _summary(measured: Measured) -> str:
    lines = ["\n## All kinds together, first five, with 95 % intervals\n"]
    lines += ["| set | search by | en | es |", "|---|---|---|---|"]
    for row in measured.rows:
        if row.name not in (SERVED, WITH_SEE, NAIVE, " + ".join(ARMS)):
            continue
        told = []
        for lang in ("en", "es"):
            cells = [cell for cell in row.cells if cell.lang == lang]
            hits, n = sum(cell.five for cell in cells), sum(cell.n for cell in cells)
            limits = wilson(hits, n)
            told.append(f"{hits}/{n} = {hits / n:.1%} ({limits.low:.1%} to {limits.high:.1%})")
        lines.append(f"| {row.on} | {row.name} | {' | '.join(told)} |")
    return "\n".join(lines)


def _cell(row: Row, kind: Kind, lang: str) -> Cell:
    return next(cell for cell in row.cells if (cell.kind, cell.lang) == (kind, lang))


def _share(cell: Cell) -> str:
    shares = (f"{one / cell.n:.2f}".removeprefix("0") for one in (cell.first, cell.five, cell.ten))
    return " / ".join(shares)


def _kind(text: str) -> Kind:
    return next(kind for kind in KINDS if kind == text)


def _with(retriever: Retriever, arms: frozenset[Arm]) -> Search:
    def search(one: Asked) -> list[frozenset[Authority]]:
        asked = one.question
        return _said(
            retriever.search(asked.q, asked.lang, _DEPTH, one.history, only=Only(arms=arms))
        )

    return search


def _served(retriever: Retriever, cited: CitationIndex) -> Search:
    def search(one: Asked) -> list[frozenset[Authority]]:
        asked = one.question
        reading = read([Turn("user", text) for text in (*one.history, asked.q)], asked.lang)
        told = find_citations(opening(reading, decide(reading)), cited)
        ruled = tuple(dict.fromkeys(named.authority for named in told if named.known))
        return _said(retriever.search(asked.q, asked.lang, _DEPTH, one.history, ruled=ruled))

    return search


def _said(hits: Iterable[Hit]) -> list[frozenset[Authority]]:
    return [frozenset({hit.passage.authority}) for hit in hits]


def _row(
    name: str, on: Literal["development", "regression"], asked: Sequence[Asked], search: Search
) -> Row:
    ranks: dict[tuple[Kind, Lang], list[int]] = {}
    took = []
    for one in asked:
        start = time.perf_counter()
        found = search(one)
        took.append(time.perf_counter() - start)
        ranks.setdefault((one.kind, one.question.lang), []).append(_rank(one, found))
    p50, p95 = np.percentile(took, [50, 95]) * 1000
    cells = tuple(
        Cell(kind, lang, len(some), _within(some, 1), _within(some, 5), _within(some, 10))
        for (kind, lang), some in sorted(ranks.items())
    )
    return Row(name, on, cells, round(float(p50), 1), round(float(p95), 1))


def _rank(one: Asked, found: list[frozenset[Authority]]) -> int:
    """Rank by which every group is found; 0 where one is not."""
    each = [rank_of(replace(one.question, controlling=group), found) for group in one.groups]
    return max(each) if all(each) else 0


def _within(ranks: Sequence[int], depth: int) -> int:
    return sum(0 < rank <= depth for rank in ranks)
