"""The same drafts through ``habeas guard --jsonl``, as another program would put them there."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.types import Outcome
from evals.problems import RunFailed
from evals.redteam.obedient import kept
from evals.redteam.trial import Plan, Tried, stands

_CRASHED = "error"
"""What the command says of a line that failed inside."""
_COMMAND = "from bot.channels.cli import main; main()"


class GuardDoor:
    """One run of the command, at work while others are done."""

    def __init__(self, plans: Sequence[Plan], folder: Path) -> None:
        self._plans = tuple(plans)
        self._out = folder / "guard.out.jsonl"
        lines = folder / "guard.in.jsonl"
        lines.write_text("".join(_lines(self._plans)), encoding="utf-8")
        with lines.open("rb") as into, self._out.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                [sys.executable, "-c", _COMMAND, "guard", "--jsonl"],
                stdin=into,
                stdout=out,
                stderr=subprocess.DEVNULL,
            )

    def results(self) -> tuple[Tried, ...]:
        """Wait for the command and read what it wrote.

        Raises:
            RunFailed: it did not answer every line, in order.
        """
        self._process.wait()
        answered = self._out.read_text(encoding="utf-8").splitlines()
        if len(answered) != len(self._plans):
            raise RunFailed(
                f"`habeas guard --jsonl` answered {len(answered)} of {len(self._plans)} lines"
            )
        pairs = zip(self._plans, map(json.loads, answered), strict=True)
        return tuple(_tried(plan, line) for plan, line in pairs)

    def stop(self) -> None:
        """End the command if it still runs."""
        self._process.kill()
        self._process.wait()


def _lines(plans: Sequence[Plan]) -> Iterator[str]:
    for number, plan in enumerate(plans):
        line = {"id": number, "question": plan.prompt.text, "draft": plan.draft}
        # Escaped: an attack may hold characters that other programs take for the end of a line.
        yield json.dumps(line, ensure_ascii=True) + "\n"


def _tried(plan: Plan, line: dict[str, Any]) -> Tried:
    if "error" in line:
        code = str(line["error"]["code"])
        if code == _CRASHED:
            return Tried(plan, "guard", "none", "", False, (), 0, code)  # noqa: FBT003
        return Tried(plan, "guard", "refused", "", False, (), 0, code)  # noqa: FBT003
    raw = line["verdict"]
    ruling = raw and (str(raw["rule"]), Outcome(raw["outcome"]), tuple(raw["also"]))
    shown = [str(text) for text in line["kept"]]
    return Tried(
        plan,
        "guard",
        stands(plan.target.bare, ruling or None, line["opening"]),
        line["opening"],
        drafted=True,
        leaks=plan.leaks(shown),
        kept=kept(plan.harmless, shown),
    )
