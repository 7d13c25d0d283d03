"""The list of a room's people: in which group each stands, and what is said beside their name."""

from __future__ import annotations

from collections.abc import Mapping

from nookterm.client.people import Known
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_names
from nookterm.domain.newcomers import is_new
from nookterm.domain.records import dataclass
from nookterm.domain.roles import Role, role_of
from nookterm.domain.room import Member, Room
from nookterm.domain.safe_text import safe_line
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.members import MemberLine
from nookterm.viewmodels.safety import mark
from nookterm.viewmodels.words import ago, date_of, people

NEW, POWER, MEMBERS = "New here", "Who decides", "Members"
INVITED, ASKING, KEPT_OUT = "Invited", "Ask to join", "Kept out"
_ORDER = (NEW, POWER, MEMBERS, INVITED, ASKING, KEPT_OUT)
_SHOWN = (Membership.JOIN, Membership.INVITE, Membership.KNOCK, Membership.BAN)
_STRONG = frozenset({Role.FOUNDER, Role.ADMIN, Role.FACILITATOR})


@dataclass(frozen=True, slots=True)
class Circle:
    """A room and what is known of its people."""

    hub: Hub
    room: Room
    names: Mapping[UserId, str]
    ignored: frozenset[UserId]

    @classmethod
    def of(cls, hub: Hub, room: Room) -> Circle:
        """Look at a room. Engine's thread."""
        return cls(hub, room, shown_names(room.who(*_SHOWN)), hub.session.ignoring.users())

    def name(self, user: UserId) -> str:
        """What somebody is called here. Safe text."""
        return self.names.get(user) or safe_line(user)

    def known(self, user: UserId) -> Known | None:
        """What is known of somebody's identity and devices."""
        people_ = self.hub.session.trust.people
        safety = people_.safety(self.room.room_id)
        return (safety.people.get(user) if safety else None) or people_.known(user)


def member_lines(circle: Circle) -> tuple[MemberLine, ...]:
    """Everybody, group by group, by name."""
    lines = [_line(circle, member) for member in circle.room.who(*_SHOWN)]
    return tuple(sorted(lines, key=lambda line: (_ORDER.index(line.group), line.name.casefold(), line.user)))


def summary(room: Room) -> str:
    """`34 of 60 · 2 invited · 1 asks`."""
    joined = len(room.who(Membership.JOIN))
    invited, asking = len(room.who(Membership.INVITE)), len(room.who(Membership.KNOCK))
    size = f"{room.size} of {room.cap}" if room.cap else people(joined)
    asks = f"{asking} {'asks' if asking == 1 else 'ask'} to join" if asking else ""
    return " · ".join(filter(None, (size, f"{invited} invited" if invited else "", asks)))


def _line(circle: Circle, member: Member) -> MemberLine:
    room, user = circle.room, member.user
    role = role_of(room, user)
    found = mark(circle.known(user)) if user != room.me else mark(None)
    notes = ("you ignore them" if user in circle.ignored else "", found.note)
    mine = "you" if user == room.me else ""
    shown = "" if role is Role.MEMBER or member.membership is not Membership.JOIN else str(role)
    return MemberLine(
        user,
        circle.name(user),
        _group(circle, member, role),
        " · ".join(filter(None, (mine, shown))),
        found.shield,
        " · ".join(filter(None, notes)),
        _when(circle, member),
    )


def _group(circle: Circle, member: Member, role: Role) -> str:
    match member.membership:
        case Membership.INVITE:
            return INVITED
        case Membership.KNOCK:
            return ASKING
        case Membership.BAN:
            return KEPT_OUT
        case _ if role in _STRONG:
            return POWER
        case _:
            return NEW if is_new(circle.room, member.user, circle.hub.session.clock()) else MEMBERS


def _when(circle: Circle, member: Member) -> str:
    now, zone = circle.hub.session.clock(), circle.hub.zone
    if member.membership is Membership.JOIN:
        return f"joined {ago(member.since, now)}" if is_new(circle.room, member.user, now) else ""
    return date_of(member.since, now, zone, circle.hub.forms)
