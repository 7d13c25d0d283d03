"""`desk`, `snooze`, `wake`, `sheet`: what waits for a facilitator, what is put off, what is handed to a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from nookterm.cli.context import Context, acting, reading
from nookterm.client.desk import Desk
from nookterm.client.desk_window import REACHES
from nookterm.client.errors import Offline, WrongUsage
from nookterm.client.queue import called
from nookterm.client.session import Session
from nookterm.client.sheet import Sheets
from nookterm.client.vetting import Vetting
from nookterm.domain.desk import Item, Kind
from nookterm.domain.ids import RoomId
from nookterm.domain.names import shown_name
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title

_QUOTED = 80
"""How much of somebody's words stands on a line."""


async def desk(context: Context) -> None:
    """List what waits for a facilitator."""
    args = context.args
    kinds = _kinds(args.kind)
    async with reading(context, fresh=True) as session:
        desk_ = Desk(session)
        nook = session.rooms.named(args.nook) if args.nook else None
        try:
            found = await desk_.items(nook)
            desk_.remember_listed(found)
        except Offline:
            found = desk_.known_items(nook)
        shown = [i for i in found if (not kinds or i.kind in kinds) and (args.all or i.snoozed_until is None)]
        vetting = Vetting(session)
        context.printer.rows(
            ((_fields(i, vetting), _line(i, session)) for i in shown), "Nobody waits. The desk is clear."
        )
        _say_more(context, session, desk_, found)


async def snooze(context: Context) -> None:
    """Put a line off."""
    args = context.args
    async with acting(context) as session:
        until = session.clock() + timedelta(days=min(args.days, 1000))
        _say(context, session, await Desk(session).snooze(args.case, until, shared=not args.private))


async def wake(context: Context) -> None:
    """Bring a line back."""
    async with acting(context) as session:
        _say(context, session, await Desk(session).wake(context.args.case))


async def sheet(context: Context) -> None:
    """Hand the open cases of a nook to its new facilitators."""
    async with acting(context) as session:
        nook = session.rooms.named(context.args.nook)
        for written in await Sheets(session).write(nook):
            fields = {"nook": written.nook, "user": written.user, "entries": written.entries}
            context.printer.row(fields, f"{called(nook, written.user)}: {written.entries} entries of {title(nook)}")


def _kinds(words: Iterable[str]) -> frozenset[Kind]:
    known = {str(kind): kind for kind in Kind}
    unknown = [word for word in words if word not in known]
    if unknown:
        message = f"The desk has no lines of the kind {unknown[0]}."
        raise WrongUsage(message, f"It has: {', '.join(known)}.", code="unknown_kind")
    return frozenset(known[word] for word in words)


def _fields(item: Item, vetting: Vetting) -> dict[str, Any]:
    request = item.request
    return {
        "case": item.case,
        "kind": str(item.kind),
        "nook": item.room,
        "user": item.user,
        "request": request.knock if request else item.event,
        "since": item.since,
        "holder": item.holder,
        "held_until": item.held_until,
        "reason": (request.reason or None) if request else None,
        "answers": (vetting.answers(request) or None) if request else None,
        "members": request.size if request else None,
        "cap": request.cap if request else None,
        "why": item.why or None,
        "place": item.place,
        "snoozed_until": item.snoozed_until,
        "quote": (item.quote or None) if not request else None,
        "details": dict(item.details) or None,
    }


def _line(item: Item, session: Session) -> str:
    room = session.rooms.get(item.room)
    nook = title(room) if room else item.room
    off = f" (put off until {item.snoozed_until:%Y-%m-%d})" if item.snoozed_until else ""
    if item.kind in {Kind.SHARE, Kind.TAKE_DOWN} and item.user:
        author = shown_name(item.user, room.name_of(item.user) if room else None)
        return f"{item.case}  highlight of {author}: {item.why}{off}"
    if item.kind == Kind.ASK and item.request:
        request = item.request
        cap = f"{request.size} of {request.cap}" if request.cap else f"{request.size} people"
        more = "" if item.why == "asks to join" else f"; {item.why}"
        place = f", place {item.place}" if item.place else ""
        full = ", full" if request.is_full else ""
        who = shown_name(request.user, request.display_name)
        return f"{item.case}  {who} ({request.user}) asks to join {nook} ({cap}{full}{place}){more}{off}"
    who = f"{shown_name(item.user, _name(item, session))} " if item.user else ""
    quote = f": {safe_line(item.quote, longest=_QUOTED)}" if item.quote and item.kind != Kind.CONFLICT else ""
    return f"{item.case}  {nook}: {who}{item.why}{quote}{off}"


def _name(item: Item, session: Session) -> str | None:
    room = session.rooms.get(item.room)
    return item.request.display_name if item.request else room.name_of(item.user) if room and item.user else None


def _say(context: Context, session: Session, item: Item) -> None:
    fields = {"case": item.case, "kind": str(item.kind), "nook": item.room, "snoozed_until": item.snoozed_until}
    context.printer.row(fields, _line(item, session))


def _say_more(context: Context, session: Session, desk_: Desk, found: Iterable[Item]) -> None:
    """What the list rests on, and what it leaves out."""
    rooms: dict[RoomId, None] = dict.fromkeys(item.room for item in found)
    young = session.clock() - REACHES
    dated = [(room, desk_.history_since(room)) for room_id in rooms if (room := session.rooms.get(room_id))]
    late = [f"{title(room)} {since:%Y-%m-%d %H:%M}" for room, since in dated if since and since > young]
    if late:
        context.printer.remark(f"Based on history since (UTC): {', '.join(late)}.")
    asleep = 0 if context.args.all else sum(item.snoozed_until is not None for item in found)
    if asleep:
        context.printer.remark(f"{asleep} put off; `--all` lists them, too.")
