"""Words to begin with, put where a person writes: they change them and send them, or do not."""

from __future__ import annotations

from dataclasses import replace

from nookterm.client.changes import DraftMade
from nookterm.client.session import Session
from nookterm.domain.ids import RoomId


def add_draft(session: Session, room_id: RoomId, text: str) -> bool:
    """Add `text` to what is being written in a room, after a blank line where something is. False: it stood there."""
    row = session.store.room(room_id)
    if text.strip() in row.draft:
        return False
    draft = f"{row.draft.rstrip()}\n\n{text}" if row.draft.strip() else text
    with session.store.transaction():
        session.store.save_room(replace(row, draft=draft))
    session.changes.tell(DraftMade(room_id))
    return True
