"""`share`, `consent`, `publish`, `withdraw`, `highlights`."""

from __future__ import annotations

from nookterm.cli.context import Context, acting, reading
from nookterm.client.errors import WrongUsage
from nookterm.client.sharing import Sharing
from nookterm.domain.ids import EventId
from nookterm.domain.sharing import Share, audience_words


async def share(context: Context) -> None:
    """Ask to share a message."""
    args = context.args
    if len(args.event) > 1:
        message = "One message at a time can be shared so far."
        raise WrongUsage(message, "Name one event.")
    async with acting(context) as session:
        nook = session.rooms.named(args.room)
        made = await Sharing(session).share(nook, EventId(args.event[0]), args.draft, anonymous=args.anonymous)
        _say(context, made)


async def consent(context: Context) -> None:
    """Agree, or not."""
    args = context.args
    async with acting(context) as session:
        _say(context, await Sharing(session).consent(args.request, yes=not args.no, anonymous=args.anonymous))


async def publish(context: Context) -> None:
    """Put an agreed highlight on the board."""
    async with acting(context) as session:
        _say(context, await Sharing(session).publish(context.args.request))


async def withdraw(context: Context) -> None:
    """Take a highlight back."""
    async with acting(context) as session:
        _say(context, await Sharing(session).withdraw(context.args.request))


async def highlights(context: Context) -> None:
    """Print the board, newest first."""
    async with reading(context) as session:
        rows = (
            (
                {
                    "id": h.id,
                    "nook_name": h.nook_name,
                    "credit": h.credit or None,
                    "body": h.body,
                    "event_id": h.event_id,
                    "at": h.at,
                },
                f"{h.nook_name}: {h.body}" + (f"  ({h.credit})" if h.credit else ""),
            )
            for h in Sharing(session).board()
        )
        context.printer.rows(rows, "No nook has shared anything yet.")


def _say(context: Context, made: Share) -> None:
    fields = {"request": made.request, "state": str(made.state)}
    context.printer.row(fields, f"{made.request}: {made.state} ({audience_words(made.audience)})")
