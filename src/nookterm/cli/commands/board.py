"""`highlights`: the board by week and nook, what waits, what I shared, and a week as a page to pass on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from nookterm.cli.context import BESIDE, OFFLINE, Context, reading
from nookterm.cli.shares import answered, fields_of, line_of
from nookterm.client.board import Board
from nookterm.client.errors import WrongUsage
from nookterm.client.session import Session
from nookterm.client.sharing import Sharing
from nookterm.domain.board import Highlight
from nookterm.domain.board_weeks import Week, by_week
from nookterm.domain.digest import digest_markdown, digest_text
from nookterm.domain.sharing import Share, ShareState
from nookterm.domain.space import title

_PAGES = {"text": digest_text, "markdown": digest_markdown}
_ON_THE_WAY = frozenset({ShareState.WAITING, ShareState.CONSENTED})


async def highlights(context: Context) -> None:
    """Print the board, newest first; or what is on its way to it, what is mine, or a week as a page."""
    args = context.args
    week = _week(args.week)
    async with reading(context) as session:
        if args.waiting or args.mine:
            _print_shares(context, session)
            return
        board = Board(session)
        if session.phase not in {BESIDE, OFFLINE} and not args.digest:
            await board.look_for_ways()
        shown = [h for h in board.all() if args.nook in (None, h.nook_name)]
        if args.digest:
            _print_pages(context, board, shown, week, session.clock())
        else:
            _print_board(context, board, [h for h in shown if week in (None, Week.at(h.at, _zone()))])
        for space in board.missing():
            join = f"`nookterm join '{space.highlights}'`"
            context.printer.remark(f"You are not in the highlights room of {title(space)}: {join}.")


def _week(word: str | None) -> Week | None:
    """The week that is meant. Raises WrongUsage."""
    found = Week.read(word) if word else None
    if word and found is None:
        message = f"{word} is no week."
        raise WrongUsage(message, "A week is named as in 2026-W47, from Monday to Sunday.")
    return found


def _zone() -> tzinfo:
    """The clock of this machine, as it is set now."""
    return datetime.now().astimezone().tzinfo or UTC


def _print_board(context: Context, board: Board, shown: list[Highlight]) -> None:
    rows = ((_fields(board, h), _line(h)) for one in by_week(shown, _zone()) for h in _newest(one.highlights))
    asked = context.args.week or context.args.nook
    context.printer.rows(rows, "Nothing of that is up." if asked else "No nook has shared anything yet.")


def _newest(listed: Iterable[Highlight]) -> list[Highlight]:
    return sorted(listed, key=lambda h: (h.at, h.event_id), reverse=True)


def _fields(board: Board, highlight: Highlight) -> dict[str, Any]:
    return {
        "id": highlight.id,
        "nook_name": highlight.nook_name,
        "credit": highlight.credit or None,
        "body": highlight.body,
        "event_id": highlight.event_id,
        "at": highlight.at,
        "room_id": highlight.room_id,
        "week": str(Week.at(highlight.at, _zone())),
        "reactions": dict(highlight.reactions) or None,
        "by_reaction": highlight.by_reaction or None,
        "altered": highlight.altered or None,
        "picture": highlight.picture.address if highlight.picture else None,
        "way_in": board.way_in(highlight),
    }


def _line(highlight: Highlight) -> str:
    said = [f"({highlight.credit})" if highlight.credit else "", "with a picture" if highlight.picture else ""]
    said += [f"{key} {count}" for key, count in highlight.reactions]
    said += ["! other clients show other words" if highlight.altered else ""]
    return "  ".join(filter(None, (f"{highlight.nook_name}: {highlight.body}", *said)))


def _print_pages(context: Context, board: Board, shown: list[Highlight], week: Week | None, now: datetime) -> None:
    zone, args = _zone(), context.args
    week = week or Week.at(now, zone)
    for room in board.rooms():
        spaces = board.spaces(room.room_id)
        space = title(spaces[0]) if spaces else title(room)
        page = _PAGES[args.digest]([h for h in shown if h.room_id == room.room_id], week=week, space=space, zone=zone)
        if args.json:
            context.printer.row({"room_id": room.room_id, "week": str(week), "format": args.digest, "text": page})
        context.printer.say(page.rstrip("\n"))


def _print_shares(context: Context, session: Session) -> None:
    nothing = "Nothing of yours." if context.args.mine else "Nothing waits for a yes, or for being published."
    found = list(_chosen(context, session))
    for share in found:
        context.printer.row(fields_of(share), line_of(session, share))
        for words in answered(session, share):
            context.printer.say(f"  {words}")
    if not found:
        context.printer.say(nothing)


def _chosen(context: Context, session: Session) -> Iterator[Share]:
    args, me, zone = context.args, session.gateway.user_id, _zone()
    week = _week(args.week)
    for share in Sharing(session).all():
        nook = session.rooms.get(share.nook)
        of_me = me in share.authors or share.asked_by == me
        chosen = of_me if args.mine else share.state in _ON_THE_WAY
        right_nook = args.nook is None or (nook is not None and title(nook) == args.nook)
        if chosen and right_nook and week in (None, Week.at(share.asked_at, zone)):
            yield share
