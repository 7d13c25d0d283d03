"""A request to share, where it stands in its nook: whoever is asked sees there that it waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nookterm.domain.room import Room
from nookterm.domain.sharing import ShareState
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.timeline import Entry, Words

_ASKED = "Your yes is asked."


def with_requests(hub: Hub, room: Room, drawn: Sequence[Entry]) -> tuple[Entry, ...]:
    """The same entries; requests that wait for our answer say so."""
    me = hub.session.gateway.user_id
    mine = {
        share.event_id
        for share in hub.sharing.reading.asked_in(room)
        if share.state == ShareState.WAITING and me in share.waits_for
    }
    if not mine:
        return tuple(drawn)
    return tuple(
        replace(entry, asked=_ASKED) if isinstance(entry, Words) and entry.event_id in mine else entry
        for entry in drawn
    )
