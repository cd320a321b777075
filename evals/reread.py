"""Draw statements of the digest for a blind re-reading, and count what the reader found.

``python -m evals.reread draw > docs/reading/blind-DATE.tsv``, fill in the two last columns, then
``python -m evals.reread score docs/reading/blind-DATE.tsv``.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import HabeasError
from bot.settings import load_settings
from bot.sources.digest import load_digest
from bot.sources.rereading import SEED, SIZE, draw, error_rate, read_sheet, sheet


def main(argv: Sequence[str] | None = None) -> int:
    """Draw or score; returns 0, or 2 with one line on standard error when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m evals.reread", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("draw", help="print an empty reading sheet for the present digest")
    one.add_argument("--seed", type=int, default=SEED)
    one.add_argument("--size", type=int, default=SIZE)
    one.set_defaults(act=_draw)
    one = commands.add_parser("score", help="error rate of a filled sheet, with its interval")
    one.add_argument("sheet", type=Path)
    one.set_defaults(act=_score)
    options = parser.parse_args(argv)
    try:
        print(options.act(options))
    except HabeasError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 2
    return 0


def _draw(options: argparse.Namespace) -> str:
    digest = load_digest(load_settings().corpus_dir)
    return sheet(digest, draw(digest, options.seed, options.size), options.seed).rstrip("\n")


def _score(options: argparse.Namespace) -> str:
    rate = error_rate(read_sheet(options.sheet))
    found = ", ".join(f"{name} {n}" for name, n in sorted(rate.findings.items()))
    return (
        f"{rate.wrong} of {rate.read} wrong: {rate.share:.1%}"
        f" (95 % interval {rate.low:.1%} to {rate.high:.1%}); {found}"
    )


if __name__ == "__main__":
    sys.exit(main())
