"""The options of `record`: whose decisions, which, since when, and into which file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from nookterm.domain.choices import OUTCOMES


def add_record(command: Callable[[str, str], Any]) -> None:
    """Add `record`."""
    record: argparse.ArgumentParser = command("record", "who was let in or turned away, by whom, when and why")
    record.add_argument("--nook", metavar="ROOM", help="only there (default: wherever you may decide)")
    record.add_argument("--user", metavar="USER", help="only about this person, by their Matrix id")
    record.add_argument(
        "--outcome", action="append", default=[], metavar="O", help=f"more than one: {' '.join(OUTCOMES)}"
    )
    record.add_argument("--since", metavar="DATE", help="a day like 2026-11-20 (UTC)")
    record.add_argument(
        "--export", metavar="FILE", help="into a new file, .json or .md, that only you can read: not encrypted"
    )
