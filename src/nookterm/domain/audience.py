"""Who will be able to read what leaves a nook, and whether that is still what its author agreed to."""

from __future__ import annotations

from nookterm.domain.events import Membership
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room

_HISTORY = ("joined", "invited", "shared", "world_readable")
_RULES = ("invite", "private", "knock", "knock_restricted", "restricted", "public")
"""Each from the fewest readers to the most."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will be able to read a highlight."""

    readers: int
    encrypted: bool
    join_rule: str
    history: str

    def widened(self, now: Audience) -> bool:
        """Whether the target lets more people read now than when this was agreed to."""
        return (
            (self.encrypted and not now.encrypted)
            or _wider(_HISTORY, self.history, now.history)
            or _wider(_RULES, self.join_rule, now.join_rule)
        )


def audience_of(target: Room) -> Audience:
    """Who can read what is said in `target`."""
    return Audience(len(target.who(Membership.JOIN)), target.encrypted, target.join_rule, target.history)


def audience_words(audience: Audience) -> str:
    """The audience in a line."""
    people = "1 person" if audience.readers == 1 else f"{audience.readers} people"
    way_in = "anyone may join" if audience.join_rule == "public" else ""
    past = {"shared": "newcomers read the past", "world_readable": "anyone can read it"}.get(audience.history)
    return ", ".join(filter(None, (people, "encrypted" if audience.encrypted else "not encrypted", way_in, past)))


def _wider(order: tuple[str, ...], then: str, now: str) -> bool:
    """Whether `now` lets more people in than `then`; a word that nobody knows might let in everybody."""
    return now != then and (now not in order or then not in order or order.index(now) > order.index(then))
