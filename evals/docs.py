"""Write the current numbers into the pages that carry them, between two markers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.settings import PROJECT_DIR
from evals.judged import Judged
from evals.problems import RunFailed

BEGIN = "<!-- evals:begin -->"
END = "<!-- evals:end -->"
PAGES = (PROJECT_DIR / "README.md", PROJECT_DIR / "docs" / "evaluation.md")
_STATES = {
    "holds": "holds",
    "known": "known failures",
    "under": "under its floor",
    "regressed": "**regressed**",
    "broken": "**broken**",
    "new": "nothing to compare",
    "reported": "",
}


def refresh(
    judged: Sequence[Judged], *, write: bool, pages: Sequence[Path] = PAGES
) -> tuple[Path, ...]:
    """Give the pages whose numbers are not those of these runs, and mend them.

    Raises:
        RunFailed: a run is not whole, or a page is missing or has no markers.
    """
    for one in judged:
        one.must_be_whole()
    return put(table(judged), BEGIN, END, write=write, pages=pages)


def put(
    table: str, begin: str, end: str, *, write: bool = True, pages: Sequence[Path] = PAGES
) -> tuple[Path, ...]:
    """Give the pages that do not have ``table`` between two markers, and mend them.

    Raises:
        RunFailed: a page is missing or has no markers.
    """
    stale = []
    for page in pages:
        try:
            text = page.read_text(encoding="utf-8")
        except OSError:
            raise RunFailed(f"{page} is missing") from None
        start, stop = text.find(begin), text.find(end)
        if not 0 <= start < stop:
            raise RunFailed(f"{page} has no place for the numbers: put {begin} and {end} there")
        fresh = f"{text[:start]}{begin}\n{table}\n{text[stop:]}"
        if fresh != text:
            stale.append(page)
            if write:
                page.write_text(fresh, encoding="utf-8")
    return tuple(stale)


def table(judged: Sequence[Judged]) -> str:
    """Give the numbers of some runs as Markdown."""
    return "\n\n".join("\n".join(_rows(one)) for one in judged)


def _rows(judged: Judged) -> Iterator[str]:
    manifest = judged.manifest
    yield (
        f"Model `{manifest.model}`: {len(judged.results.answered)} questions,"
        f" {len(judged.results.screened)} labelled drafts; code `{manifest.code[:8]}`,"
        f" corpus `{manifest.corpus[:8]}`, set `{manifest.cases[:8]}`."
    )
    yield ""
    yield "| what | gate | right | share | 95 % interval | state |"
    yield "|---|---|---:|---:|---|---|"
    for gate in judged.comparison.gates:
        one = gate.measure
        low, high = one.interval.low, one.interval.high
        kind = "" if one.gate == "none" else one.gate
        limit = f"{low:.1%} to {high:.1%}"
        if one.bound is not None and one.gate == "hard":
            limit = f"failures under {one.bound:.2%}, on {one.seeds} seeds"
        yield (
            f"| {one.title} | {kind} | {one.hits}/{one.n} | {one.hits / one.n:.1%} |"
            f" {limit} | {_STATES[gate.state]} |"
        )
