"""Acts on a case of the desk: `claim`, `vet`, `approve`, `decline`, `waitlist`, `vote` and the others; and `door`."""

from __future__ import annotations

from nookterm.cli.caring_cases import done_as_care
from nookterm.cli.context import Context, acting
from nookterm.client.casework import Outcome
from nookterm.client.desk import Desk
from nookterm.client.errors import NotFound, WrongUsage
from nookterm.client.session import Session
from nookterm.client.vetting import Vetting
from nookterm.domain.ids import EventId, UserId, is_user_id
from nookterm.domain.past import past_words
from nookterm.domain.safe_text import safe_line
from nookterm.domain.space import title

_VOTES = {"for": 1, "against": -1, "none": 0}


async def approve(context: Context) -> None:
    """Let somebody in."""
    args = context.args
    async with acting(context) as session:
        vetting = Vetting(session)
        if args.share_history:
            context.printer.remark(past_words(session.trust.history.past((await vetting.find(args.case)).nook)))
        outcome = await vetting.approve(
            args.case, read=_read(context), anyway=args.anyway, share_history=args.share_history
        )
        if outcome.outcome == "blocked":
            context.printer.remark("Their own settings take no invites. They were told where they can read it.")
        _say(context, session, outcome)


async def decline(context: Context) -> None:
    """Turn somebody away."""
    args = context.args
    async with acting(context) as session:
        vetting = Vetting(session)
        _say(
            context,
            session,
            await vetting.decline(args.case, read=_read(context), words=args.words, anyway=args.anyway),
        )


async def ban(context: Context) -> None:
    """Turn somebody away for good."""
    args = context.args
    async with acting(context) as session:
        vetting = Vetting(session)
        _say(context, session, await vetting.ban(args.case, read=_read(context), words=args.words, anyway=args.anyway))


async def waitlist(context: Context) -> None:
    """Keep a place for somebody."""
    args = context.args
    async with acting(context) as session:
        _say(context, session, await Vetting(session).wait_list(args.case, read=_read(context), anyway=args.anyway))


async def vote(context: Context) -> None:
    """Say what one thinks of a request."""
    args = context.args
    async with acting(context) as session:
        _say(
            context,
            session,
            await Vetting(session).vote(args.case, _VOTES[args.view], args.words, read=_read(context)),
        )


async def settle(context: Context) -> None:
    """Say that a contradiction was looked at."""
    args = context.args
    async with acting(context) as session:
        if await done_as_care("settle", context, session):
            return
        try:
            outcome = await Vetting(session).settle(args.case, args.words, anyway=args.anyway, read=_read(context))
        except NotFound:
            # No word of a request: another line of the desk.
            outcome = await Desk(session).settle(args.case, args.words, anyway=args.anyway)
        _say(context, session, outcome)


async def claim(context: Context) -> None:
    """Be on a case."""
    args = context.args
    async with acting(context) as session:
        if await done_as_care("claim", context, session):
            return
        _say(context, session, await Vetting(session).claims.claim(args.case, anyway=args.anyway, read=_read(context)))


async def release(context: Context) -> None:
    """Hand a case back."""
    async with acting(context) as session:
        if await done_as_care("release", context, session):
            return
        _say(context, session, await Vetting(session).claims.release(context.args.case, read=_read(context)))


async def handover(context: Context) -> None:
    """Let another facilitator go on."""
    args = context.args
    if not is_user_id(args.user):
        message = f"{safe_line(args.user)} is no Matrix id."
        raise WrongUsage(message, "It looks like @name:server.", code="usage")
    async with acting(context) as session:
        _say(context, session, await Vetting(session).claims.hand_over(args.case, UserId(args.user)))


async def vet(context: Context) -> None:
    """Ask the nook's questions."""
    args = context.args
    async with acting(context) as session:
        interviews = Vetting(session).interviews
        _say(
            context,
            session,
            await interviews.vet(args.case, allow_unsigned=args.unsigned, anyway=args.anyway, read=_read(context)),
        )


async def message(context: Context) -> None:
    """Say something to an applicant."""
    args = context.args
    async with acting(context) as session:
        if await done_as_care("message", context, session):
            return
        _say(context, session, await Vetting(session).interviews.message(args.case, args.text))


async def door(context: Context) -> None:
    """Take the doormat in, or put it out again."""
    args = context.args
    async with acting(context) as session:
        room, vetting = session.rooms.named(args.room), Vetting(session)
        changed = await (vetting.open_door(room) if args.to == "open" else vetting.close_door(room))
        words = f"{title(room)}: {args.to}" + ("" if changed else ", as it was")
        context.printer.row({"room_id": room.room_id, "door": args.to, "changed": changed}, words)


def _read(context: Context) -> EventId | None:
    return EventId(context.args.request) if context.args.request else None


def _say(context: Context, session: Session, outcome: Outcome) -> None:
    nook = title(session.rooms[outcome.nook])
    fields = {"case": outcome.case, "by": outcome.by, "outcome": outcome.outcome}
    context.printer.row(fields, f"{outcome.who} → {nook}: {outcome.outcome}")
