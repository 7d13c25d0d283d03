"""How earlier requests of somebody ended, and whether a new one comes too soon."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from nookterm.domain.acts import TERMINAL, Act
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Earlier:
    """The end of an earlier request of the same person."""

    outcome: str
    """approved, declined, banned or withdrawn."""
    by: UserId
    at: datetime
    words: str = ""
    """What was said to them, if anything."""
    event_id: EventId | None = None
    """The act that says so, in the facilitators' room."""


def earlier_ends(acts: Iterable[Act], knock: EventId) -> tuple[Earlier, ...]:
    """How the requests before this one ended, oldest first, from the acts on the case in their order."""
    ends = TERMINAL - {"settled"}
    return tuple(
        Earlier(act.act, act.sender, act.at, act.words, act.event_id)
        for act in acts
        if act.act in ends and act.knock != knock
    )


def cooling_until(earlier: Iterable[Earlier], days: int, now: datetime) -> datetime | None:
    """Until when a new request is set aside after a decline; None where it is not (any more). `days`: by the charter.

    Whatever came after the decline, an approval for instance, ends it.
    """
    last = next(iter(reversed(tuple(earlier))), None)
    if last is None or last.outcome != "declined":
        return None
    until = last.at + timedelta(days=days)
    return until if until > now else None
