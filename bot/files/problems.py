"""What is wrong in a file: where, what, why, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nudges.errors import InvalidInput


@dataclass(frozen=True, kw_only=True, slots=True)
class FileProblem:
    """One finding in one file. `line` counts from 1; 0 stands for the whole file."""

    path: Path
    line: int
    what: str
    why: str
    todo: str
    severity: Literal["error", "advice", "skipped"] = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        note = "" if self.severity == "error" else f"{self.severity}: "
        return f"{place}: {note}{self.what}, {self.why}, {self.todo}"


class FilesRefused(InvalidInput):
    """A file cannot be used; nothing was changed. Its text has one line for each problem."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def errors_in(problems: Iterable[FileProblem]) -> list[FileProblem]:
    """Only what refuses a file, without advice and what was skipped."""
    return [problem for problem in problems if problem.severity == "error"]
