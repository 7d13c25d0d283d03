"""`knock` and `requests`: asking to join, and where one's own requests stand."""

from __future__ import annotations

import argparse
from typing import Any

from nookterm.cli.commands.rooms import pairs
from nookterm.cli.context import Context, acting, reading
from nookterm.client.answering import Answering
from nookterm.client.asking import Asking, Standing
from nookterm.client.errors import NotFound
from nookterm.client.rooms import room_word
from nookterm.client.session import Session
from nookterm.domain.applying import Hitch, State, is_open
from nookterm.domain.ids import RoomId, UserId

_WAITS = {
    Hitch.DEVICE: "This device is not signed by you: nobody can ask you. `nookterm trust` says what to do.",
    Hitch.UNKNOWN: (
        "Somebody asks{who}, and no space of yours lists them. Do you know that they are a facilitator there? "
        "Then `nookterm knock {room} --confirm USER`; nothing goes to them before."
    ),
    Hitch.IDENTITY: (
        "Whoever asks{who} has another identity than before: your answers wait. "
        "Compare with `nookterm verify USER`, or go on with `nookterm trust accept USER KEY`."
    ),
    Hitch.COMPANY: (
        "Somebody else{who} is in the room of your request: your answers wait. "
        "If they are a facilitator: `nookterm knock {room} --confirm USER`."
    ),
    Hitch.UNREADABLE: "No device of whoever asks{who} is signed by them: your answers wait.",
    Hitch.INVITES: "Your account turns invites away: nobody can ask you, or let you in.",
}
"""What stands in the way, and the way out."""


async def knock(context: Context) -> None:
    """Ask to join, say who may ask us, or take the request back."""
    args = context.args
    async with acting(context) as session:
        asking = Asking(session)
        if args.withdraw:
            standing = await asking.withdraw((await _room_of_request(session, args.room))[0])
        else:
            standing = await _asked(session, asking, args)
        _remark(context, standing)
        context.printer.row(
            {"room_id": standing.request.nook, "state": str(standing.state)},
            f"{standing.request.name}: {standing.state}",
        )


async def _asked(session: Session, asking: Asking, args: argparse.Namespace) -> Standing:
    room, via = await _room_of_request(session, args.room)
    confirmed = frozenset(UserId(user) for user in args.confirm)
    mine = asking.request(room)
    if confirmed and mine and is_open(mine) and not args.answer and not args.reason:
        standing = asking.standing(mine)
        for user in sorted(confirmed):
            standing = await asking.confirm(room, user)
        # Whom we know by now gets the answers at once, where they have asked already.
        await Answering(session).answer()
        return asking.standing(asking.request(room) or standing.request)
    route, answers = args.via or via, pairs(args.answer)
    if args.to:
        return await asking.write_to(room, args.to, answers=answers, reason=args.reason, via=route)
    return await asking.knock(
        room, answers=answers, reason=args.reason, via=route, confirmed=confirmed, anyway=args.anyway
    )


def _remark(context: Context, standing: Standing) -> None:
    """What a person should know beside the state: why it waits, and for whom."""
    stop = standing.stop
    if stop is not None:
        who = f" ({stop.user})" if stop.user else ""
        context.printer.remark(_WAITS[stop.hitch].format(who=who, room=standing.request.nook))


async def _room_of_request(session: Session, words: str) -> tuple[RoomId, tuple[str, ...]]:
    """A room to ask at, and servers that know it: one of ours, one that we asked, an id, an alias, or a listed name."""
    try:
        return session.rooms.named(words).room_id, ()
    except NotFound:
        wanted = room_word(words)
        if wanted.startswith("!"):
            return RoomId(wanted), ()
        if wanted.startswith("#"):
            room_id, servers = await session.gateway.resolve(wanted)
            return room_id, servers[:3]
        folded = wanted.casefold()
        mine = [s.request.nook for s in Asking(session).all() if s.request.name.casefold() == folded]
        if len(mine) == 1:
            return mine[0], ()
        for space in session.rooms.spaces():
            for summary in await session.gateway.hierarchy(space.room_id):
                if (summary.name or "").casefold() == folded:
                    return summary.room_id, summary.via
        raise


async def requests(context: Context) -> None:
    """List one's own requests."""
    async with reading(context) as session:
        standings = Asking(session).all()
        rows = ((_my_fields(s), None) for s in standings)
        context.printer.rows(rows, "You have asked nowhere. `nookterm knock ROOM` asks to join.")
        for standing in standings:
            _remark(context, standing)


def _my_fields(standing: Standing) -> dict[str, Any]:
    mine, stop = standing.request, standing.stop
    unknown = next((asker.user for asker in standing.askers if not asker.known), None)
    return {
        "room_id": mine.nook,
        "name": mine.name,
        "state": str(standing.state),
        "since": mine.sent_at,
        "place": mine.word.place if mine.word and standing.state == State.WAITLISTED else None,
        "facilitator": mine.asked_by or unknown,
        "listed": (mine.asked_by is not None) if mine.asked_by or unknown else None,
        "words": mine.word.words if mine.word and mine.word.words else None,
        "waits": str(stop.hitch) if stop else None,
    }
