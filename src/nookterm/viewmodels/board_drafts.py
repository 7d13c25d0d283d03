"""Drafts of highlights: what a form begins with, what is to be said of a text, and what was typed so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nookterm.client.errors import Problem
from nookterm.client.share_asking import DraftStart
from nookterm.domain.audience import audience_words
from nookterm.domain.drafts import Flag, FlagKind
from nookterm.domain.events import Event, Message
from nookterm.domain.ids import EventId, RoomId, UserId
from nookterm.domain.names import shown_name
from nookterm.domain.room import Room
from nookterm.domain.safe_text import safe_line, safe_text
from nookterm.domain.space import title
from nookterm.viewmodels.board_lines import bytes_words
from nookterm.viewmodels.board_recognised import tells
from nookterm.viewmodels.conversation import colour_of
from nookterm.viewmodels.highlights import BegunLine, Draft, DraftLook, FlagLine, PictureLine, QuotedLine
from nookterm.viewmodels.hub import Hub
from nookterm.viewmodels.problem_words import in_words
from nookterm.viewmodels.words import clock

_KEPT = "sharing.draft"
_LONGEST_QUOTE = 1200
_WORDS = {
    FlagKind.NAME: "a name",
    FlagKind.ID: "a Matrix id",
    FlagKind.LINK: "a link",
    FlagKind.MAIL: "a mail address",
    FlagKind.PHONE: "a number",
    FlagKind.THIRD_PERSON: "words of somebody who is not asked",
}


def draft_of(hub: Hub, start: DraftStart) -> Draft:
    """The form's draft, with what was typed before."""
    nook, me = start.nook, start.nook.me
    events = tuple(quoted.event for quoted in start.quotes)
    text = safe_text(start.text, longest=max(len(start.text), 1), lines=max(len(start.text), 1))
    names = [safe_line(shown_name(user, nook.name_of(user))) for user in start.authors if user != me]
    kept = hub.session.store.recall(_KEPT, _key(nook.room_id, events)) or {}
    draft = Draft(
        room_id=nook.room_id,
        events=events,
        nook=safe_line(title(nook)),
        authors=(*(("you",) if me in start.authors else ()), *names),
        text=text,
        audience=audience_words(start.audience),
        own=start.own,
        among=me in start.authors,
        board=safe_line(title(start.target)),
        quotes=tuple(quoted_line(hub, nook, event) for event in events),
        longest=start.limits.max_chars,
        left=_left(start),
        pictures=tuple(_picture(hub, nook, event) for event in start.pictures),
        kept=str(kept.get("text", "")),
    )
    return replace(draft, look=look_at(hub, draft, draft.kept or text))


def look_at(hub: Hub, draft: Draft, text: str) -> DraftLook:
    """What a text tells. Pieces are exactly as they stand there; what is shown of them is safe."""
    nook = hub.session.rooms[draft.room_id]
    try:
        flags = hub.sharing.look_at(nook, draft.events, text)
    except Problem as problem:
        return DraftLook(text, trouble=safe_line(in_words(problem), longest=300))
    third = any(flag.kind == FlagKind.THIRD_PERSON for flag in flags)
    trouble = "Words of somebody who is not asked: add their message, or take the words out." if third else ""
    lines = tuple(FlagLine(f.piece, f.start, f.end, str(f.kind), _WORDS[f.kind]) for f in flags)
    return DraftLook(text, lines, told(nook, text, flags, [nook.me]), trouble)


def told(nook: Room, text: str, flags: Sequence[Flag], authors: Iterable[UserId]) -> tuple[str, ...]:
    """By what its authors could be recognised."""
    names = [name for user in authors for name in (nook.name_of(user) or "", user[1:].partition(":")[0])]
    return tells(text, [name for name in names if name], flags, nook.size, title(nook))


def quoted_line(hub: Hub, nook: Room, event_id: EventId) -> QuotedLine:
    """A message as it stands in the nook."""
    event = hub.session.store.event(nook.room_id, event_id)
    if event is None:
        return QuotedLine("somebody", 0, "", "not here any more")
    words = safe_text(_words(event), longest=_LONGEST_QUOTE)
    colour = 0 if event.sender == nook.me else colour_of(event.sender)
    name = safe_line(shown_name(event.sender, nook.name_of(event.sender)))
    return QuotedLine(name, colour, clock(event.sent_at, hub.zone, hub.forms), words)


def _words(event: Event) -> str:
    if not isinstance(event.payload, Message):
        return ""
    return "(taken back)" if event.payload.kind == "redacted" else event.payload.body


def _left(start: DraftStart) -> str:
    left, limits = start.limits_left, start.limits
    if not left.nook:
        return f"none of {limits.per_nook_week} left this week"
    if not left.author:
        return f"{limits.per_author_week} of a person a week: reached"
    return f"{left.nook} of {limits.per_nook_week} left this week"


def _picture(hub: Hub, nook: Room, event_id: EventId) -> PictureLine:
    event = hub.session.store.event(nook.room_id, event_id)
    file = event.payload.attachment if event and isinstance(event.payload, Message) else None
    size = f", {bytes_words(file.size)}" if file and file.size else ""
    return PictureLine(event_id, safe_line(f"{file.name if file else 'picture'}{size}"))


def keep(hub: Hub, draft: Draft, text: str) -> None:
    """Keep what was typed, over a restart too; nothing where it is what the messages say themselves."""
    key, store = _key(draft.room_id, draft.events), hub.session.store
    changed = bool(text.strip()) and text != draft.text
    if hub.read_only or (store.recall(_KEPT, key) or {}).get("text") == (text if changed else None):
        return
    value = {"room_id": draft.room_id, "events": list(draft.events), "text": text} if changed else None
    with store.transaction():
        store.remember(_KEPT, key, value)


def begun(hub: Hub) -> tuple[BegunLine, ...]:
    """What was typed and asked of nobody yet, in nooks that we are in."""
    found = (_begun(hub, value) for value in hub.session.store.recall_all(_KEPT).values())
    return tuple(line for line in found if line)


def _begun(hub: Hub, value: Mapping[str, Any]) -> BegunLine | None:
    room_id, events = RoomId(str(value.get("room_id"))), value.get("events")
    nook = hub.session.rooms.get(room_id)
    if nook is None or not isinstance(events, list):
        return None
    ids = tuple(EventId(str(event)) for event in events)
    return BegunLine(
        room_id, ids, safe_line(title(nook)), safe_text(str(value.get("text", "")), longest=_LONGEST_QUOTE)
    )


def _key(room_id: RoomId, events: Sequence[EventId]) -> str:
    return " ".join((room_id, *events))
