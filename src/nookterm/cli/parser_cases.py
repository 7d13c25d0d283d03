"""The words of the command line for acts on a case of the desk (docs/cli.md)."""

from __future__ import annotations

import argparse
from collections.abc import Callable

_PAST = "hand over the keys of what was said before, where the room's rule lets newcomers have them"
_FOR_THEM = "for the applicant, encrypted"


def add_cases(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add them; `command` makes one from its name and its line of help."""

    def bound(name: str, help_: str) -> argparse.ArgumentParser:
        act = command(name, help_)
        act.add_argument("case", metavar="CASE")
        act.add_argument("--request", metavar="EVENT", help="the knock that you read; another one now: nothing is done")
        return act

    def advised(name: str, help_: str) -> argparse.ArgumentParser:
        act = bound(name, help_)
        act.add_argument("--anyway", action="store_true", help="although somebody else is on it, or the nook is full")
        return act

    advised("approve", "let somebody in").add_argument("--share-history", action="store_true", help=_PAST)
    advised("decline", "turn somebody away").add_argument("--words", default="", metavar="TEXT", help=_FOR_THEM)
    advised("ban", "turn somebody away for good").add_argument("--words", default="", metavar="TEXT", help=_FOR_THEM)
    advised("waitlist", "keep a place for somebody while the nook is full")
    advised("claim", "tell the other facilitators that you are on it")
    advised("release", "hand a case back")
    advised("settle", "say that a contradiction was looked at, and stays as the room has it").add_argument(
        "--words", default="", metavar="TEXT", help="for the other facilitators, encrypted"
    )
    advised("vet", "open an encrypted room with the applicant and ask the nook's questions").add_argument(
        "--unsigned",
        action="store_true",
        help="although no device of theirs is signed: their server could read it",
    )
    vote = bound("vote", "say what you think of a request")
    vote.add_argument("view", choices=("for", "against", "none"))
    vote.add_argument("--words", default="", metavar="TEXT", help="for the other facilitators, encrypted")
    handover = command("handover", "let another facilitator go on with a case")
    handover.add_argument("case", metavar="CASE")
    handover.add_argument("user", metavar="USER")
    message = command("message", "say something to an applicant who was asked, encrypted")
    message.add_argument("case", metavar="CASE")
    message.add_argument("text", metavar="TEXT")
    door = command("door", "whether people can ask to join at all; who asked already can be let in either way")
    door.add_argument("room", metavar="ROOM")
    door.add_argument("to", choices=("open", "closed"))
