"""`knock` and `requests`: asking to join, and where one's own requests stand."""

from __future__ import annotations

from typing import Any

from nookterm.cli.commands.rooms import pairs
from nookterm.cli.context import Context, acting, reading
from nookterm.client.asking import Asking, Standing
from nookterm.client.errors import NotFound
from nookterm.client.rooms import room_word
from nookterm.client.session import Session


async def knock(context: Context) -> None:
    """Ask to join, or take the request back."""
    args = context.args
    async with acting(context) as session:
        asking = Asking(session)
        room = await _room_word(session, args.room)
        if args.withdraw:
            standing = await asking.withdraw(session.rooms.named(room).room_id)
        else:
            standing = await asking.knock(room, answers=pairs(args.answer), reason=args.reason, via=args.via)
        context.printer.row(
            {"room_id": standing.request.nook, "state": str(standing.state)},
            f"{standing.request.name}: {standing.state}",
        )


async def _room_word(session: Session, words: str) -> str:
    """A room to ask at: one of ours, an id, an alias, or the name of a nook that a space of ours lists."""
    try:
        return session.rooms.named(words).room_id
    except NotFound:
        wanted = room_word(words)
        if wanted.startswith("!"):
            return wanted
        if wanted.startswith("#"):
            return (await session.gateway.resolve(wanted))[0]
        for space in session.rooms.spaces():
            for summary in await session.gateway.hierarchy(space.room_id):
                if (summary.name or "").casefold() == wanted.casefold():
                    return summary.room_id
        raise


async def requests(context: Context) -> None:
    """List one's own requests."""
    async with reading(context) as session:
        rows = ((_my_fields(s), None) for s in Asking(session).all())
        context.printer.rows(rows, "You have asked nowhere. `nookterm knock ROOM` asks to join.")


def _my_fields(standing: Standing) -> dict[str, Any]:
    mine = standing.request
    return {
        "room_id": mine.nook,
        "name": mine.name,
        "state": str(standing.state),
        "since": mine.sent_at,
        "facilitator": mine.asked_by,
    }
