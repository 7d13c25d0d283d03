"""`edit`, `react`, `redact`, `poll`, `ballot`, `pin`, `threads`: what one does with messages."""

from __future__ import annotations

import sys
from typing import Any

from nookterm.cli.context import Context, acting, reading
from nookterm.cli.everybody import check_everybody
from nookterm.cli.said import everything_said
from nookterm.client.errors import NotAllowed, NotFound, WrongUsage
from nookterm.client.naming import Naming
from nookterm.client.outbox import REDACTION
from nookterm.client.places import Places
from nookterm.client.session import Session
from nookterm.domain.events import Event, Message, Reaction
from nookterm.domain.ids import EventId
from nookterm.domain.links import message_link
from nookterm.domain.pins import PINS, toggled
from nookterm.domain.polls import END, START, VOTE, Poll, end_content, outcome, start_content, vote_content
from nookterm.domain.room import Room
from nookterm.domain.timeline import Said
from nookterm.viewmodels.writing import written

_FEWEST = 2
_NOTHING = "Nothing was sent."


async def edit(context: Context) -> None:
    """Other words for an own message."""
    args = context.args
    text = (sys.stdin.read() if args.text == "-" else args.text).rstrip("\n")
    if not text.strip():
        message = "A message has words."
        raise WrongUsage(message, f"`nookterm redact` takes one back. {_NOTHING}", code="usage")
    async with acting(context) as session:
        room, event, message_ = await _message(session, args.room, args.event)
        if event.sender != room.me or message_.poll or message_.kind == "redacted":
            words = "Only your own words can be changed."
            raise NotAllowed(words, _NOTHING, code="not_yours")
        markdown = not args.plain and context.settings.text("markdown") == "on"
        already = Naming(session.store, room.me).until_now(room.room_id, event.event_id)
        content = written(
            text, room, editing=event.event_id, answering=None, already=already, markdown=markdown,
            everybody=args.everybody,
        )  # fmt: skip
        if args.everybody:
            check_everybody(room, says_so=content["m.new_content"]["m.mentions"].get("room") is True)
        await _send(context, session, room, "m.room.message", content)


async def react(context: Context) -> None:
    """Add a reaction, or with --remove take one's own back."""
    args = context.args
    async with acting(context) as session:
        room, event, _ = await _message(session, args.room, args.event)
        related = session.store.related(room.room_id, event.event_id)
        mine = [e for e in related if e.sender == room.me and e.payload == Reaction(event.event_id, args.key)]
        if args.remove and not mine:
            words = f"You have not reacted with {args.key}."
            raise NotFound(words, "Nothing was changed.", code="not_found")
        if args.remove:
            await _send(context, session, room, REDACTION, {"redacts": mine[-1].event_id})
        elif mine:
            context.printer.row({"event_id": mine[-1].event_id, "state": "sent"}, "It is there already.")
        else:
            relation = {"rel_type": "m.annotation", "event_id": event.event_id, "key": args.key}
            await _send(context, session, room, "m.reaction", {"m.relates_to": relation})


async def redact(context: Context) -> None:
    """Take a message back for everybody."""
    args = context.args
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        event = await Places(session).bring(room.room_id, EventId(args.event))
        if not room.power.may_redact(room.me, event.sender):
            words = "Only its author or a facilitator can take it back."
            raise NotAllowed(words, "Nothing was changed.", code="not_allowed")
        content = {"redacts": event.event_id} | ({"reason": args.reason} if args.reason else {})
        await _send(context, session, room, REDACTION, content)


async def poll(context: Context) -> None:
    """Begin a poll."""
    args = context.args
    answers = tuple(dict.fromkeys(args.answer))
    if len(answers) < _FEWEST or not 1 <= args.most <= len(answers):
        words = "A poll has at least two different answers, and one may choose 1 to all of them."
        raise WrongUsage(words, _NOTHING, code="usage")
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        content = start_content(args.question, answers, most=args.most, disclosed=not args.hidden)
        await _send(context, session, room, START, content)


