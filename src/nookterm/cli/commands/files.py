"""`upload` and `download`: files of conversations without a screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nookterm.cli.context import Context, acting
from nookterm.cli.home import home_folder
from nookterm.cli.wiring import downloads_folder
from nookterm.client.errors import WrongUsage
from nookterm.client.files import Files
from nookterm.client.settings import read_settings
from nookterm.domain.ids import EventId
from nookterm.domain.sending import bytes_in_words


async def upload(context: Context) -> None:
    """Share a file: a row when the message about it is committed, which is when the file is on the server."""
    args = context.args
    path = _whole(context, args.path)
    async with acting(context) as session:
        files = Files(session)
        room = session.rooms.named(args.room)
        ready = await files.prepare(path, as_it_is=args.as_it_is, name=args.name)
        if ready.told.why_not and not args.as_it_is:
            raise WrongUsage(ready.told.why_not, "With --as-it-is it is sent all the same.", code="not_cleaned")
        for line in ready.told.lines:
            context.printer.remark(line)
        thread, reply = (EventId(word) if word else None for word in (args.thread, args.reply))
        row = await files.send(room.room_id, ready, args.caption, thread=thread, reply=reply)
        fields: dict[str, Any] = {
            "txn_id": row.txn_id,
            "name": ready.told.what.name,
            "mimetype": ready.told.what.mimetype,
            "size": ready.told.what.size,
            "cleaned": ready.told.cleaned,
        }
        await session.outbox.flush(now=True)
        event_id = session.outbox.outcome(row.txn_id)
        line = f"Sent: {ready.told.what.name} ({ready.told.size}): {event_id}"
        context.printer.row({**fields, "event_id": event_id}, line)


async def download(context: Context) -> None:
    """Keep the file of a message; nothing on this disk is ever overwritten."""
    args = context.args
    to = _whole(context, args.to) if args.to else None
    async with acting(context) as session:
        room = session.rooms.named(args.room)
        settings = read_settings(home_folder(), os.environ) if context.lent else context.settings
        files = Files(session, downloads_folder(settings))
        event_id = EventId(args.event)
        if session.store.event(room.room_id, event_id) is None:
            await session.older(room.room_id)
        what = files.shared(room.room_id, event_id)
        kept = await files.download(room.room_id, event_id, to)
        size = kept.stat().st_size
        fields = {"event_id": event_id, "file": str(kept), "mimetype": what.mimetype, "size": size}
        context.printer.row(fields, f"{kept} ({bytes_in_words(size)})")


def _whole(context: Context, path: str) -> Path:
    """Raises WrongUsage where another process would look for it, and cannot know from where."""
    found = Path(path).expanduser()
    if context.lent and not found.is_absolute():
        message = "The nookterm that is open on this account does this, and does not know your folder."
        raise WrongUsage(message, "Give the whole path.", code="usage")
    return found
