"""The words of the command line for what one does with messages."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_messages(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add them; `command` makes one from its name and its line of help."""

    def about(name: str, help_: str) -> argparse.ArgumentParser:
        made = command(name, help_)
        made.add_argument("room", metavar="ROOM")
        return made

    edit = about("edit", "other words for a message of yours")
    edit.add_argument("event", metavar="EVENT")
    edit.add_argument("text", metavar="TEXT", help="- reads it from standard input")
    edit.add_argument("--plain", action="store_true", help="as it stands: nothing in it is Markdown")
    edit.add_argument("--everybody", action="store_true", help="@room in it calls all who are there")
    react = about("react", "react to a message; not encrypted")
    react.add_argument("event", metavar="EVENT")
    react.add_argument("key", metavar="KEY", help="an emoji, or a short text")
    react.add_argument("--remove", action="store_true", help="take the same reaction back")
    redact = about("redact", "take a message back for everybody")
    redact.add_argument("event", metavar="EVENT")
    redact.add_argument("--reason", default="", metavar="TEXT", help="everybody there and the servers can read it")
    poll = about("poll", "ask everybody in a room")
    poll.add_argument("question", metavar="QUESTION")
    poll.add_argument("answer", metavar="ANSWER", nargs="+")
    poll.add_argument("--most", type=int, default=1, metavar="N", help="how many one may choose (default: 1)")
    poll.add_argument("--hidden", action="store_true", help="votes are shown when it has ended")
    vote = about("ballot", "vote in a poll; without an answer: take your vote back")
    vote.add_argument("poll", metavar="EVENT")
    vote.add_argument("answer", metavar="ANSWER", nargs="*", help="its number or its words")
    vote.add_argument("--end", action="store_true", help="close the poll")
    pin = about("pin", "pin a message for everybody; without one: the pinned ones")
    pin.add_argument("event", metavar="EVENT", nargs="?")
    pin.add_argument("--remove", action="store_true", help="let it go again")
    receipts = about("receipts", "who has read a message; or who hears of your reading in a room")
    receipts.add_argument("event", metavar="EVENT", nargs="?", help="else the newest message")
    receipts.add_argument("--send", choices=("public", "private", "off", "default"), help="who hears of your own")
    about("threads", "the threads of a room, with what is new in each")
