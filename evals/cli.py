"""The command ``python -m evals``.

Exit codes: 0 fine · 1 a soft gate regressed · 2 a hard gate is broken · 3 the run itself failed,
with the reason on standard error.
"""

# ruff: noqa: PLC0415 - a command pays only for what it uses: the engine takes seconds to import

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from evals.compare import BASELINE, Blessing, Exit, bless, lines
from evals.problems import RunFailed

if TYPE_CHECKING:
    from bot.settings import Settings
    from evals.judged import Judged

RUNS = Path("build") / "evals"
STABILITY = Path("build") / "stability"
_MODES = ("none", "adversary", "recorded", "live")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Give a wrong command line the code of a failed run: 2 means a broken gate here."""
        self.print_usage(sys.stderr)
        self.exit(Exit.FAILED, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command; returns the exit code."""
    options = _parser().parse_args(argv)
    act: Callable[[argparse.Namespace], int] = options.act
    try:
        return act(options)
    except RunFailed as failed:
        print(f"failed: {failed}", file=sys.stderr)
        return Exit.FAILED
    except Exception:  # noqa: BLE001 - Python's own code for a crash, 1, means something else here
        traceback.print_exc()
        return Exit.FAILED
    except KeyboardInterrupt:
        print("stopped: finished cases are kept, go on with --resume", file=sys.stderr)
        return Exit.FAILED


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m evals", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("run", help="put the set to Habeas, grade, compare, report")
    one.add_argument("--model", choices=_MODES, default="none", dest="mode")
    one.add_argument("--out", type=Path, help=f"directory of the run (default {RUNS}/MODEL)")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--jobs", type=_positive, default=min(2, os.cpu_count() or 1))
    one.add_argument("--resume", action="store_true", help="go on with what the directory holds")
    one.add_argument("--record", action="store_true", help="live: keep every draft in a cassette")
    one.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="cases by id or stratum; or drafts"
    )
    _set_options(one)
    _baseline_option(one)
    one.set_defaults(act=_run)

    one = commands.add_parser("compare", help="a finished run against the baseline, flips by name")
    _run_argument(one)
    _set_options(one)
    _baseline_option(one)
    one.set_defaults(act=_compare)

    one = commands.add_parser("report", help="one HTML page, summary.md, results.json, junit.xml")
    one.add_argument("runs", nargs="*", type=Path, help=f"runs (default: all in {RUNS})")
    one.add_argument("--out", type=Path, default=RUNS / "report")
    _set_options(one)
    _baseline_option(one)
    one.set_defaults(act=_report)

    one = commands.add_parser("bless", help="make a finished run the baseline of its model")
    _run_argument(one)
    one.add_argument("--because", default="", help="why failures of hard gates are accepted")
    _set_options(one)
    _baseline_option(one)
    one.set_defaults(act=_bless)

    _lint_options(commands.add_parser("lint", help="check the question set"))

    one = commands.add_parser("add", help="make a draft case of a question or a feedback item")
    _add_options(one)
    one.set_defaults(act=_add)

    one = commands.add_parser("unseen", help="count over the set nobody has read; --write it down")
    one.add_argument("--write", action="store_true", help="write the table into README and docs")
    one.set_defaults(act=_unseen)

    _stability_options(commands.add_parser("stability", help="many drafts of each hard question"))

    one = commands.add_parser("retrieval", help="what each arm of the search is worth")
    _retrieval_options(one)

    one = commands.add_parser("docs", help="write the current numbers into README and docs")
    one.add_argument("runs", nargs="*", type=Path, help=f"runs (default: all in {RUNS})")
    one.add_argument("--check", action="store_true", help="write nothing; 1 when a page is stale")
    _set_options(one)
    _baseline_option(one)
    one.set_defaults(act=_docs)
    return parser


def _lint_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("--write-schema", action="store_true", help="write question.schema.json")
    one.add_argument("--counts", action="store_true", help="count seeds, near-duplicates removed")
    one.add_argument(
        "--law", type=Path, metavar="DIR", help="also against the official text in this folder"
    )
    _set_options(one)
    one.set_defaults(act=_lint)


