"""What a command printed, kept in one process and printed in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nookterm.cli.output import Printer, known_fields
from nookterm.client import errors
from nookterm.client.errors import Problem
from nookterm.domain.events import Json

_ROWS, _SAID, _PROBLEM = "rows", "said", "problem"


class Recorder(Printer):
    """Keeps what a command prints."""

    def __init__(self) -> None:
        """Nothing was printed."""
        super().__init__(as_json=True)
        self._printed: list[dict[str, Any]] = []
        self._problem: dict[str, Any] | None = None

    def row(self, fields: Mapping[str, Any], line: str | None = None) -> None:
        """Keep a row as scripts and as people read it."""
        self._printed.append({"fields": known_fields(fields), "line": line})

    def say(self, words: str) -> None:
        """Keep what only people want to read."""
        self._printed.append({_SAID: words})

    def problem(self, problem: Problem) -> None:
        """Keep what went wrong."""
        self._problem = {
            "kind": type(problem).__name__,
            "message": problem.message,
            "hint": problem.hint,
            "retry_after": problem.retry_after,
            "code": problem.code,
        }

    def answer(self) -> Json:
        """Everything, for `replay`."""
        return {_ROWS: self._printed, _PROBLEM: self._problem}


def went_well(answer: Json | None) -> bool:
    """Whether there is an answer, and no problem in it."""
    return answer is not None and not answer.get(_PROBLEM)


def replay(answer: Json, printer: Printer) -> None:
    """Print what a command printed elsewhere. Raises the Problem in which it ended."""
    for printed in answer.get(_ROWS, ()):
        if _SAID in printed:
            printer.say(printed[_SAID])
        else:
            printer.row(printed["fields"], printed["line"])
    problem = answer.get(_PROBLEM)
    if problem:
        kind = getattr(errors, str(problem["kind"]), Problem)
        kind = kind if isinstance(kind, type) and issubclass(kind, Problem) else Problem
        raise kind(problem["message"], problem["hint"], problem["retry_after"], problem["code"])
