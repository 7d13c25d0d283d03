"""Who shared a highlight, from what, proved or why not; and the exact JSON that would leave."""

from __future__ import annotations

import json
from dataclasses import replace

from nookterm.client.errors import Problem
from nookterm.domain.ids import EventId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.space import title
from nookterm.viewmodels.board_drafts import quoted_line
from nookterm.viewmodels.highlights import Draft, OriginView
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.words import both, clock, date_of

_LONGEST = 400


def origin_view(hub: Hub, event_id: EventId) -> OriginView:
    """What can be proved of a highlight here."""
    try:
        origin = hub.sharing.origin(event_id)
    except Problem as problem:
        return OriginView(event_id, proved=False, headline=safe_line(in_words(problem), longest=_LONGEST))
    nook, now, zone = hub.session.rooms[origin.nook], hub.session.clock(), hub.zone
    at = f"{date_of(origin.at, now, zone, hub.forms)} {clock(origin.at, zone, hub.forms)}"
    place = safe_line(title(nook))
    rows: tuple[tuple[str, str], ...] = (
        ("authors", both(_name(nook, user) for user in origin.authors)),
        ("asked by", _name(nook, origin.asked_by)),
        ("shared by", f"{_name(nook, origin.published_by)}, {at}"),
    )
    if origin.unseen:
        # The proof is of words and sources; that these people agreed is then the publisher's word alone.
        rows += (("no yes here from", both(_name(nook, user) for user in origin.unseen)),)
    return OriginView(
        event_id,
        proved=True,
        headline=f"Proved: exactly these words and this credit come from {place}.",
        rows=rows,
        sources=tuple(quoted_line(hub, nook, source) for source in origin.sources),
    )


def exact_words(hub: Hub, what: Draft | str, text: str = "", picture: EventId | None = None) -> str:
    """The JSON of a draft with this text, or of a request by its short word. Raises Problems."""
    if isinstance(what, str):
        content = hub.sharing.exact(hub.sharing.find(what))
    else:
        start = hub.sharing.draft(hub.session.rooms[what.room_id], what.events)
        start = replace(start, pictures=(picture,) if picture else ())
        content = hub.sharing.exact(start, text.strip())
    return shown_json(content)


def shown_json(content: object) -> str:
    """JSON to read: what a terminal would hide or turn stands there by its number."""
    return "".join(map(_visible, json.dumps(content, ensure_ascii=False, indent=2)))


def _visible(character: str) -> str:
    if character == "\n" or safe_text(character) == character:
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004 - the last of the first plane


def _name(nook: Room, user: UserId) -> str:
    return "you" if user == nook.me else safe_line(shown_name(user, nook.name_of(user)))
