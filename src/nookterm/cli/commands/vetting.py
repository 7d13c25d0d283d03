"""`knock`, `requests`, `desk`, and the decisions on a case."""

from __future__ import annotations

from typing import Any

from nookterm.cli.commands.rooms import pairs
from nookterm.cli.context import Context, acting, reading
from nookterm.client.asking import Asking, Standing
from nookterm.client.errors import NotFound, Offline
from nookterm.client.rooms import room_word
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.vetting import Outcome, Vetting
from nookterm.domain.ids import EventId
from nookterm.domain.names import shown_name
from nookterm.domain.past import past_words
from nookterm.domain.sharing import Share, ShareState
from nookterm.domain.space import title
from nookterm.domain.vetting import Request


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


async def desk(context: Context) -> None:
    """List what waits for a facilitator: requests to join, and highlights on their way."""
    async with reading(context, fresh=True) as session:
        vetting = Vetting(session)
        nook = session.rooms.named(context.args.nook) if context.args.nook else None
        try:
            found = await vetting.requests(nook)
            vetting.remember_listed(found)
        except Offline:
            found = tuple(r for r in vetting.known_requests() if nook is None or r.nook == nook.room_id)
        waiting = [s for s in Sharing(session).all() if s.state in {ShareState.WAITING, ShareState.CONSENTED}]
        rows = [(_request_fields(r, vetting), _request_line(r, session)) for r in found]
        rows += [(_share_fields(s), _share_line(s, session)) for s in waiting if nook is None or s.nook == nook.room_id]
        context.printer.rows(rows, "Nobody waits. The desk is clear.")


def _request_fields(request: Request, vetting: Vetting) -> dict[str, Any]:
    answers = vetting.answers(request)
    return {
        "case": request.case,
        "kind": "knock",
        "nook": request.nook,
        "user": request.user,
        "request": request.knock,
        "since": request.since,
        "holder": request.holder,
        "held_until": request.held_until,
        "reason": request.reason or None,
        "answers": answers or None,
        "members": request.size,
        "cap": request.cap,
    }


def _request_line(request: Request, session: Session) -> str:
    nook = session.rooms[request.nook]
    who = shown_name(request.user, request.display_name)
    full = ", full" if request.is_full else ""
    cap = f"{request.size} of {request.cap}{full}" if request.cap else f"{request.size} people"
    return f"{request.case}  {who} ({request.user}) asks to join {title(nook)} ({cap})"


def _share_fields(share: Share) -> dict[str, Any]:
    return {
        "case": share.request,
        "kind": "share",
        "nook": share.nook,
        "user": share.author,
        "request": share.event_id,
        "since": share.asked_at,
    }


def _share_line(share: Share, session: Session) -> str:
    author = shown_name(share.author, session.rooms[share.nook].name_of(share.author))
    state = f"waits for {author}" if share.state == ShareState.WAITING else "agreed, can be published"
    return f"{share.request}  highlight of {author}: {state}"


async def approve(context: Context) -> None:
    """Let somebody in."""
    args = context.args
    async with acting(context) as session:
        read, vetting = EventId(args.request) if args.request else None, Vetting(session)
        if args.share_history:
            context.printer.remark(past_words(session.trust.history.past((await vetting.find(args.case)).nook)))
        outcome = await vetting.approve(args.case, read=read, anyway=args.anyway, share_history=args.share_history)
        _say(context, session, outcome)


async def decline(context: Context) -> None:
    """Turn somebody away."""
    args = context.args
    async with acting(context) as session:
        read = EventId(args.request) if args.request else None
        outcome = await Vetting(session).decline(args.case, read=read, words=args.words, anyway=args.anyway)
        _say(context, session, outcome)


async def claim(context: Context) -> None:
    """Be on a case."""
    async with acting(context) as session:
        _say(context, session, await Vetting(session).claim(context.args.case))


async def release(context: Context) -> None:
    """Hand a case back."""
    async with acting(context) as session:
        _say(context, session, await Vetting(session).release(context.args.case))


async def vet(context: Context) -> None:
    """Ask the nook's questions."""
    async with acting(context) as session:
        _say(context, session, await Vetting(session).vet(context.args.case, allow_unsigned=context.args.unsigned))


def _say(context: Context, session: Session, outcome: Outcome) -> None:
    who = shown_name(outcome.request.user, outcome.request.display_name)
    nook = title(session.rooms[outcome.request.nook])
    fields = {"case": outcome.case, "by": outcome.by, "outcome": outcome.outcome}
    context.printer.row(fields, f"{who} → {nook}: {outcome.outcome}")
