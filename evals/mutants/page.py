"""``docs/mutants.md``: what was tried, what was killed, and why the rest changes nothing."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import PROJECT_DIR
from evals.mutants.listed import Listed
from evals.mutants.places import Name
from evals.mutants.trial import Outcome

PAGE = PROJECT_DIR / "docs" / "mutants.md"

_ABOUT = """\
Written by `make mutants`. A mutant is the guard with one small thing made wrong: a comparison
turned round, a condition left out, a number one higher, a text changed, an argument missing. The
tests named in `evals/mutants/mutants.toml` are set on each. A mutant that no test notices is a line
that nobody would miss: it is killed by a new test, or the line goes, or it is listed below with the
reason why it changes nothing anybody can see. The command fails on any other survivor, and on a
listed one that is killed or gone. A mutant that never ends is counted under timeouts, as killed.

Functions are changed, decorated ones too, and constants of modules. Not changed: word lists and
other data, which have tests of their own, annotations, defaults of dataclass fields. Not yet among
the files: the checks the screen calls, and what reads the question."""
_STAMP = re.compile(r"^Code `([0-9a-f]{16})`", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """One file and what became of its mutants."""

    path: str
    outcomes: Mapping[Name, Outcome]


def code_hash(files: Sequence[str]) -> str:
    """Name the sources that were made wrong: 16 hex digits."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.encode() + b"\0" + (PROJECT_DIR / file).read_bytes())
    return digest.hexdigest()[:16]


def stamp_of(page: Path = PAGE) -> str | None:
    """Give the code a page is of; None where there is none."""
    found = _STAMP.search(page.read_text(encoding="utf-8")) if page.exists() else None
    return found[1] if found else None


def write(results: Sequence[Result], known: Listed, page: Path = PAGE) -> None:
    """Write the page."""
    page.write_text("\n".join(_lines(results, known)) + "\n", encoding="utf-8")


def _lines(results: Sequence[Result], known: Listed) -> Iterator[str]:
    code = code_hash([one.path for one in results])
    yield "# Mutation testing of the guard"
    yield ""
    yield _ABOUT
    yield ""
    yield f"Code `{code}`, measured on {datetime.now(UTC).date()}."
    yield ""
    yield "| file | mutants | killed | timeouts | equivalent | survived |"
    yield "|---|---:|---:|---:|---:|---:|"
    total: Counter[str] = Counter()
    for one in results:
        count = _count(one, known)
        total += count
        yield _row(f"`{one.path}`", count)
    yield _row("all", total)
    yield ""
    yield from _survivors(results, known)
    yield from _equivalent(results, known)


def _count(result: Result, known: Listed) -> Counter[str]:
    return Counter(
        "equivalent" if outcome == "survived" and name in known.equivalent else outcome
        for name, outcome in result.outcomes.items()
    )


def _row(head: str, count: Counter[str]) -> str:
    kinds = ("killed", "timeout", "equivalent", "survived")
    return f"| {head} | {count.total()} | " + " | ".join(str(count[kind]) for kind in kinds) + " |"


def _survivors(results: Sequence[Result], known: Listed) -> Iterator[str]:
    yield "## Survivors"
    yield ""
    left = [name for one in results for name in unlisted(one, known)]
    if not left:
        yield "None: every mutant is killed or changes nothing."
    else:
        yield "Each is a line that a test should miss and does not."
        yield ""
        yield from (f"- `{one.file}`, {one.function}: {_change(one)}" for one in left)
    yield ""


def _equivalent(results: Sequence[Result], known: Listed) -> Iterator[str]:
    yield "## Mutants that change nothing"
    yield ""
    paths = {one.path for one in results}
    for name, reason in known.equivalent.items():
        if name.file in paths:
            yield f"- `{name.file}`, {name.function}: {_change(name)}. {reason}"


def unlisted(result: Result, known: Listed) -> list[Name]:
    """Give the survivors nobody gave a reason for."""
    survived = [name for name, outcome in result.outcomes.items() if outcome == "survived"]
    return [name for name in survived if name not in known.equivalent]


def _change(name: Name) -> str:
    return f"``{name.was}`` → ``{name.becomes}``"