def _stability_options(one: argparse.ArgumentParser) -> None:
    one.add_argument("--model", choices=("adversary", "live"), default="adversary", dest="mode")
    one.add_argument("--out", type=Path, help=f"directory (default {STABILITY}/MODEL)")
    one.add_argument("--draws", type=_positive, default=20, help="drafts a question, seeds from 1")
    one.add_argument("--most", type=_positive, default=0, help="questions at most (default all)")
    one.add_argument("--minutes", type=_positive, default=30, help="stop asking after that long")
    one.add_argument("--max-tokens", type=_positive, default=32, help="longest sampled draft")
    one.add_argument("--write", action="store_true", help="write docs/stability.md")
    _set_options(one)
    _baseline_option(one)
    one.set_defaults(act=_stability)


def _unseen(options: argparse.Namespace) -> int:
    from bot.engine import open_engine
    from bot.settings import load_settings
    from evals.docs import put
    from evals.unseen import count

    engine = open_engine(load_settings())
    if engine.trouble:
        raise RunFailed(f"there is no search: {engine.trouble}")
    text = count.table((*count.counts(), *count.search_counts(engine)))
    engine.close()
    print(text)
    if options.write:
        put(text, count.BEGIN, count.END)
    return Exit.FINE


def _retrieval_options(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", action="store_true", help="measure, write docs/retrieval.md")
    how.add_argument("--check", action="store_true", help="measure nothing; 1 when it is stale")
    parser.set_defaults(act=_retrieval)


def _retrieval(options: argparse.Namespace) -> int:
    from evals import arms

    settings = _settings()
    if options.write:
        arms.write(arms.measure(settings, lambda name: print(name, file=sys.stderr)))
        print(arms.PAGE)
        return Exit.FINE
    measured = arms.load()
    stale = [
        what
        for what, is_stale in (
            (arms.PAGE, not arms.PAGE.exists() or arms.PAGE.read_text() != arms.page(measured)),
            (arms.RESULTS, measured.of != arms.stamp(settings)),
        )
        if is_stale
    ]
    for one in stale:
        print(f"{one}: is stale; write it with python -m evals retrieval --write")
    return Exit.SOFT if stale else Exit.FINE


def _set_options(parser: argparse.ArgumentParser) -> None:
    from evals.cases import GUARD_LINES, QUESTIONS

    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="directory of the set")
    parser.add_argument(
        "--guard-lines", type=_path_or_none, default=GUARD_LINES, help="their directory; or none"
    )


def _baseline_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--baseline", type=Path, default=BASELINE)


def _run_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", nargs="?", type=Path, default=RUNS / "none")


def _add_options(parser: argparse.ArgumentParser) -> None:
    from evals.feedback import INBOX

    parser.add_argument("question", nargs="?", help="what was asked; or give --feedback")
    parser.add_argument(
        "--feedback", type=Path, help="a feedback item as JSON; - for standard input"
    )
    parser.add_argument("--origin", default="", help="issue, channel or report it comes from")
    parser.add_argument("--lang", choices=("en", "es", "other"))
    parser.add_argument("--rule", help="rule that must lead; `off` for none at all")
    parser.add_argument("--outcome", help="what that rule must say")
    parser.add_argument("--status")
    parser.add_argument("--answer")
    parser.add_argument("--cite", action="append", default=[], metavar="AUTHORITY")
    parser.add_argument("--into", type=Path, default=INBOX)


