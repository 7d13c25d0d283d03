"""What commands print: one object a line for scripts, safe plain lines for people; errors with their exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from nookterm.client import errors
from nookterm.domain.safe_text import safe_line, safe_text

EXIT_CODES: tuple[tuple[type[errors.Problem], int], ...] = (
    (errors.WrongUsage, 2),
    (errors.NotSignedIn, 3),
    (errors.WrongPassword, 3),
    (errors.SignedOut, 3),
    (errors.Offline, 4),
    (errors.ServerTrouble, 4),
    (errors.Throttled, 4),
    (errors.NotAllowed, 5),
    (errors.Changed, 6),
    (errors.Busy, 7),
    (errors.NotTrusted, 8),
    (errors.IdentityChanged, 8),
    (errors.VaultClosed, 9),
    (errors.CannotWrite, 73),
    (errors.CannotRead, 77),
)
"""docs/cli.md tells people what they mean."""


def exit_code(problem: errors.Problem) -> int:
    """The exit code of a problem; 1 where it has none of its own."""
    return next((code for kind, code in EXIT_CODES if isinstance(problem, kind)), 1)


class Printer:
    """Prints rows and problems in the way that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        """`as_json`: one object a line."""
        self._as_json = as_json

    def row(self, fields: Mapping[str, Any], line: str | None = None) -> None:
        """Print one row: its known fields as JSON, or `line` (default: the values) as safe text."""
        known = known_fields(fields)
        if self._as_json:
            print(json.dumps(known, ensure_ascii=True), flush=True)
        else:
            words = (
                line
                if line is not None
                else "  ".join(str(v) for v in known.values() if not isinstance(v, dict | list))
            )
            print(safe_text(words), flush=True)

    def rows(self, rows: Iterable[tuple[Mapping[str, Any], str | None]], empty: str) -> None:
        """Print rows; `empty` tells people that there are none, and what to do about it."""
        nothing = True
        for fields, line in rows:
            nothing = False
            self.row(fields, line)
        if nothing:
            self.say(empty)

    def say(self, words: str) -> None:
        """Print something that only people want to read."""
        if not self._as_json:
            print(words, flush=True)

    def remark(self, words: str) -> None:
        """Print on stderr what a person should know about the rows; scripts see it by what is in them."""
        if not self._as_json:
            print(safe_line(f"nookterm: {words}", longest=1000), file=sys.stderr, flush=True)

    def problem(self, problem: errors.Problem) -> None:
        """Print a problem on stderr."""
        if self._as_json:
            fields = {"error": problem.code, "message": problem.message, "hint": problem.hint}
            print(json.dumps(fields, ensure_ascii=True), file=sys.stderr, flush=True)
        else:
            print(
                safe_line(f"nookterm: {problem.message} {problem.hint}".strip(), longest=1000),
                file=sys.stderr,
                flush=True,
            )


def known_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are known, as JSON has them."""
    return {key: _plain(value) for key, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, str):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return [_plain(item) for item in value]
    return value
