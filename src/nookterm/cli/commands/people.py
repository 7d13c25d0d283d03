"""`members`, `ignore`, `kick`, `role`, `leave`, `privacy`, `set`, `profile`: people and rooms without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nookterm.cli.agreeing import agree
from nookterm.cli.context import Context, acting, reading
from nookterm.client.errors import WrongUsage
from nookterm.client.ignoring import KNOWS
from nookterm.client.leaving import Leaving, Parting
from nookterm.client.members import Members
from nookterm.client.own_picture import set_picture
from nookterm.client.room_settings import RoomSettings
from nookterm.client.session import Session
from nookterm.domain.events import Membership
from nookterm.domain.ids import UserId, is_user_id
from nookterm.domain.names import shown_name
from nookterm.domain.privacy import privacy_sheet
from nookterm.domain.roles import MEANS, Role, is_for_good, role_of
from nookterm.domain.room import Member, Room
from nookterm.domain.space import title
from nookterm.viewmodels.privacy import here_facts, trust_facts

_SHOWN = (Membership.JOIN, Membership.INVITE, Membership.KNOCK, Membership.BAN)
_MARKS = {"safe": "✓ ", "warn": "! ", "leaves": "↗ "}


async def members(context: Context) -> None:
    """Print who is in a room."""
    async with reading(context, fresh=True) as session:
        room = session.rooms.named(context.args.room)
        if session.phase not in {"offline", "beside"}:
            room = await Members(session).look(room.room_id)
        ignored = session.ignoring.users()
        listed = sorted(room.who(*_SHOWN), key=lambda m: (_SHOWN.index(m.membership), m.user))
        context.printer.rows(
            ((_member_fields(session, room, m, ignored), _member_line(room, m)) for m in listed), "Nobody is in it."
        )


def _member_fields(session: Session, room: Room, member: Member, ignored: frozenset[UserId]) -> dict[str, Any]:
    known = session.trust.people.known(member.user)
    return {
        "user_id": member.user,
        "name": member.display_name,
        "membership": str(member.membership),
        "role": str(role_of(room, member.user)) if member.membership is Membership.JOIN else None,
        "since": member.since,
        "standing": str(known.standing) if known else None,
        "signed": known.signed if known else None,
        "unsigned": len(known.unsigned) if known else None,
        "ignored": member.user in ignored,
    }


def _member_line(room: Room, member: Member) -> str:
    role = str(role_of(room, member.user)) if member.membership is Membership.JOIN else str(member.membership)
    return f"{shown_name(member.user, member.display_name)}  {member.user}  {role}"


async def ignore(context: Context) -> None:
    """Ignore somebody, or print whom one ignores."""
    if context.args.user is not None:
        await _ignoring(context, ignored=True)
        return
    async with acting(context) as session:
        users = sorted(await session.ignoring.refresh())
        context.printer.rows((({"user_id": user, "ignored": True}, user) for user in users), "You ignore nobody.")


async def unignore(context: Context) -> None:
    """Hear somebody again."""
    await _ignoring(context, ignored=False)


async def _ignoring(context: Context, *, ignored: bool) -> None:
    async with acting(context) as session:
        user = _user(context.args.user)
        await session.ignoring.put(user, ignored=ignored)
        words = f"You do not hear {user} any more. {KNOWS}" if ignored else f"You hear {user} again."
        context.printer.row({"user_id": user, "ignored": ignored}, words)


async def kick(context: Context) -> None:
    """Remove somebody, for now or for good; or lift that."""
    args, user = context.args, _user(context.args.user)
    if args.lift and args.for_good:
        message = "--lift and --for-good are opposites."
        raise WrongUsage(message, "Leave one of them out.")

    def shown(session: Session) -> Sequence[str]:
        room = session.rooms.named(args.room)
        what = "Keep out for good" if args.for_good else "Let ask again" if args.lift else "Remove"
        return [f"{what}: {shown_name(user, room.name_of(user))} ({user}), {title(room)}"]

    await agree(context, shown, "Go on")
    async with acting(context) as session:
        room, use = session.rooms.named(args.room), Members(session)
        if args.lift:
            await use.unban(room.room_id, user)
        elif args.for_good:
            await use.ban(room.room_id, user, args.words)
        else:
            await use.remove(room.room_id, user, args.words)
        now = "ban" if args.for_good else "leave"
        said = f"{user} may ask to come in again." if args.lift else f"{user} is no longer in {title(room)}."
        context.printer.row({"room_id": room.room_id, "user_id": user, "membership": now}, said)


async def role(context: Context) -> None:
    """Give or take power, by a word."""
    args, user, wanted = context.args, _user(context.args.user), Role(context.args.role)

    def shown(session: Session) -> Sequence[str]:
        room = session.rooms.named(args.room)
        lines = [f"{user} in {title(room)}: {role_of(room, user)} now, {wanted} then ({MEANS[wanted]})"]
        return [*lines, *(["! You cannot take this back."] if is_for_good(room, user, wanted) else [])]

    await agree(context, shown, "Go on")
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        await Members(session).give(room.room_id, user, wanted)
        now = role_of(session.rooms[room.room_id], user)
        context.printer.row(
            {"room_id": room.room_id, "user_id": user, "role": str(now)}, f"{user} is {now} in {title(room)} now."
        )


async def leave(context: Context) -> None:
    """Leave a room, a space with its rooms; turn down an invite; withdraw a request."""
    args = context.args

    def shown(session: Session) -> Sequence[str]:
        plan = Leaving(session).plan(session.rooms.named(args.room).room_id, with_nooks=args.with_nooks)
        risky = args.with_nooks or args.forget or any(one.warning for one in plan)
        forget = ["! What was said there leaves this disk."] if args.forget else []
        return [*map(_parting_line, plan), *forget] if risky else []

    await agree(context, shown, "Leave")
    async with acting(context) as session:
        room, use = session.rooms.named(args.room), Leaving(session)
        gone: list[Parting] = []

        def told(parting: Parting) -> None:
            gone.append(parting)
            fields = {
                "room_id": parting.room, "membership": "leave" if parting.done else str(parting.membership),
                "stays": parting.stays or None,
            }  # fmt: skip
            done = f"You left {parting.name}."
            context.printer.row(fields, done if parting.done else f"{parting.name} stays: {parting.stays}.")

        if not (args.forget and not use.plan(room.room_id)):
            await use.leave(room.room_id, with_nooks=args.with_nooks, told=told)
        for room_id in [one.room for one in gone if one.done] or [room.room_id] if args.forget else []:
            await use.forget(room_id)


def _parting_line(parting: Parting) -> str:
    if parting.stays:
        return f"  {parting.name} stays: {parting.stays}"
    return f"→ {parting.name}" + (f"  ! {parting.warning}" if parting.warning else "")


async def privacy(context: Context) -> None:
    """Print a room's privacy sheet."""
    async with reading(context, fresh=True) as session:
        room = session.rooms.named(context.args.room)
        if session.phase not in {"offline", "beside"}:
            await session.refresh_state(room.room_id)
            await session.trust.people.look(room.room_id)
            room = session.rooms[room.room_id]
        spaces = session.rooms.listing(room.room_id)
        for section in privacy_sheet(room, spaces, trust_facts(session, room), here_facts(session)):
            if not context.args.json:
                context.printer.say(section.heading)
            for point in section.points:
                fields = {
                    "section": section.heading, "text": point.text, "mark": point.mark or None,
                    "fix": str(point.fix) if point.fix else None,
                }  # fmt: skip
                context.printer.row(fields, f"{_MARKS.get(point.mark, '  ')}{point.text}")


