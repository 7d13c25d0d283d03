"""The options of highlights: what is shared in which words, who agrees, what is on the board, how much there may be."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

_Command = Callable[[str, str], Any]


def add_sharing(command: _Command) -> None:
    """Add `draft`, `share`, `consent`, `publish`, `withdraw`, `highlights`, `origin` and `limits`."""
    _asking(command)
    consent: argparse.ArgumentParser = command("consent", "agree to share your words, or not")
    consent.add_argument("request", metavar="REQUEST")
    how = consent.add_mutually_exclusive_group()
    how.add_argument("--anonymous", action="store_true", help="yes, without your name")
    how.add_argument("--no", action="store_true", help="no; nobody asks why")
    command("publish", "put on the board what everybody agreed to").add_argument("request", metavar="REQUEST")
    command("withdraw", "take a highlight back, or a request for one").add_argument("request", metavar="REQUEST")
    _looking(command)
    limits: argparse.ArgumentParser = command("limits", "how much the nooks of a space may share; with options: set it")
    limits.add_argument("space", metavar="SPACE")
    limits.add_argument("--per-nook", type=_number, metavar="N", help="highlights of a nook in seven days")
    limits.add_argument("--per-author", type=_number, metavar="N", help="highlights with one person's words")
    limits.add_argument("--chars", type=_number, metavar="N", help="characters of a text")
    limits.add_argument("--media", type=_number, metavar="BYTES", help="bytes of a picture; 0: none are shared")


def _asking(command: _Command) -> None:
    for name, help_ in (
        ("draft", "what sharing these messages would look like; asks nobody and sends nothing"),
        ("share", "ask everybody whose words these are; your own words alone are agreed to with it"),
    ):
        ask: argparse.ArgumentParser = command(name, help_)
        ask.add_argument("room", metavar="ROOM")
        ask.add_argument("event", metavar="EVENT", nargs="+", help="messages, in the order of the text")
        ask.add_argument("--thread", action="store_true", help="the whole thread below the one message named")
        ask.add_argument("--picture", metavar="EVENT", help="with this message's picture, cleaned and made anew")
        words = "exactly what will leave the nook"
        ask.add_argument("--draft", required=name == "share", metavar="TEXT", help=words)
        ask.add_argument("--anonymous", action="store_true", help="without your name, where it is your own message")


def _looking(command: _Command) -> None:
    board: argparse.ArgumentParser = command("highlights", "the board; or what is on its way there")
    board.add_argument("--week", metavar="WEEK", help="only this one, such as 2026-W47, by this machine's clock")
    board.add_argument("--nook", metavar="NAME", help="only of the nook that is called so")
    what = board.add_mutually_exclusive_group()
    what.add_argument("--waiting", action="store_true", help="what waits for a yes, or for being published")
    what.add_argument("--mine", action="store_true", help="what I asked for, or has my words: whatever came of it")
    what.add_argument("--digest", choices=("text", "markdown"), help="a week as a page (default: this week)")
    origin: argparse.ArgumentParser = command("origin", "prove of a highlight of a nook of yours where it came from")
    origin.add_argument("event", metavar="EVENT_ID", help="as `highlights` shows it")


def _number(text: str) -> int:
    """A whole number; whether it can be is said where it is set. Raises ArgumentTypeError."""
    longest = 12
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        message = f"{text} is no whole number"
        raise argparse.ArgumentTypeError(message)
    return int(text)
