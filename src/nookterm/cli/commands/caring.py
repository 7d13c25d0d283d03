"""`care`, `report`, `take-back`, `greet`: being noticed, a message or a person to report, words for a newcomer."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from nookterm.cli.context import Context, acting, reading
from nookterm.client.care import COST, Care
from nookterm.client.errors import Changed, NotFound, WrongUsage
from nookterm.client.filed_reports import Filed
from nookterm.client.reporting import CANNOT_READ, Reporting
from nookterm.client.reports import Reports
from nookterm.client.welcoming import Welcoming
from nookterm.domain.events import Membership
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_names
from nookterm.domain.reports import Nature
from nookterm.domain.room import Room
from nookterm.domain.space import title
from nookterm.domain.wishes import CareWish


async def care(context: Context) -> None:
    """Show, set or end the wish to be noticed."""
    args = context.args
    until = _day(args.away_until)
    if args.after is None and not args.off:
        if until:
            message = "Say as well after how many days: --after DAYS."
            raise WrongUsage(message, "Nothing was changed.", code="usage")
        async with reading(context) as session:
            nook = session.rooms.named(args.nook)
            _say_wish(context, nook, Care(session).wish(nook))
        return
    async with acting(context) as session:
        nook = session.rooms.named(args.nook)
        if not args.off:
            context.printer.remark(COST)
        wish = None if args.off else CareWish(args.after, until)
        _say_wish(context, nook, await Care(session).set_wish(nook, wish))


async def report(context: Context) -> None:
    """Report a message."""
    args = context.args
    async with acting(context) as session:
        nook, event_id = session.rooms.named(args.room), EventId(args.event)
        reporting, nature = Reports(session).reporting, Nature(args.nature)
        person = UserId(args.event) if args.event.startswith("@") else None
        about = {"user": person} if person else {"event_id": event_id}
        try:
            filed = await _file(reporting, nook, args)
        except (NotFound, Changed) as problem:
            if args.to_server is None:
                raise
            context.printer.remark(problem.message)
        else:
            names = shown_names(nook.who(Membership.JOIN))
            told, waits = ([names[user] for user in who] for who in (filed.told, filed.waiting))
            later = f"; goes out by itself to {', '.join(waits)}" if waits else ""
            fields = {"room_id": filed.room, **about, "readers": filed.told, "waiting": filed.waiting}
            context.printer.row(fields, f"reported to {', '.join(told) or 'nobody yet'}{later}")
        if args.to_server is not None:
            if person:
                await reporting.tell_server_about(person, args.to_server, nature)
            else:
                context.printer.remark(CANNOT_READ)
                await reporting.tell_server(nook.room_id, event_id, nature, args.to_server)
            context.printer.row({**about, "told": "server"}, "the server's administrator is told")


async def _file(reporting: Reporting, nook: Room, args: Namespace) -> Filed:
    """Tell the facilitators about a message, or about a person by their Matrix id."""
    nature = Nature(args.nature)
    if args.event.startswith("@"):
        return await reporting.report_person(nook, UserId(args.event), args.words, nature)
    event = reporting.subject(nook, EventId(args.event))
    quote = "" if args.no_quote else reporting.quote(event)
    return await reporting.report(nook, event.event_id, nature, quote=quote, words=args.words)


async def take_back(context: Context) -> None:
    """Take the message of a report back."""
    case = context.args.case
    async with acting(context) as session:
        await Reports(session).redact(case)
        fields = {"case": case, "by": session.gateway.user_id, "outcome": "redacted"}
        context.printer.row(fields, f"{case}: the message is taken back for everybody")


async def greet(context: Context) -> None:
    """Print a greeting; nothing is sent."""
    async with reading(context) as session:
        nook, user = session.rooms.named(context.args.nook), UserId(context.args.user)
        if user not in {member.user for member in nook.who(Membership.JOIN)}:
            message = f"{user} is not in {title(nook)}."
            raise NotFound(message, "`nookterm desk` lists whom nobody greeted yet.", code="unknown_user")
        words = Welcoming(session).greeting(nook, user)
        context.printer.row({"room_id": nook.room_id, "user": user, "text": words}, words)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = f"{text} is no day."
        raise WrongUsage(message, "Write it as 2026-12-20.", code="usage") from None


def _say_wish(context: Context, nook: Room, wish: CareWish | None) -> None:
    fields = {
        "room_id": nook.room_id,
        "on": wish is not None,
        "notice_after_days": wish.notice_after_days if wish else None,
        "away_until": wish.away_until.isoformat() if wish and wish.away_until else None,
    }
    until = f", away until {wish.away_until.isoformat()}" if wish and wish.away_until else ""
    words = f"on, after {wish.notice_after_days} days{until}" if wish else "off"
    context.printer.row(fields, f"{title(nook)}: being noticed is {words}")
