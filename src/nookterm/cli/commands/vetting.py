"""`approve`, `decline`, `claim`, `release`, `vet`: acts on a case of the desk."""

from __future__ import annotations

from nookterm.cli.context import Context, acting
from nookterm.client.casework import Outcome
from nookterm.client.session import Session
from nookterm.client.vetting import Vetting
from nookterm.domain.ids import EventId
from nookterm.domain.names import shown_name
from nookterm.domain.past import past_words
from nookterm.domain.space import title


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
        _say(context, session, await Vetting(session).claims.claim(context.args.case))


async def release(context: Context) -> None:
    """Hand a case back."""
    async with acting(context) as session:
        _say(context, session, await Vetting(session).claims.release(context.args.case))


async def vet(context: Context) -> None:
    """Ask the nook's questions."""
    async with acting(context) as session:
        _say(
            context,
            session,
            await Vetting(session).interviews.vet(context.args.case, allow_unsigned=context.args.unsigned),
        )


def _say(context: Context, session: Session, outcome: Outcome) -> None:
    who = shown_name(outcome.request.user, outcome.request.display_name)
    nook = title(session.rooms[outcome.request.nook])
    fields = {"case": outcome.case, "by": outcome.by, "outcome": outcome.outcome}
    context.printer.row(fields, f"{who} → {nook}: {outcome.outcome}")
