"""`read` and `send`."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from typing import Any

from nookterm.cli.context import BESIDE, Context, caught_up, reading
from nookterm.cli.everybody import check_everybody
from nookterm.cli.following import Follower
from nookterm.cli.handing import hand_over
from nookterm.cli.recording import replay, went_well
from nookterm.cli.said import fill, lacks, print_said
from nookterm.client.account import open_account
from nookterm.client.errors import Busy, NotAllowed, NotFound, Offline, Problem, WrongUsage
from nookterm.client.holding import is_free, open_in_turn
from nookterm.client.ports import Outgoing
from nookterm.client.session import Session
from nookterm.domain.events import Json, Membership
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.formatting.called import names_to_call
from nookterm.formatting.writing import Formatted, write_markdown
from nookterm.viewmodels.talk_door import people_here

_LONGEST_MESSAGE = 30_000
_LOOK = 0.05
_ECHOES = 200
"""How many events back the echo of something just sent is looked for."""


async def read(context: Context) -> None:
    """Print what was said in a room, oldest first."""
    args = context.args
    if args.follow:
        await Follower(context).run()
        return
    async with reading(context) as session:
        room = session.rooms.named(args.room)
        before = EventId(args.before) if args.before else None
        if not args.offline and before is None:
            answer = await _fetched_elsewhere(context, session, room)
            if answer is not None:
                replay(answer, context.printer)
                return
            await fill(session, room, args.limit)
        print_said(context, session, room, args.limit, before)


async def _fetched_elsewhere(context: Context, session: Session, room: Room) -> Json | None:
    """What the process that has the account prints, where the past is not all here. None: print what is here."""
    args = context.args
    if session.phase != BESIDE or not lacks(session, room, args.limit):
        return None
    try:
        answer = await hand_over(context.parts, args.profile, context.words, args.timeout)
    except Problem:
        return None
    return answer if went_well(answer) else None


async def send(context: Context) -> None:
    """Say something: a row when it is committed, with --wait another when the server has it."""
    args = context.args
    text = sys.stdin.read() if args.text == "-" else args.text
    if not text.strip() or len(text) > _LONGEST_MESSAGE:
        message = f"A message has 1 to {_LONGEST_MESSAGE} characters."
        raise WrongUsage(message, "Nothing was sent.")
    said = text.rstrip("\n")
    if args.offline:
        message = "`send` needs the server."
        raise Offline(message, "Leave out --offline.", code="offline")
    try:
        account = await open_in_turn(context.parts, args.profile, args.timeout)
    except Busy:
        await _leave_to_holder(context, said)
        return
    queued: list[Outgoing] = []

    def at_once(session: Session) -> None:
        """Where the room is known here already, the message is safe before anything is asked of the server."""
        with suppress(NotFound):
            queued.append(_queue(context, session, said))

    async with caught_up(context, account, first=at_once) as session:
        row = queued[0] if queued else _queue(context, session, said)
        await session.outbox.flush(now=True)
        event_id = session.outbox.outcome(row.txn_id)
        if args.wait:
            _say_sent(context, row, event_id, "sent")


def _queue(context: Context, session: Session, said: str) -> Outgoing:
    room = session.rooms.named(context.args.room)
    if room.membership != Membership.JOIN:
        message = f"You are not in {context.args.room}."
        raise NotFound(message, "`nookterm join` or `nookterm knock` first.", code="not_in_room")
    args = context.args
    markdown = not args.plain and context.settings.text("markdown") == "on"
    words = write_markdown(said, names_to_call(people_here(room)), markdown=markdown, everybody=args.everybody)
    if args.everybody:
        check_everybody(room, says_so=words.everybody)
    content = message_content(words, args.reply, args.thread)
    row = session.outbox.queue(room.room_id, "m.room.message", content)
    context.printer.row({"txn_id": row.txn_id, "state": "queued"}, "Queued.")
    return row


def _say_sent(context: Context, row: Outgoing, event_id: EventId, state: str) -> None:
    context.printer.row({"txn_id": row.txn_id, "event_id": event_id, "state": state}, f"Sent: {event_id}")


async def _leave_to_holder(context: Context, said: str) -> None:
    """Commit the message beside the process that has the account: that one sends it."""
    args = context.args
    account = open_account(context.parts, args.profile, beside=True)
    try:
        row = _queue(context, account.session, said)
    finally:
        await account.close()
    end = time.monotonic() + args.timeout
    while args.wait and not await _sent_beside(context, row, end):
        # Whoever had the account is gone: it is ours to send, unless another one was quicker.
        with suppress(Busy):
            ours = await open_in_turn(context.parts, args.profile, max(0.0, end - time.monotonic()))
            async with caught_up(context, ours) as session:
                if not _is_out(context, session, row):
                    raise _still_queued(session, row)
            return


async def _sent_beside(context: Context, row: Outgoing, end: float) -> bool:
    """Wait until the server has it. False where nobody has the account any more. Raises Offline after `end`."""
    account = open_account(context.parts, context.args.profile, offline=True)
    try:
        while not _is_out(context, account.session, row):
            if is_free(context.parts, context.args.profile):
                return False
            if time.monotonic() >= end:
                raise _still_queued(account.session, row)
            await asyncio.sleep(_LOOK)
    finally:
        await account.close()
    return True


def _is_out(context: Context, session: Session, row: Outgoing) -> bool:
    """Whether the server has it; says so then. Raises NotAllowed where it never will."""
    held = session.outbox.row(row.txn_id)
    if held and held.event_id:
        _say_sent(context, row, held.event_id, "sent")
        return True
    if held and held.state == "failed":
        raise NotAllowed(held.problem or "It could not be sent.", "It is kept in the outbox.", code="failed")
    if held:
        return False
    events = session.store.timeline(row.room_id, _ECHOES)
    echo = next((event for event in reversed(events) if event.txn_id == row.txn_id), None)
    if echo is None:
        message = (
            "It has left the outbox and is not among the newest messages here: it was taken back, or others came after."
        )
        raise NotFound(message, "Look into the room before you send it again.", code="given_up")
    _say_sent(context, row, echo.event_id, "echoed")
    return True


def _still_queued(session: Session, row: Outgoing) -> Offline:
    held = session.outbox.row(row.txn_id)
    return Offline(
        (held.problem if held else None) or "It is not sent yet.",
        "It stays in the outbox and goes out by itself.",
        code="queued",
    )


def message_content(said: Formatted, reply: str | None = None, thread: str | None = None) -> dict[str, Any]:
    """A text message, as an answer or in a thread where asked."""
    content = said.content()
    relation: dict[str, Any] = {}
    if thread:
        relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not reply}
        relation["m.in_reply_to"] = {"event_id": reply or thread}
    elif reply:
        relation = {"m.in_reply_to": {"event_id": reply}}
    return {**content, "m.relates_to": relation} if relation else content