async def set(context: Context) -> None:  # noqa: A001 - the command's own name
    """Set one thing of a room."""
    args = context.args
    async with acting(context) as session:
        room, use = session.rooms.named(args.room), RoomSettings(session)
        match args.field:
            case "name":
                await use.name(room.room_id, args.value)
            case "topic":
                await use.topic(room.room_id, args.value)
            case "join":
                await use.join_rule(room.room_id, args.value)
            case "history":
                await use.history(room.room_id, args.value)
            case _ if args.value == "on":
                await use.encrypt(room.room_id)
            case _:
                message = "Encryption can only be switched on."
                raise WrongUsage(message, "Nobody can ever switch it off again.")
        fields = {"room_id": room.room_id, "field": args.field, "value": args.value}
        context.printer.row(fields, f"{title(session.rooms[room.room_id])}: {args.field} is {args.value}.")


async def profile(context: Context) -> None:
    """Print or change one's own name."""
    args = context.args
    if args.name is not None and not args.name.strip():
        message = "A name has at least one letter."
        raise WrongUsage(message, "Nothing was changed.")
    async with acting(context) as session:
        me = session.gateway.user_id
        if args.picture is not None:
            await set_picture(session, Path(args.picture))
        fields: dict[str, Any] = {"user_id": me}
        if args.room:
            room = session.rooms.named(args.room)
            if args.name is not None:
                await session.gateway.name_in_room(room.room_id, args.name.strip())
                await session.refresh_state(room.room_id)
            name = session.rooms[room.room_id].name_of(me)
            fields["room_id"] = room.room_id
        else:
            name = await session.gateway.display_name(args.name.strip() if args.name is not None else None)
        context.printer.row({**fields, "name": name}, f"You are {shown_name(me, name)} ({me}).")


def _user(text: str) -> UserId:
    if not is_user_id(text):
        message = f"{text} is not a Matrix id."
        raise WrongUsage(message, "It looks like @name:server.")
    return UserId(text)
