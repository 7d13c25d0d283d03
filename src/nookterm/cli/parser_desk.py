"""The options of the desk's own commands: what it lists, what is put off, what a new facilitator is handed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DAYS = 3
"""How long a line is put off where nobody says otherwise."""


def add_desk(command: Callable[[str, str], Any]) -> None:
    """Add `desk`, `snooze`, `wake` and `sheet`."""
    desk = command("desk", "what waits for a facilitator")
    desk.add_argument("--nook", metavar="ROOM")
    desk.add_argument("--kind", action="append", default=[], metavar="K", help="only lines of this kind; more than one")
    desk.add_argument("--all", action="store_true", help="also what was put off")
    snooze = command("snooze", "put a line of the desk off, for every facilitator")
    snooze.add_argument("case", metavar="CASE")
    snooze.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"1 to 90 (default: {DAYS})")
    snooze.add_argument("--private", action="store_true", help="only for yourself; nobody is told")
    command("wake", "bring a line back that was put off").add_argument("case", metavar="CASE")
    command("sheet", "hand the open cases to a new facilitator").add_argument("nook", metavar="NOOK")
