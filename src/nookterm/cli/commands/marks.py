"""`mark`: what of a room calls you, favourites and low priority, read and unread."""

from __future__ import annotations

from typing import Any

from nookterm.cli.context import Context, acting, reading
from nookterm.client.errors import WrongUsage
from nookterm.client.favourites import favourites, move
from nookterm.client.marking import Marking
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.levels import Level
from nookterm.domain.room import Room
from nookterm.domain.space import title

_WORDS = {Level.ALL: "everything calls you", Level.MENTIONS: "only mentions call you", Level.MUTE: "nothing calls you"}


async def mark(context: Context) -> None:
    """Say how a room stands for its reader, or change it."""
    args = context.args
    wished = (args.level, args.favourite, args.move, args.low, args.read, args.unread)
    if not any(wished):
        async with reading(context) as session:
            _tell(context, session, _inside(session, args.room))
        return
    async with acting(context) as session:
        room = _inside(session, args.room)
        if args.level:
            await session.levels.put(room.room_id, Level(args.level))
        if args.favourite:
            await session.tags.favourite(room.room_id, on=args.favourite == "on")
        if args.move:
            await move(session, room.room_id, args.move)
        if args.low:
            await session.tags.low(room.room_id, on=args.low == "on")
        if args.read:
            await Marking(session).read(room.room_id)
        if args.unread:
            await Marking(session).unread(room.room_id)
        _tell(context, session, room)


def _inside(session: Session, words: str) -> Room:
    room = session.rooms.named(words)
    if room.membership != Membership.JOIN:
        raise WrongUsage(f"You are not in {title(room)}.", "`nookterm join` goes in.")
    return room


def _tell(context: Context, session: Session, room: Room) -> None:
    fields = marks_of(session, room)
    tag = " · low priority" if fields["low"] else ""
    if fields["favourite"]:
        many = len(favourites(session))
        tag = f" · favourite, number {fields['place']} of {many}" if fields["place"] and many > 1 else " · favourite"
    marked = " · marked as unread" if fields["marked"] else ""
    row = session.store.room(room.room_id)
    words = f"{title(room)}: {_WORDS[Level(fields['level'])]}{tag}{marked}"
    context.printer.row(
        {"room_id": room.room_id, "name": title(room), **fields, "unread": row.unread, "mentions": row.mentions}, words
    )


def marks_of(session: Session, room: Room) -> dict[str, Any]:
    """What its reader says of a room, as fields. `place`: its number among the favourites; 0 where it is none."""
    tags = session.tags.of(room.room_id)
    listed = favourites(session) if tags.favourite else []
    return {
        "level": str(session.levels.of(room.room_id)),
        "favourite": tags.favourite,
        "place": listed.index(room.room_id) + 1 if room.room_id in listed else 0,
        "low": tags.low,
        "marked": tags.marked,
    }
