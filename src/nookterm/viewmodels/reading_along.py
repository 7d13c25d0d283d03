"""Reading along where another process has the account: what that one writes is shown, until it is gone."""

from __future__ import annotations

import asyncio
import time

from nookterm.client.account import OpenAccount
from nookterm.client.changes import RoomsChanged
from nookterm.client.holding import is_free
from nookterm.client.ports import RoomRow
from nookterm.client.session import Session
from nookterm.domain.ids import EventId, RoomId

_LOOK = 0.2
_IS_FREE = 1.0
"""Seconds between two questions whether the process that had the account is gone."""
_SHARE_OF_TIME = 5
"""What is read because another process wrote takes at most one part in so many of our time."""


async def read_along(account: OpenAccount) -> None:
    """Tell what changes in the store. Returns when nobody has the account any more."""
    session = account.session
    seen, known = session.store.commits_elsewhere(), _stamps(session)
    question, was_free = time.monotonic() + _IS_FREE, False
    while True:
        version, began = session.store.commits_elsewhere(), time.monotonic()
        if version != seen:
            seen, now = version, _stamps(session)
            changed = frozenset(room_id for room_id, stamp in now.items() if known.get(room_id) != stamp)
            known = now
            session.rooms.refresh(changed)
            session.forget_account()
            session.changes.tell(RoomsChanged(changed))
        if account.parts and began >= question:
            question = began + _IS_FREE
            # Free twice in a row: not only while it goes from one hand into another.
            was_free, before = is_free(account.parts, account.profile.name), was_free
            if was_free and before:
                return
        took = time.monotonic() - began
        await asyncio.sleep(max(_LOOK, took * _SHARE_OF_TIME))


def _stamps(session: Session) -> dict[RoomId, tuple[RoomRow, EventId | None]]:
    """Of each room what tells whether it changed: what comes into a room comes with an event, or with other counts."""
    found: dict[RoomId, tuple[RoomRow, EventId | None]] = {}
    for row in session.store.rooms():
        newest = session.store.timeline(row.room_id, 1)
        found[row.room_id] = (row, newest[-1].event_id if newest else None)
    return found
