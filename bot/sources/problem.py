"""What is wrong with a source file, collected file by file."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One defect of a file: what is wrong in which line (1-based), and how to mend it."""

    path: Path
    line: int
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}; {self.mend}"


@dataclass
class ProblemLog:
    """The defects of one file, as they are found."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def say(self, line: int, message: str, mend: str) -> None:
        """Note a defect."""
        self.problems.append(Problem(self.path, line, message, mend))
