"""``docs/guard-evidence.md``: what was measured of the guard, written by the command."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import PROJECT_DIR
from evals.stats import wilson

PAGE = PROJECT_DIR / "docs" / "guard-evidence.md"
MUTANTS = ("<!-- mutants:begin -->", "<!-- mutants:end -->")
_NOT_RUN = "Not run."
_STAMP = re.compile(r"<!-- code:(\w+) rules:(\w+) -->")


@dataclass(frozen=True)
class Table:
    """A table; the first column is text, the others numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """As Markdown."""
        rule = "|".join(("---", *("---:" for _ in self.head[1:])))
        lines = [f"| {' | '.join(self.head)} |", f"|{rule}|"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join(lines)


@dataclass(frozen=True)
class Section:
    """One part of the page: words and tables in order."""

    title: str
    parts: tuple[str | Table, ...]

    @property
    def text(self) -> str:
        """As Markdown."""
        body = [one if isinstance(one, str) else one.text for one in self.parts]
        return "\n\n".join([f"## {self.title}", *body])


@dataclass(frozen=True)
class Stamp:
    """What a page is of: hashes of the code and of the rule data."""

    code: str
    rules: str


@dataclass(frozen=True)
class Report:
    """A whole page. ``facts`` are lines such as versions and seeds."""

    stamp: Stamp
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    limits: tuple[str, ...] = field(default=())


def share(hits: int, n: int) -> str:
    """Give k/n with its 95 % Wilson interval."""
    if not n:
        return "none"
    limit = wilson(hits, n)
    return f"{hits}/{n} ({limit.low:.1%} to {limit.high:.1%})"


def write(report: Report, page: Path = PAGE) -> None:
    """Write the page; what `make mutants` put there stays."""
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(_parts(report, _mutants(before))) + "\n", encoding="utf-8")


def stamp_of(page: Path = PAGE) -> Stamp | None:
    """Say what a page is of; None where there is no page or no stamp."""
    found = _STAMP.search(page.read_text(encoding="utf-8")) if page.exists() else None
    return Stamp(found[1], found[2]) if found else None


def _parts(report: Report, mutants: str) -> Iterator[str]:
    stamp = report.stamp
    yield "# What was measured of the guard"
    yield f"<!-- code:{stamp.code} rules:{stamp.rules} -->"
    yield (
        "Written by `make redteam`; do not edit. Shares are k/n with the 95 % Wilson interval,"
        " which takes cases for independent: wordings of one question are not, so the true"
        " interval is wider."
    )
    yield "\n".join(f"- {fact}" for fact in report.facts)
    for section in report.sections:
        yield section.text
    yield f"## Mutation\n\n{MUTANTS[0]}\n{mutants}\n{MUTANTS[1]}"
    yield "## What this does not show\n\n" + "\n".join(f"- {one}" for one in report.limits)


def _mutants(text: str) -> str:
    start, stop = (text.find(mark) for mark in MUTANTS)
    return text[start + len(MUTANTS[0]) : stop].strip() if 0 <= start < stop else _NOT_RUN


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Make a table of anything that holds strings."""
    return Table(tuple(head), tuple(tuple(row) for row in rows))