def _path_or_none(text: str) -> Path | None:
    return None if text == "none" else Path(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _run(options: argparse.Namespace) -> int:
    from evals.cases import load_set
    from evals.judged import write_results
    from evals.lint import stoppers
    from evals.run import Plan, run

    cases = load_set(options.questions, options.guard_lines)
    settings = _settings()
    problems = stoppers(cases, settings.corpus_dir)
    if problems:
        raise RunFailed("the question set is wrong\n" + "\n".join(map(str, problems)))
    out = options.out or RUNS / options.mode
    plan = Plan(
        mode=options.mode,
        out=out,
        settings=settings,
        seed=options.seed,
        jobs=options.jobs,
        resume=options.resume,
        record=options.record,
        only=frozenset(options.only),
    )
    run(plan, cases, lambda text: print(text, file=sys.stderr))
    judged = _judged(out, options)
    write_results([judged], out)
    print("\n".join(lines(judged.comparison)))
    return judged.comparison.exit


def _compare(options: argparse.Namespace) -> int:
    judged = _judged(options.run, options)
    print("\n".join(lines(judged.comparison)))
    return judged.comparison.exit


def _bless(options: argparse.Namespace) -> int:
    judged = _judged(options.run, options)
    judged.must_be_whole()
    manifest = judged.manifest
    today = datetime.now(UTC).date()
    bless(
        [gate.measure for gate in judged.comparison.gates],
        judged.case_ids,
        Blessing(manifest.model, manifest.corpus, manifest.code, today, options.because),
        options.baseline,
    )
    print(f"blessed {manifest.model}: {len(judged.case_ids)} cases in {options.baseline}")
    return Exit.FINE


def _report(options: argparse.Namespace) -> int:
    from evals.report import write_report

    judged = tuple(_judged(path, options) for path in _runs(options.runs))
    print(write_report(judged, options.out))
    return Exit.FINE


def _lint(options: argparse.Namespace) -> int:
    from evals.cases import QUESTIONS, load_set
    from evals.founding import uncovered
    from evals.lint import counts, digest_at, faults, stale_schema
    from evals.official import against_law
    from evals.schema import SCHEMA_FILE, json_schema

    if options.write_schema:
        SCHEMA_FILE.write_text(json_schema(), encoding="utf-8")
    cases = load_set(options.questions, options.guard_lines)
    found = [str(one) for one in faults(cases, _settings().corpus_dir)]
    if options.questions == QUESTIONS:
        found += uncovered(cases, digest_at(_settings().corpus_dir))
    if options.law:
        agreed = against_law(cases, _settings().corpus_dir, options.law)
        found += map(str, agreed.faults)
        print(
            f"{agreed.provisions} provisions and {agreed.figures} numbers are in the official"
            f" text; not at hand: {', '.join(sorted(agreed.absent)) or 'none'}"
        )
    if stale_schema():
        found.append(f"{SCHEMA_FILE}: is stale; write it with --write-schema")
    if options.counts:
        for one in counts(cases):
            print(
                f"{one.stratum:<24} {one.cases:>6} cases {one.seeds:>6} seeds"
                f" {one.distinct:>6} without near-duplicates"
            )
    if found:
        raise RunFailed(f"the question set has {len(found)} faults\n" + "\n".join(found))
    print(f"{len(cases.questions)} questions and {len(cases.drafts)} drafts, nothing wrong")
    return Exit.FINE


def _add(options: argparse.Namespace) -> int:
    from evals.feedback import Wanted, add

    wanted = Wanted(
        options.rule, options.outcome, options.status, options.answer, tuple(options.cite)
    )
    added = add(
        options.question, options.feedback, options.lang, options.origin, wanted, options.into
    )
    print(added.said)
    return Exit.FINE


def _stability(options: argparse.Namespace) -> int:
    from evals import provenance, wavering
    from evals.cases import load_set
    from evals.stability import Plan, draw

    settings = _settings()
    name = "".join(c if c.isalnum() or c in "._-" else "_" for c in settings.model)
    plan = Plan(
        model=options.mode,
        out=options.out or STABILITY / (name if options.mode == "live" else options.mode),
        settings=settings,
        draws=options.draws,
        minutes=options.minutes,
        max_tokens=options.max_tokens,
        questions=options.most,
    )
    cases = load_set(options.questions, options.guard_lines)
    rows = draw(plan, cases.questions, lambda text: print(text, file=sys.stderr))
    if not rows:
        raise RunFailed("no question was finished; give it more --minutes")
    none = _judged(RUNS / "none", options) if (RUNS / "none" / "run.json").exists() else None
    today = datetime.now(UTC).date()
    text = wavering.page(plan, rows, provenance.code_hash(settings), today, none)
    print(text)
    if options.write:
        wavering.put({plan.name: text})
    return Exit.FINE


def _docs(options: argparse.Namespace) -> int:
    from evals.docs import refresh

    judged = tuple(_judged(path, options) for path in _runs(options.runs))
    stale = refresh(judged, write=not options.check)
    for page in stale:
        print(f"{page}: {'is stale' if options.check else 'written'}")
    return Exit.SOFT if stale and options.check else Exit.FINE


def _settings() -> "Settings":
    from bot.errors import HabeasError
    from bot.settings import load_settings

    try:
        return load_settings()
    except HabeasError as error:
        raise RunFailed(str(error)) from None


def _judged(path: Path, options: argparse.Namespace) -> "Judged":
    from evals.judged import judge

    return judge(path, options.questions, options.guard_lines, options.baseline)


def _runs(named: Sequence[Path]) -> Sequence[Path]:
    found = list(named) or sorted(path.parent for path in RUNS.glob("*/run.json"))
    if not found:
        raise RunFailed(f"there is no run in {RUNS}; run `python -m evals run`")
    return found
