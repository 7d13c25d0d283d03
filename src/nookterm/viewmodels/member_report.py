"""Reporting a person from their page: to the nook's facilitators, or to one's own server's administrators."""

from __future__ import annotations

from nookterm.domain.ids import RoomId, UserId, server_of
from nookterm.domain.names import shown_name
from nookterm.domain.reports import NATURES_OF_PEOPLE, Nature
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.member_lines import Circle
from nookterm.viewmodels.members import Act, PersonPage, Way
from nookterm.viewmodels.words import both

_FACILITATORS, _SERVER = "facilitators", "server"
_ASKS = "Report: what is it about?"
_READERS = "facilitators read it encrypted; a server's administrators, and whoever reads their server, in clear text"


def reporting(circle: Circle, user: UserId) -> Act:
    """Whom one can tell what is wrong with somebody."""
    room, name = circle.room, circle.name(user)
    ways = []
    if able := circle.hub.reports.reporting.who_reads_about(room, user):
        who = both(circle.name(reader) for reader in able)
        question = f"Tell {who}, in an encrypted room of its own? {name} is not told, and is never in it."
        ways.append(_to(_FACILITATORS, f"facilitators of {safe_line(title(room))}", who, question))
    home = safe_line(server_of(room.me), longest=100)
    other = server_of(user) != server_of(room.me)
    passes = f" {name} is at {safe_line(server_of(user), longest=100)}: yours may pass that over." if other else ""
    question = f"Tell the administrators of {home}? They get your words in clear text, and whom they are about.{passes}"
    ways.append(_to(_SERVER, "your server", "its administrators, not encrypted", question))
    return Act(
        "report", "report", yes="report", writes="What is wrong?", readers=_READERS, needs_words=True, ways=tuple(ways)
    )


def _to(whom: str, label: str, means: str, question: str) -> Way:
    """Telling somebody: what it is about them comes next."""
    natures = tuple(Way(f"{whom} {nature}", said, question=question) for nature, said in NATURES_OF_PEOPLE.items())
    return Way(whom, label, means, asks=_ASKS, ways=natures)


async def reported(hub: Hub, room_id: RoomId, page: PersonPage, words: str, way: str) -> str:
    """Tell them. `way`: whom, and what it is. Returns what was done, in words."""
    whom, _, kind = way.partition(" ")
    nature = Nature(kind)
    use, nook = hub.reports.reporting, hub.session.rooms[room_id]
    if whom == _SERVER:
        await use.tell_server_about(page.user, words, nature)
        return f"The administrators of {server_of(nook.me)} have been told about {page.name}."
    filed = await use.report_person(nook, page.user, words, nature)
    told, waits = (both(_called(nook, user) for user in who) for who in (filed.told, filed.waiting))
    later = f"The server makes us wait before {waits} can be told: that goes out by itself." if waits else ""
    done = f"{page.name} is reported to {told}. What they do stands in the report's own room." if told else ""
    return f"{done} {later}".strip()


def _called(nook: Room, user: UserId) -> str:
    return shown_name(user, nook.name_of(user))
