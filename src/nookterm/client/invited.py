"""By whose invitation we came into a room, and when: its past is believed of nobody else, and only for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from nookterm.client.ports import Notes, RoomUpdate
from nookterm.domain.events import MemberChange, Membership
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass

_KIND = "invited_by"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that was followed, or may be."""

    by: UserId
    joined_at: datetime | None = None
    """When we saw that we are in; by this machine's clock."""


def note_invitation(store: Notes, me: UserId, update: RoomUpdate, now: datetime) -> None:
    """Keep what one sync step says about this, inside its transaction."""
    if update.membership == Membership.INVITE:
        by = [
            event.sender
            for event in update.state
            if isinstance(event.payload, MemberChange)
            and (event.payload.user, event.payload.membership) == (me, Membership.INVITE)
        ]
        if by:
            store.remember(_KIND, update.room_id, {"by": by[-1]})
    elif update.membership == Membership.JOIN:
        known = store.recall(_KIND, update.room_id)
        if known and "joined_at" not in known:
            store.remember(_KIND, update.room_id, {**known, "joined_at": now.isoformat()})
    else:
        forget_invitation(store, update.room_id)


def invitations(store: Notes) -> Mapping[RoomId, Invitation]:
    """Those that are remembered, by room."""
    return {RoomId(room): _read(kept) for room, kept in store.recall_all(_KIND).items()}


def forget_invitation(store: Notes, room_id: RoomId) -> None:
    """It does not matter any more."""
    if store.recall(_KIND, room_id):
        store.remember(_KIND, room_id, None)


def _read(kept: Mapping[str, object]) -> Invitation:
    joined = kept.get("joined_at")
    return Invitation(UserId(str(kept["by"])), datetime.fromisoformat(joined) if isinstance(joined, str) else None)
