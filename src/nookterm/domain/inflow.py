"""Highlights of other nooks that come in: one a week at most, the same for all who look, and only by a human's hand."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, time, timedelta

from nookterm.domain.board import Highlight
from nookterm.domain.board_weeks import Week
from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.ids import EventId
from nookterm.domain.records import dataclass
from nookterm.domain.room import Room
from nookterm.domain.space import title

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Offer:
    """A highlight that a nook may make its own this week."""

    highlight: Highlight
    since: datetime
    """When the week began."""


def offer_of_week(nook: Room, board: Iterable[Highlight], own: Collection[EventId], now: datetime) -> Offer | None:
    """Which highlight of another nook is offered to this one in the week of `now`; None where there is none to offer.

    It is drawn from those of the week before, so that nothing that comes in during the week changes it, and none is
    offered in two weeks: first a nook by lot, so that who shares much is not heard more, then its newest. Weeks are
    those of UTC, and the lot is a hash: every client of every facilitator draws the same.
    `own`: highlights that are known to come from this nook, whatever it was called then.
    """
    week = Week.at(now, UTC)
    begin = datetime.combine(week.monday, time(), UTC)
    of_others = [h for h in board if h.nook_name != title(nook) and h.event_id not in own and not h.altered]
    drawn = [h for h in of_others if begin - _WEEK <= h.at < begin]
    if not nook.charter or not nook.charter.offers or not drawn:
        return None
    name = min({h.nook_name for h in drawn}, key=lambda name: _lot(nook.room_id, str(week), name))
    return Offer(max((h for h in drawn if h.nook_name == name), key=lambda h: (h.at, h.event_id)), begin)


def offer_item(nook: Room, offer: Offer) -> Item:
    """The desk's line of an offer."""
    highlight = offer.highlight
    return Item(
        case=case_word(str(Kind.OFFER), nook.room_id, highlight.event_id),
        kind=Kind.OFFER,
        room=nook.room_id,
        since=offer.since,
        event=highlight.event_id,
        why="could be of use here",
        quote=highlight.body,
        details={"nook_name": highlight.nook_name, "credit": highlight.credit, "board": highlight.room_id},
    )


def offering(body: str, nook_name: str, credit: str) -> str:
    """Words to begin with when a highlight of another nook is posted; a human changes and sends them."""
    by = f" ({credit})" if credit else ""
    quoted = "\n".join(f"> {line}" for line in body.split("\n"))
    return f"From {nook_name}{by}, in the highlights:\n{quoted}\n\n"


def is_posted(body: str, said: Iterable[str]) -> bool:
    """Whether somebody said these words here: as a quote, or line by line among their own."""
    wanted = _lines(body)
    return len(wanted) > 2 and any(wanted in _lines(words) for words in said)  # noqa: PLR2004 - two are its ends


def _lines(words: str) -> str:
    """The lines without the signs of a quote, each between two ends of line; empty ones are none."""
    bare = (" ".join(line.lstrip("> ").split()) for line in words.split("\n"))
    return "\n" + "\n".join(filter(None, bare)) + "\n"


def _lot(*parts: str) -> bytes:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).digest()
