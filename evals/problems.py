"""What makes a run impossible, as opposed to a question answered badly.

    RunFailed                 exit code 3; its text says what happened and what to do
    └── BadSet                the question set is wrong; carries file and line
"""

from pathlib import Path


class RunFailed(Exception):  # noqa: N818 - it names what happened, as an exit code does
    """The run itself failed: nothing is said about the answers."""


class BadSet(RunFailed):
    """A line of the question set is wrong; ``str()`` gives ``file:line: what; how to mend it``."""

    def __init__(self, message: str, *, path: Path, line: int) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
