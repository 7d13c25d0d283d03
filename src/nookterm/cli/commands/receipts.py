"""`receipts`: who has read a message, as far as they told it or wrote since; and who hears of our own reading."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import UTC
from typing import Any

from nookterm.cli.context import Context, acting, reading
from nookterm.client.errors import NotFound
from nookterm.client.session import Session
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import EventId
from nookterm.domain.names import shown_name
from nookterm.domain.receipts import Telling
from nookterm.domain.room import Room
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.seen_work import own_words, readers

_LOOKED_AT = 200
"""Events among which the newest message is looked for."""


async def receipts(context: Context) -> None:
    """Say who has read up to a message, the newest one where none is named; or choose who hears of our reading."""
    args = context.args
    if args.send:
        async with acting(context) as session:
            room = session.rooms.named(args.room)
            session.receipts.choose(room.room_id, None if args.send == "default" else Telling(args.send))
            _tell_own(context, session, room)
        return
    async with reading(context) as session:
        room = session.rooms.named(args.room)
        session.receipts.obey(context.settings)
        event = _meant(session, room, args.event)
        proofs = sorted(readers(Hub.of(session, _nothing, UTC), room, event).items(), key=lambda one: one[1].at)
        rows = []
        for user, proof in proofs:
            name = shown_name(user, room.name_of(user))
            how = "wrote since" if proof.wrote else "read it" if proof.here else "read further"
            fields = {"event_id": event.event_id, "user_id": user, "name": name, "at": proof.at, "how": how}
            rows.append((fields, f"{proof.at.astimezone():%Y-%m-%d %H:%M}  {name}: {how}"))
        hidden = "" if session.receipts.shown else " Receipts are not shown (receipts.show)."
        context.printer.rows(rows, f"Nobody has told that they have read it.{hidden}")


def _tell_own(context: Context, session: Session, room: Room) -> None:
    telling = session.receipts.telling_in(room.room_id)
    own = session.receipts.own(room.room_id) is not None
    row = {"room_id": room.room_id, "send": str(telling), "chosen": own}
    context.printer.row(row, own_words(session.receipts, room.room_id))


def _meant(session: Session, room: Room, event_id: str | None) -> Event:
    """The message that is asked about. Raises NotFound."""
    if event_id is not None:
        found = session.store.event(room.room_id, EventId(event_id))
    else:
        events = session.store.timeline(room.room_id, _LOOKED_AT)
        found = next((event for event in reversed(events) if isinstance(event.payload, Message)), None)
    if found is None or not isinstance(found.payload, Message):
        message = "That message is not here."
        raise NotFound(message, "`nookterm read` fetches what was said.", code="not_found")
    return found


async def _nothing(_work: Coroutine[Any, Any, Any]) -> Any:
    """Nothing is carried out for a screen here."""
