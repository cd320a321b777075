"""The command ``python -m evals.redteam``; ``make redteam`` runs it.

Exit codes: 0 fine, also where sentences leaked: the page says how many · 3 the run itself failed.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import HabeasError
from bot.settings import PROJECT_DIR, load_settings
from evals.problems import RunFailed
from evals.redteam import page
from evals.redteam.asks import Aim
from evals.redteam.prompts import Harvest, read_harvest, write_asks
from evals.redteam.run import Options, current, run

_FAILED = 3
_TOOLS = PROJECT_DIR / ".venv-redteam" / "bin" / "python"
_WORK = PROJECT_DIR / "build" / "redteam"


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command; returns the exit code."""
    options = _parser().parse_args(argv)
    act: Callable[[argparse.Namespace], int] = options.act
    try:
        return act(options)
    except (RunFailed, HabeasError) as failed:
        print(f"failed: {failed}", file=sys.stderr)
        return _FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.redteam", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="attack, count, write docs/guard-evidence.md")
    one.add_argument("--most", type=int, default=60, help="prompts of each family, at most")
    one.add_argument("--each", type=int, default=4, help="questions of each rule and language")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--prompts", type=Path, help="a harvest made before, instead of a new one")
    one.add_argument("--page", type=Path, default=page.PAGE)
    one.add_argument("--leaks", type=Path, default=_WORK / "leaks.jsonl")
    one.add_argument("--work", type=Path, default=_WORK, help="where prompts and drafts are kept")
    one.set_defaults(act=_run)
    one = commands.add_parser("check", help="say whether the page is of this code; always exit 0")
    one.add_argument("--page", type=Path, default=page.PAGE)
    one.set_defaults(act=_check)
    return parser


def _run(options: argparse.Namespace) -> int:
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    chosen = Options(load_settings(), work, options.each, options.seed)

    def harvest(aim: Aim) -> Harvest:
        return _harvest(options, aim)

    found = run(chosen, harvest, lambda text: print(text, file=sys.stderr))
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in found.leaks)
    options.leaks.write_text("".join(lines), encoding="utf-8")
    page.write(found.report, options.page)
    print(f"{options.page}: written; {len(found.leaks)} kinds of leaks in {options.leaks}")
    return 0


def _harvest(options: argparse.Namespace, aim: Aim) -> Harvest:
    if options.prompts:
        return read_harvest(options.prompts)
    if not _TOOLS.exists():
        raise RunFailed("garak and PyRIT are not installed; run `make redteam`")
    asks, out = options.work / "asks.json", options.work / "prompts.json"
    write_asks(asks, tuple(one.ask for one in aim.targets.values()))
    command = [str(_TOOLS), "-m", "evals.redteam.harvest", str(asks), str(out)]
    command += ["--most", str(options.most), "--seed", str(options.seed)]
    # A fixed order of sets, so that the same seed gives the same prompts; no bars of progress.
    told = os.environ | {"PYTHONHASHSEED": "0", "TQDM_DISABLE": "1"}
    done = subprocess.run(command, cwd=PROJECT_DIR, env=told, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise RunFailed(f"taking the tools' prompts failed ({done.returncode})")
    return read_harvest(out)


def _check(options: argparse.Namespace) -> int:
    stamp, now = page.stamp_of(options.page), current(load_settings())
    if stamp is None:
        print(f"warning: {options.page} is missing or has no stamp; run `make redteam`")
    elif stamp != now:
        print(
            f"warning: {options.page} is of code {stamp.code[:8]}, rules {stamp.rules[:8]}; here"
            f" are {now.code[:8]}, {now.rules[:8]}. `make redteam` measures again."
        )
    else:
        print(f"{options.page} is of this code")
    return 0


if __name__ == "__main__":
    sys.exit(main())
