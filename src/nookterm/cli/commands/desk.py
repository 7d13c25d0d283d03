"""`desk`: what waits for a facilitator, over all nooks."""

from __future__ import annotations

from typing import Any

from nookterm.cli.context import Context, reading
from nookterm.client.errors import Offline
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.client.vetting import Vetting
from nookterm.domain.names import shown_name
from nookterm.domain.sharing import Share, ShareState
from nookterm.domain.space import title
from nookterm.domain.vetting import Request


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
