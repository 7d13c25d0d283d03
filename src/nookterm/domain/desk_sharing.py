"""The desk's highlights: those that wait for a yes or for being published, and copies that have to come down."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from nookterm.domain.desk import Item, Kind
from nookterm.domain.ids import EventId
from nookterm.domain.sharing import Share, ShareState

_WHY = {
    ShareState.WAITING: "waits for its author's yes",
    ShareState.CONSENTED: "its author agreed; it can be published",
}


def share_items(shares: Iterable[Share], up: Collection[EventId]) -> tuple[Item, ...]:
    """A line for each highlight on its way, and for each that was taken back while its copy is still among `up`."""
    found = []
    for share in shares:
        if share.state in _WHY:
            found.append(_item(share, Kind.SHARE, _WHY[share.state]))
        elif share.state == ShareState.WITHDRAWN and share.published in up:
            found.append(_item(share, Kind.TAKE_DOWN, "taken back, and its copy is still up"))
    return tuple(found)


def _item(share: Share, kind: Kind, why: str) -> Item:
    details = {"request": share.request, "target": share.target, "state": str(share.state)}
    if share.published:
        details["copy"] = share.published
    return Item(
        case=share.request,
        kind=kind,
        room=share.nook,
        since=share.asked_at,
        user=share.author,
        event=share.event_id,
        why=why,
        quote=share.draft,
        details=details,
    )
