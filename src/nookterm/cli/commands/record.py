"""`record`: who was let in or turned away, by whom, when, with which words; on the screen or in a file."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from nookterm.cli.context import OFFLINE, Context, reading
from nookterm.client.errors import WrongUsage
from nookterm.client.record import Ledger, Record, ledgers
from nookterm.client.session import Session
from nookterm.domain.choices import OUTCOMES
from nookterm.domain.ids import UserId
from nookterm.domain.record import Entry, chosen
from nookterm.domain.record_words import fields, line
from nookterm.domain.space import title


async def record(context: Context) -> None:
    """List decisions, newest first."""
    args = context.args
    since = _day(args.since)
    _check_outcomes(args)
    async with reading(context, fresh=True) as session:
        what = Record(session)
        file = what.check_file(_file(context)) if args.export else None
        nooks = (session.rooms.named(args.nook),) if args.nook else what.nooks()
        if context.lent is None and session.phase == OFFLINE:
            found = tuple(map(what.known, nooks))
        else:
            found = await ledgers(what, nooks)
        user = UserId(args.user) if args.user else None
        rows = [row for ledger in found for row in ledger.entries]
        rows = sorted(chosen(rows, user=user, outcomes=args.outcome, since=since), key=lambda r: r.at, reverse=True)
        if file:
            context.printer.row({"file": str(what.write(file, rows)), "entries": len(rows)}, _written(file, rows))
        else:
            context.printer.rows(((fields(row), _line(row, session)) for row in rows), "Nothing was decided yet.")
        _say_more(context, found)


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    except ValueError:
        message = f"{text} is no day."
        raise WrongUsage(message, "Write it like 2026-11-20.", code="usage") from None


def _check_outcomes(args: argparse.Namespace) -> None:
    unknown = [word for word in args.outcome if word not in OUTCOMES]
    if unknown:
        message = f"Nothing ends in {unknown[0]}."
        raise WrongUsage(message, f"There is: {', '.join(OUTCOMES)}.", code="unknown_outcome")


def _file(context: Context) -> Path:
    """The file to write. Raises WrongUsage where another process would write it, and cannot know from where."""
    path = Path(context.args.export).expanduser()
    if context.lent and not path.is_absolute():
        message = "The nookterm that is open on this account writes the file, and does not know your folder."
        raise WrongUsage(message, f"Give the whole path, such as {Path('~') / path.name}.", code="usage")
    return path


def _written(file: Path, rows: list[Entry]) -> str:
    return f"{len(rows)} decisions are in {file}. The file is not encrypted: it names people and what they were told."


def _line(row: Entry, session: Session) -> str:
    room = session.rooms[row.nook]
    return line(row, title(room), room.name_of)


def _say_more(context: Context, found: tuple[Ledger, ...]) -> None:
    """What the record rests on, where that is not everything."""
    part = [title(ledger.nook) for ledger in found if not ledger.whole]
    if part:
        context.printer.remark(f"Only what is known here so far: {', '.join(part)}.")
    late = [f"{title(x.nook)} {x.said_since:%Y-%m-%d %H:%M}" for x in found if x.said_since and not x.said_whole]
    if late:
        context.printer.remark(f"What the facilitators said is known since (UTC): {', '.join(late)}.")
