"""From the board to its lines: what each nook shared, week by week, and each week as a page to tell on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from nookterm.client.board import Board
from nookterm.domain.board import Highlight
from nookterm.domain.board_weeks import Week, by_week
from nookterm.domain.digest import digest_markdown, digest_text
from nookterm.domain.forms import PLAIN, Forms
from nookterm.domain.ids import EventId
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.sharing import Share, ShareState
from nookterm.domain.space import title
from nookterm.viewmodels.highlights import BoardItem, WeekLine
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.words import age

_KILO, _MEGA = 1000, 1_000_000
_MOST_NOOKS = 6
_FILE = re.compile(r"[^a-z0-9]+")


def board_items(hub: Hub, board: Board, shares: Iterable[Share]) -> tuple[BoardItem, ...]:
    """What is up, newest week first, a nook's together."""
    now, by_copy = hub.session.clock(), shares_by_copy(shares)
    this = Week.at(now, hub.zone)
    return tuple(
        _item(hub, board, highlight, by_copy.get(highlight.event_id), week_words(week.week, this, hub.forms))
        for week in by_week(board.all(), hub.zone)
        for highlight in week.highlights
    )


def shares_by_copy(shares: Iterable[Share]) -> Mapping[EventId, Share]:
    """Which request each copy came of, as far as we are in its nook."""
    return {copy.event: share for share in shares for copy in share.copies if copy.event}


def _item(hub: Hub, board: Board, highlight: Highlight, share: Share | None, week: str) -> BoardItem:
    me = hub.session.gateway.user_id
    mine = share is not None and (me in share.authors or share.asked_by == me)
    return BoardItem(
        event_id=highlight.event_id,
        nook=safe_line(highlight.nook_name),
        body=safe_text(highlight.body),
        credit=safe_line(highlight.credit),
        age=age(highlight.at, hub.session.clock()),
        week=week,
        picture=_picture(highlight),
        reactions=_reactions(hub, highlight),
        by_reaction=highlight.by_reaction,
        altered=highlight.altered,
        way_in=board.way_in(highlight),
        mine=mine,
        can_withdraw=share is not None and _may_withdraw(hub, highlight, share),
        request=share.request if share else "",
    )


def _may_withdraw(hub: Hub, highlight: Highlight, share: Share) -> bool:
    """As an author at any time, else where one may redact on the board."""
    me, room = hub.session.gateway.user_id, hub.session.rooms.get(highlight.room_id)
    return share.state == ShareState.PUBLISHED and (
        me in share.authors or (room is not None and room.power.may_redact(me, highlight.sender))
    )


def _reactions(hub: Hub, highlight: Highlight) -> tuple[tuple[str, int, bool], ...]:
    """With ours that are still on their way, so that a key shows at once what it did."""
    counts = dict(highlight.reactions)
    ours = set(highlight.mine)
    for row in hub.session.store.outgoing():
        relation = row.what.content.get("m.relates_to")
        key = relation.get("key") if isinstance(relation, Mapping) else None
        if isinstance(key, str) and isinstance(relation, Mapping) and relation.get("event_id") == highlight.event_id:
            if key not in ours:
                counts[key] = counts.get(key, 0) + 1
            ours.add(key)
    return tuple((safe_line(key, longest=12), count, key in ours) for key, count in counts.items())


def _picture(highlight: Highlight) -> str:
    if highlight.picture is None:
        return ""
    size = highlight.picture.size
    return f"picture, {bytes_words(size)}" if size else "picture"


def bytes_words(size: int) -> str:
    """`340 kB`, `2.4 MB`."""
    if size < _KILO:
        return f"{size} bytes"
    return f"{round(size / _KILO)} kB" if size < _MEGA else f"{size / _MEGA:.1f} MB"


def week_words(week: Week, this: Week, forms: Forms = PLAIN) -> str:
    """How a week is called: `This week`, else `Week of 9 November`, with the year where that is another one."""
    if week == this:
        return "This week"
    return f"Week of {forms.long(week.monday, this.monday)}"


def week_lines(hub: Hub, board: Board) -> tuple[WeekLine, ...]:
    """Each week as a page."""
    this = Week.at(hub.session.clock(), hub.zone)
    rooms = board.rooms()
    spaces = board.spaces(rooms[0].room_id) if rooms else ()
    space = _name(spaces[0]) if spaces else "the space"
    lines = []
    for week in by_week(board.all(), hub.zone):
        names = [safe_line(shelf.nook_name) for shelf in week.nooks]
        more = f" and {len(names) - _MOST_NOOKS} more" if len(names) > _MOST_NOOKS else ""
        lines.append(
            WeekLine(
                key=str(week.week),
                label=week_words(week.week, this, hub.forms),
                count=len(week.highlights),
                nooks=", ".join(names[:_MOST_NOOKS]) + more,
                text=digest_text(week.highlights, week=week.week, space=space, zone=hub.zone),
                markdown=digest_markdown(week.highlights, week=week.week, space=space, zone=hub.zone),
                file=f"~/{_FILE.sub('-', space.casefold()).strip('-') or 'highlights'}-{week.week}",
            )
        )
    return tuple(lines)


def _name(space: Room) -> str:
    return safe_line(title(space))
