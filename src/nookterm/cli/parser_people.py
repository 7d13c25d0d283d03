"""The words of the command line about people and rooms: members, ignoring, settings, privacy, leaving, one's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nookterm.domain.choices import HISTORIES, JOIN_RULES

LEVELS = ("all", "mentions", "mute")
_SWITCH = ("on", "off")
_MOVES = ("up", "down", "first", "last")
FIELDS = ("name", "topic", "join", "history", "encryption")


def add_people(command: Callable[[str, str], Any]) -> None:
    """Add the commands."""
    members = command("members", "who is in a room, with roles in words")
    members.add_argument("room", metavar="ROOM")
    ignore = command("ignore", "show nothing of what somebody writes; without USER: whom you ignore")
    ignore.add_argument("user", metavar="USER", nargs="?")
    command("unignore", "hear somebody again").add_argument("user", metavar="USER")
    kick = command("kick", "remove somebody from a room, or take their invite back")
    kick.add_argument("room", metavar="ROOM")
    kick.add_argument("user", metavar="USER")
    kick.add_argument("--words", default="", metavar="TEXT", help="public: everyone in the room and its servers")
    kick.add_argument("--for-good", action="store_true", help="they cannot come back until it is lifted")
    kick.add_argument("--lift", action="store_true", help="let somebody ask again who was kept out for good")
    kick.add_argument("--yes", action="store_true", help="you have read what it means")
    role = command("role", "what somebody may do in a room: member, facilitator or admin")
    role.add_argument("room", metavar="ROOM")
    role.add_argument("user", metavar="USER")
    role.add_argument("role", metavar="ROLE", choices=("member", "facilitator", "admin"))
    role.add_argument("--yes", action="store_true", help="you have read what it means")
    leave = command("leave", "leave a room, or turn an invitation down")
    leave.add_argument("room", metavar="ROOM")
    leave.add_argument("--with-nooks", action="store_true", help="a space with all its rooms; can be repeated half way")
    leave.add_argument("--forget", action="store_true", help="what was said there leaves this disk, too")
    leave.add_argument("--yes", action="store_true", help="you have read what is left")
    mark = command("mark", "what of a room calls you, favourite, low priority, read; without options: how it stands")
    mark.add_argument("room", metavar="ROOM")
    mark.add_argument("--level", choices=LEVELS, help="what of it calls you, in all your clients")
    mark.add_argument("--favourite", choices=_SWITCH, help="on top of the list of rooms; ends low priority")
    mark.add_argument("--move", choices=_MOVES, help="a favourite, among the favourites")
    mark.add_argument("--low", choices=_SWITCH, help="at the end of the list of rooms")
    way = mark.add_mutually_exclusive_group()
    way.add_argument("--read", action="store_true", help="everything in it is read; nobody can undo that")
    way.add_argument("--unread", action="store_true", help="marked, until it is opened in any client")
    upgrade = command("upgrade", "a new room in the place of an old one; can be repeated where it stopped")
    upgrade.add_argument("room", metavar="ROOM")
    upgrade.add_argument("--version", metavar="V", dest="room_version", default="", help="else what the server makes")
    upgrade.add_argument(
        "--creator", action="append", default=[], metavar="USER", help="founds it with you, for good (version 12 on)"
    )
    upgrade.add_argument("--yes", action="store_true", help="you have read what it means")
    command("privacy", "who can read what in a room, from when on, on which servers").add_argument(
        "room", metavar="ROOM"
    )
    set_ = command("set", f"a room's {', '.join(FIELDS[:-1])} or {FIELDS[-1]}")
    set_.add_argument("room", metavar="ROOM")
    set_.add_argument("field", metavar="FIELD", choices=FIELDS, help=" ".join(FIELDS))
    set_.add_argument(
        "value", metavar="VALUE", help=f"join: {' '.join(JOIN_RULES)}; history: {' '.join(HISTORIES)}; encryption: on"
    )
    profile = command("profile", "what you are called; with --name: another name")
    profile.add_argument("--name", metavar="NAME", help="not encrypted: everybody in your rooms, and their servers")
    profile.add_argument("--picture", metavar="FILE", help="cleaned and made small first; anybody can fetch it")
    profile.add_argument("--room", metavar="ROOM", help="in this room alone")
