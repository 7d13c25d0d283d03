"""The right column: what this nook is for, who is in it, who can read."""

from __future__ import annotations

from collections.abc import Mapping

from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.newcomers import is_new
from nookterm.domain.records import dataclass
from nookterm.domain.room import Member, Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.space import Kind, title
from nookterm.domain.vetting import reveals
from nookterm.viewmodels.care_work import noticed
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.model import Face, Model, Notice
from nookterm.viewmodels.safety import RoomFacts, mark, privacy
from nookterm.viewmodels.words import ago


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part. Each line is (left, right, meaning); the meaning is a theme's `nook-*` name or empty."""

    heading: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Someone:
    """A person in the room."""

    name: str
    user: UserId
    role: str = ""
    """`facilitator`, `invited`, or empty."""
    shield: str = ""
    """`verified`, `signed`, `doubt`; empty where nothing is known."""
    note: str = ""
    """What is in doubt: `2 devices not signed`."""


@dataclass(frozen=True, slots=True)
class AboutView:
    """The About column of a room. `cap` is None where there is no charter."""

    title: str = ""
    purpose: str = ""
    members: int = 0
    cap: int | None = None
    waiting: int = 0
    parts: tuple[Part, ...] = ()
    people: tuple[Someone, ...] = ()
    """Everyone in the room."""
    face: Face = Face.EMPTY
    notice: Notice | None = None


_NOTHING_OPEN = Notice("Open a room, and here stands what it is for, who is in it and who reads it.")


class AboutModel(Model[AboutView]):
    """Keeps the column in step with the open room."""

    def __init__(self) -> None:
        """Empty, until a room is open."""
        super().__init__(AboutView(notice=_NOTHING_OPEN))

    def rebuild(self, hub: Hub) -> None:
        """Make the view anew. Engine's thread."""
        room = hub.session.rooms.get(hub.open_room) if hub.open_room else None
        if room is None:
            return
        facts = RoomFacts.of(hub, room)
        names = facts.names
        waiting = hub.vetting.known_requests(room)
        self.show(
            AboutView(
                title=safe_line(title(room)),
                purpose=safe_text(room.charter.purpose if room.charter else room.topic or "", longest=400, lines=8),
                # As everywhere beside a cap: who is invited has a place.
                members=room.size if room.cap else len(room.who(Membership.JOIN)),
                cap=room.cap,
                waiting=len(waiting),
                parts=tuple(p for p in _parts(hub, room, facts) if p.lines),
                people=tuple(_someone(facts, m.user) for m in _by_role(room, names)),
                face=Face.CONTENT,
            )
        )


def _someone(facts: RoomFacts, user: UserId) -> Someone:
    known = facts.safety.people.get(user) if facts.safety else None
    found = mark(known)
    return Someone(facts.name(user), user, _role(facts.room, user), found.shield, found.note)


def _parts(hub: Hub, room: Room, facts: RoomFacts) -> tuple[Part, ...]:
    charter, names = room.charter, facts.names
    helpers = tuple((names[user], "", "") for user in room.facilitators if user in names)
    now = hub.session.clock()
    fresh = [m for m in room.who(Membership.JOIN) if is_new(room, m.user, now)]
    newcomers = tuple((names[m.user], f"joined {ago(m.since, now)}", "nook-new") for m in fresh[:5])
    belongs = ((safe_text(charter.who_belongs, longest=200), "", ""),) if charter and charter.who_belongs else ()
    not_for = ((safe_text(charter.not_for, longest=200), "", ""),) if charter and charter.not_for else ()
    welcomes = ((safe_text(charter.who_welcomes, longest=200), "", ""),) if charter and charter.who_welcomes else ()
    questions = tuple((safe_line(q.text), "", "") for q in charter.questions) if charter else ()
    return (
        Part("Facilitators", helpers),
        Part("Say hello to", newcomers if hub.session.rooms.kind(room) == Kind.NOOK else ()),
        Part("Who welcomes", welcomes),
        Part("Who belongs", belongs),
        Part("Not for", not_for),
        Part("Asked at the door", questions),
        Part("Being noticed", noticed(hub, room)),
        Part("Who reads this", privacy(facts, reveals(room))),
    )


def _by_role(room: Room, names: Mapping[UserId, str]) -> list[Member]:
    members = room.who(Membership.JOIN, Membership.INVITE)
    return sorted(members, key=lambda m: (not room.power.may_decide(m.user), names[m.user].casefold()))


def _role(room: Room, user: UserId) -> str:
    if room.members[user].membership == Membership.INVITE:
        return "invited"
    return "facilitator" if room.has_office(user) else ""
