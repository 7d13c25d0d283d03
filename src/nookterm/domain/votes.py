"""A second opinion: how many facilitators have to be for it, who is, and who is still missing."""

from __future__ import annotations

from collections.abc import Iterable

from nookterm.domain.acts import Act
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room


@dataclass(frozen=True, slots=True)
class Votes:
    """What facilitators think of one request. Only the latest word of each counts, and only while they may decide."""

    in_favour: tuple[UserId, ...] = ()
    against: tuple[UserId, ...] = ()
    needed: int = 1
    """How many have to be for it, by the nook's charter."""
    silent: tuple[UserId, ...] = ()
    """Who could still say something."""

    def missing(self, approver: UserId) -> int:
        """How many more have to be for it before `approver`, who counts as one, may let the person in."""
        return max(0, self.needed - len({*self.in_favour, approver}))

    def could_help(self, approver: UserId) -> tuple[UserId, ...]:
        """Who else could agree: those who said nothing yet, then those who are against it."""
        return tuple(user for user in (*self.silent, *self.against) if user != approver)


def nobody_yet(nook: Room) -> Votes:
    """The votes on a request about which nobody said anything."""
    deciders = [m.user for m in nook.who(Membership.JOIN) if nook.power.may_decide(m.user)]
    return Votes(needed=nook.charter.approvals_needed if nook.charter else 1, silent=tuple(deciders))


def votes_on(start: Votes, knock: EventId, acts: Iterable[Act]) -> Votes:
    """The votes on one request (not on an earlier one of the same person), from its acts in their order.

    `start`: `nobody_yet`, made once for all requests of a nook.
    """
    latest = {act.sender: act.vote for act in acts if act.act == "vote" and act.knock == knock}
    if not latest:
        return start
    return Votes(
        in_favour=tuple(user for user in start.silent if latest.get(user, 0) > 0),
        against=tuple(user for user in start.silent if latest.get(user, 0) < 0),
        needed=start.needed,
        silent=tuple(user for user in start.silent if not latest.get(user)),
    )
