"""What is known of somebody who asks to join, beside their own words: for a human to weigh; it decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from nookterm.client.people import Known
from nookterm.client.rooms import policy_lists
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId
from nookterm.domain.names import shown_name, skeleton
from nookterm.domain.records import dataclass
from nookterm.domain.room import Member, Room
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title
from nookterm.domain.vetting import Request
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.safety import device_fact
from nookterm.viewmodels.words import age, ago, of, until

Fact = tuple[str, str, str]
"""What, value, meaning."""
_MOST_LISTS = 3
_SHORTEST_LOOK = 3
"""Letters of a name from which on it says something that another one looks like it."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How the names of a nook's people look; made once for a nook, however many ask to join it."""

    like: Mapping[str, tuple[tuple[UserId, str], ...]]
    """By the name's skeleton: who, and what they are here."""

    @classmethod
    def of(cls, nook: Room) -> Looks:
        """The names of members, facilitators, and people who were turned away."""
        found: dict[str, tuple[tuple[UserId, str], ...]] = {}
        for member in nook.who(Membership.JOIN, Membership.INVITE, Membership.BAN, Membership.LEAVE):
            what = _what(nook, member)
            name = skeleton(member.display_name or "")
            if what and len(name) >= _SHORTEST_LOOK:
                found[name] = (*found.get(name, ()), (member.user, what))
        return cls(found)

    def warnings(self, request: Request) -> tuple[str, ...]:
        """Whose name this one looks like, who is worth being taken for first."""
        mine = skeleton(request.display_name or "")
        alike = [(user, what) for user, what in self.like.get(mine, ()) if user != request.user]
        alike.sort(key=lambda one: _WEIGHT.index(one[1]))
        return tuple(f"Looks like {safe_line(user)}, who {what}." for user, what in alike[:2])


_WEIGHT = ("is a facilitator", "is a member", "is invited", "was turned away before", "was banned")


def _what(nook: Room, member: Member) -> str:
    if member.membership == Membership.JOIN:
        return "is a facilitator" if nook.power.may_decide(member.user) else "is a member"
    if member.membership == Membership.INVITE:
        return "is invited"
    if member.membership == Membership.BAN:
        return "was banned"
    return "was turned away before" if member.sender != member.user else ""


def facts(hub: Hub, request: Request, nook: Room, now: datetime, known: Known | None) -> tuple[Fact, ...]:
    """The facts beside an applicant's words."""
    rooms = hub.session.rooms
    members = [(s, s.members[request.user]) for s in rooms.spaces() if request.user in s.members]
    inside = [(s, m) for s, m in members if m.membership == Membership.JOIN]
    shared = rooms.nooks_with(request.user)
    passed = age(inside[0][1].since, now) if inside else ""
    since = {"": "no", "now": "just now"}.get(passed, f"for {passed}")
    found: list[Fact] = [
        ("In the space", f"{since}, in {shared} of your nooks" if inside else since, "" if inside else "nook-warn"),
        ("Device", *device_fact(known)),
        ("Way of asking", "with answers ready" if request.ref else "a plain request", ""),
        ("Request", "as your server tells it", ""),
        ("Asked before", _before(nook, request, now), "nook-warn" if request.earlier else ""),
    ]
    found += _advice(policy_lists(rooms), request.user)
    found += _course(hub, request, nook, now)
    return tuple(found)


def _advice(lists: Iterable[Room], user: UserId) -> list[Fact]:
    """What policy lists say of somebody; a list is somebody's opinion."""
    advised = [(title(room), rules[0]) for room in lists if (rules := room.rules.about(user))]
    return [
        ("On a list", safe_line(f"{name}, {rule.about}: {rule.reason or 'no reason given'}"), "nook-warn")
        for name, rule in advised[:_MOST_LISTS]
    ]


def _before(nook: Room, request: Request, now: datetime) -> str:
    """How earlier requests ended, the latest first."""
    if not request.earlier:
        return "no"
    last = request.earlier[-1]
    by = "by themselves" if last.by == request.user else f"by {shown_name(last.by, nook.name_of(last.by))}"
    more = f"; {len(request.earlier) - 1} more before" if len(request.earlier) > 1 else ""
    return safe_line(f"{last.outcome} {ago(last.at, now)} {by}{more}")


def _course(hub: Hub, request: Request, nook: Room, now: datetime) -> list[Fact]:
    """What has happened with this very request."""
    zone, forms = hub.zone, hub.forms
    found: list[Fact] = []
    if request.holder:
        mine = request.holder == hub.session.gateway.user_id
        who = "you" if mine else shown_name(request.holder, nook.name_of(request.holder))
        end = f" {until(request.held_until, now, zone, forms)}" if request.held_until else ""
        found.append(("On it", safe_line(f"{who}{end}"), ""))
    if request.asked_at:
        by = "" if request.asked_by is None else f" by {shown_name(request.asked_by, nook.name_of(request.asked_by))}"
        answered = f", answered {ago(request.answered_at, now)}" if request.answered_at else ", no answer yet"
        found.append(("Asked", safe_line(f"{ago(request.asked_at, now)}{by}{answered}"), ""))
    if request.place:
        found.append(("Wait-list", f"place {request.place}", "nook-waiting"))
    if request.cooling_until:
        found.append(
            ("Cooling down", f"{until(request.cooling_until, now, zone, forms)}, by the charter", "nook-waiting")
        )
    if request.blocked_at:
        found.append(("Invites", f"let in {ago(request.blocked_at, now)}, but they take no invites", "nook-warn"))
    return found


def unsigned(request: Request, known: Known | None, who: str) -> str:
    """What to know before somebody is asked none of whose devices is signed; empty where there is nothing."""
    if known is None or known.signed or not known.excepted_if_allowed or request.asked_in:
        return ""
    return f"{of(who)} devices are not signed by {who}: their server could read this."