async def ballot(context: Context) -> None:
    """Vote in a poll by the numbers or words of its answers; none take one's vote back. With --end close it."""
    args = context.args
    async with acting(context) as session:
        room, event, message_ = await _message(session, args.room, args.poll)
        asked = message_.poll
        said = _now(session, room, event)
        if asked is None or said is None or said.counted is None:
            words = "That is no poll."
            raise NotFound(words, _NOTHING, code="not_found")
        if said.counted.ended_at is not None:
            words = "This poll has ended."
            raise NotAllowed(words, _NOTHING, code="ended")
        if args.end:
            if not room.power.may_redact(room.me, event.sender):
                words = "Only who began it, or a facilitator, can close it."
                raise NotAllowed(words, _NOTHING, code="not_allowed")
            await _send(context, session, room, END, end_content(event.event_id, outcome(asked, said.counted)))
            return
        chosen = [_answer(asked, word) for word in args.answer]
        if len(chosen) > asked.most:
            words = f"One may choose {asked.most} here."
            raise WrongUsage(words, _NOTHING, code="usage")
        await _send(context, session, room, VOTE, vote_content(event.event_id, chosen))


async def pin(context: Context) -> None:
    """Pin a message, let one go with --remove; without a message: the pinned ones."""
    args = context.args
    if args.event is None:
        async with reading(context) as session:
            room = session.rooms.named(args.room)
            rows = (
                ({"event_id": pinned, "link": message_link(room.room_id, pinned, room.me)}, pinned)
                for pinned in room.pinned
            )
            context.printer.rows(rows, "Nothing is pinned.")
        return
    async with acting(context) as session:
        room, event, _ = await _message(session, args.room, args.event)
        if not room.power.may_set(room.me, PINS):
            words = "Pinning is for facilitators here."
            raise NotAllowed(words, "Nothing was changed.", code="not_allowed")
        is_there = event.event_id in room.pinned
        if is_there == bool(args.remove):
            content = toggled(room.pinned, event.event_id)
            await session.gateway.set_state(room.room_id, PINS, "", content)
        context.printer.row({"event_id": event.event_id, "pinned": not args.remove}, "Done.")


async def threads(context: Context) -> None:
    """A room's threads, the one in which something was said last first."""
    async with reading(context) as session:
        room = session.rooms.named(context.args.room)
        store = session.store
        new = session.reading.threads.unread(room.room_id, store.room(room.room_id).read_up_to)
        rows = []
        for root in store.threads(room.room_id):
            below = session.ignoring.heard(store.related(room.room_id, root))
            said = [e for e in below if isinstance(e.payload, Message) and e.payload.thread == root]
            if said:
                last = said[-1]
                words = last.payload.body if isinstance(last.payload, Message) else ""
                told: dict[str, Any] = {
                    "event_id": root, "replies": len(said), "unread": len(new.get(root, ())),
                    "last_event": last.event_id, "last_sender": last.sender, "last_at": last.sent_at,
                    "last_body": words,
                }  # fmt: skip
                rows.append((told, f"{root}  {len(said)} replies, {told['unread']} new  {words}"))
        context.printer.rows(rows, "No threads here.")


async def _message(session: Session, room_words: str, event_id: str) -> tuple[Room, Event, Message]:
    """A message that is here or is fetched. Raises NotFound."""
    room = session.rooms.named(room_words)
    event = await Places(session).bring(room.room_id, EventId(event_id))
    if not isinstance(event.payload, Message):
        words = "That event is no message that can be read here."
        raise NotFound(words, _NOTHING, code="not_found")
    return room, event, event.payload


def _now(session: Session, room: Room, event: Event) -> Said | None:
    events = (event, *session.store.related(room.room_id, event.event_id))
    said = (item for item in everything_said(events, room) if isinstance(item, Said))
    return next((item for item in said if item.event_id == event.event_id), None)


def _answer(asked: Poll, word: str) -> str:
    """An answer's id, by its number or its words. Raises WrongUsage."""
    for number, choice in enumerate(asked.choices, 1):
        if word == str(number) or word.casefold() == choice.text.casefold():
            return choice.id
    words = f"{word} is no answer of this poll."
    raise WrongUsage(words, f"Say a number from 1 to {len(asked.choices)}.", code="usage")


async def _send(context: Context, session: Session, room: Room, type_: str, content: dict[str, Any]) -> None:
    event_id = await session.outbox.send(room.room_id, type_, content)
    context.printer.row({"event_id": event_id, "state": "sent"}, f"Sent: {event_id}")
