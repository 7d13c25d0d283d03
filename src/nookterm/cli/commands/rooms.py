"""`rooms`, `join`, `invite`, `found`."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from nookterm.cli.commands.marks import marks_of
from nookterm.cli.context import Context, acting, reading
from nookterm.client.errors import Changed, NotFound, WrongUsage
from nookterm.client.founding import Founding
from nookterm.client.rooms import room_word
from nookterm.client.session import Session
from nookterm.client.upgrading import Upgrading
from nookterm.domain.charter import Charter, Question
from nookterm.domain.events import Membership
from nookterm.domain.ids import RoomId, UserId, is_user_id
from nookterm.domain.past import past_words
from nookterm.domain.room import Room
from nookterm.domain.space import kind_of, title


async def rooms(context: Context) -> None:
    """List the rooms of the account."""
    async with reading(context) as session:
        shown = [r for r in session.rooms.values() if r.membership != Membership.LEAVE]
        context.printer.rows(
            ((_fields(r, session), _line(r, session)) for r in sorted(shown, key=lambda r: (not r.is_space, title(r)))),
            "You are in no room yet. `nookterm join`, `nookterm knock` or `nookterm found space` change that.",
        )


def _line(room: Room, session: Session) -> str:
    row = session.store.room(room.room_id)
    size = f"{room.size} of {room.cap}" if room.cap else f"{len(room.who(Membership.JOIN))} people"
    words = [f"{title(room)} ({kind_of(room, session.rooms)}, {room.membership}, {size})", room.room_id]
    marks = marks_of(session, room)
    said = [name for name in ("favourite", "low", "marked") if marks[name]]
    level = "" if marks["level"] == "all" else str(marks["level"])
    return "  ".join(filter(None, [*words, f"{row.unread} new" if row.unread else "", level, *said]))


def _fields(room: Room, session: Session) -> dict[str, Any]:
    row = session.store.room(room.room_id)
    return {
        "room_id": room.room_id,
        "name": title(room),
        "kind": str(kind_of(room, session.rooms)),
        "membership": str(room.membership),
        "encrypted": room.encrypted,
        "members": len(room.who(Membership.JOIN)),
        "cap": room.cap,
        "unread": row.unread,
        "mentions": row.mentions,
        "successor": room.successor,
        "predecessor": room.predecessor,
        **marks_of(session, room),
    }


async def join(context: Context) -> None:
    """Go into a room."""
    args = context.args
    async with acting(context) as session:
        if (old := _closed(session, args.room)) is not None:
            use = Upgrading(session)
            onward = await use.look(old)
            if onward.unsealed and not args.anyway:
                message = "The new room is not encrypted, and the old one is."
                raise Changed(message, "Nothing was done. --anyway goes there all the same.", code="unsealed")
            new = await use.go(onward)
            context.printer.row({"room_id": new, "membership": "join"}, f"You are in {title(session.rooms[new])}.")
            return
        room_id = await session.gateway.join(*_route(session, args.room, args.via))
        await session.sync_once()
        context.printer.row({"room_id": room_id, "membership": "join"}, f"You are in {args.room}.")


def _closed(session: Session, words: str) -> RoomId | None:
    """A room that we are in and that goes on in another one, by its name."""
    try:
        room = session.rooms.named(words)
    except NotFound:
        return None
    inside = room.membership is Membership.JOIN and room.closing is not None
    return room.room_id if inside else None


def _route(session: Session, words: str, via: list[str]) -> tuple[str, tuple[str, ...]]:
    """The room's id or alias, and servers to ask: named ones, else those that a space lists."""
    try:
        room_id: str = session.rooms.named(words).room_id
    except NotFound:
        room_id = room_word(words)
        if not room_id.startswith(("!", "#")):
            raise
    listed = (c.via for s in session.rooms.spaces() for c in s.children if c.room_id == room_id)
    return room_id, tuple(via) or next(listed, ())


async def invite(context: Context) -> None:
    """Invite somebody."""
    args = context.args
    if not is_user_id(args.user):
        message = f"{args.user} is not a Matrix id."
        raise WrongUsage(message, "It looks like @name:server.")
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        if args.share_history:
            context.printer.remark(past_words(session.trust.history.past(room.room_id)))
            await session.trust.history.share(room.room_id, UserId(args.user))
        await session.gateway.invite(room.room_id, UserId(args.user))
        await session.sync_once()
        context.printer.row(
            {"room_id": room.room_id, "membership": "invite"}, f"{args.user} is invited to {title(room)}."
        )


async def found(context: Context) -> None:
    """Begin a space or a nook."""
    args = context.args
    async with acting(context) as session:
        if args.what == "space":
            made = await Founding(session).space(args.name, args.topic)
            fields = {
                "room_id": made.space_id,
                "name": args.name,
                "highlights_id": made.highlights_id,
                "facilitators_id": made.facilitators_id,
            }
            context.printer.row(fields, f"{args.name} begins: {made.space_id}")
            return
        charter = Charter(
            purpose=args.purpose,
            who_belongs=args.who,
            cap=args.cap,
            questions=questions(args.question),
            cooldown_days=args.cooldown,
            approvals_needed=args.approvals,
            history=args.history,
            welcome=args.welcome,
        )
        space = session.rooms.named(args.space)
        nook_id: RoomId = await Founding(session).nook(space, args.name, charter, with_creator=_creator(args))
        context.printer.row({"room_id": nook_id, "name": args.name, "cap": args.cap}, f"{args.name} begins: {nook_id}")


def _creator(args: Namespace) -> UserId | None:
    """Who founds a nook too. Raises WrongUsage."""
    if args.with_creator is not None and not is_user_id(args.with_creator):
        message = f"{args.with_creator} is not a Matrix id."
        raise WrongUsage(message, "It looks like @name:server.")
    return UserId(args.with_creator) if args.with_creator else None


def questions(words: list[str]) -> tuple[Question, ...]:
    """`ID=TEXT` words as questions. Raises WrongUsage."""
    return tuple(Question(key, text) for key, text in pairs(words).items())


def pairs(words: list[str]) -> dict[str, str]:
    """`ID=TEXT` words as a mapping. Raises WrongUsage."""
    found_pairs: dict[str, str] = {}
    for word in words:
        key, mark, text = word.partition("=")
        if not (key and mark and text.strip()):
            message = f"{word} is not of the form ID=TEXT."
            raise WrongUsage(message, "For example: q1='What brings you here?'")
        found_pairs[key] = text.strip()
    return found_pairs
