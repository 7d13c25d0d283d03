"""`draft`, `share`, `consent`, `publish`, `withdraw`, `origin`, `limits`: a highlight's way, each step by its word."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from nookterm.cli.commands.board import highlights as highlights  # noqa: PLC0414 - one of this module's commands
from nookterm.cli.context import Context, acting, reading
from nookterm.cli.shares import answered, audience_fields, fields_of, line_of
from nookterm.client.errors import WrongUsage
from nookterm.client.limits import SpaceLimits
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.domain.audience import audience_words
from nookterm.domain.consent import Mode
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.sharing import Share
from nookterm.domain.space import title


async def draft(context: Context) -> None:
    """Show what sharing messages would look like: the text, what it may tell, who reads it, the exact event."""
    args = context.args
    async with reading(context) as session:
        sharing, nook = Sharing(session), session.rooms.named(args.room)
        begun = sharing.draft(nook, _events(sharing, nook, context))
        text = begun.text if args.draft is None else args.draft
        found = begun.flags if args.draft is None else sharing.look_at(nook, [q.event for q in begun.quotes], text)
        # Only a picture that is asked for leaves.
        picture = tuple(event for event in begun.pictures if event == args.picture)
        exact = sharing.exact(replace(begun, pictures=picture), text, anonymous=args.anonymous)
        fields = {
            "room_id": nook.room_id,
            "text": text,
            "quotes": [{"event": quoted.event, "author": quoted.author} for quoted in begun.quotes],
            "flags": [asdict(flag) for flag in found],
            "target": begun.target.room_id,
            "audience": audience_fields(begun.audience),
            "left": asdict(begun.limits_left),
            "pictures": begun.pictures,
            "exact": exact,
        }
        people = ", ".join(shown_name(who, nook.name_of(who)) for who in dict.fromkeys(q.author for q in begun.quotes))
        lines = [
            text,
            "",
            f"Would be asked: {people}.",
            f"Would read it in {title(begun.target)}: {audience_words(begun.audience)}.",
            f"Room this week: {begun.limits_left.nook} more of this nook, {begun.limits_left.author} of its authors.",
            *(f"May tell more than you mean ({flag.kind}): {flag.piece}" for flag in found),
            "What would leave the nook, and nothing else:",
        ]
        context.printer.row(fields, "\n".join(lines))
        context.printer.say(json.dumps(exact, ensure_ascii=True, indent=2))


async def share(context: Context) -> None:
    """Ask everybody whose words these are."""
    args = context.args
    async with acting(context) as session:
        sharing, nook = Sharing(session), session.rooms.named(args.room)
        events = _events(sharing, nook, context)
        picture = EventId(args.picture) if args.picture else None
        made = await sharing.share(nook, events, args.draft, anonymous=args.anonymous, picture=picture)
        _say(context, session, made)


async def consent(context: Context) -> None:
    """Agree, or not."""
    args = context.args
    mode = Mode.DECLINED if args.no else Mode.ANONYMOUS if args.anonymous else Mode.NAMED
    async with acting(context) as session:
        _say(context, session, await Sharing(session).consent(args.request, mode))


async def publish(context: Context) -> None:
    """Put an agreed highlight on the board."""
    async with acting(context) as session:
        _say(context, session, await Sharing(session).publish(context.args.request))


async def withdraw(context: Context) -> None:
    """Take a highlight back."""
    async with acting(context) as session:
        _say(context, session, await Sharing(session).withdraw(context.args.request))


async def origin(context: Context) -> None:
    """Say where a highlight came from, once that is proved."""
    async with reading(context) as session:
        found = Sharing(session).origin(EventId(context.args.event))
        nook = session.rooms[found.nook]

        def name(user: UserId) -> str:
            return shown_name(user, nook.name_of(user))

        fields = {
            "event_id": context.args.event,
            "nook": found.nook,
            "sources": found.sources,
            "authors": found.authors,
            "unseen": found.unseen,
            "asked_by": found.asked_by,
            "published_by": found.published_by,
            "at": found.at,
        }
        authors = ", ".join(map(name, found.authors))
        words = f"From {title(nook)}: words of {authors}, asked by {name(found.asked_by)}"
        unseen = ", ".join(map(name, found.unseen))
        but = f" No yes of {unseen} is here, though: only the publisher says that they agreed." if unseen else ""
        context.printer.row(fields, f"{words}, published by {name(found.published_by)}. This is proved.{but}")


async def limits(context: Context) -> None:
    """Print how much the nooks of a space may share, or set it."""
    args = context.args
    asked = {
        "per_nook_week": args.per_nook,
        "per_author_week": args.per_author,
        "max_chars": args.chars,
        "max_media_bytes": args.media,
    }
    wished = {name: value for name, value in asked.items() if value is not None}
    async with acting(context) if wished else reading(context) as session:
        space, rules = session.rooms.named(args.space), SpaceLimits(session)
        if wished:
            await rules.change(space, replace(rules.of(space), **wished))
            space = session.rooms[space.room_id]
        held = rules.of(space)
        of_nook = f"{held.per_nook_week} highlights of a nook and {held.per_author_week} with one person's words"
        size = f"a text has up to {held.max_chars} characters, a picture up to {held.max_media_bytes} bytes"
        fields = {"room_id": space.room_id, **held.content(), "may_change": rules.may_change(space)}
        context.printer.row(fields, f"{title(space)}: in seven days {of_nook}; {size}.")


def _events(sharing: Sharing, nook: Room, context: Context) -> tuple[EventId, ...]:
    """The messages that are meant. Raises WrongUsage."""
    named = tuple(map(EventId, context.args.event))
    if not context.args.thread:
        return named
    if len(named) > 1:
        message = "A thread is named by the one message that it stands below."
        raise WrongUsage(message, "Name that one, or leave out --thread and name each message.")
    return tuple(sharing.thread(nook, named[0]))


def _say(context: Context, session: Session, made: Share) -> None:
    context.printer.row(fields_of(made), line_of(session, made))
    for words in answered(session, made):
        context.printer.say(f"  {words}")
