"""The wish to be noticed when one is away: a member's own piece of state in one nook, written by nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from nookterm.domain.events import Event, Json, StateChange
from nookterm.domain.ids import UserId
from nookterm.domain.records import dataclass
from nookterm.domain.vocabulary import CARE, VERSION

SHORTEST_WAIT = 1
LONGEST_WAIT = 90
"""Days."""
USUAL_WAIT = 14
_FACILITATORS = "facilitators"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class WishProblem(ValueError):
    """A wish that cannot be; the text says what to change, in words for people."""


@dataclass(frozen=True, slots=True)
class CareWish:
    """Somebody asks the facilitators of a nook to notice when nothing of theirs has come for a while."""

    notice_after_days: int = USUAL_WAIT
    away_until: date | None = None
    """The last day on which nobody need wonder."""
    since: datetime = _LONG_AGO
    """When it was set; nothing before that counts."""


def checked_wish(wish: CareWish) -> CareWish:
    """The same wish, if it can be. Raises WishProblem."""
    if not SHORTEST_WAIT <= wish.notice_after_days <= LONGEST_WAIT:
        text = (
            f"It can be noticed after {SHORTEST_WAIT} to {LONGEST_WAIT} days; {wish.notice_after_days} is outside that."
        )
        raise WishProblem(text)
    return wish


def wish_content(wish: CareWish | None) -> dict[str, Any]:
    """The content of `org.nookterm.care`; empty where there is no wish (any more)."""
    if wish is None:
        return {}
    content = {"v": VERSION, "notice_after_days": wish.notice_after_days, "by": [_FACILITATORS]}
    return {**content, **({"away_until": wish.away_until.isoformat()} if wish.away_until else {})}


def read_wish(content: Json) -> CareWish | None:
    """The wish in a state event; None where there is none, it asks nobody that we know of, or cannot be."""
    days, asked, until = content.get("notice_after_days"), content.get("by"), content.get("away_until")
    if content.get("v") != VERSION or not isinstance(asked, list) or _FACILITATORS not in asked:
        return None
    if type(days) is not int or not SHORTEST_WAIT <= days <= LONGEST_WAIT:
        return None
    return CareWish(days, _day(until))


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def own_wish(event: Event) -> tuple[UserId, CareWish] | None:
    """Whose wish a state event sets. None where somebody else than that person wrote it: nobody wishes for others."""
    change = event.payload
    if not isinstance(change, StateChange) or change.type != CARE or change.state_key != event.sender:
        return None
    wish = read_wish(change.content)
    return (event.sender, replace(wish, since=event.sent_at)) if wish else None
