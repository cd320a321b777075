"""What makes a run impossible, as opposed to a question answered badly."""

from pathlib import Path


class RunFailed(Exception):
    """The run itself failed: nothing is said about the answers."""


class BadSet(RunFailed):
    """A line of the question set is wrong; ``str()`` gives ``file:line: what; how to mend it``."""

    def __init__(self, message: str, *, path: Path, line: int) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
