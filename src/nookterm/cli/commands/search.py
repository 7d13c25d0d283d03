"""`search`: what was said, found on this disk; with `--server` also what the server finds in open rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from nookterm.cli.context import Context, acting
from nookterm.cli.said import doubt, fields
from nookterm.client.account import open_account
from nookterm.client.errors import WrongUsage
from nookterm.client.search import Finder, Hit
from nookterm.client.server_search import ServerSearch
from nookterm.domain.names import shown_name
from nookterm.domain.search import spoken
from nookterm.domain.space import title

_NOTHING = (
    "Nothing on this disk fits. Fewer words find more, and what was not fetched yet is not searched:"
    " `nookterm read ROOM --limit 1000` fetches more of a room's past."
)


async def search(context: Context) -> None:
    """Print the newest messages that fit, newest first. Works beside any other nookterm and without the network."""
    args = context.args
    if args.limit < 1:
        message = "--limit takes a number from 1 on."
        raise WrongUsage(message, "Leave it out to see the newest 50.")
    if args.server:
        await _asking(context)
        return
    account = open_account(context.parts, args.profile, offline=True)
    try:
        session = account.session
        finder = Finder(session.store, session.rooms, session.gateway.user_id)
        query = finder.read(line_of(args.query), context.parts.clock(), SystemZone())
        rows = ((_fields(hit), _line(hit)) for hit in finder.find(query, args.limit))
        context.printer.rows(rows, _NOTHING)
    finally:
        await account.close()


async def _asking(context: Context) -> None:
    """The same, and after it what the server finds that is not here. Where another process has the account it asks."""
    args, line = context.args, line_of(context.args.query)
    async with acting(context) as session:
        finder, use = Finder(session.store, session.rooms, session.gateway.user_id), ServerSearch(session)
        query = finder.read(line, context.parts.clock(), SystemZone())
        rooms = use.rooms(query)
        named = ", ".join(title(room) for room in rooms[:5]) + (" and others" if len(rooms) > 5 else "")  # noqa: PLR2004
        context.printer.remark(f"The server reads these words for {len(rooms)} rooms that are not encrypted: {named}.")
        found: list[Hit] = []
        start: str | None = None
        while len(found) < args.limit:
            page = await use.find(query, spoken(line), start)
            found += page.hits
            start = page.next
            if start is None:
                break
        known = {hit.event.event_id for hit in found}
        here = [hit for hit in finder.find(query, args.limit) if hit.event.event_id not in known]
        both = sorted((*((hit, False) for hit in here), *((hit, True) for hit in found)), key=_newest_first)
        rows = (
            (_fields(hit) | ({"from_server": True} if away else {}), _line(hit) + ("  (server)" if away else ""))
            for hit, away in both[: args.limit]
        )
        context.printer.rows(rows, "Neither this disk nor the server has anything that fits.")


def _newest_first(row: tuple[Hit, bool]) -> tuple[float, str]:
    return (-row[0].said.sent_at.timestamp(), row[0].event.event_id)


def line_of(words: Sequence[str]) -> str:
    """The query of a command line: one word as it stands; of several, each with blanks is a phrase or a name."""
    return words[0] if len(words) == 1 else " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if '"' in word or not any(map(str.isspace, word)):
        return word
    key, colon, value = word.partition(":")
    return f'{key}:"{value}"' if colon and key.isalpha() else f'"{word}"'


class SystemZone(tzinfo):
    """The zone of this machine, with the summer times that it had."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """The offset at a local time."""
        return moment.replace(tzinfo=None).astimezone().utcoffset() if moment else None

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Not told apart."""
        return None

    def tzname(self, _moment: datetime | None) -> str:
        """Not known."""
        return ""

    def fromutc(self, moment: datetime) -> datetime:
        """The local time of a moment."""
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def _fields(hit: Hit) -> dict[str, Any]:
    return {"room_id": hit.room.room_id, **fields(hit.said)}


def _line(hit: Hit) -> str:
    at = hit.said.sent_at.astimezone().strftime("%Y-%m-%d %H:%M")
    who = shown_name(hit.said.sender, hit.room.name_of(hit.said.sender))
    return f"{at}  {title(hit.room)}  {who}: {hit.line}{doubt(hit.said, hit.room)}"
