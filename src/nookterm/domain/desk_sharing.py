"""The desk's highlights: those that wait for a yes or for being published, copies to be taken down, overruns."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from nookterm.domain.cases import case_word
from nookterm.domain.desk import Item, Kind
from nookterm.domain.highlight_limits import Overrun
from nookterm.domain.ids import EventId, RoomId
from nookterm.domain.sharing import Share, ShareState


def share_items(shares: Iterable[Share], up: Collection[EventId]) -> tuple[Item, ...]:
    """A line for each highlight on its way, and for each whose copy is still among `up` though it has to come down."""
    found = []
    for share in shares:
        if share.state == ShareState.WAITING:
            found.append(_item(share, Kind.SHARE, _waits(share)))
        elif share.state == ShareState.CONSENTED:
            found.append(_item(share, Kind.SHARE, f"{_authors(share)} agreed; it can be published"))
        elif share.state == ShareState.WITHDRAWN and share.published in up:
            found.append(_item(share, Kind.TAKE_DOWN, "the consent has ended, and its copy is still up"))
        elif extra := next((copy.event for copy in share.extra if copy.event in up), None):
            why = "put up twice at the same moment; the second copy is still up"
            found.append(_item(share, Kind.TAKE_DOWN, why, extra=extra))
    return tuple(found)


def overrun_item(space: RoomId, overrun: Overrun) -> Item:
    """The line of a nook that shared more than its space allows. It comes back when there is more."""
    last = overrun.over[-1]
    return Item(
        case=case_word(str(Kind.OVERRUN), space, f"{overrun.nook_name}\x00{overrun.why}"),
        kind=Kind.OVERRUN,
        room=space,
        since=last.at,
        event=last.event_id,
        why=overrun.why,
        quote=overrun.nook_name,
        details={"count": str(len(overrun.over)), "board": last.room_id},
    )


def _waits(share: Share) -> str:
    """For how many; a yes that counts no more is said with why."""
    missing, all_ = len(share.waits_for), len(share.authors)
    voided = next((answer.why for answer in share.answers if answer.why), "")
    whom = "its author's yes" if all_ == 1 else f"the yes of {missing} of its {all_} authors"
    return f"waits for {whom}" + (f" ({voided})" if voided else "")


def _authors(share: Share) -> str:
    count = len(share.authors)
    return {1: "its author", 2: "both authors"}.get(count, f"all {count} authors")


def _item(share: Share, kind: Kind, why: str, **more: str) -> Item:
    details = {
        "request": share.request,
        "target": share.target,
        "state": str(share.state),
        "authors": " ".join(share.authors),
        "waits_for": " ".join(share.waits_for),
    }
    details |= {"copy": share.published} if share.published else {}
    return Item(
        case=share.request,
        kind=kind,
        room=share.nook,
        since=share.asked_at,
        user=(share.waits_for or share.authors)[0],
        event=share.event_id,
        why=why,
        quote=share.draft,
        details=details | more,
    )
