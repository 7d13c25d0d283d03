"""The words of the command line for care: being noticed, reporting a message, greeting, leading elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable

NATURES = ("hurts", "spam", "private", "rules", "other")


def add_care(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add them; `command` makes one from its name and its line of help."""
    care = command("care", "being noticed in a nook when you are away; without options: how it stands")
    care.add_argument("nook", metavar="NOOK")
    how = care.add_mutually_exclusive_group()
    how.add_argument("--after", type=int, metavar="DAYS", help="1 to 90: notice me when nothing comes for so long")
    how.add_argument("--off", action="store_true", help="not any more")
    care.add_argument("--away-until", metavar="DATE", help="nobody need wonder before this day is over (2026-12-20)")
    report = command("report", "tell two facilitators of a nook, and nobody else, what is wrong: a message, a person")
    report.add_argument("room", metavar="NOOK")
    report.add_argument("event", metavar="EVENT", help="a message, or a person by their Matrix id")
    report.add_argument("--nature", choices=NATURES, default="other", help="what is wrong (default: other)")
    report.add_argument("--words", default="", metavar="T", help="in your words; encrypted to them")
    report.add_argument("--no-quote", action="store_true", help="leave the message's own words out")
    report.add_argument("--to-server", metavar="T", help="also tell the server's administrator, with these clear words")
    command("take-back", "take the message of a report back for everybody").add_argument("case", metavar="CASE")
    greet = command("greet", "the nook's greeting for a newcomer, for you to change and send")
    greet.add_argument("nook", metavar="NOOK")
    greet.add_argument("user", metavar="USER")
