"""The command ``python -m evals.mutants``; ``make mutants`` runs it.

Exit codes: 0 fine · 1 a survivor without a reason, or a reason without its survivor · 3 the run
itself failed.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bot.settings import PROJECT_DIR
from evals.mutants import page
from evals.mutants.listed import Listed, Tried, listed
from evals.mutants.places import Name, mutants
from evals.mutants.trial import Outcome, try_all
from evals.problems import RunFailed

_UNFINISHED, _FAILED = 1, 3
_WORK = PROJECT_DIR / "build" / "mutants"


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command; returns the exit code."""
    options = _parser().parse_args(argv)
    act: Callable[[argparse.Namespace], int] = options.act
    try:
        return act(options)
    except RunFailed as failed:
        print(f"failed: {failed}", file=sys.stderr)
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.mutants", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="try every mutant, write docs/mutants.md")
    one.add_argument("--only", action="append", metavar="FILE", help="these files; no page")
    one.add_argument("--processes", type=int, default=2)
    one.add_argument(
        "--survivors", action="store_true", help="try again only what survived before; no page"
    )
    one.add_argument("--page", type=Path, default=page.PAGE)
    one.add_argument("--work", type=Path, default=_WORK, help="where outcomes are kept")
    one.set_defaults(act=_run)
    one = commands.add_parser("check", help="say whether list and page are of this code")
    one.add_argument("--page", type=Path, default=page.PAGE)
    one.set_defaults(act=_check)
    return parser


def _run(options: argparse.Namespace) -> int:
    known = listed()
    files = [one for one in known.files if not options.only or one.path in options.only]
    if not files:
        raise RunFailed(f"not in mutants.toml: {', '.join(options.only)}")
    options.work.mkdir(parents=True, exist_ok=True)
    results = [_try(one, options) for one in files]
    if not (options.only or options.survivors):
        page.write(results, known, options.page)
        print(f"{options.page}: written")
    wrong = list(_wrong(results, known))
    print("\n".join(wrong) or "every mutant is killed or has its reason")
    return _UNFINISHED if wrong else 0


def _wrong(results: Sequence[page.Result], known: Listed) -> Iterator[str]:
    """What makes the command fail, one text each."""
    for result in results:
        for name in page.unlisted(result, known):
            yield f"survived: {_told(name)}"
        for name, outcome in result.outcomes.items():
            if name in known.equivalent and outcome != "survived":
                yield f"listed as equivalent, but killed: {_told(name)}"
    for name in gone(known, [result.path for result in results]):
        yield f"listed as equivalent, but gone: {_told(name)}"


def _check(options: argparse.Namespace) -> int:
    known = listed()
    files = [one.path for one in known.files]
    old = [f"listed as equivalent, but gone: {_told(one)}" for one in gone(known, files)]
    if page.stamp_of(options.page) != page.code_hash(files):
        print(f"warning: {options.page} is of other code; `make mutants` measures again")
    print("\n".join(old) or "every listed mutant is there")
    return _UNFINISHED if old else 0


def gone(known: Listed, files: Sequence[str]) -> list[Name]:
    """Give the listed mutants of these files that the code no longer has."""
    there = {one.name for file in files for one in mutants(file)}
    return [one for one in known.equivalent if one.file in files and one not in there]


def _try(one: Tried, options: argparse.Namespace) -> page.Result:
    """Try what is left of one file; every outcome is kept as it comes."""
    found = mutants(one.path)
    kept = _Kept(options.work, one, survivors=options.survivors)
    left = [mutant for mutant in found if mutant.name not in kept.outcomes]
    print(f"{one.path}: {len(found)} mutants, {len(left)} to try", file=sys.stderr, flush=True)
    if left:
        try_all(left, one.tests, options.processes, kept.add)
    return page.Result(one.path, {mutant.name: kept.outcomes[mutant.name] for mutant in found})


class _Kept:
    """The outcomes of one file, a line each, good as long as nothing they rest on changes.

    Args:
        work: where they are kept.
        one: the file and its tests.
        survivors: whether what was killed before counts although tests have changed since.
    """

    def __init__(self, work: Path, one: Tried, *, survivors: bool) -> None:
        self._path = work / f"{one.path.replace('/', '.')}.jsonl"
        self._source = _hash([PROJECT_DIR / one.path])
        self._rest = _hash(sorted(_rest_on(one)))
        self.outcomes: dict[Name, Outcome] = {}
        for line in self._path.read_text("utf-8").splitlines() if self._path.exists() else ():
            self._take(json.loads(line), survivors=survivors)

    def _take(self, line: Mapping[str, str], *, survivors: bool) -> None:
        if line["source"] != self._source:
            return
        name, outcome = Name(**json.loads(line["name"])), line["outcome"]
        if line["rest"] == self._rest or (survivors and outcome != "survived"):
            self.outcomes[name] = outcome  # type: ignore[assignment]

    def add(self, name: Name, outcome: Outcome) -> None:
        self.outcomes[name] = outcome
        line = {
            "source": self._source,
            "rest": self._rest,
            "name": json.dumps(asdict(name), ensure_ascii=False),
            "outcome": outcome,
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _rest_on(one: Tried) -> list[Path]:
    """Everything else an outcome rests on: the guard, its data, the tests, this command."""
    folders = ("bot/guard", "bot/text", "bot/answer", "evals/mutants")
    code = [path for folder in folders for path in (PROJECT_DIR / folder).rglob("*")]
    paths = [one for one in code if one.suffix in {".py", ".toml", ".txt"}]
    paths = [one for one in paths if one.name != "mutants.toml"]
    shared = [PROJECT_DIR / "tests/oracle.py", PROJECT_DIR / "tests/data/oracle.toml"]
    return [*paths, *shared, *(PROJECT_DIR / test for test in one.tests)]


def _hash(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _told(name: Name) -> str:
    twin = f" (number {name.number})" if name.number > 1 else ""
    return f"{name.file} {name.function}{twin}\n    {name.was}\n    {name.becomes}"


if __name__ == "__main__":
    sys.exit(main())
